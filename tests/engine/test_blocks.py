"""Block matrices: gradients in a block are parts, products of blocks are read at a glance."""

from __future__ import annotations

import pytest

import derive as dv
from derive.engine.gradient import gradient_trace
from derive.engine.normal import tidy
from derive.errors import ShapeError
from derive.language import expression as ex
from derive.language import functions as fn
from derive.language.blocks import block, hstack, part_of, vstack
from derive.language.canonical import same
from derive.language.sizes import Size

m, n, p, q = map(Size.named, "mnpq")
A, B = ex.symbol("A", (n, p)), ex.symbol("B", (n, q))
C, D = ex.symbol("C", (m, p)), ex.symbol("D", (m, q))
u, v, x = ex.symbol("u", (p, 1)), ex.symbol("v", (q, 1)), ex.symbol("x", (n + m, 1))
WHOLE = block([[A, B], [C, D]])


def gradient(function, variable):
    return gradient_trace(function, (variable,)).results[0][1]


def test_the_gradient_in_a_block_is_a_part_of_the_gradient_in_the_whole():
    residual = WHOLE @ vstack(u, v) - x
    found = gradient(fn.norm2(residual) ** 2 / 2, D)
    assert same(found, part_of(residual, n, 0, m, 1) @ v.T)


def test_the_gradient_of_a_norm_of_blocks_is_the_block():
    assert same(gradient(fn.norm2(WHOLE) ** 2, C), 2 * C)


def test_a_part_made_of_whole_blocks_is_these_blocks():
    assert part_of(WHOLE, n, p, m, q) is D
    assert part_of(WHOLE, 0, p, n + m, q) is vstack(B, D)
    assert part_of(WHOLE, 0, 0, n + m, p + q) is WHOLE
    assert part_of(part_of(x, n, 0, m, 1), 0, 0, m, 1) is part_of(x, n, 0, m, 1)


def test_products_of_blocks_are_multiplied_out_where_that_is_shorter():
    assert tidy(hstack(A, B) @ vstack(ex.eye(p), ex.zero((q, p)))) is A
    assert tidy(WHOLE @ vstack(u, v)) is WHOLE @ vstack(u, v)


def test_scalars_make_an_explicit_matrix_and_zeros_a_zero():
    a, b = ex.symbol("a"), ex.symbol("b")
    assert block([[a, b]]).op == "array"
    assert block([[ex.zero((n, p))], [ex.zero((m, p))]]) is ex.zero((n + m, p))


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([[A, D]], "beside each other need equally many rows"),
        ([[A], [D]], "over each other need equally many columns"),
        ([[A, B], [C]], "rows of one length"),
    ],
)
def test_blocks_that_do_not_fit_are_refused(rows, words):
    with pytest.raises(ShapeError, match=words):
        block(rows)


def test_texts_hold_blocks_with_sizes_that_are_sums():
    shapes = "A: n x p, B: n x q, u: p, v: q, y: n"
    answer = dv.gradient("norm2([A, B]*[u; v] - y)^2/2", "v", shapes=shapes)
    assert "Bᵀ([A, B] [u; v] − y)" in str(answer)


def test_jacobians_of_blocks_and_kronecker_products():
    shapes = "A: n x p, B: n x q, u: p, v: q"
    assert "∂f/∂u = A " in str(dv.jacobian("[A, B]*[u; v]", "u", shapes=shapes))
    assert "∂f/∂v = u ⊗ I" in str(dv.jacobian("kron(u, v)", "v", shapes=shapes))
    assert "∂f/∂u = I ⊗ v" in str(dv.jacobian("kron(u, v)", "u", shapes=shapes))
