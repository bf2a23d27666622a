"""Laws of vectors whose parameters are expressions, as text with shapes, against NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.stats as st

import derive as dv
from derive.errors import ArgumentError, ShapeError

RNG = np.random.default_rng(8)
A, B = RNG.normal(size=(3, 3)), RNG.normal(size=(3, 3))
MU, NU, SHIFT = RNG.normal(size=(3, 3))
ROOT, OTHER = RNG.normal(size=(2, 3, 3))
S, T = ROOT @ ROOT.T + np.eye(3), OTHER @ OTHER.T + np.eye(3)
SHAPES = "A: d x d, B: d x d, mu: d, nu: d, b: d, S: d x d spd, T: d x d spd"
MAPPED = "MultivariateNormal(A*mu + b, A*S*A')"
NUMBERS = {"A": A, "B": B, "mu": MU, "nu": NU, "b": SHIFT, "S": S, "T": T, "sigma": 1.7, "d": 3}


def value(found: Any) -> Any:
    compiled = found.function()
    return compiled(**{k: NUMBERS[k] for k in compiled.arguments})


def test_entropy_of_a_mapped_normal() -> None:
    found = dv.entropy(MAPPED, shapes=SHAPES)
    expected = st.multivariate_normal(A @ MU + SHIFT, A @ S @ A.T).entropy()
    assert float(value(found)) == pytest.approx(expected)
    assert found.certificate.verdict == "verified"


def test_a_common_map_leaves_the_divergence() -> None:
    found = dv.kl_divergence(MAPPED, "MultivariateNormal(A*nu + b, A*T*A')", shapes=SHAPES)
    plain = dv.kl_divergence("MultivariateNormal(mu, S)", "MultivariateNormal(nu, T)")
    assert float(value(found)) == pytest.approx(float(value(plain)))
    cross = dv.cross_entropy(MAPPED, "MultivariateNormal(A*nu + b, A*T*A')", shapes=SHAPES)
    entropy = dv.entropy(MAPPED, shapes=SHAPES)
    assert float(value(cross)) == pytest.approx(float(value(found)) + float(value(entropy)))


def test_moments_of_a_mapped_normal() -> None:
    form = dv.expectation("x'*B*x", MAPPED, shapes=SHAPES)
    mean = A @ MU + SHIFT
    assert float(value(form)) == pytest.approx(mean @ B @ mean + np.trace(B @ A @ S @ A.T))
    np.testing.assert_allclose(value(dv.covariance(MAPPED, shapes=SHAPES)), A @ S @ A.T)
    np.testing.assert_allclose(value(dv.variance(MAPPED, shapes=SHAPES)), A @ S @ A.T)


def test_multiples_of_the_identity() -> None:
    found = dv.entropy("MultivariateNormal(mu, sigma^2*eye(d))", shapes="mu: d")
    expected = st.multivariate_normal(MU, 1.7**2 * np.eye(3)).entropy()
    assert float(value(found)) == pytest.approx(expected)
    gap = dv.kl_divergence("MultivariateNormal(mu, S)", "MultivariateNormal(0, eye(d))",
                           shapes="mu: d, S: d x d spd")  # fmt: skip
    expected = (np.trace(S) + MU @ MU - 3 - np.linalg.slogdet(S)[1]) / 2
    assert float(value(gap)) == pytest.approx(expected)


def test_one_name_is_one_symbol() -> None:
    """A matrix that is known as a covariance is the same matrix in the mean."""
    found = dv.expectation("x", "MultivariateNormal(S*mu, S)", shapes="S: d x d, mu: d")
    np.testing.assert_allclose(np.ravel(value(found)), S @ MU)
    with pytest.raises(ShapeError, match="c has shape"):
        dv.entropy("MultivariateNormal(c*mu, c)", shapes="mu: d")


def test_shapes_that_are_missing_or_wrong_are_named() -> None:
    with pytest.raises(ArgumentError, match="shapes="):
        dv.entropy(MAPPED)
    with pytest.raises(ShapeError, match="k x k"):
        dv.entropy("MultivariateNormal(A*mu, S)", shapes="A: k x d, mu: d, S: d x d spd")
