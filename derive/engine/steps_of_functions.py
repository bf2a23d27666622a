"""Functions that jump: cases by their steps, and the part of (0, 1) where steps are one."""

from __future__ import annotations

import sympy
from sympy import Expr, Integer, Mul, Symbol

from derive.engine.factoring import factored
from derive.errors import NoRuleError

ZERO, ONE = Integer(0), Integer(1)
MOST_STEPS = 5  # steps inside other functions that are gone through side by side


def by_cases(function: Expr) -> Expr:
    """``f(H) = f(1) H + f(0) (1 - H)`` for each step H inside another function.

    Raises
    ------
    NoRuleError
        There are too many steps, or the function is infinite at a value of one.
    """
    inside = sorted(
        {
            step
            for part in function.atoms(sympy.exp, sympy.log, sympy.Pow)
            for step in part.atoms(sympy.Heaviside)
        },
        key=sympy.default_sort_key,
    )
    if len(inside) > MOST_STEPS:
        raise NoRuleError(f"{function} has too many steps")
    for step in inside:
        above, below = (function.xreplace({step: value}) for value in (ONE, ZERO))
        function = step * above + (1 - step) * below
        if function.has(sympy.zoo, sympy.nan, sympy.oo):
            raise NoRuleError("the function is infinite on one side of a step")
    return function


def cut_at_steps(term: Expr, y: Symbol) -> tuple[Expr, Expr, Expr]:
    """Where on (0, 1) the steps of a product are one, and the product without them.

    A step times a polynomial stays as it is.

    Raises
    ------
    NoRuleError
        Where a step lies is not known.
    """
    steps = [f for f in Mul.make_args(term) if isinstance(f, sympy.Heaviside) and f.has(y)]
    smooth = Mul(*(f for f in Mul.make_args(term) if f not in steps))
    if not steps or (len(steps) == 1 and smooth.is_polynomial(y)):
        return ZERO, ONE, term
    low, high = ZERO, ONE
    for step in steps:
        inside = sympy.expand(step.args[0])
        if not inside.is_polynomial(y) or sympy.degree(inside, y) != 1:
            raise NoRuleError(f"{inside} is not linear")
        slope = inside.coeff(y, 1)
        place = factored(-inside.coeff(y, 0) / slope)
        if slope.is_positive:
            low = _larger(low, place)
        elif slope.is_negative:
            high = -_larger(-high, -place)
        else:
            raise NoRuleError(f"the sign of {slope} is not known")
    return (low, high, smooth) if _larger(low, high) == high else (ZERO, ZERO, smooth)


def _larger(one: Expr, other: Expr) -> Expr:
    """The larger of two places."""
    gap = factored(other - one)
    if gap.is_nonnegative:
        return other
    if gap.is_nonpositive:
        return one
    raise NoRuleError(f"which of {one} and {other} is larger is not known")
