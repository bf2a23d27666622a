"""Densities of vectors, matrices and pairs: against SciPy, and nothing where no value lies."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest
from scipy import stats

import derive as dv

rng = np.random.default_rng(5)
A = rng.normal(size=(3, 3))
S = A @ A.T + np.eye(3)
V = np.array([[2.0, 0.3], [0.3, 1.0]])
X = np.array([[1.5, 0.2, -0.1], [0.2, 0.8, 0.3], [-0.1, 0.3, 2.0]])
M = rng.normal(size=(3, 2))
x, mu = rng.normal(size=3), rng.normal(size=3)
p = np.array([0.2, 0.3, 0.5])
unit = mu / np.linalg.norm(mu)
other = x / np.linalg.norm(x)

CASES = [
    ("MultivariateNormal(mu, Sigma)", (x, mu, S), stats.multivariate_normal(mu, S).logpdf(x)),
    (
        "MultivariateT(nu, mu, Sigma)",
        (x, 2.5, mu, S),
        stats.multivariate_t(mu, S, df=2.5).logpdf(x),
    ),
    ("Dirichlet(a)", (p, [0.5, 2, 3.5]), stats.dirichlet([0.5, 2, 3.5]).logpdf(p)),
    ("Categorical(p)", ([0, 1, 0], p), np.log(0.3)),
    ("Multinomial(n, p)", ([2, 0, 3], 5, p), stats.multinomial(5, p).logpmf([2, 0, 3])),
    ("Wishart(nu, W)", (X, 4.5, S), stats.wishart(4.5, S).logpdf(X)),
    ("InverseWishart(nu, W)", (X, 4.5, S), stats.invwishart(4.5, S).logpdf(X)),
    ("MatrixNormal(L, U, W)", (M, M + 1, S, V), stats.matrix_normal(M + 1, S, V).logpdf(M)),
    ("VonMisesFisher(mu, k)", (other, unit, 2.5), stats.vonmises_fisher(unit, 2.5).logpdf(other)),
    (
        "NormalGamma(m, l, a, b)",
        (0.4, 1.3, 0.1, 2.0, 3.0, 0.7),
        stats.gamma(3, scale=1 / 0.7).logpdf(1.3)
        + stats.norm(0.1, 1 / np.sqrt(2.0 * 1.3)).logpdf(0.4),
    ),
    (
        "NormalInverseGamma(m, l, a, b)",
        (0.4, 1.3, 0.1, 2.0, 3.0, 0.7),
        stats.invgamma(3, scale=0.7).logpdf(1.3) + stats.norm(0.1, np.sqrt(1.3 / 2)).logpdf(0.4),
    ),
    (
        "NormalInverseWishart(m, k, Psi, nu)",
        (x, X, mu, 2.0, S, 4.5),
        stats.invwishart(4.5, S).logpdf(X) + stats.multivariate_normal(mu, X / 2).logpdf(x),
    ),
    (
        "NormalWishart(m, k, W, nu)",
        (x, X, mu, 2.0, S, 4.5),
        stats.wishart(4.5, S).logpdf(X)
        + stats.multivariate_normal(mu, np.linalg.inv(2 * X)).logpdf(x),
    ),
]
OUTSIDE = [
    ("Dirichlet(a)", 0, [[0.2, 0.3, 0.6], [0.0, 0.5, 0.5], [-0.1, 0.6, 0.5]]),
    ("Categorical(p)", 0, [[0, 0, 0], [0.2, 0.3, 0.5], [1, 1, 0]]),
    ("Multinomial(n, p)", 0, [[2, 0, 2], [2.5, 0.5, 2], [-1, 3, 3]]),
    ("Wishart(nu, W)", 0, [-X, X + np.triu(X)]),
    ("InverseWishart(nu, W)", 0, [-X]),
    ("VonMisesFisher(mu, k)", 0, [2 * other]),
    ("NormalGamma(m, l, a, b)", 1, [-1.3, 0.0]),
    ("NormalWishart(m, k, W, nu)", 1, [-X]),
    ("MultivariateNormal(mu, Sigma)", 0, [[np.inf, 0, 0]]),
]
each_case = pytest.mark.parametrize(("law", "given", "expected"), CASES, ids=[c[0] for c in CASES])


@each_case
def test_the_density_and_its_logarithm_equal_those_of_scipy(law, given, expected):
    logarithm, plain = dv.log_density(law), dv.density(law)
    for page in (logarithm, plain):
        assert page.certificate.verdict == "verified"
    assert float(logarithm.function()(*given)) == pytest.approx(expected, rel=1e-12)
    assert float(plain.function()(*given)) == pytest.approx(np.exp(expected), rel=1e-11)


@pytest.mark.parametrize(("law", "place", "values"), OUTSIDE, ids=[c[0] for c in OUTSIDE])
def test_outside_the_support_it_is_nothing(law, place, values):
    given = list(next(case[1] for case in CASES if case[0] == law))
    for value in values:
        given[place] = np.asarray(value, dtype=float)
        assert dv.density(law).function()(*given) == 0
        assert dv.log_density(law).function()(*given) == -np.inf
    given[place] = np.full(np.shape(values[0]), np.nan)
    assert np.isnan(dv.density(law).function()(*given))


def test_a_batch_mixes_values_inside_and_outside():
    f = dv.density("Dirichlet(a)").function()
    rows = np.array([p, [0.2, 0.3, 0.6], [np.nan, 0.5, 0.5], [0.1, 0.1, 0.8]])
    law = stats.dirichlet([0.5, 2, 3.5])
    expected = [law.pdf(rows[0]), 0, np.nan, law.pdf(rows[3])]
    np.testing.assert_allclose(f(rows, np.array([0.5, 2, 3.5])), expected, rtol=1e-12)
    counts = dv.density("Multinomial(n, p)").function()
    found = counts(np.array([[2, 0, 3], [1, 1, 1]]), np.array([5.0, 5.0]), p)
    np.testing.assert_allclose(found, [stats.multinomial(5, p).pmf([2, 0, 3]), 0], rtol=1e-12)


@pytest.mark.parametrize("law", ["Dirichlet(a)", "Multinomial(n, p)", "NormalGamma(m, l, a, b)"])
def test_the_saved_file_stands_alone_and_knows_the_support(law, tmp_path):
    given = next(case[1] for case in CASES if case[0] == law)
    page = dv.log_density(law)
    path = page.function().save(tmp_path / "saved.py")
    spec = importlib.util.spec_from_file_location("saved", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    name = page.function().name
    assert getattr(module, name)(*given) == pytest.approx(float(page.function()(*given)), rel=1e-12)
    place = 1 if law.startswith("NormalGamma") else 0
    moved = [-np.asarray(v, float) if k == place else v for k, v in enumerate(given)]
    assert getattr(module, name)(*moved) == -np.inf
    assert "is no value of the law" in page.function().source or place


def test_parameters_out_of_range_and_shapes_are_refused():
    with pytest.raises(dv.DomainError, match="a > 0"):
        dv.density("Dirichlet(a)").function()(p, [0.5, -2, 3.5])
    with pytest.raises(dv.ShapeError):
        dv.density("MultivariateNormal(mu, Sigma)").function()(x, mu[:2], S)
    with pytest.raises(dv.ShapeError):
        dv.density("Wishart(nu, W)").function()(np.ones((2, 3)), 4.5, S)
    with pytest.raises(dv.DomainError, match="nu > p - 1"):
        dv.density("Wishart(nu, W)").function()(X, 1.5, S)


def test_the_page_reads_as_a_book():
    pair = dv.density("NormalGamma(m, l, a, b)").text()
    assert "√(l/(2π)) b^a τ^(a − 1/2)/Γ(a) exp(−bτ − lτ/2 (x − m)²)" in pair
    text = dv.density("MultivariateNormal(mu, Sigma)").text()
    assert "(2π)^(−d/2)/√(det Σ) exp(−1/2 (x − μ)ᵀ Σ⁻¹ (x − μ))" in text


def test_a_law_too_large_to_be_summed_over_is_checked_by_letters():
    page = dv.density(dv.Dirichlet([1.5] * 20))
    assert page.certificate.verdict == "verified"
