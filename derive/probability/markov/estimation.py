"""Transition probabilities from counts, by maximum likelihood."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from derive.derivation import Derivation
from derive.errors import DomainError
from derive.language.expression import Node, add, divide, multiply, negative, number, ones, symbol
from derive.language.functions import array
from derive.language.laws.terms import log
from derive.language.relations import Relation, Words
from derive.probability.markov.entries import symbols_of, with_fact
from derive.probability.markov.letters import Letters
from derive.probability.markov.page import Page
from derive.probability.markov.transitions import (
    Transitions,
    in_field,
    positive_conditions,
    square_rows,
    state_names,
)
from derive.probability.markov.writing_elements import sign, written
from derive.probability.under_conditions import DerivationUnderConditions
from derive.steps import Step, Trace


def maximum_likelihood_transitions(
    counts: Any, states: Sequence[Hashable] | None = None
) -> Derivation:
    """Derive the transition matrix under which observed transitions are most likely.

    Parameters
    ----------
    counts : nested lists, SymPy Matrix, array or text, shape (n, n)
        Entry (i, j) is the number of steps seen from state i to state j: whole numbers, or
        symbols, which are taken to be positive.
    states : sequence of n names, optional
        1, ..., n if left out.

    Returns
    -------
    Derivation
        ``.result`` is the estimate of P, shape (n, n): each count over the total of its row.

    Raises
    ------
    DomainError
        A count is negative or no whole number, or a row has no count: every law of that row
        is then as likely.
    ArgumentError
        `counts` is no matrix, or `states` do not name its rows.
    ShapeError
        `counts` is not square.
    LimitError
        More than 20 states, or 6 with symbols.

    References
    ----------
    norris1997, section 1.10.

    Examples
    --------
    >>> maximum_likelihood_transitions([[3, 1], [2, 2]]).result
    Matrix([
    [3/4, 1/4],
    [1/2, 1/2]])
    """
    rows = with_fact(square_rows(counts, "a matrix of counts"), "positive")
    names = state_names(states, len(rows))
    field, elements = in_field(rows)
    table = Transitions(rows, elements, field, names, positive_conditions(rows))
    _require_counts(table)
    totals = [sum(row, field.whole(0)) for row in elements]
    estimate = array(
        [
            [written(field, x / total) for x in row]
            for row, total in zip(elements, totals, strict=True)
        ]
    )
    page, P = _lines(table, estimate)
    trace = Trace(
        question=Words("transition matrix of greatest likelihood for the counts {0}", (P[0],)),
        definitions=((P[0], table.matrix),),
        steps=tuple(page.steps),
        results=((P[1].name, estimate),),
        conditions=table.conditions,
        arguments=symbols_of(rows),
    )
    return DerivationUnderConditions(trace, tuple(page.claims))


def _lines(table: Transitions, estimate: Node) -> tuple[Page, tuple[Node, Node]]:
    """One row by a multiplier, all rows alike, the estimate."""
    letters = Letters(table, "count", "transition", "root", "likelihood", "estimate")
    N = letters.matrix("count")
    P = symbol(f"{letters.names['transition']}_hat", (table.size, table.size))
    page = Page([(N, table.matrix)], table.conditions)
    for i in range(table.size):
        _row_lines(table, i, letters, page)
    page.steps.append(Step(None, Relation(P, "=", estimate), "each count over its row's total"))
    page.define(P, estimate)
    page.conclude((multiply(P, ones(table.size)), ones(table.size)))
    for i in range(table.size):
        total = add(*table.rows[i])
        for j in range(table.size):
            if table.elements[i][j]:
                share = estimate.args[i * table.size + j]
                page.conclude((divide(table.rows[i][j], share), total))
    return page, (N, P)


def _row_lines(table: Transitions, i: int, letters: Letters, page: Page) -> None:
    """The likelihood of a row, where its Lagrangian is stationary, and the multiplier."""
    base, between = letters.names["estimate"], "" if table.size < 10 else "_"
    p = [symbol(f"{base}_{i + 1}{between}{j + 1}") for j in range(table.size)]
    seen = [j for j in range(table.size) if table.elements[i][j]]
    likelihood = add(*(multiply(table.rows[i][j], log(p[j])) for j in seen))
    L, lam = letters.scalar("likelihood", f"_{i + 1}"), letters.scalar("root", f"_{i + 1}")
    state = table.states[i]
    page.steps.append(
        Step(None, Relation(L, "=", likelihood), f"log likelihood of the steps from {state}")
    )
    total = add(*table.rows[i])
    for j in range(table.size):
        share = divide(table.rows[i][j], lam)
        rule = Words("stationary in {0} with the multiplier {1}", (p[j], lam))
        if j in seen:
            page.steps.append(Step(None, Relation(p[j], "=", share), rule))
        else:
            page.steps.append(Step(None, Relation(p[j], "=", number(0)), "never seen"))
    row = written(table.field, sum(table.elements[i], table.field.whole(0)))
    page.say(
        Step(None, Relation(lam, "=", row), "the row sums to one"),
        (total, row) if total is not row else (negative(total), negative(row)),
    )


def _require_counts(table: Transitions) -> None:
    """Raise unless entries are counts and every row has some."""
    for i, row in enumerate(table.rows):
        where = f"row {i + 1} (state {table.states[i]}) of the counts"
        for j, entry in enumerate(row):
            is_whole = not entry.is_number or entry.data.denominator == 1
            if not is_whole or sign(table.field, table.elements[i][j]) == -1:
                raise DomainError(
                    f"{where} has {entry!r} in column {j + 1}, which is no count\n"
                    f"  to fix   : give whole numbers of observed steps, 0, 1, 2, ..."
                )
        if not any(table.elements[i]):
            raise DomainError(
                f"{where} is all zero: the state was never left, so every law of its row has the "
                f"same likelihood\n"
                f"  to fix   : leave the state out, or add a count for a prior belief"
            )
