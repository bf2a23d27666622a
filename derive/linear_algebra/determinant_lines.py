"""The lines from det(A - lam I) to its factors: cofactors, powers of lam, factors."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

from sympy.polys.polytools import Poly

from derive.language.expression import Node, add, elementwise_power, multiply, negative, number
from derive.language.functions import array, determinant
from derive.linear_algebra.characteristic import coefficients
from derive.linear_algebra.exact_field import Field
from derive.linear_algebra.letters import spelled
from derive.linear_algebra.spectrum import Spectrum
from derive.linear_algebra.symmetric import Rows

WIDEST_COFACTORS = 4


class Equality(NamedTuple):
    """One line of the expansion."""

    before: Node
    after: Node
    rule: str


def determinant_lines(rows: Rows, question: Node, lam: Node, found: Spectrum) -> list[Equality]:
    """``det(A - lam I)`` by cofactors, then in powers of ``lam``, then in factors."""
    shifted = [
        [add(entry, negative(lam)) if i == j else entry for j, entry in enumerate(row)]
        for i, row in enumerate(rows)
    ]
    lines = [(question, "")]
    if len(rows) == 2:
        lines.append((_two_by_two(shifted), "determinant of a 2 x 2 matrix"))
    elif 2 < len(rows) <= WIDEST_COFACTORS:
        row = max(range(len(rows)), key=lambda i: (_zeros(rows[i]), -i))
        lines.append((_cofactors(shifted, row), f"cofactors along row {row + 1}"))
    sign = -1 if len(rows) % 2 else 1
    collected = in_powers(found.polynomial, sign, lam, found.field)
    lines.append((collected, f"collect powers of {spelled(lam.name)}"))
    if len(found.factors) > 1 or found.factors[0][1] > 1:
        product = [
            elementwise_power(in_powers(factor, 1, lam, found.field), number(count))
            for factor, count in _in_order(found)
        ]
        rule = "factor, with square roots" if found.field.is_surd else "factor"
        lines.append((multiply(number(sign), *product), rule))
    distinct = [lines[0]]
    for line in lines[1:]:
        if line[0] is not distinct[-1][0]:
            distinct.append(line)
    return [Equality(before, after, rule) for (before, _), (after, rule) in pairwise(distinct)]


def in_powers(polynomial: Poly, sign: int, lam: Node, field: Field) -> Node:
    """A polynomial in ``lam``, highest power first, a minus drawn out of each coefficient."""
    degree = polynomial.degree()
    terms = [
        _term(coefficient * field.whole(sign), elementwise_power(lam, number(degree - k)), field)
        for k, coefficient in enumerate(coefficients(polynomial))
        if coefficient
    ]
    return add(*terms) if terms else number(0)


def _term(coefficient: Any, power: Node, field: Field) -> Node:
    """A coefficient times a power; ``-(a + c)`` rather than ``-a - c`` before it."""
    if not field.domain.is_FractionField or coefficient.numer.LC > 0:
        return multiply(field.node(coefficient), power)
    positive = field.node(-coefficient)
    return negative(positive) if power.is_number else multiply(number(-1), positive, power)


def _in_order(found: Spectrum) -> list[tuple[Poly, int]]:
    """The factors in the order in which their roots are listed, low degrees first."""
    order = [space.root.modulus for space in found.spaces]
    return sorted(found.factors, key=lambda pair: (pair[0].degree(), order.index(pair[0])))


def _zeros(row: list[Node]) -> int:
    return sum(entry.is_number and not entry.data for entry in row)


def _two_by_two(m: Rows) -> Node:
    return add(_times(m[0][0], m[1][1]), negative(_times(m[0][1], m[1][0])))


def _times(left: Node, right: Node) -> Node:
    return elementwise_power(left, number(2)) if left is right else multiply(left, right)


def _cofactors(m: Rows, row: int) -> Node:
    """The expansion along a row; zero entries are left out."""
    terms = []
    for j, entry in enumerate(m[row]):
        if not (entry.is_number and not entry.data):
            minor = [[x for c, x in enumerate(r) if c != j] for i, r in enumerate(m) if i != row]
            term = multiply(entry, determinant(array(minor)))
            terms.append(negative(term) if (row + j) % 2 else term)
    return add(*terms)
