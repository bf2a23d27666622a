"""Jacobians and products with several variables at once, against central differences."""

from __future__ import annotations

import numpy as np
import pytest

import derive as dv
from derive.check.claim import Plan
from derive.check.directional import DirectionalOf
from derive.errors import ArgumentError, DeclarationError
from derive.language.expression import symbol
from derive.language.sizes import Size
from derive.reading import parse

SHAPES = "W: k x d, x: d, b: k, y: k, a: scalar"
LAYER = "a*tanh(W*x + b)"
LOSS = "norm2(softmax(W*x + b) - y)^2*exp(a)"
RNG = np.random.default_rng(5)
VALUES = {
    "W": RNG.normal(size=(4, 3)),
    "x": RNG.normal(size=3),
    "b": RNG.normal(size=4),
    "y": RNG.normal(size=4),
    "a": 0.7,
}
DIRECTIONS = {name: RNG.normal(size=np.shape(value)) for name, value in VALUES.items()}


def at(expression, moved):
    f = dv.function(expression, shapes=SHAPES)
    values = {**VALUES, **moved}
    return np.asarray(f(**{name: values[name] for name in f.arguments}))


def along(expression, names, h=1e-5):
    """The central difference of an expression along the directions of some variables."""
    ahead, behind = (
        at(expression, {name: VALUES[name] + step * DIRECTIONS[name] for name in names})
        for step in (h, -h)
    )
    return (ahead - behind) / (2 * h)


def called(derivation, **more):
    f = derivation.function()
    values = {**VALUES, **{f"d{name}": value for name, value in DIRECTIONS.items()}, **more}
    return f(**{name: values[name] for name in f.arguments})


@pytest.mark.parametrize("names", ["x, b", "b, a, x", "a, y"])
def test_a_jacobian_has_one_block_a_variable(names):
    J = dv.jacobian(LAYER, names, shapes=SHAPES)
    assert J.certificate.verdict == "verified"
    for name, block in zip(names.split(", "), called(J), strict=True):
        move = DIRECTIONS[name]
        np.testing.assert_allclose(np.dot(block, move), along(LAYER, [name]), atol=1e-8)


def test_the_blocks_of_a_row_are_rows():
    J = dv.jacobian("a*x'*W'", ["x", "a"], shapes=SHAPES)
    by_x, by_a = called(J)
    np.testing.assert_allclose(by_x, VALUES["a"] * VALUES["W"])
    np.testing.assert_allclose(np.ravel(by_a), VALUES["W"] @ VALUES["x"])


def test_with_a_matrix_among_the_variables_the_jacobian_is_the_map_from_all():
    J = dv.jacobian(LAYER, "W, b", shapes=SHAPES)
    np.testing.assert_allclose(called(J), along(LAYER, ["W", "b"]), atol=1e-8)


@pytest.mark.parametrize("expression", [LAYER, LOSS, "W*x*b'"])
def test_a_jvp_moves_all_variables_at_once(expression):
    product = dv.jvp(expression, "W, b, x", "V, c, u", shapes=SHAPES)
    assert product.certificate.verdict == "verified"
    found = called(product, V=DIRECTIONS["W"], c=DIRECTIONS["b"], u=DIRECTIONS["x"])
    np.testing.assert_allclose(found, along(expression, ["W", "b", "x"]), atol=1e-8)


def test_a_vjp_has_one_gradient_a_variable():
    product = dv.vjp(LAYER, "W, b", "u", shapes=SHAPES)
    assert product.certificate.verdict == "verified"
    u = RNG.normal(size=4)
    for name, found in zip(("W", "b"), called(product, u=u), strict=True):
        slope = np.sum(found * DIRECTIONS[name])
        np.testing.assert_allclose(slope, u @ along(LAYER, [name]), atol=1e-8)


def test_a_hessian_vector_product_holds_the_mixed_blocks():
    product = dv.hessian_vector_product(LOSS, "x, a", "u, c", shapes=SHAPES)
    assert product.certificate.verdict == "verified"
    found = called(product, u=DIRECTIONS["x"], c=DIRECTIONS["a"])
    for name, one in zip(("x", "a"), found, strict=True):
        slope = dv.gradient(LOSS, name, shapes=SHAPES)
        np.testing.assert_allclose(one, along(slope, ["x", "a"]), atol=1e-8)


def test_directions_are_expressions_with_commas_of_their_own_or_a_list():
    one = dv.directional_derivative(LOSS, "x, b", "u, hadamard(b, y)", shapes=SHAPES)
    other = dv.directional_derivative(LOSS, ["x", "b"], ["u", "b .* y"], shapes=SHAPES)
    assert one.result == other.result


@pytest.mark.parametrize(
    ("result", "verdict"), [("y'*u + x'*c", "verified"), ("y'*u", "refuted"), ("x'*c", "refuted")]
)
def test_a_claim_along_several_directions_wants_them_all(result, verdict):
    f, found = (parse(text, "x: n, y: n, u: n, c: n") for text in ("x'*y", result))
    x, y, u, c = (symbol(name, (Size.named("n"), 1)) for name in "xyuc")
    assert DirectionalOf(f, (x, y), (u, c), found).examine(Plan()).verdict == verdict


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (lambda: dv.jvp(LAYER, "W, b", "V", shapes=SHAPES), ArgumentError, "one direction: W, b"),
        (lambda: dv.jvp(LAYER, "x", "u, c", shapes=SHAPES), ArgumentError, "x against 2"),
        (lambda: dv.jvp(LAYER, "W, b", "V, V", shapes=SHAPES), DeclarationError, "two ways"),
        (
            lambda: dv.taylor_series(LAYER, "x, b", 0, shapes=SHAPES),
            ArgumentError,
            "one variable is needed, got 2: x, b",
        ),
        (
            lambda: dv.gradient(LOSS, "x b", shapes=SHAPES),
            ArgumentError,
            "separated by commas, got 'x b'\n  to fix   : x, b",
        ),
        (lambda: dv.gradient(LOSS, "x; b", shapes=SHAPES), ArgumentError, "to fix   : x, b"),
    ],
)
def test_what_does_not_fit_says_so(ask, error, message):
    with pytest.raises(error, match=message):
        ask()
