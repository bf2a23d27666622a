"""The claim that a node is the gradient of a function, tested by two routes.

Route one: jets, an enclosure of the slope of the *input* expression in a direction that is
free of the variable's facts.  Route two: a central difference of plain values of the input
at twice the precision, which uses no jet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flint import arb

from derive.check.claim import Kind
from derive.check.claims import PointClaim, require_one_shape
from derive.check.compare import Outcome, largest, precisions
from derive.check.directions import compare_slopes, direction_for
from derive.check.doubles import DoubleEvaluation
from derive.check.evaluate import BallEvaluation, Point
from derive.check.maps import Array
from derive.check.mutate import mutants_of
from derive.check.points import Bench, Setting
from derive.check.precision import MOST_BITS, working_precision
from derive.check.words import brief
from derive.errors import ShapeError
from derive.language.expression import Node
from derive.language.relations import Condition
from derive.language.sizes import shape_text


@dataclass(frozen=True)
class GradientOf(PointClaim):
    """The claim that ``result`` is the gradient of ``function`` in ``variable``.

    Parameters
    ----------
    function : Node, shape (1, 1)
    variable : symbol
    result : Node, of the shape of the variable
    definitions : tuple of (symbol, Node)
        Names that the function or the result use, in order.
    structure : str
        What may vary; see ``directions.STRUCTURES``.
    conditions : tuple of Relation or Words
        What the result needs, as printed.

    Raises
    ------
    ShapeError
        The result has not the shape of the variable, or the function is no scalar.

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> from derive.language.sizes import Size
    >>> from derive.check.claim import Plan
    >>> n = Size.named("n")
    >>> A, x = symbol("A", (n, n)), symbol("x", (n, 1))
    >>> GradientOf(x.T @ A @ x, x, 2 * A @ x).examine(Plan()).verdict
    'refuted'
    >>> GradientOf(x.T @ A @ x, x, A @ x + A.T @ x).examine(Plan()).verdict
    'verified'
    """

    function: Node
    variable: Node
    result: Node
    definitions: tuple[tuple[Node, Node], ...] = ()
    structure: str = "free"
    conditions: tuple[Condition, ...] = ()
    kind: Kind = "result"

    def __post_init__(self) -> None:
        require_one_shape(self.variable, self.result)
        if not self.function.is_scalar:
            raise ShapeError(
                f"a gradient is of a scalar, got {brief(self.function)} "
                f"of shape {shape_text(self.function.shape)}"
            )

    def describe(self) -> str:
        function, result = brief(self.function), brief(self.result)
        where = "" if self.structure == "free" else f" ({self.structure})"
        return f"the gradient of {function} in {self.variable.name}{where} is {result}"

    def setting(self) -> Setting:
        meanings = [meaning for _, meaning in self.definitions]
        inputs = tuple(dict.fromkeys([*meanings, self.function]))
        variables = (self.variable,)
        return Setting(inputs, (self.result,), variables, self.definitions, self.conditions)

    def outcome(self, bench: Bench, k: int, evaluation: BallEvaluation) -> Outcome:
        E = direction_for(self.structure, self.variable, bench, k, evaluation)
        if self.structure == "free":
            slope = evaluation.tangent(self.function)
        else:
            slope = evaluation.along({self.variable: E}).value(self.function).direction
        G, X = evaluation.value(self.result), evaluation.value(self.variable)
        return compare_slopes(self.structure, slope, G, E, X, bench.plan)

    @property
    def has_twin(self) -> bool:
        return True

    @property
    def has_input_left(self) -> bool:
        return True

    def double_sides(self, evaluation: DoubleEvaluation) -> tuple[Array, Array, Array]:
        slope, claimed = evaluation.slopes(
            self.structure, self.function, self.variable, self.result
        )
        return slope, claimed, evaluation.value(self.function)

    def second_opinion(self, bench: Bench, k: int, outcome: Outcome) -> str | float | None:
        """Compare the claimed slope with a central difference of the input.

        A difference is no enclosure: where the input oscillates fast, smaller steps are
        tried, and if they have not settled either the point says nothing.
        """
        limit, claimed = arb(10) ** (-(bench.plan.digits * 2 // 5)), outcome.right[0, 0]
        before = None
        for bits in precisions(bench.plan):
            if 2 * bits > MOST_BITS:
                break
            difference, value = self._reference(bench, k, bits)
            with working_precision(2 * bits):
                size = largest([claimed, value * arb("1e-10"), arb("1e-30")])
                gap = (difference - claimed).abs_upper()
                if gap <= limit * size:
                    return float(gap / size)
                if before is not None:
                    change = (difference - before).abs_upper()
                    if change <= limit * difference.abs_lower():
                        return (
                            "the slope of the input and its differences at small steps disagree: "
                            "neither is trusted; another seed or a higher precision may help"
                        )
            before = difference
        return None

    def _reference(self, bench: Bench, k: int, bits: int) -> tuple[Any, Any]:
        """The difference at point `k`, computed once for the claim and its variants."""
        key = (self.function, self.variable, self.structure, k, bits)
        if key not in bench.references:
            bench.references[key] = self._difference(bench, k, bits)
        reference: tuple[Any, Any] = bench.references[key]
        return reference

    def _difference(self, bench: Bench, k: int, bits: int) -> tuple[Any, Any]:
        """(f(x + hE) - f(x - hE)) / 2h with h^2 = 2^-bits at twice the bits, and f(x + hE)."""
        point = bench.points[k]
        with working_precision(2 * bits):
            evaluation = bench.evaluation(k, 2 * bits)
            E = direction_for(self.structure, self.variable, bench, k, evaluation)
            x, h = evaluation.value(self.variable), arb(2) ** (-(bits // 2))
            values = []
            for step in (h, -h):
                moved = {**point.values, self.variable: x + E * step}
                at = BallEvaluation(Point(point.sizes, moved), self.definitions)
                values.append(at.value(self.function)[0, 0])
            return (values[0] - values[1]) / (2 * h), values[0]

    def mutants(self) -> tuple[GradientOf, ...]:
        return tuple(replace(self, result=result) for result in mutants_of(self.result))
