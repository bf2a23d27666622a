"""A function that is averaged is defined wherever the law has mass: proved, asked for, refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate

from derive.errors import DomainError, NoClosedFormError
from derive.information.js_divergence import js_divergence
from derive.probability.characteristic_function import characteristic_function
from derive.probability.expectation import expectation
from derive.probability.moments import moment
from derive.probability.variance import variance
from derive.statistics.covariance import covariance


def _under_arcsine(function, a, b):
    """The mean by quadrature over the angle."""

    def at(angle):
        return function(a + (b - a) * math.sin(angle) ** 2)

    return integrate.quad(at, 0, math.pi / 2)[0] * 2 / math.pi


ASKED = [  # function, law, what is printed of the function's domain
    ("log(c + x)", "Rademacher", ["c - 1 > 0"]),
    ("log(x - c)", "DiscreteUniform(2)", ["1 - c > 0"]),
    ("log(x)", "Arcsine(a, b)", ["a >= 0"]),
    ("log(c + x)", "Arcsine(a, b)", ["c + a >= 0"]),
    ("log(c - x)", "Arcsine(a, b)", ["c - b >= 0"]),
    ("log(x^2)", "Arcsine(a, b)", ["a > 0"]),
    ("x^c", "Binomial(2, p)", ["c > 0"]),
    ("c^x", "Normal", ["c > 0"]),
    ("c^x", "ContinuousBernoulli", ["c > 0"]),
    ("log(c*x)", "Uniform(a, b)", ["c > 0"]),
    ("log(c*x)", "Gamma", ["c > 0"]),
    ("log(x/c)", "Exponential", ["c > 0"]),
    ("log(c)*x", "Exponential", ["c > 0"]),
    ("1/(x + c)", "Bernoulli(p)", ["c != 0", "1 + c != 0"]),
]


@pytest.mark.parametrize(("function", "law", "wanted"), ASKED, ids=lambda v: str(v))
def test_what_a_function_needs_is_printed_and_the_answer_checked_there(function, law, wanted):
    found = expectation(function, law)
    assert set(wanted) <= set(found.conditions)
    assert found.certificate.verdict == "verified"


DEFINED = [  # by the support, by what the law needs, or by the shape
    ("log(x)", "Pareto(m, k)"),
    ("log(x - a)", "Arcsine(a, b)"),
    ("log(b - x)", "Arcsine(a, b)"),
    ("log(b - x)", "Uniform(a, b)"),
    ("log((x - a)/(b - x))", "Arcsine(a, b)"),
    ("log(x/(1 - x))", "Beta(a, b)"),
    ("log(-x)", "Uniform(-1, 0)"),
    ("log(1 - x^2)", "Uniform(-1, 1)"),
    ("sqrt(1 - x^2)", "Uniform(-1, 1)"),
    ("log(x^2 + 2*x + 2)", "Cauchy(0, 1)"),
    ("log(1 + ((x - m)/g)^2)", "Cauchy(m, g)"),
    ("log(1 + exp(x))", "Logistic(0, 1)"),
]


@pytest.mark.parametrize(("function", "law"), DEFINED, ids=lambda v: str(v))
def test_a_function_defined_on_the_support_asks_for_nothing(function, law):
    found = expectation(function, law)
    own = expectation("1", law)
    assert set(found.conditions) == set(own.conditions)
    assert found.certificate.verdict == "verified"


UNDEFINED = [
    ("log(x)", "Arcsine(-1, 1)", "near x = -1"),
    ("log(x)", "Rademacher", "at x = -1"),
    ("log(x)", "Bernoulli(p)", "at x = 0"),
    ("sqrt(x)", "Rademacher", "at x = -1"),
    ("1/x", "Binomial(3, p)", "at x = 0"),
    ("log(x - 2)", "Bernoulli(p)", "at x = 0"),
    ("log(x)", "Poisson", "x = 0"),
    ("log(x)", "Normal", "on a part of R"),
    ("x^(1/3)", "Laplace(0, b)", "on a part of R"),
    ("log(c*x)", "Rademacher", "-c > 0 and c > 0"),
    ("log(a - x)", "Uniform(a, b)", "x = b"),
]


@pytest.mark.parametrize(("function", "law", "where"), UNDEFINED, ids=lambda v: str(v))
def test_a_function_without_values_is_refused_by_place(function, law, where):
    with pytest.raises(DomainError, match=where.replace("(", r"\(")):
        expectation(function, law)
    with pytest.raises(DomainError):
        variance(function, law)
    with pytest.raises(DomainError):
        covariance(function, "x", law)


def test_a_pole_inside_the_support_is_seen():
    asked = expectation("log(1/(x - c))", "Uniform(a, b)").conditions
    assert any(condition in asked for condition in ("a - c >= 0", "a - c > 0"))
    with pytest.raises(DomainError, match="x = 0"):
        expectation("log(1/(x - 1))", "Uniform(0, 2)")
    with pytest.raises(NoClosedFormError):
        expectation("log(1 + 1/(x - c))", "Uniform(a, b)")


def test_what_nothing_proves_is_refused():
    for function, law in (("log(c*x)", "Uniform(-2, -1)"), ("log(c + x^2)", "Cauchy(0, 1)")):
        with pytest.raises(NoClosedFormError, match="nothing proves"):
            expectation(function, law)


def test_moments_of_a_letter():
    found = moment("Bernoulli(p)", "s")
    assert repr(found.expression) == "p"
    assert "s > 0" in found.conditions
    assert moment("Binomial(2, p)", "s").function()(0.3, 1.7) == pytest.approx(
        2 * 0.3 * 0.7 + 0.3**2 * 2**1.7
    )
    with pytest.raises(DomainError, match="at x = -1"):
        moment("Rademacher", "s")
    assert repr(moment("Rademacher", 3).expression) == "0"


def test_logarithms_of_unknown_sign_are_not_merged():
    compiled = expectation("log(c + x)", "Rademacher").function()
    assert compiled(3.0) == pytest.approx((math.log(4) + math.log(2)) / 2)
    with pytest.raises(DomainError, match="c - 1 > 0"):
        compiled(-3.0)


def test_logarithms_under_the_arcsine_law_are_those_of_quadrature():
    cases = [
        ("log(x)", (0.0, 2.0), math.log),
        ("log(x^2)", (0.5, 2.0), lambda x: math.log(x * x)),
    ]
    for function, ends, by_hand in cases:
        value = expectation(function, "Arcsine(a, b)").function()(*ends)
        assert value == pytest.approx(_under_arcsine(by_hand, *ends), abs=1e-7)


def test_complex_values_do_not_leak():
    for function in ("log((x - 1)^2*c)", "log((x - 1)^2)"):
        with pytest.raises(NoClosedFormError):
            expectation(function, "Arcsine(0, 1)")
    with pytest.raises(NoClosedFormError, match="characteristic function of Arcsine"):
        characteristic_function("Arcsine(a, b)")


def test_ends_that_are_no_fractions():
    found = js_divergence("VonMises(0, 2)", "VonMises(0, 1)")
    angles = (np.arange(4000) + 0.5) * 2 * np.pi / 4000 - np.pi
    p, q = (np.exp(k * np.cos(angles)) for k in (2, 1))
    p, q = p / p.sum(), q / q.sum()
    middle = (p + q) / 2
    expected = (p * np.log(p / middle) + q * np.log(q / middle)).sum() / 2
    assert float(found.expression.data) == pytest.approx(expected, abs=1e-9)
    assert found.certificate.verdict == "verified"
