"""Characteristic functions against quadrature and sums of SciPy's densities."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.integrate
import scipy.stats as st
import sympy

from derive.errors import ArgumentError, NoClosedFormError
from derive.probability.characteristic_function import characteristic_function

PLACES = [-1.75, 0.0, 0.25, 2.0, 4.5]
CONTINUOUS = [
    ("Normal", (0.5, 1.5), st.norm(0.5, 1.5)),
    ("Laplace", (0.5, 0.75), st.laplace(0.5, 0.75)),
    ("AsymmetricLaplace", (0.5, 2, 1.5), st.laplace_asymmetric(1.5, loc=0.5, scale=0.5)),
    ("Exponential", (1.5,), st.expon(scale=1 / 1.5)),
    ("Gamma", (2.5, 0.75), st.gamma(2.5, scale=0.75)),
    ("Erlang", (3, 1.5), st.gamma(3, scale=1 / 1.5)),
    ("ChiSquared", (3,), st.chi2(3)),
    ("InverseGaussian", (1.5, 2), st.invgauss(0.75, scale=2)),
    ("Uniform", (-0.5, 1.25), st.uniform(-0.5, 1.75)),
    ("TruncatedExponential", (1.5, 2), st.truncexpon(3, scale=1 / 1.5)),
]
DISCRETE = [
    ("Bernoulli", (0.25,), st.bernoulli(0.25)),
    ("Binomial", (7, 0.75), st.binom(7, 0.75)),
    ("Geometric", (0.25,), st.geom(0.25)),
    ("NegativeBinomial", (2.5, 0.3), st.nbinom(2.5, 0.3)),
    ("Poisson", (3.5,), st.poisson(3.5)),
]


@pytest.mark.parametrize(("law", "values", "oracle"), CONTINUOUS)
def test_continuous_laws_against_quadrature(law, values, oracle):
    f = characteristic_function(law).function()
    low, high = oracle.ppf(1e-14), oracle.ppf(1 - 1e-14)
    for t, found in zip(PLACES, f(PLACES, *values), strict=True):
        parts = [
            scipy.integrate.quad(
                lambda x, t=t, part=part: part(t * x) * oracle.pdf(x),
                low,
                high,
                limit=400,
                points=[oracle.median(), oracle.ppf(0.01), oracle.ppf(0.99)],
            )[0]
            for part in (np.cos, np.sin)
        ]
        assert found == pytest.approx(complex(*parts), abs=1e-6)


@pytest.mark.parametrize(("law", "values", "oracle"), DISCRETE)
def test_discrete_laws_against_sums(law, values, oracle):
    found = characteristic_function(law)
    assert found.certificate.verdict == "verified"
    k = np.arange(400)
    expected = [np.sum(oracle.pmf(k) * np.exp(1j * t * k)) for t in PLACES]
    np.testing.assert_allclose(found.function()(PLACES, *values), expected, atol=1e-9)


@pytest.mark.parametrize(
    ("law", "value"),
    [
        ("Normal(mu, sigma)", "exp(I*mu*t - sigma**2*t**2/2)"),
        ("Gamma(k, theta)", "(-I*t*theta + 1)**(-k)"),
        ("Laplace(mu, b)", "exp(I*mu*t)/(b**2*t**2 + 1)"),
        ("Poisson(lam)", "exp(lam*(exp(I*t) - 1))"),
        ("Binomial(n, p)", "(p*exp(I*t) - p + 1)**n"),
    ],
)
def test_the_complex_form_is_that_of_the_textbook(law, value):
    found = characteristic_function(law)
    named = {s.name: s for s in found.value.free_symbols}
    assert sympy.simplify(found.value - sympy.sympify(value, locals=named)) == 0
    assert found.certificate.verdict == "verified"


@pytest.mark.parametrize("law", ["LogNormal()", "Pareto()", "Gumbel()", "Weibull()"])
def test_what_has_no_closed_form_is_refused(law):
    with pytest.raises(NoClosedFormError, match="characteristic function of"):
        characteristic_function(law)


def test_the_argument_must_be_free():
    with pytest.raises(ArgumentError, match="mu is a parameter"):
        characteristic_function("Normal(mu, sigma)", t="mu")
