"""Extremes: their kinks are stated, their gradients checked, their misuse refused."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import derive as dv
from derive.engine.facts import with_facts
from derive.engine.normal import tidy
from derive.errors import ShapeError
from derive.language import expression as ex
from derive.language import functions as fn
from derive.language.canonical import same
from derive.language.facts import close_facts
from derive.language.sizes import Size

n, k = Size.named("n"), Size.named("k")


def test_the_largest_entry_states_that_it_is_attained_once():
    page = str(dv.gradient("max(A*x)", "x", shapes="A: n x d, x: d"))
    assert "Aᵀ 1[Ax = max(Ax)]" in page
    assert "Ax is largest in one entry only" in page
    assert "checked" in page


def test_of_two_scalars_the_larger_moves_the_largest():
    answer = dv.gradient("max(a, b)", "a", shapes="a: scalar, b: scalar")
    assert "a − b ≠ 0" in str(answer)
    assert answer.function()(a=2.0, b=1.0) == 1
    assert answer.function()(a=1.0, b=2.0) == 0


def test_at_a_tie_the_compiled_gradient_is_a_subgradient():
    found = dv.gradient("max(x)", "x", shapes="x: d").function()(x=np.array([1.0, 3.0, 3.0]))
    np.testing.assert_allclose(found, [0, 0.5, 0.5])


def test_the_largest_norm_of_a_matrix_is_refused_with_both_readings():
    with pytest.raises(ShapeError, match="rowsums"):
        dv.norminf(dv.matrix("A", 2, 3))


def test_powers_with_symbolic_exponents_merge():
    x, s, p = ex.symbol("x", (n, 1)), ex.symbol("s"), ex.symbol("p")
    power = ex.elementwise_power
    assert tidy(fn.hadamard(x, power(x, p - 1))) is power(x, p)
    assert tidy(s * s ** (p - 1)) is s**p
    assert tidy(s**p * s**p) is s ** (2 * p)
    assert tidy(s**p / s**p) is ex.number(1)
    assert same(tidy(s * (s**p) ** 2), s ** (1 + 2 * p))
    half = ex.number(Fraction(1, 2))
    assert tidy(p * (s**2) ** half) is p * (s**2) ** half  # |s|, not s
    assert tidy(p * (s**p) ** half) is p * (s**p) ** half


def test_rows_that_are_one_hot_sum_to_one():
    Y = ex.symbol("Y", (n, k), close_facts(("onehot_rows",), "Y", (n, k)))
    assert with_facts(Y @ ex.ones(k))[0] is ex.ones(n)
    assert with_facts(ex.ones(1, k) @ Y.T)[0] is ex.ones(1, n)
    assert with_facts(fn.total(Y))[0] is ex.size_node(n)
    assert with_facts(fn.hadamard(Y, Y))[0] is Y
    assert [str(fact) for fact in with_facts(Y @ ex.ones(k))[1]] == ["rows of Y sum to one"]


def test_sums_of_rows_and_columns_are_products_with_ones():
    A = ex.symbol("A", (n, k))
    assert same(fn.rowsums(A), A @ ex.ones(k))
    assert same(fn.colsums(A), A.T @ ex.ones(n))


@pytest.mark.parametrize(
    ("text", "simpler"),
    [
        ("max(x, y, x)", "max(x, y)"),
        ("max(2*x, y, x + x)", "max(2*x, y)"),
        ("min(x*y, y*x)", "x*y"),
        ("max(x, x)", "x"),
    ],
)
def test_what_stands_twice_among_scalars_counts_once(text, simpler):
    assert dv.equal(text, simpler, "x: scalar, y: scalar").decision == "proved"
    answer = dv.gradient(text, "x", shapes="x: scalar, y: scalar")
    assert answer.result == dv.gradient(simpler, "x", shapes="x: scalar, y: scalar").result


def test_at_a_tie_of_scalars_the_compiled_gradient_is_that_of_the_first():
    shapes = "x: scalar, y: scalar, z: scalar"
    for text in ("max(x, y, z)", "min(x, y, z)"):
        slopes = [
            dv.gradient(text, name, shapes=shapes).function()(x=1.0, y=1.0, z=1.0)
            for name in ("x", "y", "z")
        ]
        assert slopes == [1, 0, 0]


def test_where_the_branches_are_one_function_nearby_the_compiled_gradient_is_its_own():
    # the clipped objective of policy optimisation equals r A for |r - 1| < c
    clipped = "min(r*A, min(max(r, 1 - c), 1 + c)*A)"
    slope = dv.gradient(clipped, "r", shapes="r: positive, A: scalar, c: positive").function()
    for r, A, expected in [
        (1.0, 2.0, 2), (1.1, 2.0, 2), (0.9, -3.0, -3), (1.5, 2.0, 0), (1.5, -2.0, -2),
        (0.5, 2.0, 2), (0.5, -2.0, 0),
    ]:  # fmt: skip
        assert slope(r=r, A=A, c=0.2) == expected
