"""Lines under construction about normal laws, each with what it claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from derive.check.claim import Claim, Kind
from derive.check.claims import SameValue
from derive.engine.naming import substituted
from derive.language.expression import Node
from derive.language.law import Law
from derive.language.laws.vectors import MultivariateNormal
from derive.language.relations import Condition, Words
from derive.probability.under_conditions import DerivationUnderConditions
from derive.steps import Step, Trace


@dataclass(frozen=True, repr=False)
class NormalDerivation(DerivationUnderConditions):
    """A derivation whose results are the mean and the covariance of a normal law.

    Attributes
    ----------
    law : Law
        The law that was found; other verbs take it.
    """

    law: Law = field(kw_only=True, compare=False)


@dataclass
class NormalPage:
    """The record of a page.

    Attributes
    ----------
    parts : mapping of symbol to Node
        What letters are in the claims: blocks of one positive definite matrix.
    conditions : tuple of Relation or Words
    """

    parts: Mapping[Node, Node]
    conditions: tuple[Condition, ...] = ()
    steps: list[Step] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    names: dict[Node, Node] = field(default_factory=dict)

    def define(self, name: Node, meaning: Node, rule: str | Words) -> Node:
        """A line that names something."""
        self.steps.append(Step(name, meaning, rule))
        self.names[name] = self.full(meaning)
        return name

    def line(self, before: Node, after: Node, rule: str | Words) -> None:
        """A line, and that it is true."""
        if before is not after:
            self.steps.append(Step(before, after, rule))
            self.require(before, after)

    def words(self, text: str, nodes: tuple[Node, ...], rule: str) -> None:
        """A line in words."""
        self.steps.append(Step(None, Words(text, nodes), rule))

    def require(self, before: Node, after: Node, kind: Kind = "line") -> None:
        """An equality that is not shown, or that is shown in words."""
        one, other = (substituted(self.full(node), dict(self.parts)) for node in (before, after))
        self.claims.append(SameValue(one, other, kind=kind))

    def full(self, node: Node) -> Node:
        """A node without the names of the page."""
        return substituted(node, self.names)

    def trace(
        self,
        question: Words,
        results: tuple[tuple[str, Node], ...],
        arguments: tuple[Node, ...],
        lefts: tuple[Node, ...] = (),
    ) -> Trace:
        """The record of the whole page."""
        used = frozenset().union(*(node.symbols for _, node in results))
        return Trace(
            question=question,
            definitions=(),
            steps=tuple(self.steps),
            results=results,
            conditions=self.conditions,
            arguments=tuple(s for s in dict.fromkeys(arguments) if s in used),
            lefts=lefts,
        )


def log_density(x: Node, mean: Node, covariance: Node) -> Node:
    """The log density of a normal vector."""
    return MultivariateNormal.log_density_terms(x, mean, covariance)
