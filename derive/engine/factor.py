"""Sums: like terms merged, and what the terms share pulled out as a person would.

Each way of writing a sum is an attempt; one that is taken lowers the cost (``cost``) of the
sum or is a step that makes the next attempts see more.  No attempt depends on the order of
the terms: where several candidates serve, ``cheapest`` decides.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.engine.common import (
    common_diagonal,
    common_diagonal_end,
    common_hadamard,
    common_number,
    common_scalars,
    common_transpose,
)
from derive.engine.flanks import (
    common_flanks,
    common_trace,
    common_vector,
    common_with_identity,
)
from derive.engine.inverses import woodbury
from derive.engine.quotients import over_one_sum
from derive.engine.terms import merged, summands
from derive.language.canonical import canonical, digest
from derive.language.cost import cost
from derive.language.expression import Node, multiply, product, split_product
from derive.language.functions import hadamard

MOST_OPENED = 48  # terms that are looked at together; a longer sum stays in its products

ATTEMPTS = (
    common_number,
    common_scalars,
    over_one_sum,
    common_diagonal,
    woodbury,
    common_flanks,
    common_with_identity,
    common_diagonal_end,
    common_vector,
    common_trace,
    common_hadamard,
    common_transpose,
)


def factored(node: Node) -> Node:
    """A sum with what its terms share pulled out; other nodes are returned as they are."""
    if node.op != "add":
        return node
    if node._factored is None:
        node._factored = _factored(node)
    return node._factored


def _factored(node: Node) -> Node:
    found = _distributed(node)
    if found is not None:
        return found
    for attempt in ATTEMPTS:
        found = attempt(node, factored)
        if found is not None:
            return found
    return node


def _distributed(node: Node) -> Node | None:
    """Open products of sums one level where that makes terms cancel and the sum shorter."""
    opened = [part for term in node.args for part in opened_term(term)]
    if len(opened) == len(node.args) or len(opened) > MOST_OPENED:
        return None
    joined = merged(opened)
    left = len(joined.args) if joined.op == "add" else 1
    if left + 1 >= len(opened) and left > 1:
        return None
    shorter = factored(joined)
    return shorter if cost(shorter) < cost(node) else None


def opened_term(term: Node) -> list[Node]:
    """A product with a sum among its factors as the terms of its expansion."""
    coefficient, scalars, chain = split_product(term)
    k = _a_sum(scalars)
    if k is not None:
        others = [*scalars[:k], *scalars[k + 1 :]]
        return [product(coefficient, [*others, part], chain) for part in scalars[k].args]
    outside = product(coefficient, scalars, [])
    if len(chain) == 1 and chain[0].op == "had":
        factors = chain[0].args
        k = _a_sum(factors)
        if k is not None:
            rest = [*factors[:k], *factors[k + 1 :]]
            return [multiply(outside, hadamard(*rest, part)) for part in factors[k].args]
    for k, factor in enumerate(chain):
        if parts := summands(factor):
            before, after = chain[:k], chain[k + 1 :]
            return [multiply(outside, *before, part, *after) for part in parts]
    return [term]


def _a_sum(factors: Sequence[Node]) -> int | None:
    """The place of a sum among factors in any order."""
    places = [k for k, factor in enumerate(factors) if factor.op == "add"]
    if len(places) < 2:
        return places[0] if places else None
    return min(places, key=lambda k: digest(canonical(factors[k])))
