"""The page of a question about finite laws: lines, what their names mean, and the claims.

In the claims a name has a meaning of its own (``meaning``), found by another way than the
lines go: an entropy by splitting off one value after the other, never by minus the sum of
p log p.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from derive.check.claim import Claim, Kind
from derive.check.claims import SameValue
from derive.derivation import Derivation
from derive.engine.scalar_algebra import operation_count
from derive.information.log_sums import LogTerm, log_sum
from derive.information.units import unit
from derive.language.expression import Node, add, divide, multiply, number, symbol
from derive.language.law import Value
from derive.language.laws.terms import log
from derive.language.relations import Condition, Words
from derive.probability.under_conditions import DerivationUnderConditions
from derive.steps import Step, Trace

MOST_TERMS = 8  # of a sum that is written out
ZERO = number(0)


@dataclass
class FinitePage:
    """What a page has said so far.

    Attributes
    ----------
    conditions : tuple of Condition
        What the symbols satisfy.
    shares : tuple of (symbol, Node)
        Symbols by what they are at points of a check.
    base : Node or None
        Of the logarithm.
    unit : str
        Of the answer.
    """

    conditions: tuple[Condition, ...]
    shares: tuple[tuple[Node, Node], ...] = ()
    base: Node | None = None
    unit: str = "nats"
    steps: list[Step] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    meanings: dict[Node, Node] = field(default_factory=dict)

    @staticmethod
    def in_base(
        conditions: tuple[Condition, ...],
        shares: tuple[tuple[Node, Node], ...],
        base: Value | None,
    ) -> FinitePage:
        """An empty page whose logarithms have a base.

        Raises
        ------
        ArgumentError, DomainError
            The base is none.
        """
        name, factor = unit(base)
        node = None if factor is None else factor.args[0]
        return FinitePage(conditions, shares, node, name)

    def mean(self, name: Node, meaning: Node) -> Node:
        """Give a name the meaning that it has in the claims."""
        self.meanings[name] = meaning
        return name

    def note(self, text: str, rule: str, nodes: tuple[Node, ...] = ()) -> None:
        """A sentence."""
        self.steps.append(Step(None, Words(text, nodes), rule))

    def say(self, before: Node, after: Node, rule: str | Words, *, is_claimed: bool = True) -> None:
        """A line, which is claimed."""
        if before is after:
            return
        self.steps.append(Step(before, after, rule))
        if is_claimed:
            self.claims.append(self._same(before, after, "line"))

    def sum_of_logs(
        self, name: Node, terms: Sequence[LogTerm], rule: str, positive: Sequence[Node] = ()
    ) -> Node:
        """A name as a sum of logarithms: written out if it is short, then collected."""
        kept = [t for t in terms if t.weight is not ZERO]
        value = log_sum(kept, None, positive)
        written = add(ZERO, *(t.node for t in kept))
        if operation_count(written) <= operation_count(value):
            value = written
        if len(kept) <= MOST_TERMS and written is not value:
            self.say(name, written, rule)
            self.say(written, value, "collect the logarithms")
        else:
            self.say(name, value, rule)
        return value

    def derivation(
        self,
        question: Words,
        arguments: tuple[Node, ...],
        name: Node,
        value: Node,
        terms: Sequence[LogTerm] = (),
        positive: Sequence[Node] = (),
        claim: Claim | None = None,
    ) -> Derivation:
        """The derivation whose result is the value of a name, in the unit of the page.

        `terms` are the logarithms that add up to the value, for a change of base; `claim` says
        that the result is right in another way than by the meaning of the name.
        """
        answer, meaning = value, self.meanings.get(name, value)
        if self.base is not None and terms:
            answer = log_sum(terms, self.base, positive)
            meaning = divide(meaning, log(self.base))
            if answer is not value:
                self.steps.append(Step(value, answer, "change of base: divide by its logarithm"))
        trace = Trace(
            question=Words(f"{question.text}; in {self.unit}", question.nodes),
            definitions=(),
            steps=tuple(self.steps),
            results=((name.name, answer),),
            conditions=self.conditions,
            arguments=arguments,
            lefts=(name,),
        )
        whole = self._same(meaning, answer, "result") if claim is None else claim
        return DerivationUnderConditions(trace, (*self.claims, whole))

    def _same(self, before: Node, after: Node, kind: Kind) -> SameValue:
        defined = (*self.shares, *self.meanings.items())
        return SameValue(before, after, defined, conditions=self.conditions, kind=kind)


def surprise(masses: Sequence[Node]) -> list[LogTerm]:
    """The terms of ``-sum p log p``; a mass of 0 adds nothing."""
    return [LogTerm(m, m, -1) for m in masses if m is not ZERO]


def entropy_by_splitting(masses: Sequence[Node]) -> Node:
    """The meaning of an entropy in the claims: values are told apart one after the other.

    With ``s`` the mass of the first k values and p the next, that choice between two costs
    ``s log((s + p)/s) + p log((s + p)/p)``.
    """
    kept = [m for m in masses if m is not ZERO]
    total, parts = kept[0], [ZERO]
    for mass in kept[1:]:
        whole = add(total, mass)
        parts.append(multiply(total, log(divide(whole, total))))
        parts.append(multiply(mass, log(divide(whole, mass))))
        total = whole
    return add(*parts)


def named(text: str) -> Node:
    """A formula such as ``H(X, Y)`` as a name."""
    return symbol(text)
