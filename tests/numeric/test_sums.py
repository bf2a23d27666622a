"""Sums over an index in NumPy: whole matrices where that goes, honest loops where not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

import derive as dv
from derive.errors import DomainError

SHAPES = "x_i: d, y_i: scalar, i: 1..n, j: 1..n, w: d, mu: d, W: d x k, c_i: k, S: d x d spd"
RNG = np.random.default_rng(3)
x, y, w = RNG.normal(size=(6, 3)), RNG.normal(size=6), RNG.normal(size=3)
mu, W, c = RNG.normal(size=3), RNG.normal(size=(3, 2)), RNG.normal(size=(6, 2))
S = np.cov(RNG.normal(size=(3, 9)))
VALUES = {"x": x, "y": y, "w": w, "mu": mu, "W": W, "c": c, "S": S}

AT_ONCE = [
    ("sum_i(log(1 + exp(-y_i*x_i'*w)))", "w", -x.T @ (y * expit(-y * (x @ w)))),
    ("sum_i((y_i - x_i'*w)^2)/2", "w", -x.T @ (y - x @ w)),
    ("sum_i(norm2(x_i - mu))", "mu", -((x - mu).T / np.linalg.norm(x - mu, axis=1)).sum(axis=1)),
    (
        "sum_i(logsumexp(W'*x_i) - c_i'*W'*x_i)",
        "W",
        x.T @ (np.exp(x @ W) / np.exp(x @ W).sum(axis=1)[:, None] - c),
    ),
    ("sum_i((x_i - mu)'*inv(S)*(x_i - mu))/2", "mu", -np.linalg.solve(S, (x - mu).sum(axis=0))),
]


def source_of(function):
    return function.source.partition("def f(")[2]


@pytest.mark.parametrize(("loss", "variable", "expected"), AT_ONCE)
def test_a_sum_over_rows_is_written_without_a_loop(loss, variable, expected):
    function = dv.gradient(loss, variable, shapes=SHAPES).function()
    assert "for " not in source_of(function)
    found = function(**{name: VALUES[name] for name in function.arguments})
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_the_logistic_loss_is_what_an_expert_writes():
    function = dv.gradient(AT_ONCE[0][0], "w", shapes=SHAPES).function()
    assert "return -x.T.dot(y * expit(-y * x.dot(w)))" in function.source


def test_what_has_no_matrix_form_is_a_loop(tmp_path):
    loss = "sum_i(logdet(S + x_i*x_i'))"
    gradient = dv.gradient(loss, "S", shapes=SHAPES)
    function = gradient.function()
    assert "for i in range(n):" in source_of(function)
    expected = sum(np.linalg.inv(S + np.outer(row, row)) for row in x)
    np.testing.assert_allclose(function(S=S, x=x), expected, rtol=1e-10)
    batch = function(S=np.stack([S, 2 * S]), x=x)
    np.testing.assert_allclose(batch[0], expected, rtol=1e-10)
    file = function.save(tmp_path / "saved.py")
    space: dict = {}
    exec(compile(file.read_text(), "saved", "exec"), space)  # noqa: S102  # our own file
    np.testing.assert_allclose(space[function.name](S=S, x=x), expected, rtol=1e-10)


def test_the_gradient_of_pairs_puts_rows_in_their_places():
    function = dv.gradient("sum_{i,j}(exp(-norm2(x_i - x_j)^2))", "x", shapes=SHAPES).function()
    gaps = x[:, None] - x[None]
    weights = np.exp(-(gaps**2).sum(axis=2))
    expected = -4 * (weights[:, :, None] * gaps).sum(axis=1)
    np.testing.assert_allclose(function(x), expected, rtol=1e-10)


def test_powers_take_whole_exponents_alone():
    function = dv.function("a'*X^k*a", shapes="X: n x n, k: integer, a: n")
    X, a = RNG.normal(size=(3, 3)), RNG.normal(size=3)
    np.testing.assert_allclose(function(a=a, X=X, k=4), a @ np.linalg.matrix_power(X, 4) @ a)
    np.testing.assert_allclose(function(a=a, X=X, k=-1), a @ np.linalg.inv(X) @ a)
    np.testing.assert_allclose(function(a=a, X=X, k=0), a @ a)
    powers = np.array([1.0, 3.0])
    expected = [a @ np.linalg.matrix_power(X, int(k)) @ a for k in powers]
    np.testing.assert_allclose(function(a=a, X=X, k=powers), expected)
    with pytest.raises(DomainError, match="not whole"):
        function(a=a, X=X, k=1.5)


def test_a_sum_of_no_terms_is_zero():
    function = dv.function("sum_p(X^p, 0, k - 1)", shapes="X: n x n, k: nonnegative integer")
    X = RNG.normal(size=(3, 3))
    np.testing.assert_array_equal(function(X=X, k=0), np.zeros((3, 3)))
    np.testing.assert_allclose(function(X=X, k=3), np.eye(3) + X + X @ X)
    with pytest.raises(DomainError, match="not one whole number"):
        function(X=X, k=2.5)
