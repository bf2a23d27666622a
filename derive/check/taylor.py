"""The claim that a node is the Taylor polynomial of a function at a point."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flint import arb

from derive.check.claim import Kind
from derive.check.claims import PointClaim, require_one_shape
from derive.check.compare import Outcome, largest
from derive.check.directions import STRUCTURES
from derive.check.evaluate import BallEvaluation, Point, ball_matrix
from derive.check.mutate import mutants_of
from derive.check.points import Bench, Setting
from derive.check.precision import working_precision
from derive.check.words import brief
from derive.language.expression import Node
from derive.language.relations import Condition

STEP_BITS = 40  # the largest step is 2 to the minus this
BITS_PER_ORDER = 90  # what cancels in an error of order k, and room beside it
STEADY = arb("0.75")  # halving the step must shrink what is left at least so far
SMALL = arb("1e-20")


@dataclass(frozen=True)
class TaylorOf(PointClaim):
    """The claim that ``function - polynomial`` is of order n + 1 in the step.

    With q(t) the error at ``around + t E`` over t^n, a wrong coefficient leaves a constant
    in ``2 q(t/2) - q(t)``, which otherwise falls like t^2.

    Parameters
    ----------
    function : Node
    variable : symbol
    around : Node
        The point, of the shape of the variable.
    at_point : Node
        The function with the point put in, which must be defined.
    polynomial : Node
        In the variable.
    order : int
    conditions : tuple of Relation or Words
    structure : str
        How the variable leaves the point: a name in ``directions.STRUCTURES``.

    Examples
    --------
    >>> from derive.check.claim import Plan
    >>> from derive.language.expression import number, symbol
    >>> from derive.language.functions import elementwise
    >>> x = symbol("x")
    >>> exp, at = elementwise("exp", x), elementwise("exp", number(0))
    >>> TaylorOf(exp, x, number(0), at, 1 + x + x**2 / 2, 2).examine(Plan()).verdict
    'verified'
    >>> TaylorOf(exp, x, number(0), at, 1 + x + x**2, 2).examine(Plan()).verdict
    'refuted'
    """

    function: Node
    variable: Node
    around: Node
    at_point: Node
    polynomial: Node
    order: int
    conditions: tuple[Condition, ...] = ()
    kind: Kind = "result"
    structure: str = "free"

    def __post_init__(self) -> None:
        require_one_shape(self.function, self.polynomial)
        require_one_shape(self.variable, self.around)

    def describe(self) -> str:
        return (
            f"{brief(self.polynomial)} is the Taylor polynomial of order {self.order} "
            f"of {brief(self.function)} around {brief(self.around)}"
        )

    def setting(self) -> Setting:
        inputs = (self.at_point, self.around, self.function)
        sides = (self.function, self.polynomial)
        return Setting(inputs, sides, (self.variable,), (), self.conditions)

    def outcome(self, bench: Bench, k: int, evaluation: BallEvaluation) -> Outcome:
        bits = 2 * (STEP_BITS + 4) * (self.order + 1) + BITS_PER_ORDER
        with working_precision(bits):
            return self._outcome(bench, k, bits)

    def _outcome(self, bench: Bench, k: int, bits: int) -> Outcome:
        t = arb(2) ** -STEP_BITS
        errors = [self._error(bench, k, bits, t / 2**j) for j in range(3)]
        first, second = (errors[j + 1][0] * 2 - errors[j][0] for j in range(2))
        zero = first * 0
        scale = largest([errors[0][1], arb("1e-30")])
        sizes = [largest(entries.entries()) for entries in (first, second)]
        if not all(x.is_finite() for x in [*first.entries(), *second.entries()]):
            return Outcome("undefined", float("inf"), second, zero)
        falls = sizes[1] <= STEADY * sizes[0] or sizes[1] <= SMALL * scale
        return Outcome("agree" if falls else "differ", float(sizes[1]), second, zero)

    def _error(self, bench: Bench, k: int, bits: int, t: Any) -> tuple[Any, Any]:
        """The error of the polynomial over t^n at one step, and the size of the value."""
        point = bench.points[k]
        a = bench.evaluation(k, bits).value(self.around)
        free = ball_matrix(point.directions[self.variable])
        x = a + STRUCTURES[self.structure].direction(free, a) * t
        at = BallEvaluation(Point(point.sizes, {**point.values, self.variable: x}))
        value = at.value(self.function)
        gap = value - at.value(self.polynomial)
        middle = [x.mid() for x in (gap * (1 / t**self.order)).entries()]
        shape = gap.nrows(), gap.ncols()
        return type(gap)(*shape, middle), largest(value.entries())

    def mutants(self) -> tuple[TaylorOf, ...]:
        return tuple(replace(self, polynomial=p) for p in mutants_of(self.polynomial))
