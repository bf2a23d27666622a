"""Laws of functions of a random value, against SciPy's laws and samples of them."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats as st

from derive.errors import ArgumentError, NoRuleError
from derive.information.entropy import entropy
from derive.probability.change_of_variables import change_of_variables
from derive.probability.densities import density

SAMPLES = 20_000
NAMED = [
    ("Normal(mu, sigma)", "exp(x)", "LogNormal(mu, sigma)"),
    ("LogNormal(mu, sigma)", "log(x)", "Normal(mu, sigma)"),
    ("Normal(mu, sigma)", "3*x + 2", "Normal(3*mu + 2, 3*sigma)"),
    ("Normal(0, 1)", "x^2", "ChiSquared(1)"),
    ("Normal(0, sigma)", "abs(x)", "HalfNormal(sigma)"),
    ("Beta(a, b)", "x/(1 - x)", "BetaPrime(a, b)"),
    ("Beta(a, b)", "1 - x", "Beta(b, a)"),
    ("Weibull(k, lam)", "1/x", "Frechet(k, 1/lam)"),
    ("Uniform(0, 1)", "-log(x)", "Exponential(1)"),
    ("Uniform(0, 1)", "log(x/(1 - x))", "Logistic(0, 1)"),
    ("Uniform(a, b)", "2*x + 1", "Uniform(2*a + 1, 2*b + 1)"),
    ("Gamma(k, theta)", "1/x", "InverseGamma(k, 1/theta)"),
    ("Logistic(mu, s)", "exp(x)", "LogLogistic(exp(mu), 1/s)"),
    ("Exponential(r)", "exp(x)", "Pareto(1, r)"),
    ("StudentT(nu)", "x^2", "FisherF(1, nu)"),
    ("FisherF(d1, d2)", "1/x", "FisherF(d2, d1)"),
    ("Laplace(0, b)", "abs(x)", "Exponential(1/b)"),
    ("ChiSquared(k)", "sqrt(x)", "Chi(k)"),
]


@pytest.mark.parametrize(("law", "function", "named"), NAMED)
def test_the_law_of_the_new_value_is_named(law, function, named):
    found = change_of_variables(law, function)
    assert repr(found.law) == named
    assert found.is_named
    assert found.certificate.verdict == "verified"
    assert "is distributed as" in found.text()


@pytest.mark.parametrize(
    ("law", "function", "draw", "change"),
    [
        ("Normal(1/2, 2)", "x^2", st.norm(0.5, 2), np.square),
        ("Normal(1/2, 2)", "x^3", st.norm(0.5, 2), lambda x: x**3),
        ("Gamma(2, 3)", "log(x)", st.gamma(2, scale=3), np.log),
        ("Cauchy(1, 2)", "1/x", st.cauchy(1, 2), np.reciprocal),
        ("Laplace(1, 2)", "abs(x)", st.laplace(1, 2), np.abs),
        ("Beta(2, 3)", "1/(1 + x)", st.beta(2, 3), lambda x: 1 / (1 + x)),
    ],
)
def test_the_density_has_the_masses_of_a_sample(law, function, draw, change):
    found = change_of_variables(law, function)
    assert found.certificate.verdict == "verified"
    sample = change(draw.rvs(SAMPLES, random_state=5))
    f = found.function()
    low, high = np.quantile(sample, [0.6, 0.9])
    grid = np.linspace(low, high, 4001)
    mass = np.trapezoid(f(grid), grid)
    share = np.mean((sample > low) & (sample < high))
    assert mass == pytest.approx(share, abs=4 * np.sqrt(0.25 / SAMPLES))


def test_the_density_is_zero_outside_the_image():
    f = change_of_variables("Normal(mu, sigma)", "exp(x)").function()
    np.testing.assert_allclose(f([-1.0, 0.0, 2.0], 0, 1), [0, 0, st.lognorm(1).pdf(2.0)])


def test_a_law_without_a_name_is_a_law_for_other_verbs():
    found = change_of_variables("Gamma(k, theta)", "log(x)")
    assert not found.is_named
    assert entropy(found.law).certificate.verdict == "verified"
    assert density(found.law).certificate.verdict == "verified"
    value = float(entropy(found.law).function()(2.0, 3.0))
    sample = np.log(st.gamma(2, scale=3).rvs(SAMPLES, random_state=3))
    logs = found.law.log_density
    assert value == pytest.approx(st.differential_entropy(sample), abs=0.05)
    assert callable(logs)


def test_names_with_facts_and_other_names_of_the_value():
    found = change_of_variables("Uniform(0, 1)", "u^a", of="u", to="w", shapes="a: positive")
    assert repr(found.law) == "PowerFunction(1/a)"
    assert found.function().arguments[0] == "w"


@pytest.mark.parametrize(
    ("law", "function", "error", "words"),
    [
        ("Normal(mu, sigma)", "sin(x)", NoRuleError, "one to one in sin"),
        ("Normal(mu, sigma)", "log(x)", NoRuleError, "logarithm of a value that may be negative"),
        ("Normal(mu, sigma)", "a*x", NoRuleError, "whether a is positive"),
        ("Uniform(-1, 2)", "x^2", NoRuleError, "branches with different values"),
        ("Poisson(l)", "2*x", ArgumentError, "discrete"),
        ("Normal(mu, sigma)", "3", NoRuleError, "does not depend"),
    ],
)
def test_what_is_not_one_to_one_is_refused_by_name(law, function, error, words):
    with pytest.raises(error, match=words):
        change_of_variables(law, function)


def test_a_name_that_is_taken_is_refused():
    with pytest.raises(ArgumentError, match="mu has a meaning"):
        change_of_variables("Normal(mu, sigma)", "exp(x)", to="mu")


@pytest.mark.parametrize(
    ("law", "function", "named"),
    [
        ("Normal(mu, sigma)", "(x - mu)/sigma", "Normal(0, 1)"),
        ("Normal(2, 3)", "(x - 2)/3", "Normal(0, 1)"),
        ("Normal(mu, sigma)", "exp((x - mu)/sigma)", "LogNormal(0, 1)"),
        ("Uniform(0, 1)", "1 - x", "Uniform(0, 1)"),
    ],
)
def test_a_law_is_named_where_a_term_of_its_density_is_missing(law, function, named):
    found = change_of_variables(law, function)
    assert repr(found.law) == named
    assert found.certificate.verdict == "verified"


def test_a_factor_of_unknown_sign_is_refused_with_the_fact_to_declare():
    with pytest.raises(NoRuleError, match="shapes='a: positive'"):
        change_of_variables("Normal(mu, sigma)", "a*x + b")
    found = change_of_variables("Normal(mu, sigma)", "a*x + b", shapes="a: positive")
    assert repr(found.law) == "Normal(mu*a + b, sigma*a)"
