"""Chains of products in the cheapest order, by exact dynamic programming.

A link of a chain is an array, a diagonal kept as a vector, or an inverse that is applied
by solving.  Costs are multiplications at typical sizes (``terms.TYPICAL_SIZES``); a
vector anywhere makes every product a matrix times a vector.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from derive.language.expression import Node, transpose
from derive.language.sizes import Dim
from derive.numeric.terms import Term, Terms

APPLIED = frozenset({"inverse", "operator"})  # kinds that multiply without being formed
LONGEST_SHARED = 6  # factors of a partial product that is looked for in other chains


@dataclass(frozen=True)
class Link:
    """One factor of a chain, ``rows`` x ``columns``.

    ``term`` holds the array, the vector of a diagonal, or the inverse or the operator (a
    Kronecker product) written out; ``solve(B)`` is the inverse or the operator times B,
    ``solve_transposed(B)`` its transpose times B.
    ``node`` is the factor itself, by which products that occur twice are recognised.
    """

    kind: Literal["array", "diagonal", "inverse", "operator"]
    term: Term
    rows: Dim
    columns: Dim
    node: Node | None = None
    solve: Callable[[Term], Term] | None = None
    solve_transposed: Callable[[Term], Term] | None = None


@dataclass(frozen=True)
class Order:
    """The cheapest order of a part of a chain: its cost, and where it is cut last."""

    cost: float
    cut: int


class Products:
    """Multiplies chains; a partial product that several chains hold costs each a share."""

    def __init__(self, terms: Terms, shared: Mapping[tuple[Node | None, ...], int]):
        self.terms = terms
        self.shared = shared

    def multiply(self, links: Sequence[Link]) -> Link:
        """The product of a chain, in its cheapest order."""
        orders = self._orders(links)

        def build(start: int, stop: int) -> Link:
            if stop - start == 1:
                return links[start]
            cut = orders[start, stop].cut
            return combine(self.terms, build(start, cut), build(cut, stop))

        return build(0, len(links))

    def cost(self, links: Sequence[Link]) -> float:
        """The cost of a chain in its cheapest order."""
        return self._orders(links)[0, len(links)].cost

    def _orders(self, links: Sequence[Link]) -> dict[tuple[int, int], Order]:
        count = len(links)
        orders = {(k, k + 1): Order(0.0, k) for k in range(count)}
        rows = [self.terms.guess(link.rows) for link in links]
        rows.append(self.terms.guess(links[-1].columns))
        for width in range(2, count + 1):
            for start in range(count - width + 1):
                stop = start + width
                nodes = tuple(link.node for link in links[start:stop])
                users = self.shared.get(nodes, 1)
                choices = []
                for cut in range(start + 1, stop):
                    step = _step_cost(rows, links, start, cut, stop)
                    total = orders[start, cut].cost + orders[cut, stop].cost + step
                    choices.append(Order(total / users, cut))
                orders[start, stop] = min(choices, key=lambda order: order.cost)
        return orders


def turned(terms: Terms, links: Sequence[Link]) -> list[Link]:
    """The transposed chain."""
    return [
        Link(
            link.kind,
            terms.transpose(link.term),
            link.columns,
            link.rows,
            None if link.node is None else transpose(link.node),
            link.solve_transposed,
            link.solve,
        )
        for link in reversed(links)
    ]


def shared_products(chains: Iterable[tuple[Node, ...]]) -> dict[tuple[Node | None, ...], int]:
    """How often each partial product occurs in the chains, itself or transposed."""
    users: Counter[tuple[Node | None, ...]] = Counter()
    for chain in chains:
        for start in range(len(chain)):
            for stop in range(start + 2, min(len(chain), start + LONGEST_SHARED) + 1):
                part = chain[start:stop]
                users.update({part, tuple(transpose(factor) for factor in reversed(part))})
    return dict(users)


def _step_cost(rows: list[int], links: Sequence[Link], start: int, cut: int, stop: int) -> int:
    left, inner, right = rows[start], rows[cut], rows[stop]
    left_kind = links[start].kind if cut - start == 1 else "array"
    right_kind = links[cut].kind if stop - cut == 1 else "array"
    if "diagonal" in {left_kind, right_kind}:
        return left * right
    return left * inner * right


def combine(terms: Terms, left: Link, right: Link) -> Link:
    """The product of two links."""
    rows, columns = left.rows, right.columns
    shape = tuple(size for size in (rows, columns) if size != 1)
    a, b = left.term, right.term
    if left.kind in APPLIED and right.kind != "diagonal":
        assert left.solve is not None
        term = left.solve(b)
    elif right.kind in APPLIED and left.kind != "diagonal":
        assert right.solve_transposed is not None
        term = terms.transpose(right.solve_transposed(terms.transpose(a)))
    elif left.kind == "diagonal" and right.kind == "diagonal":
        return Link("diagonal", terms.times(a, b, a.shape), rows, columns)
    elif left.kind == "diagonal":
        factor = a if columns == 1 else terms.spread(a, shape, (0,))
        term = terms.times(factor, b, shape)
    elif right.kind == "diagonal":
        factor = b if rows == 1 else terms.spread(b, shape, (1,))
        term = terms.times(a, factor, shape)
    elif a.rank == 0 or b.rank == 0:
        term = terms.times(a, b, shape)
    elif rows == 1 and columns == 1:
        term = terms.inner(a, b)
    elif columns == 1:
        term = times_vector(terms, a, b)
    elif rows == 1:
        term = times_vector(terms, terms.transpose(b), a)
    elif left.columns == 1:
        term = outer(terms, a, b)
    else:
        term = terms.matmul(a, b)
    return Link("array", term, rows, columns)


def times_vector(terms: Terms, matrix: Term, vector: Term) -> Term:
    """A matrix times a vector; a constant vector needs only the sums of the rows."""
    shape = matrix.shape[:1]
    if matrix.op == "spread":
        source, kept = matrix.args[0], matrix.kept
        if 1 in kept:
            return terms.spread(terms.inner(source, vector), shape, ())
        return terms.times(terms.total(vector), terms.spread(source, shape, kept), shape)
    if vector.op != "spread":
        return terms.make("matvec", (matrix, vector), shape)
    if matrix.op == "transpose":
        sums = terms.make("column_sums", matrix.args, shape)
    else:
        sums = terms.make("row_sums", (matrix,), shape)
    return terms.times(vector.args[0], sums, shape)


def outer(terms: Terms, left: Term, right: Term) -> Term:
    """The product of a column and a row."""
    shape = (*left.shape, *right.shape)
    if right.op == "spread":
        scaled = terms.times(right.args[0], left, left.shape)
        if scaled.op == "spread":
            return terms.spread(scaled.args[0], shape, ())
        return terms.spread(scaled, shape, (0,))
    if left.op == "spread":
        return terms.spread(terms.times(left.args[0], right, right.shape), shape, (1,))
    return terms.make("outer", (left, right), shape)


# --- products of which only a part is wanted --------------------------------------------


def trace_of_links(products: Products, links: Sequence[Link]) -> Term:
    """tr of a chain: rotated and cut in two so that the full product is never formed."""
    terms = products.terms
    best: tuple[float, int, int] | None = None
    for start in range(len(links)):
        cycle = [*links[start:], *links[:start]]
        for cut in range(1, len(links)):
            parts = cycle[:cut], cycle[cut:]
            size = terms.guess(cycle[0].rows) * terms.guess(cycle[cut].rows)
            cost = size + sum(products.cost(part) for part in parts)
            if _is_bare_inverse(parts[0]) or _is_bare_inverse(parts[1]):
                cost += size * max(terms.guess(cycle[0].rows), terms.guess(cycle[cut].rows))
            if best is None or cost < best[0]:
                best = cost, start, cut
    if best is None:
        return trace(terms, links[0])
    _, start, cut = best
    cycle = [*links[start:], *links[:start]]
    left = products.multiply(cycle[:cut])
    right = products.multiply(turned(terms, cycle[cut:]))
    if left.kind == "array" and right.kind == "array":
        return terms.inner(left.term, right.term)
    return trace(terms, combine(terms, left, turned(terms, [right])[0]))


def _is_bare_inverse(links: Sequence[Link]) -> bool:
    return len(links) == 1 and links[0].kind in APPLIED


def trace(terms: Terms, link: Link) -> Term:
    """The trace of one link."""
    if link.kind == "diagonal":
        return terms.total(link.term)
    if link.term.rank < 2:
        return link.term
    if link.term.op == "spread":
        return terms.total(diagonal(terms, link))
    return terms.make("trace", (link.term,))


def diagonal_of_links(products: Products, links: Sequence[Link]) -> Term:
    """The diagonal of a chain: rows against columns, cut where that is cheapest."""
    terms = products.terms
    if len(links) == 1:
        return diagonal(terms, links[0])
    costs = [
        products.cost(links[:cut])
        + products.cost(links[cut:])
        + terms.guess(links[0].rows) * terms.guess(links[cut].rows)
        for cut in range(1, len(links))
    ]
    cut = 1 + costs.index(min(costs))
    left, right = products.multiply(links[:cut]), products.multiply(turned(terms, links[cut:]))
    if left.kind != "array" or right.kind != "array":
        return diagonal(terms, combine(terms, left, turned(terms, [right])[0]))
    a, b = left.term, right.term
    shape = (links[0].rows,)
    if a.rank == 1:
        return terms.times(a, b, shape)
    return terms.make("row_inner", (a, b), shape)


def diagonal(terms: Terms, link: Link) -> Term:
    """The diagonal of one link."""
    if link.kind == "diagonal":
        return link.term
    shape = (link.rows,)
    if link.term.op == "spread":
        return terms.spread(link.term.args[0], shape, ())
    if link.term.op == "outer":
        left, right = link.term.args
        return terms.times(left, right, shape)
    return terms.make("diagonal", (link.term,), shape)
