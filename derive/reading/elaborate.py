"""Surface tree to node: names get their shapes, signs their meaning, clashes their error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TypeAlias

from derive.errors import ReadError, ShapeError, ShapeInTextError
from derive.language.blocks import block
from derive.language.expression import Node, negative, number, transpose
from derive.language.sizes import shape_text
from derive.reading.arithmetic import raised, summed
from derive.reading.calls import called, spelled
from derive.reading.indices import (
    bound,
    is_sum,
    member,
    names_of,
    picked,
    ranged,
    require_one_meaning,
    unbound,
)
from derive.reading.products import elementwise_product, product
from derive.reading.scope import Scope
from derive.reading.surface import Surface
from derive.reading.vanished import with_domain
from derive.reading.vocabulary import kron_of

Indices: TypeAlias = tuple[Node, ...]


def elaborate(root: Surface, scope: Scope) -> Node:
    """The node that a surface tree means.

    Parameters
    ----------
    root : Surface
        What was written.
    scope : Scope
        The source and what its names mean.

    Raises
    ------
    NameUnknownError
        A name or a function is not known.
    ShapeError
        Shapes disagree; both are named.
    AmbiguousError
        Values stand side by side in a way that has more than one reading.
    LimitError
        A number or an exponent grows past its limit.
    """
    values: list[Node] = []
    stack: list[tuple[Surface, Scope, Indices | None]] = [(root, scope, None)]
    while stack:
        piece, scope, indices = stack.pop()
        piece = spelled(piece, scope)
        parts = piece.parts[:1] if is_sum(piece, scope) else piece.parts
        if parts and indices is None:
            indices = _indices(piece, scope) if is_sum(piece, scope) else ()
            inside = scope.inside(indices)
            stack.append((piece, scope, indices))
            stack.extend((part, inside, None) for part in reversed(parts))
            continue
        first = len(values) - len(parts)
        arguments = values[first:]
        del values[first:]
        values.append(_build(piece, arguments, scope, indices or ()))
    return values[0]


def _indices(piece: Surface, scope: Scope) -> Indices:
    """The indices of a sum; the ends of a range that is written out stand outside it."""
    names = names_of(piece, scope)
    bounds = [elaborate(part, scope) for part in piece.parts[1:]]
    return tuple(ranged(name, piece, bounds, scope) for name in names)


def _build(piece: Surface, arguments: Sequence[Node], scope: Scope, indices: Indices) -> Node:
    try:
        if is_sum(piece, scope):
            return bound(arguments[0], indices)
        return with_domain(_MEANINGS[piece.kind](piece, arguments, scope), arguments)
    except ReadError:
        raise
    except ShapeError as error:
        # the rooms behind are the last guard; their message speaks of nodes, the caret of text
        first_line = str(error).partition("\n")[0]
        raise ShapeInTextError(first_line[:200], scope.source, piece.start, piece.stop) from error


def _number(piece: Surface, arguments: Sequence[Node], scope: Scope) -> Node:
    return number(int(piece.text) if piece.text.isdigit() else Fraction(piece.text))


def _name(piece: Surface, arguments: Sequence[Node], scope: Scope) -> Node:
    if not scope.is_declared(piece.text) and piece.text not in scope.indices:
        if piece.text in scope.ranges:
            unbound(piece, scope)
        found = member(piece, scope)
        if found is not None:
            return found
    require_one_meaning(piece, scope.indices, scope)
    return scope.value(piece)


def _only(piece: Surface, arguments: Sequence[Node], scope: Scope) -> Node:
    return arguments[0]


def _transpose(piece: Surface, arguments: Sequence[Node], scope: Scope) -> Node:
    return transpose(arguments[0])


def _minus(piece: Surface, arguments: Sequence[Node], scope: Scope) -> Node:
    return negative(arguments[0])


def _array(piece: Surface, arguments: Sequence[Node], scope: Scope) -> Node:
    for part, entry in zip(piece.parts, arguments, strict=True):
        if part.kind == "array" and not entry.is_scalar:
            raise ShapeInTextError(
                f"a row of an explicit matrix holds scalars or matrices, and this is a list of "
                f"shape {shape_text(entry.shape)}",
                scope.source,
                part.start,
                part.stop,
            )
    entries = iter(arguments)
    rows = [[next(entries) for _ in range(count)] for count in piece.rows]
    try:
        return block(rows)
    except ShapeError as error:
        raise ShapeInTextError(str(error), scope.source, piece.start, piece.stop) from None


_MEANINGS: dict[str, Callable[[Surface, Sequence[Node], Scope], Node]] = {
    "number": _number,
    "name": _name,
    "group": _only,
    "call": called,
    "array": _array,
    "entry": picked,
    "transpose": _transpose,
    "minus": _minus,
    "power": raised,
    "product": product,
    "elementwise": elementwise_product,
    "kronecker": lambda piece, factors, scope: kron_of(*factors),
    "sum": summed,
}
