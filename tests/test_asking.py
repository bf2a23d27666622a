"""Three ways in, one meaning."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

import derive as dv
from derive.asking import elaborate, elaborate_all, symbol_of
from derive.errors import ArgumentError, DeclarationError, ReadError
from derive.language.canonical import canonical
from derive.language.expression import number

n, d = dv.dims("n d")
X, w, y = dv.matrix("X", n, d), dv.vector("w", d), dv.vector("y", n)
S = dv.matrix("S", d, d, spd=True)
lam, a = dv.scalar("lam", positive=True), dv.scalar("a")
SHAPES = "X: n x d, w: d, y: n, lam: positive, a: scalar, S: d x d spd"

SPELLINGS = {
    "ridge": (
        dv.norm(X * w - y) ** 2 / 2 + lam * dv.norm(w) ** 2 / 2,
        "1/2*norm2(X*w - y)^2 + lam/2*norm2(w)^2",
    ),
    "ridge by products": (
        ((X * w - y).T * (X * w - y)) / 2 + lam * w.T * w / 2,
        "(X*w - y)'*(X*w - y)/2 + lam/2*w'*w",
    ),
    "logistic": (
        dv.total(dv.softplus(X * w)) - y.T * X * w,
        "sum(softplus(X*w)) - y'*X*w",
    ),
    "gaussian": (
        -dv.logdet(S) / 2 - w.T * S.inv() * w / 2,
        "-1/2*logdet(S) - 1/2*w'*inv(S)*w",
    ),
    "rayleigh": ((w.T * S * w) / (w.T * w), "w'*S*w/(w'*w)"),
    "cross-entropy": (dv.logsumexp(X * w) - a * dv.total(y), "logsumexp(X*w) - a*sum(y)"),
    "ridge matrix": (X.T * X + lam * dv.eye(d), "X'*X + lam*eye(d)"),
    "elementwise": (dv.hadamard(y, dv.tanh(X * w)), "y.*tanh(X*w)"),
    "elementwise quotient": (dv.hadamard_quotient(y, dv.exp(X * w)), "y./exp(X*w)"),
    "elementwise power": (dv.hadamard_power(w, 3), "w.^3"),
    "mean": (dv.mean(y), "sum(y)/n"),
    "polynomial": (a**2 + 2 * a + 1, "a^2 + 2*a + 1"),
    "one minus": (1 - a, "1 - a"),
    "sigmoid": (1 / (1 + sympy.exp(-a)), "1/(1 + exp(-a))"),
    "gamma": (dv.loggamma(lam) - dv.digamma(lam), "loggamma(lam) - digamma(lam)"),
    "diag": (dv.diag(w) * S * dv.diag(w), "diag(w)*S*diag(w)"),
    "trace": (dv.trace(S * X.T * X), "tr(S*X'*X)"),
    "softmax": (dv.softmax(w), "softmax(w)"),
    "rows": (dv.rowsoftmax(X), "rowsoftmax(X)"),
    "outer": (dv.outer(y, w), "y*w'"),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_sympy_and_text_mean_the_same_up_to_order(name):
    expr, text = SPELLINGS[name]
    assert canonical(elaborate(expr)) is canonical(elaborate(text, SHAPES))


@pytest.mark.parametrize("name", SPELLINGS)
def test_parse_gives_the_sympy_form(name):
    text = SPELLINGS[name][1]
    parsed = dv.parse(text, SHAPES)
    assert isinstance(parsed, sympy.Expr)
    assert canonical(elaborate(parsed)) is canonical(elaborate(text, SHAPES))


def test_nodes_numbers_and_derivations_come_in_too():
    node = elaborate("w'*w", SHAPES)
    assert elaborate(node) is node
    assert elaborate(3) is number(3)
    g = dv.gradient("w'*w/2", "w", shapes=SHAPES)
    assert elaborate(g) is g.expression


def test_a_name_has_one_meaning_in_all_expressions_of_a_question():
    with pytest.raises(DeclarationError, match=r"scalar[\s\S]*positive"):
        elaborate_all([dv.scalar("b"), dv.scalar("b", positive=True)])
    with pytest.raises(DeclarationError, match="a size"):
        elaborate_all([dv.vector("v", sympy.Symbol("a")), a])
    size = sympy.Symbol("n")
    scaled, vector = elaborate_all([size * a, dv.vector("v", size)])
    assert scaled.args[0].op == "size" or scaled.args[1].op == "size"
    assert vector.shape[1] == 1


def test_the_variable_may_be_a_name_a_symbol_or_a_node():
    f = elaborate("w'*S*w", SHAPES)
    found = {symbol_of(wrt, f) for wrt in ("w", " w ", w, elaborate(w))}
    assert len(found) == 1
    assert symbol_of("y", f, SHAPES).name == "y"


@pytest.mark.parametrize("wrt", ["q", "", "w + w", w + w, 2 * w, 3, None, w.T * w])
def test_what_is_no_symbol_is_no_variable(wrt):
    with pytest.raises(ArgumentError):
        symbol_of(wrt, elaborate("w'*w", SHAPES))


@pytest.mark.parametrize(
    ("name", "function"), [("λ", "λ*w'*w"), ("Σ_1", "tr(Σ_1*A)"), ("x₁", "x₁'*x₁"), ("θ", "θ^2")]
)
def test_the_variable_may_be_named_as_it_is_written_in_the_text(name, function):
    shapes = "λ: scalar, w: d, Σ_1: n x n, A: n x n, x₁: d, θ: scalar"
    assert dv.gradient(function, name, shapes=shapes).certificate.verdict == "verified"


def test_a_variable_declared_otherwise_is_refused():
    with pytest.raises(DeclarationError, match=r"w is used in two ways"):
        symbol_of(dv.vector("w", d, positive=True), elaborate(w.T * w))
    with pytest.raises(DeclarationError, match="n"):
        symbol_of(dv.vector("w", n), elaborate(w.T * w))


def test_declare_gives_symbols_and_sizes():
    s = dv.declare(SHAPES)
    assert s.X == X
    assert s.lam == lam
    assert s.S.facts == S.facts
    assert (s.n, s.d) == (n, d)
    with pytest.raises(ReadError):
        dv.declare("X: n y d")


def test_functions_share_names_and_work():
    f = dv.function([w.T * w, "2*w"], shapes=SHAPES)
    value, slope = f([1.0, 2.0])
    assert value == 5
    np.testing.assert_allclose(slope, [2, 4])
    by_name = dv.function({"loss": a**2, "slope": 2 * a})
    assert by_name(3.0) == (9, 6)
    assert dv.function("a*lam", shapes=SHAPES, arguments=["lam", "a"])(lam=2.0, a=3.0) == 6
    assert dv.function(a**2, arguments=[a])(3.0) == 9
    with pytest.raises(ArgumentError, match="'q'"):
        dv.function(a**2, arguments=["q"])
    with pytest.raises(ArgumentError):
        dv.function([])


def test_a_derivation_compiles_beside_other_expressions():
    g = dv.gradient(a**3, a)
    assert dv.function([a**3, g])(2.0) == (8, 12)
