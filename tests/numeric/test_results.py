"""What comes back: memory of its own, floats for scalars; what is refused on the way."""

from __future__ import annotations

import importlib.util
import itertools

import numpy as np
import pytest

import derive as dv
from derive.errors import DomainError, ShapeError


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


OWN = [
    ("x", {"x": "scalar"}, np.ones(3)),
    (["log(x)", "x"], {"x": "scalar"}, np.ones(3)),
    (["2*x", "2*x"], {"x": "scalar"}, np.ones(3)),
    ("x", {"x": "1"}, np.ones(3)),
    ("x", {"x": "1 x 1"}, np.ones(3)),
    (["x", "x"], {"x": "n"}, np.ones(3)),
    (["x", "x'"], {"x": "n"}, np.ones((2, 3))),
    (["x'*x", "(x'*x)'", "x'"], {"x": "n x k"}, np.ones((3, 2))),
    (["exp(x)", "exp(x)'", "diag(x)"], {"x": "n x n"}, np.ones((2, 2, 2))),
]


@pytest.mark.parametrize(("texts", "shapes", "at"), OWN)
def test_every_result_has_memory_of_its_own(texts, shapes, at, tmp_path):
    f = dv.function(texts, shapes)
    saved = getattr(load(f.save(tmp_path / "saved.py")), f.name)
    for function in (f, saved):
        results = function(at)
        results = results if isinstance(results, tuple) else (results,)
        for one, other in itertools.combinations((at, *results), 2):
            assert not np.shares_memory(one, other)
        for result in results:
            result += 1.0
    assert at.min() == at.max() == 1.0


def test_a_gradient_that_is_its_argument_does_not_share_memory():
    at = np.ones(3)
    gradient = dv.gradient("x^2/2", "x", shapes="x: scalar").function()(at)
    gradient += 1
    assert at.tolist() == [1.0, 1.0, 1.0]


def test_scalars_are_floats():
    for text, at in (("trigamma(x)", 2.0), ("log(x)", 0.0), ("abs(x)", 0.0), ("x", np.array(1.0))):
        result = dv.function(text, "x: scalar")(at)
        assert isinstance(result, float), text
    logarithm, itself = dv.function(["log(x)", "x"], "x: scalar")(0.0)
    assert isinstance(logarithm, float)
    assert isinstance(itself, float)


@pytest.mark.parametrize("name", ["n", "n0", "length", "axis", "r0", "A0"])
def test_no_name_of_an_argument_disturbs_the_check_of_shapes(name):
    f = dv.function(f"sum(A) + sum({name}) + trace(B)", f"A: p x q, {name}: p x r, B: 2 x 2")
    values = np.ones((2, 3)), np.eye(2)
    assert f(A=values[0], B=values[1], **{name: np.ones((2, 4))}) == 16.0
    for wrong in ((5, 4), (2,), (1, 4)):
        with pytest.raises(ShapeError, match=f"argument {name}"):
            f(A=values[0], B=values[1], **{name: np.ones(wrong)})


SKEW = np.array([[1.0, 0.5], [0.0, 1.0]])


@pytest.mark.parametrize(
    "S",
    [
        [SKEW, 1e9 * np.eye(2)],
        [[1e9, 0, 0], [0, 1, 0.5], [0, 0, 1]],
        1e-9 * SKEW,
        np.block([[1e9 * np.eye(80), np.zeros((80, 2))], [np.zeros((2, 80)), SKEW]]),
    ],
    ids=["batch", "scales", "small", "large"],
)
def test_each_entry_must_be_symmetric_on_its_own_scale(S):
    f = dv.function("inv(S)", "S: n x n spd")
    with pytest.raises(DomainError, match="not symmetric"):
        f(np.array(S, dtype=float))


def test_rounding_is_no_asymmetry():
    scale = np.diag([1e-6, 1.0, 1e6])
    S = scale @ np.array([[1, 0.5 + 1e-12, 0.25], [0.5, 1, 0.5], [0.25, 0.5, 1]]) @ scale
    f = dv.function("inv(S)", "S: n x n spd")
    for at in (S, np.stack([S, np.eye(3)])):
        result = f(at).reshape(-1, 3, 3)[0]
        np.testing.assert_allclose(scale @ result @ scale @ (S / np.outer(*2 * [scale.diagonal()])),
                                   np.eye(3), atol=1e-9)  # fmt: skip


def test_a_batch_may_be_empty():
    for text in ("inv(S)", "logdet(S)*S", "inv(S)*S*inv(S)"):
        assert dv.function(text, "S: n x n spd")(np.zeros((0, 2, 2))).shape == (0, 2, 2)
        assert dv.function(text, "S: n x n spd")(np.zeros((0, 70, 70))).shape == (0, 70, 70)


def test_constants_on_the_diagonal_of_a_batch():
    f = dv.function("diag(abs(ones(d))) - D", "D: d x d")
    assert f(np.ones((2, 3, 3))).tolist() == 2 * [(np.eye(3) - 1).tolist()]


def test_an_argument_may_be_called_self():
    f = dv.function("2*self", "self: scalar")
    assert f(self=3.0) == f(3.0) == 6.0
    assert f(self=[1.0, 2.0]).tolist() == [2.0, 4.0]
