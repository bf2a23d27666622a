"""Computational graphs: tables, adjoints as gradients, and what is refused."""

from __future__ import annotations

import re

import numpy as np
import pytest

import derive as dv
from derive.errors import ArgumentError, NoRuleError, RefutedError, ShapeError

GRAPHS = {
    "least_squares": ("norm2(X*w - y)^2/2", "w", "X: n x d, w: d, y: n"),
    "shared_node": ("sin(x*y)*(x*y) + x", None, "x: scalar, y: scalar"),
    "two_layers": ("y'*log(softmax(W*tanh(V*x)))", "W, V", "W: k x h, V: h x d, x: d, y: k"),
    "quotient": ("a'*w/(norm2(a)*norm2(w))", None, "a: d, w: d"),
    "logistic": (
        "sum_i(log(1 + exp(-y_i*x_i'*w))) + lam/2*norm2(w)^2",
        "w",
        "x_i: d, y_i: sign, i: 1..n, w: d, lam: positive",
    ),
    "pairs": ("sum_i(sum_j(exp(x_i'*x_j)))", "x", "x_i: d, i: 1..n, j: 1..n"),
    "residuals": ("log(sum_i(((X*w)[i] - y_i)^2))", "w", "X: n x d, w: d, y: n"),
    "log_determinant": ("logdet(S) + c'*inv(S)*c", "S", "S: n x n, c: n"),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_the_graph_is_the_one_on_file(name, golden):
    expression, wrt, shapes = GRAPHS[name]
    graph = dv.computational_graph(expression, wrt, shapes=shapes)
    assert graph.certificate.verdict == "verified"
    golden(f"computational_graph/{name}.txt", f"{graph.table()}\n\n{graph.text()}")
    golden(f"computational_graph/{name}.dot", graph.dot())


@pytest.mark.parametrize("name", GRAPHS)
def test_the_adjoints_of_the_symbols_are_the_gradients(name):
    expression, wrt, shapes = GRAPHS[name]
    graph = dv.computational_graph(expression, wrt, shapes=shapes)
    names = [vertex.name.name for vertex in graph.vertices if vertex.is_symbol]
    assert set(names) == set((wrt or ", ".join(names)).split(", "))
    wanted = [v.name for v in graph.trace.arguments if v.name in names]
    order = (wrt or ", ".join(wanted)).split(", ")
    gradient = dv.gradient(expression, order, shapes=shapes)
    sizes, rng = {"n": 3, "d": 4, "k": 2, "h": 5, "1": 1}, np.random.default_rng(0)
    values = {
        symbol.name: rng.uniform(0.5, 1.5, [sizes[str(s)] for s in symbol.shape])
        for symbol in graph.trace.arguments
    }
    values = {k: v + 3 * np.eye(3) if k == "S" else v for k, v in values.items()}
    values = {k: v[:, 0] if v.shape[1] == 1 else v for k, v in values.items()}
    values = {k: v[0] if v.shape == (1,) else v for k, v in values.items()}
    one, other = graph.function()(**values), gradient.function()(**values)
    several = len(order) > 1
    for mine, theirs in zip(one if several else [one], other if several else [other], strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-12)


def test_a_node_with_two_users_stands_once_and_sums_their_adjoints():
    graph = dv.computational_graph("exp(x)*sin(exp(x))", shapes="x: scalar")
    table = graph.table(unicode=False)
    assert len(re.findall(r"^v\d", table, re.MULTILINE)) == 3
    (line,) = (line for line in table.splitlines() if line.startswith("v1"))
    assert line.endswith("v1_bar = v2 v3_bar + cos(v1) v2_bar")


def test_names_of_nodes_keep_clear_of_the_names_of_the_question():
    graph = dv.computational_graph("v1*sin(v1) + u", shapes="v1: scalar, u: scalar")
    assert {v.name.name for v in graph.vertices if not v.is_symbol} == {"q1", "q2", "q3"}


def test_a_symbol_alone_is_a_graph():
    graph = dv.computational_graph("x", shapes="x: scalar")
    assert graph.table(unicode=False).splitlines()[1].split()[-1] == "1"


def test_what_is_no_graph_is_refused():
    with pytest.raises(ShapeError, match="needs a scalar"):
        dv.computational_graph("X*w", shapes="X: n x d, w: d")
    with pytest.raises(ArgumentError, match="nothing varies"):
        dv.computational_graph("3", shapes="")
    with pytest.raises(ArgumentError, match="does not occur"):
        dv.computational_graph("x^2", "z", shapes="x: scalar")
    with pytest.raises(ArgumentError, match="nothing varies"):
        dv.computational_graph("x^2", "z", shapes="x: scalar, z: scalar")


def test_a_wrong_adjoint_is_refuted(monkeypatch):
    from derive.engine import graph as engine

    right = engine.transposed
    monkeypatch.setattr(
        engine,
        "transposed",
        lambda linear, adjoint, moving: [(n, -1 * a) for n, a in right(linear, adjoint, moving)],
    )
    with pytest.raises(RefutedError):
        dv.computational_graph("sin(x)^3", shapes="x: scalar")


def test_a_node_without_a_rule_is_named(monkeypatch):
    from derive.engine import graph as engine

    def no_rule(node, variables):
        raise NoRuleError(f"no differential is known for {node.op!r}")

    monkeypatch.setattr(engine, "rule_for", no_rule)
    with pytest.raises(NoRuleError, match="'pow'"):
        dv.computational_graph("x^2", shapes="x: scalar")


def test_an_adjoint_through_a_power_with_a_named_exponent_is_a_closed_sum():
    shapes = "X: n x n, a: n, b: n, k: positive integer"
    graph = dv.computational_graph("a'*X^k*b", "X", shapes=shapes)
    assert graph.certificate.verdict == "verified"
    assert dv.equal(graph, dv.gradient("a'*X^k*b", "X", shapes=shapes)).decision == "proved"
