"""Sums: like terms merged, and what the terms share pulled out as a person would.

Each way of writing a sum is an attempt; one that is taken lowers the cost (``cost``) of the
sum or is a step that makes the next attempts see more.  No attempt depends on the order of
the terms: where several candidates serve, ``cheapest`` decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial

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
from derive.engine.products import cheapest, tidy_total, times
from derive.engine.quotients import over_one_sum
from derive.engine.terms import Factored, merged, summands
from derive.language.canonical import canonical, digest
from derive.language.cost import cost
from derive.language.expression import (
    ONE,
    Node,
    add,
    multiply,
    negative,
    product,
    split_product,
    zero,
)
from derive.language.functions import hadamard, total

MOST_OPENED = 48  # terms that are looked at together; a longer sum stays in its products
REMEMBERED = 4096  # forms kept: attempts upon attempts ask for the same sums again and again

WITHIN_QUOTIENTS = (
    common_number,
    common_scalars,
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


def _over_one_sum(node: Node, factored: Factored) -> Node | None:
    """A sum beside a new quotient is not asked again for quotients, or that might never end."""
    return over_one_sum(node, factored, _within_quotients)


def _within_quotients(node: Node) -> Node:
    if node.op != "add":
        return node
    attempts = (attempt(node, _within_quotients) for attempt in WITHIN_QUOTIENTS)
    return next((found for found in attempts if found is not None), node)


ATTEMPTS = (*WITHIN_QUOTIENTS[:2], _over_one_sum, *WITHIN_QUOTIENTS[2:])


def factored(node: Node) -> Node:
    """A sum with what its terms share pulled out; other nodes are returned as they are."""
    return _factored(node) if node.op == "add" else node


@lru_cache(maxsize=REMEMBERED)
def _factored(node: Node) -> Node:
    shorter = [found for found in (_cancelled(node), _distributed(node)) if found is not None]
    if shorter:
        return cheapest(shorter)
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


def _cancelled(node: Node) -> Node | None:
    """Drop the terms of two products of sums that are opposite; what is left stays together.

    ``p o (a + 1) - (b + 1) p`` is ``p o a - b p``.
    """
    groups = [opened_term(term) for term in node.args]
    if not len(groups) < sum(map(len, groups)) <= MOST_OPENED:
        return None
    waiting: dict[Node, list[tuple[int, int]]] = {}
    dropped: set[tuple[int, int]] = set()
    for k, group in enumerate(groups):
        for j, part in enumerate(group):  # by its place: a term may stand there twice
            if opposite := waiting.get(canonical(negative(part))):
                dropped |= {opposite.pop(), (k, j)}
            else:
                waiting.setdefault(canonical(part), []).append((k, j))
    if not dropped:
        return None
    left = []
    for k, (term, group) in enumerate(zip(node.args, groups, strict=True)):
        parts, place = _sum_within(term)
        kept = [j for j in range(len(group)) if (k, j) not in dropped]
        if parts and 0 < len(kept) < len(group):
            left.append(place(add(*(parts[j] for j in kept))))
        elif kept:
            left.append(term)
    shorter = factored(merged(left)) if left else zero(node.shape)
    return shorter if cost(shorter) < cost(node) else None


def opened_term(term: Node) -> list[Node]:
    """A product with a sum among its factors as the terms of its expansion."""
    parts, place = _sum_within(term)
    return [place(part) for part in parts] if parts else [term]


def _sum_within(term: Node) -> tuple[tuple[Node, ...], Callable[[Node], Node]]:
    """The terms of a sum among the factors of a product, and the product with another there."""
    coefficient, scalars, chain = split_product(term)
    for at, scalar in enumerate(scalars):
        if parts := _total_with_constant(scalar):
            others = product(coefficient, [*scalars[:at], *scalars[at + 1 :]], chain)
            return parts, partial(times, others)
    k = _a_sum(scalars)
    if k is not None:
        before, rest = product(coefficient, scalars[:k], []), product(ONE, scalars[k + 1 :], chain)
        return scalars[k].args, lambda part: times(before, part, rest)
    outside = product(coefficient, scalars, [])
    if len(chain) == 1 and chain[0].op == "had":
        factors = chain[0].args
        k = _a_sum(factors)
        if k is not None:
            left, right = factors[:k], factors[k + 1 :]
            return factors[k].args, lambda part: multiply(outside, hadamard(*left, part, *right))
    for at, factor in enumerate(chain):
        if parts := summands(factor):
            return parts, _between((outside, *chain[:at]), chain[at + 1 :])
    return (), lambda part: part


def _between(before: Sequence[Node], after: Sequence[Node]) -> Callable[[Node], Node]:
    return lambda part: multiply(*before, part, *after)


def _total_with_constant(scalar: Node) -> tuple[Node, ...]:
    """``sum(v + c 1)`` as the sum of v and a multiple of the size; nothing for another scalar."""
    terms = scalar.args[0].args if scalar.op == "total" and scalar.args[0].op == "add" else ()
    for k, term in enumerate(terms):
        if split_product(term)[2][0].op == "ones":
            return total(add(*terms[:k], *terms[k + 1 :])), tidy_total(term)
    return ()


def _a_sum(factors: Sequence[Node]) -> int | None:
    """The place of a sum among factors in any order."""
    places = [k for k, factor in enumerate(factors) if factor.op == "add"]
    if len(places) < 2:
        return places[0] if places else None
    return min(places, key=lambda k: digest(canonical(factors[k])))
