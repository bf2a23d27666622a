"""A tensor as a matrix between stacked columns: ``vec dF = M vec dX``.

The entry ``T[i, j, k, l]`` of a reduced term is a product of matrices on pairs of its four
indices.  Pairs (row, row) and (column, column) are ``B (x) A``; crossed pairs are the same
behind a commutation matrix; a matrix on both output indices, or on both input indices,
scales rows or columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from derive.engine.index.reduce import is_reduced, reduced
from derive.engine.index.tensor import NoMatrixFormError, Tensor, Term
from derive.language.expression import Node, add, multiply, ones, product, transpose, zero
from derive.language.functions import diagonal_matrix, hadamard
from derive.language.kronecker import commutation, kron, vec
from derive.language.sizes import Shape

Pair = tuple[int, int]


def kronecker_of(tensor: Tensor, function: Shape, variable: Shape) -> Node:
    """The matrix M with ``vec dF = M vec dX``, columns being stacked.

    Raises
    ------
    NoMatrixFormError
        A summed index joins three matrices or more.
    """
    output, inputs = _places(tensor.output, function), _places(tensor.inputs, variable)
    parts = []
    for term in tensor.terms:
        small = reduced(term, tensor.free, tensor.sizes)
        if not is_reduced(small, tensor.free):
            raise NoMatrixFormError
        parts.append(_Form(small, output, inputs, function, variable).matrix())
    rows, columns = function[0] * function[1], variable[0] * variable[1]
    return add(*parts) if parts else zero((rows, columns))


def _places(free: tuple[int, ...], shape: Shape) -> Pair:
    """The row and the column index; an axis of size one has a negative one of its own."""
    left = list(free)
    first, second = (left.pop(0) if size != 1 else -1 for size in shape)
    return first, second if second >= 0 else -2


@dataclass
class _Form:
    """One reduced term: its matrices by pairs of indices, its vectors by index."""

    term: Term
    output: Pair
    inputs: Pair
    function: Shape
    variable: Shape

    def __post_init__(self) -> None:
        self.vectors = {f.indices[0]: f.node for f in self.term.factors if len(f.indices) == 1}
        self.matrices: dict[Pair, Node] = {}
        for factor in self.term.factors:
            if len(factor.indices) == 2:
                a, b = factor.indices
                if self.order.index(a) < self.order.index(b):
                    self.matrices[a, b] = factor.node
                else:
                    self.matrices[b, a] = transpose(factor.node)
        self.uncross()
        for index in list(self.vectors):
            self.absorb(index)

    @cached_property
    def order(self) -> tuple[int, ...]:
        return (*self.output, *self.inputs)

    def uncross(self) -> None:
        """Where rows are rows, or columns are columns, a crossed matrix scales one side."""
        (i, j), (k, m) = self.output, self.inputs
        if self.is_identity((i, k)):
            self.move((i, m), (k, m))
            self.move((j, k), (i, j), is_turned=True)
        if self.is_identity((j, m)):
            self.move((i, m), (i, j))
            self.move((j, k), (k, m), is_turned=True)

    def is_identity(self, pair: Pair) -> bool:
        return pair in self.matrices and self.matrices[pair].op == "eye"

    def move(self, old: Pair, new: Pair, is_turned: bool = False) -> None:
        """Read a matrix at another pair of indices of the same values."""
        if old in self.matrices:
            matrix = self.matrices.pop(old)
            if is_turned:
                matrix = transpose(matrix)
            known = self.matrices.get(new)
            self.matrices[new] = matrix if known is None else hadamard(known, matrix)

    def absorb(self, index: int) -> None:
        """Let a vector scale the rows or columns of a matrix on its index."""
        (i, j), (k, m) = self.output, self.inputs
        for pair in ((i, k), (j, m), (i, m), (j, k), (i, j), (k, m)):
            if index in pair and pair in self.matrices:
                scale, matrix = self.vectors.pop(index), self.matrices[pair]
                if matrix.op == "eye":
                    self.matrices[pair] = diagonal_matrix(scale)
                elif index == pair[0]:
                    self.matrices[pair] = multiply(diagonal_matrix(scale), matrix)
                else:
                    self.matrices[pair] = multiply(matrix, diagonal_matrix(scale))
                return

    def matrix(self) -> Node:
        """The term as a matrix from stacked inputs to stacked outputs."""
        (i, j), (k, m) = self.output, self.inputs
        direct = {(i, k), (j, m)} & self.matrices.keys()
        crossed = {(i, m), (j, k)} & self.matrices.keys()
        scale = product(self.term.coefficient, self.term.scalars, [])
        if not direct and not crossed:
            rows, columns = self.side(self.output), self.side(self.inputs)
            return multiply(scale, rows, transpose(columns))
        if direct and crossed:
            body = hadamard(self.straight(), self.turned())
        else:
            body = self.straight() if direct else self.turned()
        return multiply(scale, *self.on(self.output), body, *self.on(self.inputs))

    def straight(self) -> Node:
        """``B (x) A``: columns to columns, rows to rows."""
        (i, j), (k, m) = self.output, self.inputs
        return kron(self.between(j, m), self.between(i, k))

    def turned(self) -> Node:
        """``(D (x) C) K``: rows to columns and columns to rows."""
        (i, j), (k, m) = self.output, self.inputs
        body = kron(self.between(j, k), self.between(i, m))
        rows, columns = self.variable
        return body if 1 in (rows, columns) else multiply(body, commutation(rows, columns))

    def between(self, a: int, b: int) -> Node:
        """The matrix on a pair; without one, a product of two vectors that belong there."""
        if (a, b) in self.matrices:
            return self.matrices[a, b]
        left, right = (self.vectors.pop(index, self.ones(index)) for index in (a, b))
        return multiply(left, transpose(right))

    def ones(self, index: int) -> Node:
        sizes = dict(zip(self.order, (*self.function, *self.variable), strict=True))
        return ones(sizes[index])

    def on(self, pair: Pair) -> list[Node]:
        """The scaling by a matrix on both output or both input indices."""
        return [diagonal_matrix(vec(self.matrices[pair]))] if pair in self.matrices else []

    def side(self, pair: Pair) -> Node:
        """All outputs or all inputs of a term that does not join them."""
        return vec(self.between(*pair))
