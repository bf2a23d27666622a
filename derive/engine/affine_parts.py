"""Affine functions of a vector or a matrix as sums of products around the value."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from derive.language.expression import (
    Node,
    chain_of,
    multiply,
    number,
    split_product,
    transpose,
)


@dataclass(frozen=True)
class Affine:
    """``sum_k L_k x^(t_k) R_k + c``: parts are (L, whether x is turned, R)."""

    parts: tuple[tuple[Node | None, bool, Node | None], ...]
    constant: Node


def parts_of(node: Node) -> tuple[Fraction, tuple[Node, ...], tuple[Node, ...]]:
    """Number, scalar factors and chain of a product; a 1 x 1 chain is a chain."""
    chain = chain_of(node)
    if node.is_scalar and chain and chain == node.args:
        return Fraction(1), (), chain
    return split_product(node)


def facing(affine: Affine, is_turned: bool) -> Affine:
    """A scalar affine function with the value turned, or not, in each part."""
    parts = tuple(
        (L, turned, R) if turned == is_turned else (turn(R), is_turned, turn(L))
        for L, turned, R in affine.parts
    )
    return Affine(parts, affine.constant)


def turn(node: Node | None) -> Node | None:
    return None if node is None else transpose(node)


def product_of(*factors: Node | None) -> Node | None:
    present = [f for f in factors if f is not None and f is not number(1)]
    return multiply(*present) if present else None
