"""The same loss in plain SymPy, in our functions and as text has the same gradient."""

from __future__ import annotations

import random

import pytest
import sympy as sp
from random_expressions import SIZES, Generator, is_wrong

import derive as dv
from derive.language.canonical import same
from derive.language.sympy_in import from_sympy
from derive.language.sympy_out import to_sympy

n, d, k = sp.symbols("n d k", integer=True, positive=True)
X, A, S = sp.MatrixSymbol("X", n, d), sp.MatrixSymbol("A", d, d), sp.MatrixSymbol("S", d, d)
w, a, y = sp.MatrixSymbol("w", d, 1), sp.MatrixSymbol("a", d, 1), sp.MatrixSymbol("y", n, 1)
W, b, z = sp.MatrixSymbol("W", n, d), sp.Symbol("b"), sp.Symbol("z")
SHAPES = "X: n x d, A: d x d, S: d x d, w: d, a: d, y: n, W: n x d, b: scalar"

# plain SymPy, our functions on SymPy symbols, text, variable
LOSSES = [
    (
        sp.Trace((X * w - y).T * (X * w - y)),
        dv.dot(X * w - y, X * w - y),
        "(X*w - y)'*(X*w - y)",
        w,
    ),
    ((w.T * A * w)[0, 0], dv.dot(w, A * w), "w'*A*w", w),
    (sp.exp((w.T * A * w)[0, 0]), dv.exp(dv.dot(w, A * w)), "exp(w'*A*w)", w),
    (sp.log(sp.Determinant(S)), dv.log(dv.det(S)), "log(det(S))", S),
    (sp.Trace(A * S) + sp.Trace(S), dv.trace(A * S) + dv.trace(S), "tr(A*S) + tr(S)", S),
    (sp.Trace(sp.Inverse(S) * A), dv.trace(dv.inv(S) * A), "tr(inv(S)*A)", S),
    (sp.sqrt(sp.Trace(X.T * X)), dv.sqrt(dv.trace(X.T * X)), "sqrt(tr(X'*X))", X),
    (
        sp.Trace(sp.HadamardProduct(X, W).T * W),
        dv.dot(dv.hadamard(X, W), W),
        "tr((X.*W)'*W)",
        W,
    ),
    (
        sp.Trace(X.T * W.applyfunc(sp.Lambda(z, sp.tanh(z)))),
        dv.trace(X.T * dv.tanh(W)),
        "tr(X'*tanh(W))",
        W,
    ),
    (
        b**3 * sp.sin(b) + sp.log(1 + b**2),
        b**3 * dv.sin(b) + dv.log(1 + b**2),
        "b^3*sin(b) + log(1 + b^2)",
        b,
    ),
    ((a.T * w)[0, 0] ** 2 / 2, dv.dot(a, w) ** 2 / 2, "(a'*w)^2/2", w),
    (sp.Trace(S**3), dv.trace(S**3), "tr(S^3)", S),
]


@pytest.mark.parametrize(("plain", "ours", "text", "variable"), LOSSES, ids=lambda v: str(v)[:30])
def test_three_ways_in_one_gradient_out(plain, ours, text, variable):
    by_sympy = dv.gradient(plain, variable)
    by_us = dv.gradient(ours, variable)
    by_text = dv.gradient(text, variable.name, shapes=SHAPES)
    assert by_sympy.certificate.verdict == "verified"
    assert same(by_sympy.expression, by_text.expression)
    assert same(by_us.expression, by_text.expression)


def test_random_losses_survive_the_way_through_sympy():
    wrong = []
    for seed in range(80):
        generator = Generator(seed + 50_000)
        function = generator.make((1, 1), generator.rng.randint(2, 4))
        moving = [s for s in function.symbols if "integer" not in s.facts]
        if not moving:
            continue
        variable = generator.pick(sorted(moving, key=lambda s: s.name))
        again = from_sympy(to_sympy(function))
        twin = next((s for s in again.symbols if s.name == variable.name), None)
        if twin is None:
            continue
        result = dv.gradient(to_sympy(function), to_sympy(variable)).expression
        if is_wrong(again, twin, result, SIZES[seed % 3], random.Random(seed)):
            wrong.append(seed)
    assert not wrong
