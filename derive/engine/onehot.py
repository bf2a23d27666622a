"""What a one-hot vector picks: ``t o v = (t'v) t``."""

from __future__ import annotations

from derive.engine.normal import tidy
from derive.language.cost import cost
from derive.language.expression import Node, add, product, split_product, transpose
from derive.language.functions import hadamard


def picked_entry(node: Node) -> tuple[Node, Node] | None:
    """``v o (s t + w)`` as ``s (t'v) t + v o w`` for a one-hot t, where that is cheaper; and t."""
    for k, factor in enumerate(node.args):
        if factor.op != "add":
            continue
        v = hadamard(*node.args[:k], *node.args[k + 1 :])
        for term in factor.args:
            coefficient, scalars, chain = split_product(term)
            if len(chain) != 1 or "onehot" not in chain[0].facts:
                continue
            (t,) = chain
            picked = product(coefficient, [*scalars, transpose(t) @ v], [t])
            rest = [other for other in factor.args if other is not term]
            parts = [picked, hadamard(v, add(*rest))]
            opened = tidy(add(*(parts if term is factor.args[0] else reversed(parts))))
            if cost(opened) < cost(node):
                return opened, t
    return None
