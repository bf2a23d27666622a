"""Vector laws as exponential families: eta, T, A and h give the log density of SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats

import derive as dv

rng = np.random.default_rng(8)
A = rng.normal(size=(3, 3))
S = A @ A.T + np.eye(3)
X = np.array([[1.5, 0.2, -0.1], [0.2, 0.8, 0.3], [-0.1, 0.3, 2.0]])
x, mu = rng.normal(size=3), rng.normal(size=3)
p = np.array([0.2, 0.3, 0.5])
unit, other = mu / np.linalg.norm(mu), x / np.linalg.norm(x)
logdet = float(np.linalg.slogdet(X)[1])
counts = np.array([2.0, 0.0, 3.0])
log_factorials = special.gammaln(6) - special.gammaln(counts + 1).sum()

# law, parameters, the statistics at a value, log h there, log density
CASES = [
    (
        "MultivariateNormal(mu, Sigma)",
        (mu, S),
        (x, -np.outer(x, x) / 2),
        0.0,
        stats.multivariate_normal(mu, S).logpdf(x),
    ),
    (
        "Dirichlet(a)",
        ([0.5, 2, 3.5],),
        (np.log(p),),
        -np.log(p).sum(),
        stats.dirichlet([0.5, 2, 3.5]).logpdf(p),
    ),
    ("Categorical(p)", (p,), (np.array([0, 1, 0]),), 0.0, np.log(0.3)),
    (
        "Multinomial(n, p)",
        (5.0, p),
        (counts,),
        log_factorials,
        stats.multinomial(5, p).logpmf(counts),
    ),
    ("Wishart(nu, W)", (4.5, S), (logdet, -X), -2 * logdet, stats.wishart(4.5, S).logpdf(X)),
    (
        "InverseWishart(nu, W)",
        (4.5, S),
        (-logdet, -np.linalg.inv(X)),
        -2 * logdet,
        stats.invwishart(4.5, S).logpdf(X),
    ),
    (
        "VonMisesFisher(mu, k)",
        (unit, 2.5),
        (other,),
        0.0,
        stats.vonmises_fisher(unit, 2.5).logpdf(other),
    ),
]


@pytest.mark.parametrize(
    ("law", "given", "statistics", "log_h", "expected"), CASES, ids=[case[0] for case in CASES]
)
def test_eta_t_a_and_h_give_the_log_density(law, given, statistics, log_h, expected):
    family = dv.exponential_family(law)
    assert family.certificate.verdict == "verified"
    *etas, partition = family.function()(*given)
    assert len(etas) == len(statistics) == len(family.statistics)
    inner = sum(np.sum(eta * T) for eta, T in zip(etas, statistics, strict=True))
    assert inner - partition + log_h == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize(
    ("law", "statistics", "expected"),
    [
        (
            "NormalGamma(m, l, a, b)",
            {"log(tau)": np.log(1.3), "tau": 1.3, "tau*x**2": 1.3 * 0.16, "tau*x": 1.3 * 0.4},
            stats.gamma(3, scale=1 / 0.7).logpdf(1.3)
            + stats.norm(0.1, 1 / np.sqrt(2.0 * 1.3)).logpdf(0.4),
        ),
        (
            "NormalInverseGamma(m, l, a, b)",
            {"log(s2)": np.log(1.3), "1/s2": 1 / 1.3, "mu**2/s2": 0.16 / 1.3, "mu/s2": 0.4 / 1.3},
            stats.invgamma(3, scale=0.7).logpdf(1.3)
            + stats.norm(0.1, np.sqrt(1.3 / 2)).logpdf(0.4),
        ),
    ],
)
def test_pairs_of_numbers_are_families_too(law, statistics, expected):
    family = dv.exponential_family(law)
    assert family.certificate.verdict == "verified"
    *etas, partition = family.function()(0.1, 2.0, 3.0, 0.7)
    found = {str(T): float(eta) for T, eta in zip(family.statistics, etas, strict=True)}
    assert set(found) == set(statistics)
    inner = sum(found[name] * value for name, value in statistics.items())
    assert inner - float(partition) == pytest.approx(expected, rel=1e-12)
    with pytest.raises(dv.NoRuleError, match="no rule holds a"):
        dv.exponential_family(law, known="a")
    with pytest.raises(dv.NoRuleError, match="a vector and a matrix"):
        dv.exponential_family("NormalWishart(m, k, P, nu)")


def test_the_means_of_t_are_the_gradients_of_a():
    text = dv.exponential_family("MultivariateNormal(mu, Sigma)").text()
    assert "E_p[x] = μ " in text and "E_p[−1/2 xxᵀ] = −1/2 (μμᵀ + Σ)" in text


def test_what_is_no_family_or_cannot_be_held_is_refused_by_name():
    for law in ("MatrixNormal(M, U, V)", "MultivariateT(nu, m, S)"):
        with pytest.raises(dv.NoRuleError, match="is no exponential family"):
            dv.exponential_family(law)
    with pytest.raises(dv.NoRuleError, match="no rule holds Sigma"):
        dv.exponential_family("MultivariateNormal(mu, Sigma)", known="Sigma")
    with pytest.raises(dv.ArgumentError, match="no parameter 'q'"):
        dv.exponential_family("Dirichlet(a)", known="q")
    with pytest.raises(dv.ArgumentError, match="no family is left"):
        dv.exponential_family(dv.Categorical([0.5, 0.5]))
    assert dv.exponential_family("Multinomial(n, p)", known="n").natural


def test_what_holds_no_parameter_is_part_of_the_base():
    family = dv.exponential_family("NormalGamma(0, 1, a, a)")
    assert [str(T) for T in family.statistics] == ["log(tau)", "tau"]
    assert str(family.base) == "exp(-tau*x**2/2)"
