"""Functions with kinks and jumps as sums of smooth functions times indicators.

    relu(u) = u 1[u > 0],   |u| = u (2 1[u > 0] - 1),   sign(u) = 2 1[u > 0] - 1

but for the one point where u is 0, which a density does not see.  ``erf(u)`` and the normal
distribution function of u are soft steps of the same kind: ``1[Z < u]`` averaged over a
standard normal Z.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy
from sympy import Add, Expr, Integer, Mul, Symbol

from derive.errors import NoRuleError
from derive.language.sympy_scalars import normcdf, relu

ZERO, ONE = Integer(0), Integer(1)
KINKED = (relu, sympy.Abs, sympy.sign, sympy.Heaviside)
SOFT = (normcdf, sympy.erf)
MOST_CASES = 5  # kinks that are gone through side by side


@dataclass(frozen=True)
class Threshold:
    """``1[u > 0]`` of a function u of x, or the normal distribution function of u if soft."""

    inside: Expr
    is_soft: bool = False


@dataclass(frozen=True)
class Split:
    """``smooth + sum_k factors_k * 1[u_k > 0]``."""

    smooth: Expr
    factors: tuple[tuple[Threshold, Expr], ...]


def split_at_kinks(function: Expr, x: Symbol) -> Split:
    """The function as smooth functions times indicators.

    Raises
    ------
    NoRuleError
        It has no kinks, too many, or two whose order is not known.
    """
    names: dict[Threshold, Expr] = {}
    if not _kinks(function, x):
        raise NoRuleError(f"{function} has no kinks")
    opened = Add(*(_opened(term, x, names) for term in Add.make_args(sympy.expand(function))))
    letters = tuple(names.values())
    smooth, factors = ZERO, dict[Expr, Expr]()
    for term in Add.make_args(sympy.expand(opened)):
        rest, indicators = term.as_independent(*letters, as_Add=False)
        which = _one_indicator(indicators, names)
        if which is None:
            smooth += rest
        else:
            factors[which] = factors.get(which, ZERO) + rest
    found = tuple((t, factors[n]) for t, n in names.items() if factors.get(n, ZERO) != 0)
    return Split(smooth, found)


def _kinks(function: Expr, x: Symbol) -> list[Expr]:
    """The kinked functions of x in an expression, in a fixed order."""
    found = [part for part in function.atoms(*KINKED, *SOFT) if part.has(x)]
    return sorted(found, key=sympy.default_sort_key)


def _opened(term: Expr, x: Symbol, names: dict[Threshold, Expr]) -> Expr:
    """A product of kinked functions and smooth ones as a polynomial in indicators."""
    parts = _kinks(term, x)
    simple = {part for f in Mul.make_args(term) if (part := _base(f)) in parts}
    rest = Mul(*(f for f in Mul.make_args(term) if _base(f) not in simple))
    is_nested = any(part.args[0].has(*KINKED, *SOFT) for part in parts)
    if not is_nested and not _kinks(rest, x):
        return sympy.expand(term.xreplace({p: _by_indicators(p, x, names) for p in parts}))
    return _by_cases(term, x, names)


def _base(factor: Expr) -> Expr:
    """What a factor is a whole positive power of, or the factor."""
    base, exponent = factor.as_base_exp()
    return base if exponent.is_Integer and exponent.is_positive else factor


def _by_cases(function: Expr, x: Symbol, names: dict[Threshold, Expr]) -> Expr:
    """``f = (f where u > 0) 1[u > 0] + (f where u < 0) (1 - 1[u > 0])``, innermost u first."""
    parts = _kinks(function, x)
    if not parts:
        return sympy.expand(function)
    if len(parts) > MOST_CASES:
        raise NoRuleError(f"{function} has too many kinks")
    part = min(parts, key=sympy.count_ops)
    if isinstance(part, SOFT):
        raise NoRuleError(f"{function} is no polynomial in {part}")
    inside = part.args[0]
    above = _indicator(inside, x, names)
    whole = ZERO
    for share, at_above in ((above, ONE), (1 - above, ZERO)):
        value = _with_indicator(part, at_above)
        case = function.xreplace({part: value})
        if case.has(sympy.zoo, sympy.nan, sympy.oo):
            raise NoRuleError(f"{function} is infinite on one side of a kink")
        whole += share * _by_cases(case, x, names)
    return sympy.expand(whole)


def _by_indicators(part: Expr, x: Symbol, names: dict[Threshold, Expr]) -> Expr:
    """One kinked function by its indicator."""
    inside = part.args[0]
    if isinstance(part, normcdf):
        return _letter(Threshold(inside, True), names)
    if isinstance(part, sympy.erf):
        return 2 * _letter(Threshold(sympy.sqrt(2) * inside, True), names) - 1
    return _with_indicator(part, _indicator(inside, x, names))


def _with_indicator(part: Expr, above: Expr) -> Expr:
    """A kinked function of u where ``1[u > 0]`` is given."""
    inside = part.args[0]
    if isinstance(part, relu):
        return inside * above
    if isinstance(part, sympy.Heaviside):
        return above
    return (inside if isinstance(part, sympy.Abs) else ONE) * (2 * above - 1)


def _indicator(inside: Expr, x: Symbol, names: dict[Threshold, Expr]) -> Expr:
    """``1[u > 0]``; of a linear u with a slope of known sign as one of x > c."""
    if inside.is_polynomial(x) and sympy.degree(inside, x) == 1:
        slope = sympy.expand(inside).coeff(x, 1)
        beyond = x + sympy.expand(inside.xreplace({x: ZERO})) / slope
        if slope.is_positive:
            return _letter(Threshold(beyond), names)
        if slope.is_negative:
            return 1 - _letter(Threshold(beyond), names)
    return _letter(Threshold(inside), names)


def _letter(threshold: Threshold, names: dict[Threshold, Expr]) -> Expr:
    return names.setdefault(threshold, sympy.Dummy(f"above{len(names)}"))


def _one_indicator(product: Expr, names: dict[Threshold, Expr]) -> Expr | None:
    """The letter of a product of indicators, each its own square; None for no letter."""
    powers = product.as_powers_dict()
    threshold_of = {letter: threshold for threshold, letter in names.items()}
    kept: Expr | None = None
    for base, exponent in powers.items():
        if base == 1:
            continue
        is_power = base in threshold_of and exponent.is_Integer and exponent > 0
        if not is_power or (threshold_of[base].is_soft and exponent != 1):
            raise NoRuleError(f"{product} is no product of indicators")
        kept = base if kept is None else _later(kept, base, threshold_of)
    return kept


def _later(first: Expr, second: Expr, threshold_of: dict[Expr, Threshold]) -> Expr:
    """The letter of ``1[x > c] 1[x > d]``, that of the larger place."""
    one, other = threshold_of[first], threshold_of[second]
    gap = sympy.expand(one.inside - other.inside)  # d - c where both are x less a place
    if not (one.is_soft or other.is_soft):
        if gap.is_nonnegative:
            return second
        if gap.is_nonpositive:
            return first
    raise NoRuleError("which of two kinks comes first is not known")
