"""A quotient takes up the sum that it is subtracted from, so that no digits cancel."""

from __future__ import annotations

import numpy as np
import pytest

import derive as dv

FORMS = [
    ("x/sqrt(1 + x^2)", "x", "x: scalar", "(1 + x^2)^(-3/2)"),
    ("norm2(w)^2/(lam + norm2(w)^2)", "w", "w: d, lam: positive",
     "2*lam/(lam + norm2(w)^2)^2*w"),
    ("x/(1 + abs(x))", "x", "x: scalar", "(1 + abs(x))^(-2)"),
    ("sum(x./(ones(n) + abs(x)))", "x", "x: n", "(ones(n) + abs(x)).^(-2)"),
    ("a*x/(1 + x) + 3*x", "x", "x: positive, a: scalar", "a/(1 + x)^2 + 3"),
    ("arctan(1/x)", "x", "x: scalar", "-1/(x^2 + 1)"),
    ("(nu + d)/2*log(1 + x'*x/nu)", "x", "x: d, nu: positive", "(nu + d)/(nu + x'*x)*x"),
    ("exp(x - y)*exp(y - x)", "x", "x: scalar, y: scalar", "0"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrt", "shapes", "expected"), FORMS)
def test_a_quotient_takes_up_what_it_is_subtracted_from(text, wrt, shapes, expected):
    assert dv.gradient(text, wrt, shapes=shapes).result == dv.parse(expected, shapes=shapes)


FAR_OUT = [
    ("x/sqrt(1 + x^2)", 1e9, 1e-27),
    ("x/(1 + abs(x))", 1e17, 1e-34),
    ("x^2/(3 + x^2)", 1e8, 6e-24),
]


@pytest.mark.parametrize(("text", "at", "expected"), FAR_OUT)
def test_a_compiled_derivative_keeps_its_digits(text, at, expected):
    assert dv.gradient(text, "x", shapes="x: scalar").function()(at) == pytest.approx(expected)


def test_the_second_derivative_of_a_rounded_modulus_keeps_its_digits():
    text, shapes = "sum(sqrt(ones(n) + (x - y).^2/a^2) - ones(n))", "x: n, y: n, a: positive"
    compiled = dv.hessian(text, "x", shapes=shapes).function()
    found = compiled(x=np.array([1e9]), y=np.zeros(1), a=1.0)
    assert found == pytest.approx(np.array([[1e-27]]), rel=1e-9, abs=0)
