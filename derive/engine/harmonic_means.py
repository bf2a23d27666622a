"""Means of logarithms and exponentials under kernels with a mean value property.

Two facts, each proved by its test against integration:

* A Cauchy value ``x = c + w tan(angle)`` sees a function that is analytic and grows like a
  logarithm above the line at ``c + i w``: E log((x - m)^2 + g^2) is the logarithm of
  ``(c - m)^2 + (w + g)^2`` (the Poisson integral of the upper half plane).
* A value that runs linearly from ``u`` to ``v`` as the variable of a beta kernel with equal
  parameters runs from 0 to 1 has E exp(x) by a modified Bessel function (dlmf, 10.32.2), and
  under the arcsine law E log x = 2 log((sqrt u + sqrt v)/2) (the mean value of log|1 - z|).
"""

from __future__ import annotations

import sympy
from sympy import Add, Expr, Mul, Rational, Symbol

from derive.engine.factoring import in_factors
from derive.engine.polynomial_densities import linear, opened_function, squares
from derive.engine.standard_form import Branch, StandardForm
from derive.errors import NoRuleError

HALF = Rational(1, 2)
ORIGIN = "mean value of a harmonic function"
BESSEL_ORIGIN = "Poisson's integral of the Bessel function"


def harmonic_mean(function: Expr, form: StandardForm) -> tuple[Expr, str, tuple[Expr, ...]]:
    """The mean of a function of x, where that comes from, and what must be positive.

    Raises
    ------
    NoRuleError
        The law is neither Cauchy's nor a beta kernel with equal parameters, or the function
        is no logarithm or exponential that it has a mean of.
    """
    if all(_is_of_cauchy(branch) for branch in form.branches):
        return _under_cauchy(function, form), ORIGIN, ()
    if len(form.branches) == 1:
        return _under_equal_parameters(function, form.variable, form.branches[0])
    raise NoRuleError("no mean value property is known for the law")


# --- Cauchy ---------------------------------------------------------------------------


def _is_of_cauchy(branch: Branch) -> bool:
    return branch.kernel.name == "beta_prime" and branch.natural == (-HALF, -1)


def _under_cauchy(function: Expr, form: StandardForm) -> Expr:
    centres, widths = set(), set()
    for branch in form.branches:
        y = branch.kernel.value
        centres.add(branch.change.subs(y, 0))
        widths.add(
            sympy.Abs(sympy.simplify((branch.change - branch.change.subs(y, 0)) / sympy.sqrt(y)))
        )
    if len(centres) != 1 or len(widths) != 1:
        raise NoRuleError("the branches are no Cauchy law")
    (centre,), (width,) = centres, widths
    x = form.variable
    if len(form.branches) == 1:  # the half of an even function
        turned = function.xreplace({x: 2 * centre - x})
        if sympy.expand(turned - function) != 0:
            raise NoRuleError(f"{function} is not even")
    line = sympy.Dummy("x", real=True)
    total = sympy.Integer(0)
    for term in Add.make_args(opened_function(function.xreplace({x: line}), line)):
        coefficient, part = term.as_independent(line, as_Add=False)
        if part == 1:
            total += coefficient
            continue
        if not isinstance(part, sympy.log):
            raise NoRuleError(f"{part} is no logarithm")
        u, gap = squares(part.args[0], line)
        slope = linear(u, line)[0]
        u = in_factors(u.subs(line, centre))
        total += coefficient * sympy.log(u**2 + (gap + slope * width) ** 2)
    return total


# --- beta kernels with equal parameters -----------------------------------------------


def _under_equal_parameters(
    function: Expr, x: Symbol, branch: Branch
) -> tuple[Expr, str, tuple[Expr, ...]]:
    y, natural = branch.kernel.value, branch.natural
    if branch.kernel.name != "beta" or natural[0] != natural[1]:
        raise NoRuleError("the parameters are not equal")
    written = function.xreplace({x: branch.change})
    if isinstance(function, sympy.exp):
        return _exponential(written.args[0], y, natural[0] + HALF), BESSEL_ORIGIN, ()
    if natural[0] != -HALF:
        raise NoRuleError("no logarithm is known but under the arcsine law")
    total, requires = sympy.Integer(0), dict[Expr, None]()
    opened = opened_function(written, y)
    for term in Add.make_args(opened):
        coefficient, part = term.as_independent(y, as_Add=False)
        if part != 1 and not isinstance(part, sympy.log):
            raise NoRuleError(f"{part} is no logarithm")
        mean = part
        if part != 1:
            mean, lower = _logarithm(part.args[0], y)
            if any(u.is_negative for u in lower):
                raise NoRuleError(f"{part.args[0]} is negative on a part of the support")
            if opened != written:  # log x^2 has a mean where 2 log x has none
                requires.update(dict.fromkeys(u for u in lower if not u.is_nonnegative))
        total += coefficient * mean
    return total, ORIGIN, tuple(requires)


def _logarithm(inside: Expr, y: Symbol) -> tuple[Expr, list[Expr]]:
    """The mean of a logarithm, and the ends that must not be negative."""
    slope, start = linear(inside, y)
    ends = [in_factors(start), in_factors(sympy.expand(start + slope))]
    mean = 2 * sympy.log(Add(*(sympy.sqrt(u) for u in ends)) / 2)
    if slope.is_positive or slope.is_negative:
        ends = [ends[0] if slope.is_positive else ends[1]]
    return mean, ends


def _exponential(inside: Expr, y: Symbol, order: Expr) -> Expr:
    slope, start = linear(inside, y)
    half = in_factors(slope / 2)
    if order != 0:  # the function of order 0 is even, and has a value at 0
        half = in_factors(sympy.Abs(slope) / 2)
        if not half.is_positive:
            raise NoRuleError(f"the sign of {slope} is not known")
    middle = in_factors(start + slope / 2)
    scale = sympy.gamma(order + 1) if order.is_number else sympy.exp(sympy.loggamma(order + 1))
    factors = (sympy.exp(middle), scale, (2 / half) ** order, sympy.besseli(order, half))
    return Mul(*factors)
