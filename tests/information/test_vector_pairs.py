"""Measures of a vector and a matrix drawn before it, against means over draws from SciPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.stats as st

import derive as dv
from derive.errors import ArgumentError, NoRuleError

DRAWS, ERRORS = 20_000, 4
P = (np.array([0.4, -0.7]), 1.6, np.array([[0.9, -0.2], [-0.2, 1.5]]), 4.5)
Q = (np.array([0.1, 0.2]), 0.7, np.array([[1.4, 0.3], [0.3, 0.8]]), 3.8)
PAIRS = {
    "NormalInverseWishart": (st.invwishart, lambda T: T),
    "NormalWishart": (st.wishart, np.linalg.inv),
}


def log_density(name: str, values: Any, x: Any, T: Any) -> Any:
    mean, weight, scale, degrees = values
    law, covariance = PAIRS[name]
    spread = covariance(T)
    gap = x - mean
    forms = np.einsum("ki,kij,kj->k", gap, np.linalg.inv(spread), gap)
    logs = np.linalg.slogdet(2 * np.pi * spread / weight)[1]
    first = law.logpdf(np.moveaxis(T, 0, -1), degrees, scale)
    return first - logs / 2 - weight * forms / 2


@pytest.mark.parametrize("name", PAIRS)
def test_measures(name: str) -> None:
    mean, weight, scale, degrees = P
    law, covariance = PAIRS[name]
    rng = np.random.default_rng(4)
    T = law.rvs(degrees, scale, size=DRAWS, random_state=rng)
    roots = np.linalg.cholesky(covariance(T) / weight)
    x = mean + np.einsum("kij,kj->ki", roots, rng.normal(size=(DRAWS, 2)))
    log_p, log_q = (log_density(name, values, x, T) for values in (P, Q))
    one, other = f"{name}(m1, k1, S1, n1)", f"{name}(m2, k2, S2, n2)"
    numbers = dict(zip(("m1", "k1", "S1", "n1", "m2", "k2", "S2", "n2"), (*P, *Q), strict=True))
    for found, sample in (
        (dv.entropy(one), -log_p),
        (dv.cross_entropy(one, other), -log_q),
        (dv.kl_divergence(one, other), log_p - log_q),
    ):
        assert found.certificate.verdict == "verified"
        compiled = found.function()
        value = compiled(**{k: v for k, v in numbers.items() if k in compiled.arguments})
        error = ERRORS * sample.std() / np.sqrt(DRAWS)
        assert float(value) == pytest.approx(sample.mean(), abs=error)


def test_one_dimension_is_the_pair_of_numbers() -> None:
    """Of size one the law is normal-inverse-gamma with shape nu/2 and scale Psi/2."""
    wishart = dv.entropy("NormalInverseWishart").function()
    gamma = dv.entropy("NormalInverseGamma").function()
    sized = {"d": 1} if "d" in wishart.arguments else {}
    given = {"kappa": 1.3, "Psi": [[1.8]], "nu": 4.4, "mu0": [0.2], **sized}
    value = wishart(**{k: v for k, v in given.items() if k in wishart.arguments})
    others = {"m": 0.2, "k": 1.3, "a": 2.2, "b": 0.9}
    expected = gamma(**{k: v for k, v in others.items() if k in gamma.arguments})
    assert float(value) == pytest.approx(float(expected))


def test_equal_laws_are_at_no_distance() -> None:
    assert repr(dv.kl_divergence("NormalWishart", "NormalWishart").result) == "0"


def test_kinds_are_told_apart() -> None:
    for other in ("MultivariateNormal(a, B)", "Normal", "NormalWishart", "NormalGamma"):
        with pytest.raises(ArgumentError, match="different"):
            dv.kl_divergence("NormalInverseWishart", other)
    with pytest.raises(ArgumentError, match="different"):
        dv.cross_entropy("MultivariateNormal", "NormalGamma(u, v, a, b)")
    with pytest.raises(NoRuleError, match="pairs"):
        dv.expectation("x", "NormalInverseWishart")
