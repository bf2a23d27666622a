"""Lifting: what holds an index, for all values of the index at once.

``lifted(s, i)`` is the vector of the values of a scalar, ``rows_of(v, i)`` the matrix whose
rows are the values of a column: ``y_i`` becomes y, ``x_i`` becomes X, ``x_i'w`` becomes Xw.
So a sum over rows turns into a matrix expression without the index.

To lift another operator, add it to ``_lifted`` or ``_rows``.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derive.language.combined import combined
from derive.language.expression import (
    Node,
    add,
    chain_of,
    elementwise_power,
    eye,
    multiply,
    number,
    ones,
    product,
    split_product,
    transpose,
)
from derive.language.functions import (
    diagonal_matrix,
    elementwise,
    hadamard,
    rowlogsumexp,
    rowsoftmax,
    total,
)
from derive.language.indices import count_of


class NotLiftedError(Exception):
    """The values cannot be written as one matrix expression here."""


def summed_at_once(body: Node, i: Node) -> Node:
    """The sum of a body over an index, without the index.

    Raises
    ------
    NotLiftedError
        The index runs over no size, or the body holds it in another way.
    """
    if isinstance(i.data.last, Node) or i.data.first != 1:
        raise NotLiftedError(i.name)
    if i not in body.symbols:
        return multiply(count_of(i), body)
    if body.op == "add":
        return add(*(summed_at_once(term, i) for term in body.args))
    coefficient, scalars, chain = split_product(body)
    outside = [s for s in scalars if i not in s.symbols]
    weights = [s for s in scalars if i in s.symbols]
    if not chain:
        if len(weights) == 1 and weights[0].op == "add":
            return multiply(product(coefficient, outside, []), summed_at_once(weights[0], i))
        first, *others = (lifted(s, i) for s in weights)
        inner = multiply(transpose(first), hadamard(*others)) if others else total(first)
        return multiply(product(coefficient, outside, []), inner)
    return multiply(product(coefficient, outside, []), _chain_summed(weights, chain, i))


def _chain_summed(weights: Sequence[Node], chain: Sequence[Node], i: Node) -> Node:
    """Sum of s_i L u_i v_i' R: a column times a row, each with the index or without."""
    moving = [k for k, factor in enumerate(chain) if i in factor.symbols]
    if not moving:
        weight = total(hadamard(*(lifted(s, i) for s in weights)))
        return multiply(weight, *chain)
    if len(moving) == 1 and chain[moving[0]].op == "diag":  # linear in what it holds
        k = moving[0]
        inside = summed_at_once(multiply(*weights, chain[k].args[0]), i)
        return multiply(*chain[:k], diagonal_matrix(inside), *chain[k + 1 :])
    for cut in range(len(chain) + 1):
        before, after = chain[:cut], chain[cut:]
        is_thin = (before[-1].shape[1] if before else chain[0].shape[0]) == 1
        if not is_thin:
            continue
        weight = hadamard(ones(i.data.last), *(lifted(s, i) for s in weights))
        columns, rows = None, None
        if moving[0] < cut:
            columns = transpose(_rows_of_chain(before, i))
        if moving[-1] >= cut:
            rows = _rows_of_chain([transpose(f) for f in reversed(after)], i)
        if columns is not None and rows is not None:
            return multiply(columns, diagonal_matrix(weight), rows)
        if columns is not None:
            return multiply(columns, weight, *after)
        if rows is not None:
            return multiply(*before, transpose(weight), rows)
    raise NotLiftedError(repr(chain))


def _rows_of_chain(chain: Sequence[Node], i: Node) -> Node:
    return rows_of(product(Fraction(1), [], chain), i)


def lifted(node: Node, i: Node) -> Node:
    """The vector of the values of a scalar, one entry for each value of the index."""
    if i not in node.symbols:
        return multiply(node, ones(i.data.last))
    if node.op == "add":
        return add(*(lifted(term, i) for term in node.args))
    if node.op == "mul":
        return _lifted_product(node, i)
    if node.op == "map":
        return elementwise(node.data, lifted(node.args[0], i))
    if node.op == "combine":
        return combined(node.data, *(lifted(arg, i) for arg in node.args))
    if node.op == "pow" and i not in node.args[1].symbols:
        if node.args[0].op == "norm2" and node.args[1].is_number and node.args[1].data == 2:
            V = rows_of(node.args[0].args[0], i)
            return _row_sums(hadamard(V, V))
        return elementwise_power(lifted(node.args[0], i), node.args[1])
    if node.op in {"norm2", "norm1", "total", "logsumexp"} and node.args[0].shape[1] == 1:
        V = rows_of(node.args[0], i)
        if node.op == "logsumexp":
            return rowlogsumexp(V)
        if node.op == "total":
            return _row_sums(V)
        if node.op == "norm1":
            return _row_sums(elementwise("abs", V))
        return elementwise_power(_row_sums(hadamard(V, V)), number(Fraction(1, 2)))
    if node.op == "sum_over" and node.args[0].is_scalar:
        return lifted(summed_at_once(node.args[0], node.data), i)
    raise NotLiftedError(node.op)


def _row_sums(V: Node) -> Node:
    return multiply(V, ones(V.shape[1]))


def _lifted_product(node: Node, i: Node) -> Node:
    coefficient, scalars, _ = split_product(node)
    if scalars == (node,):
        return _lifted_chain(chain_of(node), i)
    still = [s for s in scalars if i not in s.symbols]
    moving = [lifted(s, i) for s in scalars if i in s.symbols]
    return multiply(product(coefficient, still, []), hadamard(*moving))


def _lifted_chain(chain: Sequence[Node], i: Node) -> Node:
    """A row times a column: one of them held fast where it can be."""
    moving = [k for k, factor in enumerate(chain) if i in factor.symbols]
    first, last = moving[0], moving[-1]
    if last < len(chain) - 1 and _is_row(chain[: last + 1]):
        left = _rows_of_chain([transpose(f) for f in reversed(chain[: last + 1])], i)
        return multiply(left, *chain[last + 1 :])
    if first > 0 and _is_column(chain[first:]):
        turned = [transpose(f) for f in reversed(chain[:first])]
        return multiply(_rows_of_chain(chain[first:], i), *turned)

    def cost(cut: int) -> tuple[bool, int]:
        """A unit vector alone would be the identity; else from the middle outward."""
        is_alone = (cut == 1 and _is_unit(chain[0])) or (
            cut == len(chain) - 1 and _is_unit(chain[-1])
        )
        return is_alone, abs(2 * cut - len(chain))

    for cut in sorted(range(1, len(chain)), key=cost):
        try:
            left = _rows_of_chain([transpose(f) for f in reversed(chain[:cut])], i)
            right = _rows_of_chain(chain[cut:], i)
        except NotLiftedError:
            continue
        return _row_sums(hadamard(left, right))
    raise NotLiftedError("mul")


def _is_unit(node: Node) -> bool:
    return node.op == "unit" or (node.op == "transpose" and node.args[0].op == "unit")


def _is_row(chain: Sequence[Node]) -> bool:
    return chain[0].shape[0] == 1


def _is_column(chain: Sequence[Node]) -> bool:
    return chain[-1].shape[1] == 1


def rows_of(node: Node, i: Node) -> Node:
    """The matrix whose rows are the values of a column."""
    size = i.data.last
    if node.is_scalar:
        return lifted(node, i)
    if node.shape[1] != 1:
        raise NotLiftedError("a matrix at every index")
    if i not in node.symbols:
        return multiply(ones(size), transpose(node))
    if node.op == "unit":
        return eye(size)
    if node.op == "add":
        return add(*(rows_of(term, i) for term in node.args))
    if node.op == "had":
        return hadamard(*(rows_of(factor, i) for factor in node.args))
    if node.op == "map":
        return elementwise(node.data, rows_of(node.args[0], i))
    if node.op == "combine":
        return combined(node.data, *(rows_of(arg, i) for arg in node.args))
    if node.op == "pow" and i not in node.args[1].symbols:
        return elementwise_power(rows_of(node.args[0], i), node.args[1])
    if node.op == "softmax":
        return rowsoftmax(rows_of(node.args[0], i))
    if node.op == "mul":
        return _rows_of_product(node, i)
    if node.op == "transpose":
        return _rows_of_row(node.args[0], i)
    raise NotLiftedError(node.op)


def _rows_of_row(node: Node, i: Node) -> Node:
    """The matrix whose rows are the values of a row: its transpose goes into its parts."""
    if node.op == "add":
        return add(*(rows_of(transpose(term), i) for term in node.args))
    if node.op == "had":
        return hadamard(*(rows_of(transpose(factor), i) for factor in node.args))
    if node.op == "map":
        return elementwise(node.data, rows_of(transpose(node.args[0]), i))
    raise NotLiftedError(node.op)


def _rows_of_product(node: Node, i: Node) -> Node:
    coefficient, scalars, chain = split_product(node)
    still = product(coefficient, [s for s in scalars if i not in s.symbols], [])
    moving = [lifted(s, i) for s in scalars if i in s.symbols]
    *matrices, last = chain
    if any(i in factor.symbols for factor in matrices):
        raise NotLiftedError("a matrix at every index")
    turned = [transpose(f) for f in reversed(matrices)]
    weights = hadamard(*moving) if moving else None
    if i not in last.symbols:
        assert weights is not None
        return multiply(still, weights, transpose(last), *turned)
    body = multiply(rows_of(last, i), *turned)
    return multiply(still, diagonal_matrix(weights), body) if weights else multiply(still, body)
