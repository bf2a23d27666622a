"""Places below which all but a small share lies: taken from above, where the share is whole."""

from __future__ import annotations

from fractions import Fraction

from derive.language.expression import Node, add, make, multiply, negative, number
from derive.language.incomplete_functions import normquantile
from derive.numeric.stable_parts import constant_of, is_map

FROM_ABOVE = {"gammaincinv": "gammainccinv", "betaincinv": "betainccinv"}


def from_above(node: Node) -> Node | None:
    """The place with the mass 1 - q below it, by the mass q above it."""
    *shapes, p = node.args
    if node.op == "normquantile" and (place := _place_between(p) or _beside_half(p)) is not None:
        return place
    if p.op != "add" or not any(constant_of(term) == 1 for term in p.args):
        return None
    rest = add(number(1), negative(p))
    if any(constant_of(term) for term in (rest.args if rest.op == "add" else ())):
        return None
    if node.op == "normquantile":
        return negative(normquantile(rest))
    return make("combine", (*shapes, rest), node.shape, FROM_ABOVE[node.op])


def _place_between(mass: Node) -> Node | None:
    """The place at Phi(v) + p (Phi(u) - Phi(v)), from p and the ends."""
    for k, start in enumerate(mass.args if mass.op == "add" and len(mass.args) == 2 else ()):
        rest = mass.args[1 - k]
        factors = rest.args if rest.op == "mul" else (rest,)
        for gap in factors if is_map(start, "normcdf") else ():
            if gap.op != "combine" or gap.data != "normcdf_difference":
                continue
            if gap.args[1] is start.args[0]:
                share = multiply(*(factor for factor in factors if factor is not gap))
                return make("combine", (share, *gap.args), mass.shape, "place_between")
    return None


def _beside_half(mass: Node) -> Node | None:
    """The place at 1/2 + c, from c: near the middle it keeps the digits of c."""
    rest = add(_opened(mass), number(Fraction(-1, 2)))
    is_sum = "add" in (mass.op, *(factor.op for factor in mass.args))
    if not is_sum or any(constant_of(term) for term in (rest.args if rest.op == "add" else ())):
        return None
    return make("combine", (rest,), mass.shape, "place_beside_half")


def _opened(mass: Node) -> Node:
    """A number times a sum as a sum."""
    if mass.op == "mul" and len(mass.args) == 2:
        for one, other in (mass.args, mass.args[::-1]):
            if constant_of(one) is not None and other.op == "add":
                return add(*(multiply(one, term) for term in other.args))
    return mass
