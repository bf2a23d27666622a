"""Matrices whose entries are known: parts of them, and what is put together from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import sympy

from derive.engine.factoring import cancelled, in_factors
from derive.language.blocks import part_of
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
    done: dict[Node, sympy.Matrix] = {}
    for part in postorder(node):
        if not all(isinstance(size, int) for size in part.shape):
            return None
        if all(inner.is_scalar and inner.op != "part" for inner in postorder(part)):
            done[part] = sympy.Matrix([[to_sympy(part)]])
        elif part.op in _VALUES:
            done[part] = _VALUES[part.op](part, [done[arg] for arg in part.args])
        else:
            return None
    return done[node]


def written_out(node: Node) -> Node:
    """A matrix put together from matrices of known entries as one of these."""
    known = None if node.op in {"array", "symbol"} else explicit(node)
    return node if known is None else entry_matrix(known)


def entry_matrix(matrix: sympy.Matrix) -> Node:
    """A matrix of entries in their shortest form."""
    short = matrix.applyfunc(_shortest)
    return from_sympy(short[0, 0] if short.shape == (1, 1) else short)


def _shortest(entry: sympy.Expr) -> sympy.Expr:
    forms = (cancelled(entry), in_factors(entry), entry)
    return min(forms, key=lambda e: (sympy.count_ops(e), str(e)))


def _product(node: Node, factors: list[sympy.Matrix]) -> sympy.Matrix:
    whole = factors[0]
    for factor in factors[1:]:
        if whole.cols == factor.rows:
            whole = whole * factor
        else:
            whole = whole[0] * factor if whole.shape == (1, 1) else whole * factor[0]
    return whole


def _block(node: Node, parts: list[sympy.Matrix]) -> sympy.Matrix:
    width = node.data[1]
    rows = [parts[k : k + width] for k in range(0, len(parts), width)]
    return sympy.Matrix.vstack(*(sympy.Matrix.hstack(*row) for row in rows))


_VALUES: Mapping[str, Callable[[Node, list[sympy.Matrix]], sympy.Matrix]] = {
    "eye": lambda node, _: sympy.eye(node.shape[0]),
    "ones": lambda node, _: sympy.ones(*node.shape),
    "zero": lambda node, _: sympy.zeros(*node.shape),
    "array": lambda node, parts: sympy.Matrix(*node.shape, [part[0] for part in parts]),
    "add": lambda _, parts: sum(parts[1:], parts[0]),
    "mul": _product,
    "pow": lambda _, parts: sympy.Matrix([[parts[0][0] ** parts[1][0]]]),
    "transpose": lambda _, parts: parts[0].T,
    "inverse": lambda _, parts: parts[0].inv(),
    "diag": lambda _, parts: sympy.diag(*parts[0]),
    "block": _block,
}
