"""A quadratic form in symbols as a sum of squares, by completing them one after another."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from derive.language.expression import Node, add, elementwise_power, multiply, number
from derive.linear_algebra.exact_field import Field


def sum_of_squares(form: Any, field: Field) -> Node:
    """A polynomial with its squares completed where that is possible, else as it stands.

    ``a^2 - 2ac + c^2 + 4b^2`` becomes ``(a - c)^2 + 4b^2``.
    """
    squares = _completed(form)
    if squares is None:
        return field.polynomial_node(form)
    return add(
        *(
            multiply(number(weight), elementwise_power(field.polynomial_node(base), number(2)))
            for weight, base in squares
        )
    )


def _completed(form: Any) -> list[tuple[Fraction, Any]] | None:
    """The weights and bases of ``sum weight * base^2``; None if a square cannot be completed."""
    if any(sum(exponents) != 2 for exponents in form.itermonoms()):
        return None
    squares: list[tuple[Fraction, Any]] = []
    for generator in form.ring.gens:
        weight = form.coeff(generator**2)
        slope = form.diff(generator)
        if not weight:
            if slope:
                return None
            continue
        # The form is weight*(generator + rest)^2 + ..., and slope = 2*weight*(generator + rest).
        content, base = slope.primitive()
        scale = Fraction(int(content) ** 2, 4 * int(weight))
        if scale.denominator != 1:
            return None
        squares.append((scale, base))
        form = form - base**2 * int(scale)
    return squares if not form else None
