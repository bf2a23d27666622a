"""Laws written in functions of the unknowns, against SciPy's likelihoods and sums of scores."""

import numpy as np
import pytest
import scipy.optimize
import scipy.stats as st
import sympy

from derive.errors import DomainError, NoClosedFormError
from derive.language.laws.line import Normal
from derive.statistics.likelihood.cramer_rao import cramer_rao_bound
from derive.statistics.likelihood.fisher_information import fisher_information
from derive.statistics.likelihood.maximum_likelihood import maximum_likelihood
from derive.statistics.likelihood.score import score

RNG = np.random.default_rng(11)
REALS, WAITS = RNG.normal(1.3, 0.8, 40), RNG.gamma(2.0, 1.5, 40)
COUNTS, TRIES = RNG.poisson(3.0, 60), RNG.geometric(0.3, 60)
COINS, PARTS = RNG.integers(0, 2, 50), RNG.beta(2, 3, 40)


def logistic(t):
    return 1 / (1 + np.exp(-t))


CASES = {  # the law of SciPy at the unknowns, in the order of their names; a sample; a place
    "Exponential(1/theta)": (lambda a: st.expon(scale=a), WAITS, (1.7,)),
    "Exponential(exp(t))": (lambda t: st.expon(scale=np.exp(-t)), WAITS, (-0.4,)),
    "Normal(mu, sqrt(v))": (lambda m, v: st.norm(m, np.sqrt(v)), REALS, (0.3, 1.7)),
    "Normal(mu, 1/sqrt(tau))": (lambda m, v: st.norm(m, v**-0.5), REALS, (0.3, 1.7)),
    "Poisson(2*lam)": (lambda a: st.poisson(2 * a), COUNTS, (1.2,)),
    "Poisson(1 + exp(t))": (lambda t: st.poisson(1 + np.exp(t)), COUNTS, (0.3,)),
    "Bernoulli(sigmoid(t))": (lambda t: st.bernoulli(logistic(t)), COINS, (0.3,)),
    "Bernoulli(1/(1 + exp(-t)))": (lambda t: st.bernoulli(logistic(t)), COINS, (0.3,)),
    "Bernoulli(1 - exp(-t))": (lambda t: st.bernoulli(1 - np.exp(-t)), COINS, (0.6,)),
    "Geometric(1/m)": (lambda m: st.geom(1 / m), TRIES, (2.5,)),
    "Gamma(3, 1/theta)": (lambda r: st.gamma(3, scale=1 / r), WAITS, (1.2,)),
    "Gamma(k, 1/theta)": (lambda k, r: st.gamma(k, scale=1 / r), WAITS, (1.8, 0.7)),
    "Gamma(exp(t), s)": (lambda t, s: st.gamma(np.exp(t), scale=s), WAITS, (0.4, 0.7)),
    "Gamma(m^2/v, v/m)": (lambda m, v: st.gamma(m * m / v, scale=v / m), WAITS, (2.0, 1.5)),
    "LogNormal(log(m), s)": (lambda m, s: st.lognorm(s, scale=m), WAITS, (2.0, 0.8)),
}


def minus_log_likelihood(law, sample):
    def total(place):
        frozen = law(*place)
        density = frozen.logpmf if sample.dtype == int else frozen.logpdf
        value = -np.sum(density(sample))
        return value if np.isfinite(value) else 1e12

    return total


@pytest.mark.parametrize("text", CASES)
def test_estimates_are_where_scipys_likelihood_is_largest(text):
    law, sample, start = CASES[text]
    found = maximum_likelihood(text)
    assert found.certificate.verdict == "verified"
    with np.errstate(all="ignore"):
        best = scipy.optimize.minimize(
            minus_log_likelihood(law, sample),
            start,
            method="Nelder-Mead",
            options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 4000},
        )
    assert list(found.estimate(sample).values()) == pytest.approx(list(best.x), rel=1e-4)


@pytest.mark.parametrize("text", CASES)
def test_score_is_the_slope_of_scipys_log_likelihood(text):
    law, sample, place = CASES[text]
    found = np.atleast_1d(score(text).function()(sample, *place))
    total = minus_log_likelihood(law, sample)
    for k, slope in enumerate(found):
        h = 1e-5 * np.eye(len(place))[k]
        assert slope == pytest.approx((total(place - h) - total(place + h)) / 2e-5, rel=1e-5)


@pytest.mark.parametrize("text", CASES)
def test_information_is_the_mean_of_products_of_scipys_scores(text):
    law, sample, place = CASES[text]
    found = fisher_information(text)
    assert found.certificate.verdict == "verified"
    frozen, size = law(*place), len(place)
    if sample.dtype == int:
        values = np.arange(0, 400)
        values = values[frozen.pmf(values) > 0]
        weights = frozen.pmf(values)
    else:
        t, weights = np.polynomial.legendre.leggauss(600)
        values = frozen.ppf((1 - np.cos(np.pi * (t + 1) / 2)) / 2)
        weights = weights * np.pi / 4 * np.sin(np.pi * (t + 1) / 2)

    def density(at):
        there = law(*at)
        return there.logpmf(values) if sample.dtype == int else there.logpdf(values)

    steps = 1e-5 * np.eye(size)
    scores = [(density(place + h) - density(place - h)) / 2e-5 for h in steps]
    wanted = [[(weights * a * b).sum() for a in scores] for b in scores]
    matrix = np.atleast_2d(found.function()(*place))
    np.testing.assert_allclose(matrix, wanted, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize(
    ("law", "wanted"),
    [
        ("Exponential(1/theta)", "1/theta^2"),
        ("Poisson(2*lam)", "2/lam"),
        ("Bernoulli(sigmoid(t))", "sigmoid(t)*(1 - sigmoid(t))"),
        ("Geometric(1/m)", "1/m/(m - 1)"),
        ("Gamma(3, 1/theta)", "3/theta^2"),
    ],
)
def test_informations_are_written_as_in_a_textbook(law, wanted):
    assert repr(fisher_information(law)) == wanted + "    # scalar"


def test_the_bound_of_a_variance_is_that_of_its_root():
    assert repr(cramer_rao_bound("Normal(mu, sqrt(v))", of="v")).startswith("2*v^2/n ")
    assert repr(cramer_rao_bound("Exponential(1/theta)")).startswith("theta^2/n ")


def test_what_is_held_stays_in_the_map():
    found = maximum_likelihood("Normal(a*m0 + b, s)", known=("m0", "b"))
    estimates = found.estimate(REALS, m0=2.0, b=0.5)
    assert estimates["a"] == pytest.approx((REALS.mean() - 0.5) / 2)
    assert estimates["s"] == pytest.approx(REALS.std())
    assert "m₀ ≠ 0" in found.text()


def test_two_unknowns_in_two_parameters():
    found = maximum_likelihood("Uniform(c - w, c + w)")
    estimates = found.estimate(REALS)
    assert estimates["c"] - estimates["w"] == pytest.approx(REALS.min())
    assert estimates["c"] + estimates["w"] == pytest.approx(REALS.max())


@pytest.mark.parametrize(
    ("law", "words"),
    [
        ("Normal(3*a + b, s)", "a and b cannot be told apart"),
        ("Normal(a*b, s)", "a and b cannot be told apart"),
        ("Exponential(a + b)", "a and b cannot be told apart"),
        ("Gamma(a + b, exp(a + b))", "a and b cannot be told apart"),
        ("Normal(mu^2, 1)", "the same at mu and at its opposite"),
        ("Normal(0, s^2)", "the same at s and at its opposite"),
    ],
)
def test_unknowns_that_no_sample_tells_apart_are_named(law, words):
    with pytest.raises(NoClosedFormError, match=words):
        maximum_likelihood(law)


def test_a_sign_that_is_declared_makes_a_square_one_to_one():
    s = sympy.Symbol("s", positive=True)
    found = maximum_likelihood(Normal(0, s**2))
    assert found.certificate.verdict == "verified"
    assert found.estimate(REALS)["s"] ** 4 == pytest.approx(np.mean(REALS**2))


def test_a_sample_beyond_the_range_of_the_map_is_refused():
    with pytest.raises(DomainError, match="no maximum inside the domain of t"):
        maximum_likelihood("Poisson(1 + exp(t))").estimate([0, 1, 1])
    with pytest.raises(DomainError, match="no maximum inside the domain"):
        maximum_likelihood("Geometric(1/m)").estimate([1, 1, 1])
    with pytest.raises(DomainError, match="no maximum inside the domain"):
        maximum_likelihood("Bernoulli(sigmoid(t))").estimate([1, 1, 1])
