"""Matrices whose entries are known: parts of them, and what is put together from them."""

from __future__ import annotations

from collections.abc import Sequence

import sympy

from derive.language.blocks import grid_of, part_of
from derive.language.expression import Node
from derive.language.functions import array, postorder
from derive.language.sympy_in import from_sympy
from derive.language.sympy_out import to_sympy


def entries(node: Node, rows: Sequence[int], columns: Sequence[int]) -> Node:
    """Some rows and columns of a matrix of fixed size."""
    known = explicit(node)
    if known is not None:
        return from_sympy(known.extract(list(rows), list(columns)))
    found = [[part_of(node, i, j, 1, 1) for j in columns] for i in rows]
    return found[0][0] if len(rows) == len(columns) == 1 else array(found)


def explicit(node: Node) -> sympy.Matrix | None:
    """The matrix of entries, where all are scalars that are known; None elsewhere."""
    if not all(isinstance(size, int) for part in postorder(node) for size in part.shape):
        return None
    if any(p.op == "part" or (p.op == "symbol" and not p.is_scalar) for p in postorder(node)):
        return None
    if node.op == "block":
        grid = [[explicit(entry) for entry in row] for row in grid_of(node)]
        if any(entry is None for row in grid for entry in row):
            return None
        return sympy.Matrix.vstack(*(sympy.Matrix.hstack(*row) for row in grid))
    found = to_sympy(node)
    if isinstance(found, sympy.MatrixBase):
        return sympy.Matrix(found)
    if isinstance(found, sympy.MatrixExpr):
        try:
            return sympy.Matrix(found.as_explicit())
        except NotImplementedError:  # a function of matrices that SymPy has no entries of
            return None
    return sympy.Matrix([[found]])


def written_out(node: Node) -> Node:
    """A matrix put together from matrices of known entries as one of these."""
    known = None if node.op in {"array", "symbol"} else explicit(node)
    return node if known is None else entry_matrix(known)


def entry_matrix(matrix: sympy.Matrix) -> Node:
    """A matrix of entries in their shortest form."""
    short = matrix.applyfunc(_shortest)
    return from_sympy(short[0, 0] if short.shape == (1, 1) else short)


def _shortest(entry: sympy.Expr) -> sympy.Expr:
    forms = (sympy.cancel(entry), sympy.factor(entry), entry)
    return min(forms, key=lambda e: (sympy.count_ops(e), str(e)))
