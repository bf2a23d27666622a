"""Covariances of functions of a number, against quadrature of SciPy's densities."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

import derive as dv
from derive.errors import ArgumentError, DivergentMeanError

CASES = (
    ("x", "x^2", "Exponential(rate)", {"rate": 1.7}, scipy.stats.expon(scale=1 / 1.7)),
    ("x", "log(x)", "Gamma(k, theta)", {"k": 2.3, "theta": 0.7}, scipy.stats.gamma(2.3, scale=0.7)),
    ("log(x)", "log(1 - x)", "Beta(a, b)", {"a": 1.4, "b": 2.6}, scipy.stats.beta(1.4, 2.6)),
    ("x", "exp(x)", "Normal(mu, sigma)", {"mu": 0.3, "sigma": 0.6}, scipy.stats.norm(0.3, 0.6)),
)
FUNCTIONS = {
    "x": lambda x: x,
    "x^2": lambda x: x * x,
    "log(x)": np.log,
    "log(1 - x)": lambda x: np.log1p(-x),
    "exp(x)": np.exp,
}


@pytest.mark.parametrize(("left", "right", "law", "values", "oracle"), CASES)
def test_a_covariance_is_the_integral_of_the_deviations(left, right, law, values, oracle):
    found = dv.covariance(left, right, law)
    assert found.certificate.verdict == "verified"
    f, g = FUNCTIONS[left], FUNCTIONS[right]
    x = np.linspace(oracle.ppf(1e-14), oracle.isf(1e-14), 400_001)
    density = oracle.pdf(x)

    def mean(terms):
        return np.trapezoid(density * terms, x)

    expected = mean((f(x) - mean(f(x))) * (g(x) - mean(g(x))))
    compiled = found.function()
    given = {name: values[name] for name in compiled.arguments}
    assert compiled(**given) == pytest.approx(expected, rel=1e-5)


def test_one_function_of_a_number_is_referred_to_its_variance():
    with pytest.raises(ArgumentError, match="variance"):
        dv.covariance("Gamma")


def test_a_product_without_a_mean_is_refused():
    with pytest.raises(DivergentMeanError):
        dv.covariance("x", "x^2", "Cauchy")
