"""Divergences by parts, by partial totals and by mean values, against SciPy's quadrature."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
import scipy.integrate
import scipy.stats as st
from law_oracles import ORACLES

import derive as dv
from derive.language.distributions import LAWS as EVERY_LAW
from derive.writing.plain import plain

#: Laws with numbers; the second is drawn so that neither is special.
PAIRS = [
    ("uniform", (0.5, 2.25), "gamma", (1.5, 0.75)),
    ("uniform", (-1, 2), "laplace", (0.25, 1.5)),
    ("uniform", (-1, 2), "cauchy", (3, 0.5)),
    ("uniform", (-1, 2), "asymmetric_laplace", (0.5, 2, 3)),
    ("uniform", (-1, 2), "generalized_normal", (0.25, 1.5, 2.5)),
    ("uniform", (0.5, 2), "inverse_gamma", (1.5, 0.75)),
    ("uniform", (-1, 2), "wigner_semicircle", (2.5,)),
    ("uniform", (-1, 2), "von_mises", (0.5, 2)),
    ("triangular", (0.25, 2, 0.5), "gamma", (1.5, 0.75)),
    ("triangular", (-2, 3, 1), "laplace", (0.25, 1.5)),
    ("triangular", (-2, 3, 1), "cauchy", (0.5, 2)),
    ("cauchy", (0.5, 2), "cauchy", (-1, 0.75)),
    ("half_cauchy", (2,), "half_cauchy", (0.5,)),
    ("arcsine", (0.5, 2), "gamma", (1.5, 0.75)),
    ("arcsine", (-1, 2), "gumbel", (0.5, 0.75)),
    ("wigner_semicircle", (1.5,), "gumbel", (0.5, 0.75)),
    ("normal", (0.5, 2), "laplace", (-1, 0.75)),
    ("normal", (0.5, 2), "asymmetric_laplace", (-1, 0.75, 2)),
    ("exponential", (0.75,), "laplace", (1.25, 0.5)),
    ("exponential", (0.75,), "laplace", (-1.25, 0.5)),
    ("pareto", (0.75, 2.5), "laplace", (1.25, 0.5)),
    ("lomax", (2.5, 2), "laplace", (1.25, 0.5)),
    ("rayleigh", (1.5,), "laplace", (1.25, 0.5)),
    ("maxwell", (1.5,), "laplace", (-0.25, 0.5)),
    ("power_function", (2.5,), "laplace", (0.25, 0.5)),
    ("laplace", (0.5, 2), "asymmetric_laplace", (-1, 0.75, 2)),
]
LAWS = {law.name: law for law in EVERY_LAW}


def oracle(name, given):
    return ORACLES[name][0](*given)


def log_density(name, given):
    if name == "laplace":  # SciPy takes the logarithm of a density that underflows
        return lambda x: -math.log(2 * given[1]) - abs(x - given[0]) / given[1]
    return oracle(name, given).logpdf


def divergence(p, log_q, low, high):
    def integrand(x):
        here = p.logpdf(x)
        return math.exp(here) * (here - log_q(x)) if here > -700 else 0.0

    inner = (-50, -10, -3, -1, -0.25, 0, 0.25, 0.5, 1, 1.25, 2, 3, 10, 50, 500)
    ends = [low, *(c for c in inner if low < c < high), high]
    return sum(scipy.integrate.quad(integrand, a, b, limit=400)[0] for a, b in pairwise(ends))


@pytest.mark.parametrize(("first", "given", "second", "other"), PAIRS, ids=str)
def test_a_divergence_with_letters_is_verified_and_agrees_with_quadrature(
    first, given, second, other
):
    named = LAWS[first](*(f"a{k}" for k in range(len(given))))
    against = LAWS[second](*(f"b{k}" for k in range(len(other))))
    found = dv.kl_divergence(named, against)
    assert found.certificate.verdict == "verified"
    support = LAWS[first](*given).support
    low = -math.inf if support.lower is None else float(support.lower.data)
    high = math.inf if support.upper is None else float(support.upper.data)
    expected = divergence(oracle(first, given), log_density(second, other), low, high)
    stated = float(found.function()(*map(float, (*given, *other))))
    assert stated == pytest.approx(expected, rel=1e-5, abs=1e-6)


def test_the_divergence_of_two_cauchy_laws_is_the_known_logarithm():
    found = dv.kl_divergence("Cauchy(x0, g)", "Cauchy(x1, h)")
    assert float(found.function()(0.5, 2.0, -1.0, 0.75)) == pytest.approx(
        math.log(((2 + 0.75) ** 2 + 1.5**2) / (4 * 2 * 0.75))
    )


def test_the_mean_distance_from_a_place_is_a_question_of_its_own():
    found = dv.expectation("abs(x - c)", "Normal(mu, sigma)")
    assert found.certificate.verdict == "verified"
    expected = st.norm(0.5, 2).expect(lambda x: abs(x + 1))
    assert float(found.function()(0.5, 2.0, -1.0)) == pytest.approx(expected, rel=1e-7)


def test_an_end_at_zero_is_a_condition_where_a_logarithm_needs_it():
    found = dv.kl_divergence("Uniform(a, b)", "Gamma(k, t)")
    assert "a > 0" in found.conditions
    assert "a >= 0" not in found.conditions


@pytest.mark.parametrize(
    ("p", "q"),
    [
        ("Normal(m, s)", "Cauchy(x, g)"),
        ("Uniform(a, b)", "Logistic(m, s)"),
        ("Normal(m, s)", "GeneralizedNormal(n, t, b)"),
        ("Exponential(r)", "GeneralizedNormal(n, t, b)"),
    ],
)
def test_what_has_no_row_is_still_refused(p, q):
    with pytest.raises(dv.NoClosedFormError, match="no closed form is known"):
        dv.kl_divergence(p, q)


def test_the_divergence_of_two_laplace_laws_is_by_the_distance_of_their_centres():
    found = dv.kl_divergence("Laplace(m1, b1)", "Laplace(m2, b2)")
    assert plain(found.expression) == (
        "abs(m1 - m2)/b2 + b1/b2*exp(-abs(m1 - m2)/b1) + log(b2/b1) - 1"
    )
    for m1, b1, m2, b2 in ((0.3, 1.2, -0.9, 0.7), (-2.0, 0.5, 1.0, 2.0), (1.0, 1.0, 1.0, 3.0)):
        p, q = st.laplace(m1, b1), st.laplace(m2, b2)
        expected = divergence(p, q.logpdf, -40.0, 40.0)
        assert float(found.function()(m1, b1, m2, b2)) == pytest.approx(expected, abs=1e-6)


def test_a_distance_that_is_not_even_keeps_its_hinge():
    found = dv.expectation("abs(x - c)", "Exponential(r)")
    assert "relu(c)" in plain(found.expression)
    for c in (-0.7, 1.3):
        expected = st.expon(scale=0.5).expect(lambda x, c=c: abs(x - c))
        assert float(found.function()(2.0, c)) == pytest.approx(expected, rel=1e-6)
