"""Differentials of Kronecker products and of what their adjoints are made of.

Letters as in ``differentials``.  Every row is a product rule or linear, and each operator has
an adjoint in the same family, so derivatives of every order stay in it.
"""

from __future__ import annotations

from derive.language.expression import add
from derive.language.kronecker import block_inner, block_sum, kron, unvec, vec
from derive.language.toeplitz import toeplitz_part
from derive.rules.rule import Rule

KRONECKER: tuple[Rule, ...] = (
    Rule(
        "linearity",
        "vec",
        "d vec(A) = vec(dA)",
        lambda e, a, d: vec(d[0]),
        linear=True,
    ),
    Rule(
        "linearity",
        "unvec",
        "d unvec(u) = unvec(du)",
        lambda e, a, d: unvec(d[0], *e.shape),
        linear=True,
    ),
    Rule(
        "linearity",
        "toeplitz",
        "d toeplitz_part(A) = toeplitz_part(dA)",
        lambda e, a, d: toeplitz_part(d[0]),
        linear=True,
    ),
    Rule(
        "Kronecker product",
        "kron",
        "d(A (x) B) = dA (x) B + A (x) dB",
        lambda e, a, d: add(kron(d[0], a[1]), kron(a[0], d[1])),
    ),
    Rule(
        "inner products of blocks",
        "block_inner",
        "d<W_ij, B> = <dW_ij, B> + <W_ij, dB>",
        lambda e, a, d: add(block_inner(d[0], a[1], *e.shape), block_inner(a[0], d[1], *e.shape)),
    ),
    Rule(
        "weighted sum of blocks",
        "block_sum",
        "d(sum a_ij W_ij) = sum a_ij dW_ij + sum da_ij W_ij",
        lambda e, a, d: add(block_sum(d[0], a[1], *e.shape), block_sum(a[0], d[1], *e.shape)),
    ),
)
