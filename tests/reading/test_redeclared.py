"""Shapes given beside expressions that are no texts: applied by agreement, or refused."""

from __future__ import annotations

import pytest
import sympy as sp

import derive as dv

n, d = dv.dims("n d")
w, A = dv.vector("w", d), dv.matrix("A", d, d)
S, x = dv.matrix("S", d, d, "spd"), dv.scalar("x")
k = sp.symbols("k", integer=True, positive=True)
u, B = sp.MatrixSymbol("u", k, 1), sp.MatrixSymbol("B", k, k)
FORM = w.T * A * w

DISAGREE = [
    # a SymPy symbol has no facts, so those given beside it would be lost
    (lambda: dv.gradient(u.T * B * u, u, shapes="B: k x k symmetric"), "B = derive.matrix"),
    (lambda: dv.gradient(u.T * B * u, u, shapes="B: n x k, z: q"), "shapes=  : n x k"),
    (lambda: dv.gradient(dv.norm(w) ** 2, w, shapes="w: k"), r'w = derive.vector\("w", k\)'),
    (lambda: dv.gradient(FORM, w, shapes="A: d x d spd"), r'"A", d, d, "spd"\)'),
    (lambda: dv.gradient(FORM, "w", shapes={"A": "d x d symmetric"}), "declared before"),
    (lambda: dv.gradient(FORM, w, shapes="z: q"), "no text holds z"),
    (lambda: dv.gradient(FORM, w, shapes="d: scalar"), "d is a size"),
    (lambda: dv.hessian(FORM, w, shapes="A: d x d symmetric"), "declared before"),
    (lambda: dv.jacobian(A * w, w, shapes="A: n x d"), "declared before"),
    (lambda: dv.differential(A * w, w, shapes="z: n"), "no text holds z"),
    (lambda: dv.jvp(A * w, w, "v", shapes="v: d, A: d x d symmetric"), "declared before"),
    (lambda: dv.vjp(A * w, w, "v", shapes="v: d, z: d"), "no text holds z"),
    (lambda: dv.hessian_vector_product(FORM, w, "v", shapes="z: d"), "no text holds z"),
    (lambda: dv.directional_derivative(FORM, w, "v", shapes="w: n"), "declared before"),
    (lambda: dv.taylor_series(FORM, w, "w0", shapes="w0: d, z: d"), "no text holds z"),
    (lambda: dv.stationary_point(FORM, w, shapes="A: d x d spd"), "declared before"),
    (lambda: dv.computational_graph(FORM, shapes="A: d x d spd"), "declared before"),
    (lambda: dv.equal(A * w, A.T * w, shapes="A: d x d symmetric"), "declared before"),
    (lambda: dv.equal(A * w, "A'*w", shapes="A: d x d symmetric, w: d"), "declared before"),
    (lambda: dv.function(A * w, shapes="z: n"), "no text holds z"),
    (lambda: dv.minimize(dv.norm(A * w) ** 2, [w], shapes="A: n x d"), "declared before"),
    (lambda: dv.minimize(dv.norm(A * w) ** 2, [w], shapes="z: n"), "no text holds z"),
    (lambda: dv.eigendecomposition([[x, 1], [1, x]], shapes="x: positive"), "declared before"),
]


@pytest.mark.parametrize(("ask", "words"), DISAGREE, ids=[words for _, words in DISAGREE])
def test_what_shapes_say_of_a_declared_symbol_is_not_passed_over(ask, words):
    with pytest.raises(dv.DeclarationError, match=words):
        ask()


def test_shapes_that_agree_change_nothing():
    plain = dv.gradient(w.T * S * w, w)
    assert dv.gradient(w.T * S * w, w, shapes="S: d x d symmetric, w: d") == plain
    assert dv.gradient(FORM, "y", shapes="y: n").result == dv.zeros(n)
    taylor = dv.taylor_series(FORM, w, "w0", shapes="w0: d")
    assert taylor == dv.taylor_series(FORM, w, dv.vector("w0", d))
    assert dv.jvp(A * w, w, "v + z", shapes="v: d, z: d").result.shape == (d, 1)
    # the texts of one question may leave declared names out
    assert dv.directional_derivative("w'*w", "w", "v", shapes="w: d, z: n").result
    assert dv.function(A * w, shapes="z: n", arguments=["A", "w", "z"]).arguments[-1] == "z"
