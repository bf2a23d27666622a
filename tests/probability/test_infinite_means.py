"""Which means are called infinite: those that are, and no other."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

import derive as dv


def test_whole_and_other_powers_of_a_value_are_one_power_before_a_mean_is_judged():
    found = dv.expectation("abs(x - mu)^(2*beta)/(x - mu)^2", "GeneralizedNormal(mu, alpha, beta)")
    assert found.certificate.verdict == "verified"
    assert "beta > 1/2" in found.conditions
    value = found.function()(mu=0.0, alpha=1.5, beta=0.75)
    law = stats.gennorm(0.75, scale=1.5)
    whole = 2 * integrate.quad(lambda x: law.pdf(x) * x ** (-0.5), 0, np.inf)[0]
    assert value == pytest.approx(whole, rel=1e-6)


@pytest.mark.parametrize(
    ("function", "law", "finite"),
    [
        ("x^(3/2)/x^2", "Gamma(3/4, 1)", True),
        ("x^2/x^(9/4)", "Weibull(1/2, 1)", True),
        ("log(x)*x^(-1/4)", "Gamma(1/2, 1)", True),
        ("x^2*log(x)/x^(5/2)", "Exponential(1)", True),
        ("exp(lam*x/(2*mu^2))", "InverseGaussian(mu, lam)", True),
        ("x^(-3/2)*x", "Gamma(1/2, 1)", False),
        ("exp(x)/x^3", "Exponential(1)", False),
        ("x^2 + x", "Cauchy(0, 1)", None),
        ("(exp(-x) - 1)/x", "Exponential(1)", None),
    ],
)
def test_a_mean_is_called_infinite_only_where_it_is(function, law, finite):
    if finite:
        assert dv.expectation(function, law).certificate.verdict != "refuted"
    else:
        with pytest.raises(dv.NoClosedFormError) as caught:
            dv.expectation(function, law)
        assert isinstance(caught.value, dv.DivergentMeanError) == (finite is False)


def test_a_mean_at_the_edge_of_an_inverse_gaussian_law_is_finite():
    found = dv.expectation("exp(x/2)", "InverseGaussian(1, 1)")
    assert float(found.function()()) == pytest.approx(np.e, rel=1e-12)
