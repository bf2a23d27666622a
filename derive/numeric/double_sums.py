"""Double sums over differences of rows, without a loop.

``sum_ij s_ij (x_i - x_j) M (x_i - x_j)'`` is multiplied out, and each term is a product of
matrices.  Differences do not change when every row moves alike, so the rows are taken
from their mean first: then what cancels is no larger than the differences are.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product as choices
from math import prod

from derive.language.expression import (
    Node,
    add,
    chain_of,
    divide,
    multiply,
    negative,
    ones,
    product,
    size_node,
    split_product,
    transpose,
)
from derive.language.lifting import NotLiftedError, summed_at_once

MOST_TERMS = 16  # of a body that is multiplied out


def double_sum(node: Node) -> Node | None:
    """A sum over two indices without them; nothing where that does not go."""
    i = node.data
    coefficient, scalars, chain = split_product(node.args[0])
    factors = [*scalars, *chain]
    inner = [k for k, factor in enumerate(factors) if factor.op == "sum_over"]
    if len(inner) != 1:
        return None
    before, nested, after = factors[: inner[0]], factors[inner[0]], factors[inner[0] + 1 :]
    j = nested.data
    if j in {i, *(s for factor in (*before, *after) for s in factor.symbols)}:
        return None
    number_before = product(coefficient, [], [])
    terms = _multiplied_out(nested.args[0], i, j)
    try:
        inside = [multiply(number_before, *before, summed_at_once(t, j), *after) for t in terms]
        sums = [summed_at_once(term, i) for term in inside]
    except NotLiftedError:
        return None
    return add(*sums) if sums else None


def _multiplied_out(body: Node, i: Node, j: Node) -> list[Node]:
    """The terms of a product of differences of rows; nothing where there is none."""
    coefficient, scalars, chain = split_product(body)
    groups = [_square(scalar) or chain_of(scalar) or (scalar,) for scalar in scalars]
    options = []
    for group in [*groups, chain] if chain else groups:
        lists = [_rows(factor, i, j) or (factor,) for factor in group]
        if prod(map(len, lists)) > MOST_TERMS:
            return []
        options.append([multiply(*parts) for parts in choices(*lists)])
    if not 1 < prod(map(len, options)) <= MOST_TERMS:
        return []
    return [multiply(product(coefficient, [], []), *parts) for parts in choices(*options)]


def _square(scalar: Node) -> tuple[Node, ...]:
    """The square of the length of a column as a product of two."""
    is_square = scalar.op == "pow" and scalar.args[1].is_number and scalar.args[1].data == 2
    if is_square and scalar.args[0].op == "norm2" and scalar.args[0].args[0].shape[1] == 1:
        column = scalar.args[0].args[0]
        return transpose(column), column
    return ()


def _rows(factor: Node, i: Node, j: Node) -> tuple[Node, ...]:
    """The two terms of ``x_i - x_j`` or its transpose, the rows taken from their mean."""
    if factor.op == "transpose":
        return tuple(map(transpose, _rows(factor.args[0], i, j)))
    if factor.op != "add" or len(factor.args) != 2:
        return ()
    for (first, last), (k, m) in choices((factor.args, factor.args[::-1]), ((i, j), (j, i))):
        matrix = _matrix_of(first, k)
        if matrix is not None and _matrix_of(negative(last), m) is matrix:
            less = negative(_centred(negative(last), matrix))
            found = {first: _centred(first, matrix), last: less}
            return tuple(found[term] for term in factor.args)
    return ()


def _matrix_of(node: Node, i: Node) -> Node | None:
    """X, of a row of X as a column or a row."""
    chain: Sequence[Node] = chain_of(node)
    if len(chain) != 2 or split_product(node)[0] != 1 or i in chain[0].symbols & chain[1].symbols:
        return None
    if chain[1].op == "unit" and chain[1].args[0] is i:
        return transpose(chain[0])
    if chain[0].op == "transpose" and chain[0].args[0].op == "unit" and i in chain[0].symbols:
        return chain[1]
    return None


def _centred(row: Node, matrix: Node) -> Node:
    """The same row of the matrix less the mean of its rows."""
    size = matrix.shape[0]
    mean = divide(multiply(ones(size), transpose(ones(size)), matrix), size_node(size))
    rows = add(matrix, negative(mean))
    first, last = chain_of(row)
    return multiply(transpose(rows), last) if last.op == "unit" else multiply(first, rows)
