"""Kronecker products and stacked columns as terms.

A product with a vector or a matrix never gets here: ``chains`` multiplies by reshaping.
"""

from __future__ import annotations

from derive.language.expression import Node, multiply, product, split_product, transpose
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
    """The columns beside each other; a stacked Sylvester equation is solved as it stands."""
    parts = _sylvester_parts(node)
    if parts is not None:
        args = [_with_all_axes(to.terms, to.term(part), part) for part in parts]
        return to.terms.make("sylvester_solve", args, node.shape)
    rows, columns = node.shape
    return to.terms.transpose(reshaped(to.terms, to.term(node.args[0]), (columns, rows)))


def _sylvester_parts(node: Node) -> tuple[Node, Node, Node] | None:
    """A, B, C where the node is ``unvec((I (x) A + B' (x) I)^-1 vec(C))``: A X + X B = C."""
    coefficient, scalars, chain = split_product(node.args[0])
    if len(chain) != 2 or chain[0].op != "inverse" or chain[1].op != "vec":
        return None
    inside, C = chain[0].args[0], chain[1].args[0]
    if inside.op != "add" or len(inside.args) != 2 or C.shape != node.shape or 1 in C.shape:
        return None
    left: list[Node] = []
    right: list[Node] = []
    for term in inside.args:
        scale, more, factors = split_product(term)
        if len(factors) != 1 or factors[0].op != "kron":
            return None
        first, second = factors[0].args
        outside = product(scale, more, [])
        if first.op == "eye" and first.shape[0] == C.shape[1]:
            left.append(multiply(outside, second))
        elif second.op == "eye" and second.shape[0] == C.shape[0]:
            right.append(multiply(outside, transpose(first)))
    if len(left) != 1 or len(right) != 1:
        return None
    return left[0], right[0], multiply(product(coefficient, scalars, []), C)


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
