"""Strictly monotone functions of one variable, read as chains of steps, and their inverses.

A function is read from the variable outwards: sums and products with what is fixed, powers,
exponentials, logarithms.  Each step is one to one where its argument lies, which the signs of
the fixed parts show; from the steps follow the inverse, whether the function rises, and the
interval it maps to.  What is no such chain is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import sympy
from sympy import Add, Expr, Integer, Mul, Pow, Symbol, oo

from derive.engine.factoring import cancelled, in_factors
from derive.errors import NoRuleError
from derive.language.sympy_incomplete import (
    betainc,
    betaincinv,
    gammainc,
    gammaincinv,
    normquantile,
)
from derive.language.sympy_scalars import normcdf

ZERO, ONE = Integer(0), Integer(1)
INFINITE = (oo, -oo, sympy.zoo)


@dataclass(frozen=True)
class Monotone:
    """One branch of a function: strictly monotone on an interval.

    Attributes
    ----------
    inverse : function of Expr
        The place where the function has a value.
    rises : bool
    lower, upper : Expr
        The interval of its values, perhaps infinite.
    """

    inverse: Callable[[Expr], Expr]
    rises: bool
    lower: Expr
    upper: Expr

    def then(self, rises: bool, ends: tuple[Expr, Expr], back: Callable[[Expr], Expr]) -> Monotone:
        """Followed by a step that maps the ends to `ends` and is undone by `back`."""
        inner = self.inverse
        low, high = ends if rises else ends[::-1]
        return Monotone(lambda t: inner(back(t)), self.rises == rises, low, high)


def branches_of(function: Expr, x: Symbol, lower: Expr, upper: Expr) -> tuple[Monotone, ...]:
    """The branches of a function on an interval; one, unless an even step folds it at 0.

    Raises
    ------
    NoRuleError
        The function is no chain of steps known to be one to one; the message names the part.
    """
    if function == x:
        return (Monotone(lambda t: t, True, lower, upper),)
    if not function.has(x):
        raise NoRuleError(f"{function} does not depend on {x}")
    outer, inner = _outermost(function, x)
    found: list[Monotone] = []
    for branch in branches_of(inner, x, lower, upper):
        found += outer(branch)
    return tuple(found)


def monotone(function: Expr, x: Symbol, lower: Expr, upper: Expr) -> Monotone:
    """The one branch of a function that is strictly monotone on the interval."""
    found = branches_of(function, x, lower, upper)
    if len(found) != 1:
        raise NoRuleError(f"{function} takes values more than once")
    return found[0]


Outer = Callable[[Monotone], list[Monotone]]


def _outermost(function: Expr, x: Symbol) -> tuple[Outer, Expr]:
    """The last step of the chain, and what it is applied to."""
    if isinstance(function, Add):
        fixed, moving = function.as_independent(x, as_Add=True)
        if fixed != 0 and not (moving.is_Add and _combined(function, x) is not None):
            return _shift(fixed), moving
    elif isinstance(function, Mul):
        fixed, moving = function.as_independent(x, as_Add=False)
        if fixed != 1:
            return _scale(fixed), moving
    elif isinstance(function, Pow) and not function.exp.has(x):
        return _power(function.exp, function), function.base
    elif isinstance(function, Pow) and not function.base.has(x):
        return _of_base(function.base), function.exp
    elif isinstance(function, sympy.exp):
        return _of_base(sympy.E), function.args[0]
    elif isinstance(function, sympy.log):
        return _logarithm, function.args[0]
    elif isinstance(function, sympy.Abs):
        return _absolute, function.args[0]
    elif isinstance(function, sympy.atan):
        return _plain(sympy.tan, lambda t: _at(sympy.atan, t)), function.args[0]
    elif isinstance(function, sympy.asin):
        return _plain(sympy.sin, sympy.asin), function.args[0]
    elif isinstance(function, (sympy.erf, normcdf)):
        return _distribution(function), function.args[0]
    elif isinstance(function, (gammainc, betainc)) and not any(
        shape.has(x) for shape in function.args[:-1]
    ):
        return _distribution(function), function.args[-1]
    elif isinstance(function, sympy.tanh):
        return _plain(sympy.atanh, lambda t: _at(sympy.tanh, t)), function.args[0]
    elif isinstance(function, sympy.sinh):
        return _plain(sympy.asinh, lambda t: _at(sympy.sinh, t)), function.args[0]
    combined = _combined(function, x)
    if combined is None:
        raise NoRuleError(f"no step is known to be one to one in {function}")
    return combined


def _combined(function: Expr, x: Symbol) -> tuple[Outer, Expr] | None:
    """A sum of logarithms as one, a quotient of linear functions as one step, a full square."""
    logs = [term for term in Add.make_args(function) if term.has(x)]
    if len(logs) > 1 and all(
        any(isinstance(f, sympy.log) for f in Mul.make_args(term)) for term in logs
    ):
        common = sympy.Abs(logs[0].as_coeff_Mul()[0])
        joined = sympy.logcombine(Add(*(term / common for term in logs)), force=True)
        if not joined.is_Add:
            fixed = function - Add(*logs)
            return _shift(fixed), common * joined
    above, below = sympy.fraction(cancelled(sympy.together(function)))
    if below.has(x) and above.is_polynomial(x) and below.is_polynomial(x):
        first, second = sympy.Poly(above, x), sympy.Poly(below, x)
        if first.degree() <= 1 and second.degree() == 1:
            return _quotient(first.coeff_monomial(x), first.coeff_monomial(1), second), x
    if below == 1 and above.is_polynomial(x) and sympy.degree(above, x) == 2:
        a, b, c = (sympy.Poly(above, x).coeff_monomial(x**k) for k in (2, 1, 0))
        square = a * (x + b / (2 * a)) ** 2
        return _shift(sympy.simplify(c - b**2 / (4 * a))), square
    return None


# --- the steps ------------------------------------------------------------------------


def _shift(fixed: Expr) -> Outer:
    return lambda b: [
        b.then(True, (_plus(fixed, b.lower), _plus(fixed, b.upper)), lambda t: t - fixed)
    ]


def _plus(fixed: Expr, end: Expr) -> Expr:
    """An end moved; an infinite one stays, though SymPy doubts that ``1/m`` is finite."""
    return end if end in (oo, -oo) else fixed + end


def _scale(fixed: Expr) -> Outer:
    rises = _is_positive(fixed)
    return lambda b: [
        b.then(rises, (_times(fixed, b.lower), _times(fixed, b.upper)), lambda t: t / fixed)
    ]


def _times(fixed: Expr, end: Expr) -> Expr:
    if end in (oo, -oo):
        return end if _is_positive(fixed) else -end
    return fixed * end


def _power(exponent: Expr, function: Expr) -> Outer:
    rises = _is_positive(exponent)

    def outer(b: Monotone) -> list[Monotone]:
        if _is_at_least(b.lower, ZERO):
            ends = tuple(_power_of(end, exponent, rises) for end in (b.lower, b.upper))
            return [b.then(rises, (ends[0], ends[1]), lambda t: t ** (1 / exponent))]
        if exponent.is_integer and exponent.is_odd and rises:
            ends = tuple(end**exponent for end in (b.lower, b.upper))
            return [
                b.then(
                    True,
                    (ends[0], ends[1]),
                    lambda t: sympy.sign(t) * sympy.Abs(t) ** (1 / exponent),
                )
            ]
        if exponent.is_integer and exponent.is_even:
            return [part for half in _absolute(b) for part in outer(half)]
        if exponent == -1:
            return _reciprocal(b)
        raise NoRuleError(f"the sign of what is raised to {exponent} in {function} is not known")

    return outer


def _power_of(end: Expr, exponent: Expr, rises: bool) -> Expr:
    if end == 0:
        return ZERO if rises else oo
    if end is oo:
        return oo if rises else ZERO
    return end**exponent


def _reciprocal(b: Monotone) -> list[Monotone]:
    """1/u on an interval on one side of 0, or on both."""
    if _is_at_least(-b.upper, ZERO):
        ends = (ZERO if b.lower == -oo else 1 / b.lower, -oo if b.upper == 0 else 1 / b.upper)
        return [b.then(False, ends, lambda t: 1 / t)]
    return _glued(b)


def _glued(b: Monotone) -> list[Monotone]:
    """1/u of a value on the whole line: one to one, and onto it but for 0."""
    if (b.lower, b.upper) != (-oo, oo):
        raise NoRuleError("the reciprocal of a value that may be 0 falls apart in two intervals")
    return [replace(b, inverse=lambda t: b.inverse(1 / t), rises=not b.rises)]


def _of_base(base: Expr) -> Outer:
    rises = _is_positive(sympy.log(base))

    def outer(b: Monotone) -> list[Monotone]:
        low, high = (_exponential_of(end, base, rises) for end in (b.lower, b.upper))
        return [b.then(rises, (low, high), lambda t: sympy.log(t) / sympy.log(base))]

    return outer


def _exponential_of(end: Expr, base: Expr, rises: bool) -> Expr:
    if end in (oo, -oo):
        return oo if (end is oo) == rises else ZERO
    return base**end


def _logarithm(b: Monotone) -> list[Monotone]:
    if not _is_at_least(b.lower, ZERO):
        raise NoRuleError("the logarithm of a value that may be negative")
    low, high = (
        -oo if end == 0 else oo if end is oo else sympy.log(end) for end in (b.lower, b.upper)
    )
    return [b.then(True, (low, high), sympy.exp)]


def _absolute(b: Monotone) -> list[Monotone]:
    """|u|: one branch on either side of 0, where both have the same values."""
    if _is_at_least(b.lower, ZERO):
        return [b]
    if _is_at_least(-b.upper, ZERO):
        return [b.then(False, (-b.lower, -b.upper), lambda t: -t)]
    if sympy.simplify(b.lower + b.upper) != 0 and (b.lower, b.upper) != (-oo, oo):
        raise NoRuleError(f"|u| on ({b.lower}, {b.upper}) has branches with different values")
    inner = b.inverse
    return [
        Monotone(lambda t: inner(t), b.rises, ZERO, b.upper),
        Monotone(lambda t: inner(-t), not b.rises, ZERO, b.upper),
    ]


def _plain(back: Callable[[Expr], Expr], ahead: Callable[[Expr], Expr]) -> Outer:
    """A function that rises everywhere."""
    return lambda b: [b.then(True, (ahead(b.lower), ahead(b.upper)), back)]


def _distribution(function: Expr) -> Outer:
    """A distribution function of the last argument; its inverse is a function by name."""
    *shapes, _ = function.args
    if isinstance(function, sympy.erf):
        return _plain(_inverse_error, lambda t: _at(sympy.erf, t))
    if isinstance(function, normcdf):
        return _plain(normquantile, lambda t: (1 + sympy.erf(t / sympy.sqrt(2))) / 2)
    back = gammaincinv if isinstance(function, gammainc) else betaincinv
    whole = oo if isinstance(function, gammainc) else ONE

    def ahead(end: Expr) -> Expr:
        return end if end == 0 else ONE if end == whole else function.func(*shapes, end)

    return _plain(lambda t: back(*shapes, t), ahead)


def _inverse_error(t: Expr) -> Expr:
    """The inverse of ``erf(x) = 2 Phi(sqrt(2) x) - 1``."""
    return normquantile((1 + t) / 2) / sympy.sqrt(2)


def _at(function: Callable[[Expr], Expr], end: Expr) -> Expr:
    return function(end)


def _quotient(a: Expr, b: Expr, below: sympy.Poly) -> Outer:
    """(a u + b)/(c u + d) where c u + d has one sign."""
    (variable,) = below.gens
    c, d = below.coeff_monomial(variable), below.coeff_monomial(1)
    slope = sympy.simplify(a * d - b * c)
    rises = _is_positive(slope)

    def value(end: Expr, is_lower: bool) -> Expr:
        if end in (oo, -oo):
            return a / c
        under = sympy.simplify(c * end + d)
        if under == 0:
            return -oo if is_lower == rises else oo
        return sympy.simplify((a * end + b) / under)

    def outer(m: Monotone) -> list[Monotone]:
        _require_one_sign(c, d, m)
        low, high = value(m.lower, True), value(m.upper, False)
        return [m.then(rises, (low, high), lambda t: _back(a, b, c, d, t))]

    return outer


def _back(a: Expr, b: Expr, c: Expr, d: Expr, t: Expr) -> Expr:
    """Where (a u + b)/(c u + d) = t; ``t/(1 + t)`` as ``1/(1 + 1/t)``, which does not overflow."""
    if b == 0 and isinstance(t, (sympy.exp, Pow)):
        return d / (a / t - c)
    return in_factors((d * t - b) / (a - c * t))


def _require_one_sign(c: Expr, d: Expr, m: Monotone) -> None:
    pole = -d / c
    if not (_is_at_least(m.lower - pole, ZERO) or _is_at_least(pole - m.upper, ZERO)):
        raise NoRuleError(f"the denominator {c}*u + {d} may be 0")


# --- signs ------------------------------------------------------------------------------


def _is_positive(expr: Expr) -> bool:
    """Whether an expression is positive; it must be positive or negative."""
    above_one = [term for term in Add.make_args(expr) if isinstance(term, sympy.exp)]
    if len(above_one) == 1 and expr == above_one[0] - 1:
        return _is_positive(above_one[0].args[0])
    for candidate in (expr, in_factors(expr), sympy.simplify(expr)):
        if candidate.is_positive:
            return True
        if candidate.is_negative:
            return False
    free = sorted((s.name for s in expr.free_symbols if s.is_positive is None), key=str)
    remedy = (
        f"\n  to fix   : declare it, as in shapes='{free[0]}: positive', or give a number"
        if free
        else ""
    )
    raise NoRuleError(f"whether {expr} is positive or negative is not known{remedy}")


def _is_at_least(expr: Expr, bound: Expr) -> bool:
    difference = expr - bound
    return bool(
        difference is oo or difference.is_nonnegative or sympy.expand(difference).is_nonnegative
    )
