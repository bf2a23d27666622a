"""Means of functions with kinks, from the share of a kernel that lies beyond a place.

A function with kinks is a sum of smooth functions times indicators (``kinks``), and

    E[prod_j f_j^m_j exp(sum_j s_j f_j) 1(y > t)]
        = (d/d eta)^m of [Z(eta + s) S(t; eta + s)] / Z(eta)

with S the share of the kernel's total beyond t, one less that of
``rules/distribution_functions.py``.  Under a Gaussian kernel the share where ``p y + q > Z``,
Z normal with mean 0 and standard deviation r, is

    S = Phi((p m + q) / sqrt(r^2 + p^2 s^2)),

m and s the mean and the standard deviation of y: r = 0 is the indicator, r = 1 the normal
distribution function.  No mean is listed per law.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sympy
from sympy import Add, Expr, Integer, Symbol, oo

from derive.engine.convergence import needs_of
from derive.engine.expansions import opened
from derive.engine.factoring import in_factors
from derive.engine.inversion import Monotone, monotone
from derive.engine.kinks import Split, Threshold, split_at_kinks
from derive.engine.monomials import Monomial, moment, read_monomials
from derive.engine.standard_form import Branch, StandardForm, rewritten
from derive.errors import NoRuleError
from derive.language.sympy_incomplete import IncompleteFunction
from derive.language.sympy_scalars import normcdf, normpdf, relu
from derive.rules.distribution_functions import mass_below

ZERO, ONE = Integer(0), Integer(1)
HIGHEST = 8  # powers of features that are differentiated out
ORIGIN = "split at the kinks; shares of the total beyond a place"
SOFT_ORIGIN = "the normal mass below a line, averaged"


@dataclass(frozen=True)
class Beyond:
    """The share of a kernel beyond a place, as a function of its natural parameters.

    ``cases`` must be positive for it to be this function.

    ``share`` is an expression in the kernel's letters for those that are differentiated by,
    and in the natural parameters of the branch for the others.
    """

    share: Expr
    cases: tuple[Expr, ...] = ()


@dataclass(frozen=True)
class KinkedMean:
    """A mean, where it comes from, and what must be positive for it, or for its being this."""

    value: Expr
    origin: str
    requires: tuple[Expr, ...]
    cases: tuple[Expr, ...]


def mean_with_kinks(function: Expr, form: StandardForm) -> KinkedMean:
    """The mean of a function with kinks.

    Raises
    ------
    NoRuleError
        The shares are not known, or the mean of a part is not finite.
    """
    if form.law.support.is_whole:
        raise NoRuleError("whole numbers are counted")
    split = split_at_kinks(function, form.variable)
    total, requires, cases = ZERO, dict[Expr, None](), dict[Expr, None]()
    for branch in form.branches:
        value, needs, further = _over_branch(split, form.variable, branch)
        total += branch.weight * value
        requires.update(dict.fromkeys(needs))
        cases.update(dict.fromkeys(further))
    if total.has(sympy.nan, sympy.zoo, oo, sympy.I, sympy.Derivative, sympy.Subs):
        raise NoRuleError(f"a share behind the mean of {function} is not known")
    is_soft = all(threshold.is_soft for threshold, _ in split.factors)
    origin = SOFT_ORIGIN if is_soft else ORIGIN
    return KinkedMean(_tidied(total), origin, tuple(requires), tuple(cases))


def _over_branch(split: Split, x: Symbol, branch: Branch) -> tuple[Expr, list[Expr], list[Expr]]:
    """The mean under one branch, what must be positive for it, and for its being this."""
    cases: list[Expr] = []
    monomials = read_monomials(split.smooth, x, branch)
    requires = _needs(monomials, branch)
    total = Add(*(moment(m, branch) for m in monomials))
    for threshold, factor in split.factors:
        monomials = read_monomials(factor, x, branch)
        requires += _needs(monomials, branch)
        for m in monomials:
            beyond = _beyond(threshold, x, branch, m)
            cases += beyond.cases
            total += _moment_beyond(m, beyond.share, branch)
    return total, requires, cases


def _needs(monomials: tuple[Monomial, ...], branch: Branch) -> list[Expr]:
    """What must be positive for the means of the whole terms."""
    needs = needs_of(monomials, branch)
    if needs.broken is not None or any(m > HIGHEST for found in monomials for m in found.powers):
        raise NoRuleError("the mean of a part is infinite, or its power is high")
    return list(needs.still_open)


def _moment_beyond(monomial: Monomial, share: Expr, branch: Branch) -> Expr:
    """The mean of a monomial beyond a place: derivatives of total times share."""
    log_total, polynomial = branch.kernel.log_total, share
    for eta, times in zip(branch.kernel.natural, monomial.powers, strict=True):
        for _ in range(times):
            polynomial = sympy.diff(polynomial, eta) + polynomial * sympy.diff(log_total, eta)
    plain = Monomial(monomial.coefficient, (0,) * len(monomial.powers), monomial.shifts)
    return moment(plain, branch) * branch.at(polynomial, monomial.shifts)


# --- shares ---------------------------------------------------------------------------


def _beyond(threshold: Threshold, x: Symbol, branch: Branch, monomial: Monomial) -> Beyond:
    """The share of a branch where the indicator is 1, in the letters that are differentiated."""
    natural = tuple(
        letter if power else eta + shift
        for letter, power, eta, shift in zip(
            branch.kernel.natural, monomial.powers, branch.natural, monomial.shifts, strict=True
        )
    )
    if branch.kernel.name == "gaussian":
        line = _line(threshold.inside, x, branch)
        if line is not None:
            noise = ONE if threshold.is_soft else ZERO
            return Beyond(_normal_share(line, (natural[0], natural[1]), noise))
    if threshold.is_soft:
        raise NoRuleError("a normal distribution function is averaged over normal values")
    return _share_beyond(threshold, x, branch, natural)


def _line(inside: Expr, x: Symbol, branch: Branch) -> tuple[Expr, Expr] | None:
    """p and q, if u is ``p y + q``."""
    y = branch.kernel.value
    written = opened(rewritten(inside, x, branch.change, branch.kernel))
    if not written.is_polynomial(y) or sympy.degree(written, y) != 1:
        return None
    return written.coeff(y, 1), written.coeff(y, 0)


def _normal_share(line: tuple[Expr, Expr], natural: tuple[Expr, Expr], noise: Expr) -> Expr:
    """The normal mass where ``p y + q`` is above an independent normal value of that variance."""
    (p, q), (first, second) = line, natural
    mean, variance = -first / (2 * second), -1 / (2 * second)
    spread = sympy.sqrt(variance) * sympy.Abs(p) if noise == 0 else None
    return normcdf((p * mean + q) / (spread or sympy.sqrt(noise + p**2 * variance)))


def _share_beyond(
    threshold: Threshold, x: Symbol, branch: Branch, natural: tuple[Expr, ...]
) -> Beyond:
    """The share of a branch with x > c."""
    place = x - threshold.inside
    if place.has(x):
        raise NoRuleError(f"where {threshold.inside} is positive is not known")
    row = mass_below(branch.kernel.name, natural, branch.given)
    if row is None:
        raise NoRuleError(f"no part of the {branch.kernel.title} is known")
    ends = _ends(branch)
    change = monotone(branch.change, branch.kernel.value, *ends)

    def mass_at(y: Expr) -> Expr:
        return row.mass(y, *natural, *branch.given)

    cut = _cut(place, change, [_is_known_at(end, mass_at) for end in ends])
    if isinstance(cut, bool):
        return Beyond(ONE if cut else ZERO)
    inside, cases = cut
    mass = _plain(mass_at(change.inverse(inside)))
    if change.rises:
        mass = normcdf(-mass.args[0]) if isinstance(mass, normcdf) else 1 - mass
    return Beyond(mass, cases)


def _ends(branch: Branch) -> tuple[Expr, Expr]:
    """Where the value of the kernel lies."""
    if branch.kernel.name == "truncated_gaussian":
        low, high = branch.given
        return low, high
    support = branch.kernel.support
    low, high = support.lower, support.upper
    return (
        -oo if low is None else Integer(int(low.data)),
        oo if high is None else Integer(int(high.data)),
    )


def _is_known_at(end: Expr, mass_at: Callable[[Expr], Expr]) -> bool:
    """Whether the formula of a mass says it at an end of the kernel too."""
    return end not in (oo, -oo) and not mass_at(end).has(sympy.zoo, sympy.nan, oo)


def _cut(
    place: Expr, change: Monotone, are_known: list[bool]
) -> bool | tuple[Expr, tuple[Expr, ...]]:
    """The place moved into the range of x, under what; or whether all of it lies beyond.

    At an end of the kernel where the mass is not known the place must lie in the range.
    """
    at_lower, at_upper = are_known if change.rises else are_known[::-1]
    cases: list[Expr] = []
    if change.lower != -oo:
        gap = sympy.expand(place - change.lower)
        if gap.is_nonpositive:
            return True
        if at_lower and not gap.is_positive:
            place = change.lower + relu(in_factors(gap))
        elif not gap.is_positive:
            cases.append(gap)
    if change.upper != oo:
        gap = sympy.expand(change.upper - place)
        if gap.is_nonpositive:
            return False
        if at_upper and not gap.is_positive:
            place = change.upper - relu(in_factors(gap))
        elif not gap.is_positive:
            cases.append(gap)
    return place, tuple(cases)


def _plain(mass: Expr) -> Expr:
    """A mass over one denominator where it is a quotient of exponentials."""
    if mass.has(normcdf, IncompleteFunction, relu, sympy.erf):
        return mass
    return min((mass, in_factors(sympy.together(mass))), key=sympy.count_ops)


# --- writing --------------------------------------------------------------------------


def _tidied(total: Expr) -> Expr:
    """The sum collected by its normal and incomplete functions, their arguments short."""
    total = total.replace(sympy.gamma, lambda a: sympy.exp(sympy.loggamma(a)))
    total = total.replace(
        lambda e: isinstance(e, normcdf | normpdf), lambda e: _of_number(e.func(_short(e.args[0])))
    )
    total = total.replace(sympy.log, _log_of_quotient)
    atoms = total.atoms(normcdf, normpdf, sympy.log, IncompleteFunction)
    collected = sympy.collect(sympy.expand(total, power_exp=False, log=False), atoms, _short)
    collected = collected.replace(lambda e: e.is_Mul, _without_modulus_below)
    return collected.replace(lambda e: e.is_Mul, lambda e: sympy.powsimp(e, combine="exp"))


def _log_of_quotient(inside: Expr) -> Expr:
    """The logarithm of a sum of quotients as a difference of logarithms."""
    if not inside.is_Add and not inside.has(sympy.exp):
        return sympy.log(inside)
    above, below = sympy.fraction(in_factors(sympy.together(inside)))
    if below.could_extract_minus_sign():
        above, below = -above, -below
    if not (above.is_positive and below.is_positive):
        return sympy.log(inside)
    return sympy.expand_log(sympy.log(above) - sympy.log(below))


def _short(expr: Expr) -> Expr:
    """The shortest of the expression, and its factored form."""
    return min((expr, in_factors(expr)), key=sympy.count_ops)


def _without_modulus_below(product: Expr) -> Expr:
    """``a^3/|a|`` as ``a |a|``."""
    powers = product.as_powers_dict()
    for base, exponent in list(powers.items()):
        if isinstance(base, sympy.Abs) and exponent == -1:
            inner = powers.get(base.args[0], ZERO)
            if inner.is_Integer and inner >= 2:
                return product * base**2 / base.args[0] ** 2
    return product


def _of_number(function: Expr) -> Expr:
    """The normal density and distribution function of a number, from that of its modulus."""
    (number,) = function.args
    if number == 0:
        return (
            sympy.Rational(1, 2) if isinstance(function, normcdf) else 1 / sympy.sqrt(2 * sympy.pi)
        )
    if not number.is_negative or not number.is_number:
        return function
    return 1 - normcdf(-number) if isinstance(function, normcdf) else normpdf(-number)
