"""The claim that a relation (an equality or an inequality) holds at admissible points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from derive.check.claim import Kind
from derive.check.claims import PointClaim, as_tuple, require_one_shape
from derive.check.compare import Outcome, compare
from derive.check.doubles import DoubleEvaluation
from derive.check.evaluate import BallEvaluation
from derive.check.maps import Array
from derive.check.mutate import mutants_of
from derive.check.points import Bench, Setting, is_finite
from derive.check.words import condition_words
from derive.errors import NoRuleError
from derive.language.expression import Node, multiply, ones
from derive.language.relations import Condition, Relation, Words

# what the difference left - right must certainly be, and whether a tie is allowed
_HOLDS: dict[str, Callable[[Any], bool]] = {
    "<": lambda x: bool(x < 0),
    "<=": lambda x: bool(x <= 0),
    ">": lambda x: bool(x > 0),
    ">=": lambda x: bool(x >= 0),
    "!=": lambda x: not x.contains(0),
}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "!=": "="}


def _is_zero(x: Any) -> bool:
    return bool(x.is_zero())


@dataclass(frozen=True)
class Equation(PointClaim):
    """The claim that a relation holds, entry by entry, wherever its input is finite.

    Parameters
    ----------
    relation : Relation
        With sign ``=``, ``!=``, ``<``, ``<=``, ``>`` or ``>=`` and two nodes of one shape
        (or a scalar at the right); any other leaves the claim unchecked.
    definitions : tuple of (symbol, Node)
        Names that the relation uses: a solution to be put in, for instance.
    variable : symbol, tuple of symbol, or None
        What moves in a differential.
    inputs : tuple of Node
        What must be finite at a point; by default the left side.
    conditions : tuple of Relation or Words
        What the relation needs, as printed.
    difference : Node, optional
        ``left - right`` of an equation in a form in which like terms have cancelled: its value
        shows what rounding hides in the two sides.
    sizes : tuple of (name, number)
        Sizes to be tried besides the usual ones.

    Examples
    --------
    >>> from derive.check.claim import Plan
    >>> from derive.language.expression import symbol
    >>> x, y = symbol("x"), symbol("y")
    >>> Equation(Relation(2 * x * y, "<=", x**2 + y**2)).examine(Plan()).verdict
    'verified'
    """

    relation: Relation
    definitions: tuple[tuple[Node, Node], ...] = ()
    variable: Node | tuple[Node, ...] | None = None
    inputs: tuple[Node, ...] = ()
    conditions: tuple[Condition, ...] = ()
    difference: Node | None = None
    sizes: tuple[tuple[str, int], ...] = ()
    kind: Kind = "statement"

    def __post_init__(self) -> None:
        right = self.relation.right
        if isinstance(right, Node) and not right.is_scalar:
            require_one_shape(self.relation.left, right)

    def describe(self) -> str:
        return condition_words(self.relation)

    def setting(self) -> Setting:
        left, right = self.relation.left, self.relation.right
        sides = (left, *(right.nodes if isinstance(right, Words) else (right,)))
        variables = as_tuple(self.variable)
        inputs = self.inputs or (left,)
        return Setting(inputs, sides, variables, self.definitions, self.conditions, self.sizes)

    def both_sides(self) -> tuple[Node, Node]:
        """The two nodes that are compared, of one shape."""
        left, right = self.relation.left, self.relation.right
        if isinstance(right, Words) or self.relation.sign in {"in", "is"}:
            raise NoRuleError(f"a relation in words has no value: {self.describe()}")
        if right.is_scalar and not left.is_scalar:
            right = multiply(right, ones(*left.shape))
        return left, right

    def outcome(self, bench: Bench, k: int, evaluation: BallEvaluation) -> Outcome:
        left, right = (evaluation.value(side) for side in self.both_sides())
        sign = self.relation.sign
        if sign == "=" or not (is_finite(left) and is_finite(right)):
            return self._seen_closely(compare(left, right, bench.plan), evaluation)
        differences = (left - right).entries()
        if all(_HOLDS[sign](x) for x in differences):
            return Outcome("agree", 0.0, left, right)
        fails = _HOLDS.get(_OPPOSITE[sign], _is_zero)
        if any(fails(x) for x in differences):
            return Outcome("differ", float("inf"), left, right)
        return self._tie(bench, left, right)

    def _seen_closely(self, outcome: Outcome, evaluation: BallEvaluation) -> Outcome:
        """The sides differ also where only their difference tells so."""
        if self.difference is None or outcome.state == "undefined":
            return outcome
        gap = evaluation.value(self.difference)
        if not is_finite(gap) or all(x.contains(0) for x in gap.entries()):
            return outcome
        return Outcome("differ", float("inf"), outcome.left, outcome.right, gap)

    @property
    def has_twin(self) -> bool:
        return self.relation.sign == "=" and isinstance(self.relation.right, Node)

    def double_sides(self, evaluation: DoubleEvaluation) -> tuple[Array, Array, Array]:
        if not self.has_twin:
            return super().double_sides(evaluation)
        left, right = (evaluation.value(side) for side in self.both_sides())
        return left, right, left

    def _tie(self, bench: Bench, left: Any, right: Any) -> Outcome:
        """Both sides overlap: equality is accepted where the sign allows it."""
        outcome = compare(left, right, bench.plan)
        if self.relation.sign in {"<=", ">="}:
            return outcome
        return replace(outcome, state="wide")

    def mutants(self) -> tuple[Equation, ...]:
        if isinstance(self.relation.right, Words):
            return ()
        left, right = self.both_sides()
        if self.relation.sign == "=":
            return tuple(
                replace(self, relation=Relation(left, "=", other), difference=None)
                for other in mutants_of(right)
            )
        opposite = _OPPOSITE[self.relation.sign]
        return (replace(self, relation=Relation(left, opposite, right)),)
