"""Certified eigenvalues: enclosures, eigenvalues that coincide, and what says nothing."""

from __future__ import annotations

import flint
import numpy as np
import pytest

from derive.check.claim import Plan
from derive.check.evaluate import Point, ball_value
from derive.check.gradients import GradientOf
from derive.check.precision import working_precision
from derive.check.spectra import column_signs, eigenpairs, moved_pairs
from derive.language import expression as ex
from derive.language import functions as fn
from derive.language import spectral as sp
from derive.language.sizes import Size

n, d = Size.named("n"), Size.named("d")
X, M = ex.symbol("X", (n, d)), ex.symbol("M", (n, n))
TWICE = [[2, 2, 3], [2, 5, 6], [3, 6, 10]]  # I + v v' with v = (1, 2, 3): 15, 1, 1


def test_whole_eigenvalues_are_enclosed():
    with working_precision(200):
        values, vectors = eigenpairs(flint.arb_mat([[2, 1, 0], [1, 2, 0], [0, 0, 7]]))
        for value, exact in zip(values.entries(), (7, 3, 1), strict=True):
            assert value.contains(exact)
            assert value.rad() < 1e-50
        assert [vectors[i, 0].contains(e) for i, e in enumerate((0, 0, 1))] == [True] * 3


def test_eigenvalues_that_coincide_are_enclosed_and_their_vectors_unknown():
    with working_precision(200):
        S = flint.arb_mat(TWICE)
        values, vectors = eigenpairs(S)
        enclosed = [v.contains(e) for v, e in zip(values.entries(), (15, 1, 1), strict=True)]
        assert enclosed == [True] * 3
        assert not any(vectors[i, k].is_finite() for i in range(3) for k in (1, 2))
        lone = flint.arb_mat([[vectors[i, 0]] for i in range(3)])
        residual = S * lone - lone * 15
        assert all(x.contains(0) and x.rad() < 1e-50 for x in residual.entries())


@pytest.mark.parametrize("size", [1, 2, 5, 8])
def test_pairs_of_random_matrices_solve_their_equation(size):
    rng = np.random.default_rng(size)
    A, E = (rng.integers(-99, 99, size=(size, size)).tolist() for _ in range(2))
    with working_precision(200):
        A, E = flint.arb_mat(A), flint.arb_mat(E)
        S = (A + A.transpose()) / 2
        values, Q = eigenpairs(A)
        diagonal = flint.arb_mat(size, size)
        for k in range(size):
            diagonal[k, k] = values[k, 0]
        assert all(x.contains(0) for x in (S * Q - Q * diagonal).entries())
        assert all(s == 1 for s in column_signs(Q).entries())
        rates, _ = moved_pairs(A, E, values, Q)
        step = flint.arb(2) ** -60
        ahead, back = (eigenpairs(A + E * h)[0] for h in (step, -step))
        for k in range(size):
            assert abs((ahead[k, 0] - back[k, 0]) / (2 * step) - rates[k, 0]) < 1e-25


def test_a_vector_of_two_equal_largest_entries_with_other_signs_has_no_sign():
    with working_precision(100):
        (sign,) = column_signs(flint.arb_mat([[1], [-1]])).entries()
        assert not sign.is_finite()
        (sign,) = column_signs(flint.arb_mat([[-1], [-1]])).entries()
        assert sign == -1


def test_what_is_not_finite_stays_so():
    value = ball_value(sp.lambda_max(M + M.T), Point({"n": 2}, {M: [[float("nan"), 1], [1, 1]]}))
    assert not value[0, 0].is_finite()


def test_zero_eigenvalues_of_a_wide_square_do_not_hide_the_largest():
    q = sp.eigvec_max(X.T @ X)
    claim = GradientOf(sp.lambda_max(X.T @ X), X, 2 * X @ q @ q.T)
    found = claim.examine(Plan())
    assert found.verdict == "verified"
    assert any(dict(sizes)["n"] + 1 < dict(sizes)["d"] for sizes in found.sizes)
    assert GradientOf(claim.function, X, X @ q @ q.T).examine(Plan()).verdict == "refuted"


@pytest.mark.parametrize("factor", [-1, 2])
def test_a_false_formula_is_refuted(factor):
    for function, gradient in (
        (sp.nucnorm(X), sp.polar(X)),
        (sp.specnorm(X), sp.leftvec_max(X) @ sp.rightvec_max(X).T),
        (fn.total(sp.svdvals(X)), sp.leftvecs(X) @ sp.rightvecs(X).T),
        (fn.total(sp.eigvals(M + M.T)), 2 * ex.eye(n)),
    ):
        assert (
            GradientOf(function, X if X in function.symbols else M, gradient)
            .examine(Plan())
            .verdict
            == "verified"
        )
        wrong = GradientOf(function, X if X in function.symbols else M, factor * gradient)
        assert wrong.examine(Plan()).verdict == "refuted"
