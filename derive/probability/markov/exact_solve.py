"""Linear systems over the field of the entries, where a zero is recognised for certain."""

from __future__ import annotations

from typing import Any

from sympy.polys.matrices import DomainMatrix

from derive.linear_algebra.exact_field import Field

Table = list[list[Any]]


def solve(field: Field, left: Table, right: Table) -> Table:
    """The matrix X with ``left X = right``; `left` is square and has an inverse."""
    solved: Table = _matrix(field, left).lu_solve(_matrix(field, right)).to_list()
    return solved


def product(field: Field, left: Table, right: Table) -> Table:
    """The product of two matrices."""
    multiplied: Table = (_matrix(field, left) * _matrix(field, right)).to_list()
    return multiplied


def one_minus(field: Field, square: Table) -> Table:
    """``I - A``."""
    return [
        [(field.whole(1) if i == j else field.whole(0)) - entry for j, entry in enumerate(row)]
        for i, row in enumerate(square)
    ]


def block(table: Table, rows: Any, columns: Any) -> Table:
    """Some rows and columns."""
    return [[table[i][j] for j in columns] for i in rows]


def _matrix(field: Field, table: Table) -> DomainMatrix:
    return DomainMatrix([list(row) for row in table], (len(table), len(table[0])), field.domain)
