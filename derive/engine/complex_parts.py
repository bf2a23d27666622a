"""Real and imaginary part of an expression with the imaginary unit, all names real.

Powers go by modulus and argument, ``arg(a + i b) = 2 arctan(b/(|a + i b| + a))``, which is the
principal one everywhere but on the negative axis.
"""

from __future__ import annotations

import sympy
from sympy import Add, Expr, I, Integer, Mul, Pow, atan, cos, exp, sin, sqrt

from derive.engine.factoring import in_factors
from derive.errors import NoRuleError

Parts = tuple[Expr, Expr]
ZERO, ONE = Integer(0), Integer(1)


def real_and_imaginary(expr: Expr) -> Parts:
    """The two parts of an expression.

    Raises
    ------
    NoRuleError
        A function has a complex argument and no rule here; the message names it.
    """
    if not expr.has(I):
        return expr, ZERO
    if expr == I:
        return ZERO, ONE
    if isinstance(expr, Add):
        pairs = [real_and_imaginary(term) for term in expr.args]
        return Add(*(a for a, _ in pairs)), Add(*(b for _, b in pairs))
    if isinstance(expr, Mul):
        return _product([real_and_imaginary(factor) for factor in expr.args])
    if isinstance(expr, exp):
        a, b = real_and_imaginary(sympy.expand(expr.args[0]))
        return exp(a) * cos(b), exp(a) * sin(b)
    if isinstance(expr, Pow) and not expr.exp.has(I):
        fixed = [f for f in Mul.make_args(expr.base) if f.is_positive]
        moving = expr.base / Mul(*fixed)
        if moving.is_Pow and moving.exp == -1:  # the argument of 1/z is minus that of z
            powers = [f**expr.exp for f in fixed]
            return _product([*((f, ZERO) for f in powers), _power_of(moving.base, -expr.exp)])
        return _power(real_and_imaginary(expr.base), expr.exp)
    if isinstance(expr, Pow) and expr.base.is_positive:
        return real_and_imaginary(exp(expr.exp * sympy.log(expr.base), evaluate=False))
    raise NoRuleError(f"no rule takes {expr.func.__name__} of a complex value apart: {expr}")


def _power_of(base: Expr, exponent: Expr) -> Parts:
    return _power(real_and_imaginary(base), exponent)


def _product(pairs: list[Parts]) -> Parts:
    a, b = pairs[0]
    for c, d in pairs[1:]:
        a, b = a * c - b * d, a * d + b * c
    return a, b


def _power(base: Parts, exponent: Expr) -> Parts:
    a, b = (sympy.expand(part) for part in base)
    if b == 0:
        return a**exponent, ZERO
    if exponent.is_Integer and 0 < exponent <= 4:
        return _product([(a, b)] * int(exponent))
    size = _about_zero(pythagoras(sympy.expand(a**2 + b**2)))
    if exponent == -1:
        return a / size, -b / size
    angle = atan(b / a) if a.is_positive else 2 * atan(b / (sqrt(size) + a))
    return size ** (exponent / 2) * cos(exponent * angle), size ** (exponent / 2) * sin(
        exponent * angle
    )


def _about_zero(square: Expr) -> Expr:
    """``1 - 2 p (1 - p) (1 - cos t)`` for a square with one cosine, which loses no digits at 0."""
    cosines = square.atoms(cos)
    if len(cosines) != 1 or square.has(sin):
        return square
    (cosine,) = cosines
    slope = sympy.expand(square).coeff(cosine)
    start = sympy.expand(square - slope * cosine) + slope
    if start.has(cosine) or slope.has(cosine):
        return square
    fall = Mul(*Mul.make_args(_complements(in_factors(-slope))), 1 - cosine)
    return Add(in_factors(start), fall, evaluate=False)


def _complements(product: Expr) -> Expr:
    """``-p (p - 1)`` as ``p (1 - p)``."""
    turned = [f for f in Mul.make_args(product) if f.is_Add and f.as_coeff_Add()[0].is_negative]
    rest = Mul(*(f for f in Mul.make_args(product) if f not in turned))
    return (-1) ** len(turned) * rest * Mul(*(-f for f in turned))


def pythagoras(expr: Expr) -> Expr:
    """A sum in which sin^2 + cos^2 of one angle become 1."""
    squares = {s: 1 - cos(s.args[0]) ** 2 for s in expr.atoms(sin)}
    inserted = expr
    for sine, square in squares.items():
        inserted = sympy.expand(inserted).subs(sine**2, square)
    inserted = sympy.expand(inserted)
    return min((expr, inserted), key=sympy.count_ops)
