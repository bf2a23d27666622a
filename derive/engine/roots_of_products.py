"""Factors of a product as a person writes them: a quotient of roots is the root of a quotient.

``1/2 sqrt(2) sqrt(pi)`` is ``sqrt(pi/2)``, ``sqrt(a)/sqrt(m)`` is ``sqrt(a/m)``, and
``-(pi - 4)`` is ``4 - pi``.
"""

from __future__ import annotations

from collections.abc import Iterable

import sympy
from sympy import Expr, Integer, Mul, Pow

HALF = sympy.Rational(1, 2)


def with_one_root(factors: Iterable[Expr]) -> list[Expr]:
    """The factors with roots that make a quotient, or are of numbers, as one root.

    A minus goes into a sum of numbers that is negative.

    Examples
    --------
    >>> with_one_root((sympy.Rational(1, 2), sympy.sqrt(2), sympy.sqrt(sympy.pi)))
    [sqrt(pi/2)]
    """
    given = list(factors)
    number = Mul(*(f for f in given if f.is_Rational))
    roots: list[Expr] = []
    rest: list[Expr] = []
    for factor in given:
        base, exponent = factor.as_base_exp()
        if factor.is_Rational:
            continue
        if abs(exponent) == HALF and base.is_positive and not base.is_Add:
            roots.append(base ** (2 * exponent))
        elif number.is_negative and factor.is_Add and factor.is_number and factor.is_negative:
            number, rest = -number, [*rest, -factor]
        else:
            rest.append(factor)
    is_quotient = any(sympy.fraction(root)[0] == 1 for root in roots)
    is_one_root = len(roots) > 1 and (is_quotient or all(root.is_number for root in roots))
    if not is_one_root:
        if rest == [f for f in given if f in rest]:
            return given
        root = [sympy.sqrt(r) for r in roots]
    else:
        number, inside = _shorter(number, Mul(*roots))
        root = [Pow(inside, HALF, evaluate=False)]
    ahead = [] if number == 1 else [number]
    return [*ahead, *root, *rest] or [Integer(1)]


def _shorter(number: Expr, inside: Expr) -> tuple[Expr, Expr]:
    """A number and what stands under the root behind it: a whole denominator goes below it."""
    below = Integer(sympy.fraction(number)[1])
    moved = inside / below**2
    if _digits(moved) < _digits(inside) + len(str(below)):
        return number * below, moved
    return number, inside


def _digits(expr: Expr) -> int:
    above, below = sympy.fraction(expr.as_coeff_Mul()[0])
    return sum(len(str(part)) for part in (above, below) if part != 1)
