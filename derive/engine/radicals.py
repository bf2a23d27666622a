"""Square roots of numbers and named constants among the factors of a product, as one root.

``2/(sqrt(2) sqrt(pi))`` is ``sqrt(2/pi)``, and ``sqrt(2 pi)/(2 pi)`` is ``1/sqrt(2 pi)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import prod

from derive.language.cost import cost
from derive.language.expression import Node, constant, elementwise_power, multiply, number, product

POSITIVE = frozenset({"pi", "euler_gamma"})
LARGEST = 10**6  # numbers past this are not split into squares
HALF = Fraction(1, 2)


def merged_radicals(coefficient: Fraction, factors: Sequence[Node]) -> tuple[Fraction, list[Node]]:
    """Number and scalar factors with the roots among them as one, where that is cheaper."""
    if not any(factor.op == "pow" and not factor.symbols for factor in factors):
        return coefficient, list(factors)
    taken = [factor for factor in factors if _squared(factor) is not None]
    merged = _one_root(coefficient, taken)
    if merged is None:
        return coefficient, list(factors)
    outside, roots = merged
    before, after = product(coefficient, taken, []), product(outside, roots, [])
    fewer = sum(map(_is_root, roots)) < sum(map(_is_root, taken))
    if cost(after) >= cost(before) + fewer:
        return coefficient, list(factors)
    place = next(k for k, factor in enumerate(factors) if factor in taken)
    rest = [factor for factor in factors if factor not in taken]
    # numerators stand before denominators
    below = [root for root in roots if root.op == "pow" and root.args[1].data < 0]
    upper = [root for root in roots if root not in below]
    return outside, [*rest[:place], *upper, *rest[place:], *below]


def _is_root(factor: Node) -> bool:
    return factor.op == "pow" and factor.args[1].data.denominator != 1


Squared = tuple[Fraction, dict[str, Fraction]]


def _squared(node: Node) -> Squared | None:
    """The square of a positive constant: a number, and the exponents of the named ones."""
    if node.op == "number":
        return (node.data**2, {}) if node.data > 0 else None
    if node.op == "constant":
        return (Fraction(1), {node.data: Fraction(2)}) if node.data in POSITIVE else None
    if node.op == "mul":
        parts = [_squared(arg) for arg in node.args]
        known = [part for part in parts if part is not None]
        return _joined(known) if len(known) == len(parts) else None
    if node.op != "pow" or node.args[1].op != "number":
        return None
    base, exponent = _squared(node.args[0]), node.args[1].data
    if base is None or exponent.denominator > 2 or abs(exponent) > 4:
        return None
    value, exponents = base
    root = value**exponent if exponent.denominator == 1 else _exact_root(value, exponent)
    return None if root is None else (root, {k: e * exponent for k, e in exponents.items()})


def _exact_root(value: Fraction, exponent: Fraction) -> Fraction | None:
    """A square to a broken power, as the number it is."""
    above, below = _split(value.numerator), _split(value.denominator)
    if above is None or below is None or (above[1], below[1]) != (1, 1):
        return None
    root = Fraction(above[0], below[0])
    return root ** int(2 * exponent)


def _joined(parts: Sequence[Squared]) -> Squared:
    exponents: dict[str, Fraction] = {}
    for _, found in parts:
        for name, exponent in found.items():
            exponents[name] = exponents.get(name, Fraction(0)) + exponent
    return prod((value for value, _ in parts), start=Fraction(1)), exponents


def _one_root(coefficient: Fraction, taken: Sequence[Node]) -> tuple[Fraction, list[Node]] | None:
    """Number, whole powers and one root equal to the number times the factors."""
    value, exponents = _joined([part for f in taken if (part := _squared(f)) is not None])
    value *= coefficient**2
    above, below = _split(value.numerator), _split(value.denominator)
    if above is None or below is None or any(e.denominator != 1 for e in exponents.values()):
        return None
    outside = Fraction(above[0], below[0]) * (-1 if coefficient < 0 else 1)
    whole: list[Node] = []
    halves: list[tuple[str, int]] = []
    for name, exponent in exponents.items():
        twice = int(exponent)
        half = abs(twice) % 2 * (-1 if twice < 0 else 1)
        whole.append(elementwise_power(constant(name), number(Fraction(twice - half, 2))))
        halves.append((name, half))
    sign = -1 if above[1] == 1 and all(half <= 0 for _, half in halves) else 1
    under = [elementwise_power(constant(name), number(sign * half)) for name, half in halves]
    radicand = multiply(number(Fraction(above[1], below[1]) ** sign), *under)
    root = elementwise_power(radicand, number(sign * HALF))
    return outside, [part for part in (*whole, root) if part.op != "number"]


def _split(value: int) -> tuple[int, int] | None:
    """A whole number as (a, b), which is a^2 b with b free of squares; None if it is large."""
    if not 0 < value <= LARGEST:
        return None
    outside, inside, prime = 1, value, 2
    while prime * prime <= inside:
        while inside % (prime * prime) == 0:
            inside //= prime * prime
            outside *= prime
        prime += 1
    return outside, inside
