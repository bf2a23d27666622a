"""A page whose lines are written as text: each is read, shown, and claimed.

``chain`` claims equalities of value, ``holds`` a relation; ``include`` takes over the lines
and the claims of a derivation that answers a part of the question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar, cast

from derive.check.claim import Claim, Kind
from derive.check.claims import SameValue
from derive.check.relations import Equation
from derive.derivation import Derivation
from derive.engine.naming import substituted
from derive.errors import NameUnknownError
from derive.language.expression import Node, symbol
from derive.language.functions import postorder
from derive.language.relations import Condition, Relation, Side, Words
from derive.probability.under_conditions import DerivationUnderConditions
from derive.reading import parse as read
from derive.steps import Step, Trace

Definitions = tuple[tuple[Node, Node], ...]


@dataclass
class WrittenPage:
    """What a page has said so far.

    Attributes
    ----------
    shapes : str
        Shapes and facts of the names in the lines.
    conditions : tuple of Relation or Words
        What must hold for the answer.
    given : tuple of (symbol, Node)
        What the claims put in for a name, so that it satisfies what the page says of it.
    definitions : tuple of (symbol, Node)
        Names that the question or the lines use, and what they stand for.
    beside : tuple of Relation or Words
        What must hold too, and no claim assumes.
    """

    shapes: str
    conditions: tuple[Condition, ...] = ()
    given: Definitions = ()
    definitions: Definitions = ()
    steps: list[Step] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    beside: tuple[Condition, ...] = ()

    def node(self, text: str) -> Node:
        """An expression in the names of the page."""
        return read(text, self.shapes)

    def words(self, text: str, *names: str) -> Words:
        """A sentence; ``{0}`` stands for the first expression."""
        return Words(text, tuple(map(self.node, names)))

    def let(self, name: str, meaning: str) -> None:
        """Later claims put this in for a name."""
        self.given = (*self.given, (self.node(name), self.node(meaning)))

    def say(self, sentence: Words, rule: str | Words) -> None:
        """A line in words, which claims nothing."""
        self.steps.append(Step(None, sentence, rule))

    def write(self, before: str | Node, after: str | Node, rule: str | Words) -> None:
        """A line that gives a name; nothing is claimed."""
        self.steps.append(Step(self._read(before), self._read(after), rule))

    @property
    def last(self) -> Node:
        """The right side of the last line."""
        node = self.steps[-1].after
        assert isinstance(node, Node)
        return node

    def write_relation(self, left: str, sign: str, right: str, rule: str | Words) -> None:
        """A relation between names; nothing is claimed."""
        self.steps.append(Step(None, Relation(*self._relation(left, sign, right)), rule))

    def chain(
        self, before: str | Node, *afters: tuple[str | Node, str | Words], kind: Kind = "line"
    ) -> None:
        """Equalities of value, one after the other."""
        left = self._read(before)
        for text, rule in afters:
            right = self._read(text)
            self.steps.append(Step(left, right, rule))
            self.claim_equal(left, right, kind)
            left = right

    def claim_equal(self, left: str | Node, right: str | Node, kind: Kind = "line") -> None:
        """An equality that no line of its own shows."""
        sides = self._read(left), self._read(right)
        self.claims.append(SameValue(*sides, self.given, conditions=self.conditions, kind=kind))

    def holds(
        self,
        left: str | Node,
        sign: str,
        right: str | Node,
        rule: str | Words,
        shown: tuple[str, str] | None = None,
        kind: Kind = "line",
    ) -> None:
        """A relation; `shown` are its two sides as they are printed, by names."""
        relation = Relation(self._read(left), sign, self._read(right))
        printed = relation if shown is None else Relation(*self._relation(shown[0], sign, shown[1]))
        self.steps.append(Step(None, printed, rule))
        self.claims.append(Equation(relation, self.given, conditions=self.conditions, kind=kind))

    def include(
        self, part: Derivation, name: str = "", rule: str | Words = ""
    ) -> tuple[Words, ...]:
        """Take over the lines and the claims of another derivation; what it says in closing.

        What it asks about keeps its name, or gets another; with a rule the name is first said
        to be what it stands for.
        """
        ((called, meaning),) = part.trace.definitions
        names = {called: self.node(name) if name else called}
        if rule:
            self.steps.append(Step(names[called], meaning, rule))
        self.steps.extend(with_step(step, names) for step in part.trace.steps)
        self.claims.extend(part.claims)
        return tuple(with_parts(words, names) for words in part.trace.closing)

    def finish(
        self, question: Words, results: Mapping[str, str | Node], closing: tuple[Words, ...] = ()
    ) -> Derivation:
        """The derivation; the names of the results are the left sides of their lines."""
        return DerivationUnderConditions(
            *self.record(question, results, self.beside, closing=closing)
        )

    def record(
        self,
        question: Words,
        results: Mapping[str, str | Node],
        beside: tuple[Condition, ...] = (),
        lefts: Mapping[str, Node] | None = None,
        closing: tuple[Words, ...] = (),
    ) -> tuple[Trace, tuple[Claim, ...]]:
        """What a derivation is made of; conditions `beside` are printed and not assumed."""
        nodes = {name: self._read(node) for name, node in results.items()}
        met = (*(meaning for _, meaning in self.definitions), *question.nodes, *nodes.values())
        needed = frozenset().union(*(node.symbols for node in nodes.values()))
        arguments = dict.fromkeys(s for node in met for s in symbols_in(node) if s in needed)
        trace = Trace(
            question=question,
            definitions=self.definitions,
            steps=tuple(self.steps),
            results=tuple(nodes.items()),
            conditions=(*beside, *self.conditions),
            arguments=tuple(arguments),
            closing=closing,
            lefts=tuple((lefts or {}).get(k) or self._named(k, v) for k, v in nodes.items()),
        )
        return trace, tuple(self.claims)

    def _named(self, name: str, node: Node) -> Node:
        """The symbol of a result; one that the page does not declare is shaped like its value."""
        try:
            return self.node(name)
        except NameUnknownError:
            return symbol(name, node.shape)

    def _read(self, side: str | Node) -> Node:
        return self.node(side) if isinstance(side, str) else side

    def _relation(self, left: str, sign: str, right: str) -> tuple[Node, str, Node]:
        return self.node(left), sign, self.node(right)


S = TypeVar("S", bound=Side)


def with_parts(side: S, names: Mapping[Node, Node]) -> S:
    """A side with other expressions in the place of symbols."""
    changed: Side
    if isinstance(side, Node):
        changed = substituted(side, names)
    elif isinstance(side, Words):
        changed = Words(side.text, tuple(substituted(node, names) for node in side.nodes))
    else:
        left, right = substituted(side.left, names), with_parts(side.right, names)
        changed = Relation(left, side.sign, right)
    return cast(S, changed)


def with_step(step: Step, names: Mapping[Node, Node]) -> Step:
    """A line with other expressions in the place of symbols."""
    before = None if step.before is None else with_parts(step.before, names)
    rule = with_parts(step.rule, names) if isinstance(step.rule, Words) else step.rule
    return replace(step, before=before, after=with_parts(step.after, names), rule=rule)


def symbols_in(node: Node) -> tuple[Node, ...]:
    """The symbols of an expression in the order in which they are met."""
    return tuple(part for part in postorder(node) if part.op == "symbol")


def only(part: Derivation) -> Node:
    """The one result of a derivation."""
    ((_, node),) = part.trace.results
    return node
