"""Likelihoods of vectors against SciPy, and estimates against nearby values."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats as st

import derive as dv
from derive.errors import ArgumentError, NoClosedFormError, NoRuleError

RNG = np.random.default_rng(11)
X = RNG.normal(size=(6, 2)) @ np.array([[1.0, 0.4], [0.0, 0.7]])
S = np.array([[1.2, 0.3], [0.3, 0.8]])
M = np.array([0.4, -0.7])
COUNTS = np.array([[2.0, 1.0, 1.0], [0.0, 3.0, 1.0]])
SIMPLEX = RNG.dirichlet([2.0, 1.0, 3.0], size=5)


def value(found, **given):
    compiled = found.function()
    return compiled(**{name: given[name] for name in compiled.arguments})


def test_log_likelihoods():
    normal = value(dv.log_likelihood("MultivariateNormal(mu, Sigma)"), X=X, mu=M, Sigma=S)
    assert normal == pytest.approx(st.multivariate_normal.logpdf(X, M, S).sum())
    p = np.array([0.2, 0.5, 0.3])
    counts = value(dv.log_likelihood("Multinomial(N, p)"), X=COUNTS, N=4, p=p)
    assert counts == pytest.approx(st.multinomial.logpmf(COUNTS, 4, p).sum())
    alpha = np.array([1.5, 0.7, 2.2])
    points = value(dv.log_likelihood("Dirichlet(alpha)"), X=SIMPLEX, alpha=alpha)
    assert points == pytest.approx(sum(st.dirichlet.logpdf(x, alpha) for x in SIMPLEX))


def test_normal_estimate():
    found = dv.maximum_likelihood("MultivariateNormal(mu, Sigma)", data=X)
    np.testing.assert_allclose(found.estimates["mu"], X.mean(axis=0))
    np.testing.assert_allclose(found.estimates["Sigma"], np.cov(X.T, bias=True))
    held = dv.maximum_likelihood("MultivariateNormal(mu, Sigma)", known="mu")
    gap = X - M
    np.testing.assert_allclose(held.estimate(X, mu=M)["Sigma"], gap.T @ gap / 6)
    mean = dv.maximum_likelihood("MultivariateNormal(mu, Sigma)", known="Sigma")
    np.testing.assert_allclose(mean.estimate(X)["mu"], X.mean(axis=0))
    precise = dv.maximum_likelihood(dv.MultivariateNormal("mu", precision="L"), known="mu")
    np.testing.assert_allclose(precise.estimate(X, mu=M)["L"], np.linalg.inv(gap.T @ gap / 6))


@pytest.mark.parametrize(
    ("law", "known", "data"),
    [("Categorical(p)", (), np.eye(3)[[0, 1, 1, 2]]), ("Multinomial(N, p)", "N", COUNTS)],
)
def test_proportions(law, known, data):
    found = dv.maximum_likelihood(law, known=known)
    p = found.estimate(data)["p"]
    np.testing.assert_allclose(p, data.sum(axis=0) / data.sum())
    best = (data @ np.log(p)).sum()
    for q in RNG.dirichlet([3.0, 3.0, 3.0], size=40):
        assert best >= (data @ np.log(q)).sum()


def test_score_equation_without_a_closed_form():
    found = dv.maximum_likelihood("Dirichlet(alpha)")
    assert len(found.equations) == 1 and "digamma" in found.equations[0]
    alpha, step = np.array([1.5, 0.7, 2.2]), 1e-6
    slope = value(dv.score("Dirichlet(alpha)"), X=SIMPLEX, alpha=alpha)
    for k in range(3):
        moved = [alpha + s * step * np.eye(3)[k] for s in (1, -1)]
        high, low = (sum(st.dirichlet.logpdf(x, a) for x in SIMPLEX) for a in moved)
        assert slope[k] == pytest.approx((high - low) / (2 * step), rel=1e-5)
    with pytest.raises(NoRuleError):
        found.estimate(SIMPLEX)


def test_scores_of_a_normal():
    slope, _ = value(dv.score("MultivariateNormal(mu, Sigma)"), X=X, mu=M, Sigma=S)
    np.testing.assert_allclose(slope, np.linalg.inv(S) @ (X - M).sum(axis=0))


def test_information_of_a_mean():
    found = dv.fisher_information("MultivariateNormal(mu, Sigma)", "mu", n="n")
    assert repr(found).startswith("n*inv(Sigma)")
    with pytest.raises(NoClosedFormError, match="one vector"):
        dv.fisher_information("MultivariateNormal(mu, Sigma)")


def test_refusals():
    with pytest.raises(NoClosedFormError, match="whole numbers"):
        dv.maximum_likelihood("Multinomial(N, p)")
    with pytest.raises(NoRuleError, match="matrices"):
        dv.maximum_likelihood("Wishart(n, V)", known="n")
    with pytest.raises(ArgumentError, match="shape"):
        dv.maximum_likelihood("MultivariateNormal", data=[1.0, 2.0])
    with pytest.raises(ArgumentError, match="mu"):
        dv.maximum_likelihood("MultivariateNormal", known="mu").estimate(X)


@pytest.mark.parametrize("trials", [1, 3])
def test_information_of_probabilities_is_the_sum_of_products_of_scores_over_all_outcomes(trials):
    law = "Categorical(p)" if trials == 1 else "Multinomial(N, p)"
    found = dv.fisher_information(law, "p")
    assert found.certificate.verdict == "verified"
    first = np.array([0.2, 0.3, 0.1])

    def log_mass(counts, q):
        return st.multinomial(trials, [*q, 1 - q.sum()]).logpmf(counts)

    outcomes = [c for c in np.ndindex(*(trials + 1,) * 4) if sum(c) == trials]
    wanted = np.zeros((3, 3))
    for counts in outcomes:
        steps = 1e-6 * np.eye(3)
        slope = [(log_mass(counts, first + h) - log_mass(counts, first - h)) / 2e-6 for h in steps]
        wanted += np.exp(log_mass(counts, first)) * np.outer(slope, slope)
    given = (first,) if trials == 1 else (trials, first)
    np.testing.assert_allclose(found.function()(*given), wanted, rtol=1e-6)
