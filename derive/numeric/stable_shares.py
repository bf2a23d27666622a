"""Places below which all but a small share lies: taken from above, where the share is whole."""

from __future__ import annotations

from derive.language.expression import Node, add, make, negative, number
from derive.language.incomplete_functions import normquantile
from derive.numeric.stable_parts import constant_of

FROM_ABOVE = {"gammaincinv": "gammainccinv", "betaincinv": "betainccinv"}


def from_above(node: Node) -> Node | None:
    """The place with the mass 1 - q below it, by the mass q above it."""
    *shapes, p = node.args
    if p.op != "add" or not any(constant_of(term) == 1 for term in p.args):
        return None
    rest = add(number(1), negative(p))
    if any(constant_of(term) for term in (rest.args if rest.op == "add" else ())):
        return None
    if node.op == "normquantile":
        return negative(normquantile(rest))
    return make("combine", (*shapes, rest), node.shape, FROM_ABOVE[node.op])
