"""Sums and powers: shapes checked against the text, sizes of numbers before any is made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NoReturn

from derive.errors import LimitError, ReadError, ShapeInTextError
from derive.language.expression import (
    Node,
    add,
    elementwise_power,
    is_zero,
    negative,
    number,
    power,
)
from derive.language.functions import elementwise
from derive.language.sizes import Shape, shape_text
from derive.language.vanishing import is_vanishing
from derive.language.whole_numbers import MAX_FOLDED_BITS, is_whole
from derive.reading.limits import LIMITS, refuse
from derive.reading.scope import Scope
from derive.reading.surface import Surface, snippet, transposed, written

MINUS_ONE = number(-1)


def shown(scope: Scope, piece: Surface, node: Node) -> str:
    """A piece with its shape, for a message: ```X*w` (n)``."""
    return f"`{snippet(scope.source, piece.start, piece.stop)}` ({shape_text(node.shape)})"


def summed(piece: Surface, terms: Sequence[Node], scope: Scope) -> Node:
    """The sum of terms of one shape."""
    for k, term in enumerate(terms):
        if term.shape != terms[0].shape:
            _cannot_add(piece, terms, k, scope)
    check_folding(terms, piece, scope)
    signed = [terms[0]]
    for sign, term in zip(piece.signs, terms[1:], strict=True):
        is_turned = sign.text == "-" and not is_vanishing(term)
        signed.append(negative(term) if is_turned else term)
    return add(*signed)


def check_folding(nodes: Iterable[Node], piece: Surface, scope: Scope) -> None:
    """Refuse numbers whose sum or product would have too many digits to be written out."""
    bits = 0
    for node in nodes:
        head = node if node.op != "mul" else node.args[0]
        if head.op == "number":
            value = head.data
            bits += max(value.numerator.bit_length(), value.denominator.bit_length()) - 1
    if bits > MAX_FOLDED_BITS:
        digits = MAX_FOLDED_BITS * 3 // 10
        raise LimitError(
            f"the numbers are too large together: they need more than {bits * 3 // 10} digits "
            f"when put together, and the limit is {digits}",
            scope.source,
            piece.start,
            piece.stop,
        )


def _cannot_add(piece: Surface, terms: Sequence[Node], k: int, scope: Scope) -> NoReturn:
    first, other = piece.parts[0], piece.parts[k]
    verb = "subtract" if piece.signs[k - 1].text == "-" else "add"
    link = "from" if verb == "subtract" else "to"
    message = (
        f"cannot {verb} {shown(scope, other, terms[k])} {link} {shown(scope, first, terms[0])}"
    )
    remedy = ""
    if terms[k].is_scalar:
        remedy = _filled(scope, other, terms[0].shape)
    elif terms[0].is_scalar:
        remedy = _filled(scope, first, terms[k].shape)
    elif repeated := _repeated(scope, piece, terms, k):
        remedy = repeated
    elif terms[k].shape == terms[0].shape[::-1]:
        remedy = f"transpose one of them, as in {transposed(scope.source, other)}"
    sign = piece.signs[k - 1]
    raise ShapeInTextError(
        message + (f"\n  to fix   : {remedy}" if remedy else ""),
        scope.source,
        sign.start,
        other.stop,
    )


def _repeated(scope: Scope, piece: Surface, terms: Sequence[Node], k: int) -> str:
    """How to repeat a vector in every column or row of the matrix it is added to."""
    for one, other in ((k, 0), (0, k)):
        vector, (rows, columns) = terms[one], terms[other].shape
        if not vector.is_vector or vector.is_scalar or 1 in (rows, columns):
            continue
        text = written(scope.source, piece.parts[one])
        if "mean(" in text:
            inside = snippet(scope.source, piece.parts[other].start, piece.parts[other].stop)
            return (
                f"mean takes all entries together; means of columns are "
                f"ones({rows})*colsums({inside})'/{rows},\n"
                f"             means of rows rowsums({inside})*ones({columns})'/{columns}"
            )
        if vector.shape[0] == columns != rows:
            return f"write ones({rows})*{text}' to repeat it in every row"
        if vector.shape[0] == rows:
            return f"write {text}*ones({columns})' to repeat it in every column"
    return ""


def _filled(scope: Scope, piece: Surface, shape: Shape) -> str:
    """How to write a scalar as a matrix of a shape."""
    scalar, (rows, columns) = written(scope.source, piece), shape
    ones = f"ones({rows})" if columns == 1 else f"ones({rows}, {columns})"
    times = "" if scalar == "1" else f"{scalar}*"
    remedy = f"write {times}{ones} for {scalar} in every entry"
    return f"{remedy}, {times}eye({rows}) for the diagonal" if rows == columns else remedy


def raised(piece: Surface, arguments: Sequence[Node], scope: Scope) -> Node:
    """A power: of a scalar, of a square matrix, or (``.^``) of each entry."""
    base, exponent = arguments
    if not exponent.is_scalar:
        _exponent_not_scalar(piece, base, exponent, scope)
    if exponent.op == "number":
        _check_exponent(piece, base, exponent, scope)
    if piece.signs[0].text == "^" and not base.is_scalar:
        _check_matrix_power(piece, base, exponent, scope)
        return power(base, exponent)
    if base.op == "constant" and base.data == "e":
        return elementwise("exp", exponent)
    if _is_nothing(base) and exponent.op == "number" and exponent.data < 0:
        _divides_by_zero(piece, scope)
    return elementwise_power(base, exponent)


def reciprocal(piece: Surface, node: Node, scope: Scope) -> Node:
    """One over a scalar, or over each entry."""
    if _is_nothing(node):
        _divides_by_zero(piece, scope)
    return elementwise_power(node, MINUS_ONE)


def _is_nothing(node: Node) -> bool:
    return is_zero(node) or is_vanishing(node)


def _divides_by_zero(piece: Surface, scope: Scope) -> NoReturn:
    raise ReadError("this divides by zero", scope.source, piece.start, piece.stop)


def _check_exponent(piece: Surface, base: Node, exponent: Node, scope: Scope) -> None:
    """Refuse a large exponent before the power is made; ``(x^a)^b`` counts as ``x^(a*b)``."""
    above, size = piece.parts[1], abs(exponent.data)
    if base.op == "pow" and base.args[1].op == "number":
        size *= max(1, abs(base.args[1].data))
    if size > LIMITS.exponent:
        text = snippet(scope.source, above.start, above.stop)
        what, limit = "the exponent is too large", LIMITS.exponent
        refuse(what, f"`{text}`", limit, scope.source, above.start, above.stop)


def _exponent_not_scalar(piece: Surface, base: Node, exponent: Node, scope: Scope) -> NoReturn:
    below, above = (written(scope.source, part) for part in piece.parts)
    product = "*" if base.is_scalar else ".*"
    place = piece.parts[1]
    raise ShapeInTextError(
        f"an exponent must be a scalar, got {shown(scope, place, exponent)}\n"
        f"  to fix   : for a power in each entry write exp({above}{product}log({below}))",
        scope.source,
        place.start,
        place.stop,
    )


def _check_matrix_power(piece: Surface, base: Node, exponent: Node, scope: Scope) -> None:
    below = piece.parts[0]
    text, remedy = written(scope.source, below), "use .^ for elementwise powers"
    if base.shape[0] != base.shape[1]:
        if base.is_vector:
            remedy += f", {text}'*{text} or norm2({text})^2 for the squared norm"
        raise ShapeInTextError(
            f"only a square matrix has a power, got {shown(scope, below, base)}\n"
            f"  to fix   : {remedy}",
            scope.source,
            piece.start,
            piece.stop,
        )
    if not is_whole(exponent):
        if exponent.op == "symbol":
            remedy = f"declare {exponent.name} integer, or {remedy}"
        raise ShapeInTextError(
            f"the power of a matrix needs a whole number as its exponent; the base is "
            f"{shown(scope, below, base)}\n"
            f"  to fix   : {remedy}",
            scope.source,
            piece.parts[1].start,
            piece.parts[1].stop,
        )
