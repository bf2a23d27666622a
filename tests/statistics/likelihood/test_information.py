"""Fisher information and the Cramer-Rao bound against sums and quadrature of SciPy's scores."""

import math
import time

import numpy as np
import pytest
import scipy.stats as st
from scipy.special import polygamma

from derive.errors import ArgumentError, DomainError, NoRuleError
from derive.language.laws.line import Laplace
from derive.probability.question import pose
from derive.statistics.likelihood.cramer_rao import cramer_rao_bound
from derive.statistics.likelihood.fisher_information import fisher_information
from derive.statistics.likelihood.information_matrix import _curvature

CASES = {
    "Normal": ((0.3, 1.7), lambda m, s: st.norm(m, s)),
    "Gamma": ((2.3, 1.1), lambda k, t: st.gamma(k, scale=t)),
    "Beta": ((2.3, 3.1), lambda a, b: st.beta(a, b)),
    "Weibull": ((2.3, 1.1), lambda k, s: st.weibull_min(k, scale=s)),
    "Gumbel": ((0.3, 1.7), lambda m, s: st.gumbel_r(m, s)),
    "Cauchy": ((0.3, 1.7), lambda m, s: st.cauchy(m, s)),
    "Lomax": ((2.3, 1.1), lambda a, s: st.lomax(a, scale=s)),
    "StudentT": ((4.0,), lambda v: st.t(v)),
    "InverseGaussian": ((1.3, 0.7), lambda m, k: st.invgauss(m / k, scale=k)),
}


@pytest.mark.parametrize("name", CASES)
def test_information_is_the_integral_of_products_of_scores(name):
    values, law = CASES[name]
    found = np.atleast_2d(fisher_information(name).function()(*values))
    h = 1e-5

    def slope(x, k):
        up, down = ([*values[:k], values[k] + s * h, *values[k + 1 :]] for s in (1, -1))
        return (law(*up).logpdf(x) - law(*down).logpdf(x)) / (2 * h)

    # u is the distribution function, and 1 - cos(pi t) puts places near both its ends
    t, weight = np.polynomial.legendre.leggauss(400)
    u = (1 - np.cos(np.pi * (t + 1) / 2)) / 2
    weight = weight * np.pi / 4 * np.sin(np.pi * (t + 1) / 2)
    x = law(*values).ppf(u)
    scores = [slope(x, k) for k in range(len(values))]
    wanted = [[(weight * one * other).sum() for one in scores] for other in scores]
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("law", "value", "wanted"),
    [
        ("Poisson", 2.5, 1 / 2.5),
        ("Bernoulli", 0.3, 1 / 0.21),
        ("Geometric", 0.3, 1 / (0.09 * 0.7)),
        ("Exponential", 2.5, 1 / 2.5**2),
    ],
)
def test_textbook_informations(law, value, wanted):
    assert fisher_information(law).function()(value) == pytest.approx(wanted)


def test_information_of_n_values_is_n_times_that_of_one():
    assert str(fisher_information("Poisson(lam)", n="n").result) == "n/lam"
    assert fisher_information("Poisson(lam)", n=7).function()(2.0) == 3.5


def test_laplace_information_is_not_the_mean_of_a_second_derivative():
    assert fisher_information("Laplace(mu, b)", "mu").function()(0.0, 2.0) == 0.25


@pytest.mark.parametrize("law", ["Uniform(a, b)", "Pareto(m, a)", "Levy(m, c)"])
def test_a_support_that_depends_on_the_parameter_is_refused(law):
    with pytest.raises(NoRuleError, match="depends on"):
        fisher_information(law)


def test_bounds():
    assert cramer_rao_bound("Normal(mu, sigma)", of="sigma^2").function()(
        0.0, 2.0, 10
    ) == pytest.approx(3.2)
    gamma = cramer_rao_bound("Gamma(k, theta)", of="k").function()
    k, theta, n = 2.3, 1.1, 9
    matrix = np.array([[polygamma(1, k), 1 / theta], [1 / theta, k / theta**2]])
    assert gamma(k, theta, n) == pytest.approx(np.linalg.inv(matrix)[0, 0] / n)


def test_the_variance_of_the_mean_of_poisson_values_attains_its_bound():
    draws = np.random.default_rng(3).poisson(2.5, size=(20000, 10)).mean(axis=1)
    bound = cramer_rao_bound("Poisson(lam)").function()(2.5, 10)
    assert abs(draws.var() - bound) < 4 * bound * math.sqrt(2 / 20000)


def test_bad_questions_are_named():
    with pytest.raises(ArgumentError, match="needs what is estimated"):
        cramer_rao_bound("Normal(mu, sigma)")
    with pytest.raises(ArgumentError, match="function of the unknown"):
        cramer_rao_bound("Normal(mu, sigma)", of="tau^2")
    with pytest.raises(ArgumentError, match="n is how many"):
        fisher_information("Poisson(lam)", n=0)
    with pytest.raises(ArgumentError, match="a name of its own"):
        fisher_information("Poisson(n)", n="n")
    with pytest.raises(DomainError, match="whole numbers"):
        fisher_information("Binomial(m, p)")


def test_the_information_of_an_angle_is_the_integral_of_products_of_scores():
    mu, kappa = 0.4, 1.7
    angles = np.linspace(-math.pi, math.pi, 4000, endpoint=False)
    weights = st.vonmises.pdf(angles, kappa, loc=mu)
    weights = weights / weights.sum()
    cosine = np.cos(angles - mu)
    scores = np.array([kappa * np.sin(angles - mu), cosine - weights @ cosine])
    found = fisher_information("VonMises(mu, kappa)").function()(mu, kappa)
    np.testing.assert_allclose(found, (scores * weights) @ scores.T, atol=1e-12)


def test_a_long_sum_becomes_one_quotient_term_by_term():
    started = time.process_time()
    found = fisher_information("ContinuousBernoulli")
    assert time.process_time() - started < 12  # 17 s with all terms opened at once
    lam, h = 0.3, 1e-5
    x, weight = np.polynomial.legendre.leggauss(60)
    x, weight = (x + 1) / 2, weight / 2

    def density(at):
        return at**x * (1 - at) ** (1 - x) * 2 * np.arctanh(1 - 2 * at) / (1 - 2 * at)

    slope = (np.log(density(lam + h)) - np.log(density(lam - h))) / (2 * h)
    wanted = (weight * density(lam) * slope**2).sum()
    assert found.function()(lam) == pytest.approx(wanted, rel=1e-7)


def test_a_bound_from_an_information_of_long_entries_is_one_short_quotient():
    found = cramer_rao_bound("GeneralizedPareto(0, s, xi)", of="s^2 + xi", wrt=["s", "xi"], n=3)
    s, xi = 1.3, 0.4
    common = (1 + 2 * xi) * (1 + xi)  # of the information that tables have
    table = np.array([[(1 + xi) / s**2, 1 / s], [1 / s, 2.0]]) / common
    slope = np.array([2 * s, 1.0])
    expected = slope @ np.linalg.solve(table, slope) / 3
    np.testing.assert_allclose(found.function()(s=s, xi=xi), expected)
    assert len(repr(found)) < 80


def test_where_squares_of_the_score_have_no_mean_the_curvature_has():
    page = fisher_information("InverseGaussian(mu, lam)")
    assert "minus the mean of the second derivative" in page.text()
    assert page.certificate.verdict == "verified"


def test_a_density_with_a_kink_is_not_asked_for_its_curvature():
    # between the kinks the second derivative of -|x - mu|/b in mu is 0, and the information is not
    question = pose((Laplace("mu", "b"),), ("I",))
    law, mu = question.laws[0], question.laws[0].values[0]
    density = question.algebra.expr(law.log_density(question.variable))
    assert _curvature(question, density, mu, mu) is None
