"""Kronecker products, stacked columns, and what their adjoints need.

``vec`` stacks columns, so that ``vec(A X B) = (B' (x) A) vec(X)``.  The matrix ``W`` of
``block_inner`` and ``block_sum`` is cut into blocks as ``A (x) B`` is: block (i, j) stands
where ``a_ij B`` does.  They are the adjoints of the Kronecker product in its two factors, and
each other's.
"""

from __future__ import annotations

from fractions import Fraction

from derive.errors import ShapeError
from derive.language.expression import (
    Node,
    eye,
    make,
    multiply,
    ones,
    product,
    split_product,
    transpose,
    zero,
)
from derive.language.functions import dot
from derive.language.shape_errors import shaped
from derive.language.sizes import Dim, Shape, shape_text


def kron(left: Node, right: Node) -> Node:
    """The Kronecker product, the matrix of the blocks ``a_ij B``; scalars only scale.

    A product of several is kept from the left: ``(A (x) B) (x) C``.
    """
    shape = _times(left.shape, right.shape)
    if left.is_scalar or right.is_scalar:
        return multiply(left, right)
    outside, left = _parted(left)
    more, right = _parted(right)
    if left.op == "zero" or right.op == "zero":
        return zero(shape)
    if right.op == "kron":
        return multiply(outside, more, kron(kron(left, right.args[0]), right.args[1]))
    if left.op == right.op == "eye":
        body = eye(shape[0])
    elif left.op == right.op == "ones":
        body = ones(*shape)
    else:
        body = make("kron", (left, right), shape)
    return multiply(outside, more, body)


def vec(node: Node) -> Node:
    """The columns of a matrix stacked, the first on top; a row becomes a column."""
    rows, columns = node.shape
    shape = (rows * columns, 1)
    if columns == 1:
        return node
    if rows == 1:
        return transpose(node)
    outside, body = _parted(node)
    if body.op == "unvec":
        stacked = body.args[0]
    elif body.op == "ones":
        stacked = ones(shape[0])
    else:
        stacked = zero(shape) if body.op == "zero" else make("vec", (body,), shape)
    return multiply(outside, stacked)


def unvec(node: Node, rows: Dim, columns: Dim) -> Node:
    """The matrix of `rows` and `columns` with ``vec(unvec(x)) = x``."""
    if node.shape != (rows * columns, 1):
        raise ShapeError(
            f"unvec to {shape_text((rows, columns))} needs a vector of {rows * columns} entries, "
            f"got {shaped(node)}"
        )
    if columns == 1:
        return node
    if rows == 1:
        return transpose(node)
    outside, body = _parted(node)
    if body.op == "vec" and body.args[0].shape == (rows, columns):
        matrix = body.args[0]
    elif body.op == "ones":
        matrix = ones(rows, columns)
    elif body.op == "zero":
        matrix = zero((rows, columns))
    else:
        matrix = make("unvec", (body,), (rows, columns))
    return multiply(outside, matrix)


def commutation(rows: Dim, columns: Dim) -> Node:
    """The matrix K with ``K vec(A) = vec(A')`` for every A of `rows` and `columns`."""
    size = rows * columns
    if rows == 1 or columns == 1:
        return eye(size)
    return make("commutation", (), (size, size), (rows, columns))


def block_inner(whole: Node, right: Node, rows: Dim, columns: Dim) -> Node:
    """The matrix of `rows` and `columns` of the inner products of the blocks with `right`."""
    _require_blocks("block_inner", whole, (rows, columns), right.shape)
    return _contracted("block_inner", whole, right, (rows, columns))


def block_sum(whole: Node, left: Node, rows: Dim, columns: Dim) -> Node:
    """The sum of the blocks, of `rows` and `columns`, each times its entry of `left`."""
    _require_blocks("block_sum", whole, left.shape, (rows, columns))
    return _contracted("block_sum", whole, left, (rows, columns))


def _contracted(op: str, whole: Node, factor: Node, shape: Shape) -> Node:
    """Numbers and scalars of both arguments stand outside; blocks of one entry are entries."""
    outside, whole = _parted(whole)
    more, factor = _parted(factor)
    if whole.op == "zero" or factor.op == "zero":
        return zero(shape)
    if factor.is_scalar:
        body = multiply(factor, whole)
    elif shape == (1, 1):
        body = dot(whole, factor)
    else:
        body = make(op, (whole, factor), shape)
    return multiply(outside, more, body)


def _require_blocks(name: str, whole: Node, grid: Shape, block: Shape) -> None:
    if whole.shape != _times(grid, block):
        raise ShapeError(
            f"{name} needs {shape_text(grid)} blocks of {shape_text(block)}, got {shaped(whole)}"
        )


def _times(left: Shape, right: Shape) -> Shape:
    return left[0] * right[0], left[1] * right[1]


def _parted(node: Node) -> tuple[Node, Node]:
    """A node as what scales it and the rest."""
    coefficient, scalars, chain = split_product(node)
    if node.is_scalar or not chain:
        return product(Fraction(1), [], []), node
    return product(coefficient, scalars, []), product(Fraction(1), [], chain)
