"""Of which rank a matrix is at most, by its form: ``a b'`` has rank one."""

from __future__ import annotations

from derive.language.expression import Node, split_product
from derive.language.sizes import Dim


def is_singular_by_shape(matrix: Node) -> bool:
    """Whether the columns of a matrix depend on each other whatever its entries.

    A size that has a name is taken to be larger than one.
    """
    if matrix.is_scalar:
        return most_rank(matrix) == 0
    most, size = most_rank(matrix), matrix.shape[1]
    if most is None:
        return False
    return most < size if isinstance(size, int) else most <= 1


def most_rank(matrix: Node) -> int | None:
    """A bound of the rank that is a number, if there is one."""
    if matrix.op == "zero" or (matrix.is_number and matrix.data == 0):
        return 0
    if matrix.op == "ones":
        return 1
    if matrix.op == "add":
        ranks = [most_rank(term) for term in matrix.args]
        return None if None in ranks else sum(rank for rank in ranks if rank is not None)
    if matrix.op == "transpose":
        return most_rank(matrix.args[0])
    if matrix.op == "mul" and not matrix.is_scalar:
        chain = [factor for factor in split_product(matrix)[2] if factor is not matrix]
        return _least([_smaller_side(matrix.shape), *map(most_rank, chain)])
    return _smaller_side(matrix.shape)


def _smaller_side(shape: tuple[Dim, Dim]) -> int | None:
    return _least([side if isinstance(side, int) else None for side in shape])


def _least(bounds: list[int | None]) -> int | None:
    return min((bound for bound in bounds if bound is not None), default=None)
