"""Sums of independent values: the law that is named, against convolutions by SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

import derive as dv
from derive.check.claim import Plan
from derive.errors import ArgumentError, LimitError, NoClosedFormError

NAMED = [
    (["Normal(a, s)", "Normal(b, t)"], 1, "Normal(a + b, sqrt(s^2 + t^2))"),
    (["Poisson(a)", "Poisson(b)", "Poisson(2)"], 1, "Poisson(a + b + 2)"),
    (["Gamma(k, theta)", "Gamma(j, theta)"], 1, "Gamma(k + j, theta)"),
    (["Gamma(k, theta)", "Exponential(1/theta)"], 1, "Gamma(k + 1, theta)"),
    (["Exponential(r)"] * 3, 1, "Erlang(3, r)"),
    ("Exponential(r)", "n", "Erlang(n, r)"),
    (["Erlang(k, r)", "Exponential(r)"], 1, "Erlang(k + 1, r)"),
    (["ChiSquared(a)", "ChiSquared(b)"], 1, "ChiSquared(a + b)"),
    (["ChiSquared(a)", "Gamma(b, 2)"], 1, "ChiSquared(a + 2*b)"),
    (["Binomial(n, p)", "Binomial(m, p)"], 1, "Binomial(n + m, p)"),
    (["NegativeBinomial(r, p)", "NegativeBinomial(s, p)"], 1, "NegativeBinomial(r + s, p)"),
    ("Bernoulli(p)", "n", "Binomial(n, p)"),
    (["Binomial(n, p)", "Bernoulli(p)"], 1, "Binomial(n + 1, p)"),
    ("Normal(mu, sigma)", "n", "Normal(mu*n, sigma*sqrt(n))"),
    (["InverseGaussian(1, 2)", "InverseGaussian(2, 8)"], 1, "InverseGaussian(3, 18)"),
    ("InverseGaussian(m, l)", "n", "InverseGaussian(m*n, l*n^2)"),
    (["Cauchy(a, s)", "Cauchy(b, t)"], 1, "Cauchy(a + b, s + t)"),
    ("Cauchy(m, s)", 3, "Cauchy(3*m, 3*s)"),
]


@pytest.mark.parametrize(("laws", "times", "law"), NAMED, ids=[law for *_, law in NAMED])
def test_the_sum_is_named_and_verified(laws, times, law):
    found = dv.distribution_of_sum(laws, times=times)
    assert repr(found.law) == law
    assert found.certificate.verdict == "verified"
    assert "altered claims refuted" in found.certificate.control
    assert found.latex() and found.steps


REFUSED = [
    ["Uniform(0, 1)", "Uniform(0, 1)"],
    ["Exponential(a)", "Exponential(b)"],
    ["Binomial(n, p)", "Binomial(m, q)"],
    ["Gamma(k, a)", "Gamma(j, b)"],
    ["Geometric(p)", "Geometric(p)"],
    ["InverseGaussian(1, 2)", "InverseGaussian(2, 7)"],
    ["Normal(0, 1)", "Laplace(0, 1)"],
    ["LogNormal(0, 1)", "LogNormal(0, 1)"],
    ["Normal(0, 1)", "Poisson(2)"],
    ["Normal(0, 1)", "Cauchy(0, 1)"],
]


@pytest.mark.parametrize("laws", REFUSED, ids=map(str, REFUSED))
def test_a_sum_without_a_named_law_is_refused(laws):
    with pytest.raises(NoClosedFormError):
        dv.distribution_of_sum(laws)


def test_the_refusal_shows_the_product():
    with pytest.raises(NoClosedFormError, match=r"1/\(1 - t/a\)/\(1 - t/b\)"):
        dv.distribution_of_sum(["Exponential(a)", "Exponential(b)"])


def test_bad_input_is_named():
    with pytest.raises(ArgumentError, match="needs a law"):
        dv.distribution_of_sum([3])
    with pytest.raises(LimitError):
        dv.distribution_of_sum([])
    with pytest.raises(dv.DeriveError):
        dv.distribution_of_sum("Poisson(a)", times="1/2")


def test_discrete_sums_are_convolutions():
    k = np.arange(12)
    one, two = stats.nbinom.pmf(k, 2.5, 0.3), stats.nbinom.pmf(k, 1.25, 0.3)
    f = dv.distribution_of_sum(["NegativeBinomial(r, p)", "NegativeBinomial(s, p)"]).function()
    np.testing.assert_allclose(f(k, 2.5, 1.25, 0.3), np.convolve(one, two)[:12], rtol=1e-12)
    f = dv.distribution_of_sum(["Poisson(a)", "Poisson(b)"]).function()
    masses = np.convolve(stats.poisson.pmf(k, 1.5), stats.poisson.pmf(k, 0.25))[:12]
    np.testing.assert_allclose(f(k, 1.5, 0.25), masses, rtol=1e-12)


CONTINUOUS = [
    (["Normal(1, 2)", "Normal(-1, 1/2)"], stats.norm(1, 2), stats.norm(-1, 0.5)),
    (["Gamma(3/2, 2)", "Gamma(2, 2)"], stats.gamma(1.5, scale=2), stats.gamma(2, scale=2)),
    (["Cauchy(1, 2)", "Cauchy(0, 3)"], stats.cauchy(1, 2), stats.cauchy(0, 3)),
]


@pytest.mark.parametrize(("laws", "one", "two"), CONTINUOUS)
def test_continuous_sums_are_convolutions(laws, one, two):
    f = dv.distribution_of_sum(laws).function()
    for place in (0.5, 2.0, 5.0):
        whole = integrate.quad(
            lambda x, at=place: one.pdf(x) * two.pdf(at - x), -60, 60, limit=400, points=[0, place]
        )[0]
        if "Cauchy" in laws[0]:
            for low, high in ((-np.inf, -60), (60, np.inf)):
                whole += integrate.quad(
                    lambda x, at=place: one.pdf(x) * two.pdf(at - x), low, high
                )[0]
        assert f(place) == pytest.approx(whole, rel=1e-7)


def test_every_wrong_line_is_refuted():
    for laws in (["Poisson(a)", "Poisson(b)"], ["Cauchy(a, s)", "Cauchy(b, t)"]):
        for claim in dv.distribution_of_sum(laws).claims:
            assert "refuted" in {m.examine(Plan()).verdict for m in claim.mutants()}
