"""Functions of a law's value as powers of features and shifts of natural parameters.

Each term of a function becomes ``coefficient * prod_j f_j^m_j * exp(sum_j s_j f_j)`` in the
features ``f_j`` of a kernel; its mean follows from the total of the kernel alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy
from sympy import Add, Expr, Integer, Mul, Pow, Symbol

from derive.engine.gammas import one_argument
from derive.engine.scalar_algebra import opened
from derive.engine.standard_form import Branch, rewritten
from derive.errors import NoRuleError
from derive.rules.families import Kernel

ZERO, ONE = Integer(0), Integer(1)


@dataclass(frozen=True)
class Monomial:
    """``coefficient * prod_j f_j^powers_j * exp(sum_j shifts_j f_j)``."""

    coefficient: Expr
    powers: tuple[int, ...]
    shifts: tuple[Expr, ...]


def read_monomials(function: Expr, x: Symbol, branch: Branch) -> tuple[Monomial, ...]:
    """The function of x as monomials in the features of the kernel.

    Raises
    ------
    NoRuleError
        A factor is no power, shift or coefficient; the message names it.
    """
    kernel = branch.kernel
    found = []
    for term in Add.make_args(opened(rewritten(function, x, branch.change, kernel))):
        if term == 0:
            continue
        coefficient, part = term.as_independent(*kernel.moving, as_Add=False)
        powers = [0] * len(branch.natural)
        shifts = [ZERO] * len(branch.natural)
        for factor in Mul.make_args(part):
            _read_factor(factor, kernel, powers, shifts)
        found.append(Monomial(coefficient, tuple(powers), tuple(shifts)))
    return tuple(found)


def _read_factor(factor: Expr, kernel: Kernel, powers: list[int], shifts: list[Expr]) -> None:
    """Add one factor to the powers or the shifts of a monomial."""
    features = kernel.features
    base, exponent = factor.as_base_exp()
    if factor == 1:
        return
    if base in features and exponent.is_Integer and exponent > 0:
        powers[features.index(base)] += int(exponent)
        return
    if factor in features:
        powers[features.index(factor)] += 1
        return
    if sympy.log(base) in features and not exponent.has(*kernel.moving):
        shifts[features.index(sympy.log(base))] += exponent
        return
    if isinstance(factor, sympy.exp) or not base.has(*kernel.moving):
        inside = factor.args[0] if isinstance(factor, sympy.exp) else exponent * sympy.log(base)
        for term in Add.make_args(opened(inside)):
            coefficient, part = term.as_independent(*kernel.moving, as_Add=False)
            if part not in features:
                raise NoRuleError(f"{factor} is no feature of the kernel {kernel.name!r}")
            shifts[features.index(part)] += coefficient
        return
    raise NoRuleError(f"{factor} is no feature of the kernel {kernel.name!r}")


def moment(monomial: Monomial, branch: Branch) -> Expr:
    """The mean of a monomial, from log Z and its derivatives."""
    log_total, natural = branch.kernel.log_total, branch.kernel.natural
    polynomial: Expr = ONE
    for eta, times in zip(natural, monomial.powers, strict=True):
        for _ in range(times):
            polynomial = sympy.diff(polynomial, eta) + polynomial * sympy.diff(log_total, eta)
    value = branch.at(polynomial, monomial.shifts)
    if any(monomial.shifts):
        here = branch.at(log_total)
        if here.has(sympy.nan, sympy.zoo):  # a limit; the declared constant is checked anyway
            here = sympy.log(branch.weight) - branch.constant
        exponent = opened(branch.at(log_total, monomial.shifts) - here)
        value *= _exponential(one_argument(exponent))
    return value * monomial.coefficient


def _exponential(exponent: Expr) -> Expr:
    """exp of a sum: logarithms become powers, the rest is written in its shortest form."""
    terms = Add.make_args(exponent)
    gammas = [t for t in terms if t.has(sympy.loggamma)]
    logs = [t for t in terms if t not in gammas and _log_of(t) is not None]
    rest = Add(*(t for t in terms if t not in gammas and t not in logs))
    forms = (sympy.factor(rest), rest) if rest.has(sympy.exp) else (rest, sympy.factor(rest))
    shortest = min(forms, key=sympy.count_ops)
    return _powers(logs) * sympy.exp(Add(*gammas)) * sympy.exp(shortest)


def _log_of(term: Expr) -> Expr | None:
    """The one logarithm among the factors of a term, if the others hold none."""
    logs = [f for f in Mul.make_args(term) if isinstance(f, sympy.log)]
    return logs[0] if len(logs) == 1 and not (term / logs[0]).has(sympy.log) else None


def _powers(terms: list[Expr]) -> Expr:
    """exp of multiples of logarithms; those with one coefficient are one power."""
    groups: dict[Expr, Expr] = {}
    for term in terms:
        log = _log_of(term)
        assert log is not None
        coefficient = term / log
        if -coefficient in groups:
            groups[-coefficient] /= log.args[0]
        else:
            groups[coefficient] = groups.get(coefficient, ONE) * log.args[0]
    return Mul(*(_power(base, exponent) for exponent, base in groups.items()))


def _power(base: Expr, exponent: Expr) -> Expr:
    joined = base if base.is_Symbol or base.is_number else sympy.cancel(sympy.together(base))
    shorter = min((base, joined), key=sympy.count_ops)
    return Pow(shorter, exponent)
