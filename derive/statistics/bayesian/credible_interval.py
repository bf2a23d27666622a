"""Equal-tailed credible intervals in numbers: quantiles of the kernel, moved by its change.

A law is ``x = change(y)`` with y of a kernel (``engine/standard_form.py``), so its quantiles are
those of the kernel.  What is found is held against the mass of the declared density beyond it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf, isfinite, nextafter, sqrt
from typing import Any

import numpy as np
import scipy.special
import sympy
from sympy import Rational

from derive.check.law_bench import law_variable
from derive.check.tail_mass import Tail, number_at
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.engine.standard_form import StandardForm, standard_form
from derive.errors import ArgumentError, DomainError, NoRuleError, RefutedError
from derive.language.law import Law
from derive.numeric import compile_function
from derive.numeric.requirements import Requirement
from derive.probability.law_text import as_law
from derive.statistics.bayesian.posterior import Posterior
from derive.statistics.interval_text import interval_texts, level_text

CLOSE = 1e-6  # how far the mass beyond an end may lie from its share, relative to that
ULPS = 4  # of rounding of an end


@dataclass(frozen=True)
class CredibleInterval:
    """An interval that holds a parameter with a given probability.

    Attributes
    ----------
    lower, upper : float
    level : float
    law : Law
        The posterior, in numbers.

    Examples
    --------
    >>> found = credible_interval("Normal(0, 1)", 0.95)
    >>> round(found.upper, 4)
    1.96
    """

    lower: float
    upper: float
    level: float
    law: Law

    def __str__(self) -> str:
        percent = f"{100 * float(level_text(self.level)):.15g}"
        lower, upper = interval_texts(self.lower, self.upper)
        return f"{percent} % of the mass lie in [{lower}, {upper}]"


# the place with a share p of the kernel below it, or above it; the upper tail by its own
# function, as 1 - p has lost what a small p is


def _gamma(p: float, above: bool, natural: list[Rational], given: list[Rational]) -> float:
    find = scipy.special.gammainccinv if above else scipy.special.gammaincinv
    return float(find(float(natural[0] + 1), p) / -float(natural[1]))


def _beta(p: float, above: bool, natural: list[Rational], given: list[Rational]) -> float:
    find = scipy.special.betainccinv if above else scipy.special.betaincinv
    return float(find(float(natural[0] + 1), float(natural[1] + 1), p))


def _beta_prime(p: float, above: bool, natural: list[Rational], given: list[Rational]) -> float:
    first, second = float(natural[0] + 1), float(-natural[0] - natural[1] - 1)
    below, beyond = scipy.special.betaincinv, scipy.special.betainccinv
    share, rest = (beyond, below) if above else (below, beyond)
    return float(share(first, second, p)) / float(rest(second, first, p))


def _gaussian(p: float, above: bool, natural: list[Rational], given: list[Rational]) -> float:
    variance = -1 / (2 * natural[1])
    z = float(scipy.special.ndtri(p))
    spread = sqrt(float(variance))
    return float(natural[0] * variance) + spread * (-z if above else z)


def _truncated(p: float, above: bool, natural: list[Rational], given: list[Rational]) -> float:
    variance = -1 / (2 * natural[1])
    mean, spread = natural[0] * variance, sqrt(float(variance))
    low, high = (float(end - mean) / spread for end in given)
    sign = 1.0
    if low > 0:  # the tail in which the interval lies keeps its digits
        low, high, above, sign = -high, -low, not above, -1.0
    first, last = (float(scipy.special.ndtr(end)) for end in (low, high))
    share = last - p * (last - first) if above else first + p * (last - first)
    return float(mean) + sign * spread * float(scipy.special.ndtri(share))


Quantile = Callable[[float, bool, list[Rational], list[Rational]], float]
QUANTILES: Mapping[str, Quantile] = {
    "gamma": _gamma,
    "beta": _beta,
    "beta_prime": _beta_prime,
    "gaussian": _gaussian,
    "truncated_gaussian": _truncated,
}


def credible_interval(
    posterior: Posterior | Law | str, level: float = 0.95, **numbers: Any
) -> CredibleInterval:
    """Find the interval with equal tails that holds the parameter with a given probability.

    Parameters
    ----------
    posterior : Posterior, Law or str
        What ``posterior`` returns, or a law of the parameter.
    level : float
        The probability, between 0 and 1.
    **numbers
        The sample (shape (n,)) and the parameters of the prior, by name.

    Returns
    -------
    CredibleInterval
        ``.lower`` and ``.upper``, floats: the quantiles at (1 - level)/2 and (1 + level)/2.

    Raises
    ------
    ArgumentError
        `level` is no probability, or a number is missing or superfluous.
    DomainError
        The posterior is improper for these numbers: a parameter of it is out of its range; or
        a value of the sample lies outside the support of the likelihood; or an end is beyond
        double precision.
    NoRuleError
        No quantile is known for the kernel of the law.
    RefutedError
        The mass beyond an end is not half of what `level` leaves.

    References
    ----------
    murphy2012, section 5.2.2.

    Examples
    --------
    >>> from derive.statistics.bayesian.posterior import posterior
    >>> found = posterior("Bernoulli(p)", "Beta(a, b)")
    >>> interval = credible_interval(found, 0.9, x=[1, 0, 1, 1], a=1, b=1)
    >>> round(interval.lower, 4), round(interval.upper, 4)
    (0.3426, 0.9236)
    """
    if isinstance(level, bool) or not isinstance(level, (int, float)) or not 0 < level < 1:
        raise ArgumentError(
            f"level is a probability between 0 and 1, got {str(level)[:40]}\n"
            f"  to fix   : give 0.95 for 95 percent"
        )
    if isinstance(posterior, Posterior):
        law = as_law(posterior.law, "credible_interval")
        known = posterior.trace.arguments
        required = posterior.requirements
    else:
        law = as_law(posterior, "credible_interval")
        known, required = law.symbols, ()
    law = _in_numbers(law, known, numbers, required)
    lower, upper = _ends(law, (1 - float(level)) / 2)
    _require_mass(law, lower, upper, (1 - float(level)) / 2)
    return CredibleInterval(lower, upper, float(level), law)


def _in_numbers(
    law: Law,
    known: tuple[Any, ...],
    numbers: Mapping[str, Any],
    required: tuple[Requirement, ...],
) -> Law:
    """The law with numbers for its parameters."""
    names = [s.name for s in known]
    wrong = sorted(set(names) ^ set(numbers))
    if wrong:
        state = "has no number" if wrong[0] in names else "is no name of the posterior"
        raise ArgumentError(
            f"{wrong[0]} {state}\n  to fix   : give {', '.join(names) or 'no numbers'} by name"
        )
    outputs = [(p.name, v) for p, v in zip(law.parameters, law.values, strict=True)]
    given = {name: np.asarray(value, float) for name, value in numbers.items()}
    plain = {name: v if v.ndim else float(v) for name, v in given.items()}
    values = compile_function(outputs, known, requirements=required)(**plain) if outputs else ()
    found = values if isinstance(values, tuple) else (values,)
    try:
        return type(law)(*(float(v) for v in found))
    except DomainError as error:
        raise DomainError(f"the posterior is improper for these numbers: {error}") from error


def _form_of(family: type[Law]) -> tuple[Law, StandardForm]:
    """The standard form of a family, its parameters symbols: numbers make constants of it long."""
    law = family()
    variable = law_variable(law, "x")
    return law, standard_form(law, variable, ScalarAlgebra((variable,)))


def _ends(law: Law, tail: float) -> tuple[float, float]:
    """The places with the mass `tail` below and above them."""
    named, form = _form_of(type(law))
    if len(form.branches) != 1 or form.branches[0].kernel.name not in QUANTILES:
        raise NoRuleError(
            f"no quantile is known for {law!r}\n"
            f"  known    : laws of one kernel among {', '.join(QUANTILES)}"
        )
    (branch,) = form.branches
    algebra = ScalarAlgebra(())
    numbers = {
        algebra.expr(name): algebra.expr(value)
        for name, value in zip(named.values, law.values, strict=True)
    }
    natural = [e.subs(numbers) for e in branch.natural]
    given = [e.subs(numbers) for e in branch.given]
    change, y = branch.change.subs(numbers), branch.kernel.value
    low, high = (change.subs(y, sympy.Rational(k, 4)) for k in (1, 3))
    rises, find = bool(low < high), QUANTILES[branch.kernel.name]
    found = [change.subs(y, find(tail, is_upper == rises, natural, given)) for is_upper in UPPER]
    lower, upper = (float(sympy.N(end)) if end.is_finite else inf for end in found)
    if not (isfinite(lower) and isfinite(upper) and lower < upper):
        raise DomainError(
            f"the ends of the interval of {law!r} are beyond double precision or one number in it\n"
            f"  to fix   : ask for a level further from 0 and 1"
        )
    return lower, upper


UPPER = (False, True)


def _require_mass(law: Law, lower: float, upper: float, tail: float) -> None:
    """Raise unless the density of the law has the mass `tail` beyond each end.

    An end is a double: where the density is steep or singular there, the mass beyond its
    neighbours must lie on both sides of `tail`.
    """
    variable = law_variable(law, "x")
    log_density, support = law.log_density(variable), law.support

    def beyond(end: float, is_upper: bool) -> float:
        edge = support.upper if is_upper else support.lower
        width = upper - lower if is_upper else lower - upper
        return Tail(log_density, variable, edge, end, width).mass()

    for end, is_upper in ((lower, False), (upper, True)):
        edge = support.upper if is_upper else support.lower
        limit = None if edge is None else float(number_at(edge))
        found = 0.0 if end == limit else beyond(end, is_upper)
        if abs(found - tail) < CLOSE * tail:
            continue
        outer, inner = (_moved(end, way) for way in ((inf, -inf) if is_upper else (-inf, inf)))
        past = limit is not None and (outer >= limit if is_upper else outer <= limit)
        least = 0.0 if past else beyond(outer, is_upper)
        if not least * (1 - CLOSE) <= tail <= beyond(inner, is_upper) * (1 + CLOSE):
            raise RefutedError(
                f"the mass of {law!r} beyond {end:.8g} is {found:.8g}, not {tail:.8g}"
            )


def _moved(end: float, towards: float) -> float:
    for _ in range(ULPS):
        end = nextafter(end, towards)
    return end
