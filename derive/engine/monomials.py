"""Functions of a law's value as powers of features and shifts of natural parameters.

Each term of a function becomes ``coefficient * prod_j f_j^m_j * exp(sum_j s_j f_j)`` in the
features ``f_j`` of a kernel; its mean follows from the total of the kernel alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy
from sympy import Add, Dummy, Expr, Integer, Mul, Pow, Symbol

from derive.engine.expansions import opened
from derive.engine.factoring import cancelled, factored
from derive.engine.gammas import one_argument
from derive.engine.scalar_functions import require_short
from derive.engine.standard_form import Branch, rewritten
from derive.errors import NoRuleError
from derive.rules.families import Kernel

ZERO, ONE = Integer(0), Integer(1)

FEW_TIMES = 4  # so many derivatives of a total are written out


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
    for term in Add.make_args(_opened(rewritten(function, x, branch.change, kernel))):
        if term == 0:
            continue
        coefficient, part = term.as_independent(*kernel.moving, as_Add=False)
        powers = [0] * len(branch.natural)
        shifts = [ZERO] * len(branch.natural)
        for factor in Mul.make_args(part):
            coefficient *= _read_factor(factor, kernel, powers, shifts)
        _join(kernel, powers, shifts)
        found.append(Monomial(coefficient, tuple(powers), tuple(shifts)))
    return tuple(found)


def _join(kernel: Kernel, powers: list[int], shifts: list[Expr]) -> None:
    """A whole power of a feature f beside another power of it, as one shift of log f.

    Apart, ``f^2 f^s`` would need what ``f^s`` alone does to have a mean.
    """
    features = kernel.features
    for place, feature in enumerate(features):
        log = sympy.log(feature)
        if powers[place] and log in features and shifts[features.index(log)] != 0:
            shifts[features.index(log)] += powers[place]
            powers[place] = 0


def _opened(function: Expr) -> Expr:
    """Logarithms, products and powers of sums written out; exponentials are read as they are."""
    kept = {part: sympy.Dummy(positive=True) for part in function.atoms(sympy.exp)}
    return opened(function.xreplace(kept)).xreplace({d: part for part, d in kept.items()})


def _read_factor(factor: Expr, kernel: Kernel, powers: list[int], shifts: list[Expr]) -> Expr:
    """Add one factor to the powers or the shifts of a monomial; what is fixed in it comes back."""
    features = kernel.features
    base, exponent = factor.as_base_exp()
    if factor == 1:
        return ONE
    if base in features and exponent.is_Integer and exponent > 0:
        powers[features.index(base)] += int(exponent)
        return ONE
    if factor in features:
        powers[features.index(factor)] += 1
        return ONE
    if sympy.log(base) in features and not exponent.has(*kernel.moving):
        shifts[features.index(sympy.log(base))] += exponent
        return ONE
    if isinstance(factor, sympy.exp) or not base.has(*kernel.moving):
        inside = factor.args[0] if isinstance(factor, sympy.exp) else exponent * sympy.log(base)
        fixed: list[Expr] = []
        for term in Add.make_args(opened(inside)):
            coefficient, part = term.as_independent(*kernel.moving, as_Add=False)
            if part == 1:
                fixed.append(coefficient)
            elif part in features:
                shifts[features.index(part)] += coefficient
            else:
                raise NoRuleError(f"{factor} is no feature of the kernel {kernel.name!r}")
        return _exponential(Add(*fixed))
    raise NoRuleError(f"{factor} is no feature of the kernel {kernel.name!r}")


def moment(monomial: Monomial, branch: Branch) -> Expr:
    """The mean of a monomial, from log Z and its derivatives."""
    log_total, natural = branch.kernel.log_total, branch.kernel.natural
    raised = [(eta, n) for eta, n in zip(natural, monomial.powers, strict=True) if n]
    if len(raised) == 1 and raised[0][1] > FEW_TIMES:
        value = _high_moment(*raised[0], monomial.shifts, branch)
    else:
        polynomial: Expr = ONE
        for eta, times in raised:
            for _ in range(times):
                polynomial = sympy.diff(polynomial, eta) + polynomial * sympy.diff(log_total, eta)
        value = branch.at(polynomial, monomial.shifts)
    if any(monomial.shifts):
        here = branch.at(log_total)
        if here.has(sympy.nan, sympy.zoo):  # a limit; the declared constant is checked anyway
            here = sympy.log(branch.weight) - branch.constant
        exponent = opened(branch.at(log_total, monomial.shifts) - here)
        value *= _exponential(one_argument(exponent))
    return _with_one_exponential(require_short(value * monomial.coefficient))


def _high_moment(eta: Expr, times: int, shifts: tuple[Expr, ...], branch: Branch) -> Expr:
    """E f^n by m_(n+1) = m_1 m_n + dm_n/d eta, taken in a name that eta alone moves with."""
    first = sympy.diff(branch.kernel.log_total, eta)
    index = branch.kernel.natural.index(eta)
    others = [n for k, n in enumerate(branch.natural) if k != index] + list(branch.given)
    fixed = set[Expr]().union(*(other.free_symbols for other in others))
    own = sorted(branch.natural[index].free_symbols - fixed, key=str)
    if not own:
        return _from_cumulants(first, eta, times, shifts, branch)
    mean = sympy.expand(cancelled(branch.at(first, shifts)))
    slope = cancelled(1 / sympy.diff(branch.natural[index], own[0]))
    # SymPy asks for the sign of every sum unless nothing is known of its names
    plain = {name: Dummy(str(name)) for name in mean.free_symbols | slope.free_symbols | {own[0]}}
    mean, slope, moving = mean.xreplace(plain), slope.xreplace(plain), plain[own[0]]
    value = ONE
    for _ in range(times):
        value = sympy.expand(mean * value + cancelled(slope * sympy.diff(value, moving)))
    return factored(value).xreplace({letter: name for name, letter in plain.items()})


def _from_cumulants(
    first: Expr, eta: Expr, times: int, shifts: tuple[Expr, ...], branch: Branch
) -> Expr:
    """E f^n from the derivatives of log Z: m_n = sum_k C(n-1, k-1) k_k m_(n-k)."""
    cumulants, derivative = [], first
    for _ in range(times):
        cumulants.append(sympy.expand(cancelled(branch.at(derivative, shifts))))
        derivative = sympy.diff(derivative, eta)
    moments: list[Expr] = [ONE]
    for n in range(1, times + 1):
        terms = (
            sympy.binomial(n - 1, k - 1) * cumulants[k - 1] * moments[n - k]
            for k in range(1, n + 1)
        )
        moments.append(sympy.expand(Add(*terms)))
    return factored(moments[-1])


def _exponential(exponent: Expr) -> Expr:
    """exp of a sum: logarithms become powers, the rest is written in its shortest form."""
    terms = Add.make_args(exponent)
    gammas = [t for t in terms if t.has(sympy.loggamma)]
    logs = [t for t in terms if t not in gammas and _log_of(t) is not None]
    rest = Add(*(t for t in terms if t not in gammas and t not in logs))
    forms = (factored(rest), rest) if rest.has(sympy.exp) else (rest, factored(rest))
    shortest = min(forms, key=sympy.count_ops)
    return _powers(logs) * sympy.exp(Add(*gammas)) * sympy.exp(shortest)


def _with_one_exponential(product: Expr) -> Expr:
    """A product with several rational exponentials as one, where that is shorter."""
    factors = Mul.make_args(product)
    inside = [f.args[0] for f in factors if isinstance(f, sympy.exp) and not f.has(sympy.loggamma)]
    if len(inside) < 2:
        return product
    total = Add(*inside)
    shorter = min((factored(sympy.together(total)), total), key=sympy.count_ops)
    rest = Mul(*(f for f in factors if not isinstance(f, sympy.exp) or f.has(sympy.loggamma)))
    return rest * sympy.exp(shorter)


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
    joined = base if base.is_Symbol or base.is_number else cancelled(sympy.together(base))
    shorter = min((base, joined), key=sympy.count_ops)
    power = Pow(shorter, exponent)
    return Pow(base, exponent) if power.has(sympy.I) or _has_negative_base(power) else power


def _has_negative_base(expr: Expr) -> bool:
    """Whether a sign was taken out of a sum under a power that is not whole."""
    powers = (part for part in expr.atoms(Pow) if not part.exp.is_Integer)
    return any(part.base.is_negative for part in powers)
