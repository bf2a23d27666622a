"""Chains in continuous time: a generator Q, its stationary law, and ``exp(t Q)``."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from sympy import ImmutableDenseMatrix, Symbol

from derive.derivation import Derivation
from derive.errors import ArgumentError, DomainError
from derive.language.expression import Node, add, eye, multiply, number, symbol, transpose
from derive.language.facts import close_facts
from derive.language.functions import array, elementwise, total
from derive.language.matrix_functions import matrix_map
from derive.language.relations import Relation, Words
from derive.language.sympy_out import to_sympy
from derive.probability.markov.classes import Classes, CommunicatingClass
from derive.probability.markov.entries import with_fact
from derive.probability.markov.exact_solve import block, solve
from derive.probability.markov.letters import Letters
from derive.probability.markov.page import Page
from derive.probability.markov.spectral_lines import part_lines, together
from derive.probability.markov.spectrum import spectrum
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

ASKED = "exp(t Q); put numbers in, and use scipy.linalg.expm"


class ContinuousTimeChain:
    """A Markov chain in continuous time, by its generator: rates off the diagonal.

    Parameters
    ----------
    Q : nested lists, SymPy Matrix, array or text, shape (n, n)
        Entry (i, j), i not j, is the rate of jumps from state i to state j, in jumps per
        unit of time; each row sums to zero.  A symbolic rate is taken to be positive.
    states : sequence of n names, optional
        1, ..., n if left out.

    Raises
    ------
    DomainError
        A rate is negative, or a row does not sum to zero; the message names the row.
    ArgumentError, ShapeError, LimitError, NoClosedFormError
        As for ``stationary_distribution``.

    References
    ----------
    norris1997, section 2.1.

    Examples
    --------
    >>> chain = ContinuousTimeChain([["-a", "a"], ["b", "-b"]])
    >>> chain.stationary_distribution()
    [[b/(a + b)], [a/(a + b)]]    # shape (2,)
    """

    def __init__(self, Q: Any, states: Sequence[Hashable] | None = None) -> None:
        self._chain = _generator(Q, states)

    @property
    def Q(self) -> ImmutableDenseMatrix:
        """The generator, shape (n, n)."""
        return to_sympy(self._chain.matrix)

    @property
    def states(self) -> tuple[Hashable, ...]:
        """The names of the states, in the order of the rows."""
        return self._chain.states

    def classes(self) -> Classes:
        """The communicating classes; in continuous time none is periodic."""
        return self._chain.classes

    def stationary_distribution(self) -> Derivation:
        """The law with pi' Q = 0, shape (n, 1); one for each closed class.

        References
        ----------
        norris1997, section 3.5.
        """
        return _stationary(self._chain)

    def transition_probabilities(self, t: Any = "t") -> Derivation:
        """The matrix P(t) = exp(t Q) of a time t, from the eigenvalues of Q.

        Parameters
        ----------
        t : symbol or its name
            The time, nonnegative.

        Raises
        ------
        ArgumentError
            `t` is no symbol, or one of Q.
        NoClosedFormError
            The eigenvalues are not real numbers in one square root.
        """
        return _exponential(self._chain, t)

    def __repr__(self) -> str:
        return f"ContinuousTimeChain({self._chain.matrix!r})"


def _generator(Q: Any, states: Sequence[Hashable] | None) -> Transitions:
    """The rows of a generator."""
    rows = with_fact(square_rows(Q, "a generator"), "positive", off_diagonal=True)
    names = state_names(states, len(rows))
    field, elements = in_field(rows)
    for i, row in enumerate(elements):
        where = f"row {i + 1} (state {names[i]}) of the generator"
        for j, entry in enumerate(row):
            if i != j and sign(field, entry) == -1:
                raise DomainError(
                    f"{where} has the rate {rows[i][j]!r} in column {j + 1}, which is negative\n"
                    f"  to fix   : rates of jumps are at least 0; only the diagonal is negative"
                )
        if sum(row, field.whole(0)):
            off = field.node(row[i] - sum(row, field.whole(0)))
            raise DomainError(
                f"{where} sums to {field.node(sum(row, field.whole(0)))!r}, not to 0\n"
                f"  to fix   : write {off!r} on its diagonal"
            )
    return Transitions(rows, elements, field, names, positive_conditions(rows, off_diagonal=True))


def _stationary(chain: Transitions) -> Derivation:
    letters = Letters(chain, "generator", "law")
    Q, closed = letters.matrix("generator"), chain.classes.closed
    page = Page([(Q, chain.matrix)], chain.conditions)
    results = []
    for place, found in enumerate(closed, start=1):
        mark = f"__{place}" if len(closed) > 1 else ""
        pi, law = letters.vector("law", mark), _law_lines(chain, found, letters, page, mark)
        page.steps.append(Step(None, Relation(pi, "=", law), f"law on {chain.named(found.places)}"))
        page.define(pi, law)
        step = add(eye(chain.size), Q)  # keeps the sides of the claim away from zero
        page.conclude((multiply(transpose(pi), step), transpose(pi)), (total(pi), number(1)))
        results.append((pi.name, law))
    laws = tuple(letters.vector("law", f"__{k}") for k in range(1, len(closed) + 1))
    places = ", ".join(f"{{{k}}}" for k in range(len(closed)))
    closing = (Words(f"the stationary laws are the mixtures of {places}", laws),)
    trace = Trace(
        question=Words("stationary distribution of the generator {0}", (Q,)),
        definitions=((Q, chain.matrix),),
        steps=tuple(page.steps),
        results=tuple(results),
        conditions=chain.conditions,
        arguments=chain.symbols,
        closing=closing if len(closed) > 1 else (),
    )
    return DerivationUnderConditions(trace, tuple(page.claims))


def _law_lines(
    chain: Transitions, found: CommunicatingClass, letters: Letters, page: Page, mark: str
) -> Node:
    """Flow in is flow out for each state but the first; the entries sum to one."""
    field, (first, *others) = chain.field, found.places
    multiples = [field.whole(1)]
    if others:
        inside = [list(row) for row in zip(*block(chain.elements, others, others), strict=True)]
        inflow = [[-chain.elements[first][k]] for k in others]
        multiples += [row[0] for row in solve(field, inside, inflow)]
    whole = sum(multiples, field.whole(0))
    law = [field.whole(0)] * chain.size
    for k, multiple in zip(found.places, multiples, strict=True):
        law[k] = multiple / whole
    values = [written(field, x) for x in law]
    names = {k: letters.of_state("law", k, mark) for k in found.places}
    for k in found.places:
        page.define(names[k], values[k])
    for k in others:
        inflows = [
            multiply(names[i], chain.rows[i][k])
            for i in found.places
            if i != k and chain.elements[i][k]
        ]
        out = multiply(names[k], written(field, -chain.elements[k][k]))
        rule = f"flow out of {chain.states[k]} is flow in"
        page.say(Step(None, Relation(out, "=", add(*inflows)), rule), (out, add(*inflows)))
    for k, multiple in zip(others, multiples[1:], strict=True):
        product = multiply(written(field, multiple), names[first])
        solved = Words("solve in multiples of {0}", (names[first],))
        page.say(Step(None, Relation(names[k], "=", product), solved), (names[k], product))
    if others:
        share = written(field, law[first])
        page.steps.append(Step(None, Relation(names[first], "=", share), "the entries sum to one"))
    return array([[value] for value in values])


def _exponential(chain: Transitions, t: Any) -> Derivation:
    """``exp(t Q) = sum exp(lam_k t) Z_k``."""
    name = t if isinstance(t, str) else getattr(t, "name", None)
    if not isinstance(t, str | Symbol | Node) or not isinstance(name, str):
        raise ArgumentError(
            f"transition_probabilities needs a symbol for the time, got {t!r:.60}\n"
            f"  to fix   : leave it out, and put a number in the compiled function"
        )
    if name in {s.name for s in chain.symbols}:
        raise ArgumentError(
            f"{name} is a symbol of the generator\n  to fix   : call the time by another name"
        )
    time = symbol(name, facts=close_facts(("nonnegative",), name, (1, 1)))
    found = spectrum(chain, 0, ASKED)
    letters = Letters(chain, "generator", "root", "part", taken=(name,))
    Q = letters.matrix("generator")
    conditions = (*chain.conditions, *found.conditions)
    page = Page([(Q, chain.matrix)], conditions)
    names = part_lines(Q, found, letters, page, with_zero=True)
    growth = {
        part: number(1) if part.is_zero else elementwise("exp", multiply(part.value, time))
        for part in found.parts
    }
    exponential = matrix_map("expm", multiply(time, Q))
    terms = [multiply(growing, names[part]) for part, growing in growth.items()]
    answer = together(growth)
    page.steps.append(Step(exponential, add(*terms), "spectral decomposition"))
    page.steps.append(Step(add(*terms), answer, "put in and add"))
    page.conclude((exponential, answer))
    trace = Trace(
        question=Words("transition probabilities after time {0} of the generator {1}", (time, Q)),
        definitions=((Q, chain.matrix),),
        steps=tuple(page.steps),
        results=(("P_t", answer),),
        conditions=(*conditions, Relation(time, ">=", number(0))),
        arguments=(*chain.symbols, time),
    )
    return DerivationUnderConditions(trace, tuple(page.claims))
