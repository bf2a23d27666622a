"""Lines under construction: steps, claims, and the names that the claims may use."""

from __future__ import annotations

from dataclasses import dataclass, field

from derive.check.claim import Kind
from derive.check.claims import SameValue
from derive.language.expression import Node
from derive.language.relations import Condition
from derive.steps import Step

Equality = tuple[Node, Node]


@dataclass
class Page:
    """The record of a page; `conditions` hold wherever a claim is examined."""

    definitions: list[Equality]
    conditions: tuple[Condition, ...]
    steps: list[Step] = field(default_factory=list)
    claims: list[SameValue] = field(default_factory=list)

    def define(self, name: Node, meaning: Node) -> None:
        """Let later claims use a name; its meaning holds no names."""
        self.definitions.append((name, meaning))

    def say(self, step: Step, *equalities: Equality) -> None:
        """Add a line and the equalities it claims."""
        self.steps.append(step)
        self._claim("line", equalities)

    def conclude(self, *equalities: Equality) -> None:
        """What the answer as a whole must satisfy."""
        self._claim("result", equalities)

    def _claim(self, kind: Kind, equalities: tuple[Equality, ...]) -> None:
        for before, after in equalities:
            names = tuple(self.definitions)
            claim = SameValue(before, after, names, conditions=self.conditions, kind=kind)
            self.claims.append(claim)
