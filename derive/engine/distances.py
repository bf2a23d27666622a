"""Mean distances E|x - c|, from the part of a kernel's total that lies below a place.

    E|x - c| = E x - c + 2 E[(c - x) 1(x < c)],

and where ``x = T(y)`` is increasing, ``x < c`` is ``y < t`` with ``T(t) = c``, cut off at the
ends of the kernel.  ``PARTIAL_TOTALS`` gives the total of a kernel up to t, where that is
known; what is averaged shifts the natural parameters, as in ``expectation``.  Nothing is listed
per law.

To add a kernel, add a row.  The truth test integrates it at random parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sympy
from sympy import Add, Expr, Integer, Pow, Symbol, binomial

from derive.engine.factoring import cancelled, in_factors
from derive.engine.polynomial_densities import linear, without_powers_of_sign
from derive.engine.standard_form import Branch
from derive.errors import NoRuleError
from derive.language.sympy_scalars import normcdf, relu

ZERO, ONE = Integer(0), Integer(1)
HIGHEST = 6
ORIGIN = "the part of the total below a place"


# --- totals up to a place -------------------------------------------------------------


def _gamma(a: Expr, b: Expr, t: Expr) -> Expr:
    """Of y^a exp(b y) over (0, t), for a whole or half a; by parts down to a = 0 or -1/2."""
    if a.is_Integer and a >= 0:
        if a == 0:
            return (1 - sympy.exp(b * t)) / -b
    elif (2 * a).is_Integer and 2 * a >= -1:
        if 2 * a == -1:
            return sympy.sqrt(sympy.pi / -b) * sympy.erf(sympy.sqrt(-b * t))
    else:
        raise NoRuleError(f"the part of a gamma kernel is not known for y^({a})")
    if a > HIGHEST:
        raise NoRuleError("the sum is too long")
    return (a * _gamma(a - 1, b, t) - t**a * sympy.exp(b * t)) / -b


def _whole(power: Expr) -> bool:
    return bool(power.is_Integer and 0 <= power <= HIGHEST)


def _beta(a: Expr, b: Expr, t: Expr) -> Expr:
    """Of y^a (1 - y)^b over (0, t), where one of the powers is whole."""
    if _whole(b):
        return Add(
            *((-1) ** j * binomial(b, j) * t ** (a + j + 1) / (a + j + 1) for j in range(b + 1))
        )
    if _whole(a):
        return Add(
            *(
                (-1) ** j * binomial(a, j) * (1 - (1 - t) ** (b + j + 1)) / (b + j + 1)
                for j in range(a + 1)
            )
        )
    raise NoRuleError("the part of a beta kernel is known for whole powers")


def _beta_prime(a: Expr, b: Expr, t: Expr) -> Expr:
    """Of y^a (1 + y)^b over (0, t), where a is whole."""
    if not _whole(a):
        raise NoRuleError("the part of a beta prime kernel is known for whole powers")
    return Add(
        *(
            (-1) ** (a - j) * binomial(a, j) * ((1 + t) ** (b + j + 1) - 1) / (b + j + 1)
            for j in range(a + 1)
        )
    )


def _gaussian(a: Expr, b: Expr, t: Expr) -> Expr:
    """Of exp(a y + b y^2) over (-infinity, t)."""
    mean, spread = -a / (2 * b), 1 / sympy.sqrt(-2 * b)
    total = sympy.sqrt(sympy.pi / -b) * sympy.exp(-(a**2) / (4 * b))
    return total * normcdf((t - mean) / spread)


PARTIAL_TOTALS: Mapping[str, Callable[[Expr, Expr, Expr], Expr]] = {
    "gamma": _gamma,
    "beta": _beta,
    "beta_prime": _beta_prime,
    "gaussian": _gaussian,
}


# --- the distance ---------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """``T(y) = start + slope * y^exponent`` or ``start + slope * exp(exponent * y)``."""

    start: Expr
    slope: Expr
    exponent: Expr
    is_exponential: bool


def distance(function: Expr, x: Symbol) -> tuple[Expr, Expr, Expr]:
    """k, m and c, if the function is ``k |x - c| + m (x - c)``.

    Raises
    ------
    NoRuleError
        It is not.
    """
    opened = sympy.expand(without_powers_of_sign(function))
    sizes = opened.atoms(sympy.Abs)
    if len(sizes) != 1:
        raise NoRuleError(f"{function} is no distance")
    (size,) = sizes
    slope, start = linear(size.args[0], x)
    centre = -start / slope
    rest = sympy.expand(opened - opened.coeff(size, 1) * size)
    factor = opened.coeff(size, 1) * sympy.Abs(slope)
    along = rest.coeff(x, 1)
    off = sympy.expand(rest - along * (x - centre))
    if factor.has(x) or along.has(x) or rest.has(sympy.Abs) or sympy.simplify(off) != 0:
        raise NoRuleError(f"{function} is no distance")
    return factor, along, centre


def mean_distance(centre: Expr, branch: Branch) -> Expr:
    """``2 E[(c - x) 1(x < c)]``, or where T falls ``2 E[(x - c) 1(x > c)]``."""
    kernel, place = branch.kernel, _place(branch)
    if kernel.name not in PARTIAL_TOTALS or len(branch.natural) != 2:
        raise NoRuleError(f"no part of the {kernel.title} is known")
    part = PARTIAL_TOTALS[kernel.name]
    t = _cut(place, centre, kernel.name)
    first, second = branch.natural
    mass = part(first, second, t)
    if kernel.name == "gaussian" and not place.is_exponential:
        if place.exponent != 1:
            raise NoRuleError("a Gaussian value is not raised to a power")
        slot = sympy.Dummy(real=True)
        above = sympy.diff(part(slot, second, t), slot).xreplace({slot: first})
    elif place.is_exponential:
        if kernel.name != "gamma":
            raise NoRuleError("an exponential of the value is known for gamma kernels")
        above = part(first, second + place.exponent, t)
    else:
        above = part(first + place.exponent, second, t)
    total = sympy.exp(branch.at(kernel.log_total))
    moved = centre - place.start
    return 2 * _sign_of(place) * (moved * mass - place.slope * above) / total


def is_rising(branch: Branch) -> bool:
    """Whether x grows with y."""
    return bool(_sign_of(_place(branch)) == 1)


def _sign_of(place: Place) -> Expr:
    sign = sympy.sign(place.slope * place.exponent)
    if sign not in (1, -1):
        raise NoRuleError("it is not known which way x moves with y")
    return sign


def _place(branch: Branch) -> Place:
    """How x depends on y."""
    y, change = branch.kernel.value, sympy.expand(branch.change)
    start, moving = change.as_independent(y, as_Add=True)
    slope, part = moving.as_independent(y, as_Add=False)
    base, exponent = part.as_base_exp()
    if base == y and not exponent.has(y):
        return Place(start, slope, exponent, False)
    if isinstance(part, sympy.exp):
        rate, rest = linear(part.args[0], y)
        return Place(start, slope * sympy.exp(rest), rate, True)
    raise NoRuleError(f"{change} is no power of the value")


def _cut(place: Place, centre: Expr, kernel: str) -> Expr:
    """The t with ``T(t) = c``, or the nearer end of the kernel."""
    ratio = cancelled((centre - place.start) / place.slope)
    if kernel == "gaussian" and not place.is_exponential:
        return ratio
    if place.is_exponential:  # exp(rate t) grows from 1 on
        if not place.exponent.is_positive:
            raise NoRuleError("a falling exponential is not inverted")
        return sympy.log(1 + _above(ratio - 1)) / place.exponent
    if not place.exponent.is_positive:
        raise NoRuleError("a falling power is not inverted")
    inside = _above(ratio)
    if kernel == "beta":
        inside -= _above(ratio - 1)
    return Pow(inside, 1 / place.exponent)


def _above(value: Expr) -> Expr:
    """A number cut off at 0 from below."""
    if value.is_nonnegative:
        return value
    return ZERO if value.is_nonpositive else relu(in_factors(value))
