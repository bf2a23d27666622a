"""Null spaces over the field of a root, by row reduction with every pivot chosen exactly.

The entries are polynomials in the root reduced by its modulus, so one reduction serves
all roots of an irreducible factor, and a zero is recognised for certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from math import gcd, lcm
from typing import Any

from sympy.polys.polytools import Poly

from derive.linear_algebra.characteristic import coefficients, polynomial
from derive.linear_algebra.exact_field import Field

Row = list[Poly]


@dataclass(frozen=True)
class NullSpace:
    """The solutions of ``M x = 0``.

    ``relations`` says of each pivot column how its unknown depends on the free unknowns:
    ``(pivot, ((free, coefficient), ...))``.  ``basis`` holds for each free column the
    solution with that unknown set to ``scales`` (which clears the denominators).
    """

    free: tuple[int, ...]
    relations: tuple[tuple[int, tuple[tuple[int, Poly], ...]], ...]
    basis: tuple[tuple[Poly, ...], ...]


def null_space(rows: Sequence[Sequence[Any]], modulus: Poly, field: Field) -> NullSpace:
    """The null space of ``A - lam I`` where ``lam`` is a root of `modulus`."""
    size = len(rows)
    lam = polynomial([1, 0], field)
    matrix = [
        [
            (polynomial([rows[i][j]], field) - (lam if i == j else 0)).rem(modulus)
            for j in range(size)
        ]
        for i in range(size)
    ]
    pivots = _reduce(matrix, modulus, field)
    free = tuple(j for j in range(size) if j not in pivots)
    relations = tuple(
        (pivot, tuple((j, -matrix[i][j]) for j in free if not matrix[i][j].is_zero))
        for i, pivot in enumerate(pivots)
    )
    basis = tuple(_solution(j, relations, size, field) for j in free)
    return NullSpace(free, relations, basis)


def _reduce(matrix: list[Row], modulus: Poly, field: Field) -> list[int]:
    """Bring the matrix to reduced echelon form in place; the pivot columns."""
    size = len(matrix)
    pivots: list[int] = []
    for column in range(size):
        top = len(pivots)
        rows = [i for i in range(top, size) if not matrix[i][column].is_zero]
        if not rows:
            continue
        best = min(rows, key=lambda i: (_cost(matrix[i][column], field), i))
        matrix[top], matrix[best] = matrix[best], matrix[top]
        inverse = matrix[top][column].invert(modulus)
        matrix[top] = [(entry * inverse).rem(modulus) for entry in matrix[top]]
        for i in range(size):
            factor = matrix[i][column]
            if i != top and not factor.is_zero:
                pairs = zip(matrix[i], matrix[top], strict=True)
                matrix[i] = [(entry - factor * above).rem(modulus) for entry, above in pairs]
        pivots.append(column)
    return pivots


def _cost(pivot: Poly, field: Field) -> tuple[int, int]:
    """Numbers first, then what does not hold the root, then short polynomials."""
    if pivot.degree() > 0:
        return 2, 0
    if not field.domain.is_FractionField:
        return 0, 0
    value = coefficients(pivot)[0]
    if value.numer.is_ground and value.denom.is_ground:
        return 0, 0
    return 1, len(value.numer.terms()) + len(value.denom.terms())


def _solution(
    free: int,
    relations: Sequence[tuple[int, tuple[tuple[int, Poly], ...]]],
    size: int,
    field: Field,
) -> tuple[Poly, ...]:
    """The solution with one free unknown 1 and the others 0, cleared of denominators."""
    vector = [polynomial([0], field) for _ in range(size)]
    vector[free] = polynomial([1], field)
    for pivot, terms in relations:
        for column, coefficient in terms:
            if column == free:
                vector[pivot] = coefficient
    return cleared(vector, field)


def cleared(vector: Sequence[Poly], field: Field) -> tuple[Poly, ...]:
    """The vector times what makes its coefficients whole and without a common factor."""
    scale = clearing_factor(vector, field)
    return tuple(polynomial([c * scale for c in coefficients(entry)], field) for entry in vector)


def clearing_factor(vector: Sequence[Poly], field: Field) -> Any:
    """The factor that clears denominators and divides out common factors."""
    present = [c for entry in vector for c in coefficients(entry) if c]
    if field.domain.is_QQ:
        below = lcm(*(int(c.denominator) for c in present))
        common = gcd(*(int(c.numerator) for c in present))
        return field.whole(below) / field.whole(common)
    if not field.domain.is_FractionField:
        return field.whole(1)
    below = reduce(lambda p, q: p.lcm(q), [c.denom for c in present])
    common = reduce(lambda p, q: p.gcd(q), [c.numer for c in present])
    return field.domain.convert(below) / field.domain.convert(common)


def without_denominators(value: Poly, field: Field) -> tuple[Poly, Any]:
    """``value = whole / below`` with a polynomial `below` in the symbols alone."""
    if not field.domain.is_FractionField or value.is_zero:
        return value, field.whole(1)
    below = reduce(lambda p, q: p.lcm(q), [c.denom for c in coefficients(value) if c])
    scale = field.domain.convert(below)
    return polynomial([c * scale for c in coefficients(value)], field), scale


def inner_product(left: Sequence[Poly], right: Sequence[Poly], modulus: Poly, field: Field) -> Poly:
    """The sum of the products of entries, reduced."""
    total = polynomial([0], field)
    for x, y in zip(left, right, strict=True):
        total = total + x * y
    return total.rem(modulus)
