"""Abbreviations: text as long as the graph of an expression, not as its tree."""

from __future__ import annotations

import pytest

import derive as dv
from derive.engine.naming import substituted
from derive.language.expression import number, symbol
from derive.language.functions import dot, elementwise, postorder, total
from derive.language.sizes import Size
from derive.reading import parse
from derive.writing.abbreviations import LONGEST, abbreviated, used_definitions
from derive.writing.lines import roots_of
from derive.writing.plain import plain

n = Size.named("n")
W, x = symbol("W", (n, n)), symbol("x", (n, 1))


def network(depth, residual):
    """Layers h = tanh(W h), with or without a way around each."""
    h = x
    for _ in range(depth):
        h = elementwise("tanh", W @ h) + (h if residual else number(0) * h)
    return dv.gradient(total(h), W)


@pytest.fixture(scope="module")
def blocks():
    return network(8, residual=True)


def test_short_formulas_stay_as_they_are():
    trace = network(2, residual=True).trace
    assert abbreviated(trace) is trace


def test_a_long_formula_is_written_in_names(blocks):
    assert len(repr(blocks)) < LONGEST
    assert "with h1 = tanh(W*x)" in repr(blocks)
    assert len(blocks.text(detail="result")) < LONGEST
    assert "with h₁ = tanh(Wx)" in blocks.text(detail="result")
    assert r"\mathbf{h}_1 &= \tanh(\mathbf{W}\mathbf{x})" in blocks.latex(detail="result")
    assert max(map(len, blocks.question.splitlines())) < LONGEST


@pytest.mark.parametrize("depth", [12, 24])
def test_what_is_printed_grows_no_faster_than_the_graph(depth):
    trace = abbreviated(network(depth, residual=True).trace, "result")
    written = [*(node for _, node in trace.results), *(m for _, m in used_definitions(trace))]
    nodes = len(postorder(*(node for _, node in trace.results), *dict(trace.definitions).values()))
    assert sum(len(plain(node)) for node in written) < 20 * nodes


def test_the_names_put_in_again_give_the_answer(blocks):
    trace = abbreviated(blocks.trace, "result")
    ((_, node),) = trace.results
    for name, meaning in reversed(used_definitions(trace)):
        node = substituted(node, {name: meaning})
    assert not node.symbols - {W, x}
    point = {"W": [[0.3, -0.2], [0.1, 0.4]], "x": [0.5, -0.7]}
    assert numeric(node, point) == pytest.approx(blocks.function()(**point), rel=1e-12)


def numeric(node, point):
    """The value of a matrix expression by the compiled gradient of <node, W> held constant."""
    probe = symbol("P", node.shape)
    found = dv.gradient(dot(probe, node), probe)
    return found.function()(**point, P=[[0.0, 0.0], [0.0, 0.0]])


def test_the_lines_of_repr_are_typed_in_again(blocks):
    trace = abbreviated(blocks.trace, "result")
    known = {"W": W, "x": x} | {name.name: name for name, _ in used_definitions(trace)}
    for node in [*(r for _, r in trace.results), *(m for _, m in used_definitions(trace))]:
        assert parse(plain(node), known).shape == node.shape


def test_lines_still_go_on_from_one_another(blocks):
    before, after = blocks.trace, abbreviated(blocks.trace)
    for k in range(1, len(before.steps)):
        goes_on = before.steps[k].before is before.steps[k - 1].after
        assert (after.steps[k].before is after.steps[k - 1].after) == goes_on
    assert len(roots_of(after)) >= len(after.steps)


def test_what_recurs_in_a_wide_answer_has_a_name():
    shapes = "X: n x d, W1: d x h, b1: h, W2: h x m, W3: m x k"
    found = dv.hessian_vector_product(
        "sum(logsumexp_rows(tanh(tanh(X*W1 + ones(n)*b1')*W2)*W3))",
        "W1, b1, W2, W3",
        "V1, c1, V2, V3",
        shapes=shapes,
    )
    answer, _, names = found.text(detail="result").partition("\nwith ")
    assert "XV₁ + 1ₙc₁ᵀ" not in answer
    assert "= XV₁ + 1ₙc₁ᵀ" in names
