"""A page of a test: names over a sample, lines with claims, results free of the names."""

from __future__ import annotations

from dataclasses import dataclass, field

from derive.check.cases import CaseClaim, Oracle
from derive.check.claim import Claim
from derive.check.claims import SameValue
from derive.check.gradients import GradientOf
from derive.check.pivot_cases import chi_squared_density, f_density, student_density
from derive.derivation import Derivation
from derive.engine.naming import substituted
from derive.language.expression import Node, ones, size_node, symbol
from derive.language.functions import elementwise, nabla, postorder, total
from derive.language.law import Law
from derive.language.laws.half_line import ChiSquared
from derive.language.laws.heavy_tails import FisherF
from derive.language.laws.line import StudentT
from derive.language.relations import Words
from derive.language.sizes import Size
from derive.probability.under_conditions import DerivationUnderConditions
from derive.statistics.sheet import Sheet
from derive.steps import Trace

LAWS: dict[str, tuple[Law, Oracle, str]] = {
    "chi_squared": (
        ChiSquared("k"),
        chi_squared_density,
        "the density of a sum of k squares of normal values",
    ),
    "student": (
        StudentT("nu"),
        student_density,
        "the density of a normal value over the root of a mean of nu squares",
    ),
    "f": (
        FisherF("d1", "d2"),
        f_density,
        "the density of a ratio of means of d1 and d2 squares",
    ),
}


@dataclass
class Page(Sheet):
    """A sheet whose result may be written with defined names, and may be several."""

    closing: list[Words] = field(default_factory=list)

    def law(self, node: Node, family: str, degrees: tuple[Node, ...], rule: str | Words) -> None:
        """The law of a pivot, its density claimed of sums and ratios of normal squares."""
        law, oracle, words = LAWS[family]
        places = ", ".join(f"{{{k + 1}}}" for k in range(len(degrees)))
        self.say(Words(f"{{0}} has the law {type(law).__name__}({places})", (node, *degrees)), rule)
        x = symbol("x")
        density = elementwise("exp", law.log_density(x))
        symbols = (x, *law.symbols)
        self.claims.append(CaseClaim(density, symbols, oracle, words, kind="statement"))

    def slope(self, name: Node, function: Node, variable: Node, *afters: tuple[Node, str]) -> None:
        """The derivative of a named function, each form claimed."""
        before = nabla(name, variable)
        for after, rule in afters:
            claim = GradientOf(
                function, variable, after, self.definitions, conditions=self.conditions, kind="line"
            )
            self.tell(before, after, rule, claim)
            before = after

    def conclude(
        self,
        *results: tuple[Node, Node],
        arguments: tuple[Node, ...] = (),
        within: tuple[tuple[Node, Node], ...] = (),
    ) -> Derivation:
        """The derivation; each result is claimed equal to what the lines say of it.

        `within` writes symbols of a range of their own by others, where points are looked for.
        """
        found: list[tuple[str, Node]] = []
        own: list[Claim] = []
        for left, node in results:
            open_form = expanded(node, self.definitions)
            found.append((left.name, open_form))
            own.append(
                SameValue(
                    node,
                    open_form,
                    (*within, *self.definitions),
                    conditions=self.conditions,
                    kind="result",
                )
            )
        free = dict.fromkeys(
            [*arguments, *(s for _, n in found for s in postorder(n) if s.op == "symbol")]
        )
        trace = Trace(
            question=self.question,
            definitions=self.definitions,
            steps=tuple(self.steps),
            results=tuple(found),
            conditions=(*self.conditions, *self.beside),
            arguments=tuple(free),
            lefts=tuple(left for left, _ in results),
            closing=tuple(self.closing),
        )
        return DerivationUnderConditions(trace, (*self.claims, *own))


def expanded(node: Node, definitions: tuple[tuple[Node, Node], ...]) -> Node:
    """A node with every defined name written out."""
    known: dict[Node, Node] = {}
    for name, meaning in definitions:
        known[name] = substituted(meaning, known)
    return substituted(node, known)


@dataclass(frozen=True)
class Values:
    """A sample of symbolic length: its values, their number, mean and sum of squares."""

    x: Node
    n: Node
    mean: Node
    squares: Node

    @property
    def definitions(self) -> tuple[tuple[Node, Node], ...]:
        """What the mean and the sum of squares stand for."""
        gaps = self.x - self.mean * self.ones
        return (self.mean, total(self.x) / self.n), (self.squares, gaps.T @ gaps)

    @property
    def ones(self) -> Node:
        """As many ones as values."""
        return ones(self.x.shape[0])

    def about(self, point: Node) -> Node:
        """The sum of squares about a point."""
        gaps = self.x - point * self.ones
        return gaps.T @ gaps


def values(letter: str, size: str, mean: Node, squares: Node) -> Values:
    """The names of a sample."""
    length = Size.named(size)
    return Values(symbol(letter, (length, 1)), size_node(length), mean, squares)
