"""The array of a linear map: batches as for every compiled function, names, mistakes, files."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import derive as dv
from derive.errors import ArgumentError, ShapeError


def draw(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def run(text):
    space: dict[str, object] = {}
    exec(compile(text, "<text>", "exec"), space)  # noqa: S102 - our own text
    return space["f_array"]


@pytest.mark.parametrize(
    ("batches", "length"),
    [
        (((4,), ()), 2),  # as many as the basis has directions
        (((), (4,)), 2),
        (((4,), ()), 3),
        (((4,), (4,)), 2),
        (((5, 1), (3,)), 2),
        (((5, 3), (3,)), 1),
    ],
)
def test_batch_axes_broadcast_and_lead(batches, length, tmp_path):
    found = dv.hessian("tr(A*X*B*X)", "X", shapes="A: n x n, B: n x n, X: n x n")
    array, shape = found.array_function(), (length, length)
    B = draw(*shape)
    A, X = (draw(*axes, *shape, seed=k) for k, axes in enumerate(batches, 1))
    batch = np.broadcast_shapes(*batches)
    many_A, many_X = (np.broadcast_to(value, (*batch, *shape)) for value in (A, X))
    saved = run(array.save(tmp_path / "saved.py").read_text())
    for function in (array, saved):
        together = function(A=A, X=X, B=B)
        assert together.shape == (*batch, *shape, *shape)
        for at in itertools.product(*map(range, batch)):
            alone = array(A=many_A[at], X=many_X[at], B=B)
            np.testing.assert_allclose(together[at], alone, rtol=1e-12, atol=1e-12)


def test_a_hessian_with_a_constant_for_each_member_of_a_batch():
    array = dv.hessian("tr(A*X*X)", "X", shapes="A: n x n, X: n x n").array_function()
    A, identity = draw(4, 2, 2), np.eye(2)
    found = array(A=A, X=draw(2, 2))
    # d2 tr(AXX) / dX_ij dX_kl = A_li d_jk + A_jk d_il
    wanted = np.einsum("bli,jk->bijkl", A, identity) + np.einsum("bjk,il->bijkl", A, identity)
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


def test_single_precision_stays():
    array = dv.jacobian("X*X'", "X", shapes="X: n x d").array_function()
    assert array(draw(2, 3).astype(np.float32)).dtype == np.float32
    assert array(draw(2, 3)).dtype == np.float64


@pytest.mark.parametrize(
    ("function", "shapes"),
    [("max(X)", "X: n x n"), ("tr(A*X)", "A: n x n, X: n x n"), ("sum(abs(X))", "X: n x n")],
)
def test_a_hessian_that_is_zero_is_a_map_like_any_other(function, shapes):
    found = dv.hessian(function, "X", shapes=shapes)
    point = [draw(2, 2, seed=k) for k in range(shapes.count(":"))]
    assert found.function().arguments[-1] == "dX"
    assert found.function()(*point, draw(2, 2)).tolist() == np.zeros((2, 2)).tolist()
    for array in (found.array_function(), run(found.array_function().source)):
        assert array(*point).tolist() == np.zeros((2, 2, 2, 2)).tolist()
    assert "∂G_ij/∂X_kl = 0 " in str(found.index_form())


def test_a_map_of_a_scalar():
    array = dv.differential("t^2*A", "t", shapes="A: n x m, t: scalar").array_function()
    A = draw(2, 3)
    for function in (array, run(array.source)):
        np.testing.assert_allclose(function(t=1.5, A=A), 3 * A, rtol=1e-12)


NAMES = ["np", "lambda", "range", "f", "basis", "direction", "coefficients"]


@pytest.mark.parametrize("name", NAMES)
def test_a_variable_of_any_name_is_passed_by_position_by_name_and_by_the_name_of_its_argument(
    name, tmp_path
):
    found = dv.jacobian(f"{name}*A*{name}'", name, shapes=f"{name}: n x d, A: d x d")
    array = found.array_function()
    X, A = draw(2, 3), draw(3, 3, seed=1)
    wanted = dv.jacobian("Y*A*Y'", "Y", shapes="Y: n x d, A: d x d").array_function()(Y=X, A=A)
    values = {name: X, "A": A}
    ordered = [values.get(argument, X) for argument in array.arguments]
    saved = array.save(tmp_path / "saved.py").read_text()
    for got in (
        array(**values),
        array(*ordered),
        array(**dict(zip(array.arguments, ordered, strict=True))),
        run(array.source)(*ordered),
        run(saved)(*ordered),
    ):
        np.testing.assert_allclose(got, wanted, rtol=1e-12)


@pytest.mark.parametrize(
    ("values", "error", "words"),
    [
        ({"X": [[1, 2]], "dX": [[1, 2]]}, ArgumentError, "f_array has no argument 'dX'"),
        ({"X": [[1, 2], [3]]}, ArgumentError, "lists of unequal length"),
        ({"X": "text"}, ArgumentError, "is text"),
        ({}, ArgumentError, "f_array needs the argument 'X', 'A'"),
        ({"X": np.ones((0, 2)), "A": np.eye(2)}, ShapeError, "argument X is empty"),
        ({"X": np.ones(2), "A": np.eye(2)}, ShapeError, "argument X must be n x d"),
        ({"X": np.ones((3, 2)), "A": np.eye(3)}, ShapeError, "argument (A|X) must be"),
        ({"X": np.ones((5, 3, 2)), "A": np.ones((4, 2, 2))}, ShapeError, "X: .5,., A: .4,."),
    ],
)
def test_a_mistake_is_told_in_the_words_of_the_caller(values, error, words):
    array = dv.jacobian("X*A*X'", "X", shapes="X: n x d, A: d x d").array_function()
    values = {"A": np.eye(2), **values} if values else values
    with pytest.raises(error, match=words) as caught:
        array(**values)
    if "dX" not in values:
        assert "dX" not in str(caught.value)
