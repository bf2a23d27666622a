"""Forms of powers, roots and inverses."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.language.expression import Node
from derive.writing.indexed import as_base, matrix_raised
from derive.writing.pieces import Parts, Piece
from derive.writing.product_forms import among_entries

if TYPE_CHECKING:
    from derive.writing.notation import Notation

HALF = Fraction(1, 2)


def power_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """Roots, reciprocals and squares of scalars; marked powers of arrays."""
    base, exponent = node.args
    value = exponent.data if exponent.is_number else None
    if value is None and node.is_scalar:
        return notation.power(as_base(base, parts[base]), parts[exponent])
    if value is None:
        return notation.elementwise_power(among_entries(base, parts), parts[exponent])
    if value >= 0:
        piece = _positive_power(base, value, parts, notation)
        return replace(piece, entrywise=_unmarked_power(base, value, parts, notation))
    if node.is_scalar:
        inner = _positive_power(base, -value, parts, notation)
        return replace(notation.fraction([], [inner]), below=inner)
    written = notation.elementwise_power(among_entries(base, parts), notation.rational(value))
    inner = _positive_power(base, -value, parts, notation)
    return replace(written, below=_unmarked_power(base, -value, parts, notation) or inner)


def _positive_power(base: Node, value: Fraction, parts: Parts, notation: Notation) -> Piece:
    if value == 1:
        return among_entries(base, parts)
    if value == HALF:
        return notation.root(among_entries(base, parts))
    exponent = notation.rational(value)
    if base.is_scalar:
        return notation.power(as_base(base, parts[base]), exponent)
    return notation.elementwise_power(among_entries(base, parts), exponent)


def _unmarked_power(base: Node, value: Fraction, parts: Parts, notation: Notation) -> Piece | None:
    """1 - tanh(z)^2 for a vector: among entries, a power of one has no second meaning."""
    if base.op != "map" or base.is_scalar or 1 not in base.shape or value in {1, HALF}:
        return None
    return notation.power(as_base(base, among_entries(base, parts)), notation.rational(value))


def matrix_power_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """A^3, A^-2 for a power of the inverse, and (A^3)' for a power of the transpose."""
    (base,), sign = node.args, 1
    if base.op == "inverse":
        (base,), sign = base.args, -1
    return matrix_raised(base, notation.rational(Fraction(sign * node.data)), parts, notation)


def inverse_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """A^-1, and A^-T for the inverse of the transpose."""
    (base,) = node.args
    if base.op == "transpose":
        return notation.inverse(parts[base.args[0]], is_transposed=True)
    if base.op == "matrixmap" and base.data == "sqrtm":
        return matrix_raised(base.args[0], notation.rational(-HALF), parts, notation)
    return notation.inverse(parts[base], is_transposed=False)
