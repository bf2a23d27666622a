"""Calls that are wrong on purpose: an error of the library that says what to do."""

from __future__ import annotations

import numpy as np
import pytest

import derive as dv
from derive.derivation import Derivation

d = dv.dims("d")
x = dv.scalar("x")
n = dv.dims("n")
w, y, X = dv.vector("w", d), dv.vector("y", n), dv.matrix("X", n, d)
CALLS = [
    (lambda: dv.dims(None), dv.ArgumentError, "dims needs names"),
    (lambda: dv.dims(5), dv.ArgumentError, "dims needs names"),
    (lambda: dv.minimize("x", over=None), dv.ArgumentError, "over needs"),
    (lambda: dv.minimize("x", over="x", subject_to=3), dv.ArgumentError, "subject_to needs"),
    (lambda: dv.vector("w", "d"), dv.DeclarationError, r'd = dims\("d"\)'),
    (lambda: dv.scalar("a", postive=True), dv.DeclarationError, "did you mean positive"),
    (lambda: dv.entropy("Norml(0, 1)"), dv.NameUnknownError, "did you mean Normal"),
    (lambda: dv.distribution("gama"), dv.ArgumentError, "did you mean Gamma"),
    (lambda: dv.taylor_series("w", ["w"], shapes="w: d"), dv.ArgumentError, "as one name: w"),
    (lambda: dv.gradient("w*w", "w", shapes={"w": d}), dv.ArgumentError, "n x d"),
    (
        lambda: dv.gradient("norm2(w)^2", "W", shapes="w: d"),
        dv.ArgumentError,
        "'W' is not declared(.|\n)*did you mean w?",
    ),
    (lambda: dv.hessian("X*w", "w", shapes="X: n x d, w: d"), dv.ShapeError, "^a Hessian needs"),
    (lambda: dv.hessian_vector_product(X * w, w, "v"), dv.ShapeError, "^a Hessian needs"),
    (lambda: dv.stationary_point(X * w, w), dv.ShapeError, "^a stationary point needs"),
    (lambda: dv.gradient(X * w, w), dv.ShapeError, r"part\(f, i, j, 1, 1\)"),
    (
        lambda: dv.function("y - X*w", "X: n x d, w: d, y: n")(
            np.ones(2), np.ones((3, 2)), np.ones(2)
        ),
        dv.ShapeError,
        r"n = 2 in y of shape \(2,\)\n  call as  : f\(y, X, w\)",
    ),
    (
        lambda: dv.function("sum(y.*(X*w))", "X: n x d, w: d, y: n")(
            np.ones((3, 2)), np.ones(2), np.ones(3)
        ),
        dv.ShapeError,
        r"call as  : f\(y, X, w\)",
    ),
    (lambda: dv.dims("n", "d"), TypeError, r'write dims\("n d"\)'),
    (lambda: w**2, dv.ShapeError, r"hadamard_power\(w, 2\).*norm\(w\)\*\*2"),
    (lambda: y * X, dv.ShapeError, r"y.T\*X, or diag\(y\)\*X"),
    (lambda: (X * w) * y, dv.ShapeError, r"cannot multiply X\*w .*\n.*hadamard\(X\*w, y\)"),
    (lambda: np.exp(X * w), TypeError, r"write dv.exp\(X\*w\)"),
    (lambda: np.sum(w), TypeError, r"write dv.total\(w\)"),
    (lambda: np.add(w, w), TypeError, "the sign itself"),
    (lambda: np.linalg.norm(w), TypeError, r"dv.norm\(w\)"),
    (lambda: np.ones(3) * w, TypeError, "got ndarray"),
    (lambda: dv.sum, AttributeError, r"derive.total\(x\)"),
    (lambda: dv.tr, AttributeError, r"derive.trace\(A\)"),
    (lambda: dv.norm1, AttributeError, r"derive.norm\(x, 1\)"),
    (lambda: dv.grad, AttributeError, r"derive.gradient\(f, x\)"),
    (lambda: dv.hesian, AttributeError, "did you mean hessian"),
    (lambda: dv.gradient("w'*w", "w", shapes=7), dv.ArgumentError, "shapes are a text"),
]


@pytest.mark.parametrize(("call", "error", "words"), CALLS, ids=[words for *_, words in CALLS])
def test_a_wrong_call_is_told_what_to_do(call, error, words):
    with pytest.raises(error, match=words):
        call()


ENTRIES = [sum, list, max, min, np.array, iter, lambda v: [*v]]


@pytest.mark.parametrize("expression", [w, X, 2 * w, dv.exp(w), X * w, w.T], ids=str)
@pytest.mark.parametrize("listing", ENTRIES)
def test_entries_of_sizes_by_name_are_not_listed(listing, expression):
    # SymPy's items have no end where a size is a name, so a loop over them would not end
    with pytest.raises(TypeError, match=r"dv\.total\("):
        listing(expression)
    with pytest.raises(TypeError, match="not iterable"):
        assert 1 in expression


def test_entries_of_sizes_by_number_are_listed():
    v, A = dv.vector("v", 3), dv.matrix("A", 2, 2)
    assert list(v) == [v[0, 0], v[1, 0], v[2, 0]]
    assert list(A) == [A[0, 0], A[0, 1], A[1, 0], A[1, 1]]
    assert np.array(v).shape == (3, 1)


def test_numbers_of_numpy_stand_on_either_side():
    two = np.float64(2)
    assert two * w == w * two == 2.0 * w
    assert two + w.T * w == w.T * w + two
    assert (two == w, two != w) == (False, True)


def test_a_name_that_is_not_there_is_no_attribute():
    assert not hasattr(dv, "sum") and not hasattr(dv, "_repr_html_")
    assert getattr(dv, "tr", None) is None


def test_shapes_may_be_a_mapping():
    shapes = {"X": "n x d", "w": "d", "y": "n", "lam": "positive"}
    text = ", ".join(f"{name}: {shape}" for name, shape in shapes.items())
    f = "norm2(X*w - y)^2/2 + lam*norm2(w)^2"
    assert dv.gradient(f, "w", shapes=shapes) == dv.gradient(f, "w", shapes=text)
    assert dv.gradient("2*x", "x", shapes={"x": "scalar"}).result == 2
    assert dv.declare({"w": "3"}).w.shape == (3, 1)


@pytest.mark.parametrize("method", ["function", "latex"])
def test_a_notebook_shows_a_derivation_whatever_cannot_be_written(monkeypatch, method):
    found = dv.gradient("x^2", "x", shapes="x: scalar")

    def refuse(self, *arguments, **named):
        raise dv.DomainError("no form")

    monkeypatch.setattr(Derivation, method, refuse)
    assert found._repr_mimebundle_()["text/plain"] == repr(found)
    if method == "function":
        assert found.as_dict()["numpy"] is None
        assert found.markdown()
