"""Invariance: the likelihood is largest in the unknowns where it is in the law's own parameters.

The parameters are found first, as letters; the map that the law is written with is then solved
for the unknowns.  A letter without a closed form is its map again, and its equation that of one
unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sympy
from sympy import Expr, Symbol

from derive.check.claim import Claim
from derive.check.likelihood_claims import MaximumClaim
from derive.engine.factoring import cancelled
from derive.engine.naming import substituted
from derive.engine.one_to_one import Inverse
from derive.engine.score_equations import turned, with_letters
from derive.errors import NoClosedFormError
from derive.language.expression import Node, number
from derive.language.relations import Condition, Relation, Words
from derive.statistics.likelihood.maximum_page import (
    Equation,
    claims_of_maximum,
    closing_of,
    equation_of,
    inside,
    page_of_maximum,
    question_of_maximum,
    right_of,
)
from derive.statistics.likelihood.own_parameters import OwnParameters, unknowns_from
from derive.statistics.likelihood.profile import Profile, profile
from derive.statistics.likelihood.sampling import Sampling, sampling
from derive.steps import Step, Trace

Letters = dict[Symbol, Expr]


@dataclass(frozen=True)
class ByInvariance:
    """What was found in the letters, and the unknowns from it.

    Attributes
    ----------
    asked : Sampling
        Under the law as it was given.
    own : OwnParameters
    letters : Sampling
        Under the law in its letters.
    first : Profile
        What is largest in the letters.
    inverses : mapping of unknown to Inverse
    put : mapping of letter to Expr
        The value of each letter: closed, or its map again where it has none.
    found : Profile
        In the unknowns.
    """

    asked: Sampling
    own: OwnParameters
    letters: Sampling
    first: Profile
    inverses: Mapping[Node, Inverse]
    put: Letters
    found: Profile

    @property
    def first_equations(self) -> tuple[Equation, ...]:
        """The equations of the letters without a closed form."""
        return tuple(equation_of(self.letters, score) for _, score in self.first.unsolved)

    @property
    def relations(self) -> tuple[Relation, ...]:
        """The same in the unknowns."""
        maps = {letter: value for letter, value in self.own.maps if not self._is_closed(letter)}
        shown = {letter: self._shown(self._expr(value)) for letter, value in maps.items()}
        return tuple(
            Relation(
                substituted(one.relation.left, shown),
                "=",
                substituted(right_of(one.relation), shown),
            )
            for one in self.first_equations
        )

    def _is_closed(self, letter: Node) -> bool:
        return letter in {stage.unknown for stage in self.first.stages}

    def _expr(self, node: Node) -> Expr:
        return self.letters.question.algebra.expr(node)

    def _shown(self, expr: Expr) -> Node:
        """An expression of letters with their values put in."""
        return self.letters.shown(expr.xreplace(self.put))

    # --- the page -------------------------------------------------------------------------

    def trace(self, unknowns: tuple[Node, ...]) -> Trace:
        """From the letters to the unknowns."""
        first = page_of_maximum(self.letters, self.own.unknowns, self.first, self.first_equations)
        (_, *lines) = first.steps
        steps = [
            Step(None, self.asked.statement(), "independent values: log densities add"),
            *(
                Step(None, Relation(letter, "=", value), "a letter for the parameter")
                for letter, value in self.own.maps
            ),
            *lines,
            *self._last_steps(),
        ]
        return Trace(
            question=question_of_maximum(self.asked, unknowns),
            definitions=(*first.definitions, *self.own.maps),
            steps=tuple(steps),
            results=tuple((p.name, value) for p, value in self.found.values),
            conditions=tuple(dict.fromkeys((*self.asked.conditions, *self._needs()))),
            arguments=self.asked.arguments,
            closing=closing_of(self.asked, self.found),
            lefts=tuple(p for p, _ in self.found.values),
        )

    def _last_steps(self) -> list[Step]:
        values = dict(self.found.values)
        steps = []
        for p, inverse in self.inverses.items():
            if p in values:
                left = self.letters.shown(inverse.value)
                steps.append(Step(None, Relation(p, "=", left), "the map is one to one: solve it"))
                steps.append(
                    Step(None, Relation(p, "=", values[p]), "invariance of the largest likelihood")
                )
        lines = zip(self.found.unsolved, self.first_equations, self.relations, strict=True)
        for (p, _), one, relation in lines:
            if relation != one.relation:
                steps.append(Step(None, relation, Words("the equation in {0}", (p,))))
        return steps

    def _needs(self) -> tuple[Condition, ...]:
        """That the letters lie where they may, and on the range of the map."""
        chances = self.letters.letters(self.own.unknowns)
        needs: list[Condition] = []
        for one in inside(self.first):
            assert isinstance(one, Relation)
            names = {letter: self._shown(self._expr(letter)) for letter, _ in self.own.maps}
            needs.append(
                Relation(substituted(one.left, names), one.sign, substituted(right_of(one), names))
            )
        for p, inverse in self.inverses.items():
            if p not in dict(self.found.values):
                continue
            for sign, parts in ((">", inverse.positive), ("!=", inverse.nonzero)):
                open_ones = [part for part in parts if not with_letters(part, chances).is_positive]
                needs += [Relation(self._shown(part), sign, number(0)) for part in open_ones]
        plain = {p for p, one in self.inverses.items() if one.value.is_positive}
        last = [one for one in self.found.values if one[0] in self.inverses.keys() - plain]
        return (*needs, *inside(Profile((), (), tuple(last))))

    def claims(self) -> tuple[Claim, ...]:
        """Those of the letters, and that no unknowns give a larger likelihood."""
        words = "no point around it has a larger likelihood"
        return (
            *claims_of_maximum(self.letters, self.first, self.first_equations),
            MaximumClaim(self.asked.bench, words, "result", self.found.values),
        )


def by_invariance(
    asked: Sampling, unknowns: tuple[Node, ...], own: OwnParameters
) -> ByInvariance | None:
    """The unknowns by way of the law's own parameters; None where that way does not lead on.

    Raises
    ------
    NoClosedFormError
        The map takes an unknown and its opposite to one value.
    """
    letters = sampling(own.law)
    algebra = letters.question.algebra
    is_same = (letters.sample.vector, letters.sample.length) == (
        asked.sample.vector,
        asked.sample.length,
    )
    for name in asked.law.symbols:
        algebra.expr(name)
    inverses = unknowns_from(own, unknowns, algebra)
    if inverses is None or not is_same:
        return None
    try:
        first = profile(letters, own.unknowns)
    except NoClosedFormError:
        return None  # asked about again in the unknowns, whose names the refusal then has
    names = {algebra.expr(letter): value for letter, value in own.maps}
    if any(algebra.expr(p) in names for p in first.medians):
        return None
    put: Letters = {}
    for stage in reversed(first.stages):
        put[algebra.expr(stage.unknown)] = stage.closed.xreplace(put)
    values = {p: one.value.xreplace(put) for p, one in inverses.items()}
    left: list[tuple[Node, Expr]] = []
    for p, score in first.left:
        letter = algebra.expr(p)
        if letter not in names:
            left.append((p, score))
            continue
        open_ones = [u for u, value in values.items() if letter in value.free_symbols]
        u = next((u for u in open_ones if u in names[letter].symbols), None)
        if u is None:
            return None
        del values[u]
        again = algebra.expr(names[letter])
        if any(algebra.expr(v) in again.free_symbols for v in values):
            return None  # what was found is largest beside the letter, not beside the unknown
        put = {k: v.xreplace({letter: again}) for k, v in put.items()} | {letter: again}
        values = {v: value.xreplace({letter: again}) for v, value in values.items()}
        left.append((u, score))
    if not values:
        return None
    nodes = {u: letters.shown(_over_one_in_logs(value)) for u, value in values.items()}
    for p, value in first.values:
        if algebra.expr(p) not in names:
            is_open = bool(value.symbols & dict(own.maps).keys())
            nodes[p] = letters.shown(put[algebra.expr(p)]) if is_open else value
    if any(node.symbols & dict(own.maps).keys() for node in nodes.values()):
        return None
    ordered = tuple((p, nodes[p]) for p in unknowns if p in nodes)
    found = Profile((), tuple(left), ordered, first.medians)
    return ByInvariance(asked, own, letters, first, inverses, put, found)


def _over_one_in_logs(expr: Expr) -> Expr:
    """The expression with one quotient in each logarithm."""

    def over_one(log: Expr) -> Expr:
        return sympy.log(turned(cancelled(sympy.together(log.args[0]))))

    return expr.replace(lambda part: isinstance(part, sympy.log), over_one)
