"""The page of a law of largest entropy: its lines, results and claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy
from sympy import Expr

from derive.check.claim import Claim
from derive.check.entropy_optimum import EntropyOptimum
from derive.check.law_claims import MeanClaim, density_claims
from derive.engine.closed_form import closed_form
from derive.engine.naming import substituted
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.errors import NoClosedFormError
from derive.information.candidate_laws import Match
from derive.information.density_forms import density_factors, shown_log_density
from derive.information.lagrangian_lines import gibbs_steps, lagrangian_steps, multipliers
from derive.information.mean_range import mean_range
from derive.information.moment_constraints import (
    MeanConstraint,
)
from derive.information.numeric_multipliers import numeric_roots
from derive.information.units import in_base, unit
from derive.language.expression import Node, multiply, negative, number, symbol
from derive.language.functions import elementwise, expectation
from derive.language.law import Law, Value, fact_condition, symbol_conditions
from derive.language.laws.terms import log
from derive.language.merged_names import ordered_symbols
from derive.language.properties import is_inside_unit
from derive.language.relations import Condition, Relation, Words
from derive.language.support import REAL_LINE, Support
from derive.probability.mean_of_sum import MeanOfSum, mean_of_sum
from derive.probability.question import Question, pose
from derive.probability.under_conditions import DerivationUnderConditions
from derive.steps import Step, Trace


@dataclass(frozen=True, repr=False)
class MaximumEntropy(DerivationUnderConditions):
    """A derivation whose results are the density of largest entropy and that entropy.

    Attributes
    ----------
    law : Law or None
        The law by its name, where it is one of ``derive.distribution``.
    """

    law: Law | None = None


@dataclass(frozen=True)
class HeldMeans:
    """Means that are held, and where the law lives."""

    means: tuple[MeanConstraint, ...]
    support: Support
    x: Node

    @property
    def functions(self) -> tuple[Node, ...]:
        """The functions whose means are held."""
        return tuple(m.function for m in self.means)

    @property
    def others(self) -> tuple[Node, ...]:
        """The names in the question."""
        ends = [end for end in (self.support.lower, self.support.upper) if end is not None]
        nodes = [*self.functions, *(m.value for m in self.means), *ends]
        names = {s for node in nodes for s in node.symbols if s is not self.x}
        return tuple(sorted(names, key=lambda s: s.name))


@dataclass(frozen=True)
class EntropyPage:
    """The lines of the derivation, and its claims."""

    problem: HeldMeans
    match: Match
    averages: Sequence[MeanOfSum]
    known: dict[Expr, Expr]
    open_equations: list[int]
    law: Law
    base: Value | None

    def derivation(self) -> MaximumEntropy:
        """All of it."""
        unit_name, factor = unit(self.base)
        problem, x = self.problem, self.problem.x
        question = pose((self.law,), ("H",), x, problem.others)
        density, nats = self._results()
        answer, conversion = in_base(nats, factor)
        letter = question.letters[0].name
        name, entropy = symbol(f"{letter}({x.name})"), symbol(f"H({letter})")
        steps = (
            *lagrangian_steps(problem.means, x, letter),
            *self._multipliers(),
            *self._means(),
            Step(name, density, Words(f"the law is {self.law.words().text}", self.law.values)),
            Step(entropy, nats, f"−E[log {letter}] = log Z less the multipliers times the means"),
            *conversion,
            *gibbs_steps(letter),
        )
        arguments = tuple(dict.fromkeys((x, *self.law.symbols)))
        trace = Trace(
            question=self._asked(letter, unit_name),
            definitions=(),
            steps=steps,
            results=((name.name, density), (entropy.name, answer)),
            conditions=self._conditions(question),
            arguments=arguments,
            lefts=(name, entropy),
        )
        claims = self._claims(question, density, answer, factor)
        return MaximumEntropy(trace, claims, self.law)

    def _results(self) -> tuple[Node, Node]:
        """The density and the entropy: those of the law in letters, with the letters known."""
        problem = self.problem
        question = pose((self.match.law,), ("H",), problem.x, problem.others)
        algebra = question.algebra
        roots = {letter: _with_positive_bases(root, algebra) for letter, root in self.known.items()}
        plain = {algebra.node(a): algebra.node(b) for a, b in roots.items()}
        is_plain = all(root.op == "symbol" or root.is_number for root in plain.values())
        density = [
            substituted(factor, plain)
            if is_plain or not factor.symbols & set(plain)
            else algebra.node(algebra.expr(factor).xreplace(roots))
            for factor in density_factors(self.match.law, problem.x)
        ]
        log_density = question.opened[0].log_density(problem.x)
        found = mean_of_sum(question, negative(log_density), "rational first")
        if not roots:
            return multiply(*density), found.closed
        value = algebra.expr(found.closed).xreplace(roots)
        return multiply(*density), closed_form([value], algebra, "rational first")

    def _multipliers(self) -> tuple[Step, ...]:
        """The law whose log density is of this form, with the multipliers it has."""
        problem, law, x = self.problem, self.match.law, self.problem.x
        words = law.words()
        places = len(words.nodes)
        algebra = ScalarAlgebra((x, *problem.others))
        nodes: list[Node] = [*words.nodes, shown_log_density(law, x)]
        text = f"{words.text} has the log density {{{places}}}"
        for eta, value in zip(multipliers(problem.means), self.match.multipliers, strict=True):
            text += f", {{{len(nodes)}}} = {{{len(nodes) + 1}}}"
            nodes += [eta, _node_of(value, law, algebra)]
        return (Step(None, Words(text, tuple(nodes)), "compare the functions of x"),)

    def _means(self) -> tuple[Step, ...]:
        """The means of the law, and what the constraints make of its parameters."""
        steps: list[Step] = []
        for average, constraint in zip(self.averages, self.problem.means, strict=True):
            question = average.question
            closed = average.closed
            rule = "derivative of log Z of the law"
            steps.append(Step(question.mean(constraint.function), closed, rule))
            if closed is not constraint.value:
                relation = Relation(closed, "=", constraint.value)
                steps.append(Step(None, relation, "the mean that is held"))
        algebra = self.averages[0].question.algebra if self.averages else None
        for letter, root in self.known.items():
            assert algebra is not None
            relation = Relation(algebra.node(letter), "=", algebra.node(root))
            steps.append(Step(None, relation, "solve"))
        if self.open_equations:
            letters = [v for v in self.match.letters if v in self.law.values]
            shown = ", ".join(f"{{{k}}}" for k in range(len(letters)))
            which = "the root of this equation" if len(letters) == 1 else "solve these equations"
            words = Words(f"{shown}: {which}", tuple(letters))
            steps.append(Step(None, words, "no closed form"))
            roots = self._numeric(letters)
            if roots:
                shown = ", ".join(f"{{{k}}} ≈ {root}" for k, root in enumerate(roots))
                steps.append(Step(None, Words(shown, tuple(letters)), "by numbers"))
        return tuple(steps)

    def _numeric(self, letters: Sequence[Node]) -> tuple[str, ...]:
        """Decimals of the letters that are left, where everything else is a number.

        Raises
        ------
        NoClosedFormError
            There are none in their range.
        """
        problem, algebra = self.problem, self.averages[0].question.algebra
        if problem.others:
            return ()
        gaps = [
            (algebra.expr(self.averages[k].closed) - algebra.expr(problem.means[k].value)).xreplace(
                self.known
            )
            for k in self.open_equations
        ]
        shares = [algebra.expr(letter) for letter in letters if "probability" in letter.facts]
        roots = numeric_roots(gaps, [algebra.expr(letter) for letter in letters], shares)
        if roots is None:
            given = ", ".join(f"E[{m.function!r}] = {m.value!r}" for m in problem.means)
            raise NoClosedFormError(
                f"no {self.match.law!r} with {given} was found by numbers\n"
                "  to fix   : give means of a law on this support; for a mean beyond the middle "
                "of an interval take the distance to the other end"
            )
        return roots

    def _asked(self, letter: str, unit_name: str) -> Words:
        problem = self.problem
        nodes: list[Node] = [symbol(_shown(problem.support))]
        parts = []
        for mean in problem.means:
            parts.append(f"{{{len(nodes)}}} = {{{len(nodes) + 1}}}")
            nodes += [expectation(mean.function, letter, problem.x.name), mean.value]
        held = f" with {', '.join(parts)}" if parts else ""
        return Words(f"law of largest entropy on {{0}}{held}; in {unit_name}", tuple(nodes))

    def _conditions(self, question: Question) -> tuple[Condition, ...]:
        found = dict.fromkeys(map(_plain_condition, question.conditions))
        for value in self.law.values:
            inside = fact_condition(value, "probability")
            if inside in found and value.op != "symbol" and is_inside_unit(value):
                del found[inside]
                for part in ordered_symbols(value):
                    found.update(dict.fromkeys(symbol_conditions(part)))
        found.update(dict.fromkeys(self._range()))
        for k in self.open_equations:
            found[Relation(self.averages[k].closed, "=", self.problem.means[k].value)] = None
        return tuple(found)

    def _range(self) -> tuple[Relation, ...]:
        """Where a mean with names in it may lie, if one letter is left to solve for."""
        means, letters = self.problem.means, self.match.letters
        if len(letters) != 1 or not self.open_equations or not means[0].value.symbols:
            return ()
        algebra, average = self.averages[0].question.algebra, self.averages[0].closed
        letter, multiplier = algebra.expr(letters[0]), self.match.multipliers[0]
        return mean_range(algebra.expr(average), multiplier, letter, means[0].value, algebra)

    def _claims(
        self, question: Question, density: Node, answer: Node, factor: Node | None
    ) -> tuple[Claim, ...]:
        bench, x = question.bench, self.problem.x
        whole = self.law.log_density(x)
        solved = not self.open_equations
        held = [
            MeanClaim(bench, question.mean(m.function), m.value, f"E[{m.function!r}] as given")
            for m in self.problem.means
            if solved
        ]
        lines = [
            MeanClaim(
                average.question.bench,
                average.question.mean(m.function),
                average.closed,
                f"E[{m.function!r}] of the law",
            )
            for average, m in zip(self.averages, self.problem.means, strict=True)
        ]
        mean = question.mean(negative(whole))
        mean = mean if factor is None else mean / factor
        return (
            *density_claims(bench),
            *lines,
            *held,
            MeanClaim(bench, density, elementwise("exp", whole), "the density"),
            MeanClaim(bench, mean, answer, "the entropy", "result"),
            EntropyOptimum(bench, log(density), self.problem.functions),
        )


def _with_positive_bases(root: Expr, algebra: ScalarAlgebra) -> Expr:
    """A root with each sum under a power as one letter, which is positive where the law exists."""
    bases = {
        part.base
        for part in root.atoms(sympy.Pow)
        if part.base.is_Add and part.base.is_positive is None
    }
    letters = {
        base: algebra.expr(algebra.closed(algebra.node(base), "spread", ("positive",)))
        for base in sorted(bases, key=str)
    }
    return root.xreplace(letters)


def _shown(support: Support) -> str:
    """The support as a formula."""
    return "ℝ" if support == REAL_LINE else str(support)


def _node_of(value: Expr, law: Law, algebra: ScalarAlgebra) -> Node:
    """A multiplier as a node."""
    for letter in law.symbols:
        algebra.expr(letter)
    return algebra.node(value)


def _plain_condition(condition: Condition) -> Condition:
    """``sqrt(v) > 0`` as ``v > 0``, and ``1/v > 0`` likewise."""
    if not isinstance(condition, Relation) or condition.sign != ">":
        return condition
    left = condition.left
    if left.op == "pow" and left.args[1].is_number and condition.right is number(0):
        return Relation(left.args[0], ">", number(0))
    return condition
