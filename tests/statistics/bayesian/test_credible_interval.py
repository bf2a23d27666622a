"""Credible intervals against SciPy's quantiles, and what is refused."""

from __future__ import annotations

import pytest
import scipy.stats as st

from derive.errors import ArgumentError, DomainError, NoRuleError
from derive.statistics.bayesian.credible_interval import credible_interval
from derive.statistics.bayesian.posterior import posterior

LAWS = [
    ("Beta(4, 2)", st.beta(4, 2)),
    ("Gamma(2.5, 3)", st.gamma(2.5, scale=3)),
    ("Exponential(2)", st.expon(scale=0.5)),
    ("InverseGamma(2.5, 1.5)", st.invgamma(2.5, scale=1.5)),
    ("Normal(1, 2)", st.norm(1, 2)),
    ("LogNormal(0.5, 0.75)", st.lognorm(0.75, scale=2.718281828459045**0.5)),
    ("Pareto(1, 3)", st.pareto(3)),
    ("Weibull(1.5, 2)", st.weibull_min(1.5, scale=2)),
    ("Lomax(3, 2)", st.lomax(3, scale=2)),
    ("TruncatedNormal(0, 1, -1, 2)", st.truncnorm(-1, 2)),
    ("Uniform(1, 4)", st.uniform(1, 3)),
]


@pytest.mark.parametrize(("law", "oracle"), LAWS, ids=[text for text, _ in LAWS])
@pytest.mark.parametrize("level", [0.5, 0.95])
def test_the_ends_are_the_quantiles(law, oracle, level):
    found = credible_interval(law, level)
    assert (found.lower, found.upper) == pytest.approx(oracle.interval(level), rel=1e-9)


def test_the_sample_goes_in_by_name():
    found = posterior("Normal(mu, sigma)", "Normal(m, s)", "mu")
    interval = credible_interval(found, 0.9, x=[1, 0.5, 2.0], sigma=1, m=0, s=2)
    spread = (1 / 4 + 3) ** -0.5
    expected = st.norm(3.5 * spread**2, spread).interval(0.9)
    assert (interval.lower, interval.upper) == pytest.approx(expected, rel=1e-9)


BETA = posterior("Bernoulli(p)", "Beta(a, b)")
REFUSED = [
    (lambda: credible_interval(BETA, 0.9, x=[1, 0], a=-6, b=1), DomainError, "a > 0"),
    (lambda: credible_interval(BETA, 0.9, x=[1, 0], a=1), ArgumentError, "b has no number"),
    (lambda: credible_interval("Beta(1, 2)", 0.9, q=1), ArgumentError, "q is no name"),
    (lambda: credible_interval("Beta(1, 2)", 1.5), ArgumentError, "level is a probability"),
    (lambda: credible_interval("Beta(1, 2)", True), ArgumentError, "level is a probability"),
    (lambda: credible_interval("Laplace(0, 1)"), NoRuleError, "no quantile is known"),
    (lambda: credible_interval(7), ArgumentError, "needs a law"),
]


@pytest.mark.parametrize(("asked", "error", "words"), REFUSED)
def test_what_is_refused_says_why(asked, error, words):
    with pytest.raises(error, match=words):
        asked()


@pytest.mark.parametrize(
    ("likelihood", "prior", "sample", "named"),
    [
        ("Geometric(p)", "Beta(1, 1)", [0, 2], "x = 0 at index 0"),
        ("Exponential(r)", "Gamma(2, 1)", [0.5, -2], "x = -2 at index 1"),
        ("Bernoulli(p)", "Beta(1, 1)", [1, 0.5], "x = 0.5 at index 1"),
        ("Poisson(lam)", "Gamma(2, 1)", [3, -1], "x = -1 at index 1"),
    ],
)
def test_values_that_the_likelihood_cannot_have_are_refused(likelihood, prior, sample, named):
    found = posterior(likelihood, prior)
    with pytest.raises(DomainError, match=named):
        credible_interval(found, 0.9, x=sample)
    with pytest.raises(DomainError, match=named):
        found.function()(x=sample)
    with pytest.raises(DomainError, match=named):
        found.function()(sample)


def test_the_compiled_posterior_is_the_formula_for_possible_data():
    compiled = posterior("Bernoulli(p)", "Beta(a, b)").function()
    assert compiled(x=[1, 0, 1], a=1, b=2) == (3, 3)
    assert "def " in compiled.source
    assert compiled.arguments == ("x", "a", "b")
