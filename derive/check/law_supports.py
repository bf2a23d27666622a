"""The claim that one law has mass where another has none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb

from derive.check.claim import Finding, Plan
from derive.check.evaluate import BallEvaluation, Point
from derive.check.law_bench import TEST, LawBench
from derive.check.law_ends import Ends, ends_of
from derive.check.points import LEAST_POINTS
from derive.check.precision import bits_for, working_precision
from derive.language.expression import Node
from derive.language.law import Law
from derive.language.support import Support

REACH = 64  # how far out a line is searched for mass


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
        words = self.describe()
        bench = LawBench({"p": self.inside, "q": self.outside}, self.variable)
        places = bench.points(plan)
        for k, place in enumerate(places):
            with working_precision(bits_for(plan.digits)):
                witness = self._witness(BallEvaluation(place))
                if witness is None:
                    return Finding(words, "refuted", TEST, k + 1, reason="no such mass was found")
                values = {**place.values, self.variable: [[witness]]}
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

    def _witness(self, evaluation: BallEvaluation) -> Any:
        """A value of `inside` that `outside` cannot take, or to which it gives no mass."""
        p, q = ends_of(self.inside.support, evaluation), ends_of(self.outside.support, evaluation)
        if self.inside.support.is_whole:
            return _whole_witness(self.inside.support, p, self.outside.support, q)
        if self.outside.support.is_whole:
            return _between(*p)
        if q[0] is not None and (p[0] is None or p[0] < q[0]):
            return _between(p[0], q[0] if p[1] is None or q[0] < p[1] else p[1])
        if q[1] is not None and (p[1] is None or p[1] > q[1]):
            return _between(q[1] if p[0] is None or q[1] > p[0] else p[0], p[1])
        return None


def _between(low: Any, high: Any) -> Any:
    """A place strictly between two ends."""
    if low is None and high is None:
        return arb(0)
    if low is None:
        return high - 1
    return low + 1 if high is None else (low + high) / 2


def _whole_witness(inside: Support, p: Ends, outside: Support, q: Ends) -> Any:
    """A whole number of one support that is not in the other."""
    if not outside.is_whole:
        return p[0]
    start = int(float(p[0]))
    for k in range(start, start + REACH * inside.step, inside.step):
        if p[1] is not None and k > p[1]:
            return None
        within = k >= q[0] and (q[1] is None or k <= q[1])
        if not within or (k - int(float(q[0]))) % outside.step:
            return arb(k)
    return None
