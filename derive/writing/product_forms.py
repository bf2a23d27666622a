"""Forms of sums and products: signs, fractions, and what ones look like among entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.language.expression import Node, split_product
from derive.writing.indexed import written_chain
from derive.writing.numbers import in_decimals, number_form
from derive.writing.pieces import Level, Parts, Piece

if TYPE_CHECKING:
    from derive.writing.notation import Notation


def sum_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """Terms in the author's order; each carries its own sign."""
    terms = [parts[term] for term in node.args]
    piece = notation.sum(terms)
    shows_shape = any(term.symbols and not _is_filled(term) for term in node.args)
    inside = [
        parts[term].inside_elementwise() if shows_shape or not _is_filled(term) else parts[term]
        for term in node.args
    ]
    return piece if inside == terms else replace(piece, entrywise=notation.sum(inside))


def product_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """Number, scalars and chain; reciprocals among the scalars become one fraction."""
    chain = factors_of(node)[2]
    piece = _product(node, parts, notation)
    if _is_filled(node):
        return replace(piece, entrywise=notation.rational(factors_of(node)[0]))
    if len(chain) != 1 or chain[0].op == "ones" or parts[chain[0]].entrywise is None:
        return piece
    inside = {f: parts[f] for f in factors_of(node)[1]}
    inside[chain[0]] = parts[chain[0]].inside_elementwise()
    return replace(piece, entrywise=_product(node, inside, notation))


def _product(node: Node, parts: Parts, notation: Notation) -> Piece:
    coefficient, scalars, chain = factors_of(node)
    magnitude = abs(coefficient)
    count = _fraction_length(magnitude, scalars, parts)
    head = [parts[s] for s in scalars[:count]]
    tail = [*(parts[s] for s in scalars[count:]), *written_chain(chain, parts, notation)]
    # only a scalar goes below: the reciprocal of an array is a factor of its own
    above = [p.above or p for p in head if p.above or not p.below]
    below = [p.below for p in head if p.below]
    if below and len(tail) == 1 and _belongs_above(scalars, chain):
        above, tail = [*above, *tail], []
    if in_decimals(magnitude, notation):
        above.insert(0, number_form(magnitude, notation))
    else:
        if magnitude.numerator != 1:
            above.insert(0, notation.whole(magnitude.numerator))
        if magnitude.denominator != 1:
            below.insert(0, notation.whole(magnitude.denominator))
    factors = [notation.fraction(above, below)] if below else above
    piece = notation.juxtapose([*factors, *tail])
    if coefficient < 0 and piece.level == Level.SUM:
        piece = replace(piece, body=notation.enclosed(piece), level=Level.ATOM, negative=False)
    is_negative = piece.negative != (coefficient < 0)
    return replace(piece, negative=is_negative, below=None, above=None, entrywise=None)


def factors_of(node: Node) -> tuple[Fraction, tuple[Node, ...], tuple[Node, ...]]:
    """Number, scalars and chain of a product, the chain of a 1 x 1 product included."""
    if not node.args[0].is_scalar:
        return Fraction(1), (), node.args
    return split_product(node)


def _fraction_length(magnitude: Fraction, scalars: Sequence[Node], parts: Parts) -> int:
    """How many scalars belong into the leading fraction.

    All up to the last reciprocal; without one, the names right behind a broken number:
    ``lam/2 |w|^2``, but ``1/2 |w|^2``.
    """
    last = max((k for k, s in enumerate(scalars) if parts[s].below), default=-1)
    if last >= 0:
        return last + 1
    if magnitude.denominator == 1:
        return 0
    count = 0
    while count < len(scalars) and _is_name(scalars[count]):
        count += 1
    return count


def _is_name(node: Node) -> bool:
    if node.op == "pow" and node.args[1].is_number:
        node = node.args[0]
    return node.op in {"symbol", "size", "constant", "number"}


def _is_root_of_number(node: Node) -> bool:
    if node.op != "pow" or node.args[0].op != "number" or node.args[1].op != "number":
        return False
    return bool(node.args[1].data.denominator != 1)


def _belongs_above(scalars: Sequence[Node], chain: Sequence[Node]) -> bool:
    """Whether a single matrix factor is written over the denominator: ``w/|w|``."""
    others = [s for s in scalars if not _is_name(s) or _is_root_of_number(s)]
    return len(chain) == 1 and bool(others) and all(s.op == "pow" for s in others)


def hadamard_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """Factors in the author's order; ones inside them are written 1."""
    return notation.elementwise_product([among_entries(f, parts) for f in node.args])


def among_entries(node: Node, parts: Parts) -> Piece:
    """A node inside an elementwise operation; ones alone keep the size that nothing else shows."""
    return parts[node] if _is_filled(node) else parts[node].inside_elementwise()


def _is_filled(node: Node) -> bool:
    """Whether a node is ones, or a number times ones."""
    if node.op != "mul":
        return node.op == "ones"
    _, scalars, chain = factors_of(node)
    return not scalars and len(chain) == 1 and chain[0].op == "ones"
