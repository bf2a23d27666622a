"""Mutual information and conditional entropy of parts of a normal vector.

Oracle: SciPy's entropies of normal laws, and the divergence of the law from the product of
its parts as a mean of SciPy's log densities over draws.
"""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
import sympy

import derive as dv
from derive.errors import ArgumentError, NoRuleError


def covariance(seed: int, size: int) -> np.ndarray:
    A = np.random.default_rng(seed).normal(size=(size, size))
    return A @ A.T + np.eye(size) * 0.5


def entropy(matrix: np.ndarray) -> float:
    return float(scipy.stats.multivariate_normal(cov=np.atleast_2d(matrix)).entropy())


def test_mutual_information_of_blocks():
    found = dv.mutual_information(dv.JointNormal())
    assert found.certificate.verdict == "verified"
    S = covariance(1, 5)
    value = float(found.function()(S[:2, :2], S[:2, 2:], S[2:, 2:]))
    assert value == pytest.approx(entropy(S[:2, :2]) + entropy(S[2:, 2:]) - entropy(S))
    law = scipy.stats.multivariate_normal
    draws = law(cov=S, seed=2).rvs(40_000)
    parts = law(cov=S[:2, :2]).logpdf(draws[:, :2]) + law(cov=S[2:, 2:]).logpdf(draws[:, 2:])
    ratios = law(cov=S).logpdf(draws) - parts
    assert abs(ratios.mean() - value) < 4 * ratios.std() / 200


def test_conditional_entropy_of_blocks():
    found = dv.conditional_entropy(dv.JointNormal(), given="y")
    assert found.certificate.verdict == "verified"
    S = covariance(3, 5)
    value = float(found.function()(S[:2, :2], S[:2, 2:], S[2:, 2:]))
    assert value == pytest.approx(entropy(S) - entropy(S[2:, 2:]))


def test_groups_of_blocks_and_entries():
    joint = dv.JointNormal("x: a, y: b, z: c")
    found = dv.mutual_information(joint, between=("x", "y, z"))
    assert found.certificate.verdict == "verified"
    S = covariance(4, 4)
    x, y, z = [0], [1, 2], [3]
    blocks = {
        f"S_{a}{b}": np.squeeze(S[np.ix_(i, j)])
        for a, i in (("x", x), ("y", y), ("z", z))
        for b, j in (("x", x), ("y", y), ("z", z))
    }
    blocks = {k: v.reshape(_shape(k)) for k, v in blocks.items()}
    values = [blocks[s.name] for s in found.trace.arguments]
    expected = entropy(S[:1, :1]) + entropy(S[1:, 1:]) - entropy(S)
    assert float(found.function()(*values)) == pytest.approx(expected)
    exact = [[2, 1, 0], [1, 2, 1], [0, 1, 3]]
    law = dv.MultivariateNormal(0, exact)
    found = dv.mutual_information(law, between=(0, [1, 2]))
    assert found.result == sympy.log(sympy.Rational(10, 7)) / 2
    assert dv.mutual_information(law, between=(0, 2)).result == 0
    left = float(dv.conditional_entropy(law, given=[2], base=2).result)
    expected = (entropy(np.array(exact)) - entropy(np.array([[3]]))) / np.log(2)
    assert left == pytest.approx(expected)


def _shape(name: str) -> tuple[int, int]:
    size = {"x": 1, "y": 2, "z": 1}
    return size[name[2]], size[name[3]]


def test_a_correlation_as_blocks():
    rho = sympy.Symbol("rho")
    law = dv.MultivariateNormal(0, sympy.Matrix([[1, rho], [rho, 1]]))
    assert repr(dv.mutual_information(law, between=(0, 1)).expression) == "-1/2*log(1 - rho^2)"


def test_what_cannot_be_answered_is_named():
    law = dv.MultivariateNormal(0, [[2, 1], [1, 2]])
    with pytest.raises(ArgumentError, match="two groups"):
        dv.mutual_information(law)
    with pytest.raises(ArgumentError, match="no block 'X'"):
        dv.conditional_entropy(dv.JointNormal())
    with pytest.raises(NoRuleError, match="blocks of the covariance"):
        dv.mutual_information(dv.JointNormal(precision=True))
    with pytest.raises(ArgumentError, match="between= is for"):
        dv.mutual_information([["1/2", 0], [0, "1/2"]], between=(0, 1))
