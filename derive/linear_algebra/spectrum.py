"""The spectrum of an exact symmetric matrix: eigenvalues, orthogonal vectors, conditions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from sympy import Rational
from sympy.polys.polytools import Poly

from derive.errors import NoClosedFormError
from derive.language.properties import is_nonzero
from derive.linear_algebra.characteristic import (
    Root,
    characteristic_polynomial,
    coefficients,
    descending,
    factors_of,
    roots_of,
    splitting_square,
)
from derive.linear_algebra.exact_field import Field
from derive.linear_algebra.null_space import NullSpace, null_space
from derive.linear_algebra.orthogonal import Orthogonalised, orthogonalised
from derive.linear_algebra.symmetric import Rows

DIGITS, MOST_DIGITS = 50, 10_000  # wanted; carried along where digits cancel
NEARLY = Rational(1, 10**30)  # two of fifty digits that differ by less are equal


@dataclass(frozen=True)
class Eigenspace:
    """One eigenvalue: the root, its multiplicity, its null space, an orthogonal basis."""

    root: Root
    multiplicity: int
    space: NullSpace
    vectors: tuple[Orthogonalised, ...]


@dataclass(frozen=True)
class Spectrum:
    """All eigenspaces in the order of the page.

    `descends` says whether that order is known to descend; `nonzero` are the polynomials
    in the symbols that keep every printed vector from being zero.
    """

    field: Field
    rows: tuple[tuple[Any, ...], ...]
    polynomial: Poly
    factors: tuple[tuple[Poly, int], ...]
    spaces: tuple[Eigenspace, ...]
    descends: bool
    nonzero: tuple[Any, ...]


def spectrum(rows: Rows) -> Spectrum:
    """The spectrum of the symmetric matrix with these entries.

    Raises
    ------
    NoClosedFormError
        A factor of the characteristic polynomial is not solved by square roots.
    """
    field = Field.of([entry for row in rows for entry in row])
    try:
        return _spectrum(len(rows), field)
    except NoClosedFormError:
        wider = _wider(len(rows), field)
        if wider is None:
            raise
        return _spectrum(len(rows), wider)


def _wider(size: int, field: Field) -> Field | None:
    """The field with a square root adjoined that splits a quartic factor, if there is one."""
    for factor, _ in factors_of(characteristic_polynomial(_table(size, field), field)):
        square = splitting_square(factor, field)
        if square is not None and square > 0:
            return field.extended(square)
    return None


def _table(size: int, field: Field) -> tuple[tuple[Any, ...], ...]:
    """The entries of the field as rows."""
    return tuple(tuple(field.elements[i * size : (i + 1) * size]) for i in range(size))


def _spectrum(size: int, field: Field) -> Spectrum:
    table = _table(size, field)
    polynomial = characteristic_polynomial(table, field)
    factors = tuple(factors_of(polynomial))
    roots = [(root, count) for factor, count in factors for root in roots_of(factor, field)]
    ordered, descends = descending(roots)
    spaces = []
    for root, count in ordered:
        space = null_space(table, root.modulus, field)
        if len(space.basis) != count:
            raise NoClosedFormError(
                f"the eigenvalue {root.node!r} has multiplicity {count} "
                f"but {len(space.basis)} independent vectors: the matrix is not real symmetric"
            )
        orient = partial(_orientation, root)
        basis = [tuple(x if orient(v) > 0 else -x for x in v) for v in space.basis]
        vectors = orthogonalised(basis, root.modulus, field, orient)
        spaces.append(Eigenspace(root, count, space, vectors))
    nonzero = dict.fromkeys(
        factor
        for space in spaces
        for step in space.vectors
        for factor in _nonzero_factors(step.vector, field)
    )
    return Spectrum(field, table, polynomial, factors, tuple(spaces), descends, tuple(nonzero))


def poles(found: Spectrum) -> tuple[Any, ...]:
    """The factors of the denominators of the entries: polynomials that must not be zero."""
    if not found.field.domain.is_FractionField:
        return ()
    below = [entry.denom for row in found.rows for entry in row]
    factors = [factor for denominator in below for factor, _ in denominator.factor_list()[1]]
    return tuple(f for f in dict.fromkeys(factors) if not _is_nonzero(f, found.field))


def _nonzero_factors(vector: tuple[Poly, ...], field: Field) -> list[Any]:
    """The factors of the simplest entry that does not hold the root, facts considered."""
    if not field.domain.is_FractionField:
        return []
    entries = [coefficients(x)[0] for x in vector if not x.is_zero and x.degree() <= 0]
    assert entries, "the free unknown of a solution does not hold the eigenvalue"
    best = min(entries, key=lambda e: (len(e.numer.factor_list()[1]), len(e.numer.terms())))
    return [factor for factor, _ in best.numer.factor_list()[1] if not _is_nonzero(factor, field)]


def _is_nonzero(factor: Any, field: Field) -> bool:
    """Whether declared facts say that a polynomial is not zero."""
    node = field.polynomial_node(factor)
    return is_nonzero(node) or bool(field.sign(field.domain.convert(factor)))


def _orientation(root: Root, vector: tuple[Poly, ...]) -> int:
    """The sign that makes the entry of largest magnitude positive; 1 if that is undecidable.

    Among entries of equal magnitude the first counts.
    """
    values = [_decimal(entry, root) for entry in vector]
    if any(value is None for value in values):
        return 1
    largest = max(abs(value) for value in values)
    leading = next(value for value in values if abs(value) > largest * (1 - NEARLY))
    return -1 if leading < 0 else 1


def _decimal(entry: Poly, root: Root) -> Any:
    """Fifty digits of an entry, or None if it depends on symbols."""
    value = root.field.whole(0)
    if entry.degree() <= 0:
        constant = coefficients(entry)[0] if not entry.is_zero else value
        decimal = root.field.expression(constant).evalf(DIGITS, maxn=MOST_DIGITS)
    else:
        decimal = entry.as_expr().subs(entry.gen, root.expression).evalf(DIGITS, maxn=MOST_DIGITS)
    return decimal if decimal.is_Number else None
