"""Products of exponentials are one exponential, which neither overflows nor hides a number."""

from __future__ import annotations

import numpy as np
import pytest

import derive as dv

MERGED = [
    ("sum(y ./ exp(X*w) + X*w)", "w", "X'*(ones(n) - y.*exp(-X*w))", "X: n x d, w: d, y: n"),
    ("b*exp(a)*exp(c)", "a", "b*exp(a + c)", "a: scalar, b: scalar, c: scalar"),
    ("b*exp(a)^2*exp(c)", "a", "2*b*exp(2*a + c)", "a: scalar, b: scalar, c: scalar"),
    ("log(exp(a) + exp(c)*b)", "a", "exp(a)/(exp(a) + exp(c)*b)",
     "a: scalar, b: positive, c: scalar"),
    ("sum(y./(exp(x).*exp(z)))", "x", "-y.*exp(-x - z)", "x: n, y: n, z: n"),
    ("x*exp(x)*exp(a) + exp(x)*b", "x", "exp(x)*(exp(a) + x*exp(a) + b)",
     "a: scalar, b: scalar, x: scalar"),
    ("b/exp(a) + b*exp(-a)", "a", "-2*b*exp(-a)", "a: scalar, b: scalar"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrt", "expected", "shapes"), MERGED)
def test_exponentials_in_a_product_are_one(text, wrt, expected, shapes):
    result = dv.gradient(text, wrt, shapes=shapes).result
    assert result == dv.parse(expected, shapes=shapes)


def test_a_softmax_among_rows_and_a_pair_meets_its_own_logarithm():
    shapes = "q: d, k: d, t: positive, v_j: d, j: 1..m"
    text = "-log(exp(q'*k/t)/(exp(q'*k/t) + sum_j(exp(q'*v_j/t))))"
    derivation = dv.gradient(text, "q", shapes=shapes)
    assert "exp(-" not in repr(derivation)
    same = np.array([1200.0])
    far = derivation.function()(q=same, k=np.ones(1), t=1.0, v=np.ones((3, 1)))
    assert far == pytest.approx(0.0)


def test_the_gradient_of_a_gamma_regression_holds_far_out():
    shapes = "X: n x d, w: d, y: n"
    compiled = dv.gradient("sum(y ./ exp(X*w) + X*w)", "w", shapes=shapes).function()
    one = np.ones(1)
    assert compiled(X=720 * np.eye(1), w=one, y=one) == pytest.approx(720.0)
    low = compiled(X=np.eye(1), w=-400 * one, y=one)
    assert low == pytest.approx(-np.exp(400.0), rel=1e-12)
