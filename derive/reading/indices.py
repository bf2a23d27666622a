"""Sums over an index in a text: ``sum_i(y_i*x_i)``, ``sum_{i,j}(A[i, j])``.

Inside ``sum_i(...)`` the name ``x_i`` is row i of the matrix x (or entry i of a vector), as
a family ``x_i: d, i: 1..n`` declares it; ``row(X, i)``, ``y[i]`` and ``A[i, j]`` say the
same of any declared array.  The range of an index is declared, written as second and third
argument, or read off the arrays that it indexes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NoReturn

from derive.errors import (
    AmbiguousError,
    DeclarationInTextError,
    NameUnknownError,
    ReadError,
    ShapeInTextError,
)
from derive.language.expression import Node
from derive.language.indices import entry, index, row, sum_over
from derive.language.sizes import Dim, shape_text
from derive.language.whole_numbers import is_whole
from derive.reading.scope import Scope, indexed_name
from derive.reading.surface import Surface, parts_of, snippet, written

_SUM = re.compile(r"sum_(?:([A-Za-z])|\{([^{}]*)\})")
_LETTER = re.compile(r"[A-Za-z]")


def is_sum(piece: Surface, scope: Scope) -> bool:
    """Whether a piece is a sum over an index."""
    is_call = piece.kind == "call" and not scope.is_declared(piece.text)
    return is_call and _SUM.fullmatch(piece.text) is not None


def names_of(piece: Surface, scope: Scope) -> tuple[str, ...]:
    """The indices of a sum as written."""
    match = _SUM.fullmatch(piece.text)
    assert match is not None
    names = tuple(name.strip() for name in (match[1] or match[2]).split(","))
    stop = piece.start + len(piece.text)
    for k, name in enumerate(names):
        if not _LETTER.fullmatch(name):
            remedy = "write sum_i(...)" + (
                ", or sum_i(..., 1, n) with a range" if "=" in name else ""
            )
            _wrong(f"an index is one letter, got `{name}`", remedy, scope, piece, stop)
        if name in scope.indices or name in names[:k]:
            _wrong(
                f"`{name}` is the index of a sum around this already",
                "take another letter",
                scope,
                piece,
                stop,
            )
        if scope.is_declared(name):
            what = "a size" if name in scope.sizes else "declared as a symbol"
            _wrong(f"`{name}` is {what}, no index", "take another letter", scope, piece, stop)
    if len(piece.parts) not in (1, 3) or (len(piece.parts) == 3 and len(names) > 1):
        _wrong(
            f"`{piece.text}` takes its terms, or its terms and a range",
            f"write {piece.text}(f), or sum_i(f, 1, n)",
            scope,
            piece,
            piece.stop,
        )
    return names


def _wrong(what: str, remedy: str, scope: Scope, piece: Surface, stop: int) -> NoReturn:
    raise ReadError(f"{what}\n  to fix   : {remedy}", scope.source, piece.start, stop)


def ranged(name: str, piece: Surface, bounds: Sequence[Node], scope: Scope) -> Node:
    """The index of a sum: its range as written, as declared, or as its arrays show it."""
    if bounds:
        return _written_range(name, piece, bounds, scope)
    if name in scope.ranges:
        return scope.ranges[name]
    sizes = dict.fromkeys(_sizes_shown(name, piece.parts[0], scope))
    if len(sizes) == 1:
        return index(name, next(iter(sizes)))
    what = "is not declared" if not sizes else f"could be {' or '.join(map(str, sizes))}"
    raise DeclarationInTextError(
        f"the range of the index `{name}` {what}\n"
        f"  to fix   : declare it among the shapes, as in {name}: 1..n, or write "
        f"sum_{name}(f, 1, n)",
        scope.source,
        piece.start,
        piece.start + len(piece.text),
    )


def _written_range(name: str, piece: Surface, bounds: Sequence[Node], scope: Scope) -> Node:
    first, last = bounds
    if first.op != "number" or first.data not in (0, 1):
        part = piece.parts[1]
        remedy = "shift the index"
        if first.op != "number":
            remedy = (
                f"sum over all {name}, each term times an entry of a matrix of ones and zeros: "
                f"sum_{name}(R_{'j' if name == 'i' else 'i'}{name}*...), R: n x n binary"
            )
        raise ReadError(
            f"a sum begins at 0 or 1\n  to fix   : {remedy}",
            scope.source,
            part.start,
            part.stop,
        )
    if not last.is_scalar or not is_whole(last):
        part = piece.parts[2]
        raise ReadError(
            "a sum ends at a whole number: a size, or a symbol declared integer",
            scope.source,
            part.start,
            part.stop,
        )
    return index(name, last, int(first.data))


def _sizes_shown(name: str, body: Surface, scope: Scope) -> Iterator[Dim]:
    """The sizes of the arrays that an index runs over in a text."""
    pending = [body]
    while pending:
        piece = pending.pop()
        pending.extend(reversed(piece.parts))
        if piece.kind == "name":
            base, letters = indexed_name(piece.text)
            if base in scope.symbols and name in letters:
                require_one_meaning(piece, {name, *scope.indices}, scope)
                _require_entries(scope.symbols[base], piece, scope)
                yield scope.symbols[base].shape[letters.index(name)]
        elif piece.kind == "entry" or (piece.kind == "call" and piece.text == "row"):
            array, *places = piece.parts
            node = scope.symbols.get(array.text) if array.kind == "name" else None
            for axis, place in enumerate(places[:2]):
                if node is not None and place.kind == "name" and place.text == name:
                    _require_entries(node, array, scope)
                    yield node.shape[axis]


def bound(node: Node, indices: Sequence[Node]) -> Node:
    """The sum over some indices, the last of them innermost."""
    for i in reversed(indices):
        node = sum_over(node, i)
    return node


def picked(piece: Surface, arguments: Sequence[Node], scope: Scope) -> Node:
    """An entry ``y[i]`` or ``A[i, j]``."""
    array, *places = arguments
    first = piece.parts[1]
    _require_entries(array, piece.parts[0], scope)
    if len(places) > 2 or any(place.op != "index" for place in places):
        raise ReadError(
            "single entries and slices cannot be taken in brackets\n"
            f"  to fix   : {_place(written(scope.source, piece.parts[0]), array, places)}; "
            f"the index of a sum picks entries, as in sum_i(y[i]^2)",
            scope.source,
            first.start - 1,
            piece.stop,
        )
    if len(places) == 1 and array.shape[1] != 1:
        text = written(scope.source, piece.parts[0])
        raise ShapeInTextError(
            f"one index does not pick an entry of {shape_text(array.shape)}\n"
            f"  to fix   : write row({text}, {places[0].name}) for a row, or give two indices",
            scope.source,
            piece.start,
            piece.stop,
        )
    return entry(array, *places)


def _place(text: str, array: Node, places: Sequence[Node]) -> str:
    """What to write for the entry at places given by numbers, else for any."""
    counted = [one.data for one in places if one.op == "number" and is_whole(one)]
    is_one_entry = len(counted) == 2 or (len(counted) == 1 and array.shape[1] == 1)
    if is_one_entry and len(counted) == len(places) and min(counted) > 0:
        row, column = (*counted, 1)[:2]
        return f"write part({text}, {row}, {column}, 1, 1), counted from one"
    return parts_of(text)


def member(piece: Surface, scope: Scope) -> Node | None:
    """What ``x_i`` is: a row or an entry of a declared array; None if it is nothing of these."""
    base, letters = indexed_name(piece.text)
    if base not in scope.symbols or not letters:
        return None
    for letter in letters:
        if letter not in scope.indices and letter in scope.ranges:
            raise NameUnknownError(
                f"the index of `{piece.text}` is used outside its sum\n"
                f"  to fix   : write sum_{letter}(...) around it",
                scope.source,
                piece.start,
                piece.stop,
            )
    if not all(letter in scope.indices for letter in letters):
        return None
    array, places = scope.symbols[base], [scope.indices[letter] for letter in letters]
    _require_entries(array, piece, scope)
    if len(places) == 1 and array.shape[1] != 1:
        return row(array, places[0])
    return entry(array, *places)


def require_one_meaning(piece: Surface, indices: Collection[str], scope: Scope) -> None:
    """Raise for a symbol of its own, ``x_i``, that reads as a member inside ``sum_i``."""
    base, letters = indexed_name(piece.text)
    is_array = base in scope.symbols
    bound = [letter for letter in letters if letter in indices]
    if not scope.is_value(piece.text) or not bound or (not is_array and set(letters) - set(bound)):
        return
    name, what = piece.text, "row" if len(letters) == 1 else "entry"
    if is_array:
        what = "entry" if scope.symbols[base].shape[1] == 1 else what
        member = f"{what} {', '.join(letters)} of {base}; then leave {name} out of the shapes"
    else:
        ranges = ", ".join(f"{letter}: 1..n" for letter in letters)
        member = f"{what} {', '.join(letters)} of an array {base}; then declare {ranges} as well"
    raise AmbiguousError(
        f"`{name}` stands inside sum_{bound[0]} and is a symbol of its own\n"
        f"  readings : {member}\n"
        f"             a symbol, the same for every {bound[0]}; then name it without the index",
        scope.source,
        piece.start,
        piece.stop,
    )


def _require_entries(array: Node, piece: Surface, scope: Scope) -> None:
    """Raise if an index stands at a scalar."""
    if array.is_scalar:
        text = snippet(scope.source, piece.start, piece.stop)
        raise ShapeInTextError(
            f"an index picks an entry, and a scalar has none: `{text}`\n"
            f"  to fix   : declare a vector, or leave the index out",
            scope.source,
            piece.start,
            piece.stop,
        )


def unbound(piece: Surface, scope: Scope) -> NoReturn:
    """Raise for an index that stands outside its sum."""
    name = snippet(scope.source, piece.start, piece.stop)
    raise NameUnknownError(
        f"the index `{name}` is used outside its sum\n"
        f"  to fix   : write sum_{name}(...) around what contains it",
        scope.source,
        piece.start,
        piece.stop,
    )
