"""The stationary law of a chain, ``pi' P = pi'``: one for each closed class."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from derive.derivation import Derivation
from derive.language.expression import Node, add, divide, multiply, number, transpose
from derive.language.functions import array, total
from derive.language.relations import Relation, Words
from derive.probability.markov.classes import CommunicatingClass
from derive.probability.markov.exact_solve import block, one_minus, solve
from derive.probability.markov.letters import Letters
from derive.probability.markov.page import Page
from derive.probability.markov.transitions import Transitions, transitions
from derive.probability.markov.writing_elements import written
from derive.probability.under_conditions import DerivationUnderConditions
from derive.steps import Step, Trace


def stationary_distribution(P: Any, states: Sequence[Hashable] | None = None) -> Derivation:
    """Derive the stationary law of a Markov chain, pi' P = pi' with entries that sum to one.

    Parameters
    ----------
    P : nested lists, SymPy Matrix, array or text, shape (n, n)
        Row i holds the probabilities of going from state i to each state: numbers,
        fractions, or expressions in symbols.  A decimal is the fraction that it writes; a
        symbolic entry is taken to be positive.
    states : sequence of n names, optional
        1, ..., n if left out.

    Returns
    -------
    Derivation
        ``.result`` is pi, shape (n, 1).  A chain with several closed classes has one law
        for each, in order, and ``.result`` is their tuple.

    Raises
    ------
    DomainError
        An entry lies outside [0, 1], or a row does not sum to one.
    ArgumentError
        `P` is no matrix, or `states` do not name its rows.
    ShapeError
        `P` is not square, or has one state.
    LimitError
        More than 20 states, or 6 with symbols.
    NoClosedFormError
        An entry is no quotient of polynomials.

    References
    ----------
    norris1997, section 1.7.

    Examples
    --------
    >>> stationary_distribution([["1 - a", "a"], ["b", "1 - b"]])
    [[b/(a + b)], [a/(a + b)]]    # shape (2,)
    """
    return stationary_law(transitions(P, states))


def stationary_law(chain: Transitions) -> Derivation:
    """The derivation for a chain that has been read."""
    letters = Letters(chain, "transition", "law")
    P, closed = letters.matrix("transition"), chain.classes.closed
    page = Page([*chain.shares, (P, chain.matrix)], chain.conditions)
    page.say(_class_line(chain))
    results = []
    for place, found in enumerate(closed, start=1):
        mark = f"__{place}" if len(closed) > 1 else ""
        pi = letters.vector("law", mark)
        values = law_lines(chain, found, letters, page, mark)
        page.say(Step(None, Relation(pi, "=", array([[v] for v in values])), _where(chain, found)))
        page.define(pi, array([[v] for v in values]))
        page.conclude(
            (multiply(transpose(pi), P), transpose(pi)),
            (total(pi), number(1)),
        )
        results.append((pi.name, array([[v] for v in values])))
    trace = Trace(
        question=Words("stationary distribution of {0}", (P,)),
        definitions=((P, chain.matrix),),
        steps=tuple(page.steps),
        results=tuple(results),
        conditions=chain.conditions,
        arguments=chain.symbols,
        closing=_closing(letters, len(closed)),
    )
    return DerivationUnderConditions(trace, tuple(page.claims))


def law_elements(chain: Transitions, found: CommunicatingClass) -> list[Any]:
    """The stationary law of a closed class over all states, as elements of the field."""
    multiples = _multiples(chain, found)
    whole = sum(multiples, chain.field.whole(0))
    law = [chain.field.whole(0)] * chain.size
    for k, multiple in zip(found.places, multiples, strict=True):
        law[k] = multiple / whole
    return law


def law_lines(
    chain: Transitions, found: CommunicatingClass, letters: Letters, page: Page, mark: str = ""
) -> list[Node]:
    """Balance equations, their solution in multiples of one entry, and the total."""
    field, places = chain.field, found.places
    law = law_elements(chain, found)
    values = [written(field, value) for value in law]
    if len(places) == 1:
        return values
    names = {k: letters.of_state("law", k, mark) for k in places}
    for k in places:
        page.define(names[k], values[k])
    for k in places[1:]:
        inflow = [multiply(names[i], chain.rows[i][k]) for i in places if chain.elements[i][k]]
        balance = add(*inflow)
        page.say(
            Step(None, Relation(names[k], "=", balance), f"balance of state {chain.states[k]}"),
            (names[k], balance),
        )
    first, multiples = names[places[0]], _multiples(chain, found)
    for k, multiple in zip(places[1:], multiples[1:], strict=True):
        product = multiply(written(field, multiple), first)
        rule = Words("solve in multiples of {0}", (first,))
        page.say(Step(None, Relation(names[k], "=", product), rule), (names[k], product))
    sums = [written(field, multiple) for multiple in multiples]
    share = divide(number(1), add(*sums))
    page.say(
        Step(None, Relation(first, "=", share), "the entries sum to one"),
        (first, share),
    )
    return values


def _multiples(chain: Transitions, found: CommunicatingClass) -> list[Any]:
    """The entries of the law over its first entry, from the balance of the other states."""
    field, (first, *others) = chain.field, found.places
    if not others:
        return [field.whole(1)]
    inside = [list(row) for row in zip(*block(chain.elements, others, others), strict=True)]
    inflow = [[chain.elements[first][k]] for k in others]
    solved = solve(field, one_minus(field, inside), inflow)
    return [field.whole(1), *(row[0] for row in solved)]


def _class_line(chain: Transitions) -> Step:
    closed = chain.classes.closed
    if len(closed) == 1:
        states = "all states" if chain.classes.is_irreducible else chain.named(closed[0].places)
        return Step(None, Words(f"one closed class: {states}"), "so the law is unique")
    listed = " and ".join(f"({chain.named(c.places)})" for c in closed)
    return Step(None, Words(f"{len(closed)} closed classes: {listed}"), "each has a law of its own")


def _where(chain: Transitions, found: CommunicatingClass) -> str:
    if len(found.places) == chain.size:
        return "the law"
    others = chain.named(k for k in range(chain.size) if k not in found.places)
    return f"law on {chain.named(found.places)}; none on {others}"


def _closing(letters: Letters, count: int) -> tuple[Words, ...]:
    if count == 1:
        return ()
    laws = tuple(letters.vector("law", f"__{k}") for k in range(1, count + 1))
    places = ", ".join(f"{{{k}}}" for k in range(count))
    return (Words(f"the stationary laws are the mixtures of {places}", laws),)
