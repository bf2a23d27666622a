"""Filtering of a hidden Markov chain: the law of the hidden state, given what was observed."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Expr, ImmutableDenseMatrix

from derive.errors import ArgumentError, DomainError, LimitError, ShapeError
from derive.language.expression import Node, divide, multiply, number, ones, transpose
from derive.language.functions import array, diagonal_matrix, dot, total
from derive.language.relations import Relation, Words
from derive.language.rounded_shares import without_rounding
from derive.language.sympy_out import to_sympy
from derive.probability.markov.entries import Rows, exact_rows, symbols_of, with_fact
from derive.probability.markov.letters import Letters
from derive.probability.markov.page import Page
from derive.probability.markov.transitions import (
    Transitions,
    in_field,
    positive_conditions,
    require_laws,
    square_rows,
    state_names,
)
from derive.probability.markov.writing_elements import written
from derive.probability.under_conditions import DerivationUnderConditions
from derive.steps import Step, Trace

MOST_OBSERVATIONS = 30
MOST_SYMBOLIC_OBSERVATIONS = 4


@dataclass(frozen=True, repr=False)
class ForwardFilter(DerivationUnderConditions):
    """A derivation whose results are the filtered laws, in order, and the likelihood."""

    @property
    def laws(self) -> tuple[ImmutableDenseMatrix, ...]:
        """For each time the law of the hidden state given the observations so far, shape (n, 1)."""
        return tuple(to_sympy(node) for _, node in self.trace.results[:-1])

    @property
    def likelihood(self) -> Expr:
        """The probability of all observations."""
        return to_sympy(self.trace.results[-1][1])


@dataclass(frozen=True)
class _Hidden:
    """A hidden chain; `emitted` and `started` are its other laws, in the same field."""

    chain: Transitions
    emission: Rows
    initial: Rows
    emitted: list[list[Any]]
    started: list[Any]
    seen: list[int]
    observations: tuple[Hashable, ...]


def forward_filter(
    P: Any,
    emission: Any,
    initial: Any,
    observations: Sequence[Hashable],
    states: Sequence[Hashable] | None = None,
    symbols: Sequence[Hashable] | None = None,
) -> ForwardFilter:
    """Derive the law of a hidden state after each observation: predict, weight, normalise.

    Parameters
    ----------
    P : nested lists, SymPy Matrix, array or text, shape (n, n)
        Transition probabilities of the hidden chain, as for ``stationary_distribution``.
    emission : the same, shape (n, m)
        Row i holds the probabilities of each observation in state i.
    initial : sequence of n entries
        The law of the state at the first observation.
    observations : sequence, or a text of one letter each
        What was observed, by the names in `symbols`.
    states : sequence of n names, optional
        1, ..., n if left out.
    symbols : sequence of m names, optional
        1, ..., m if left out.

    Returns
    -------
    ForwardFilter
        ``.laws`` are the filtered laws, each of shape (n, 1); ``.likelihood`` is the
        probability of the observations.

    Raises
    ------
    DomainError
        An entry lies outside [0, 1], a row does not sum to one, or an observation has
        probability zero.
    ArgumentError
        No observation, or one that is not among `symbols`; no matrix.
    ShapeError
        `emission` or `initial` does not fit the states.
    LimitError
        More than 30 observations, or 4 with symbols.

    References
    ----------
    rabiner1989, section III A.

    Examples
    --------
    >>> found = forward_filter([["1/2", "1/2"], [0, 1]], [["3/4", "1/4"], ["1/4", "3/4"]],
    ...                        ["1/2", "1/2"], "uu", symbols="uw")
    >>> found.laws[-1].T, found.likelihood
    (Matrix([[9/14, 5/14]]), 7/32)
    """
    hidden = _read(P, emission, initial, observations, states, symbols)
    chain, field = hidden.chain, hidden.chain.field
    letters = Letters(chain, "transition", "filter", "forecast", "chance", "likelihood")
    page = Page([*chain.shares, (letters.matrix("transition"), chain.matrix)], chain.conditions)
    results: list[tuple[str, Node]] = []
    law, chance, chances = hidden.started, field.whole(1), []
    for t, seen in enumerate(hidden.seen, start=1):
        if t > 1:
            law = [
                sum(
                    (x * row[j] for x, row in zip(law, chain.elements, strict=True)), field.whole(0)
                )
                for j in range(chain.size)
            ]
        forecast = law
        joint = [x * row[seen] for x, row in zip(forecast, hidden.emitted, strict=True)]
        c = sum(joint, field.whole(0))
        if not c:
            raise DomainError(
                f"observation {t} ({hidden.observations[t - 1]}) has probability zero given those "
                f"before it, so there is no law given it\n"
                f"  to fix   : correct the observations, or give it a chance in `emission`"
            )
        law, chance = [x / c for x in joint], chance * c
        chances.append(c)
        _time_lines(hidden, t, forecast, c, law, letters, page)
        results.append((f"{letters.names['filter']}_{t}", _column(chain, law)))
    likelihood = letters.scalar("likelihood")
    answer = written(field, chance)
    factors = [letters.scalar("chance", f"_{t}") for t in range(1, len(chances) + 1)]
    page.say(
        Step(likelihood, multiply(*factors), "chain rule"),
        (multiply(*factors), answer),
    )
    if len(factors) > 1:
        page.steps.append(Step(multiply(*factors), answer, "work out"))
    page.conclude(*_whole_claims(hidden, results[-1][1], answer))
    trace = Trace(
        question=Words(
            f"hidden state after {', '.join(map(str, hidden.observations))}, of {{0}}",
            (letters.matrix("transition"),),
        ),
        definitions=((letters.matrix("transition"), chain.matrix),),
        steps=tuple(page.steps),
        results=(*results, (likelihood.name, answer)),
        conditions=chain.conditions,
        arguments=symbols_of([*chain.rows, *hidden.emission, *hidden.initial]),
    )
    return ForwardFilter(trace, tuple(page.claims))


def _time_lines(
    hidden: _Hidden,
    t: int,
    forecast: list[Any],
    c: Any,
    law: list[Any],
    letters: Letters,
    page: Page,
) -> None:
    """The forecast, the chance of what was observed, and the law given it."""
    chain = hidden.chain
    P = letters.matrix("transition")
    before, after = letters.vector("filter", f"_{t - 1}"), letters.vector("filter", f"_{t}")
    expected, chance = letters.vector("forecast", f"_{t}"), letters.scalar("chance", f"_{t}")
    column, seen = _column(chain, forecast), hidden.seen[t - 1]
    b = array([[row[seen]] for row in hidden.emission])
    page.define(expected, column)
    if t == 1:
        page.steps.append(Step(None, Relation(expected, "=", column), "initial law"))
    else:
        shown = multiply(transpose(P), before)
        page.say(Step(expected, shown, "one step ahead"), (expected, shown))
        page.steps.append(Step(shown, column, "work out"))
    value = written(chain.field, c)
    page.define(chance, value)
    weighed = dot(b, expected)
    rule = f"probability of {hidden.observations[t - 1]} at time {t}"
    page.say(Step(chance, weighed, rule), (chance, weighed))
    page.steps.append(Step(weighed, value, "work out"))
    found = _column(chain, law)
    page.define(after, found)
    bayes = divide(multiply(diagonal_matrix(b), expected), chance)
    page.say(Step(after, bayes, "Bayes' rule"), (after, bayes))
    page.steps.append(Step(bayes, found, "work out"))


def _whole_claims(hidden: _Hidden, law: Node, likelihood: Node) -> tuple[tuple[Node, Node], ...]:
    """All times in one product: ``D_T P' ... P' D_1 initial`` is the likelihood times the law."""
    whole = array([[row[0]] for row in hidden.initial])
    for t, seen in enumerate(hidden.seen):
        if t:
            whole = multiply(transpose(hidden.chain.matrix), whole)
        whole = multiply(diagonal_matrix(array([[row[seen]] for row in hidden.emission])), whole)
    size = hidden.chain.size
    return (
        (whole, multiply(likelihood, law)),
        (total(whole), likelihood),
        (multiply(ones(1, size), law), number(1)),
    )


def _column(chain: Transitions, law: list[Any]) -> Node:
    return array([[written(chain.field, x)] for x in law])


# --- reading --------------------------------------------------------------------------


def _read(
    P: Any,
    emission: Any,
    initial: Any,
    observations: Sequence[Hashable],
    states: Sequence[Hashable] | None,
    symbols: Sequence[Hashable] | None,
) -> _Hidden:
    """Everything in one field, each row a law."""
    rows = square_rows(P, "a transition matrix")
    size = len(rows)
    emitted = exact_rows(emission, "the emission matrix", sums_to_one=True)
    started = exact_rows([[x] for x in without_rounding(_listed(initial))], "the initial law")
    if len(emitted) != size or len(started) != size:
        raise ShapeError(
            f"{size} states need {size} rows of `emission` and {size} entries of `initial`, "
            f"got {len(emitted)} and {len(started)}"
        )
    names, letters = state_names(states, size), state_names(symbols, len(emitted[0]))
    width = max(size, len(emitted[0]))
    together = with_fact([*rows, *emitted, *started], "probability")
    padded = [[*row, *[number(0)] * (width - len(row))] for row in together]
    field, elements = in_field(padded)
    laws = [row[:size] for row in elements[:size]]
    sent = [row[: len(letters)] for row in elements[size : 2 * size]]
    first = [row[0] for row in elements[2 * size :]]
    for table, what in ((laws, "transition"), (sent, "emission")):
        where = [f"row {i + 1} (state {s}) of the {what} matrix" for i, s in enumerate(names)]
        require_laws(field, table, where)
    require_laws(field, [first], ["the initial law"])
    seen = tuple(observations)
    _require_few(seen, bool(symbols_of(together)))
    for name in seen:
        if name not in letters:
            raise ArgumentError(
                f"no observation is called {name!r}\n  known    : {', '.join(map(str, letters))}"
            )
    chain = Transitions(
        [row[:size] for row in together[:size]], laws, field, names, positive_conditions(together)
    )
    emission_rows, initial_rows = together[size : 2 * size], together[2 * size :]
    places = [letters.index(name) for name in seen]
    return _Hidden(chain, emission_rows, initial_rows, sent, first, places, seen)


def _require_few(observations: Sequence[Hashable], has_symbols: bool) -> None:
    if not observations:
        raise ArgumentError("forward_filter needs at least one observation")
    most = MOST_SYMBOLIC_OBSERVATIONS if has_symbols else MOST_OBSERVATIONS
    if len(observations) > most:
        raise LimitError(
            f"{len(observations)} observations are over the limit of {most} for exact laws"
            f"{' with symbols' if has_symbols else ''}\n"
            f"  to fix   : put numbers in, or take fewer observations"
        )


def _listed(initial: Any) -> list[Any]:
    """The entries of a law given as a list, a column or an array."""
    listed = initial.tolist() if hasattr(initial, "tolist") else initial
    if not isinstance(listed, list | tuple) or not listed:
        raise ArgumentError(
            f"`initial` needs a list of probabilities, got {initial!r:.60}\n"
            f"  to fix   : give one for each state, as in ['1/2', '1/2']"
        )
    return [x[0] if isinstance(x, list | tuple) and len(x) == 1 else x for x in listed]
