"""A sheet: the lines of a page about a metric, each with the claim that tests it."""

from __future__ import annotations

from dataclasses import dataclass, field

from derive.check.cases import CaseClaim, Oracle
from derive.check.claim import Claim
from derive.check.claims import SameValue
from derive.derivation import Derivation
from derive.language.expression import Node, symbol
from derive.language.facts import close_facts
from derive.language.functions import postorder
from derive.language.relations import Condition, Side, Words
from derive.probability.under_conditions import DerivationUnderConditions
from derive.steps import Step, Trace


def named(name: str, *facts: str) -> Node:
    """A scalar symbol with facts."""
    return symbol(name, (1, 1), close_facts(facts, name, (1, 1)))


@dataclass
class Sheet:
    """What a page has said so far.

    Attributes
    ----------
    question : Words
        What was asked.
    answer : symbol
        What the answer is called.
    definitions : tuple of (symbol, Node)
        Names that the lines use.
    conditions : tuple of Relation or Words
        What must hold for the answer; the claims assume it.
    beside : tuple of Relation or Words
        What must hold too, and no claim assumes.
    """

    question: Words
    answer: Node
    definitions: tuple[tuple[Node, Node], ...] = ()
    conditions: tuple[Condition, ...] = ()
    beside: tuple[Condition, ...] = field(default=(), kw_only=True)
    steps: list[Step] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)

    def say(self, side: Side | str, rule: str | Words) -> None:
        """A line that stands alone."""
        self.steps.append(Step(None, Words(side) if isinstance(side, str) else side, rule))

    def define(self, after: Node, rule: str | Words) -> None:
        """The answer by its definition; what tests it is the case of the result."""
        self.steps.append(Step(self.answer, after, rule))

    def equal(self, before: Node, *afters: tuple[Node, str | Words]) -> None:
        """A chain of equalities of value."""
        for after, rule in afters:
            self.tell(before, after, rule)
            self.claims.append(
                SameValue(before, after, self.definitions, conditions=self.conditions)
            )
            before = after

    def tell(self, before: Node, after: Node, rule: str | Words, *claims: Claim) -> None:
        """A line with claims of its own."""
        self.steps.append(Step(before, after, rule))
        self.claims.extend(claims)

    def finish(self, result: Node, oracle: Oracle, words: str) -> Derivation:
        """The derivation, its result tested by an oracle."""
        arguments = tuple(node for node in postorder(result) if node.op == "symbol")
        trace = Trace(
            question=self.question,
            definitions=self.definitions,
            steps=tuple(self.steps),
            results=((self.answer.name, result),),
            conditions=(*self.conditions, *self.beside),
            arguments=arguments,
            lefts=(self.answer,),
        )
        claim = CaseClaim(result, arguments, oracle, words)
        return DerivationUnderConditions(trace, (*self.claims, claim))
