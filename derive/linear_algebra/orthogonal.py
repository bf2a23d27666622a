"""Gram-Schmidt within one eigenspace, exactly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sympy.polys.polytools import Poly

from derive.linear_algebra.exact_field import Field
from derive.linear_algebra.null_space import cleared, clearing_factor, inner_product


@dataclass(frozen=True)
class Orthogonalised:
    """One vector made orthogonal to those before: ``scale * (start - sum c_j * before_j)``."""

    vector: tuple[Poly, ...]
    start: tuple[Poly, ...]
    coefficients: tuple[Poly, ...]
    scale: Any


def orthogonalised(
    basis: Sequence[tuple[Poly, ...]],
    modulus: Poly,
    field: Field,
    orient: Callable[[tuple[Poly, ...]], int],
) -> tuple[Orthogonalised, ...]:
    """An orthogonal basis of the same space, vector by vector; `orient` gives each its sign."""
    done: list[Orthogonalised] = []
    for start in basis:
        vector, shares = list(start), []
        for before in done:
            below = inner_product(before.vector, before.vector, modulus, field)
            share = inner_product(before.vector, start, modulus, field)
            coefficient = (share * below.invert(modulus)).rem(modulus)
            shares.append(coefficient)
            pairs = zip(vector, before.vector, strict=True)
            vector = [(x - coefficient * y).rem(modulus) for x, y in pairs]
        whole, sign = cleared(vector, field), orient(tuple(vector))
        scale = clearing_factor(vector, field) * field.whole(sign)
        whole = tuple(x if sign > 0 else -x for x in whole)
        done.append(Orthogonalised(whole, start, tuple(shares), scale))
    return tuple(done)
