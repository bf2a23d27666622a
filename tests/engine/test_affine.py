"""Affine and quadratic extraction against values: A(x) + b, adjoints, Hessians."""

from __future__ import annotations

import numpy as np
import pytest

from derive.check.evaluate import FloatEvaluation
from derive.engine.affine import MAPS, affine
from derive.engine.quadratic import quadratic
from derive.errors import NoRuleError
from derive.language.expression import Node, ones, symbol, transpose
from derive.language.functions import (
    diagonal_matrix,
    diagonal_vector,
    dot,
    elementwise,
    hadamard,
    norm2,
    total,
    trace,
)

n, m, k = 4, 3, 2
x, z, t = symbol("x", (n, 1)), symbol("z", (m, 1)), symbol("t")
X = symbol("X", (n, k))
A, B, D = symbol("A", (m, n)), symbol("B", (k, m)), symbol("D", (n, n))
b, c, v = symbol("b", (m, 1)), symbol("c"), symbol("v", (n, 1))
EVERYTHING = (x, z, t, X, A, B, D, b, c, v)


def value(node: Node, point: dict[Node, np.ndarray]) -> np.ndarray:
    return np.asarray(FloatEvaluation({}, point).value(node))[0]


def random_point(seed: int) -> dict[Node, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {s: rng.normal(size=(1, *s.shape)) for s in EVERYTHING}


AFFINE = {
    "left": A @ x - b,
    "right": transpose(x) @ transpose(A) + 2 * transpose(b),
    "scale": c * x - 3 * x + v,
    "spread": t * v + D @ x,
    "hadamard": hadamard(b, A @ x + z) - 2 * z,
    "trace": trace(D @ diagonal_matrix(x)) + c,
    "total": total(hadamard(v, x)) + c * t,
    "diag": D @ diagonal_matrix(x) @ D + D,
    "diagonal": diagonal_vector(X @ B @ A) + v,
    "transpose": transpose(X) @ D - transpose(X),
    "row and column": dot(v, x) * b + z,
}


@pytest.mark.parametrize("expression", AFFINE.values(), ids=AFFINE.keys())
def test_affine_form_has_the_value_of_the_expression(expression):
    variables = (x, z, t, X)
    form = affine(expression, variables)
    for seed in range(3):
        point = random_point(seed)
        parts = [value(term.apply(term.variable), point) for term in form.terms]
        np.testing.assert_allclose(
            sum(parts) + value(form.constant, point),
            value(expression, point),
            rtol=1e-12,
            atol=1e-12,
        )
    assert not form.constant.symbols & frozenset(variables)


@pytest.mark.parametrize("expression", AFFINE.values(), ids=AFFINE.keys())
def test_adjoint_moves_the_map_to_the_other_side(expression):
    form = affine(expression, (x, z, t, X))
    y = symbol("y", expression.shape)
    rng = np.random.default_rng(5)
    point = random_point(6) | {y: rng.normal(size=(1, *y.shape))}
    for variable in form.variables:
        image = sum(value(term.apply(variable), point) for term in form.part(variable))
        pulled = value(form.adjoint(variable, y), point)
        assert pulled.shape == variable.shape
        np.testing.assert_allclose(
            np.sum(image * point[y][0]), np.sum(pulled * point[variable][0]), rtol=1e-11
        )


def test_every_elementary_map_is_tried_above():
    forms = [affine(expression, (x, z, t, X)) for expression in AFFINE.values()]
    seen = {one.name for form in forms for term in form.terms for one in term.maps}
    assert seen == set(MAPS)


@pytest.mark.parametrize(
    "expression",
    [
        hadamard(x, x),
        dot(x, x) * b,
        elementwise("exp", x),
        norm2(x),
        (1 / t) * v,
        diagonal_matrix(x) @ x,
    ],
    ids=["x o x", "x'x b", "exp x", "norm x", "v/t", "diag(x) x"],
)
def test_what_is_not_affine_is_refused_by_name(expression):
    with pytest.raises(NoRuleError, match="not affine in"):
        affine(expression, (x, t))


QUADRATIC = {
    "squared norm": norm2(A @ x - b) ** 2,
    "form": dot(x, D @ x) + dot(v, x),
    "shifted form": transpose(x - v) @ D @ (x - v),
    "row form": c * (transpose(x) @ transpose(A) - transpose(b)) @ (A @ x),
    "sum of squares": total(hadamard(v, x, x)),
    "elementwise square": total(hadamard(D @ x + v, D @ x + v)),
    "product of linear forms": dot(v, x) * (dot(b, A @ x) + c),
    "scalar square": (dot(v, x) + c) ** 2,
    "outside factor": c * (norm2(x) ** 2 + dot(v, x)) + c,
    "affine": dot(v, x) - 2,
}


@pytest.mark.parametrize("expression", QUADRATIC.values(), ids=QUADRATIC.keys())
def test_quadratic_form_has_value_gradient_and_hessian_of_the_expression(expression):
    form = quadratic(expression, (x,))
    point = random_point(11)
    slope = value(form.gradient_at_zero(x), point)
    hessian = np.zeros((n, n))
    for weight, matrix in form.hessian_terms(x):
        part = value(weight, point) * value(matrix, point)
        hessian += part + part.T
    place = point[x][0]
    rest = value(form.without(x), point)
    expected = value(expression, point)
    np.testing.assert_allclose(
        place.T @ hessian @ place / 2 + slope.T @ place + rest, expected, rtol=1e-11
    )


def test_blocks_that_meet_are_reported():
    w = symbol("w", (m, 1))
    form = quadratic(norm2(A @ x - w) ** 2 + norm2(z) ** 2, (x, w, z))
    assert form.couples(x) == (w,)
    assert form.couples(z) == ()


@pytest.mark.parametrize(
    "expression",
    [dot(x, x) * dot(v, x), norm2(x) ** 3, total(elementwise("exp", x)), dot(x, x) ** 2],
    ids=["cubic", "norm cubed", "exp", "quartic"],
)
def test_what_is_not_quadratic_is_refused_by_name(expression):
    with pytest.raises(NoRuleError, match="not affine in x"):
        quadratic(expression, (x,))


def test_a_map_without_a_matrix_is_named():
    form = quadratic(norm2(X @ B) ** 2, (X,))
    with pytest.raises(NoRuleError, match="no product from the left"):
        form.hessian_terms(X)


def test_ones_are_data():
    assert affine(t * ones(n) + x, (x, t)).adjoint(t, v) is transpose(ones(n)) @ v
