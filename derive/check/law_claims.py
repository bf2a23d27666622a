"""Claims about laws: means, supports, and the zero of a divergence at equal laws.

All claims of one derivation share a ``LawBench``: the points at which parameters get
numbers, and the means already integrated there.  A mean is an integral of the declared log
density (``quadrature``), so agreement does not rest on any rule for means.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from typing import Any

from flint import arb, arb_mat

from derive.check.claim import Finding, Kind, Plan
from derive.check.compare import Outcome, compare, largest
from derive.check.evaluate import BallEvaluation, Point
from derive.check.points import LEAST_POINTS
from derive.check.precision import bits_for, working_precision
from derive.check.quadrature import mean
from derive.check.sample import Mood, sample_symbol
from derive.check.stream import Stream, fingerprint
from derive.errors import DeriveError, DomainError, NoRuleError
from derive.language.expression import Node, multiply, negative, number, symbol
from derive.language.functions import expectation
from derive.language.law import Law, Support

MOODS = (Mood(0, 1.0), Mood(0, 4.0), Mood(1, 2.0), Mood(0, 1.0), Mood(-1, 1.0), Mood(0, 0.5))
CANDIDATES = 48
SMALL = 1e-3  # values below this are compared on this scale
REACH = 64  # how far out a line is searched for mass
TEST = "tested at points"
AVOIDED = ("parameters below 1/32 or above 8",)


@dataclass
class LawBench:
    """Points for the parameters of some laws, and the means found at them.

    Attributes
    ----------
    laws : mapping of str to Law
        By the letter that ``expectation`` nodes name them with.
    variable : symbol
        The value of the laws.
    """

    laws: Mapping[str, Law]
    variable: Node
    _points: dict[Plan, list[Point]] = field(default_factory=dict)
    _means: dict[tuple[Node, str, Plan, int], Any] = field(default_factory=dict)
    _failures: dict[tuple[Node, str, Plan, int], DeriveError] = field(default_factory=dict)

    @property
    def symbols(self) -> tuple[Node, ...]:
        """The parameters of all laws, then the variable."""
        found = [s for law in self.laws.values() for s in law.symbols]
        return tuple(dict.fromkeys([*found, self.variable]))

    def points(self, plan: Plan) -> list[Point]:
        """Points at which every parameter lies where its place wants it."""
        if plan not in self._points:
            densities = [law.log_density(self.variable) for law in self.laws.values()]
            stream = Stream(fingerprint(densities, plan.seed))
            moods = [MOODS[k % len(MOODS)] for k in range(CANDIDATES)]
            batches = {s: sample_symbol(s, {}, stream, moods) for s in self.symbols}
            candidates = [
                Point({}, {s: b.point(k) for s, b in batches.items()})
                for k in range(CANDIDATES)
                if all(b.is_usable[k] for b in batches.values())
            ]
            fitting = [point for point in candidates if self._fits(point, plan)]
            self._points[plan] = fitting[: max(plan.points, LEAST_POINTS)]
        return self._points[plan]

    def mean(self, function: Node, letter: str, plan: Plan, place: int) -> Any:
        """E[function] at one of the points, integrated once, or what kept it from that.

        Without parameters all points are one.
        """
        law = self.laws[letter]
        has_parameters = bool({*function.symbols, *law.symbols} - {self.variable})
        key = (function, letter, plan, place if has_parameters else 0)
        if key in self._failures:
            raise self._failures[key]
        if key not in self._means:
            point = self.points(plan)[place]
            try:
                self._means[key] = mean(function, law, self.variable, point, plan.digits)
            except (DomainError, NoRuleError) as error:
                self._failures[key] = error
                raise
        return self._means[key]

    def _fits(self, point: Point, plan: Plan) -> bool:
        with working_precision(bits_for(plan.digits)):
            evaluation = BallEvaluation(point)
            return all(
                IN_PLACE[place.fact](evaluation.value(value)[0, 0])
                for law in self.laws.values()
                for place, value in zip(law.parameters, law.values, strict=True)
            )


IN_PLACE: Mapping[str, Callable[[Any], bool]] = {
    "real": lambda v: bool(v.is_finite()),
    "positive": lambda v: bool(v > 0),
    "probability": lambda v: bool(v > 0) and bool(v < 1),
}


class MeanEvaluation(BallEvaluation):
    """Enclosures at one point, where ``expectation`` is an integral over its law."""

    def __init__(self, bench: LawBench, plan: Plan, place: int):
        super().__init__(bench.points(plan)[place])
        self.average = partial(bench.mean, plan=plan, place=place)

    def combine(self, node: Node, args: list[Any]) -> Any:
        if node.op != "expectation":
            return super().combine(node, args)
        letter, _ = node.data
        return arb_mat(1, 1, [self.average(node.args[0], letter)])


@dataclass(frozen=True)
class MeanClaim:
    """``left = right``, where both may hold means under the laws of the bench."""

    bench: LawBench
    left: Node
    right: Node
    words: str
    kind: Kind = "line"

    def describe(self) -> str:
        """The claim in one line of words."""
        return self.words

    def examine(self, plan: Plan) -> Finding:
        """Compare both sides at random admissible parameters."""
        compared, worst, lost = 0, 0.0, ""
        for place in range(len(self.bench.points(plan))):
            try:
                left, right = self._sides(plan, place)
            except (DomainError, NoRuleError) as error:
                lost = str(error)
                continue
            outcome = self._compare(plan, left, right)
            if outcome.state == "differ":
                return self._refuted(compared + 1, outcome, self.bench.points(plan)[place])
            if outcome.state == "agree":
                compared, worst = compared + 1, max(worst, outcome.error)
            else:
                lost = "the enclosures are too wide to tell the two sides apart"
        if compared < LEAST_POINTS:
            reason = lost or "too few admissible points"
            return Finding(
                self.words, "unchecked", "not checked", compared, reason=reason, kind=self.kind
            )
        return Finding(
            self.words, "verified", TEST, compared, worst, avoided=AVOIDED, kind=self.kind
        )

    def mutants(self) -> tuple[MeanClaim, ...]:
        """The right side with the other sign, a thousandth larger, and a thousandth more."""
        nudge = number(Fraction(1, 1000))
        wrong = (
            ("another sign", negative(self.right) - nudge),
            ("another factor", multiply(1 + nudge, self.right) + nudge / 7),
            ("another term", self.right + nudge),
        )
        return tuple(
            MeanClaim(self.bench, self.left, right, f"{self.words}, with {change}", self.kind)
            for change, right in wrong
        )

    def _sides(self, plan: Plan, place: int) -> tuple[Any, Any]:
        with working_precision(bits_for(plan.digits)):
            evaluation = MeanEvaluation(self.bench, plan, place)
            return evaluation.value(self.left), evaluation.value(self.right)

    def _compare(self, plan: Plan, left: Any, right: Any) -> Outcome:
        """Both sides against each other; a value near 0 is compared on the scale of 1/1000."""
        with working_precision(bits_for(plan.digits)):
            scale = largest([*left.entries(), *right.entries(), arb(SMALL)])
            return compare(left, right, plan, scale)

    def _refuted(self, compared: int, outcome: Outcome, point: Point) -> Finding:
        places = ", ".join(f"{s.name} = {_shown(v)}" for s, v in point.values.items())
        values = f"{outcome.left[0, 0].str(15)} against {outcome.right[0, 0].str(15)}"
        return Finding(
            self.words,
            "refuted",
            TEST,
            compared,
            outcome.error,
            reason="the two sides differ",
            kind=self.kind,
            counterexample=f"{places}: {values}",
        )


def _shown(value: Any) -> str:
    return str(float(value[0][0]))


@dataclass(frozen=True)
class OutsideClaim:
    """The law `inside` has mass where the law `outside` has none, so KL is infinite."""

    inside: Law
    outside: Law
    variable: Node

    def describe(self) -> str:
        """The claim in one line of words."""
        return f"{self.inside!r} has mass outside the support of {self.outside!r}"

    def examine(self, plan: Plan) -> Finding:
        """Find such mass: a piece of the support, and that the density there is positive."""
        witness = self._witness()
        words = self.describe()
        if witness is None:
            return Finding(words, "refuted", TEST, 1, reason="no such mass was found")
        bench = LawBench({"p": self.inside}, self.variable)
        places = bench.points(plan)
        for k in range(len(places)):
            values = {**places[k].values, self.variable: witness}
            with working_precision(bits_for(plan.digits)):
                density = BallEvaluation(Point({}, values)).value(
                    self.inside.log_density(self.variable)
                )[0, 0]
            if not density.is_finite():
                return Finding(words, "refuted", TEST, k + 1, reason=f"no density at {witness}")
        if len(places) < LEAST_POINTS:
            return Finding(words, "unchecked", "not checked", len(places), reason="too few points")
        return Finding(words, "verified", TEST, len(places), kind="result")

    def mutants(self) -> tuple[OutsideClaim, ...]:
        """A law against itself: it has no mass outside its own support."""
        return (OutsideClaim(self.inside, self.inside, self.variable),)

    def _witness(self) -> Fraction | None:
        """A value of `inside` that `outside` cannot take, or to which it gives no mass."""
        p, q = self.inside.support, self.outside.support
        low = -REACH if p.lower is None else p.lower
        high = REACH if p.upper is None else p.upper
        if p.is_whole and not q.is_whole:
            return Fraction(low)
        step = Fraction(1) if p.is_whole else Fraction(1, 3)
        tried = (low + k * step for k in range(int((high - low) / step) + 1))
        inner = (value for value in tried if _holds(p, value))
        return next((value for value in inner if not _holds(q, value)), None)


def _holds(support: Support, value: Fraction) -> bool:
    """Whether a value belongs to a support; the ends of an interval do not."""
    if support.is_whole:
        inside = value.denominator == 1
        return inside and value >= _low(support) and value <= _high(support)
    return _low(support) < value < _high(support)


def _low(support: Support) -> float:
    return -math.inf if support.lower is None else support.lower


def _high(support: Support) -> float:
    return math.inf if support.upper is None else support.upper


@dataclass(frozen=True)
class ZeroAtEqualityClaim:
    """A divergence of two laws of one family is 0 where their parameters are equal."""

    bench: LawBench
    result: Node
    pairs: tuple[tuple[Node, Node], ...]
    words: str = "the divergence is 0 where the two laws are equal"

    def describe(self) -> str:
        """The claim in one line of words."""
        return self.words

    def examine(self, plan: Plan) -> Finding:
        """Give the second law the parameters of the first."""
        places = self.bench.points(plan)
        with working_precision(bits_for(plan.digits)):
            for k, point in enumerate(places):
                values = dict(point.values)
                for first, second in self.pairs:
                    values[second] = BallEvaluation(point).value(first)
                value = BallEvaluation(Point({}, values)).value(self.result)[0, 0]
                if not (value.is_finite() and value.contains(0)):
                    return Finding(
                        self.words,
                        "refuted",
                        TEST,
                        k + 1,
                        reason="the value is not 0",
                        counterexample=value.str(20),
                    )
        if len(places) < LEAST_POINTS:
            return Finding(self.words, "unchecked", "not checked", reason="too few points")
        return Finding(self.words, "verified", TEST, len(places))

    def mutants(self) -> tuple[ZeroAtEqualityClaim, ...]:
        """The divergence a thousandth larger."""
        more = self.result + number(Fraction(1, 1000))
        return (ZeroAtEqualityClaim(self.bench, more, self.pairs, self.words),)


def density_claims(bench: LawBench) -> tuple[MeanClaim, ...]:
    """Each law of the bench has total mass one: no declared constant is trusted."""
    name = bench.variable.name
    return tuple(
        MeanClaim(
            bench,
            expectation(number(1), letter, name),
            number(1),
            f"the density of {law!r} has total mass 1",
            "statement",
        )
        for letter, law in bench.laws.items()
    )


def law_variable(law: Law, name: str) -> Node:
    """The symbol of a value of the law, with the facts of its support."""
    return symbol(name, facts=law.support.facts)
