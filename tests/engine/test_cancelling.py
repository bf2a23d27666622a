"""Terms that cancel meet, however the author wrote them."""

from __future__ import annotations

import pytest

import derive as dv
from derive.asking import elaborate
from derive.engine.expansion import is_identity
from derive.engine.factor import factored

FORMS = [
    ("(m-b)*(1+erf((m-b)/(s*sqrt(2))))/2 + s*exp(-((m-b)/s)^2/2)/sqrt(2*pi)", "m",
     "m: scalar, b: scalar, s: positive", "1/2*(1 + erf((m - b)/(s*sqrt(2))))"),
    ("(m-b)/2*(1+erf((m-b)/(sqrt(2)*s))) + s/sqrt(2*pi)*exp(-(m-b)^2/(2*s^2))", "s",
     "m: scalar, b: scalar, s: positive", "exp(-(m - b)^2/(2*s^2))*(2*pi)^(-1/2)"),
    ("softmax(a)'*(log(softmax(a)) - log(softmax(b)))", "a", "a: n, b: n",
     "softmax(a).*(log(softmax(a)) - log(softmax(b)))"
     " - (log(softmax(a))'*softmax(a) - log(softmax(b))'*softmax(a))*softmax(a)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrt", "shapes", "expected"), FORMS)
def test_terms_that_cancel_meet(text, wrt, shapes, expected):
    assert repr(dv.gradient(text, wrt, shapes=shapes)).split("    #")[0] == expected


def test_a_radial_part_that_is_zero_is_left_out_on_the_sphere():
    shapes = "x: n, A: n x n symmetric, B: n x n spd"
    found = dv.gradient("x'*A*x/(x'*B*x)", "x", shapes=shapes, structure="sphere")
    assert repr(found).split("    #")[0] == "2/(x'*B*x)*(A - (x'*A*x)/(x'*B*x)*B)*x"


def test_a_constant_cancels_with_its_mean_on_the_simplex():
    shapes = "p: n positive, q: n positive"
    found = dv.gradient("sum(p.*(log(p)-log(q)))", "p", shapes=shapes, structure="simplex")
    expected = "log(p) - log(q) - sum(log(p) - log(q))/n*ones(n)"
    assert repr(found).split("    #")[0] == expected


def test_a_term_that_stands_twice_is_dropped_once():
    shapes = "x: n, a: n, b: n, c: n"
    node = elaborate("x.*(a + b + a) - x.*(a + c)", shapes)
    expected = elaborate("x.*a + x.*b - x.*c", shapes)
    assert is_identity(factored(node), expected)
