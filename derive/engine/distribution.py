"""Products of sums written out, where a shorter or more even form needs it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product as choices_of
from math import prod

from derive.engine.rebuilding import rebuild
from derive.language.expression import Node, add, chain_of, multiply, split_product
from derive.language.functions import hadamard, postorder

MOST_TERMS = 64  # a longer sum is left as it is


def distributed(node: Node, whole: Callable[[Node], bool]) -> Node:
    """The node with products and elementwise products of sums multiplied out.

    A sum for which `whole` holds is not taken apart; what stands inside a function or an
    inverse stays; a product whose terms would be too many stays too.
    """
    done: dict[Node, Node] = {}
    for part in postorder(node):
        again = rebuild(part, [done[arg] for arg in part.args])
        done[part] = _multiplied_out(again, whole)
    return done[node]


def _multiplied_out(node: Node, whole: Callable[[Node], bool]) -> Node:
    if node.op == "had":
        return _spread(node, node.args, whole, lambda factors: hadamard(*factors))
    if node.op != "mul":
        return node
    coefficient, scalars, chain = split_product(node)
    if scalars == (node,):
        scalars, chain = (), chain_of(node)
    return _spread(
        node, [*scalars, *chain], whole, lambda factors: coefficient * multiply(*factors)
    )


def _spread(
    node: Node,
    factors: Sequence[Node],
    whole: Callable[[Node], bool],
    build: Callable[[Sequence[Node]], Node],
) -> Node:
    """The sum over every choice of one term from each factor."""
    choices = [f.args if f.op == "add" and not whole(f) else (f,) for f in factors]
    count = prod(map(len, choices))
    if count == 1 or count > MOST_TERMS:
        return node
    return add(*(build(picked) for picked in choices_of(*choices)))
