"""Modes of posteriors: textbook forms, against a search of SciPy densities, honest refusals."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.optimize
import scipy.stats as st

from derive.check.claim import Plan
from derive.errors import DomainError, NoClosedFormError
from derive.statistics.bayesian.maximum_a_posteriori import maximum_a_posteriori

TEXTBOOK = [
    (("Bernoulli(p)", "Beta(a, b)"), "(a + sum(x) - 1)/(a + b + n - 2)"),
    (("Poisson(lam)", "Gamma(k, theta)"), "theta*(k + sum(x) - 1)/(theta*n + 1)"),
    (("Normal(mu, sigma)", "Normal(0, tau)", "mu"), "tau^2*sum(x)/(tau^2*n + sigma^2)"),
    (
        ("Normal(mu, sigma)", "InverseGamma(a, b)", "sigma^2"),
        "(2*b + sum((x - mu*ones(n)).^2))/(2*a + n + 2)",
    ),
    (("Uniform(0, b)", "Gamma(k, theta)", "b"), "max(theta*(k - n - 1), max(x))"),
    (("Uniform(0, b)", "Pareto(xm, alpha)", "b"), "max(xm, max(x))"),
]


@pytest.mark.parametrize(("asked", "form"), TEXTBOOK)
def test_a_mode_reads_as_in_a_textbook(asked, form):
    found = maximum_a_posteriori(*asked)
    assert repr(found.expression) == form
    assert found.certificate


# question, numbers, data, log likelihood and log prior at an unknown, where to search
SEARCHED = [
    (("Bernoulli(p)", "Beta(a, b)"), {"a": 2.0, "b": 3.5}, [1, 0, 1, 1],
     lambda t, x: st.bernoulli.logpmf(x, t).sum() + st.beta.logpdf(t, 2, 3.5), (0.01, 0.99)),
    (("Exponential(rate)", "Gamma(k, theta)"), {"k": 2.5, "theta": 0.75}, [0.4, 1.7],
     lambda t, x: st.expon.logpdf(x, scale=1 / t).sum() + st.gamma.logpdf(t, 2.5, scale=0.75),
     (0.01, 9)),
    (("Exponential(rate)", "Lomax(a, b)"), {"a": 2.5, "b": 0.75}, [0.4, 1.7],
     lambda t, x: st.expon.logpdf(x, scale=1 / t).sum() + st.lomax.logpdf(t, 2.5, scale=0.75),
     (0.01, 9)),
    (("Normal(mu, sigma)", "Gamma(a, b)", "mu"), {"a": 2.5, "b": 0.75, "sigma": 0.8}, [0.4, 1.7],
     lambda t, x: st.norm.logpdf(x, t, 0.8).sum() + st.gamma.logpdf(t, 2.5, scale=0.75),
     (0.01, 9)),
    (("Laplace(mu, b)", "InverseGamma(c, d)", "b"), {"c": 2.5, "d": 0.75, "mu": 0.5}, [0.4, 1.7],
     lambda t, x: st.laplace.logpdf(x, 0.5, t).sum() + st.invgamma.logpdf(t, 2.5, scale=0.75),
     (0.01, 9)),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "letters", "data", "height", "reach"), SEARCHED)
def test_a_mode_is_where_a_search_ends(asked, letters, data, height, reach):
    found = maximum_a_posteriori(*asked)
    assert found.certificate
    function, x = found.function(), np.array(data, float)
    known = {"x": x} | letters
    value = function(**{name: known[name] for name in function.arguments})
    best = scipy.optimize.minimize_scalar(
        lambda t: -height(t, x), bounds=reach, method="bounded", options={"xatol": 1e-10}
    )
    assert value == pytest.approx(best.x, rel=1e-6)


@pytest.mark.parametrize(
    "asked",
    [
        ("Normal(mu, sigma)", "Laplace(0, b)", "mu"),
        ("Rayleigh(sigma)", "Gamma(a, b)", "sigma"),
        ("Cauchy(x0, gamma)", "Normal(m, s)", "x0"),
    ],
)
def test_a_mode_without_closed_form_is_refused(asked):
    with pytest.raises(NoClosedFormError, match=r"closed form|no product"):
        maximum_a_posteriori(*asked)


def test_a_moved_mode_is_refuted():
    (claim,) = maximum_a_posteriori("Bernoulli(p)", "Beta(a, b)").claims
    assert [m.examine(Plan()).verdict for m in claim.mutants()] == ["refuted", "refuted"]


@pytest.mark.parametrize(
    ("likelihood", "least"),
    [
        ("Uniform(-b, b)", lambda x: np.abs(x).max()),
        ("Uniform(-2*b, b)", lambda x: max(x.max(), -x.min() / 2)),
        ("Uniform(0, 2*b)", lambda x: x.max() / 2),
    ],
)
def test_an_end_that_is_a_function_of_the_unknown_cuts_it_at_the_sample(likelihood, least):
    find = maximum_a_posteriori(likelihood, "Pareto(xm, alpha)", of="b").function()
    for x in (np.array([0.5, 3.0, 7.0]), np.array([0.25, 0.5])):
        np.testing.assert_allclose(find(x=x, xm=1.5), max(1.5, least(x)))


def test_a_value_beyond_every_end_that_the_prior_allows_is_refused():
    found = maximum_a_posteriori("Uniform(-b, b)", "LogUniform(c, d)", of="b")
    assert "every entry of x lies in [-d, d]" in found.conditions
    with pytest.raises(DomainError, match=r"\[-d, d\]"):
        found.function()(x=np.array([-6.0, 1.0]), c=1.0, d=5.0)


def test_a_zero_of_the_derivative_beyond_the_prior_is_no_mode():
    find = maximum_a_posteriori("Normal(mu, sigma)", "Uniform(a, b)", of="mu").function()
    np.testing.assert_allclose(find(x=np.array([0.5, 2.5]), a=-1.0, b=2.0), 1.5)
    with pytest.raises(DomainError, match=r"b\*n - sum\(x\) > 0"):
        find(x=np.array([2.5, 3.5]), a=-1.0, b=2.0)
