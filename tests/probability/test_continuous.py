"""Random values from a given density: constants, masses and moments against quadrature."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
import sympy
from scipy import integrate, stats

import derive as dv
from derive.engine.integration import integrals
from derive.errors import ArgumentError, DivergentMeanError, DomainError, NoClosedFormError


@pytest.fixture(scope="module")
def exponential():
    return dv.ContinuousRandomVariable("exp(-a*x)", support=(0, "oo"), shapes="a: positive")


def test_the_constant_is_found_and_shown():
    found = dv.ContinuousRandomVariable("x*(1 - x)", support=(0, 1))
    assert repr(found.density).startswith("6*x*(1 - x)")
    assert found.density.certificate.verdict == "verified"
    assert "Z = 1/6" in str(found.density)
    np.testing.assert_allclose(found.density.function()([-1.0, 0.25, 2.0]), [0, 1.125, 0])
    below = found.cdf.function()([-1.0, 0.25, 2.0])
    np.testing.assert_allclose(below, stats.beta.cdf([-1, 0.25, 2], 2, 2), rtol=1e-12)
    assert repr(found.mean).startswith("1/2") and repr(found.variance).startswith("1/20")


def test_parameters_stay_letters(exponential):
    assert repr(exponential.cdf).startswith("1 - exp(-a*x)")
    assert repr(exponential.quantile).startswith("-log(1 - p)/a")
    assert repr(exponential.mean).startswith("1/a")
    assert repr(exponential.expectation("x^3")).startswith("6/a^3")


def test_the_probability_of_an_interval(exponential):
    value = exponential.probability(1, 2).function()(0.5)
    assert value == pytest.approx(stats.expon(scale=2).cdf(2) - stats.expon(scale=2).cdf(1))
    assert "0 < u" in exponential.probability("u", "oo").conditions
    with pytest.raises(ArgumentError, match="above"):
        exponential.probability(2, 1)
    with pytest.raises(ArgumentError, match="above"):
        exponential.probability(-1, 1)


def test_the_distribution_function_of_the_value_is_uniform(exponential):
    page = exponential.uniform
    assert page.certificate.verdict == "verified" and repr(page).startswith("p")
    draws = exponential.quantile.function()(np.linspace(0.0005, 0.9995, 1000), 2.0)
    assert stats.kstest(draws, stats.expon(scale=0.5).cdf).pvalue > 0.99
    back = exponential.cdf.function()(draws, 2.0)
    assert stats.kstest(back, "uniform").pvalue > 0.99


REFUSED = [
    ("1/x", (0, 1), "not integrable at the end 0"),
    ("1/(1 + x)", (0, "oo"), "not integrable toward ∞"),
    ("1/x^2", (-1, 1), "not integrable at 0"),
    ("exp(x)", ("-oo", "oo"), "not integrable toward ∞"),
    ("x", (-1, 1), "negative at -0.98"),
    ("cos(x)", (0, 2), "negative at"),
]


@pytest.mark.parametrize(("density", "support", "words"), REFUSED)
def test_what_is_no_density_is_refused_with_the_place(density, support, words):
    with pytest.raises(DomainError, match=words):
        dv.ContinuousRandomVariable(density, support=support)


def test_a_mean_that_does_not_exist_is_refused():
    found = dv.ContinuousRandomVariable("1/(1 + x^2)")
    with pytest.raises(DivergentMeanError, match="not integrable toward"):
        _ = found.mean
    assert float(found.density.function()(1.0)) == pytest.approx(stats.cauchy.pdf(1))


def test_bad_supports_are_named():
    with pytest.raises(ArgumentError, match="pair of ends"):
        dv.ContinuousRandomVariable("x", support="oo")
    with pytest.raises(ArgumentError, match="empty"):
        dv.ContinuousRandomVariable("x", support=(1, 0))
    with pytest.raises(ArgumentError, match="text or an expression"):
        dv.ContinuousRandomVariable(3.5, support=(0, 1))


def test_a_distribution_function_that_is_not_undone_is_refused():
    found = dv.ContinuousRandomVariable("x^2*exp(-x)", support=(0, "oo"))
    whole = integrate.quad(stats.gamma(3).pdf, 0, 2)[0]
    assert float(found.cdf.function()(2.0)) == pytest.approx(whole)
    with pytest.raises(NoClosedFormError, match="bisection"):
        _ = found.quantile


def test_integration_ends_when_the_time_is_up():
    x = sympy.Symbol("x", real=True)
    start = time.monotonic()
    easy, hard = (x, x, sympy.Integer(0), sympy.Integer(1)), (sympy.exp(-(x**4)), x, -sympy.oo, x)
    assert integrals([easy, hard], seconds=6.0)[1] is None
    assert time.monotonic() - start < 15


def test_a_wrong_integral_is_never_shown(monkeypatch):
    from derive.probability import density_integrals

    wrong = sympy.Rational(1, 5)
    monkeypatch.setattr(density_integrals, "integrals", lambda tasks: (wrong,))
    with pytest.raises((dv.RefutedError, NoClosedFormError)):
        dv.ContinuousRandomVariable("x*(1 - x)", support=(0, 1))
    assert math.isclose(float(wrong), 0.2)


def test_what_a_result_divides_by_is_a_condition():
    found = dv.ContinuousRandomVariable("exp(a*x)", (0, 1), shapes="a: scalar")
    for page in (found.density, found.cdf, found.mean):
        assert "a != 0" in page.conditions
    assert "t != 0" in dv.moment_generating_function("Uniform(a, b)").conditions
    assert dv.moment_generating_function("Gamma(k, theta)").conditions == (
        "k > 0",
        "theta > 0",
        "t < 1/theta",
    )
    mean = dv.expectation("exp(t'*x)", "VonMisesFisher(mu, kappa)", shapes="t: d")
    assert any("!= 0" in c and "kappa" in c and "t" in c for c in mean.conditions)


def test_a_quantile_names_the_range_of_its_mass():
    found = dv.ContinuousRandomVariable("x^k", (0, "b"), shapes="b: positive, k: positive")
    assert found.quantile.conditions == ("k > 0", "b > 0", "0 < p < 1")
