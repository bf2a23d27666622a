"""Claims about finite laws that no equation states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from flint import arb, fmpq

from derive.check.claim import Finding, Plan
from derive.check.evaluate import BallEvaluation
from derive.check.points import Bench, Setting
from derive.check.precision import bits_for, working_precision
from derive.language.expression import Node
from derive.language.relations import Condition

TEST = "tested at points"


@dataclass(frozen=True)
class MassOutside:
    """Some value has mass under the first vector and none under the second."""

    first: tuple[Node, ...]
    second: tuple[Node, ...]
    definitions: tuple[tuple[Node, Node], ...] = ()
    conditions: tuple[Condition, ...] = ()

    def describe(self) -> str:
        """The claim in one line of words."""
        return "the first law has mass where the second has none"

    def examine(self, plan: Plan) -> Finding:
        """Look for such a value at every admissible point."""
        setting = Setting(
            (*self.first, *self.second),
            definitions=self.definitions,
            conditions=self.conditions,
        )
        bench = Bench(setting, plan)
        for k, point in enumerate(bench.points):
            with working_precision(bits_for(plan.digits)):
                evaluation = BallEvaluation(point, self.definitions)
                masses = [
                    (evaluation.value(p)[0, 0], evaluation.value(q)[0, 0])
                    for p, q in zip(self.first, self.second, strict=True)
                ]
            if not any(p > 0 and q == 0 for p, q in masses):
                reason = "every value with mass under the first law has mass under the second"
                return Finding(self.describe(), "refuted", TEST, k + 1, reason=reason)
        if not bench.points:
            return Finding(self.describe(), "unchecked", "not checked", reason="no points")
        return Finding(self.describe(), "verified", TEST, len(bench.points), kind="result")

    def mutants(self) -> tuple[MassOutside, ...]:
        """A law beside itself has no mass outside."""
        return (MassOutside(self.first, self.first, self.definitions, self.conditions),)


@dataclass(frozen=True)
class CapacityBounds:
    """The capacity of a channel lies within `gap` of `value`, in nats or to `base`.

    For any input law the mutual information is at most the capacity, and the largest divergence
    of a row from the law of the output at least.

    Parameters
    ----------
    rows : tuple of tuples of numbers
        The laws of the output.
    masses : tuple of numbers
        An input law.
    """

    rows: tuple[tuple[Fraction, ...], ...]
    masses: tuple[Fraction, ...]
    value: Fraction
    gap: Fraction
    base: Fraction | None = None

    def describe(self) -> str:
        """The claim in one line of words."""
        return "both bounds of the capacity at an input law"

    def examine(self, plan: Plan) -> Finding:
        """Enclose both bounds."""
        with working_precision(bits_for(plan.digits)):
            lower, upper = self._bounds()
            low = _ball(self.value - self.gap)
            high = _ball(self.value + self.gap)
            holds = low <= lower and upper <= high and sum(self.masses) == 1
        if not holds or min(self.masses) < 0:
            found = f"{lower.str(15)} to {upper.str(15)}"
            return Finding(self.describe(), "refuted", TEST, 1, reason=f"the bounds are {found}")
        return Finding(self.describe(), "verified", "enclosed at points", 1, kind="result")

    def mutants(self) -> tuple[CapacityBounds, ...]:
        """A capacity that is too large, and one that is too small."""
        return tuple(replace(self, value=self.value + k * self.gap) for k in (3, -3))

    def _bounds(self) -> tuple[Any, Any]:
        """What the masses reach, by entropies, and the largest divergence of a row."""
        columns = zip(*self.rows, strict=True)
        output = [
            sum((m * w for m, w in zip(self.masses, column, strict=True)), Fraction(0))
            for column in columns
        ]
        own = [_cross(row, row) for row in self.rows]
        inside = _cross(output, output) - sum(
            (_ball(m) * h for m, h in zip(self.masses, own, strict=True)), arb(0)
        )
        outside = [_cross(row, output) - h for row, h in zip(self.rows, own, strict=True)]
        if self.base is not None:
            unit = _ball(self.base).log()
            inside, outside = inside / unit, [bound / unit for bound in outside]
        return inside, max(outside, key=lambda b: float(b.mid()))


def _cross(p: Sequence[Fraction], q: Sequence[Fraction]) -> Any:
    """``-sum p log q``."""
    pairs = [(a, b) for a, b in zip(p, q, strict=True) if a]
    return sum((-_ball(a) * _ball(b).log() for a, b in pairs), arb(0))


def _ball(value: Fraction) -> Any:
    return arb(fmpq(value.numerator, value.denominator))
