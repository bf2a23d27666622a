"""Jacobians, differentials, Hessians and products with them: pages, numbers, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import approx_fprime, rosen_hess_prod

import derive as dv
from derive.asking import elaborate
from derive.errors import ArgumentError, ShapeError
from derive.language.sizes import size_value

JACOBIANS = {
    "softmax": ("softmax(W*x + b)", "x", "W: k x d, x: d, b: k"),
    "unit_vector": ("x/norm2(x)", "x", "x: d"),
    "tanh_layer": ("tanh(W*x + b)", "W", "W: k x d, x: d, b: k"),
    "inverse": ("inv(A)", "A", "A: n x n"),
    "gram": ("X'*X", "X", "X: n x d"),
    "row_softmax": ("rowsoftmax(X)", "X", "X: n x d"),
    "by_a_scalar": ("inv(A + t*B)*b", "t", "A: n x n, B: n x n, b: n, t: scalar"),
    "residual": ("X*w - y", "w", "X: n x d, w: d, y: n"),
}
HESSIANS = {
    "ridge": ("norm2(X*w - y)^2/2 + lam/2*norm2(w)^2", "w", "X: n x d, w: d, y: n, lam: positive"),
    "logistic": ("sum(softplus(X*w)) - y'*X*w", "w", "X: n x d, w: d, y: n"),
    "log_sum_exp": ("logsumexp(A*x + b)", "x", "A: n x d, x: d, b: n"),
    "norm": ("norm2(x)", "x", "x: d"),
    "exponential_quadratic": ("exp(x'*B*x)", "x", "x: d, B: d x d"),
    "rayleigh": ("w'*A*w/(w'*w)", "w", "w: d, A: d x d symmetric"),
    "log_determinant": ("logdet(X)", "X", "X: n x n"),
    "multi_output": ("norm2(X*W - Y)^2/2", "W", "X: n x d, W: d x k, Y: n x k"),
    "factorisation": ("norm2(U*V' - Y)^2/2", "U, V", "U: n x k, V: d x k, Y: n x d"),
    "bilinear": ("x'*A*y + b*(y'*y)", "x, y, b", "x: n, A: n x m, y: m, b: scalar"),
    "symmetric_barrier": ("tr(C*S) - logdet(S)", "S", "C: n x n symmetric, S: n x n spd"),
}


@pytest.mark.parametrize("name", JACOBIANS)
def test_the_page_of_a_jacobian(name, golden):
    function, wrt, shapes = JACOBIANS[name]
    found = dv.jacobian(function, wrt, shapes=shapes)
    assert found.certificate.verdict == "verified"
    golden(f"jacobian/{name}.txt", found.text())
    golden(f"jacobian/{name}.tex", found.latex())


@pytest.mark.parametrize("name", HESSIANS)
def test_the_page_of_a_hessian(name, golden):
    function, wrt, shapes = HESSIANS[name]
    found = dv.hessian(function, wrt, shapes=shapes)
    assert found.certificate.verdict == "verified"
    golden(f"hessian/{name}.txt", found.text())
    golden(f"hessian/{name}.tex", found.latex())


def rng(seed=0):
    return np.random.default_rng(seed)


def test_a_compiled_jacobian_agrees_with_differences():
    J = dv.jacobian("softmax(W*x + b)", "x", shapes="W: k x d, x: d, b: k").function()
    W, x, b = rng().normal(size=(4, 3)), rng(1).normal(size=3), rng(2).normal(size=4)

    def softmax(v):
        e = np.exp(W @ v + b)
        return e / e.sum()

    np.testing.assert_allclose(J(W=W, x=x, b=b), approx_fprime(x, softmax), atol=1e-7)


def test_the_array_of_a_map_and_the_map_agree():
    found = dv.jacobian("inv(A)", "A", shapes="A: n x n")
    A, E = rng().normal(size=(3, 3)) + 3 * np.eye(3), rng(1).normal(size=(3, 3))
    whole, applied = found.array_function()(A), found.function()(A, E)
    assert whole.shape == (3, 3, 3, 3)
    np.testing.assert_allclose(np.einsum("ijkl,kl->ij", whole, E), applied, rtol=1e-12)
    inverse = np.linalg.inv(A)
    np.testing.assert_allclose(whole, -np.einsum("ik,lj->ijkl", inverse, inverse), rtol=1e-12)


def test_the_array_of_a_map_from_matrices_to_vectors(tmp_path):
    found = dv.jacobian("tanh(W*x)", "W", shapes="W: k x d, x: d")
    W, x = rng().normal(size=(2, 3)), rng(1).normal(size=3)
    whole = found.array_function()(W=W, x=x)
    slope = 1 - np.tanh(W @ x) ** 2
    wanted = np.einsum("ik,i,l->ikl", np.eye(2), slope, x)
    np.testing.assert_allclose(whole, wanted, rtol=1e-12)
    path = found.array_function().save(tmp_path / "layer.py")
    space: dict[str, object] = {}
    exec(compile(path.read_text(), str(path), "exec"), space)  # noqa: S102 - our own saved text
    np.testing.assert_allclose(space["f_array"](W, x), wanted, rtol=1e-12)


def test_an_array_needs_one_map():
    with pytest.raises(ArgumentError, match="linear in one dX"):
        dv.gradient("x'*x", "x", shapes="x: d").array_function()
    with pytest.raises(ArgumentError, match="linear in one dX"):
        dv.differential("X*Y", "X, Y", shapes="X: n x n, Y: n x n").array_function()


def test_rosenbrock_in_many_variables():
    text = "100*norm2(U*x - (L*x).^2)^2 + norm2(ones(m) - L*x)^2"
    shapes = "x: n, U: m x n, L: m x n"
    n = 7
    U, L = np.eye(n - 1, n, 1), np.eye(n - 1, n)
    x, v = rng().normal(size=n), rng(1).normal(size=n)
    H = dv.hessian(text, "x", shapes=shapes).function()
    product = dv.hessian_vector_product(text, "x", "v", shapes=shapes).function()
    wanted = rosen_hess_prod(x, v)
    np.testing.assert_allclose(H(x=x, U=U, L=L) @ v, wanted, rtol=1e-10)
    np.testing.assert_allclose(product(x=x, v=v, U=U, L=L), wanted, rtol=1e-10)


def test_products_are_those_with_the_jacobian():
    shapes = "W: k x d, x: d"
    W, x = rng().normal(size=(4, 3)), rng(1).normal(size=3)
    u, v = rng(2).normal(size=4), rng(3).normal(size=3)
    J = dv.jacobian("tanh(W*x)", "x", shapes=shapes).function()(W=W, x=x)
    forward = dv.jvp("tanh(W*x)", "x", "v", shapes=shapes).function()
    backward = dv.vjp("tanh(W*x)", "x", "u", shapes=shapes).function()
    np.testing.assert_allclose(forward(W=W, x=x, v=v), J @ v, rtol=1e-12)
    np.testing.assert_allclose(backward(W=W, x=x, u=u), J.T @ u, rtol=1e-12)


def test_no_product_forms_the_matrix():
    source = (
        dv.hessian_vector_product("sum(softplus(X*w))", "w", "v", shapes="X: n x d, w: d")
        .function()
        .source
    )
    assert "diag" not in source
    assert "eye" not in source


def test_a_direction_may_be_an_expression():
    found = dv.directional_derivative("x'*A*x", "x", "2*x", shapes="A: n x n symmetric, x: n")
    A, x = np.diag([1.0, 2.0]), np.array([3.0, -1.0])
    assert found.function()(A=A, x=x) == pytest.approx(4 * x @ A @ x)


def test_a_jacobian_of_a_jacobian_is_of_third_order():
    first = dv.jacobian("tanh(W*x)", "x", shapes="W: k x d, x: d")
    second = dv.jacobian(first, "x")
    assert second.certificate.verdict == "verified"
    whole = second.array_function()
    W, x = rng().normal(size=(4, 3)), rng(1).normal(size=3)
    t = np.tanh(W @ x)
    wanted = np.einsum("i,ij,ik->ijk", -2 * t * (1 - t**2), W, W)
    np.testing.assert_allclose(whole(W=W, x=x), wanted, rtol=1e-10)


def test_a_derivative_of_what_does_not_move_is_zero():
    assert str(dv.jacobian("A*b", "x", shapes="A: n x m, b: m, x: d").result) == "zeros(n, d)"
    assert str(dv.hessian("a'*x", "x", shapes="a: d, x: d").result) == "zeros(d, d)"
    assert str(dv.differential("A", "X", shapes="A: n x m, X: n x n").result) == "zeros(n, m)"


def test_a_hessian_of_a_symmetric_variable_is_the_free_one():
    found = dv.hessian("logdet(S)", "S", shapes="S: n x n spd")
    S = np.array([[2.0, 0.5], [0.5, 1.0]])
    E = np.array([[0.0, 1.0], [0.0, 0.0]])  # not symmetric
    inverse = np.linalg.inv(S)
    np.testing.assert_allclose(found.function()(S, E), -inverse @ E.T @ inverse, rtol=1e-12)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: dv.hessian("X*w", "w", shapes="X: n x d, w: d"), ShapeError, "scalar"),
        (lambda: dv.jvp("X*w", "w", "X", shapes="X: n x d, w: d"), ShapeError, "needed   : d"),
        (lambda: dv.vjp("X*w", "w", "w", shapes="X: n x d, w: d"), ShapeError, "needed   : n"),
        (
            lambda: dv.directional_derivative("X*w", "w", "v", shapes="X: n x d, w: d"),
            ShapeError,
            "use jvp",
        ),
        (lambda: dv.gradient("x^2", "x, x", shapes="x: scalar"), ArgumentError, "given twice"),
        (lambda: dv.gradient("x^2", [], shapes="x: scalar"), ArgumentError, "no variable"),
        (lambda: dv.hessian("x^2", "x, z", shapes="x: scalar"), ArgumentError, "'z'"),
    ],
)
def test_bad_questions_are_told_what_to_do(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize(
    ("function", "wrt", "weights", "shapes"),
    [
        ("A*x - b", "x", "A*x - b", "A: m x n, x: n, b: m"),
        ("x.*x", "x", "x + a", "x: n, a: n"),
        ("X*X*a", "X", "X*a", "X: n x n, a: n"),
        ("softmax(x)", "x", "softmax(x) - y", "x: n, y: n"),
        ("tanh(W*x)", "W", "W*x", "W: k x d, x: d"),
        ("x^3", "x", "log(x)", "x: positive"),
    ],
)
def test_weights_that_hold_the_variable_do_not_move(function, wrt, weights, shapes):
    found = dv.vjp(function, wrt, weights, shapes=shapes)
    assert found.certificate.verdict == "verified"
    fixed = dv.vjp(function, wrt, "held_weights", shapes=shapes)
    rng = np.random.default_rng(3)
    sizes = {"m": 4, "n": 3, "k": 2, "d": 5}
    symbols = {s.name: s for s in elaborate(f"{function}", shapes).symbols}
    symbols |= {s.name: s for s in elaborate(weights, shapes).symbols}
    values = {
        name: rng.uniform(0.5, 1.5, [size_value(n, sizes) for n in s.shape])
        for name, s in symbols.items()
    }
    values = {n: float(v[0, 0]) if v.shape == (1, 1) else v for n, v in values.items()}
    values = {n: v[:, 0] if np.ndim(v) == 2 and v.shape[1] == 1 else v for n, v in values.items()}

    def called(function, symbols):
        return function(**{symbol.name: values[symbol.name] for symbol in symbols})

    weights_at = dv.function(weights, shapes=shapes)
    values["held_weights"] = called(weights_at, elaborate(weights, shapes).symbols)
    direct = called(found.function(), found.trace.arguments)
    np.testing.assert_allclose(direct, called(fixed.function(), fixed.trace.arguments), rtol=1e-12)


def test_a_condition_of_the_weights_stands_on_the_page():
    found = dv.vjp("x^2", "x", "log(x)", shapes="x: scalar")
    assert "where x > 0" in found.text()


@pytest.mark.parametrize("structure", ["symmetric", {"S": "symmetric"}, "low_rank"])
def test_a_structure_of_a_hessian_is_refused_with_what_to_do(structure):
    with pytest.raises(ArgumentError, match="hessian_vector_product along a direction V"):
        dv.hessian("logdet(S)", "S", shapes="S: n x n", structure=structure)


@pytest.mark.parametrize(
    ("function", "first", "second"),
    [
        ("sum(relu(x).^2)", (), ("x != 0 in every entry",)),
        ("sum(huber(x, c))", (), ("abs(x) - c*ones(n) != 0 in every entry",)),
        ("norm2(x)^2", (), ()),
        ("norm2(x)^3", (), ("norm2(x) != 0",)),
        ("norm2(x)^5", (), ()),
    ],
)
def test_a_hessian_names_the_kinks_of_the_gradient(function, first, second):
    shapes = "x: n, c: positive"
    assert dv.gradient(function, "x", shapes=shapes).conditions == first
    assert dv.hessian(function, "x", shapes=shapes).conditions == second
    along = dv.hessian_vector_product(function, "x", "v", shapes=shapes)
    assert along.conditions == second


def test_a_hessian_names_the_gaps_it_divides_by():
    hessian = dv.hessian("tr(A*polar(X))", "X", shapes="X: n x n, A: n x n")
    assert any("distinct" in condition for condition in hessian.conditions)
