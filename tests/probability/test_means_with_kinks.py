"""Means of functions with kinks and of normal distribution functions, against quadrature."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, stats

from derive.check.evaluate import Point, ball_value
from derive.errors import NoClosedFormError, NoRuleError
from derive.information.kl_divergence import kl_divergence
from derive.probability.expectation import expectation
from derive.probability.variance import variance


def relu(u):
    return np.maximum(u, 0)


def step(u):
    return np.heaviside(u, 0)


phi, Phi = stats.norm.pdf, stats.norm.cdf
NORMAL = "Normal(mu, sigma)"
NORMALS = ({"mu": "3/4", "sigma": "3/2"}, {"mu": "-5/4", "sigma": "1/2"})

#: A function, the same by NumPy, and its kinks.
UNDER_NORMAL = [
    ("relu(x)", relu, (0,)),
    ("step(x)", step, (0,)),
    ("sign(x)", np.sign, (0,)),
    ("abs(x)^3", lambda x: np.abs(x) ** 3, (0,)),
    ("relu(1 - x)^2", lambda x: relu(1 - x) ** 2, (1,)),
    ("max(x, 1)", lambda x: np.maximum(x, 1), (1,)),
    ("min(x, 2 - x)", lambda x: np.minimum(x, 2 - x), (1,)),
    ("clip(x, 0, 1)", lambda x: np.clip(x, 0, 1), (0, 1)),
    ("huber(x, 1)", lambda x: np.where(abs(x) < 1, x * x / 2, abs(x) - 0.5), (-1, 1)),
    ("relu(x)*relu(1 - x)", lambda x: relu(x) * relu(1 - x), (0, 1)),
    ("exp(x/2)*step(x - 1)", lambda x: np.exp(np.minimum(x, 99) / 2) * step(x - 1), (1,)),
    ("exp(-abs(x))", lambda x: np.exp(-abs(x)), (0,)),
    ("relu(abs(x) - 1)", lambda x: relu(abs(x) - 1), (-1, 0, 1)),
    ("relu(1 - relu(x))", lambda x: relu(1 - relu(x)), (0, 1)),
    ("exp(-x^2)*relu(x)", lambda x: np.exp(-x * x) * relu(x), (0,)),
    ("normpdf(x)", phi, ()),
    ("normcdf(2*x - 1)", lambda x: Phi(2 * x - 1), ()),
    ("erf(x)", lambda x: 2 * Phi(np.sqrt(2) * x) - 1, ()),
    ("x*normcdf(x)", lambda x: x * Phi(x), ()),
    ("gelu(x)", lambda x: x * Phi(x), ()),
    ("exp(x)*normcdf(1 - x)", lambda x: np.exp(np.minimum(x, 99)) * Phi(1 - x), ()),
]

#: A function, a law, numbers, the same by NumPy and SciPy, and the kinks.
UNDER_OTHERS = [
    ("relu(x - c)", "Exponential(r)", {"c": "1/2", "r": "3/2"}, stats.expon(0, 2 / 3)),
    ("relu(x - c)", "Exponential(r)", {"c": "-1/2", "r": "3/2"}, stats.expon(0, 2 / 3)),
    ("relu(x - c)", "Gamma(k, theta)", {"c": 2, "k": "3/4", "theta": 2}, stats.gamma(0.75, 0, 2)),
    ("relu(x - c)", "Gamma(k, theta)", {"c": -2, "k": "3/4", "theta": 2}, stats.gamma(0.75, 0, 2)),
    ("relu(x - c)", "Beta(a, b)", {"c": "1/3", "a": 2, "b": "3/2"}, stats.beta(2, 1.5)),
    ("relu(x - c)", "Beta(a, b)", {"c": "4/3", "a": 2, "b": "3/2"}, stats.beta(2, 1.5)),
    ("relu(x - c)", "Uniform(a, b)", {"c": "1/3", "a": -1, "b": 2}, stats.uniform(-1, 3)),
    ("relu(x - c)", "Uniform(a, b)", {"c": -3, "a": -1, "b": 2}, stats.uniform(-1, 3)),
    ("relu(x - c)", "Laplace(m, b)", {"c": 1, "m": "1/4", "b": 2}, stats.laplace(0.25, 2)),
    ("relu(x - c)", "Laplace(m, b)", {"c": -1, "m": "1/4", "b": 2}, stats.laplace(0.25, 2)),
    ("relu(x - c)", "Logistic(m, s)", {"c": 1, "m": "1/4", "s": 2}, stats.logistic(0.25, 2)),
    ("relu(x - c)", "Pareto(xm, al)", {"c": 2, "xm": 1, "al": 3}, stats.pareto(3)),
    ("relu(x - c)", "Pareto(xm, al)", {"c": "1/2", "xm": 1, "al": 3}, stats.pareto(3)),
    ("relu(x - c)", "Weibull(k, l)", {"c": 1, "k": 2, "l": 2}, stats.weibull_min(2, 0, 2)),
    ("relu(x - c)", "LogNormal(m, s)", {"c": 2, "m": 0, "s": "1/2"}, stats.lognorm(0.5)),
    ("relu(x - c)", "InverseGaussian(m, l)", {"c": 1, "m": 2, "l": 3}, stats.invgauss(2 / 3, 0, 3)),
    ("relu(x - c)", "InverseGamma(a, b)", {"c": 1, "a": 3, "b": 2}, stats.invgamma(3, 0, 2)),
    ("relu(x - c)", "HalfNormal(s)", {"c": 1, "s": 2}, stats.halfnorm(0, 2)),
    ("relu(x - c)", "TruncatedNormal(1, 2, 0, 3)", {"c": "1/2"}, stats.truncnorm(-0.5, 1, 1, 2)),
    ("relu(x - c)", "Triangular(0, 1, 1/3)", {"c": "1/2"}, stats.triang(1 / 3)),
    ("relu(c - x)", "ChiSquared(k)", {"c": 2, "k": 3}, stats.chi2(3)),
    ("step(x - c)", "Cauchy(m, g)", {"c": 2, "m": 1, "g": "1/2"}, stats.cauchy(1, 0.5)),
    ("step(c - x)", "Frechet(a, s)", {"c": 2, "a": 3, "s": 2}, stats.invweibull(3, 0, 2)),
]
FORMS = {
    "relu(x - c)": lambda x, c: relu(x - c),
    "relu(c - x)": lambda x, c: relu(c - x),
    "step(x - c)": lambda x, c: step(x - c),
    "step(c - x)": lambda x, c: step(c - x),
}
COUNTED = [
    ("relu(x - 2)", "Poisson(l)", {"l": 3}, stats.poisson(3), lambda k: relu(k - 2)),
    ("step(3 - x)", "Poisson(l)", {"l": 3}, stats.poisson(3), lambda k: step(3 - k)),
    ("max(x, 1)", "Poisson(l)", {"l": 3}, stats.poisson(3), lambda k: np.maximum(k, 1)),
    ("abs(x - 2)", "Geometric(p)", {"p": "1/4"}, stats.geom(0.25), lambda k: abs(k - 2)),
    ("step(x - 2)", "Binomial(5, p)", {"p": "1/4"}, stats.binom(5, 0.25), lambda k: step(k - 2)),
    ("sign(x - 1)", "LogSeries(p)", {"p": "1/4"}, stats.logser(0.25), lambda k: np.sign(k - 1)),
]


def value(derivation, numbers):
    symbols = {s.name: s for s in derivation.trace.arguments}
    point = Point({}, {symbols[name]: Fraction(v) for name, v in numbers.items()})
    return float(ball_value(derivation.expression, point)[0, 0])


def integral(function, law, kinks):
    low, high = law.support()
    inner = [law.ppf(q) for q in (1e-6, 1e-3, 0.1, 0.5, 0.9, 0.999)]
    cuts = sorted({low, high, *(k for k in (*kinks, *inner) if low < k < high)})
    pieces = (
        integrate.quad(lambda x: function(x) * law.pdf(x), a, b, limit=200)[0]
        for a, b in pairwise(cuts)
    )
    return sum(pieces)


def named(value):
    """A name that is the same in every process: of texts, none of functions."""
    return value if isinstance(value, str) else ""


@pytest.mark.parametrize(("text", "function", "kinks"), UNDER_NORMAL, ids=named)
def test_the_mean_under_a_normal_law_is_the_integral(text, function, kinks):
    found = expectation(text, NORMAL)
    assert found.certificate.verdict == "verified"
    for numbers in NORMALS:
        law = stats.norm(*(float(Fraction(v)) for v in numbers.values()))
        assert value(found, numbers) == pytest.approx(integral(function, law, kinks), abs=2e-9)


@pytest.mark.parametrize(("text", "law", "numbers", "theirs"), UNDER_OTHERS, ids=named)
def test_the_mean_under_another_law_is_the_integral(text, law, numbers, theirs):
    found, c = expectation(text, law), float(Fraction(numbers["c"]))
    wanted = integral(lambda x: FORMS[text](x, c), theirs, (c,))
    assert value(found, numbers) == pytest.approx(wanted, abs=2e-8)
    assert found.certificate.verdict == "verified"


@pytest.mark.parametrize(("text", "law", "numbers", "theirs", "function"), COUNTED, ids=named)
def test_the_mean_on_whole_numbers_is_the_sum(text, law, numbers, theirs, function):
    points = np.arange(0, 400)
    wanted = float(np.sum(theirs.pmf(points) * function(points)))
    found = expectation(text, law)
    assert value(found, numbers) == pytest.approx(wanted, abs=1e-12)
    assert found.certificate.verdict == "verified"


@pytest.mark.parametrize("a", ["-2", "3/2"])
def test_a_slope_may_have_either_sign(a):
    numbers = {"mu": "1/2", "sigma": "3/4", "a": a, "b": "1/3"}
    slope, law = float(Fraction(a)), stats.norm(0.5, 0.75)
    for text, function in (
        ("relu(a*x + b)", lambda x: relu(slope * x + 1 / 3)),
        ("relu(a*x + b)^2", lambda x: relu(slope * x + 1 / 3) ** 2),
        ("normcdf(a*x + b)", lambda x: Phi(slope * x + 1 / 3)),
    ):
        wanted = integral(function, law, (-1 / 3 / slope,))
        assert value(expectation(text, NORMAL), numbers) == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("relu(x)", "mu*normcdf(mu/sigma) + sigma*normpdf(mu/sigma)"),
        ("step(x)", "normcdf(mu/sigma)"),
        ("normcdf(a*x + b)", "normcdf((a*mu + b)/sqrt(a**2*sigma**2 + 1))"),
    ],
)
def test_the_answer_is_that_of_a_textbook(text, result):
    assert str(expectation(text, NORMAL).result) == result


def test_the_price_of_an_option_is_that_of_black_and_scholes():
    found = expectation("relu(x - K)", "LogNormal(mu, sigma)")
    assert str(found.result) == (
        "-K*normcdf((mu - log(K))/sigma) + exp(mu + sigma**2/2)*normcdf("
        "(mu + sigma**2 - log(K))/sigma)"
    )
    assert "K > 0" in [str(c) for c in found.conditions]


def test_a_formula_for_one_case_alone_is_no_divergence():
    # for a centre below 0 the divergence is finite too, but another function
    with pytest.raises(NoClosedFormError, match="only where mu2 > 0"):
        kl_divergence("LogNormal(mu1, sigma1)", "Laplace(mu2, b2)")
    with pytest.raises(NoClosedFormError, match="only where"):
        variance("step(x - c)", "InverseGamma(a, b)")


def test_a_divergence_from_a_laplace_law_is_the_integral():
    found = kl_divergence("Gamma(k, t)", "Laplace(m, b)")
    assert found.certificate.verdict == "verified"
    law, other = stats.gamma(1.5, 0, 2), stats.laplace(1, 0.5)
    wanted = integral(lambda x: law.logpdf(min(x, 99)) - other.logpdf(min(x, 99)), law, (1,))
    numbers = {"k": "3/2", "t": 2, "m": 1, "b": "1/2"}
    assert value(found, numbers) == pytest.approx(wanted, rel=1e-7)


def test_the_variance_of_a_ramp():
    found = variance("relu(x)", NORMAL)
    law = stats.norm(0.75, 1.5)
    first, second = (integral(lambda x, n=n: relu(x) ** n, law, (0,)) for n in (1, 2))
    assert value(found, NORMALS[0]) == pytest.approx(second - first**2, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "law"),
    [
        ("relu(x)", "Cauchy(m, g)"),  # infinite
        ("1/relu(x)", "Normal(0, 1)"),
        ("normcdf(x)^2", "Normal(0, 1)"),
        ("normcdf(x)*relu(x)", "Normal(0, 1)"),
        ("normcdf(x)", "Exponential(r)"),
        ("relu(x - a)*relu(x - b)", "Normal(0, 1)"),  # which kink comes first is not known
        ("relu(x - c)", "Poisson(lam)"),
        ("relu(c*x)", "Poisson(lam)"),  # whether the ramp rises is not known
        ("sqrt(relu(x))", "Normal(0, 1)"),
        ("relu(x)", "HyperbolicSecant(s)"),
    ],
)
def test_what_is_not_known_is_refused_by_name(text, law):
    with pytest.raises((NoClosedFormError, NoRuleError)):
        expectation(text, law)


def test_the_points_that_are_counted_must_be_there():
    found = expectation("step(x - 2)", "DiscreteUniform(n)")
    assert str(found.result) == "1 - 2/n"
    assert "n - 1 > 0" in [str(c) for c in found.conditions]


@pytest.mark.parametrize(
    ("text", "law", "there", "true"),
    [
        ("relu(x)", "Laplace(1/m, b)", {"m": -2, "b": 0.75}, stats.laplace(-0.5, 0.75)),
        ("step(x)", "Laplace(1/m, b)", {"m": 2, "b": 0.75}, stats.laplace(0.5, 0.75)),
        ("step(x)", "Levy(1/m, c)", {"m": -2, "c": 0.75}, stats.levy(-0.5, 0.75)),
    ],
)
def test_a_place_written_as_a_quotient_is_finite(text, law, there, true):
    found = expectation(text, law).function()
    if text == "step(x)":
        wanted = true.sf(0)
    else:
        wanted = integrate.quad(lambda x: x * true.pdf(x), 0, np.inf)[0]
    assert found(*(there[name] for name in found.arguments)) == pytest.approx(wanted, abs=1e-9)


def test_a_scale_of_many_digits_does_not_hang():
    found = expectation("max(x, 7)", "Logistic(m, 1.817)").function()
    wanted = integrate.quad(lambda x: max(x, 7) * stats.logistic(3, 1.817).pdf(x), -60, 80)[0]
    assert found(3.0) == pytest.approx(wanted, rel=1e-7)
