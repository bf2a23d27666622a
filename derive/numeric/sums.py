"""Sums over an index: written as matrix expressions where that goes, else as a loop.

A sum over rows and entries is the same as one over the whole matrix, and then as fast as
NumPy is.  What cannot be written so is a loop over the values of the index, in which
``X'e_i`` is ``X[i]``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from derive.language.expression import Node, make
from derive.language.functions import postorder
from derive.language.indices import count_of
from derive.language.lifting import NotLiftedError, summed_at_once
from derive.numeric.double_sums import double_sum
from derive.numeric.products import Link
from derive.numeric.terms import Term, squeeze

if TYPE_CHECKING:
    from derive.numeric.lowering import Lowering


def without_sums(*roots: Node) -> tuple[Node, ...]:
    """The roots with every sum over an index written without it, where that goes."""
    done: dict[Node, Node] = {}
    for node in postorder(*roots):
        args = tuple(done[arg] for arg in node.args)
        again = node if args == node.args else make(node.op, args, node.shape, node.data)
        if node.op == "sum_over":
            again = _at_once(again)
            again = (double_sum(node) if again.op == "sum_over" else None) or again
        done[node] = again
    return tuple(done[root] for root in roots)


def _at_once(node: Node) -> Node:
    try:
        return summed_at_once(node.args[0], node.data)
    except NotLiftedError:
        return node


def lower_sum_over(to: Lowering, node: Node) -> Term:
    """A loop: what is added up, and how often."""
    args = (to.term(node.args[0]), to.term(count_of(node.data)))
    return to.terms.make("loop", args, squeeze(node.shape), node.data)


def lower_index(to: Lowering, node: Node) -> Term:
    """The value of an index inside its loop."""
    return to.terms.make("index", (), (), node)


def lower_unit(to: Lowering, node: Node) -> Term:
    """A unit vector written out: where it is no factor of a row or an entry."""
    return to.terms.make("one_hot", (to.term(node.args[0]),), squeeze(node.shape))


def lower_symbolic_power(to: Lowering, node: Node) -> Term:
    """A power of a matrix by a whole number."""
    args = [to.term(arg) for arg in node.args]
    return to.terms.make("raised", args, squeeze(node.shape))


def picked_links(to: Lowering, chain: Sequence[Node]) -> tuple[list[Link], int]:
    """The first factors of a chain as one link, if they are a row, a column or an entry."""
    if len(chain) > 1 and _is_row_unit(chain[0]):
        i, A = chain[0].args[0].args[0], chain[1]
        if len(chain) > 2 and chain[2].op == "unit" and A.shape[1] != 1:
            parts = (to.term(A), to.term(i), to.term(chain[2].args[0]))
            return [Link("array", to.terms.make("take_entry", parts), 1, 1)], 3
        return [_row(to, A, i, is_column=False)], 2
    if len(chain) > 1 and chain[1].op == "unit":
        left, i = chain[0], chain[1].args[0]
        if left.op == "transpose":
            return [_row(to, left.args[0], i, is_column=True)], 2
        args = (to.term(left), to.term(i))
        term = to.terms.make("take_column", args, squeeze((left.shape[0], 1)))
        return [Link("array", term, left.shape[0], 1)], 2
    return [], 0


def _is_row_unit(node: Node) -> bool:
    return node.op == "transpose" and node.args[0].op == "unit"


def _row(to: Lowering, A: Node, i: Node, is_column: bool) -> Link:
    """Row i of a matrix, or entry i of a vector."""
    size = A.shape[1]
    term = to.terms.make("take", (to.term(A), to.term(i)), squeeze((size, 1)))
    return Link("array", term, *((size, 1) if is_column else (1, size)))
