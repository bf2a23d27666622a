"""Maximum, minimum, clip, Huber's loss and GELU: values, slopes, pages, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats
from sympy import Matrix, Rational

import derive as dv
from derive.errors import DeriveError, DomainError, ShapeError
from derive.writing.plain import plain

SHAPES = "x: n, y: n, z: n, X: n x d, w: d, r: n, delta: positive, a: scalar, b: scalar"
X = np.array([[1.0, -2.0], [0.5, 3.0], [-4.0, 1.0]])
x, y, z = np.array([-2.0, 0.3, 1.5]), np.array([1.0, 0.3, -1.0]), np.array([1.0, 2.0, 3.0])


def page(text, variable):
    return str(dv.gradient(text, variable, shapes=SHAPES))


def last(text, variable):
    """The right side of the last line of a page."""
    line = next(row for row in page(text, variable).splitlines() if row.strip().startswith("∇f"))
    return line.split("=", 1)[1].split("    ")[0].strip()


@pytest.mark.parametrize(
    ("text", "variable", "expected"),
    [
        ("sum(huber(X*w - y, delta))", "w", "Xᵀ clip(Xw − y, −δ, δ)"),
        ("sum(huber(X*w - y, delta))", "delta", "sum(relu(abs(Xw − y) − δ1ₙ))"),
        ("z'*maximum(x, y)", "x", "1[x ≥ y] ∘ z"),
        ("z'*maximum(x, y)", "y", "1[y > x] ∘ z"),
        ("z'*minimum(x, 1)", "x", "1[x ≤ 1] ∘ z"),
        ("z'*clip(x, -delta, delta)", "x", "1[abs(x) ≤ δ] ∘ z"),
        ("z'*clip(x, 0, delta)", "x", "1[x ≥ 0] ∘ 1[x ≤ δ] ∘ z"),
        ("sum(gelu(x))", "x", "Φ(x) + φ(x) ∘ x"),
        ("a*normcdf(b)", "b", "φ(b) a"),
        ("sum(lognormcdf(x))", "x", "φ(x) ⊘ Φ(x)"),
    ],
)
def test_a_gradient_reads_as_in_a_textbook(text, variable, expected):
    assert last(text, variable) == expected
    assert dv.gradient(text, variable, shapes=SHAPES).certificate.level == "enclosed at points"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("maximum(x, y)", np.maximum(x, y)),
        ("minimum(x, y, z)", np.minimum(np.minimum(x, y), z)),
        ("clip(x, -1, delta)", np.clip(x, -1, 0.7)),
        ("clip(x, y - ones(n), 2)", np.clip(x, y - 1, 2)),
        ("huber(x, delta)", special.huber(0.7, x)),
        ("huber(a, delta)", special.huber(0.7, 3.0)),
        ("clip(a, b, 2)", 2.0),
        ("maximum(a, b)", 3.0),
        ("gelu(x)", x * stats.norm.cdf(x)),
        ("gelu(a)", 3 * stats.norm.cdf(3)),
    ],
)
def test_a_compiled_value_is_that_of_numpy_for_one_point_and_for_a_stack(text, expected):
    f = dv.function(text, SHAPES)
    given = {"x": x, "y": y, "z": z, "delta": 0.7, "a": 3.0, "b": -1.0}
    given = {name: given[name] for name in f.arguments}
    np.testing.assert_allclose(f(**given), expected, rtol=1e-14)
    stacks = {name: np.stack([value, value]) for name, value in given.items()}
    np.testing.assert_allclose(f(**stacks), [expected, expected], rtol=1e-14)


def test_at_a_tie_and_on_a_bound_the_compiled_slope_is_a_subgradient():
    tied = {"x": y, "y": y}
    slopes = [dv.gradient("sum(maximum(x, y))", v, shapes=SHAPES).function() for v in "xy"]
    np.testing.assert_array_equal([slope(**tied) for slope in slopes], [[1] * 3, [0] * 3])
    edge = dv.gradient("clip(a, 0, 1)", "a", shapes=SHAPES).function()
    assert [edge(a=value) for value in (-0.1, 0.0, 0.5, 1.0, 1.1)] == [0, 1, 1, 1, 0]


def test_the_hessian_of_a_robust_loss_counts_what_lies_inside():
    answer = dv.hessian("sum(huber(X*w - y, delta))", "w", shapes=SHAPES)
    assert "Xᵀ diag(1[abs(Xw − y) ≤ δ]) X" in str(answer)
    w, delta = np.array([0.5, 0.1]), 1.0
    inside = np.abs(X @ w - y) <= delta
    found = answer.function()(X=X, w=w, y=y, delta=delta)
    np.testing.assert_allclose(found, X[inside].T @ X[inside])


def test_kinks_and_domains_are_stated_and_a_smooth_join_is_not():
    assert "x − y ≠ 0" in page("z'*maximum(x, y)", "x")
    assert "where" not in page("sum(huber(x, delta))", "x")
    assert "−a + b ≥ 0" in page("z'*clip(x, a, b)", "x") or "b − a ≥ 0" in page(
        "z'*clip(x, a, b)", "x"
    )
    assert "a ≥ 0" in page("sum(huber(x, a))", "x")
    with pytest.raises(DomainError):
        dv.gradient("sum(huber(x, -1))", "x", shapes=SHAPES)


@pytest.mark.parametrize(
    "text", ["maximum(x, y)", "minimum(x, 1)", "clip(x, -a, a)", "huber(r, delta)", "clip(a, b, 2)"]
)
def test_sympy_and_plain_text_give_the_same_node_back(text):
    node = dv.parse(text, shapes=SHAPES)
    assert dv.equal(node, text, SHAPES).decision == "proved"
    from_node = plain(dv.equal(node, text, SHAPES).left)
    assert dv.equal(from_node, text, SHAPES).decision == "proved"


def test_explicit_arguments_are_worked_out_in_sympy():
    given = Matrix([-2, 0, 3])
    assert dv.huber(given, 1).doit() == Matrix([Rational(3, 2), 0, Rational(5, 2)])
    assert dv.clip(given, -1, 2).doit() == Matrix([-1, 0, 2])
    assert dv.maximum(given, 1).doit() == Matrix([1, 1, 3])
    assert dv.minimum(given, given.T.T).doit() == given


def test_different_shapes_are_refused():
    d = dv.dims("d")
    with pytest.raises(ShapeError, match="maximum needs equal shapes"):
        dv.maximum(dv.vector("u", d), dv.matrix("U", d, d))
    with pytest.raises(DeriveError, match="needs equal shapes"):
        dv.parse("clip(X, w, 1)", shapes=SHAPES)
