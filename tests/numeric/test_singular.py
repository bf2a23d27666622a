"""Matrices that rounding cannot tell from singular ones are refused; badly scaled ones are not."""

from __future__ import annotations

import numpy as np
import pytest

import derive as dv
from derive.errors import DomainError
from tests.numeric.test_results import load

GENERAL = ("inv(A)*b", "inv(A')*b", "inv(A)", "logdet(A)", "inv(A)*b + A*inv(A)*b + inv(A)'*b")
GRAM = "X: n x d, b: d"


def stacked_too(*arrays):
    yield arrays
    yield tuple(np.stack([array, array]) for array in arrays)


def wide_or_repeated(seed):
    """Matrices X whose X'X is singular: more columns than rows, or one of them twice."""
    rng = np.random.default_rng(seed)
    wide, tall = rng.normal(size=(3, 5)), 1 + rng.normal(size=(20, 5))
    tall[:, 3] = tall[:, 1]
    mixed = rng.normal(size=(50, 6)) @ np.diag(10.0 ** np.arange(-6, 6, 2))
    mixed[:, 0] = mixed[:, 1:] @ rng.normal(size=5)
    return wide, tall, mixed


@pytest.mark.parametrize("text", [text.replace("A", "(X'*X)") for text in GENERAL])
def test_a_gram_matrix_of_dependent_columns_is_refused(text, tmp_path):
    f = dv.function(text, shapes=GRAM)
    saved = load(f.save(tmp_path / "saved.py"))
    for seed in range(8):
        for X in wide_or_repeated(seed):
            b = np.ones(X.shape[1])
            for values in stacked_too(*((X, b) if "b" in text else (X,))):
                with pytest.raises(DomainError, match=r"(?i)singular|not positive"):
                    f(*values)
                with pytest.raises(saved.DomainError, match=r"(?i)singular|not positive"):
                    saved.f(*values)


def test_the_gradient_of_least_squares_of_dependent_columns_is_refused():
    f = dv.stationary_point("norm2(X*w - y)^2", "w", shapes="X: n x d, w: d, y: n").function()
    g = dv.gradient("logdet(X'*X)", "X", shapes="X: n x d").function()
    for seed in range(8):
        for X in wide_or_repeated(seed):
            with pytest.raises(DomainError, match="singular to working precision"):
                f(X=X, y=np.ones(len(X)))
            with pytest.raises(DomainError, match="singular to working precision"):
                g(X)


def test_a_positive_definite_matrix_loses_no_more_than_rounding():
    f = dv.function(["logdet(S)", "b'*inv(S)*b", "inv(S)"], shapes="S: n x n spd, b: n")
    rng = np.random.default_rng(0)
    refused = 0
    for _ in range(60):
        L = np.tril(rng.normal(size=(4, 4)))
        L[2:, 2:] *= 1e-9
        scale = 10.0 ** rng.integers(-9, 9, size=4)
        S = np.outer(scale, scale) * (L @ L.T)
        try:
            np.linalg.cholesky(S)
        except np.linalg.LinAlgError:
            continue
        refused += 1
        for values in stacked_too(S, np.ones(4)):
            with pytest.raises(DomainError, match="singular"):
                f(*values)
    assert refused > 5


REGULAR = {
    "a small row": np.diag([1e-200, 1.0]),
    "small and large": np.diag([1e-200, 1e200]),
    "small throughout": 1e-150 * np.eye(3),
    "an antidiagonal": np.array([[0.0, 1.0], [1e-300, 0.0]]),
    "a shear": np.array([[1.0, 0.0], [1e20, 1.0]]),
    "shears": np.eye(3) + 1e20 * np.eye(3, k=1),
}


@pytest.mark.parametrize("A", REGULAR.values(), ids=REGULAR.keys())
def test_a_badly_scaled_regular_matrix_is_inverted(A):
    f = dv.function(["inv(A)", "inv(A)*A*inv(A)*b", "inv(A)*b"], shapes="A: n x n, b: n")
    once = dv.function("inv(A)*b", shapes="A: n x n, b: n")
    b = np.ones(len(A))
    expected = np.array(np.linalg.inv(A))
    np.testing.assert_allclose(expected @ A, np.eye(len(A)), atol=1e-9)
    for values in stacked_too(A, b):
        inverse, _, solved = f(*values)
        np.testing.assert_allclose(inverse.reshape(-1, *A.shape)[-1], expected, rtol=1e-12)
        np.testing.assert_allclose(solved.reshape(-1, len(A))[-1], expected @ b, rtol=1e-12)
        np.testing.assert_allclose(once(*values), solved, rtol=1e-12)


@pytest.mark.parametrize("scale", [(1e-150, 1.0, 1e150), (1e-9, 1.0, 1e9)])
def test_a_badly_scaled_positive_definite_matrix_is_factored(scale):
    f = dv.function(["logdet(S)", "inv(S)"], shapes="S: n x n spd")
    S = np.outer(scale, scale) * (np.eye(3) + 0.5)
    for (value,) in stacked_too(S):
        logdet, inverse = f(value)
        expected = np.log(2.5) + 2 * np.log(scale).sum()
        np.testing.assert_allclose(logdet, expected, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(
            (inverse * np.outer(scale, scale)).reshape(-1, 3, 3)[-1], np.eye(3) - 0.2, rtol=1e-12
        )


@pytest.mark.parametrize("jitter", [1e-6, 1e-9, 1e-11])
def test_a_kernel_matrix_with_a_little_on_its_diagonal_is_factored(jitter):
    x = np.linspace(0, 1, 40)
    S = np.exp(-((x[:, None] - x) ** 2)) + jitter * np.eye(40)
    values = np.linalg.eigvalsh(S)
    for fact in ("spd", "symmetric"):
        logdet = dv.function("logdet(S)", shapes=f"S: n x n {fact}")(S)
        assert logdet == pytest.approx(np.log(values).sum(), rel=1e-3)


def test_a_determinant_of_a_singular_matrix_is_zero():
    f = dv.function("det(X'*X)", shapes="X: n x d")
    assert f(wide_or_repeated(0)[0]) == pytest.approx(0.0, abs=1e-12)


def test_nan_is_no_reason_to_call_a_matrix_singular():
    f = dv.function("inv(A)", shapes="A: n x n")
    with pytest.warns(RuntimeWarning, match="nan or inf in A"):
        assert np.isnan(f(np.array([[np.nan, 1.0], [1.0, 1.0]]))).any()


def test_a_negative_power_of_a_singular_matrix_is_refused():
    f = dv.function("a'*X^k*a", shapes="a: n, X: n x n, k: integer")
    X = wide_or_repeated(0)[0]
    with pytest.raises(DomainError, match="singular"):
        f(a=np.ones(5), X=X.T @ X, k=-1)
