"""Answers as a textbook writes them: complements, signs, contents, gamma functions, zeta(3)."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

import derive as dv
from derive.writing.plain import plain

FORMS = [
    (dv.moment_generating_function, ("Binomial(n, p)",), "(1 - p + p*exp(t))^n"),
    (dv.moment_generating_function, ("NegativeBinomial(r, p)",), "(p/(1 - (1 - p)*exp(t)))^r"),
    (
        dv.kl_divergence,
        ("Binomial(n, p)", "Binomial(n, q)"),
        "n*p*log(p/q) + n*(1 - p)*log((1 - p)/(1 - q))",
    ),
    (
        dv.kl_divergence,
        ("Arcsine(a, b)", "Arcsine(c, d)"),
        "log((sqrt(d - a) + sqrt(d - b))*(sqrt(a - c) + sqrt(b - c))/(b - a))",
    ),
    (dv.expectation, ("x", "NegativeBinomial(r, p)"), "r*(1 - p)/p"),
    (dv.expectation, ("x", "LogSeries(p)"), "-p/(1 - p)/log(1 - p)"),
]


@pytest.mark.parametrize(("verb", "asked", "answer"), FORMS)
def test_a_probability_and_its_complement_stand_together(verb, asked, answer):
    found = verb(*asked)
    assert plain(found.expression) == answer
    assert found.certificate.verdict == "verified"


@pytest.mark.parametrize(("order", "law"), [(3, "Gumbel"), (4, "Gumbel"), (3, "Moyal")])
def test_third_moments_hold_zeta_of_three(order, law):
    place, scale = 0.4, 1.3
    found = dv.expectation(f"x^{order}", f"{law}(m, s)")
    densities = {
        "Gumbel": lambda z: mp.exp(-z - mp.exp(-z)),
        "Moyal": lambda z: mp.exp(-z / 2 - mp.exp(-z) / 2) / mp.sqrt(2 * mp.pi),
    }
    density = densities[law]
    wanted = mp.quad(
        lambda z: (place + scale * z) ** order * density(z), [-8, -3, 0, 3, 10, 40, 150]
    )
    assert "zeta(3)" in plain(found.expression)
    assert found.function()(place, scale) == pytest.approx(float(wanted), rel=1e-12)


def test_an_even_power_of_a_negated_sum_has_no_signs():
    assert "(−γ" not in str(dv.expectation("x^2", "Moyal(m, s)"))


@pytest.mark.parametrize("t", [1e-12, 1e-7, 0.3, 2.0])
def test_the_modulus_of_a_binomial_characteristic_function_keeps_its_digits(t):
    p, n = 0.3, 7.0
    with mp.workdps(40):
        wanted = complex((1 - mp.mpf(p) + mp.mpf(p) * mp.expj(t)) ** 7)
    found = dv.characteristic_function("Binomial(n, p)")
    assert "1 − 2p(1 − p)(1 − cos(t))" in str(found)
    assert "φ = (1 − p + p exp(it))^n" in str(found)
    value = complex(found.function()(t=t, n=n, p=p))
    assert value == pytest.approx(wanted, rel=1e-14)
    assert value.imag == pytest.approx(wanted.imag, rel=1e-13)


EXPLICIT = [
    ([1, 1, 1], "-log(2)"),
    ([2, 1, 3], "log(2) - log(120) + 57/20"),
]


@pytest.mark.parametrize(("concentrations", "answer"), EXPLICIT)
def test_explicit_vectors_are_written_out(concentrations, answer):
    found = dv.entropy(dv.Dirichlet(concentrations))
    assert plain(found.expression) == answer
    assert "sum([" not in str(found)
    assert found.certificate.verdict == "verified"


def test_digammas_of_explicit_vectors_stay_digammas():
    page = str(dv.entropy(dv.Dirichlet(["1/2", 1, "0.3"])))
    assert "ψ(9/5)" in page
    assert "√5" not in page


def test_gamma_functions_stand_in_the_fraction_they_belong_to():
    assert "x^(a − 1) (1 − x)^(b − 1) Γ(a + b)/(Γ(a) Γ(b))" in str(dv.density("Beta(a, b)"))
    assert "λ Γ(1/c + 1) Γ(k − 1/c)/Γ(k)" in str(dv.expectation("x", "BurrXII(c, k, lam)"))


def test_an_explicit_law_of_four_entries_against_draws():
    weights = np.array([0.5, 1.0, 2.0, 1.5])
    found = dv.kl_divergence(dv.Dirichlet(["1/2", 1, 2, "3/2"]), dv.Dirichlet([1, 1, 1, 1]))
    draws = np.random.default_rng(5).dirichlet(weights, 200_000)
    from scipy.stats import dirichlet

    gaps = dirichlet.logpdf(draws.T, weights) - dirichlet.logpdf(draws.T, np.ones(4))
    error = gaps.std() / np.sqrt(len(gaps))
    assert float(found.function()()) == pytest.approx(gaps.mean(), abs=4 * error)


def test_coefficients_stand_before_sums_over_a_sample():
    page = str(dv.log_likelihood("Pareto(m, a)"))
    assert "− (a + 1) ∑ᵢ log(xᵢ)" in page


def test_a_generating_function_says_its_value_where_the_formula_has_none():
    page = str(dv.moment_generating_function("Uniform(a, b)"))
    assert "t ≠ 0" in page
    assert "E_p[exp(tx)] = 1 at t = 0" in page
    assert "at t = 0" not in str(dv.moment_generating_function("Gamma(k, theta)"))
