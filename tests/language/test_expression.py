"""The tree: one object per node, author's order, shapes checked when a node is built."""

from __future__ import annotations

import copy
import gc
import pickle
from fractions import Fraction

import pytest

from derive.errors import ShapeError
from derive.language import functions as f
from derive.language.expression import (
    add,
    chain_of,
    constant,
    divide,
    elementwise_power,
    eye,
    inverse,
    matrix_power,
    multiply,
    negative,
    number,
    ones,
    power,
    product,
    size_node,
    split_product,
    symbol,
    transpose,
    zero,
)
from derive.language.functions import postorder
from derive.language.sizes import Size

n, d = Size.named("n"), Size.named("d")
X, w, y = symbol("X", (n, d)), symbol("w", (d, 1)), symbol("y", (n, 1))
S, a, b = symbol("S", (d, d)), symbol("a"), symbol("b")
half = number(Fraction(1, 2))


def test_equal_nodes_are_one_object():
    assert X @ w - y is X @ w - y
    assert symbol("a") is a
    assert symbol("a", facts=("positive",)) is not a
    assert symbol("w", (n, 1)) is not w


def test_nodes_survive_copying_and_pickling():
    node = X @ w - half * y
    assert copy.deepcopy(node) is node
    assert pickle.loads(pickle.dumps(node)) is node  # noqa: S301 - our own bytes


def test_unused_nodes_are_forgotten():
    node = symbol("temporary") * 3
    key = repr(node)
    del node
    gc.collect()
    assert repr(symbol("temporary") * 3) == key


def test_sums_keep_their_order_flatten_and_fold_numbers():
    assert add(b, a).args == (b, a)
    assert add(a, add(b, a)).args == (a, b, a)
    assert (a + 1 + b + 2).args == (a, number(3), b)
    assert a + 1 - 1 is a
    assert (w + zero((d, 1))) is w
    assert a - a is not number(0)  # like terms are left to the normal form


def test_products_are_number_scalars_chain():
    node = multiply(X, a, half, w, number(4))
    assert node.args == (number(2), a, X, w)
    assert split_product(node) == (2, (a,), (X, w))
    assert chain_of(node) == (X, w)
    assert product(Fraction(2), [a], [X, w]) is node


def test_a_part_that_is_one_by_one_is_a_scalar_factor():
    node = multiply(w, transpose(w), w)
    assert node.args == (w.T @ w, w)
    assert (w.T @ w).is_scalar
    assert (w.T @ w) * S is multiply(S, w.T @ w)


def test_zeros_ones_and_identities_disappear():
    assert multiply(number(0), X) is zero((n, d))
    assert multiply(X, zero((d, 1))) is zero((n, 1))
    assert multiply(eye(n), X, eye(d)) is X
    assert multiply(eye(d), eye(d)) is eye(d)
    assert multiply(number(1), a) is a
    assert multiply(number(2), number(3)) is number(6)


def test_powers_fold_where_they_are_defined():
    assert power(number(2), number(3)) is number(8)
    assert power(number(0), number(-1)).op == "pow"
    assert power(power(a, number(2)), number(3)) is power(a, number(6))
    assert power(power(a, number(2)), half).op == "pow"
    assert a**1 is a
    assert a**0 is number(1)
    assert power(number(9**9), number(9**9)).op == "pow"
    assert S**-2 is matrix_power(inverse(S), 2)
    assert S**0 is eye(d)
    assert elementwise_power(w, number(0)) is ones(d)


def test_transposes_go_into_products_and_stay_on_sums():
    assert transpose(X @ w) is multiply(w.T, X.T)
    assert transpose(transpose(X)) is X
    assert transpose(X @ w - y).op == "transpose"
    assert transpose(inverse(S)) is inverse(S.T)
    assert transpose(a) is a
    assert transpose(ones(n)) is ones(1, n)
    assert transpose(f.diagonal_matrix(w)) is f.diagonal_matrix(w)


def test_quotients_are_negative_powers():
    assert divide(a, b).args == (a, power(b, number(-1)))
    assert a / 2 is half * a
    assert negative(a - b).args == (negative(a), b)


@pytest.mark.parametrize(
    ("build", "first", "second"),
    [
        (lambda: X + w, "n x d", "shape d"),
        (lambda: X @ y, "n x d", "shape n"),
        (lambda: a + w, "scalar", "shape d"),
        (lambda: y / w, "shape d", "shape d"),
        (lambda: w**2, "shape d", "square"),
        (lambda: S**half, "whole", "exponent"),
        (lambda: a**w, "scalar", "shape d"),
        (lambda: inverse(X), "square", "n x d"),
        (lambda: f.trace(X), "square", "n x d"),
        (lambda: f.determinant(X), "square", "n x d"),
        (lambda: f.logdet(X), "square", "n x d"),
        (lambda: f.dot(w, y), "shape", "n"),
        (lambda: f.hadamard(w, y), "is d", "is n"),
        (lambda: f.logsumexp(X), "vector", "n x d"),
        (lambda: f.softmax(X), "vector", "n x d"),
        (lambda: f.diag(X), "square", "n x d"),
        (lambda: f.diagonal_matrix(X), "vector", "n x d"),
        (lambda: f.diagonal_vector(X), "square", "n x d"),
        (lambda: f.array([[a], [a, b]]), "rows", "length"),
        (lambda: f.array([[w]]), "scalars", "w"),
    ],
)
def test_shapes_that_disagree_are_refused_naming_both(build, first, second):
    with pytest.raises(ShapeError) as error:
        build()
    assert first in str(error.value)
    assert second in str(error.value)


def test_functions_of_a_scalar_and_of_leaves():
    assert f.trace(eye(d)) is size_node(d)
    assert f.total(ones(n, d)) is size_node(n) * size_node(d)
    assert f.determinant(eye(d)) is number(1)
    assert f.logdet(eye(d)) is number(0)
    assert f.norm2(a) is f.elementwise("abs", a)
    assert f.diag(ones(d)) is eye(d)
    assert f.diag(eye(d)) is ones(d)
    assert f.diag(f.diag(w)) is w
    assert f.softmax(a) is number(1)
    assert f.mean(y) is multiply(power(size_node(n), number(-1)), f.total(y))
    assert f.dot(X, X) is f.trace(X.T @ X)


def test_linear_functions_let_numbers_and_scalars_out():
    assert f.trace(half * a * S) is half * a * f.trace(S)
    assert f.total(-y) is -f.total(y)
    assert f.diag(3 * w) is 3 * f.diag(w)


def test_hadamard_products_flatten_and_scale():
    assert f.hadamard(w, f.hadamard(w, w)).args == (w, w, w)
    assert f.hadamard(w, ones(d)) is w
    assert f.hadamard(a, w, w) is a * f.hadamard(w, w)
    assert f.hadamard(w, zero((d, 1))) is zero((d, 1))
    assert f.hadamard_quotient(number(1), w) is elementwise_power(w, number(-1))


def test_symbols_are_known_and_traversal_does_not_recurse():
    assert (X @ w).symbols == {X, w}
    assert (X @ w).depends_on(w)
    node = a
    for _ in range(3000):
        node = f.elementwise("sin", node)
    assert len(postorder(node)) == 3001


def test_constants_and_sizes_are_leaves():
    assert constant("pi").is_scalar
    assert size_node(n).op == "size"
    assert size_node(3) is number(3)
    assert eye(1) is ones(1) is number(1)
