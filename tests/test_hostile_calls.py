"""Calls that are wrong on purpose: an error of the library that says what to do."""

from __future__ import annotations

import pytest

import derive as dv
from derive.derivation import Derivation

d = dv.dims("d")
x = dv.scalar("x")
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
    (lambda: dv.gradient("w'*w", "w", shapes=7), dv.ArgumentError, "shapes are a text"),
]


@pytest.mark.parametrize(("call", "error", "words"), CALLS, ids=[words for *_, words in CALLS])
def test_a_wrong_call_is_told_what_to_do(call, error, words):
    with pytest.raises(error, match=words):
        call()


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
