"""Means under densities that are polynomials on an interval, by repeated integration by parts.

A beta kernel with whole natural parameters and ``x = m + l y`` is a polynomial P in y on
(0, 1): the uniform and the triangular law, and beta laws with whole parameters.  Then

    integral of P(y) g(u) over (0, 1) = sum_k (-1)^k P^(k)(y) G_(k+1)(u)/l^(k+1),  u = m + l y,

between the ends, where ``G_1, G_2, ...`` are the antiderivatives of g, each that of the one
before.  ``ANTIDERIVATIVES`` gives them for powers, logarithms, exponentials, moduli, ramps and
the logarithm of a sum of squares; nothing is listed per law.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sympy
from sympy import Add, Expr, Integer, Mul, Pow, Symbol, harmonic

from derive.engine.factoring import factored, in_factors
from derive.engine.standard_form import Branch
from derive.engine.steps_of_functions import by_cases, cut_at_steps
from derive.errors import NoRuleError
from derive.language.sympy_scalars import relu

ZERO, ONE = Integer(0), Integer(1)
HIGHEST = 6  # whole natural parameters up to here are multiplied out
ORIGIN = "integration by parts of a polynomial density"


@dataclass(frozen=True)
class Factor:
    """A function ``g(u; given)`` of a linear function u of y."""

    name: str
    inside: Expr
    given: Expr = ZERO


def mean_by_parts(function: Expr, x: Symbol, branch: Branch) -> tuple[Expr, tuple[Expr, ...]]:
    """The mean of a function of x under one branch, and what must be positive for it.

    Raises
    ------
    NoRuleError
        The density is no polynomial, or a term is none times a function of the table.
    """
    y = branch.kernel.value
    density = _polynomial(branch)
    total, requires = ZERO, dict[Expr, None]()
    written = without_powers_of_sign(by_cases(function)).xreplace({x: branch.change})
    for term in Add.make_args(opened_function(written, y)):
        low, high, smooth = cut_at_steps(term, y)
        if low == high:
            continue
        factor, rest = _read(smooth, y)
        if not rest.is_polynomial(y):
            raise NoRuleError(f"{rest} is no polynomial")
        total += _integral(density * rest, factor, y, requires, low, high)
    if total.has(sympy.I, sympy.nan, sympy.zoo):
        raise NoRuleError(f"the ends of {function} are not in its domain")
    return total, tuple(requires)


def _polynomial(branch: Branch) -> Expr:
    """The density of the kernel, written out."""
    kernel, y = branch.kernel, branch.kernel.value
    powers = branch.natural
    if kernel.name != "beta" or not all(p.is_Integer and 0 <= p <= HIGHEST for p in powers):
        raise NoRuleError("the density is no polynomial")
    if not branch.change.is_polynomial(y) or sympy.degree(branch.change, y) != 1:
        raise NoRuleError(f"{branch.change} is not linear")
    return y ** powers[0] * (1 - y) ** powers[1] / sympy.exp(branch.at(kernel.log_total))


# --- reading --------------------------------------------------------------------------


def without_powers_of_sign(function: Expr) -> Expr:
    """``k^sign(u)`` is ``(k + 1/k)/2 + sign(u) (k - 1/k)/2``, but for one point.

    And ``sign(u) |u|`` is u.
    """
    found = {
        part: (part.base + 1 / part.base) / 2 + part.exp * (part.base - 1 / part.base) / 2
        for part in function.atoms(Pow)
        if isinstance(part.exp, sympy.sign)
    }
    if not found:
        return function
    opened = sympy.expand(function.xreplace(found))
    for part in opened.atoms(sympy.sign):
        opened = opened.subs(part * sympy.Abs(part.args[0]), part.args[0])
    return sympy.expand(opened)


def opened_function(function: Expr, y: Symbol) -> Expr:
    """The function with logarithms of products written out and products multiplied out."""
    logs = {part: _sum_of_logs(part.args[0], y) for part in function.atoms(sympy.log)}
    return sympy.expand(
        function.xreplace(logs), power_base=False, power_exp=False, log=False, mul=True
    )


def _sum_of_logs(inside: Expr, y: Symbol) -> Expr:
    """The logarithm of a product; linear factors below count negatively."""
    if not inside.has(y):
        return sympy.log(inside)
    above, below = sympy.fraction(sympy.together(inside))
    parts = []
    for sign, side in ((1, above), (-1, below)):
        for base, exponent in _positive_factors(in_factors(side), y):
            parts.append(sign * exponent * sympy.log(base, evaluate=False))
    return Add(*parts)


def _positive_factors(product: Expr, y: Symbol) -> list[tuple[Expr, Expr]]:
    """Bases and exponents of a product that is positive, each base positive too."""
    number, rest = product.as_coeff_Mul()
    factors = [f.as_base_exp() for f in Mul.make_args(rest)]
    if number.is_negative:
        moving = [base for base, exponent in factors if base.has(y)]
        if len(moving) == 2:  # the smaller of the two is negative
            gap = sympy.expand(moving[1] - moving[0])
            if not (gap.is_positive or gap.is_negative):
                raise NoRuleError(f"the signs in {product} are not known")
            turned = moving[0] if gap.is_positive else moving[1]
        elif len(moving) == 1:
            turned = moving[0]
        else:
            raise NoRuleError(f"the signs in {product} are not known")
        factors = [(-b if b == turned else b, e) for b, e in factors]
        number = -number
    return [f for f in [(number, ONE), *factors] if f[0] != 1]


def _read(term: Expr, y: Symbol) -> tuple[Factor, Expr]:
    """The one factor that is no polynomial, and the others."""
    special = [f for f in Mul.make_args(term) if f.has(y) and not f.is_polynomial(y)]
    rest = Mul(*(f for f in Mul.make_args(term) if f not in special))
    if not special:
        return Factor("power", y, ZERO), rest
    if len(special) > 1:
        raise NoRuleError(f"{term} holds more than one function")
    return _factor(special[0], y, rest)


def _factor(part: Expr, y: Symbol, rest: Expr) -> tuple[Factor, Expr]:
    """A function of the table by its name."""
    if isinstance(part, sympy.log):
        return _of_logarithm(part.args[0], y), rest
    if isinstance(part, sympy.exp):
        slope = linear(part.args[0], y)[0]
        if not slope.is_nonzero:
            raise NoRuleError(f"{slope} may be zero")
        return Factor("exp", part.args[0]), rest
    if isinstance(part, sympy.sign):
        return Factor("sign", part.args[0]), rest
    if isinstance(part, sympy.cos | sympy.sin):
        slope = linear(part.args[0], y)[0]
        if not slope.is_nonzero:
            raise NoRuleError(f"{slope} may be zero")
        return Factor("cos", part.args[0], ONE if isinstance(part, sympy.sin) else ZERO), rest
    if isinstance(part, sympy.Heaviside):
        return Factor("ramp", part.args[0], ZERO), rest
    base, exponent = part.as_base_exp()
    if isinstance(base, relu) and not exponent.has(y) and exponent.is_positive:
        return Factor("ramp", base.args[0], exponent), rest
    outside, base = base.as_independent(y, as_Add=False)
    if outside != 1 and not exponent.has(y):
        if not outside.is_positive:
            raise NoRuleError(f"the sign of {outside} is not known")
        rest *= outside**exponent
        part = base**exponent
    if isinstance(base, sympy.Abs) and not exponent.has(y) and (exponent + 1).is_positive:
        return Factor("modulus", base.args[0], exponent), rest
    if exponent.has(y):
        return _factor(sympy.exp(exponent * sympy.log(part.base)), y, rest)
    linear(base, y)
    if exponent == -1:
        return Factor("reciprocal", base), rest
    if (exponent + 1).is_positive:
        return Factor("positive power", base, exponent), rest
    raise NoRuleError(f"{part} has no antiderivative for every exponent")


def _of_logarithm(inside: Expr, y: Symbol) -> Factor:
    """The logarithm of a linear function, or of a square and a positive number."""
    if inside.is_polynomial(y) and sympy.degree(inside, y) == 1:
        return Factor("log", inside)
    root, gap = squares(inside, y)
    return Factor("squares", root, gap)


def squares(inside: Expr, y: Symbol) -> tuple[Expr, Expr]:
    """u and g, if a polynomial of degree two is u^2 + g^2 with u linear and g > 0."""
    if not inside.is_polynomial(y) or sympy.degree(inside, y) != 2:
        raise NoRuleError(f"{inside} is no sum of squares")
    c, b, a = (sympy.expand(inside).coeff(y, k) for k in range(3))
    gap = factored(c - b**2 / (4 * a))
    if not (a.is_positive and gap.is_positive):
        raise NoRuleError(f"{inside} may be negative")
    root = sympy.sqrt(a)
    return root * y + b / (2 * root), sympy.sqrt(gap)


def linear(inside: Expr, y: Symbol) -> tuple[Expr, Expr]:
    """Slope and start of a linear function of y."""
    if not inside.is_polynomial(y) or sympy.degree(inside, y) != 1:
        raise NoRuleError(f"{inside} is not linear")
    opened = sympy.expand(inside)
    return opened.coeff(y, 1), opened.coeff(y, 0)


# --- integrating ----------------------------------------------------------------------


def _integral(
    density: Expr,
    factor: Factor,
    y: Symbol,
    requires: dict[Expr, None],
    low: Expr = ZERO,
    high: Expr = ONE,
) -> Expr:
    """The integral between two places of the interval."""
    slope, start = (in_factors(part) for part in linear(factor.inside, y))
    ends = {end: in_factors(sympy.expand(slope * end + start)) for end in (low, high)}
    if factor.name in OF_POSITIVE:  # the lower of two ends that are positive
        lower = [ends[low if slope.is_positive else high]] if slope.is_real else []
        lower = lower if slope.is_positive or slope.is_negative else list(ends.values())
        requires.update(dict.fromkeys(u for u in lower if u != 0 and not u.is_positive))
    total, polynomial, sign = ZERO, density, ONE
    number = 1
    while polynomial != 0:
        for end, u in ends.items():
            at_end = polynomial.subs(y, end)
            if at_end == 0 or (u == 0 and factor.name in GONE_AT_ZERO):
                continue
            if u == 0 and factor.name == "reciprocal":
                raise NoRuleError("a reciprocal has no mean over an interval from 0 on")
            value = ANTIDERIVATIVES[factor.name](u, factor.given, number)
            total += (1 if end == high else -1) * sign * at_end * value / slope**number
        polynomial, sign, number = sympy.diff(sympy.expand(polynomial), y), -sign, number + 1
    return total


def _rising(s: Expr, number: int) -> Expr:
    """``(s + 1) ... (s + n)``."""
    return Mul(*(s + k for k in range(1, number + 1)))


def _power(u: Expr, s: Expr, number: int) -> Expr:
    return u ** (s + number) / _rising(s, number)


def _ramp(u: Expr, s: Expr, number: int) -> Expr:
    """Of ``relu(u)^s``, or for s = 0 of ``1[u > 0]``."""
    return relu(u) ** (s + number) / _rising(s, number)


def _logarithm(u: Expr, given: Expr, number: int) -> Expr:
    return u**number * (sympy.log(u) - harmonic(number)) / sympy.factorial(number)


def _reciprocal(u: Expr, given: Expr, number: int) -> Expr:
    return sympy.log(u) if number == 1 else _logarithm(u, given, number - 1)


def _modulus(u: Expr, s: Expr, number: int) -> Expr:
    """``|u|^(s + n)``, with the sign of u for odd n."""
    odd = number % 2
    return u**odd * sympy.Abs(u) ** (s + number - odd) / _rising(s, number)


def _sign(u: Expr, given: Expr, number: int) -> Expr:
    return sympy.Abs(u) * u ** (number - 1) / sympy.factorial(number)


def _squares(u: Expr, g: Expr, number: int) -> Expr:
    """Twice the real part of those of log(u + i g)."""
    real, imaginary = sympy.expand((u + sympy.I * g) ** number).as_real_imag()
    log = sympy.log(u**2 + g**2) / 2 - harmonic(number)
    return 2 * (real * log + imaginary * sympy.atan(u / g)) / sympy.factorial(number)


ANTIDERIVATIVES: Mapping[str, Callable[[Expr, Expr, int], Expr]] = {
    "power": _power,
    "positive power": _power,
    "log": _logarithm,
    "reciprocal": _reciprocal,
    "exp": lambda u, given, number: sympy.exp(u),
    "cos": lambda u, shift, number: sympy.cos(u - (number + shift) * sympy.pi / 2),
    "modulus": _modulus,
    "sign": _sign,
    "ramp": _ramp,
    "squares": _squares,
}
OF_POSITIVE = frozenset({"log", "positive power", "reciprocal"})
GONE_AT_ZERO = frozenset({"power", "positive power", "log", "modulus", "sign", "ramp"})
