"""Sums over an index: index symbols, unit vectors, and the binder ``sum over i``.

An index ``i`` is a whole number between two bounds.  The unit vector ``e_i`` picks: row i
of a data matrix is ``x_i = X'e_i``, a column; an entry is ``y_i = e_i'y``.  So rows and
entries are products like any other, and a sum over them needs no rule but that it is
linear.

An index is one of the symbols of what contains it, until a sum binds it.  Sums inside one
another have indices of different names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import count
from typing import NamedTuple

from derive.errors import ShapeError
from derive.language.expression import (
    Node,
    add,
    make,
    multiply,
    number,
    product,
    size_node,
    split_product,
    transpose,
)
from derive.language.functions import postorder
from derive.language.shape_errors import shaped
from derive.language.sizes import Dim, size_names
from derive.language.structure import SCALAR

LETTERS = "ijklmpqrstuvw"


class Range(NamedTuple):
    """The data of an index: its name, its first and its last value."""

    name: str
    first: int
    last: Dim | Node


def index(name: str, last: Dim | Node, first: int = 1) -> Node:
    """An index that runs from `first` to `last`, both included."""
    if isinstance(last, Node) and last.op == "size":
        last = last.data
    elif isinstance(last, Node) and last.is_number and last.data.denominator == 1:
        last = int(last.data)
    return make("index", (), SCALAR, Range(name, first, last))


def last_value(i: Node) -> Node:
    """The last value of an index as a node."""
    last = i.data.last
    return last if isinstance(last, Node) else size_node(last)


def count_of(i: Node) -> Node:
    """How many values an index takes."""
    return add(last_value(i), number(1 - i.data.first))


def unit(i: Node) -> Node:
    """The unit vector ``e_i``, as long as the range of the index."""
    size = i.data.last
    if i.op != "index" or isinstance(size, Node) or i.data.first != 1:
        raise ShapeError(f"a unit vector needs an index that runs from 1 to a size, got {i!r}")
    return number(1) if size == 1 else make("unit", (i,), (size, 1))


def row(A: Node, i: Node) -> Node:
    """Row i of a matrix as a column: ``A'e_i``."""
    _require_range(A, i, 0)
    return multiply(transpose(A), unit(i))


def entry(A: Node, i: Node, j: Node | None = None) -> Node:
    """Entry i of a vector, or entry (i, j) of a matrix."""
    _require_range(A, i, 0)
    if j is None:
        if A.shape[1] != 1:
            raise ShapeError(
                f"an entry of {shaped(A)} needs two indices\n"
                f"  to fix   : take a row of it, or give both indices"
            )
        return multiply(transpose(unit(i)), A)
    _require_range(A, j, 1)
    return multiply(transpose(unit(i)), A, unit(j))


def _require_range(A: Node, i: Node, axis: int) -> None:
    if i.op != "index":
        raise ShapeError(f"rows and entries are taken by an index, got {i!r}")
    what = ("rows", "columns")[axis]
    if i.data.last != A.shape[axis] or i.data.first != 1:
        raise ShapeError(
            f"the index {i.name} runs from {i.data.first} to {i.data.last}, "
            f"but {A!r} has {A.shape[axis]} {what}"
        )


def sum_over(body: Node, i: Node) -> Node:
    """The sum of `body` over all values of an index; what has no index stands outside."""
    if i not in body.symbols:
        return multiply(count_of(i), body)
    coefficient, scalars, chain = split_product(body)
    outside = [s for s in scalars if i not in s.symbols]
    inside = [s for s in scalars if i in s.symbols]
    inner = apart(product(Fraction(1), inside, chain), i)
    bound = make("sum_over", (inner,), body.shape, i)
    return multiply(product(coefficient, outside, []), bound)


def free_indices(node: Node) -> tuple[Node, ...]:
    """The indices in a node that no sum in it binds, by name."""
    found = [symbol for symbol in node.symbols if symbol.op == "index"]
    return tuple(sorted(found, key=lambda i: (i.name, repr(i.data))))


def closed(node: Node, around: Sequence[Node] = (), kept: Sequence[Node] = ()) -> Node:
    """The node summed over its free indices and those `around` it, but for those `kept`."""
    found = dict.fromkeys((*reversed(free_indices(node)), *around))
    # a range that another index bounds is summed over inside the sum over that index
    for i in sorted(found, key=lambda i: not last_value(i).symbols & found.keys()):
        if i not in kept:
            node = sum_over(node, i)
    return node


# --- names ----------------------------------------------------------------------------


def fresh_index(node: Node, last: Dim | Node, first: int = 1, avoid: str = "") -> Node:
    """An index whose letter means nothing else in a node."""
    taken = {avoid}
    for part in postorder(node):
        taken |= size_names(part.shape)
        if part.op in {"symbol", "index"}:
            taken.add(part.name)
        elif part.op == "sum_over":
            taken.add(part.data.name)
        elif part.op == "size":
            taken |= part.data.names
    return index(next(name for name in index_names() if name not in taken), last, first)


def index_names() -> Iterator[str]:
    """Names for indices: letters, then ``i0``, ``i1``, ..."""
    yield from LETTERS
    yield from (f"i{k}" for k in count())


def renamed(node: Node, old: Node, new: Node) -> Node:
    """The node with a free index replaced by another of the same range."""
    done: dict[Node, Node] = {old: new}
    for part in postorder(node, known=done):
        if old not in part.symbols:
            done[part] = part
            continue
        data = part.data
        if part.op == "sum_over" and isinstance(data.data.last, Node):
            bound = data.data
            data = index(bound.name, done.get(bound.last, bound.last), bound.first)
            done[data] = data
            inner = renamed(done[part.args[0]], part.data, data)
            done[part] = make(part.op, (inner,), part.shape, data)
            continue
        done[part] = make(part.op, tuple(done[arg] for arg in part.args), part.shape, data)
    return done[node]


def with_index_names(node: Node, names: Mapping[str, str]) -> Node:
    """The node with indices called otherwise, bound ones too; the new names must be free."""
    done: dict[Node, Node] = {}

    def called(i: Node) -> Node:
        name, first, last = i.data
        if isinstance(last, Node):
            last = with_index_names(last, names)
        return index(names.get(name, name), last, first)

    for part in postorder(node):
        args = tuple(done[arg] for arg in part.args)
        data = part.data
        if part.op == "index":
            done[part] = called(part)
            continue
        if part.op == "sum_over":
            data = called(part.data)
        is_same = data is part.data and args == part.args
        done[part] = part if is_same else make(part.op, args, part.shape, data)
    return done[node]


def apart(body: Node, i: Node) -> Node:
    """The body of a sum over i; sums in it that use the same letter get another."""
    done: dict[Node, Node] = {}
    for part in postorder(body):
        args = tuple(done[arg] for arg in part.args)
        again = part if args == part.args else make(part.op, args, part.shape, part.data)
        if part.op == "sum_over" and part.data.name == i.name:
            inner, bound = again.args[0], part.data.data
            other = fresh_index(body, bound.last, bound.first, avoid=i.name)
            again = make("sum_over", (renamed(inner, part.data, other),), part.shape, other)
        done[part] = again
    return done[body]


def depth_of_sums(node: Node) -> int:
    """How many sums stand inside one another."""
    depths: dict[Node, int] = {}
    for part in postorder(node):
        below = max((depths[arg] for arg in part.args), default=0)
        depths[part] = below + (part.op == "sum_over")
    return depths[node]
