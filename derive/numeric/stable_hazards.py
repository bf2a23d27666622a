"""Quotients of the normal density, and what they leave beside the point they are taken at.

With m(z) = phi(z)/Phi(z) the sum z + m(z) cancels far to the left, where m(z) nears -z; it
stands in every second derivative of log Phi, times any factor, and often multiplied out.
"""

from __future__ import annotations

from fractions import Fraction

from derive.language.canonical import canonical
from derive.language.expression import (
    Node,
    add,
    constant,
    elementwise_power,
    make,
    multiply,
    number,
)
from derive.language.functions import hadamard, postorder, sqrt
from derive.numeric.monomials import Monomial, inverse_of, monomial_of, node_of, product_of
from derive.numeric.stable_parts import is_map, map_of, of_factors

#: sqrt(2/pi), by which 1/erfcx(-z/sqrt(2)) is m(z).
SCALE = sqrt(2 / constant("pi"))
MINUS_ROOT_OF_TWO = multiply(number(-1), sqrt(number(2)))


def hazard_beside_point(node: Node) -> Node | None:
    """c z + c m(z), with m(z) written by erfcx, for any factor c."""
    monomials = [monomial_of(term) for term in node.args]
    for k, term in enumerate(node.args):
        for tail in (base for base in monomials[k][1] if is_map(base, "erfcx")):
            if monomials[k][1][tail] > -1:
                continue
            z = multiply(MINUS_ROOT_OF_TWO, tail.args[0])
            before = product_of(monomials[k], monomial_of(tail), inverse_of(monomial_of(SCALE)))
            wanted = product_of(before, monomial_of(z))
            for j in range(len(node.args)):
                if j != k and monomials[j] == wanted:
                    others = [t for i, t in enumerate(node.args) if i not in {j, k}]
                    return add(*others, _with_excess(before, tail, term))
    return None


def _with_excess(before: Monomial, tail: Node, like: Node) -> Node:
    """c (z + m(z)), of c."""
    written = {canonical(part): part for part in postorder(like)}  # as it is shared
    z = multiply(MINUS_ROOT_OF_TWO, tail.args[0])
    excess = map_of("mills_excess", node_of(monomial_of(z), z, written))
    return of_factors(Fraction(1), [node_of(before, like, written), excess], like)


def share_of_interval(node: Node) -> Node | None:
    """phi(x), Phi(x) - Phi(w) or a sum of them over Phi(u) - Phi(v), to any whole power."""
    factors = node.args
    for k, below in enumerate(factors):
        if below.op != "pow" or not below.args[1].is_number or below.args[1].data > -1:
            continue
        gap, power = below.args[0], -below.args[1].data
        if gap.op != "combine" or gap.data != "normcdf_difference":
            continue
        for j, above in enumerate(factors):
            base, times = above.args if above.op == "pow" else (above, number(1))
            share = _share(base, gap)
            if share is None or not times.is_number or times.data < 1:
                continue
            if power.denominator != 1 or times.data.denominator != 1 or base.shape != gap.shape:
                continue
            count = min(power, times.data)
            kept = [f for i, f in enumerate(factors) if i not in {k, j}]
            kept.append(elementwise_power(gap, number(count - power)))
            kept.append(elementwise_power(base, number(times.data - count)))
            kept.append(elementwise_power(share, number(count)))
            return (multiply if node.op == "mul" else hadamard)(*kept)
    return None


def _share(above: Node, gap: Node) -> Node | None:
    """phi(x), Phi(x) - Phi(w) or a sum of multiples of such, over Phi(u) - Phi(v)."""
    if above is gap:
        return number(1)
    if above.shape != gap.shape:
        return None
    if is_map(above, "normpdf"):
        return make("combine", (above.args[0], *gap.args), gap.shape, "normal_share")
    if above.op == "combine" and above.data == "normcdf_difference":
        return make("combine", (*above.args, *gap.args), gap.shape, "interval_ratio")
    if above.op == "add":
        parts = [_share(term, gap) for term in above.args]
        return None if None in parts else add(*(part for part in parts if part))
    if above.op == "mul" and (above.is_scalar or above.args[0].is_number):
        for k, factor in enumerate(above.args):
            is_rest = above.is_scalar or len(above.args) == 2
            part = _share(factor, gap) if is_rest else None
            if part is not None:
                return multiply(*above.args[:k], part, *above.args[k + 1 :])
    return None
