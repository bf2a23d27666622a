"""Every law: its entropy, and divergences between families, against SciPy's densities."""

from __future__ import annotations

import math
import random
from itertools import pairwise

import numpy as np
import pytest
import scipy.integrate
import scipy.stats
from law_oracles import ORACLES

from derive.engine.scalar_algebra import operation_count
from derive.errors import NoClosedFormError
from derive.information.entropy import entropy
from derive.information.kl_divergence import kl_divergence
from derive.language.distributions import LAWS
from derive.language.sympy_out import to_sympy

#: Operations of the textbook's entropy, as a person counts them.
TEXTBOOK_OPERATIONS = {
    "arcsine": 4,
    "asymmetric_laplace": 5,
    "beta": 18,
    "cauchy": 4,
    "chi": 12,
    "chi2": 11,
    "exponential": 2,
    "frechet": 7,
    "gamma": 8,
    "generalized_normal": 8,
    "generalized_pareto": 3,
    "geometric": 9,
    "gev": 6,
    "gumbel": 3,
    "half_normal": 6,
    "inverse_gamma": 9,
    "laplace": 4,
    "levy": 9,
    "log_logistic": 4,
    "log_uniform": 6,
    "logistic": 3,
    "lognormal": 8,
    "lomax": 5,
    "maxwell": 8,
    "moyal": 7,
    "normal": 6,
    "pareto": 5,
    "power_function": 4,
    "rayleigh": 6,
    "student_t": 18,
    "triangular": 6,
    "uniform": 2,
    "weibull": 8,
    "wigner_semicircle": 4,
}
OPEN = {
    "binomial",
    "gompertz",
    "inverse_gaussian",
    "log_series",
    "negative_binomial",
    "poisson",
}
PAIRS = 12


def integral(law, given, function):
    """E[function] by SciPy's quadrature or by summation of its mass function."""
    make, _, _ = ORACLES[law.name]
    oracle, ours = make(*given), law(*given)
    support = ours.support
    low = -math.inf if support.lower is None else float(to_sympy(support.lower))
    high = math.inf if support.upper is None else float(to_sympy(support.upper))
    if support.is_whole:
        last = int(high) if math.isfinite(high) else 2000
        points = range(int(low), last + 1, support.step)
        return sum(math.exp(oracle.logpmf(k)) * function(k) for k in points)

    def integrand(x):
        with np.errstate(all="ignore"):
            weight = np.exp(oracle.logpdf(x))
            value = weight * function(x) if weight > 0 else 0.0
        return value if np.isfinite(value) else 0.0  # SciPy's own tails underflow

    inner = sorted(
        {
            low,
            *(
                c
                for c in (-60, -30, -20, -12, -6, -3, -1, 0, 0.01, 0.5, 1, 3, 20)
                if low < c < high
            ),
            high,
        }
    )
    return sum(
        scipy.integrate.quad(integrand, a, b, limit=200, full_output=True)[0]
        for a, b in pairwise(inner)
    )


def log_density(law, given):
    make, _, _ = ORACLES[law.name]
    oracle = make(*given)
    return oracle.logpmf if law(*given).support.is_whole else oracle.logpdf


@pytest.mark.parametrize("law", [law for law in LAWS if law.name not in OPEN], ids=lambda v: v.name)
def test_the_entropy_is_verified_and_agrees_with_an_integral_of_another_density(law):
    derivation = entropy(law())
    assert derivation.certificate.verdict == "verified"
    given = ORACLES[law.name][1][-1]
    stated = float(derivation.function()(*map(float, given)))
    logs = log_density(law, given)
    assert stated == pytest.approx(-integral(law, given, logs), rel=2e-4, abs=2e-4)


@pytest.mark.parametrize("name", sorted(TEXTBOOK_OPERATIONS))
def test_the_entropy_is_about_as_short_as_the_textbooks(name):
    law = next(law for law in LAWS if law.name == name)
    assert operation_count(entropy(law()).expression) <= 2 * TEXTBOOK_OPERATIONS[name]


@pytest.mark.parametrize("name", sorted(OPEN))
def test_an_entropy_without_closed_form_is_refused(name):
    law = next(law for law in LAWS if law.name == name)
    with pytest.raises(NoClosedFormError, match="no closed form is known"):
        entropy(law())


def has_tails(law):
    """Whether SciPy computes the log density itself; the log of its density underflows."""
    oracle = ORACLES[law.name][0](*ORACLES[law.name][1][-1])
    dist = getattr(oracle, "dist", None)
    if isinstance(dist, scipy.stats.rv_continuous):
        return type(dist)._logpdf is not scipy.stats.rv_continuous._logpdf
    return dist is None or type(dist)._logpmf is not scipy.stats.rv_discrete._logpmf


def pairs():
    """Pairs of laws in random order, the second with an oracle for its tails."""
    rng = random.Random(4)
    found = [(p, q) for p in LAWS for q in filter(has_tails, LAWS) if p is not q]
    rng.shuffle(found)
    return found


def test_divergences_between_families_agree_with_integrals():
    seen = 0
    for p, q in pairs():
        first, second = ORACLES[p.name][1][-1], ORACLES[q.name][1][-1]
        try:
            found = kl_divergence(p(*first), q(*second))
        except NoClosedFormError:
            continue
        stated = float(found.function()())
        assert found.certificate.verdict in {"verified", "unchecked"}
        if math.isinf(stated):
            continue
        one, other = log_density(p, first), log_density(q, second)
        expected = integral(p, first, lambda x, a=one, b=other: a(x) - b(x))
        assert stated == pytest.approx(expected, rel=1e-3, abs=1e-3), (p, first, q, second)
        seen += 1
        if seen == PAIRS:
            return
    raise AssertionError(f"only {seen} pairs have a closed form")


def test_a_law_that_diverges_from_another_in_one_mean_has_an_infinite_divergence():
    found = kl_divergence("HalfCauchy(g)", "Exponential(r)")
    assert math.isinf(found.function()(1.0, 2.0))
    assert "E_p[x] = ∞" in found.text()
    assert found.certificate.verdict == "verified"


def test_a_condition_on_the_ends_is_part_of_the_answer():
    found = kl_divergence("Uniform(a, b)", "Uniform(c, d)")
    assert {"a >= c", "b <= d", "a < b", "c < d"} <= set(found.conditions)
