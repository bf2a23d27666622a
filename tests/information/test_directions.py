"""The von Mises-Fisher law of directions.

Oracles: SciPy's entropy, and means of SciPy's log densities over its own draws, four
standard errors wide; sums over the circle with NumPy.
"""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

import derive as dv
from derive.errors import DeriveError, DomainError, RefutedError
from derive.rules import vector_families

DRAWS = 40_000


def direction(seed: int, size: int) -> np.ndarray:
    v = np.random.default_rng(seed).normal(size=size)
    return v / np.linalg.norm(v)


@pytest.mark.parametrize(("size", "kappa"), [(2, 0.3), (3, 2.5), (5, 7.0), (3, 900.0)])
def test_the_entropy_agrees_with_scipy(size, kappa):
    found = dv.entropy("VonMisesFisher(mu, kappa)")
    assert found.certificate.verdict == "verified"
    fixed = dv.entropy(dv.VonMisesFisher(d=size))
    expected = scipy.stats.vonmises_fisher(direction(1, size), kappa).entropy()
    value = float(fixed.function()(direction(1, size), kappa))
    assert value == pytest.approx(float(expected), rel=1e-9)


@pytest.mark.parametrize("size", [2, 3, 4])
def test_a_divergence_is_a_mean_of_log_ratios(size):
    m, n = direction(2, size), direction(3, size)
    p, q = scipy.stats.vonmises_fisher(m, 3.0), scipy.stats.vonmises_fisher(n, 1.2)
    draws = p.rvs(DRAWS, random_state=4)
    ratios = p.logpdf(draws) - q.logpdf(draws)
    found = dv.kl_divergence(dv.VonMisesFisher("m", "k"), dv.VonMisesFisher("n", "l"))
    assert found.certificate.verdict == "verified"
    values = {"m": m, "n": n, "k": 3.0, "l": 1.2}
    value = float(found.function()(*(values[s.name] for s in found.trace.arguments)))
    assert abs(value - ratios.mean()) < 4 * ratios.std() / np.sqrt(DRAWS)
    crossed = dv.cross_entropy(dv.VonMisesFisher("m", "k"), dv.VonMisesFisher("n", "l"))
    value = float(crossed.function()(*(values[s.name] for s in crossed.trace.arguments)))
    logs = -q.logpdf(draws)
    assert abs(value - logs.mean()) < 4 * logs.std() / np.sqrt(DRAWS)


def test_means_of_first_and_second_order():
    mu = direction(5, 4)
    draws = scipy.stats.vonmises_fisher(mu, 2.0).rvs(DRAWS, random_state=6)
    mean = dv.expectation("x", "VonMisesFisher(mu, kappa)")
    second = dv.expectation("x*x'", "VonMisesFisher(mu, kappa)")
    values = {"mu": mu, "kappa": 2.0}
    for found, samples in (
        (mean, draws),
        (second, draws[:, :, None] * draws[:, None, :]),
    ):
        assert found.certificate.verdict == "verified"
        value = found.function()(*(values[s.name] for s in found.trace.arguments))
        error = samples.std(axis=0) / np.sqrt(DRAWS)
        assert (np.abs(np.asarray(value) - samples.mean(axis=0)) < 4.5 * error).all()


def test_the_generating_function_on_the_circle():
    mu, t, kappa = direction(7, 2), np.array([0.4, -1.1]), 1.5
    angles = np.arange(400) * np.pi / 200
    x = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    weights = np.exp(kappa * x @ mu)
    expected = (np.exp(x @ t) * weights).sum() / weights.sum()
    found = dv.expectation("exp(t'*x)", dv.VonMisesFisher(d=2), shapes="t: 2")
    values = {"mu": mu, "kappa": kappa, "t": t}
    value = found.function()(*(values[s.name] for s in found.trace.arguments))
    assert float(value) == pytest.approx(expected, rel=1e-10)


def test_two_entries_are_an_angle():
    one, other = dv.entropy(dv.VonMisesFisher(d=2)), dv.entropy("VonMises(mu, kappa)")
    assert float(one.function()(direction(8, 2), 2.0)) == pytest.approx(
        float(other.function()(0.0, 2.0))
    )


def test_numbers_that_are_no_direction_are_named():
    with pytest.raises(DomainError, match="must have length one"):
        dv.VonMisesFisher([1, 1], 2)
    with pytest.raises(DomainError, match="kappa needs kappa > 0"):
        dv.VonMisesFisher(["3/5", "4/5"], -2)
    with pytest.raises(DeriveError):
        dv.VonMisesFisher(d=1)


def test_a_wrong_total_is_refuted(monkeypatch):
    kernel = vector_families.VECTOR_KERNELS["sphere"]
    wrong = vector_families.VectorKernel(
        **{**vars(kernel), "log_total": lambda eta: kernel.log_total(2 * eta)}
    )
    monkeypatch.setitem(vector_families.VECTOR_KERNELS, "sphere", wrong)
    with pytest.raises(RefutedError):
        dv.expectation("x", dv.VonMisesFisher(d=3))
