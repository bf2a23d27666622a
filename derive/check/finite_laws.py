"""Claims about finite laws that no equation states."""

from __future__ import annotations

from dataclasses import dataclass

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
