"""Log-likelihood, score and maximum likelihood against SciPy and perturbations."""

import math
from dataclasses import replace

import numpy as np
import pytest
import scipy.stats as st

from derive.check.certificate import certify
from derive.errors import ArgumentError, DomainError, NoClosedFormError, NoRuleError
from derive.language.distributions import LAWS
from derive.statistics.likelihood.log_likelihood import log_likelihood
from derive.statistics.likelihood.maximum_likelihood import maximum_likelihood
from derive.statistics.likelihood.score import score

RNG = np.random.default_rng(5)
X = RNG.gamma(2.0, 1.5, size=40)
COUNTS = RNG.negative_binomial(3, 0.4, size=60)

SCIPY = {  # law, values of its parameters in order, the same law of SciPy
    "Normal": ((0.3, 1.7), lambda m, s: st.norm(m, s)),
    "Laplace": ((0.3, 1.7), lambda m, b: st.laplace(m, b)),
    "Logistic": ((0.3, 1.7), lambda m, s: st.logistic(m, s)),
    "Cauchy": ((0.3, 1.7), lambda m, s: st.cauchy(m, s)),
    "Gumbel": ((0.3, 1.7), lambda m, s: st.gumbel_r(m, s)),
    "Exponential": ((0.7,), lambda r: st.expon(scale=1 / r)),
    "Gamma": ((1.3, 2.1), lambda k, t: st.gamma(k, scale=t)),
    "InverseGamma": ((1.3, 2.1), lambda a, b: st.invgamma(a, scale=b)),
    "LogNormal": ((0.3, 1.7), lambda m, s: st.lognorm(s, scale=math.exp(m))),
    "Weibull": ((1.3, 2.1), lambda k, s: st.weibull_min(k, scale=s)),
    "InverseGaussian": ((1.3, 2.1), lambda m, s: st.invgauss(m / s, scale=s)),
    "Rayleigh": ((1.3,), lambda s: st.rayleigh(scale=s)),
    "Lomax": ((1.3, 2.1), lambda a, s: st.lomax(a, scale=s)),
    "Frechet": ((1.3, 2.1), lambda a, s: st.invweibull(a, scale=s)),
}


@pytest.mark.parametrize("name", SCIPY)
def test_log_likelihood_is_the_sum_of_scipys_log_densities(name):
    values, law = SCIPY[name]
    found = log_likelihood(name).function()(X, *values)
    assert found == pytest.approx(law(*values).logpdf(X).sum(), rel=1e-11)


@pytest.mark.parametrize("name", SCIPY)
def test_score_is_the_slope_of_scipys_log_likelihood(name):
    values, law = SCIPY[name]
    found = np.atleast_1d(score(name).function()(X, *values))
    for k, slope in enumerate(found):
        h = 1e-5 * values[k]
        up, down = ([*values[:k], values[k] + s * h, *values[k + 1 :]] for s in (1, -1))
        gap = law(*up).logpdf(X).sum() - law(*down).logpdf(X).sum()
        assert slope == pytest.approx(gap / (2 * h), rel=2e-6, abs=1e-6)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_every_law_has_a_likelihood_that_is_verified(law):
    found = log_likelihood(law())
    assert found.certificate.verdict == "verified"


FITS = {
    "Normal": lambda x: st.norm.fit(x),
    "Exponential": lambda x: (1 / np.mean(x),),
    "Rayleigh": lambda x: (st.rayleigh.fit(x, floc=0)[1],),
    "HalfNormal": lambda x: (st.halfnorm.fit(x, floc=0)[1],),
    "Maxwell": lambda x: (st.maxwell.fit(x, floc=0)[1],),
    "LogNormal": lambda x: (np.log(x).mean(), np.log(x).std()),
    "Pareto": lambda x: (x.min(), 1 / np.log(x / x.min()).mean()),
    "Uniform": lambda x: (x.min(), x.max()),
    "Gamma": lambda x: (lambda a, _, s: (a, s))(*st.gamma.fit(x, floc=0)),
    "Weibull": lambda x: (lambda c, _, s: (c, s))(*st.weibull_min.fit(x, floc=0)),
    "Gumbel": lambda x: st.gumbel_r.fit(x),
    "Logistic": lambda x: st.logistic.fit(x),
    "InverseGaussian": lambda x: (np.mean(x), 1 / np.mean(1 / x - 1 / np.mean(x))),
}


@pytest.mark.parametrize("name", FITS)
def test_estimates_are_those_of_scipy(name):
    found = maximum_likelihood(name, data=X)
    assert found.certificate.verdict == "verified"
    assert list(found.estimates.values()) == pytest.approx(list(FITS[name](X)), rel=2e-4)


def test_no_other_parameters_give_scipys_likelihood_of_a_gamma_sample_a_larger_value():
    found = maximum_likelihood("Gamma(k, theta)", data=X).estimates
    k, theta = found["k"], found["theta"]
    best = st.gamma(k, scale=theta).logpdf(X).sum()
    for dk, dt in RNG.normal(scale=0.05, size=(50, 2)):
        assert st.gamma(k * (1 + dk), scale=theta * (1 + dt)).logpdf(X).sum() < best


def test_a_held_parameter_stays():
    found = maximum_likelihood("Normal(m, s)", known="m")
    assert found.function()(x=X, m=1.0) == pytest.approx(math.sqrt(np.mean((X - 1.0) ** 2)))
    assert found.estimate(X, m=1.0)["s"] == pytest.approx(math.sqrt(np.mean((X - 1.0) ** 2)))


def test_counts():
    mean = COUNTS.mean()
    assert maximum_likelihood("Poisson(lam)").function()(COUNTS) == pytest.approx(mean)
    assert maximum_likelihood("Geometric(p)").function()(COUNTS + 1) == pytest.approx(
        1 / (mean + 1)
    )
    found = maximum_likelihood("NegativeBinomial(r, p)", known="r")
    assert found.function()(x=COUNTS, r=3.0) == pytest.approx(3 / (3 + mean))
    assert maximum_likelihood("DiscreteUniform(N)").function()(COUNTS + 1) == COUNTS.max() + 1
    binomial = maximum_likelihood("Binomial(m, p)", known="m")
    assert binomial.estimate([1, 3, 2], m=5)["p"] == pytest.approx(0.4)


def test_the_equation_of_a_gamma_shape_is_the_textbooks():
    (equation,) = maximum_likelihood("Gamma(k, theta)").equations
    assert equation.startswith("log(k) - digamma(k) = log(sum(x)/n)")


@pytest.mark.parametrize("law", ["Arcsine(a, b)", "Binomial(m, p)", "GeneralizedNormal"])
def test_what_has_no_maximum_by_derivatives_is_refused_with_its_reason(law):
    with pytest.raises(NoClosedFormError, match=r"unbounded|whole numbers|kink"):
        maximum_likelihood(law)


@pytest.mark.parametrize(
    ("data", "words"),
    [([1.0, -2.0], "-2 at place 2"), ([1.0, float("nan")], "nan at place 2")],
)
def test_a_value_outside_the_support_is_named(data, words):
    with pytest.raises(DomainError, match=words):
        maximum_likelihood("Gamma(k, theta)", data=data)


def test_too_few_values_are_named():
    with pytest.raises(DomainError, match=r"no maximum inside the domain of sigma.*\n.*1 were"):
        maximum_likelihood("Normal", data=[2.0])
    with pytest.raises(ArgumentError, match="at least one"):
        maximum_likelihood("Normal", data=[])
    with pytest.raises(DomainError, match="domain of p"):
        maximum_likelihood("Bernoulli", data=[1, 1, 1])


def test_a_likelihood_that_grows_for_ever_is_named():
    with pytest.raises(DomainError, match="does not fall where r goes up"):
        maximum_likelihood("NegativeBinomial(r, p)", data=[2, 2, 3, 2, 3, 2])


def test_bad_questions_are_named():
    with pytest.raises(ArgumentError, match="'tau' is no free parameter"):
        maximum_likelihood("Normal", known="tau")
    with pytest.raises(ArgumentError, match="nothing to estimate"):
        maximum_likelihood("Normal", known=("mu", "sigma"))
    with pytest.raises(DomainError, match="whole numbers alone"):
        score("Binomial(m, p)")
    with pytest.raises(NoRuleError, match="estimate"):
        maximum_likelihood("Beta").function()
    with pytest.raises(ArgumentError, match="m is missing"):
        maximum_likelihood("Normal(m, s)", known="m").estimate([1.0, 2.0])


def test_the_page_ends_with_the_estimates_and_evaluates_closed_forms_again():
    found = maximum_likelihood("Normal(mu, sigma)", data=[1.0, 2.0, 6.0])
    assert "μ = 3, σ = 2.16025 from these 3 values" in found.text()
    page = maximum_likelihood("Normal(mu, sigma)")
    assert len(found.claims) == len(page.claims) + 2
    assert found.certificate.verdict == "verified"
    solved = maximum_likelihood("Gamma(k, theta)", data=[1.0, 2.0, 4.0])
    assert "k = 3.4012, θ = 0.686032 from these 3 values" in solved.text()
    wrong = replace(found.claims[-1], found=2.17)
    assert certify([wrong]).verdict == "refuted"
