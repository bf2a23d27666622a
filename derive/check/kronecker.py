"""Values of Kronecker products and stacked columns: entries put in their places.

Everything here is a choice of entries and sums of products of them, by the definitions of
the operators; no identity between Kronecker products is used.  Letters as in ``rows``; the
matrix W of ``block_inner`` and ``block_sum`` has m x n blocks of p x q entries.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derive.language.expression import Node
from derive.language.sizes import size_value

Dims = tuple[int, int]


def _stacked_places(rows: int, columns: int) -> list[int]:
    """Where the entries of vec(A) stand in A."""
    return [i * columns + j for j in range(columns) for i in range(rows)]


def _vec(e: Any, n: Node, a: list[Any]) -> Any:
    rows, columns = e.dims(n.args[0])
    return e.numbers.gather(a[0], _stacked_places(rows, columns), rows * columns, 1)


def _unvec(e: Any, n: Node, a: list[Any]) -> Any:
    rows, columns = e.dims(n)
    places = [j * rows + i for i in range(rows) for j in range(columns)]
    return e.numbers.gather(a[0], places, rows, columns)


def _commutation(e: Any, n: Node, a: list[Any]) -> Any:
    """Row k holds its 1 where entry k of vec(A') stands in vec(A)."""
    rows, columns = (size_value(size, e.sizes) for size in n.data)
    size = rows * columns
    identity = e.numbers.eye(size)
    turned = [j * rows + i for i in range(rows) for j in range(columns)]
    places = [k * size + column for k in turned for column in range(size)]
    return e.numbers.gather(identity, places, size, size)


def _kron(e: Any, n: Node, a: list[Any]) -> Any:
    """The entries of A, each held for a block, times the entries of B, repeated."""
    (m, k), (p, q) = e.dims(n.args[0]), e.dims(n.args[1])
    held = [(i // p) * k + j // q for i in range(m * p) for j in range(k * q)]
    repeated = [(i % p) * q + j % q for i in range(m * p) for j in range(k * q)]
    return e.numbers.hadamard(
        e.numbers.gather(a[0], held, m * p, k * q),
        e.numbers.gather(a[1], repeated, m * p, k * q),
    )


def _blocks(e: Any, whole: Any, grid: Dims, block: Dims) -> Any:
    """The blocks of W as the rows of a matrix, each block row by row."""
    (m, k), (p, q) = grid, block
    places = [
        (i * p + r) * k * q + j * q + s
        for i in range(m)
        for j in range(k)
        for r in range(p)
        for s in range(q)
    ]
    return e.numbers.gather(whole, places, m * k, p * q)


def _in_line(e: Any, A: Any, dims: Dims, rows: int, columns: int) -> Any:
    """The entries row by row, as a matrix of another shape."""
    return e.numbers.gather(A, range(dims[0] * dims[1]), rows, columns)


def _block_inner(e: Any, n: Node, a: list[Any]) -> Any:
    grid, block = e.dims(n), e.dims(n.args[1])
    column = _in_line(e, a[1], block, block[0] * block[1], 1)
    inner = e.numbers.product(_blocks(e, a[0], grid, block), column)
    return _in_line(e, inner, grid, *grid)


def _block_sum(e: Any, n: Node, a: list[Any]) -> Any:
    grid, block = e.dims(n.args[1]), e.dims(n)
    weights = _in_line(e, a[1], grid, 1, grid[0] * grid[1])
    summed = e.numbers.product(weights, _blocks(e, a[0], grid, block))
    return _in_line(e, summed, block, *block)


KRONECKER_ROWS: dict[str, Callable[[Any, Node, list[Any]], Any]] = {
    "kron": _kron,
    "vec": _vec,
    "unvec": _unvec,
    "commutation": _commutation,
    "block_inner": _block_inner,
    "block_sum": _block_sum,
}
