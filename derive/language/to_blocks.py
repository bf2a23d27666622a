"""The public functions that put matrices together from blocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy
from sympy import Expr, Integer

from derive.errors import ShapeError
from derive.language.arguments import argument
from derive.language.sympy_base import SCALAR
from derive.language.sympy_blocks import BlockOf
from derive.language.sympy_shapes import described


def block(rows: Sequence[Sequence[Any]]) -> Expr:
    """Return the matrix of a grid of blocks.

    Parameters
    ----------
    rows : sequence of sequences of SymPy objects or numbers
        Blocks beside each other have equally many rows, blocks over each other equally many
        columns; a number is a block of one entry.

    Returns
    -------
    MatrixExpr
        The matrix; its sizes are sums of those of the blocks.

    Raises
    ------
    ShapeError
        The blocks do not fit.

    Examples
    --------
    >>> from derive.language.symbols import dims, matrix
    >>> n, d = dims("n d")
    >>> A, B = matrix("A", n, n), matrix("B", n, d)
    >>> block([[A, B]]).shape
    (n, d + n)
    """
    grid = [[argument(entry) for entry in row] for row in rows]
    width = len(grid[0]) if grid else 0
    if not width or any(len(row) != width for row in grid):
        raise ShapeError("a block matrix needs rows of one length, at least one of them")
    for row in grid:
        _require_equal(row, 0, "beside each other need equally many rows")
    for k in range(width):
        _require_equal([row[k] for row in grid], 1, "over each other need equally many columns")
    entries = [entry for row in grid for entry in row]
    if len(entries) == 1:
        return entries[0][0]
    if all(shape == SCALAR for _, shape in entries):
        return sympy.ImmutableDenseMatrix([[expr for expr, _ in row] for row in grid])
    return BlockOf(Integer(width), *(expr for expr, _ in entries))


def vstack(*parts: Any) -> Expr:
    """Return matrices of equally many columns, one under the other.

    Parameters
    ----------
    *parts : SymPy objects or numbers, shapes (n, m), (p, m), ...
        The matrices, from the top.

    Returns
    -------
    MatrixExpr, shape (n + p + ..., m)
        The matrix.

    Raises
    ------
    ShapeError
        The columns differ in number.

    Examples
    --------
    >>> from derive.language.symbols import dims, vector
    >>> n, d = dims("n d")
    >>> vstack(vector("a", n), vector("b", d)).shape
    (d + n, 1)
    """
    return block([[entry] for entry in parts])


def hstack(*parts: Any) -> Expr:
    """Return matrices of equally many rows, side by side.

    Parameters
    ----------
    *parts : SymPy objects or numbers, shapes (n, m), (n, p), ...
        The matrices, from the left.

    Returns
    -------
    MatrixExpr, shape (n, m + p + ...)
        The matrix.

    Raises
    ------
    ShapeError
        The rows differ in number.

    Examples
    --------
    >>> from derive.language.symbols import dims, matrix, vector
    >>> n, d = dims("n d")
    >>> hstack(matrix("X", n, d), vector("y", n)).shape
    (n, d + 1)
    """
    return block([list(parts)])


def _require_equal(parts: Sequence[tuple[Expr, Any]], axis: int, need: str) -> None:
    for expr, shape in parts:
        if shape[axis] != parts[0][1][axis]:
            raise ShapeError(f"blocks {need}: {described(parts[0][0])} and {described(expr)}")
