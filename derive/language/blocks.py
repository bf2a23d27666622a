"""Matrices put together from blocks, and parts of matrices."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derive.errors import ShapeError
from derive.language.expression import Node, make, multiply, ones, product, split_product, zero
from derive.language.functions import array
from derive.language.shape_errors import shaped
from derive.language.sizes import Dim, shape_text


def block(rows: Sequence[Sequence[Node]]) -> Node:
    """The matrix of a grid of blocks; a grid of scalars is an explicit matrix."""
    width = len(rows[0]) if rows else 0
    if not width or any(len(row) != width for row in rows):
        raise ShapeError("a block matrix needs rows of one length, at least one of them")
    for row in rows:
        _require_equal("rows", row, [part.shape[0] for part in row])
    for k in range(width):
        column = [row[k] for row in rows]
        _require_equal("columns", column, [part.shape[1] for part in column])
    entries = tuple(part for row in rows for part in row)
    if len(entries) == 1:
        return entries[0]
    if all(part.is_scalar for part in entries):
        return array([list(row) for row in rows])
    shape = (_sum([row[0].shape[0] for row in rows]), _sum([part.shape[1] for part in rows[0]]))
    if all(part.op == "zero" or (part.is_number and part.data == 0) for part in entries):
        return zero(shape)
    return make("block", entries, shape, (len(rows), width))


def vstack(*parts: Node) -> Node:
    """Matrices of equally many columns, one under the other."""
    return block([[part] for part in parts])


def hstack(*parts: Node) -> Node:
    """Matrices of equally many rows, side by side."""
    return block([parts])


def part_of(node: Node, row: Dim, column: Dim, rows: Dim, columns: Dim) -> Node:
    """`rows` and `columns` of a matrix, behind its first `row` rows and `column` columns."""
    shape = (rows, columns)
    if node.shape == shape:
        return node
    _require_inside(node, (row, column), shape)
    coefficient, scalars, chain = split_product(node)
    if chain and (scalars or coefficient != 1):
        inner = part_of(product(Fraction(1), [], chain), row, column, rows, columns)
        return multiply(product(coefficient, scalars, []), inner)
    if node.op == "zero":
        return zero(shape)
    if node.op == "ones":
        return ones(*shape)
    if node.op == "part":
        return part_of(node.args[0], node.data[0] + row, node.data[1] + column, rows, columns)
    if node.op == "block":
        found = _among_blocks(node, (row, column), shape)
        if found is not None:
            return found
    return make("part", (node,), shape, (row, column))


def embedded(node: Node, row: Dim, column: Dim, rows: Dim, columns: Dim) -> Node:
    """The matrix of zeros of `rows` and `columns` with `node` behind that row and column."""
    heights = [row, node.shape[0], rows + -1 * (row + node.shape[0])]
    widths = [column, node.shape[1], columns + -1 * (column + node.shape[1])]
    return block(
        [
            [node if (i, j) == (1, 1) else zero((h, w)) for j, w in enumerate(widths) if w != 0]
            for i, h in enumerate(heights)
            if h != 0
        ]
    )


def grid_of(node: Node) -> list[list[Node]]:
    """The rows of blocks of a block matrix."""
    width = node.data[1]
    return [list(node.args[k : k + width]) for k in range(0, len(node.args), width)]


def offsets_of(node: Node) -> tuple[list[Dim], list[Dim]]:
    """The rows above each row of blocks, and the columns before each column of them."""
    grid = grid_of(node)
    heights = [row[0].shape[0] for row in grid]
    widths = [entry.shape[1] for entry in grid[0]]
    return _cuts(heights), _cuts(widths)


def _cuts(sizes: Sequence[Dim]) -> list[Dim]:
    cuts: list[Dim] = [0]
    for size in sizes:
        cuts.append(cuts[-1] + size)
    return cuts


def _among_blocks(node: Node, offset: tuple[Dim, Dim], shape: tuple[Dim, Dim]) -> Node | None:
    """The part of a block matrix that is made of whole blocks, or lies in one row of them."""
    tops, lefts = offsets_of(node)
    bottom, right = offset[0] + shape[0], offset[1] + shape[1]
    ends = ((tops, offset[0], bottom), (lefts, offset[1], right))
    if any(first not in cuts or last not in cuts for cuts, first, last in ends):
        return None
    (i, i2), (j, j2) = ((cuts.index(first), cuts.index(last)) for cuts, first, last in ends)
    return block([row[j:j2] for row in grid_of(node)[i:i2]])


def _sum(sizes: Sequence[Dim]) -> Dim:
    total: Dim = 0
    for size in sizes:
        total = total + size
    return total


def _require_equal(what: str, parts: Sequence[Node], sizes: Sequence[Dim]) -> None:
    where = "beside" if what == "rows" else "over"
    for entry, size in zip(parts, sizes, strict=True):
        if size != sizes[0]:
            raise ShapeError(
                f"blocks {where} each other need equally many {what}: "
                f"{parts[0]!r} is {shape_text(parts[0].shape)}, "
                f"{entry!r} is {shape_text(entry.shape)}"
            )


def _require_inside(node: Node, offset: tuple[Dim, Dim], shape: tuple[Dim, Dim]) -> None:
    """Raise where sizes are fixed and the part does not fit."""
    for size, first, wanted in zip(node.shape, offset, shape, strict=True):
        left = size + -1 * (first + wanted)
        if (isinstance(left, int) and left < 0) or (isinstance(first, int) and first < 0):
            raise ShapeError(
                f"{shaped(node)} has no part of shape "
                f"{shape_text(shape)} behind {first} rows or columns"
            )
