"""The pieces of an exact spectrum: the field, squares, null spaces, the order of roots."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from derive.language.expression import number, symbol
from derive.language.functions import sqrt
from derive.language.sympy_out import to_sympy
from derive.linear_algebra.characteristic import (
    characteristic_polynomial,
    coefficients,
    descending,
    factors_of,
    polynomial,
    roots_of,
    square_root,
)
from derive.linear_algebra.exact_field import Field
from derive.linear_algebra.null_space import null_space
from derive.linear_algebra.squares import sum_of_squares

a, b, c = symbol("a"), symbol("b"), symbol("c")
positive = symbol("p", (1, 1), ("nonnegative", "nonzero", "positive"))


def field_and_element(node):
    field = Field.of([node])
    return field, field.elements[0]


@pytest.mark.parametrize(
    "node",
    [
        number(-3) / 4,
        a / b + c,
        (a - b) ** 2 / (4 * c),
        sqrt(number(2)) / 3 - 1,
        sqrt(number(2)) + sqrt(number(3)),
        1 - a,
        2 * a * (b - c),
    ],
    ids=repr,
)
def test_an_element_is_written_with_the_value_it_had(node):
    field, element = field_and_element(node)
    assert sp.simplify(to_sympy(field.node(element)) - to_sympy(node)) == 0


@pytest.mark.parametrize(
    ("node", "sign"),
    [
        (number(-2), -1),
        (number(0), 0),
        (sqrt(number(2)) - 2, -1),
        (3 * positive, 1),
        (-positive / (positive + 1), -1),
        (a, None),
        (positive - 1, None),
        (a**2 + 1, None),
    ],
    ids=repr,
)
def test_a_sign_is_told_by_the_value_or_by_facts_alone(node, sign):
    field, element = field_and_element(node)
    assert field.sign(element) == sign


@pytest.mark.parametrize(
    ("form", "squares"),
    [
        (a**2 - 2 * a * c + c**2 + 4 * b**2, "4*b**2 + (a - c)**2"),
        (a**2 + 4 * a * b + 5 * b**2, "b**2 + (a + 2*b)**2"),
        (9 * a**2 + 6 * a * b + b**2 + c**2, "c**2 + (3*a + b)**2"),
        (a * b, "a*b"),
        (a**2 + a, "a**2 + a"),
    ],
    ids=repr,
)
def test_squares_are_completed_where_they_can_be(form, squares):
    field, element = field_and_element(form)
    found = to_sympy(sum_of_squares(element.numer, field))
    assert str(found) == squares
    assert sp.expand(found - to_sympy(form)) == 0


@pytest.mark.parametrize("node", [number(12), number(45) / 8, 4 * a**2, 8 * positive**3, 5 + 0 * a])
def test_a_square_root_is_taken_apart_without_changing_it(node):
    field, element = field_and_element(node)
    outside, root = square_root(element, field)
    product = to_sympy(field.node(outside)) * to_sympy(root)
    assert sp.simplify(product**2 - to_sympy(node)) == 0


@pytest.mark.parametrize("seed", range(8))
def test_the_null_space_is_that_of_sympy(seed):
    rng = np.random.default_rng(seed)
    factor = sp.Matrix(4, 2, [int(x) for x in rng.integers(-3, 4, size=8)])
    matrix = factor * factor.T
    field = Field.of([number(int(x)) for x in matrix])
    rows = [field.elements[4 * i : 4 * i + 4] for i in range(4)]
    found = null_space(rows, polynomial([1, 0], field), field)
    basis = sp.Matrix([[x.as_expr() for x in vector] for vector in found.basis]).T
    assert matrix * basis == sp.zeros(4, basis.cols)
    assert basis.rank() == len(matrix.nullspace())


@pytest.mark.parametrize("seed", range(4))
def test_the_characteristic_polynomial_is_that_of_sympy(seed):
    entries = [int(x) for x in np.random.default_rng(seed).integers(-5, 6, size=16)]
    field = Field.of([number(x) for x in entries])
    rows = [field.elements[4 * i : 4 * i + 4] for i in range(4)]
    found = [field.rational(x) for x in coefficients(characteristic_polynomial(rows, field))]
    assert found == list(sp.Matrix(4, 4, entries).charpoly().all_coeffs())


def test_roots_are_listed_from_the_largest_down():
    field = Field.of([number(1)])
    monic = polynomial([1, 0, -5, 0, 4], field) * polynomial([1, -2, -1], field)
    roots = [(r, m) for factor, m in factors_of(monic) for r in roots_of(factor, field)]
    ordered, is_decided = descending(roots)
    values = [root.expression for root, _ in ordered]
    assert is_decided
    assert values == sorted(values, reverse=True)
    assert len(values) == 6
