"""Equal-tailed credible intervals in numbers: quantiles of the kernel, moved by its change.

A law is ``x = change(y)`` with y of a kernel (``engine/standard_form.py``), so its quantiles are
those of the kernel.  What is found is held against the mass of the declared density.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.integrate
import scipy.special
import sympy

from derive.check.law_bench import law_variable
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.engine.standard_form import Branch, standard_form
from derive.errors import ArgumentError, DomainError, NoRuleError, RefutedError
from derive.language.functions import elementwise
from derive.language.law import Law
from derive.numeric import compile_function
from derive.numeric.requirements import Requirement
from derive.probability.law_text import as_law
from derive.statistics.bayesian.posterior import Posterior

CLOSE = 1e-6  # how far the mass of an interval may lie from its level


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
        percent = f"{100 * self.level:g}"
        return f"{percent} % of the mass lie in [{self.lower:.6g}, {self.upper:.6g}]"


def _gamma(p: float, natural: list[float], given: list[float]) -> float:
    return float(scipy.special.gammaincinv(natural[0] + 1, p) / -natural[1])


def _beta(p: float, natural: list[float], given: list[float]) -> float:
    return float(scipy.special.betaincinv(natural[0] + 1, natural[1] + 1, p))


def _beta_prime(p: float, natural: list[float], given: list[float]) -> float:
    first, second = natural[0] + 1, -natural[0] - natural[1] - 1
    above = float(scipy.special.betaincinv(first, second, p))
    return above / float(scipy.special.betaincinv(second, first, 1 - p))


def _gaussian(p: float, natural: list[float], given: list[float]) -> float:
    variance = -1 / (2 * natural[1])
    return float(natural[0] * variance + variance**0.5 * scipy.special.ndtri(p))


def _truncated(p: float, natural: list[float], given: list[float]) -> float:
    variance = -1 / (2 * natural[1])
    mean, spread = natural[0] * variance, variance**0.5
    low, high = (float(scipy.special.ndtr((end - mean) / spread)) for end in given)
    return float(mean + spread * scipy.special.ndtri(low + p * (high - low)))


QUANTILES: Mapping[str, Callable[[float, list[float], list[float]], float]] = {
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
        a value of the sample lies outside the support of the likelihood.
    NoRuleError
        No quantile is known for the kernel of the law.
    RefutedError
        The mass of the interval found is not `level`.

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
    lower, upper = (_quantile(law, (1 + sign * level) / 2) for sign in (-1, 1))
    _require_mass(law, lower, upper, level)
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


def _quantile(law: Law, p: float) -> float:
    """The place below which the law has the mass p."""
    variable = law_variable(law, "x")
    form = standard_form(law, variable, ScalarAlgebra((variable,)))
    if len(form.branches) != 1 or form.branches[0].kernel.name not in QUANTILES:
        raise NoRuleError(
            f"no quantile is known for {law!r}\n"
            f"  known    : laws of one kernel among {', '.join(QUANTILES)}"
        )
    (branch,) = form.branches
    natural, given = [float(e) for e in branch.natural], [float(e) for e in branch.given]
    find = QUANTILES[branch.kernel.name]
    at = find(p if _rises(branch) else 1 - p, natural, given)
    return float(sympy.N(branch.change.subs(branch.kernel.value, at)))


def _rises(branch: Branch) -> bool:
    """Whether the change to the value of the kernel is increasing; it is one to one."""
    low, high = (branch.change.subs(branch.kernel.value, sympy.Rational(k, 4)) for k in (1, 3))
    return bool(low < high)


def _require_mass(law: Law, lower: float, upper: float, level: float) -> None:
    """Raise unless the density of the law has the mass `level` on the interval."""
    variable = law_variable(law, "x")
    density = elementwise("exp", law.log_density(variable))
    function = compile_function([("density", density)], (variable,))
    middle = _quantile(law, 0.5)
    ends = ((lower, middle), (middle, upper))
    mass = sum(scipy.integrate.quad(function, a, b, limit=200)[0] for a, b in ends)
    if not abs(mass - level) < CLOSE:
        raise RefutedError(f"the interval found for {law!r} has mass {mass:.8g}, not {level:g}")
