"""Detailed balance: it holds, or a cycle breaks it (Kolmogorov's criterion)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from operator import mul
from typing import Any

from derive.language.expression import Node, multiply, transpose
from derive.language.functions import array, diagonal_matrix
from derive.language.relations import Relation, Words
from derive.probability.markov.classes import CommunicatingClass
from derive.probability.markov.entropy_rate import only_class
from derive.probability.markov.letters import Letters
from derive.probability.markov.page import Page
from derive.probability.markov.stationary import law_elements, law_lines
from derive.probability.markov.transitions import Transitions
from derive.probability.markov.writing_elements import written
from derive.probability.under_conditions import DerivationUnderConditions
from derive.steps import Step, Trace

Cycle = tuple[int, ...]


@dataclass(frozen=True, repr=False)
class DetailedBalance(DerivationUnderConditions):
    """The verdict on ``pi_i p_ij = pi_j p_ji``.

    If it holds, the result is the symmetric matrix of flows ``diag(pi) P``; else the results
    are the products of probabilities around a cycle, there and back.
    """

    @property
    def holds(self) -> bool:
        """Whether the chain is reversible under its stationary law."""
        return len(self.trace.results) == 1


def balance(chain: Transitions) -> DetailedBalance:
    """Flows both ways between each pair of states, or a cycle on which they differ.

    Raises
    ------
    DomainError
        There are several closed classes, so no one stationary law.
    """
    found = only_class(chain, "detailed balance")
    cycle = _broken_cycle(chain, found)
    return _holds(chain, found) if cycle is None else _fails(chain, cycle)


def _holds(chain: Transitions, found: CommunicatingClass) -> DetailedBalance:
    letters = Letters(chain, "transition", "law", "flow")
    P, pi = letters.matrix("transition"), letters.vector("law")
    page = Page([*chain.shares, (P, chain.matrix)], chain.conditions)
    law, values = law_elements(chain, found), law_lines(chain, found, letters, page)
    column = array([[value] for value in values])
    page.steps.append(Step(None, Relation(pi, "=", column), "stationary law"))
    for i, j in combinations(found.places, 2):
        if chain.elements[i][j]:
            there = multiply(letters.of_state("law", i), chain.rows[i][j])
            back = multiply(letters.of_state("law", j), chain.rows[j][i])
            rule = f"flow between {chain.states[i]} and {chain.states[j]}"
            page.say(Step(None, Relation(there, "=", back), rule), (there, back))
    flows = array(
        [[written(chain.field, law[i] * p) for p in row] for i, row in enumerate(chain.elements)]
    )
    F = letters.matrix("flow")
    page.steps.append(Step(None, Relation(F, "=", flows), "flows, a symmetric matrix"))
    page.define(pi, column)
    page.conclude(
        (multiply(diagonal_matrix(pi), P), flows),
        (transpose(flows), flows),
        (multiply(transpose(pi), P), transpose(pi)),
    )
    trace = _trace(chain, P, page, ((F.name, flows),), "detailed balance holds")
    return DetailedBalance(trace, tuple(page.claims))


def _fails(chain: Transitions, cycle: Cycle) -> DetailedBalance:
    letters = Letters(chain, "transition", "chance", "root")
    P = letters.matrix("transition")
    page = Page([*chain.shares, (P, chain.matrix)], chain.conditions)
    path = " to ".join(str(chain.states[k]) for k in (*cycle, cycle[0]))
    page.steps.append(
        Step(None, Words(f"cycle {path}"), "Kolmogorov: balance needs equal products both ways")
    )
    results = []
    for mark, way in (("1", cycle), ("2", (cycle[0], *reversed(cycle[1:])))):
        name = letters.scalar("chance", f"_{mark}")
        value = written(chain.field, _product(chain, way))
        factors = [chain.rows[i][j] for i, j in _arrows(way)]
        rule = "product one way round" if mark == "1" else "product the other way round"
        page.say(Step(None, Relation(name, "=", value), rule), (multiply(*factors), value))
        results.append((name.name, value))
    names = tuple(letters.scalar("chance", f"_{mark}") for mark in "12")
    differ = Relation(results[0][1], "!=", results[1][1])
    page.steps.append(Step(None, Relation(names[0], "!=", names[1]), "so detailed balance fails"))
    conditions = (differ,) if results[0][1].symbols | results[1][1].symbols else ()
    trace = _trace(chain, P, page, tuple(results), "detailed balance fails", conditions)
    return DetailedBalance(trace, tuple(page.claims))


def _trace(
    chain: Transitions,
    P: Node,
    page: Page,
    results: tuple[tuple[str, Node], ...],
    verdict: str,
    conditions: tuple[Relation, ...] = (),
) -> Trace:
    return Trace(
        question=Words("detailed balance of {0}", (P,)),
        definitions=((P, chain.matrix),),
        steps=tuple(page.steps),
        results=results,
        conditions=(*chain.conditions, *conditions),
        arguments=chain.symbols,
        closing=(Words(verdict),),
    )


# --- the cycle ------------------------------------------------------------------------


def _broken_cycle(chain: Transitions, found: CommunicatingClass) -> Cycle | None:
    """The first of the shortest cycles with two products; None if there is none."""
    broken = [
        cycle
        for cycle in _cycles(chain, found.places)
        if _product(chain, cycle) != _product(chain, (cycle[0], *reversed(cycle[1:])))
    ]
    return min(broken, key=len, default=None)


def _cycles(chain: Transitions, places: tuple[int, ...]) -> Iterator[Cycle]:
    """Triangles, and one cycle for each arrow: enough, as others are made of these.

    An arrow with no way back closes by the shortest path; the other arrows close through a
    spanning tree, and ratios of products around its cycles give those of all.
    """
    yield from combinations(places, 3)
    parent = _tree(chain, places)
    for i in places:
        for j in places:
            if i == j or not chain.elements[i][j]:
                continue
            if not chain.elements[j][i]:
                yield (i, *_path(chain, j, i)[:-1])
            elif i < j:
                yield _through_tree(parent, i, j)


def _tree(chain: Transitions, places: tuple[int, ...]) -> dict[int, int | None]:
    """Parents in a spanning tree of the class, arrows taken both ways."""
    parent: dict[int, int | None] = {places[0]: None}
    pending = [places[0]]
    while pending:
        here = pending.pop(0)
        for there in places:
            joined = chain.elements[here][there] or chain.elements[there][here]
            if there not in parent and joined:
                parent[there] = here
                pending.append(there)
    return parent


def _through_tree(parent: dict[int, int | None], i: int, j: int) -> Cycle:
    """From i over the arrow to j, and back through the tree."""
    up = {k: _line(parent, k) for k in (i, j)}
    meeting = next(k for k in up[j] if k in up[i])
    down = up[i][1 : up[i].index(meeting)]
    ascent = up[j][: up[j].index(meeting) + 1]
    back = [*ascent, *reversed(down)]
    return (i, *(k for k in back if k != i))


def _line(parent: dict[int, int | None], k: int) -> list[int]:
    """A state and those above it in the tree."""
    line, above = [k], parent[k]
    while above is not None:
        line.append(above)
        above = parent[above]
    return line


def _path(chain: Transitions, start: int, end: int) -> list[int]:
    """A shortest path along the arrows."""
    paths, seen = [[start]], {start}
    while True:
        path = paths.pop(0)
        if path[-1] == end:
            return path
        for there, entry in enumerate(chain.elements[path[-1]]):
            if entry and there not in seen:
                seen.add(there)
                paths.append([*path, there])


def _arrows(cycle: Cycle) -> list[tuple[int, int]]:
    return list(zip(cycle, (*cycle[1:], cycle[0]), strict=True))


def _product(chain: Transitions, cycle: Cycle) -> Any:
    """The product of the probabilities around a cycle."""
    return reduce(mul, (chain.elements[i][j] for i, j in _arrows(cycle)))
