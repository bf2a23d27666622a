"""The lines of a question about events, and the claims that they make.

A claim speaks of probabilities by name.  What a name stands for is summed up outcome by
outcome: each outcome is put to the way the event was made (``occurs``), never to the set of
outcomes that the lines work with.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from string import ascii_uppercase
from typing import TypeAlias, TypeVar

from derive.check.claims import SameValue
from derive.check.relations import Equation
from derive.derivation import Derivation
from derive.errors import ArgumentError
from derive.language.expression import Node, add, divide, number, symbol
from derive.language.properties import is_positive
from derive.language.relations import Condition, Relation, Words
from derive.probability.events import Event, label_of, set_text
from derive.probability.masses import gathered
from derive.steps import Step, Trace

Kind = TypeVar("Kind", bound=Derivation)


class EventPage:
    """Lines under construction: names of events, steps, claims."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.space = events[0].space
        self.steps: list[Step] = []
        self.conditions: dict[Condition, None] = dict.fromkeys(self.space.conditions)
        self._pairs: list[tuple[Node, Node, bool]] = []
        self._relations: list[Relation] = []
        self._meanings: dict[Node, Node] = {}
        self._values: dict[Node, Node] = {}
        self._stated: set[str] = set()
        self._labels = _labels(events)

    # --- names --------------------------------------------------------------------------

    def label(self, event: Event) -> str:
        """How an event is written on this page."""
        return label_of(event, self._leaf_name)

    def _leaf_name(self, leaf: Event) -> str:
        return self._labels[leaf.name, leaf.outcomes]

    def P(self, event: Event, given: Event | None = None) -> Node:
        """The name of a probability; what it means is enumerated for the claims."""
        label = self.label(event)
        name = symbol(f"P({label} | {self.label(given)})" if given is not None else f"P({label})")
        if name not in self._meanings:
            if given is None:
                meaning = enumerated(event)
            else:
                meaning = divide(enumerated(event, given), enumerated(given))
            self._meanings[name] = meaning
        return name

    def text(self, formula: str) -> Node:
        """A formula by name, as ``Δ(A, B)``."""
        return symbol(formula)

    def define(self, name: Node, meaning: Node) -> None:
        """Let the claims use another name."""
        self._meanings[name] = meaning

    # --- lines --------------------------------------------------------------------------

    def say(self, before: Node, after: Node, rule: str | Words, note: str = "") -> None:
        """Add a line between two nodes and claim it."""
        if before is after:
            return
        self.steps.append(Step(before, after, rule, note))
        self._pairs.append((before, after, False))

    def tell(self, after: Relation | Words, rule: str) -> None:
        """Add a line in words."""
        self.steps.append(Step(None, after, rule))

    def compare(self, relation: Relation, rule: str) -> None:
        """Add an inequality and claim it."""
        self.steps.append(Step(None, relation, rule))
        self._relations.append(relation)

    def introduce(self, event: Event) -> None:
        """State the outcomes of the events that an event is made of."""
        for part in event.made[1:]:
            self.introduce(part)
        label = self.label(event)
        if label in self._stated or (event.made and not event.name):
            return
        self._stated.add(label)
        if event.made:
            inner = label_of(replace(event, name=""), self._leaf_name)
            self.tell(Relation(symbol(label), "=", symbol(inner)), "event")
        else:
            self._list(event, "event")

    def _list(self, event: Event, rule: str) -> None:
        count = len(event)
        outcomes = "1 outcome" if count == 1 else f"{count} outcomes" if count else "no outcome"
        relation = Relation(symbol(self.label(event)), "=", symbol(set_text(event)))
        self.tell(relation, f"{rule}: {outcomes}")

    def value(self, event: Event) -> Node:
        """The probability of an event as a value, with the lines that lead to it."""
        name = self.P(event)
        if name not in self._values:
            self._values[name] = self.space.total(event.outcomes)
            self._derive(event, name, self._values[name])
        return self._values[name]

    def _derive(self, event: Event, name: Node, value: Node) -> None:
        """By the rule that fits the way the event was made; else by adding up masses."""
        sign, *parts = event.made or ("",)
        if sign == "ᶜ":
            (inner,) = parts
            self.value(inner)
            formula = 1 - self.P(inner)
            self.say(name, formula, "complement: the two probabilities sum to 1")
            self.say(formula, value, "insert the value")
        elif sign == "∪":
            self._derive_union(parts[0], parts[1], name, value)
        elif sign == "∖":
            first, second = parts
            self.value(first)
            self.value(first & second)
            formula = self.P(first) - self.P(first & second)
            self.say(name, formula, "difference: what is in both is taken away")
            self.say(formula, value, "insert the values")
        else:
            if sign == "∩":
                self._list(event, "intersection")
            self._add_up(event, name, value)

    def _derive_union(self, first: Event, second: Event, name: Node, value: Node) -> None:
        self.value(first)
        self.value(second)
        formula = self.P(first) + self.P(second)
        if first.is_disjoint(second):
            self.say(name, formula, "additivity: no outcome is in both")
        else:
            self.value(first & second)
            formula = formula - self.P(first & second)
            self.say(name, formula, "addition rule: what is in both counts once")
        self.say(formula, value, "insert the values")

    def _add_up(self, event: Event, name: Node, value: Node) -> None:
        total, count = len(self.space), len(event)
        if count == 0:
            self.say(name, value, "the impossible event")
        elif count == total:
            self.say(name, value, "the certain event: all masses sum to 1")
        elif self.space.is_uniform and not value.symbols:
            self.say(name, value, f"additivity: {count} of {total} equally likely outcomes")
        else:
            masses = gathered(add(*(self.space.masses[outcome] for outcome in event)))
            self.say(name, masses, "additivity: the masses of its outcomes")
            self.say(masses, value, "simplify")

    def require_positive(self, value: Node) -> None:
        """Record that a probability that is divided by is not 0."""
        if value.symbols and not is_positive(value):
            self.conditions[Relation(value, ">", number(0))] = None

    # --- the whole ----------------------------------------------------------------------

    def derivation(
        self,
        question: Words,
        results: Sequence[tuple[str, Node, Node]],
        kind: type[Kind],
        closing: Iterable[Words] = (),
    ) -> Kind:
        """The derivation; a result is given as its name, its symbol and its value."""
        pairs = [*self._pairs, *((name, value, True) for _, name, value in results)]
        conditions = tuple(self.conditions)
        definitions = tuple(self._meanings.items())
        claims = [
            SameValue(
                before,
                after,
                definitions,
                conditions=conditions,
                kind="result" if is_result else "line",
            )
            for before, after, is_result in pairs
        ]
        inequalities = [
            Equation(relation, definitions, conditions=conditions) for relation in self._relations
        ]
        trace = Trace(
            question=question,
            definitions=(),
            steps=tuple(self.steps),
            results=tuple((what, value) for what, _, value in results),
            conditions=conditions,
            arguments=self.space.symbols,
            closing=tuple(closing),
            lefts=tuple(name for _, name, _ in results),
        )
        return kind(trace, (*claims, *inequalities))


def occurs(event: Event, outcome: object) -> bool:
    """Whether an event happens, by the way it was made."""
    if not event.made:
        return outcome in event.outcomes
    sign, *parts = event.made
    happened = [occurs(part, outcome) for part in parts]
    if sign == "ᶜ":
        return not happened[0]
    if sign == "∪":
        return any(happened)
    return all(happened) if sign == "∩" else happened[0] and not happened[1]


def enumerated(*events: Event) -> Node:
    """The masses of the outcomes at which all events happen, added one by one."""
    space = events[0].space
    return add(
        number(0),
        *(
            mass
            for outcome, mass in space.masses.items()
            if all(occurs(event, outcome) for event in events)
        ),
    )


Key: TypeAlias = tuple[str, frozenset[object]]


def _labels(events: Sequence[Event]) -> dict[Key, str]:
    """A name for each event that has one or is not made of others, by name and outcomes."""
    found = {(leaf.name, leaf.outcomes): leaf for event in events for leaf in _leaves(event)}
    leaves = list(found.values())
    taken = {leaf.name for leaf in leaves} | {s.name for s in events[0].space.symbols}
    named = [leaf.name for leaf in leaves if leaf.name]
    for name in named:
        if named.count(name) > 1 or name in {s.name for s in events[0].space.symbols}:
            raise ArgumentError(
                f"the name {name} stands for two things\n"
                "  to fix   : give each event a name of its own"
            )
    free = (letter for letter in _letters() if letter not in taken)
    return {key: leaf.name or next(free) for key, leaf in found.items()}


def _letters() -> Iterable[str]:
    yield from (letter for letter in ascii_uppercase if letter not in "EIOP")
    yield from (f"A_{k}" for k in range(1, 1000))


def _leaves(event: Event) -> Iterable[Event]:
    if event.name or not event.made:
        yield event
    for part in event.made[1:]:
        yield from _leaves(part)
