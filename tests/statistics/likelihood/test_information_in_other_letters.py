"""Fisher information where a parameter is an expression: the chain rule, and collected."""

from __future__ import annotations

import pytest
from scipy import integrate, stats

import derive as dv
from derive.writing.plain import plain

CASES = [
    ("Exponential(1/theta)", "theta", "1/theta^2"),
    ("Poisson(2*lam)", "lam", "2/lam"),
    ("Bernoulli(sigmoid(t))", "t", "sigmoid(t)*(1 - sigmoid(t))"),
    ("Bernoulli(1 - q)", "q", "1/(1 - q)/q"),
    ("Geometric(1/m)", "m", "1/m/(m - 1)"),
    ("Laplace(0, sqrt(v/2))", "v", "1/4/v^2"),
    ("Normal(0, sqrt(v))", "v", "1/2/v^2"),
    ("Exponential(a + b)", "a", "1/(a + b)^2"),
]


@pytest.mark.parametrize(("law", "wrt", "expected"), CASES)
def test_the_information_is_collected(law, wrt, expected):
    found = dv.fisher_information(law, wrt)
    assert plain(found.expression) == expected
    assert found.certificate.verdict == "verified"


def _scores_squared(log_density, at, step=1e-5):
    """x -> the squared score by a central difference."""

    def value(x):
        return ((log_density(x, at + step) - log_density(x, at - step)) / (2 * step)) ** 2

    return value


def test_it_equals_the_mean_of_a_squared_difference():
    squared = _scores_squared(lambda x, s: stats.expon.logpdf(x, scale=s), 1.7)
    whole, _ = integrate.quad(lambda x: squared(x) * stats.expon.pdf(x, scale=1.7), 0, 60)
    found = dv.fisher_information("Exponential(1/theta)").function()
    assert float(found(theta=1.7)) == pytest.approx(whole, rel=1e-6)

    squared = _scores_squared(lambda x, v: stats.norm.logpdf(x, scale=v**0.5), 1.9)
    whole, _ = integrate.quad(lambda x: squared(x) * stats.norm.pdf(x, scale=1.9**0.5), -15, 15)
    found = dv.fisher_information("Normal(0, sqrt(v))").function()
    assert float(found(v=1.9)) == pytest.approx(whole, rel=1e-6)


@pytest.mark.parametrize(
    ("function", "law", "expected"),
    [
        ("a*x + b", "Poisson(lam)", "lam*a^2"),
        ("a*x + b", "Normal(mu, sigma)", "sigma^2*a^2"),
        ("(x - c)/s", "Uniform(a, b)", "1/12*(b - a)^2/s^2"),
        ("x", "Bernoulli(p)", "p*(1 - p)"),
        ("x", "Binomial(n, p)", "n*p*(1 - p)"),
        ("x", "Bernoulli(sigmoid(t))", "sigmoid(t)*(1 - sigmoid(t))"),
        ("x", "Gamma(a/2, 2/b)", "2*a/b^2"),
    ],
)
def test_variances_are_collected(function, law, expected):
    assert plain(dv.variance(function, law).expression) == expected


def test_what_a_name_must_be_is_read_off_its_parameter():
    text = str(dv.entropy("Normal(mu, sqrt(v))"))
    assert "H = E_p[−log p]" in text and "1/2 log(2πev)" in text and "where v > 0" in text
    assert plain(dv.entropy("Exponential(1/theta)").expression) == "1 + log(theta)"
    assert plain(dv.entropy("Bernoulli(1 - q)").expression) == "-q*log(q) - (1 - q)*log(1 - q)"
    divergence = dv.kl_divergence("Exponential(1/a)", "Exponential(1/b)")
    assert plain(divergence.expression) == "log(b/a) + a/b - 1"


def test_a_name_cannot_be_positive_and_its_negative_too():
    with pytest.raises(dv.DomainError, match="theta needs theta > 0, got -a"):
        dv.entropy("Gamma(a, -a)")
    with pytest.raises(dv.DomainError, match="rate needs rate > 0"):
        dv.entropy("Exponential(-sqrt(b))")
