"""Means of functions with kinks on whole numbers, by counting.

Beyond its last kink c a function g is a smooth one, h, and

    E g = E h + sum over the points k <= c of p(k) (g(k) - h(k)).
"""

from __future__ import annotations

import sympy
from sympy import Add, Expr, Integer, Symbol

from derive.engine.gammas import one_argument
from derive.engine.kinks import KINKED
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.engine.standard_form import StandardForm
from derive.errors import NoRuleError
from derive.language.sympy_scalars import relu

ORIGIN = "the function beyond its kinks, and finitely many terms"
ZERO, ONE = Integer(0), Integer(1)
MOST_TERMS = 12  # points that are counted one by one


def beyond_all_kinks(
    function: Expr, form: StandardForm, algebra: ScalarAlgebra
) -> tuple[Expr, Expr, tuple[Expr, ...]]:
    """The function beyond its kinks, what the points up to them add to its mean, and for what.

    The last are numbers that must be positive, so that all those points are there.

    Raises
    ------
    NoRuleError
        The law has no first point or few in all, or a kink is no number near the first.
    """
    x, support = form.variable, form.law.support
    kinks = [part for part in function.atoms(*KINKED) if part.has(x)]
    is_counted = support.is_whole and support.step == 1 and support.points is None
    if not (is_counted and kinks) or support.lower is None:
        raise NoRuleError(f"the kinks of {function} are not counted")
    first = algebra.expr(support.lower)
    last = sympy.Max(first - 1, *(_last_below(part.args[0], x) for part in kinks))
    if not (first.is_Integer and last - first < MOST_TERMS):
        raise NoRuleError("too many points lie below the last kink")
    needs: tuple[Expr, ...] = ()
    if support.upper is not None:
        there = algebra.expr(support.upper) - last + 1
        if there.is_nonpositive:
            raise NoRuleError("the kinks lie beyond the last point")
        needs = () if there.is_positive else (there,)
    beyond = function.xreplace({part: _beyond(part, x) for part in kinks})
    points = [first + k for k in range(int(last - first) + 1)]
    gap = function - beyond
    correction = Add(*(_mass(form, point) * gap.subs(x, point) for point in points))
    return beyond, correction, needs


def _last_below(inside: Expr, x: Symbol) -> Expr:
    """The last whole number that is not beyond the zero of a linear function."""
    if not (inside.is_polynomial(x) and sympy.degree(inside, x) == 1):
        raise NoRuleError(f"{inside} is not linear")
    place = sympy.floor(-inside.subs(x, 0) / sympy.diff(inside, x))
    if not place.is_Integer:
        raise NoRuleError(f"where {inside} is 0 is not known")
    return place


def _beyond(part: Expr, x: Symbol) -> Expr:
    """A kinked function of a linear one where x is large."""
    inside = part.args[0]
    slope = sympy.diff(inside, x)
    if slope.is_positive is None:
        raise NoRuleError(f"whether {slope} is positive is not known")
    is_above = slope.is_positive
    if isinstance(part, relu):
        return inside if is_above else ZERO
    if isinstance(part, sympy.Heaviside):
        return ONE if is_above else ZERO
    sign = ONE if is_above else -ONE
    return sign * inside if isinstance(part, sympy.Abs) else sign


def _mass(form: StandardForm, point: Expr) -> Expr:
    """The probability of one point."""
    log_mass = sympy.expand(form.log_density.subs(form.variable, point))
    return sympy.powsimp(sympy.exp(sympy.expand_log(one_argument(log_mass))))
