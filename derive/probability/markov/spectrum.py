"""The eigenvalues of a transition matrix and the matrices that belong to them.

A matrix whose minimal polynomial has simple roots is ``sum lam_k Z_k``, and its powers are
``sum lam_k^n Z_k``; each ``Z_k`` is a polynomial in the matrix.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sympy import Dummy, Rational, sqrt
from sympy.polys.matrices import DomainMatrix
from sympy.polys.polytools import Poly

from derive.errors import NoClosedFormError
from derive.language.expression import Node, number
from derive.language.functions import array
from derive.language.relations import Condition, Relation
from derive.linear_algebra.exact_field import Field
from derive.probability.markov.transitions import Transitions
from derive.probability.markov.writing_elements import sign, written

LAM = Dummy("lam")


@dataclass(frozen=True, eq=False)
class Part:
    """An eigenvalue, how often it is a root, and its matrix.

    `factors` are the other eigenvalues, each with what this one exceeds it by.
    """

    value: Node
    multiplicity: int
    is_zero: bool
    factors: tuple[tuple[Node, Node], ...]
    entries: list[list[Node]]

    @property
    def matrix(self) -> Node:
        """The matrix as a node."""
        return array(self.entries)


@dataclass(frozen=True)
class Spectrum:
    """All parts, the largest eigenvalue first; `conditions` keep the eigenvalues apart."""

    parts: tuple[Part, ...]
    conditions: tuple[Condition, ...]

    @property
    def has_zero(self) -> bool:
        """Whether 0 is an eigenvalue."""
        return any(part.is_zero for part in self.parts)


def spectrum(chain: Transitions, first: int, asked: str) -> Spectrum:
    """The spectral parts of a matrix, the eigenvalue `first` first.

    `asked` and what to do instead are for a refusal.

    Raises
    ------
    NoClosedFormError
        An eigenvalue is complex or no square root of a number, or the matrix is defective.
    """
    field, roots = _eigenvalues(chain, asked)
    roots.sort(key=lambda root: root[0] != field.whole(first))
    values = [value for value, _ in roots]
    entries = field.elements
    size = chain.size
    P = DomainMatrix(
        [list(entries[k : k + size]) for k in range(0, len(entries), size)],
        (size, size),
        field.domain,
    )
    parts = []
    for value, multiplicity in roots:
        Z = DomainMatrix.eye(size, field.domain).to_dense()
        for other in values:
            if other != value:
                Z = Z * (P - _scaled(size, other, field)) * (field.whole(1) / (value - other))
        if any(x for row in (P * Z - Z * value).to_list() for x in row):
            reason = f"the eigenvalue {written(field, value)!r} has too few eigenvectors"
            raise _refusal(asked, reason)
        nodes = [[written(field, x) for x in row] for row in Z.to_list()]
        factors = tuple(
            (written(field, v), written(field, value - v)) for v in values if v != value
        )
        parts.append(Part(written(field, value), multiplicity, not value, factors, nodes))
    return Spectrum(tuple(parts), _apart(values, field))


def _scaled(size: int, value: Any, field: Field) -> DomainMatrix:
    return DomainMatrix.eye(size, field.domain).to_dense() * value


def _apart(values: list[Any], field: Field) -> tuple[Condition, ...]:
    """That eigenvalues with symbols differ, where no declared fact tells."""
    return tuple(
        Relation(written(field, one - other), "!=", number(0))
        for k, one in enumerate(values)
        for other in values[k + 1 :]
        if field.has_symbols and sign(field, one - other) is None
    )


def _eigenvalues(chain: Transitions, asked: str) -> tuple[Field, list[tuple[Any, int]]]:
    """The field that holds the eigenvalues, and each with its multiplicity."""
    field = chain.field
    table = DomainMatrix([list(r) for r in chain.elements], (chain.size,) * 2, field.domain)
    polynomial = Poly.from_list(
        [field.domain.to_sympy(c) for c in table.charpoly()], LAM, domain=field.domain
    )
    _, factors = polynomial.factor_list()
    linear = [
        (field.domain.convert(-f.rep.to_list()[1] / f.rep.to_list()[0]), m)
        for f, m in factors
        if f.degree() == 1
    ]
    rest = [(f, m) for f, m in factors if f.degree() > 1]
    if not rest:
        return field, linear
    if len(rest) > 1 or rest[0][0].degree() > 2 or not field.domain.is_QQ:
        raise _refusal(asked, f"the eigenvalues are roots of {_text(rest[0][0])}")
    quadratic, multiplicity = rest[0]
    a, b, c = (Fraction(int(x.p), int(x.q)) for x in quadratic.all_coeffs())
    inside = b * b - 4 * a * c
    if inside < 0:
        raise _refusal(asked, f"two eigenvalues are complex, the roots of {_text(quadratic)}")
    wide = field.extended(inside)
    root = wide.domain.from_sympy(sqrt(_rational(inside)))
    middle = wide.domain.convert(_rational(-b / (2 * a)))
    half = root * wide.domain.convert(_rational(1 / (2 * a)))
    linear = [(wide.domain.convert_from(value, field.domain), m) for value, m in linear]
    pair = [(middle + half, multiplicity), (middle - half, multiplicity)]
    return wide, [*linear, *pair]


def _rational(value: Fraction) -> Rational:
    return Rational(value.numerator, value.denominator)


def _text(polynomial: Poly) -> str:
    return str(polynomial.as_expr()).replace("_lam", "lam").replace("**", "^")


def _refusal(asked: str, reason: str) -> NoClosedFormError:
    question, remedy = asked.split("; ")
    return NoClosedFormError(
        f"no closed form of {question}: {reason}\n"
        f"  known    : real eigenvalues in one square root, with enough eigenvectors\n"
        f"  to fix   : {remedy}"
    )
