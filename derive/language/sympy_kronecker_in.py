"""SymPy to the expression tree: Kronecker products and stacked columns."""

from __future__ import annotations

from functools import reduce

import sympy
from sympy import Expr

from derive.language import kronecker as build
from derive.language import sympy_kronecker as ours
from derive.language.expression import Node
from derive.language.sympy_elaboration import Elaboration, Handler
from derive.language.sympy_shapes import size_of


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


KRONECKER_HANDLERS: dict[type, Handler] = {
    sympy.KroneckerProduct: _kron,
    ours.KroneckerOf: _kron,
    ours.Stacked: lambda self, expr: build.vec(self.node(expr.args[0])),
    ours.Unstacked: _unvec,
    ours.CommutationOf: _commutation,
    ours.BlockInner: _block_inner,
    ours.BlockSum: _block_sum,
}
