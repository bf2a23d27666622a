"""Sizes that enter claims as numbers: no polynomial hides its roots among the sizes tried."""

from __future__ import annotations

import pytest

from derive.check.claim import Plan
from derive.check.claims import SameValue
from derive.check.gradients import GradientOf
from derive.check.size_sets import size_sets
from derive.check.sizes_as_numbers import (
    degree_in_sizes,
    is_polynomial_in_sizes,
    larger_sizes,
    where_not_zero,
)
from derive.check.stream import Stream
from derive.language.expression import make, number, symbol
from derive.language.functions import determinant
from derive.language.sizes import Size

n, d = Size.named("n"), Size.named("d")
N, D = make("size", (), (1, 1), n), make("size", (), (1, 1), d)
x = symbol("x", (n, 1))
HIDDEN = (N - 1) * (N - 3) * (N - 4)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_factor_that_vanishes_at_the_usual_sizes_is_seen(seed):
    wrong = GradientOf(x.T @ x, x, 2 * x + HIDDEN * x)
    finding = wrong.examine(Plan(seed=seed))
    assert finding.verdict == "refuted"
    assert SameValue(HIDDEN * x, 0 * x).examine(Plan(seed=seed)).verdict == "refuted"


def test_the_right_claim_is_verified_at_one_more_size():
    finding = GradientOf(HIDDEN * (x.T @ x), x, 2 * HIDDEN * x).examine(Plan())
    assert finding.verdict == "verified"
    assert len(finding.sizes) == 4
    assert dict(finding.sizes[-1])["n"] > 4


def test_no_further_size_where_no_polynomial_can_hide():
    assert len(GradientOf(N * (x.T @ x), x, 2 * N * x).examine(Plan()).sizes) == 3


def test_degrees():
    A = symbol("A", (n, n))
    assert degree_in_sizes([HIDDEN * x, x]) == 3
    assert degree_in_sizes([N**2 * determinant(A)]) == 3
    assert degree_in_sizes([N + N]) == 1


def test_larger_sizes_keep_tall_matrices_tall():
    sets = size_sets(["n", "d"], [(n, d)], [(n, d)])
    chosen = larger_sizes(["n", "d"], Stream(b"seed"), sets[:3])
    assert chosen["n"] > chosen["d"] > max(sets[0].values())


def test_where_a_polynomial_is_not_zero():
    assert is_polynomial_in_sizes(HIDDEN * D)
    assert not is_polynomial_in_sizes(HIDDEN * symbol("c"))
    assert not is_polynomial_in_sizes(N ** number(-1))
    assert where_not_zero(HIDDEN * (D - 1)) == {"n": 2, "d": 2}
    assert where_not_zero(0 * HIDDEN) is None
