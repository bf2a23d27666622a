"""The claim that a posterior density is largest at a place: no place near or far is higher.

The density is the product of the declared densities; nothing is differentiated.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb, arb_mat

from derive.check.claim import Finding, Plan
from derive.check.evaluate import BallEvaluation, Point
from derive.check.law_bench import TEST
from derive.check.law_ends import ends_of
from derive.check.points import LEAST_POINTS
from derive.check.precision import bits_for, working_precision
from derive.check.sample_bench import SampleBench
from derive.errors import DomainError, NoRuleError
from derive.language.expression import Node, multiply, number

STEPS = tuple(Fraction(1, 2**k) for k in (0, 1, 2, 4, 8, 16, 24, 32))  # of the way, either side


@dataclass(frozen=True)
class ModeClaim:
    """The product of likelihood and prior is largest at `mode`."""

    bench: SampleBench
    mode: Node
    words: str

    def describe(self) -> str:
        """The claim in one line of words."""
        return self.words

    def examine(self, plan: Plan) -> Finding:
        """Compare the density at the mode with that at places around it and towards the ends."""
        compared, lost = 0, "too few admissible points"
        for point in self.bench.points(plan):
            with working_precision(bits_for(plan.digits)):
                try:
                    higher = self._higher(point)
                except (DomainError, NoRuleError) as error:
                    lost = str(error)
                    continue
            if higher is not None:
                return Finding(
                    self.words,
                    "refuted",
                    TEST,
                    compared + 1,
                    reason="another place has a larger density",
                    kind="result",
                    counterexample=higher,
                )
            compared += 1
        if compared < LEAST_POINTS:
            return Finding(
                self.words, "unchecked", "not checked", compared, reason=lost, kind="result"
            )
        return Finding(self.words, "verified", TEST, compared, kind="result")

    def mutants(self) -> tuple[ModeClaim, ...]:
        """The mode a thousandth larger, and a thousandth more."""
        nudge = number(Fraction(1, 1000))
        wrong = (multiply(1 + nudge, self.mode) + nudge / 7, self.mode - nudge)
        return tuple(ModeClaim(self.bench, mode, f"{self.words}, moved") for mode in wrong)

    def _higher(self, point: Point) -> str | None:
        """A place with a larger density, if one is found."""
        evaluation = BallEvaluation(point)
        mode = evaluation.value(self.mode)[0, 0]
        low, high = ends_of(self.bench.prior.support, evaluation)
        is_outside = (low is not None and mode < low) or (high is not None and mode > high)
        if is_outside or not self._is_possible(point, mode):
            return f"{float(mode)} lies outside the support"
        here = self._height(point, mode)
        if here is None:
            raise DomainError("the density has no value at the mode")
        for step in STEPS:
            for place in self._around(mode, low, high, step):
                there = self._height(point, place)
                if there is not None and there > here:
                    return f"{float(place)} is higher than {float(mode)}"
        return None

    def _is_possible(self, point: Point, place: Any) -> bool:
        """Whether the support has every value of the sample, with the unknown at a place."""
        low, high = ends_of(self.bench.likelihood.support, BallEvaluation(self._at(point, place)))
        data = point.values[self.bench.data].entries()
        is_below = low is not None and any(value < low for value in data)
        return not (is_below or (high is not None and any(value > high for value in data)))

    def _at(self, point: Point, place: Any) -> Point:
        """The point with the unknown moved to a place."""
        return Point(point.sizes, {**point.values, self.bench.unknown: arb_mat([[place]])})

    def _around(self, mode: Any, low: Any, high: Any, step: Fraction) -> list[Any]:
        """A place on either side, a part of the way to the end or of the size of the mode."""
        share = arb(step.numerator) / step.denominator
        size = 1 + abs(mode)
        up = size if high is None else high - mode
        down = size if low is None else mode - low
        far = [mode + up * share * (1 if high is None else arb(0.999))]
        if down > 0:
            far.append(mode - down * share * (1 if low is None else arb(0.999)))
        return far

    def _height(self, point: Point, place: Any) -> Any:
        """The log of likelihood times prior at a value of the unknown, None if it is no number."""
        if not self._is_possible(point, place):
            return None
        moved = self._at(point, place)
        prior = self.bench.prior.log_density(self.bench.unknown)
        whole = BallEvaluation(moved).value(self.bench.log_likelihood(moved) + prior)[0, 0]
        return whole if whole.is_finite() else None
