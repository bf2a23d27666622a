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
        for place, term in enumerate(factor.args):
            coefficient, scalars, chain = split_product(term)
            if len(chain) != 1 or "onehot" not in chain[0].facts:
                continue
            (t,) = chain
            picked = product(coefficient, [*scalars, transpose(t) @ v], [t])
            rest = [other for other_place, other in enumerate(factor.args) if other_place != place]
            parts = [picked, *([hadamard(v, add(*rest))] if rest else [])]
            opened = tidy(add(*(reversed(parts) if place else parts)))
            if cost(opened) < cost(node):
                return opened, t
    return None
