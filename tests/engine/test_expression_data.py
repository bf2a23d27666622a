"""Expressions as data: what goes out comes back, and nothing else is read."""

from __future__ import annotations

import json

import pytest
import sympy

from derive.engine.expression_data import from_data, to_data
from derive.errors import NoRuleError

A, X = sympy.Symbol("a", positive=True, real=True), sympy.Symbol("x", real=True)


@pytest.mark.parametrize(
    "expr",
    [
        X**2 * sympy.exp(-A * X) / 3,
        sympy.log(A) + sympy.pi * sympy.sqrt(A),
        sympy.erf(X / sympy.sqrt(2)) - sympy.gamma(A + 1),
        sympy.oo,
        -sympy.oo,
        sympy.atan(X) + sympy.Abs(X - 1),
    ],
    ids=str,
)
def test_an_expression_comes_back_as_it_was(expr):
    assert from_data(json.loads(json.dumps(to_data(expr)))) == expr


def test_what_the_table_does_not_hold_is_refused():
    with pytest.raises(NoRuleError):
        to_data(sympy.Piecewise((X, X > 0), (0, True)))
    with pytest.raises(NoRuleError):
        from_data(["__import__", ["constant", "pi"]])
