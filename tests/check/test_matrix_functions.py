"""Functions of matrices in balls: they enclose, also where no eigenvectors span the space."""

from __future__ import annotations

import flint
import matrix_oracle
import numpy as np
import pytest

from derive.check.matrix_functions import BALL_FUNCTIONS, cholesky_entries, float_function
from derive.check.precision import working_precision
from derive.language.operators import MATRIX_FUNCTIONS

JORDAN = [[2, 1, 0], [0, 2, 1], [0, 0, 2]]
MATRICES = {
    "jordan": JORDAN,
    "rotation": [[0, -2], [2, 0]],
    "large": [[900, 3], [-5, 700]],
    "small": [["1e-6", 0], ["2e-6", "3e-6"]],
    "number": [[3]],
    "general": [[4, "0.5", -1], [2, 3, "0.25"], [0, 1, 5]],
}


def exact(rows):
    return flint.arb_mat([[flint.arb(str(x)).mid() for x in row] for row in rows])


@pytest.mark.parametrize("name", MATRIX_FUNCTIONS)
@pytest.mark.parametrize("kind", MATRICES)
def test_a_ball_holds_the_value_that_mpmath_finds(name, kind):
    with working_precision(200):
        A = exact(MATRICES[kind])
        found = BALL_FUNCTIONS[name](A)
    with working_precision(400):
        expected = matrix_oracle.matrix_function(name, np.array(A.tolist(), dtype=object))
        for ball, number in zip(found.entries(), expected.flat, strict=True):
            assert ball.overlaps(number + flint.arb(0, abs(number) * flint.arb(2) ** -190))
            assert ball.rad() <= abs(number) * flint.arb(10) ** -40 + flint.arb(10) ** -40


def test_a_wide_ball_holds_the_values_of_all_its_matrices():
    with working_precision(200):
        wide = exact(MATRICES["general"])
        wide[0, 1] = wide[0, 1] + flint.arb(0, "1e-8")
        inner = exact(MATRICES["general"])
        inner[0, 1] = inner[0, 1] + flint.arb("0.9e-8")
        for name, function in BALL_FUNCTIONS.items():
            whole, part = function(wide).entries(), function(inner).entries()
            assert all(a.overlaps(b) for a, b in zip(whole, part, strict=True)), name
            assert any(a.rad() > 1e-9 for a in whole), name


@pytest.mark.parametrize("name", ["logm", "sqrtm"])
@pytest.mark.parametrize("matrix", [[[1, 0], [0, -1]], [[0, 0], [0, 1]], [[-2]], [[0, 1], [0, 0]]])
def test_on_the_negative_real_axis_there_is_no_value(name, matrix):
    with working_precision(200):
        assert not any(x.is_finite() for x in BALL_FUNCTIONS[name](exact(matrix)).entries())
    floats = float_function(name, np.array([matrix], dtype=float))
    assert not np.isfinite(floats).any()


def test_a_matrix_that_is_not_definite_has_no_factor():
    entries = [flint.arb(x) for x in (1, 2, 2, 1)]
    assert not any(x.is_finite() for x in cholesky_entries(entries, 2))
    assert [float(x) for x in cholesky_entries([flint.arb(x) for x in (4, 2, 2, 5)], 2)] == [
        2.0,
        0.0,
        1.0,
        2.0,
    ]
