"""A sample from a law: its names, the log-likelihood as a sum, and the score of one parameter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import sympy
from sympy import DiracDelta, Expr, Symbol

from derive.check.likelihood_claims import SampleBench
from derive.engine.naming import substituted
from derive.engine.sample_sums import Sample, SampleSum
from derive.engine.scalar_algebra import ScalarAlgebra, operation_count
from derive.errors import ArgumentError
from derive.language.expression import Node, add, multiply
from derive.language.extremes import largest, smallest
from derive.language.indices import entry, fresh_index, sum_over
from derive.language.law import Law
from derive.language.relations import Condition, Relation, Words
from derive.probability.question import Question, free_name, pose

LENGTHS = ("n", "N", "m", "n_")
NAMES = ("ell", "L", "ell_")


@dataclass(frozen=True)
class Sampling:
    """A question about n independent values of one law."""

    question: Question
    sample: Sample

    @property
    def law(self) -> Law:
        """The law of each value."""
        return self.question.laws[0]

    @property
    def name(self) -> Node:
        """What the log-likelihood is called."""
        return self.question.answer

    @property
    def bench(self) -> SampleBench:
        """Where claims are tested."""
        return SampleBench(self.question.bench, self.sample.vector)

    @property
    def arguments(self) -> tuple[Node, ...]:
        """The sample and the names of the law."""
        return (self.sample.vector, *self.law.symbols)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What the law needs."""
        return self.question.conditions

    @property
    def where_it_holds(self) -> tuple[Condition, ...]:
        """What the law needs, and that the sample lies between ends that are parameters."""
        support = self.law.support
        extremes = ((smallest, support.lower, ">"), (largest, support.upper, "<"))
        equal = "=" if support.is_closed or support.is_whole else ""
        between = tuple(
            Relation(extreme(self.sample.vector), sign + equal, end)
            for extreme, end, sign in extremes
            if end is not None and end.symbols
        )
        return (*self.conditions, *between)

    def log_density(self) -> Expr:
        """The log density of one value."""
        return self.question.algebra.expr(self.law.log_density(self.question.variable))

    def log_likelihood(self) -> Node:
        """The sum of the log density over the sample, in the order of its terms."""
        node = self.law.log_density(self.question.variable)
        terms = []
        for term in node.args if node.op == "add" else (node,):
            if self.question.variable in term.symbols:
                terms.append(self.shown(self.sample.summed(self.question.algebra.expr(term))))
            else:
                terms.append(multiply(self.sample.length, term))
        return add(*terms)

    def defined(self) -> Node:
        """``sum_i log p(x_i)`` as the declared density has it."""
        density = self.law.log_density(self.question.variable)
        i = fresh_index(density, self.sample.size, avoid=str(self.sample.size))
        x = {self.question.variable: entry(self.sample.vector, i)}
        return sum_over(substituted(density, x), i)

    def score(self, wrt: Node) -> Expr:
        """The derivative of the log-likelihood in one parameter, a sum over the sample.

        Where a sign jumps there is none; it is that of the pieces on both sides.
        """
        slope = sympy.diff(self.log_density(), self.question.algebra.expr(wrt))
        jumps = {part: sympy.Integer(0) for part in slope.atoms(DiracDelta)}
        return self.sample.summed(slope.xreplace(jumps))

    def letters(self, wrt: Iterable[Node]) -> dict[Expr, Symbol]:
        """``1 - p`` of each probability, as a positive letter."""
        algebra = self.question.algebra
        return {
            1 - algebra.expr(p): algebra.expr(algebra.closed(1 - p, "rest", ("positive",)))
            for p in wrt
            if "probability" in p.facts
        }

    def shown(self, expr: Expr) -> Node:
        """The node of an expression in the shortest of a few forms."""
        sums = {part: sympy.Dummy(positive=True) for part in expr.atoms(SampleSum)}
        back = {letter: part for part, letter in sums.items()}
        plain = expr.xreplace(sums)
        candidates = [plain, sympy.expand(plain), sympy.factor_terms(plain), _over_one(plain)]
        nodes = [self.sample.node(c.xreplace(back)) for c in candidates if not c.has(sympy.I)]
        return min(nodes, key=operation_count)

    def statement(self) -> Words:
        """That the values are independent."""
        name = self.law.words(2)
        return Words(
            f"{{0}} holds {{1}} independent values of {name.text}",
            (self.sample.vector, self.sample.length, *name.nodes),
        )


def _over_one(expr: Expr) -> Expr:
    """A sum over one denominator, if its numerator stays a sum of few terms."""
    above, below = sympy.fraction(sympy.together(expr))
    return sympy.expand(above) / below if below != 1 else expr


def sampling(law: Law) -> Sampling:
    """Choose the names, and set up the sample."""
    taken = {s.name for s in law.symbols}
    length = free_name(LENGTHS, taken)
    question = pose((law,), NAMES)
    algebra = ScalarAlgebra(())
    sample = Sample(algebra, question.variable, length)  # its length comes first in products
    for name in (question.variable, *law.symbols):
        algebra.expr(name)
    return Sampling(replace(question, algebra=algebra), sample)


def parameters_of(law: Law, wrt: Any, asked_by: str) -> tuple[Node, ...]:
    """The names that are asked about: all of the law, or those given by name or symbol.

    Raises
    ------
    ArgumentError
        A name is no free parameter of the law, or there is none.
    """
    known = {s.name: s for s in law.symbols}
    if wrt is None:
        if not known:
            raise ArgumentError(
                f"{asked_by} needs a law with a free parameter, and {law!r} has none\n"
                f"  to fix   : leave a parameter out, or give a name for it"
            )
        return law.symbols
    given = [wrt] if isinstance(wrt, (str, Node, sympy.Basic)) else list(wrt)
    names = [name.strip() for one in given for name in str(_name(one)).split(",")]
    for name in names:
        if name not in known:
            listed = ", ".join(known) or "none"
            raise ArgumentError(
                f"{asked_by}: {name!r} is no free parameter of {law!r}\n  to fix   : give {listed}"
            )
    return tuple(known[name] for name in dict.fromkeys(names))


def _name(value: Any) -> str:
    return str(getattr(value, "name", value))
