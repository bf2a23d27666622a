"""The Hessian of a function of scalars at a point that is known in numbers, and its sign.

Positive leading minors say that a symmetric matrix is positive definite (Sylvester); a form
that is not of one sign, with a determinant that is not zero, has both.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

import sympy

from derive.engine.forward import differentiate
from derive.engine.stationary.curvature import hessian_matrix
from derive.engine.stationary.equation import put_in, simplified
from derive.errors import DomainError, NoRuleError
from derive.language.expression import Node, is_zero

SignOfForm = Literal["positive definite", "negative definite", "indefinite", "unknown"]


def hessian_at(
    gradients: Sequence[tuple[Node, Node]], values: Sequence[tuple[Node, Node]]
) -> list[list[Fraction]] | None:
    """The second derivatives at a point, if the variables are scalars and all is in numbers."""
    if not all(x.is_scalar and value.is_number for x, value in values):
        return None
    rows = []
    for _, gradient in gradients:
        row = [_entry(gradient, y, values) for y, _ in values]
        if any(entry is None for entry in row):
            return None
        rows.append([entry for entry in row if entry is not None])
    return rows


def _entry(gradient: Node, variable: Node, values: Sequence[tuple[Node, Node]]) -> Fraction | None:
    if variable not in gradient.symbols:
        return Fraction(0)
    try:
        second = simplified(differentiate(gradient, (variable,)).differential)
        if is_zero(second):
            return Fraction(0)
        matrix = hessian_matrix(second, variable)
        there = None if matrix is None else put_in(matrix, dict(values))
    except (NoRuleError, DomainError):
        return None
    return there.data if there is not None and there.is_number else None


def sign_of_form(rows: list[list[Fraction]]) -> SignOfForm:
    """The sign of a quadratic form with these numbers."""
    matrix = sympy.Matrix([[sympy.Rational(x.numerator, x.denominator) for x in r] for r in rows])
    minors = [matrix[:k, :k].det() for k in range(1, len(rows) + 1)]
    if all(minor > 0 for minor in minors):
        return "positive definite"
    if all(minor * (-1) ** k > 0 for k, minor in enumerate(minors, start=1)):
        return "negative definite"
    return "indefinite" if minors[-1] != 0 else "unknown"
