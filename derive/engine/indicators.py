"""Indicators, signs and masks in elementwise products.

An indicator is its own square, ``1[x > 0] relu(x)`` is relu(x), ``sign(x) x`` is |x|, and
masks of nested places meet in the smaller.  All of this holds at the kinks too.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derive.language.canonical import canonical
from derive.language.expression import ONE, Node, add, eye, negative, ones, zero
from derive.language.functions import elementwise, hadamard
from derive.language.matrix_functions import mask
from derive.language.operators import MASKS
from derive.language.properties import is_nonnegative

INDICATORS = frozenset({"step", "closed_step"})
# what one factor makes of another of the same argument
ABSORBED = (("step", "closed_step"), ("relu", "step"), ("relu", "closed_step"))


def fused_indicators(exponents: dict[Node, Fraction], bases: dict[Node, Node]) -> None:
    """Cross out indicators and signs among powers, in place."""
    for key, exponent in exponents.items():
        exponents[key] = settled_exponent(key, exponent)
    for kept, absorbed in ABSORBED:
        for key in [k for k, e in exponents.items() if k.op == "map" and e >= 1]:
            other = canonical(elementwise(absorbed, key.args[0]))
            if key.data == kept and exponents.get(other, Fraction(0)) >= 1:
                del exponents[other]
    for key in [k for k, e in exponents.items() if k.op == "map" and e == 1 and k.data == "sign"]:
        inner = canonical(key.args[0])
        if exponents.get(inner) == 1:
            argument = bases[inner]
            exponents[key] = exponents[inner] = Fraction(0)
            modulus = elementwise("abs", argument)
            exponents[canonical(modulus)] = exponents.get(canonical(modulus), Fraction(0)) + 1
            bases.setdefault(canonical(modulus), modulus)


def settled_exponent(base: Node, exponent: Fraction) -> Fraction:
    """The exponent 1 of an indicator, 1 or 2 of a sign; any other as it is."""
    if base.op == "map" and exponent.denominator == 1:
        if base.data in INDICATORS and exponent > 1:
            return ONE
        if base.data == "sign" and exponent > 2:
            return 2 - exponent % 2
    return exponent


def joined_masks_of(factors: Sequence[Node]) -> list[Node]:
    """Factors of an elementwise product, their masks as one where that is a mask."""
    found = [factor for factor in factors if factor.op == "mask"]
    if len(found) < 2:
        return list(factors)
    halves = (2, 2, 2)
    for one in found:
        first, second, third = (
            Fraction(a * b, 2) for a, b in zip(halves, MASKS[one.data], strict=True)
        )
        if any(value.denominator != 1 for value in (first, second, third)):
            return list(factors)
        halves = (int(first), int(second), int(third))
    joined = _mask_of(halves, found[0])
    if joined is None:
        return list(factors)
    k = factors.index(found[0])
    others = [factor for factor in factors if factor.op != "mask"]
    return [*others[:k], joined, *others[k:]]


def _mask_of(halves: tuple[int, int, int], like: Node) -> Node | None:
    """The mask with these halves below, on and above the diagonal."""
    rows, columns = like.shape
    for name, values in MASKS.items():
        if values == halves:
            return mask(name, rows, columns)
    if halves == (0, 0, 0):
        return zero(like.shape)
    return eye(rows) if halves == (0, 2, 0) and rows == columns else None


def without_settled_signs(factors: Sequence[Node]) -> tuple[Node, list[Node]]:
    """A product without sign(x)^2 beside 1[|x| > c], and the c >= 0 that it rests on."""
    bounds: list[Node] = []
    kept = []
    for factor in factors:
        bound = next((c for other in factors if (c := _bound(factor, other)) is not None), None)
        if bound is None:
            kept.append(factor)
        else:
            bounds.append(bound)
    shape = factors[0].shape
    return hadamard(*kept) if kept else ones(*shape), bounds


def _bound(square: Node, indicator: Node) -> Node | None:
    """c, of sign(x)^2 and 1[|x| - c > 0], if it is not negative."""
    if square.op != "pow" or indicator.op != "map" or indicator.data != "step":
        return None
    base, exponent = square.args
    if base.op != "map" or base.data != "sign" or not exponent.is_number or exponent.data % 2:
        return None
    gap, modulus = indicator.args[0], elementwise("abs", base.args[0])
    if gap.op != "add" or modulus not in gap.args:
        return None
    bound = add(*(negative(term) for term in gap.args if term is not modulus))
    return bound if is_nonnegative(bound) else None
