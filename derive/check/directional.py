"""The claim that a node is the derivative of a function in a given direction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flint import arb

from derive.check.claim import Kind
from derive.check.claims import PointClaim, require_one_shape
from derive.check.compare import Outcome, compare, largest, precisions
from derive.check.evaluate import BallEvaluation, Point
from derive.check.mutate import mutants_of
from derive.check.points import Bench, Setting
from derive.check.precision import MOST_BITS, working_precision
from derive.check.words import brief
from derive.language.expression import Node
from derive.language.relations import Condition


@dataclass(frozen=True)
class DirectionalOf(PointClaim):
    """The claim that ``result`` is the derivative of ``function`` along ``direction``.

    Parameters
    ----------
    function : Node
    variable : symbol
    direction : Node, of the shape of the variable
    result : Node, of the shape of the function
    conditions : tuple of Relation or Words
        What the result needs, as printed.

    Raises
    ------
    ShapeError
        The shapes do not fit.

    Examples
    --------
    >>> from derive.check.claim import Plan
    >>> from derive.language.expression import symbol
    >>> x, v = symbol("x"), symbol("v")
    >>> DirectionalOf(x**3, x, v, 3 * x**2 * v).examine(Plan()).verdict
    'verified'
    """

    function: Node
    variable: Node
    direction: Node
    result: Node
    conditions: tuple[Condition, ...] = ()
    kind: Kind = "result"

    def __post_init__(self) -> None:
        require_one_shape(self.variable, self.direction)
        require_one_shape(self.function, self.result)

    def describe(self) -> str:
        return (
            f"the derivative of {brief(self.function)} in {self.variable.name} "
            f"along {brief(self.direction)} is {brief(self.result)}"
        )

    def setting(self) -> Setting:
        inputs = (self.function, self.direction)
        return Setting(inputs, (self.result,), (self.variable,), (), self.conditions)

    def outcome(self, bench: Bench, k: int, evaluation: BallEvaluation) -> Outcome:
        E = evaluation.value(self.direction)
        slope = evaluation.along({self.variable: E}).value(self.function).direction
        return compare(slope, evaluation.value(self.result), bench.plan)

    def second_opinion(self, bench: Bench, k: int, outcome: Outcome) -> str | float | None:
        """Compare with a central difference; None where smaller steps have not settled."""
        limit = arb(10) ** (-(bench.plan.digits * 2 // 5))
        for bits in precisions(bench.plan):
            if 2 * bits > MOST_BITS:
                break
            with working_precision(2 * bits):
                difference, values = self._difference(bench, k, bits)
                scales = [*outcome.right.entries(), *(v * arb("1e-10") for v in values)]
                size = largest([*scales, arb("1e-30")])
                gap = largest((difference - outcome.right).entries())
                if gap <= limit * size:
                    return float(gap / size)
        return None

    def _difference(self, bench: Bench, k: int, bits: int) -> tuple[Any, list[Any]]:
        """(F(x + hv) - F(x - hv)) / 2h with h^2 = 2^-bits, and the entries of F(x + hv)."""
        point = bench.points[k]
        evaluation = bench.evaluation(k, 2 * bits)
        x, E = evaluation.value(self.variable), evaluation.value(self.direction)
        h = arb(2) ** (-(bits // 2))
        values = []
        for step in (h, -h):
            moved = {**point.values, self.variable: x + E * step}
            values.append(BallEvaluation(Point(point.sizes, moved)).value(self.function))
        return (values[0] - values[1]) * (1 / (2 * h)), values[0].entries()

    def mutants(self) -> tuple[DirectionalOf, ...]:
        return tuple(replace(self, result=result) for result in mutants_of(self.result))
