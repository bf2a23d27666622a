"""The claims that a node is the derivative of a function in a given direction, and its adjoint."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from flint import arb, arb_mat

from derive.check.claim import Kind, Plan
from derive.check.claims import PointClaim, as_tuple, require_one_shape
from derive.check.compare import Outcome, compare, largest, precisions
from derive.check.directions import direction_for
from derive.check.evaluate import BallEvaluation, Point
from derive.check.mutate import mutants_of
from derive.check.points import Bench, Setting
from derive.check.precision import MOST_BITS, working_precision
from derive.check.words import brief
from derive.language.expression import Node
from derive.language.relations import Condition


class _AlongDirections(PointClaim):
    """A claim about derivatives along directions: differences are its second opinion."""

    @abstractmethod
    def difference(self, bench: Bench, k: int, bits: int) -> tuple[Any, list[Any]]:
        """The left side by a central difference, and values on whose scale gaps are seen."""

    def second_opinion(self, bench: Bench, k: int, outcome: Outcome) -> str | float | None:
        """Compare with a central difference; None where smaller steps have not settled."""
        return settled(partial(self.difference, bench, k), outcome.right, bench.plan)


@dataclass(frozen=True)
class DirectionalOf(_AlongDirections):
    """The claim that ``result`` is the derivative of ``function`` along ``direction``.

    Parameters
    ----------
    function : Node
    variable : symbol, or tuple of symbol
    direction : Node, or tuple of Node
        Of the shape of the variable, of each of several.
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
    variable: Node | tuple[Node, ...]
    direction: Node | tuple[Node, ...]
    result: Node
    conditions: tuple[Condition, ...] = ()
    kind: Kind = "result"

    def __post_init__(self) -> None:
        for variable, direction in self.moves:
            require_one_shape(variable, direction)
        require_one_shape(self.function, self.result)

    @property
    def moves(self) -> tuple[tuple[Node, Node], ...]:
        """Each variable with its direction."""
        return tuple(zip(as_tuple(self.variable), as_tuple(self.direction), strict=True))

    def describe(self) -> str:
        names = ", ".join(variable.name for variable, _ in self.moves)
        along = ", ".join(brief(direction) for _, direction in self.moves)
        return (
            f"the derivative of {brief(self.function)} in {names} along {along} "
            f"is {brief(self.result)}"
        )

    def setting(self) -> Setting:
        inputs = (self.function, *as_tuple(self.direction))
        return Setting(inputs, (self.result,), as_tuple(self.variable), (), self.conditions)

    def outcome(self, bench: Bench, k: int, evaluation: BallEvaluation) -> Outcome:
        directions = {x: evaluation.value(direction) for x, direction in self.moves}
        slope = evaluation.along(directions).value(self.function).direction
        return compare(slope, evaluation.value(self.result), bench.plan)

    def difference(self, bench: Bench, k: int, bits: int) -> tuple[Any, list[Any]]:
        evaluation = bench.evaluation(k, 2 * bits)
        directions = {x: evaluation.value(direction) for x, direction in self.moves}
        return central_difference(self.function, directions, bench, k, bits)

    def mutants(self) -> tuple[DirectionalOf, ...]:
        return tuple(replace(self, result=result) for result in mutants_of(self.result))


@dataclass(frozen=True)
class AdjointOf(_AlongDirections):
    """The claim that ``result`` is the transposed Jacobian of ``function`` times ``weights``.

    The weights are values: where the variable occurs in them it does not move.

    Parameters
    ----------
    function : Node
    variable : symbol
    weights : Node, of the shape of the function
    result : Node, of the shape of the variable
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
    >>> x = symbol("x")
    >>> AdjointOf(x**2, x, x, 2 * x**2).examine(Plan()).verdict
    'verified'
    >>> AdjointOf(x**2, x, x, 3 * x**2).examine(Plan()).verdict
    'refuted'
    """

    function: Node
    variable: Node
    weights: Node
    result: Node
    conditions: tuple[Condition, ...] = ()
    kind: Kind = "result"

    def __post_init__(self) -> None:
        require_one_shape(self.function, self.weights)
        require_one_shape(self.variable, self.result)

    def describe(self) -> str:
        return (
            f"the transposed Jacobian of {brief(self.function)} in {self.variable.name} "
            f"times {brief(self.weights)} is {brief(self.result)}"
        )

    def setting(self) -> Setting:
        inputs = (self.function, self.weights)
        return Setting(inputs, (self.result,), (self.variable,), (), self.conditions)

    def outcome(self, bench: Bench, k: int, evaluation: BallEvaluation) -> Outcome:
        E = direction_for("free", self.variable, bench, k, evaluation)
        slope = evaluation.along({self.variable: E}).value(self.function).direction
        paired = _paired(evaluation.value(self.weights), slope)
        return compare(paired, _paired(evaluation.value(self.result), E), bench.plan)

    def difference(self, bench: Bench, k: int, bits: int) -> tuple[Any, list[Any]]:
        evaluation = bench.evaluation(k, 2 * bits)
        E = direction_for("free", self.variable, bench, k, evaluation)
        weights = evaluation.value(self.weights)
        found, values = central_difference(self.function, {self.variable: E}, bench, k, bits)
        scales = [w * v for w, v in zip(weights.entries(), values, strict=True)]
        return _paired(weights, found), scales

    def mutants(self) -> tuple[AdjointOf, ...]:
        return tuple(replace(self, result=result) for result in mutants_of(self.result))


def _paired(A: Any, B: Any) -> Any:
    """The sum of the products of entries, 1 x 1."""
    pairs = zip(A.entries(), B.entries(), strict=True)
    return arb_mat([[sum((a * b for a, b in pairs), arb(0))]])


def central_difference(
    function: Node, directions: Mapping[Node, Any], bench: Bench, k: int, bits: int
) -> tuple[Any, list[Any]]:
    """(F(x + hE) - F(x - hE)) / 2h with h^2 = 2^-bits, and the entries of F(x + hE)."""
    point = bench.points[k]
    at = bench.evaluation(k, 2 * bits)
    h = arb(2) ** (-(bits // 2))
    values = []
    for step in (h, -h):
        moved = {**point.values, **{x: at.value(x) + E * step for x, E in directions.items()}}
        values.append(BallEvaluation(Point(point.sizes, moved)).value(function))
    return (values[0] - values[1]) * (1 / (2 * h)), values[0].entries()


def settled(
    difference: Callable[[int], tuple[Any, list[Any]]], claimed: Any, plan: Plan
) -> float | None:
    """How near differences come to what is claimed; None where smaller steps do not settle."""
    limit = arb(10) ** (-(plan.digits * 2 // 5))
    for bits in precisions(plan):
        if 2 * bits > MOST_BITS:
            break
        with working_precision(2 * bits):
            found, values = difference(bits)
            scales = [*claimed.entries(), *(v * arb("1e-10") for v in values)]
            size = largest([*scales, arb("1e-30")])
            gap = largest((found - claimed).entries())
            if gap <= limit * size:
                return float(gap / size)
    return None
