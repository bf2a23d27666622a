"""SymPy to the expression tree: Kronecker products, stacked columns, blocks, extremes."""

from __future__ import annotations

from functools import reduce

import sympy
from sympy import Expr

from derive.language import extremes
from derive.language import kronecker as build
from derive.language import sympy_kronecker as ours
from derive.language.blocks import block, part_of
from derive.language.combined import combined
from derive.language.expression import Node
from derive.language.sympy_blocks import BlockOf, PartOf
from derive.language.sympy_combined import CombinedMatrix, CombinedScalar
from derive.language.sympy_elaboration import Elaboration, Handler
from derive.language.sympy_extremes import (
    AtLargest,
    AtSmallest,
    Largest,
    LargestNorm,
    Smallest,
)
from derive.language.sympy_shapes import size_of
from derive.language.toeplitz import toeplitz_part


def _kron(self: Elaboration, expr: Expr) -> Node:
    return reduce(build.kron, self.nodes(expr.args))


def _unvec(self: Elaboration, expr: Expr) -> Node:
    return build.unvec(self.node(expr.args[0]), *map(size_of, expr.args[1:]))


def _commutation(self: Elaboration, expr: Expr) -> Node:
    return build.commutation(*map(size_of, expr.args))


def _block_inner(self: Elaboration, expr: Expr) -> Node:
    whole, factor = self.nodes(expr.args[:2])
    return build.block_inner(whole, factor, *map(size_of, expr.args[2:]))


def _block_sum(self: Elaboration, expr: Expr) -> Node:
    whole, factor = self.nodes(expr.args[:2])
    return build.block_sum(whole, factor, *map(size_of, expr.args[2:]))


def _combined(self: Elaboration, expr: CombinedScalar | CombinedMatrix) -> Node:
    return combined(expr.function, *self.nodes(expr.args[1:]))


def _block(self: Elaboration, expr: BlockOf) -> Node:
    return block([self.nodes(row) for row in expr.grid])


def _sympy_block(self: Elaboration, expr: sympy.BlockMatrix) -> Node:
    rows, columns = expr.blockshape
    return block([[self.node(expr.blocks[i, j]) for j in range(columns)] for i in range(rows)])


def _part(self: Elaboration, expr: PartOf) -> Node:
    row, column = (0 if size == 0 else size_of(size) for size in expr.args[1:3])
    return part_of(self.node(expr.args[0]), row, column, *map(size_of, expr.args[3:]))


KRONECKER_HANDLERS: dict[type, Handler] = {
    sympy.KroneckerProduct: _kron,
    Largest: lambda self, expr: extremes.largest(self.node(expr.args[0])),
    Smallest: lambda self, expr: extremes.smallest(self.node(expr.args[0])),
    LargestNorm: lambda self, expr: extremes.norminf(self.node(expr.args[0])),
    AtLargest: lambda self, expr: extremes.peak(self.node(expr.args[0])),
    AtSmallest: lambda self, expr: extremes.peak(self.node(expr.args[0]), "min"),
    CombinedScalar: _combined,
    CombinedMatrix: _combined,
    sympy.BlockMatrix: _sympy_block,
    BlockOf: _block,
    PartOf: _part,
    ours.KroneckerOf: _kron,
    ours.Stacked: lambda self, expr: build.vec(self.node(expr.args[0])),
    ours.ToeplitzPartOf: lambda self, expr: toeplitz_part(self.node(expr.args[0])),
    ours.Unstacked: _unvec,
    ours.CommutationOf: _commutation,
    ours.BlockInner: _block_inner,
    ours.BlockSum: _block_sum,
}
