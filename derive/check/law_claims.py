"""Claims about means under laws, finite or not, and the zero of a divergence at equal laws.

All claims of one derivation share a ``LawBench``.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb, arb_mat

from derive.check.claim import Finding, Kind, Plan
from derive.check.compare import Outcome, compare, largest
from derive.check.evaluate import BallEvaluation, Point
from derive.check.law_bench import TEST, LawBench, MeanEvaluation
from derive.check.points import LEAST_POINTS
from derive.check.precision import bits_for, working_precision
from derive.errors import DomainError, NoRuleError
from derive.language.expression import Node, multiply, negative, number
from derive.language.functions import expectation

SMALL = 1e-3  # values below this are compared on this scale
AVOIDED = ("parameters below 1/32 or above 8",)


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
        enough = max(plan.points // 2, LEAST_POINTS)  # those beyond it stand in for lost ones
        for place in range(len(self.bench.points(plan))):
            if compared == enough:
                break
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
    return str(float(value[0, 0] if isinstance(value, arb_mat) else value[0][0]))


@dataclass(frozen=True)
class DivergesClaim:
    """The mean of a function is infinite under the first law of the bench."""

    bench: LawBench
    function: Node

    def describe(self) -> str:
        """The claim in one line of words."""
        return f"E[{self.function!r}] is infinite"

    def examine(self, plan: Plan) -> Finding:
        """Look whether what is summed grows outward, at random admissible parameters."""
        words, letter = self.describe(), next(iter(self.bench.laws))
        count = len(self.bench.points(plan))
        for place in range(count):
            with working_precision(bits_for(plan.digits)):
                grows = self.bench.grid(letter, plan, place).diverges(self.function)
            if not grows:
                return Finding(
                    words,
                    "refuted",
                    TEST,
                    place + 1,
                    reason="the integrand falls off",
                    kind="result",
                )
        if count < LEAST_POINTS:
            return Finding(words, "unchecked", "not checked", count, reason="too few points")
        return Finding(words, "verified", TEST, count, kind="result")

    def mutants(self) -> tuple[DivergesClaim, ...]:
        """The mean of 1, which is finite."""
        return (DivergesClaim(self.bench, number(1)),)


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
