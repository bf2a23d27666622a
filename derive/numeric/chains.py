"""The links of a chain, and matrices that are factored rather than inverted.

A matrix that is inverted, or whose determinant is wanted, is factored once: by Cholesky
if it is provably positive definite, else by LU, which needs no proof.  The factor is a term
like any other, so every solve, inverse and determinant of one matrix shares it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derive.language.expression import Node, ones, transpose
from derive.language.properties import is_orthogonal, is_positive_definite
from derive.numeric.lowering import Lowering
from derive.numeric.products import Link
from derive.numeric.sums import picked_links
from derive.numeric.terms import Term, reshaped, squeeze

#: A^k B is k products from the left up to these powers; a higher power is squared.
LONGEST_POWER_OF_MATRIX, LONGEST_POWER_OF_VECTOR = 3, 8


def links_of(to: Lowering, chain: Sequence[Node]) -> list[Link]:
    """The links of a chain; a matrix of ones is a column of ones times a row of ones."""
    links: list[Link] = []
    has_vector = 1 in (chain[0].shape[0], chain[-1].shape[1])
    k = 0
    while k < len(chain):
        picked, width = picked_links(to, chain[k:])
        links.extend(picked or _link(to, chain[k], has_vector))
        k += width or 1
    return links


def _link(to: Lowering, node: Node, has_vector: bool) -> list[Link]:
    rows, columns = node.shape
    if node.op == "ones" and 1 not in node.shape:
        column, row = to.term(ones(rows)), to.term(ones(columns))
        return [Link("array", column, rows, 1), Link("array", row, 1, columns)]
    longest = LONGEST_POWER_OF_VECTOR if has_vector else LONGEST_POWER_OF_MATRIX
    if node.op == "mpow" and node.data <= longest:
        return _link(to, node.args[0], has_vector) * int(node.data)
    if node.op == "eye":
        return []
    if node.op == "diag":
        return [Link("diagonal", to.term(node.args[0]), rows, columns, node)]
    if node.op == "inverse":
        return [_inverse_link(to, node)]
    if node.op == "kron" and 1 not in node.shape:
        return [_kronecker_link(to, node)]
    if node.op == "commutation":
        return [_commutation_link(to, node)]
    return [Link("array", to.term(node), rows, columns, node)]


def _inverse_link(to: Lowering, node: Node) -> Link:
    inside, (rows, columns) = node.args[0], node.shape
    if inside.op == "diag":
        vector = to.term(inside.args[0])
        one = to.terms.over(to.terms.number(1), vector, vector.shape)
        return Link("diagonal", one, rows, columns)
    if is_orthogonal(inside):
        return Link("array", to.term(node), rows, columns)
    is_turned = inside.op == "transpose" and not is_positive_definite(inside)
    base = inside.args[0] if is_turned else inside
    return Link(
        "inverse",
        to.term(node),
        rows,
        columns,
        node,
        _solve(to, base, is_turned),
        _solve(to, base, not is_turned),
    )


# --- Kronecker products ---------------------------------------------------------------


def _kronecker_link(to: Lowering, node: Node) -> Link:
    """A Kronecker product that is multiplied by reshaping, never formed."""
    return Link(
        "operator",
        to.term(node),
        *node.shape,
        node,
        lambda right: _kronecker_times(to, node, right),
        lambda right: _kronecker_times(to, transpose(node), right),
    )


def _kronecker_times(to: Lowering, node: Node, right: Term) -> Term:
    """``(A (x) B) x`` as ``A X B'``, the rows of X being the pieces of x."""
    (left, other), terms = node.args, to.terms
    (rows, inner), (block, width) = left.shape, other.shape
    first, last = links_of(to, [left]), links_of(to, [transpose(other)])
    if right.rank < 2:
        body = Link("array", reshaped(terms, right, (inner, width)), inner, width)
        product = to.products.multiply([*first, body, *last]).term
        return reshaped(terms, product, (rows * block, 1))
    many = right.shape[1]
    across = Link("array", reshaped(terms, right, (inner, width * many)), inner, width * many)
    half = to.products.multiply([*first, across]).term
    turned = terms.transpose(reshaped(terms, half, (rows * width, many)))
    pieces = Link("array", reshaped(terms, turned, (many * rows, width)), many * rows, width)
    whole = to.products.multiply([pieces, *last]).term
    return terms.transpose(reshaped(terms, whole, (many, rows * block)))


def _commutation_link(to: Lowering, node: Node) -> Link:
    """A commutation matrix: of a vector it reorders the entries."""

    def apply(node: Node, right: Term) -> Term:
        if right.rank == 2:
            return to.terms.matmul(to.term(node), right)
        rows, columns = node.data
        turned = to.terms.transpose(reshaped(to.terms, right, (columns, rows)))
        return reshaped(to.terms, turned, (rows * columns, 1))

    return Link(
        "operator",
        to.term(node),
        *node.shape,
        node,
        lambda right: apply(node, right),
        lambda right: apply(transpose(node), right),
    )


# --- factored matrices ----------------------------------------------------------------


def _factor(to: Lowering, node: Node) -> Term:
    """The Cholesky or LU factor of a matrix."""
    matrix = to.term(node)
    op = "cholesky" if is_positive_definite(node) else "lu"
    return to.terms.make(op, (matrix,), matrix.shape)


def lower_inverse(to: Lowering, node: Node) -> Term:
    """An inverse written out: where it is a result, or taken entry by entry."""
    inside = node.args[0]
    if inside.op == "diag":
        vector = to.term(inside.args[0])
        one = to.terms.over(to.terms.number(1), vector, vector.shape)
        return to.terms.diagonal_matrix(one, squeeze(node.shape))
    if is_orthogonal(inside):
        return to.terms.transpose(to.term(inside))
    if inside.op == "transpose" and not is_positive_definite(inside):
        return to.terms.transpose(_inverse_of(to, inside.args[0]))
    return _inverse_of(to, inside)


def _inverse_of(to: Lowering, node: Node) -> Term:
    factor = _factor(to, node)
    return to.terms.make(f"{factor.op}_inverse", (factor,), factor.shape)


def _solve(to: Lowering, node: Node, is_transposed: bool) -> Callable[[Term], Term]:
    """The function that applies the inverse of a node, or its transpose."""

    def apply(right: Term) -> Term:
        factor = _factor(to, node)
        data = is_transposed if factor.op == "lu" else None
        return to.terms.make(f"{factor.op}_solve", (factor, right), right.shape, data)

    return apply


def lower_determinant(to: Lowering, node: Node) -> Term:
    """A determinant, from the factor."""
    inside = node.args[0]
    if is_positive_definite(inside):
        return to.terms.apply("exp", _logdet_of(to, inside))
    factor = _factor(to, inside)
    return to.terms.make("lu_det", (factor,))


def _logdet_of(to: Lowering, node: Node) -> Term:
    factor = _factor(to, node)
    return to.terms.make(f"{factor.op}_logdet", (factor,))


def lower_logdet(to: Lowering, node: Node) -> Term:
    """The logarithm of a determinant, from the diagonal of the factor."""
    return _logdet_of(to, node.args[0])
