"""The normal form of sums over an index.

What has no index leaves the sum: numbers, scalars, the matrices on either side, terms.
``x_i = X'e_i`` stays together, as the question wrote it.  A unit vector that stands free at
an end is summed away: ``sum_i e_i x_i'`` is X, ``sum_i e_i f(y_i)`` is f(y).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derive.engine.factor import factored
from derive.engine.products import times
from derive.engine.terms import merged
from derive.language.canonical import length
from derive.language.expression import Node, add, product, split_product
from derive.language.indices import apart, count_of, sum_over
from derive.language.lifting import NotLiftedError, summed_at_once


def tidy_sum_over(body: Node, i: Node) -> Node:
    """The sum of a tidy body over an index, in normal form."""
    if i not in body.symbols:
        return times(count_of(i), body)
    if body.op == "add":
        return _sum_of_terms(body, i)
    coefficient, scalars, chain = split_product(body)
    if body.op == "mul" and scalars == (body,):
        return _flanked(Fraction(1), [], [], body.args, i)
    outside = [s for s in scalars if i not in s.symbols]
    inside = [s for s in scalars if i in s.symbols]
    return _flanked(coefficient, outside, inside, chain, i)


def _sum_of_terms(body: Node, i: Node) -> Node:
    """Terms without the index leave the sum, and those that can be summed away."""
    done: list[Node] = []
    left: list[Node] = []
    for term in body.args:
        summed = tidy_sum_over(term, i)
        if i in term.symbols and _has_sum(summed):
            left.append(term)
        else:
            done.append(summed)
    if not done:
        return sum_over(body, i)
    if left:
        rest = add(*left)
        done.insert(0, tidy_sum_over(rest, i) if len(left) == 1 else sum_over(rest, i))
    return factored(merged(done))


def _has_sum(node: Node) -> bool:
    """Whether a term is a sum over an index times something."""
    _, scalars, chain = split_product(node)
    return any(f.op == "sum_over" for s in (*scalars, *chain) for f in (s, *s.args))


def _flanked(
    coefficient: Fraction,
    outside: Sequence[Node],
    inside: Sequence[Node],
    chain: Sequence[Node],
    i: Node,
) -> Node:
    """The sum with the factors on both sides that have no index taken out."""
    head = product(coefficient, outside, [])
    if not chain:
        return times(head, sum_over(product(Fraction(1), inside, []), i))
    moving = [k for k, factor in enumerate(chain) if i in factor.symbols]
    if not moving:  # the scalars alone hold the index
        return times(head, tidy_sum_over(product(Fraction(1), inside, []), i), *chain)
    first, last = moving[0], moving[-1]
    if (chain[0].op == "unit" and first == 0) or _is_row_unit(chain[last], last, chain):
        summed = _summed_away(product(Fraction(1), inside, chain), i)
        if summed is not None:
            return times(head, summed)
    if chain[first].op == "unit" and first > 0:
        first -= 1  # X' stays with its e_i
    if _is_transposed_unit(chain[last]) and last < len(chain) - 1:
        last += 1
    before, core, after = chain[:first], chain[first : last + 1], chain[last + 1 :]
    body = product(Fraction(1), inside, core)
    if before or after:
        inner = tidy_sum_over(body, i)
        return times(head, *before, inner, *after)
    if len(core) == 1 and not inside and core[0].op == "add":
        return times(head, tidy_sum_over(core[0], i))
    return times(head, sum_over(body, i))


def _is_transposed_unit(node: Node) -> bool:
    return node.op == "transpose" and node.args[0].op == "unit"


def _is_row_unit(factor: Node, place: int, chain: Sequence[Node]) -> bool:
    """Whether a chain ends in a free ``e_i'``."""
    return _is_transposed_unit(factor) and place == len(chain) - 1 and len(chain) > 1


def _summed_away(body: Node, i: Node) -> Node | None:
    """The sum as one expression without the index, where that is no longer."""
    try:
        summed = summed_at_once(apart(body, i), i)
    except NotLiftedError:
        return None
    return summed if length(summed) <= length(sum_over(body, i)) else None
