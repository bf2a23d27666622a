"""Kronecker products and stacked columns as terms.

A product with a vector or a matrix never gets here: ``chains`` multiplies by reshaping.
"""

from __future__ import annotations

from derive.language.expression import Node
from derive.numeric.lowering import Lowering
from derive.numeric.products import outer
from derive.numeric.terms import Term, Terms, reshaped, squeeze


def lower_kron(to: Lowering, node: Node) -> Term:
    """The product written out: of vectors by their outer product."""
    terms, (left, right) = to.terms, node.args
    a, b = map(to.term, node.args)
    if a.rank == b.rank == 1:
        if left.shape[1] != 1 and right.shape[1] == 1:  # a row and a column
            return outer(terms, b, a)
        return reshaped(terms, outer(terms, a, b), node.shape)
    args = _with_all_axes(terms, a, left), _with_all_axes(terms, b, right)
    return terms.make("kron", args, squeeze(node.shape))


def lower_vec(to: Lowering, node: Node) -> Term:
    """The columns one after the other: the transpose row by row."""
    return reshaped(to.terms, to.terms.transpose(to.term(node.args[0])), node.shape)


def lower_unvec(to: Lowering, node: Node) -> Term:
    """The columns beside each other."""
    rows, columns = node.shape
    return to.terms.transpose(reshaped(to.terms, to.term(node.args[0]), (columns, rows)))


def lower_commutation(to: Lowering, node: Node) -> Term:
    """The matrix written out."""
    return to.terms.make("commutation", (), squeeze(node.shape), node.data)


def lower_blocks(to: Lowering, node: Node) -> Term:
    """Inner products of blocks with a matrix, or their weighted sum."""
    factor = node.args[1]
    inner = node.op == "block_inner"
    grid, block = (node.shape, factor.shape) if inner else (factor.shape, node.shape)
    args = [_with_all_axes(to.terms, to.term(arg), arg) for arg in node.args]
    term = to.terms.make("blocks", args, node.shape, (node.op, (*grid, *block)))
    return reshaped(to.terms, term, node.shape)


def _with_all_axes(terms: Terms, term: Term, node: Node) -> Term:
    """The term as a matrix, its axes of length one with it."""
    return terms.reshape(term, node.shape)
