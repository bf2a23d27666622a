"""A block matrix that is symmetric by its form and its facts is treated as symmetric."""

from __future__ import annotations

import derive as dv

SHAPES = "A: n x n spd, B: n x d, C: d x d spd"


def test_the_gradient_by_a_block_beside_the_diagonal_is_twice_a_part_of_the_inverse():
    found = dv.gradient("logdet([[A, B], [B', C]])", "B, C", shapes=SHAPES)
    assert found.certificate.verdict == "verified"
    lines = found.text(detail="result", unicode=False).splitlines()
    assert lines[:3] == [
        "grad_B f = 2(K^-1)[1:n, n + 1:d + n]",
        "grad_C f = (K^-1)[n + 1:d + n, n + 1:d + n]",
        "with K = [A, B; B', C]",
    ]


def test_a_block_matrix_that_is_not_symmetric_keeps_its_transposes():
    found = dv.gradient("logdet([[A, B], [D, C]])", "B", shapes=f"{SHAPES}, D: d x n")
    assert found.certificate.verdict == "verified"
    assert "]^-T)" in found.text(detail="result", unicode=False)
