"""The claim that the gradient of a function vanishes at values that were found.

Route one: jets, an enclosure of the slope of the *input* in a random direction at the values.
Route two: a central difference of plain values of the input there, at twice the precision.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from flint import arb, arb_mat

from derive.check.claim import Finding, Kind
from derive.check.claims import PointClaim, at_point, in_short, require_one_shape
from derive.check.compare import Outcome, compare, largest, precisions
from derive.check.directions import structure_named
from derive.check.evaluate import BallEvaluation, Point, ball_matrix
from derive.check.membership import identity, is_outside
from derive.check.mutate import mutants_of
from derive.check.points import Bench, Setting
from derive.check.precision import MOST_BITS, working_precision
from derive.check.words import brief
from derive.language.expression import Node, negative
from derive.language.relations import Condition

# facts that a positive multiple of a value keeps: such data may be scaled
SCALABLE = frozenset(
    {
        "symmetric",
        "spd",
        "psd",
        "diagonal",
        "lower",
        "upper",
        "skew",
        "toeplitz",
        "invertible",
        "positive",
        "nonnegative",
        "negative",
        "nonzero",
    }
)
SCALES = (64, arb(1) / 64)


def _scaled(point: Point) -> Iterator[BallEvaluation]:
    """The point with one symbol at a time larger and smaller."""
    for symbol, value in point.values.items():
        for scale in SCALES if symbol.facts <= SCALABLE else ():
            moved = {**point.values, symbol: ball_matrix(value) * scale}
            yield BallEvaluation(Point(point.sizes, moved))


@dataclass(frozen=True)
class StationaryAt(PointClaim):
    """The claim that ``function`` is stationary where its variables have these values.

    Parameters
    ----------
    function : Node, shape (1, 1)
    values : tuple of (symbol, Node)
        Each variable and its value, free of every variable.
    structures : tuple of str
        In which directions each variable moves; see ``directions.STRUCTURES``.
    conditions : tuple of Relation or Words
        What the values need, as printed.

    Examples
    --------
    >>> from derive.check.claim import Plan
    >>> from derive.language.expression import symbol
    >>> x, a = symbol("x"), symbol("a")
    >>> StationaryAt((x - a) ** 2, ((x, a),)).examine(Plan()).verdict
    'verified'
    >>> StationaryAt((x - a) ** 2, ((x, 2 * a),)).examine(Plan()).verdict
    'refuted'
    """

    function: Node
    values: tuple[tuple[Node, Node], ...]
    structures: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    kind: Kind = "result"

    def __post_init__(self) -> None:
        for variable, value in self.values:
            require_one_shape(variable, value)

    def describe(self) -> str:
        places = ", ".join(f"{x.name} = {brief(value)}" for x, value in self.values)
        return f"{brief(self.function)} is stationary at {places}"

    def setting(self) -> Setting:
        found = tuple(value for _, value in self.values)
        variables = tuple(variable for variable, _ in self.values)
        return Setting((*found, self.function), found, variables, self.values, self.conditions)

    def outcome(self, bench: Bench, k: int, evaluation: BallEvaluation) -> Outcome:
        there, directions = self._there(bench, k, evaluation)
        for variable, value in self.values:
            if is_outside(variable.facts, there.value(variable)):
                found = evaluation.value(value)
                return Outcome("differ", float("inf"), found, found)
        for (variable, _), name in zip(self.values, self.structures, strict=bool(self.structures)):
            if name == "orthogonal":
                Q = there.value(variable)
                square = compare(Q.transpose() * Q, identity(Q.ncols()), bench.plan)
                if square.state != "agree":
                    return square
        moved = there.along(directions).value(self.function)
        slope = moved.direction
        scale = largest([*there.value(self.function).entries(), arb(1)])
        return compare(slope, arb_mat(1, 1), bench.plan, scale)

    def _examine(self, bench: Bench) -> Finding:
        if bench.points and self._is_never_inside(bench):
            with working_precision(bench.bits):
                evaluation = bench.evaluation(0, bench.bits)
                values = [(x, evaluation.value(value)) for x, value in self.values]
                x, found = next(pair for pair in values if is_outside(pair[0].facts, pair[1]))
            refuted = self._refuted(bench, 0, Outcome("differ", float("inf"), found, found))
            reason = "the value is outside the set that the facts of the variable declare"
            at = at_point(bench.points[0], bench.setting.symbols)
            return replace(
                refuted, reason=reason, counterexample=f"{x.name} = {in_short(found)}{at}"
            )
        return super()._examine(bench)

    def _is_never_inside(self, bench: Bench) -> bool:
        """Whether no value keeps the declared facts, at data as drawn and at scaled data."""
        with working_precision(bench.bits):
            drawn = [bench.evaluation(k, bench.bits) for k in range(len(bench.points))]
            if not all(map(self._is_outside, drawn)):
                return False
            return all(map(self._is_outside, chain.from_iterable(map(_scaled, bench.points))))

    def _is_outside(self, evaluation: BallEvaluation) -> bool:
        return any(is_outside(x.facts, evaluation.value(value)) for x, value in self.values)

    def _there(
        self, bench: Bench, k: int, evaluation: BallEvaluation
    ) -> tuple[BallEvaluation, dict[Node, Any]]:
        """The point with the values in it, and a direction for each variable."""
        point = bench.points[k]
        held = dict(point.values)
        directions = {}
        structures = self.structures or ("free",) * len(self.values)
        for (variable, value), name in zip(self.values, structures, strict=True):
            held[variable] = evaluation.value(value)
            E = ball_matrix(point.directions[variable])
            directions[variable] = structure_named(name).direction(E, held[variable])
        return BallEvaluation(Point(point.sizes, held)), directions

    def second_opinion(self, bench: Bench, k: int, outcome: Outcome) -> str | float | None:
        """A central difference of the input, which must be small as the square of its step."""
        limit = arb(10) ** (-(bench.plan.digits * 2 // 5))
        for bits in precisions(bench.plan):
            if 2 * bits > MOST_BITS:
                break
            with working_precision(2 * bits):
                evaluation = bench.evaluation(k, 2 * bits)
                there, directions = self._there(bench, k, evaluation)
                h = arb(2) ** (-(bits // 2))
                values = []
                for step in (h, -h):
                    held = dict(there.point.values)
                    for variable, E in directions.items():
                        held[variable] = held[variable] + E * step
                    at = BallEvaluation(Point(there.point.sizes, held))
                    values.append(at.value(self.function)[0, 0])
                slope = ((values[0] - values[1]) / (2 * h)).abs_upper()
                size = largest([values[0], arb(1)])
                if slope <= limit * size:
                    return float(slope / size)
        return None

    def mutants(self) -> tuple[StationaryAt, ...]:
        is_even = "orthogonal" in self.structures  # there the opposite point is stationary too
        return tuple(
            replace(self, values=(*self.values[:k], (x, other), *self.values[k + 1 :]))
            for k, (x, value) in enumerate(self.values)
            for other in mutants_of(value)
            if not (is_even and other is negative(value))
        )
