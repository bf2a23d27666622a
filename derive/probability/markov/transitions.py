"""A transition matrix: rows that are probabilities, and names for the states."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

from derive.errors import ArgumentError, DomainError, LimitError, ShapeError
from derive.language.expression import Node, add, multiply, negative, number, symbol
from derive.language.functions import array
from derive.language.law import symbol_conditions
from derive.language.properties import is_positive
from derive.language.relations import Condition, Relation
from derive.linear_algebra.exact_field import Field
from derive.probability.markov.classes import Classes, communicating_classes
from derive.probability.markov.entries import Rows, exact_rows, symbols_of, with_fact
from derive.probability.markov.writing_elements import sign

MOST_STATES = 20
MOST_SYMBOLIC_STATES = 6

State = Hashable


@dataclass(frozen=True)
class Transitions:
    """Exact rates or probabilities between named states.

    `elements` are the entries in the field; a symbolic entry is positive wherever the chain
    is defined, so the pattern of zeros is known.
    """

    rows: Rows
    elements: list[list[Any]]
    field: Field
    states: tuple[State, ...]
    conditions: tuple[Condition, ...]

    @property
    def size(self) -> int:
        """The number of states."""
        return len(self.rows)

    @property
    def matrix(self) -> Node:
        """The explicit matrix."""
        return array(self.rows)

    @property
    def symbols(self) -> tuple[Node, ...]:
        """The symbols of the entries."""
        return symbols_of(self.rows)

    @cached_property
    def classes(self) -> Classes:
        """The communicating classes."""
        arrows = [
            {j for j, entry in enumerate(row) if entry and i != j}
            for i, row in enumerate(self.elements)
        ]
        stays = [bool(row[i]) for i, row in enumerate(self.elements)]
        return communicating_classes(arrows, stays, self.states)

    @cached_property
    def shares(self) -> tuple[tuple[Node, Node], ...]:
        """Each bare symbol of a row as a share of what the entries before it leave.

        Points at which claims are examined are then laws, however narrow the conditions.
        """
        found: dict[Node, Node] = {}
        for row in self.rows:
            bare = [e for e in dict.fromkeys(row) if e.op == "symbol" and e not in found]
            if any(row.count(entry) > 1 for entry in bare):
                continue
            left = number(1 - sum(e.data for e in row if e.is_number))
            for entry in bare:
                share = symbol(f"{entry.name}_share", facts=entry.facts)
                found[entry] = multiply(left, share)
                left = multiply(left, add(number(1), negative(share)))
        return tuple(found.items())

    def place(self, state: State) -> int:
        """The row of a state.

        Raises
        ------
        ArgumentError
            No state has the name.
        """
        for k, known in enumerate(self.states):
            if known == state and isinstance(known, bool) == isinstance(state, bool):
                return k
        raise ArgumentError(
            f"no state is called {state!r:.60}\n  known    : {self.named(range(self.size))}"
        )

    def named(self, places: Any) -> str:
        """The names of states, for a sentence."""
        return ", ".join(str(self.states[k]) for k in places)

    def label(self, k: int) -> str:
        """What stands under a letter for a state: its name, or its row if that is no word."""
        texts = [str(state) for state in self.states]
        is_plain = len(set(texts)) == len(texts) and all(
            text.isascii() and text.isalnum() for text in texts
        )
        return texts[k] if is_plain else str(k + 1)


def transitions(P: Any, states: Sequence[State] | None = None) -> Transitions:
    """The rows of a transition matrix, each a probability law over the states.

    Raises
    ------
    ArgumentError, ShapeError
        No square matrix, or the names do not fit it.
    DomainError
        An entry lies outside [0, 1], or a row does not sum to one; the message names the row.
    LimitError
        Too many states for exact answers.
    NoClosedFormError
        An entry is no quotient of polynomials.
    """
    rows = with_fact(square_rows(P, "a transition matrix"), "probability")
    names = state_names(states, len(rows))
    field, elements = in_field(rows)
    where = [f"row {i + 1} (state {name}) of the transition matrix" for i, name in enumerate(names)]
    require_laws(field, elements, where)
    _require_possible(field, rows, elements)
    return Transitions(rows, elements, field, names, positive_conditions(rows))


def square_rows(matrix: Any, what: str) -> Rows:
    """Rows of a square matrix of at least two states.

    Raises
    ------
    ArgumentError, ShapeError, LimitError
        It is none, or too large for exact answers.
    """
    rows = exact_rows(matrix, what, sums_to_one=True)
    if len(rows) != len(rows[0]):
        raise ShapeError(
            f"{what} is square, one row and one column for each state, "
            f"got {len(rows)} x {len(rows[0])}"
        )
    if len(rows) == 1:
        raise ShapeError(f"{what} needs at least 2 states: with one, nothing ever changes")
    most = MOST_SYMBOLIC_STATES if symbols_of(rows) else MOST_STATES
    if len(rows) > most:
        raise LimitError(
            f"{what} has {len(rows)} states, over the limit of {most} for exact answers"
            f"{' with symbols' if most < MOST_STATES else ''}\n"
            f"  to fix   : ask a smaller chain, or solve in decimals with NumPy"
        )
    return rows


def state_names(states: Sequence[State] | None, count: int) -> tuple[State, ...]:
    """The names of the states; 1, 2, ... where none are given.

    Raises
    ------
    ArgumentError
        Too few, too many, or one name for two states.
    """
    if states is None:
        return tuple(range(1, count + 1))
    names = tuple(states)
    if len(names) != count:
        raise ArgumentError(
            f"{count} states need {count} names, got {len(names)}: {str(names)[:60]}"
        )
    twice = [name for k, name in enumerate(names) if name in names[:k]]
    if twice:
        raise ArgumentError(
            f"two states are called {twice[0]!r}\n  to fix   : give each its own name"
        )
    return names


def in_field(rows: Rows) -> tuple[Field, list[list[Any]]]:
    """The field of the entries, and the entries in it."""
    width = len(rows[0])
    field = Field.of([entry for row in rows for entry in row])
    flat = list(field.elements)
    return field, [flat[k : k + width] for k in range(0, len(flat), width)]


def positive_conditions(rows: Rows, off_diagonal: bool = False) -> tuple[Condition, ...]:
    """What the symbols must keep for the symbolic entries to be positive."""
    found = [c for symbol in symbols_of(rows) for c in symbol_conditions(symbol)]
    for i, row in enumerate(rows):
        for j, entry in enumerate(row):
            if entry.symbols and not is_positive(entry) and not (off_diagonal and i == j):
                found.append(Relation(entry, ">", number(0)))
    return tuple(dict.fromkeys(found))


def require_laws(field: Field, laws: list[list[Any]], where: Sequence[str]) -> None:
    """Raise unless each row is a probability law; `where` says which one it is.

    Raises
    ------
    DomainError
        An entry lies outside [0, 1], or the entries do not sum to one.
    """
    one, none = field.whole(1), field.whole(0)
    for law, place in zip(laws, where, strict=True):
        for j, entry in enumerate(law, start=1):
            if sign(field, entry) == -1 or sign(field, one - entry) == -1:
                raise DomainError(
                    f"{place} has {field.node(entry)!r} as entry {j}, outside [0, 1]\n"
                    f"  to fix   : give probabilities"
                )
        sums_to = sum(law, none)
        if sums_to != one:
            raise DomainError(
                f"{place} sums to {field.node(sums_to)!r}, not to 1\n"
                f"  to fix   : {_remedy(law, field)}"
            )


def _require_possible(field: Field, rows: Rows, elements: list[list[Any]]) -> None:
    """Raise if two symbolic entries cannot both be positive."""
    symbolic = {
        element: rows[i][j]
        for i, row in enumerate(elements)
        for j, element in enumerate(row)
        if rows[i][j].symbols and element
    }
    for one, other in combinations(symbolic, 2):
        if sign(field, one + other) in (0, -1):
            raise DomainError(
                f"the entries {symbolic[one]!r} and {symbolic[other]!r} of the transition matrix "
                f"are never both positive\n"
                f"  to fix   : write 0 for an entry that is zero, and correct the other"
            )


def _remedy(law: list[Any], field: Field) -> str:
    """How the last entry would have to be for the entries to sum to one."""
    last = field.whole(1) - sum(law[:-1], field.whole(0))
    if sign(field, last) == -1:
        return "correct the entries, or divide them by their sum"
    return f"correct the entries, for example with {field.node(last)!r} as the last one"
