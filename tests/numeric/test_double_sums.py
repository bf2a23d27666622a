"""Double sums over differences of rows: without a loop, and with all their digits."""

from __future__ import annotations

import numpy as np
import pytest

import derive as dv

SHAPES = "x_i: d, S: n x n, M: d x d, i: 1..n, j: 1..n"
WEIGHTED = "sum_i(sum_j(S[i,j]*(x_i - x_j)'*M*(x_i - x_j)))"
SQUARES = "sum_i(sum_j(S[i,j]*norm2(x_i - x_j)^2))"

RNG = np.random.default_rng(5)
X = RNG.normal(size=(7, 3)) + 1e6  # far from zero: products of rows alone lose 12 digits
S, M = RNG.normal(size=(7, 7)), RNG.normal(size=(3, 3))
D = X[:, None] - X[None]

CASES = [
    (WEIGHTED, None, np.einsum("ij,ija,ab,ijb", S, D, M, D)),
    (WEIGHTED, "M", np.einsum("ij,ija,ijb->ab", S, D, D)),
    (WEIGHTED, "x", np.einsum("ij,ab,ijb->ia", S + S.T, M + M.T, D)),
    (SQUARES, None, np.einsum("ij,ija,ija", S, D, D)),
    (SQUARES, "x", 2 * np.einsum("ij,ija->ia", S + S.T, D)),
]


@pytest.mark.parametrize(("text", "wrt", "expected"), CASES)
def test_a_double_sum_over_differences_of_rows_has_no_loop(text, wrt, expected):
    if wrt is None:
        compiled = dv.function(text, shapes=SHAPES)
    else:
        compiled = dv.gradient(text, wrt, shapes=SHAPES).function()
    assert "for " not in compiled.source
    given = {"x": X, "S": S, "M": M}
    found = compiled(**{name: given[name] for name in compiled.arguments})
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


def test_a_row_is_put_in_its_place_and_nothing_else_is_made():
    shapes = "x_i: d, i: 1..n, j: 1..n"
    source = dv.gradient("sum_i(sum_j(exp(-norm2(x_i - x_j)^2)))", "x", shapes=shapes).function()
    assert "arange" not in source.source
