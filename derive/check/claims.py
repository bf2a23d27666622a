"""Claims that are tested at points: how one is examined, and equalities of two nodes.

A claim supplies its setting and one comparison at one point; everything else (points,
doubling of precision, conditions, levels, counterexamples) is here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from flint import arb, arb_mat

from derive.check.branches import has_own_branch
from derive.check.claim import Finding, Kind, Plan
from derive.check.compare import Outcome, compare, precisions
from derive.check.conditions import broken_condition
from derive.check.directions import compare_slopes, direction_for
from derive.check.doubles import DoubleEvaluation
from derive.check.evaluate import BallEvaluation, Point, ball_matrix
from derive.check.maps import Array
from derive.check.mutate import mutants_of
from derive.check.points import LEAST_POINTS, Bench, Setting, is_finite
from derive.check.precision import working_precision
from derive.check.words import brief, clip, condition_words
from derive.errors import NoRuleError, ShapeError
from derive.language.expression import Node
from derive.language.functions import FREE, contains, postorder, structure_of
from derive.language.relations import Condition
from derive.language.sizes import shape_text


class PointClaim(ABC):
    """A claim that is compared at admissible points."""

    kind: Kind = "statement"
    level: str = "enclosed at points"
    conditions: tuple[Condition, ...] = ()

    @property
    def has_twin(self) -> bool:
        """Whether the claim says as much with small sizes in the place of large ones."""
        return False

    @property
    def has_input_left(self) -> bool:
        """Whether the left side of an outcome is the input, which a point must have."""
        return False

    @abstractmethod
    def describe(self) -> str:
        """The claim in one line of words."""

    @abstractmethod
    def setting(self) -> Setting:
        """What the claim is about."""

    @abstractmethod
    def outcome(self, bench: Bench, k: int, evaluation: BallEvaluation) -> Outcome:
        """The comparison at point `k` of the bench, at the working precision."""

    @abstractmethod
    def mutants(self) -> tuple[PointClaim, ...]:
        """False variants of the claim."""

    def double_sides(self, evaluation: DoubleEvaluation) -> tuple[Array, Array, Array]:
        """Both sides in double precision, and values on whose scale small ones are seen."""
        raise NoRuleError(
            "a claim of this kind takes too long to check at these fixed sizes; "
            "name the sizes (n x d) instead"
        )

    def second_opinion(self, bench: Bench, k: int, outcome: Outcome) -> str | float | None:
        """An independent route where the first agrees: its error, what is wrong, or nothing."""
        return 0.0

    def examine(self, plan: Plan) -> Finding:
        """Try to refute the claim at points of its own."""
        try:
            bench = Bench(self.setting(), plan)
        except NoRuleError as error:
            return self._unchecked(str(error).split("\n")[0])
        return self.examine_on(bench)

    def examine_on(self, bench: Bench) -> Finding:
        """Try to refute the claim at the points of a bench."""
        try:
            return self._examine(bench)
        except NoRuleError as error:
            return self._unchecked(str(error).split("\n")[0], bench)

    def is_refuted_on(self, bench: Bench) -> bool:
        """Whether some point of a bench refutes the claim; it stops at the first."""
        outcomes = (self.decide(bench, k) for k in range(len(bench.points)))
        return any(
            outcome.state in {"differ", "undefined"} and not self._lacks_input(outcome)
            for outcome in outcomes
        )

    def decide(self, bench: Bench, k: int) -> Outcome:
        """The outcome at a point, with more bits while the balls are too wide to tell."""
        for bits in precisions(bench.plan):
            with working_precision(bits):
                outcome = self.outcome(bench, k, bench.evaluation(k, bits))
            if outcome.state in {"agree", "differ"}:
                break
        return outcome

    def _examine(self, bench: Bench) -> Finding:
        worst, used, reason = 0.0, 0, ""
        excluded: dict[str, None] = {}
        for k in range(len(bench.points)):
            outcome = self.decide(bench, k)
            if outcome.state == "wide":
                reason = (
                    "rounding leaves both sides too uncertain to compare, even with 400 digits; "
                    "a simpler form of the input may help"
                )
                continue
            if self._lacks_input(outcome):
                excluded["points where the input is not finite"] = None
                continue
            if outcome.state != "agree":
                excuse = self._excuse(bench, k)
                if excuse is None:
                    return self._refuted(bench, k, outcome)
                excluded[f"points where {condition_words(excuse)} fails"] = None
                continue
            opinion = self.second_opinion(bench, k, outcome)
            if isinstance(opinion, str):
                reason = opinion
            if not isinstance(opinion, float):
                continue
            worst, used = max(worst, outcome.error, opinion), used + 1
        avoided = (*bench.avoided, *excluded)
        if not reason and used < LEAST_POINTS:
            reason = f"only {used} admissible points were found, {LEAST_POINTS} are needed"
            if bench.avoided:
                reason += f" (avoiding {', '.join(bench.avoided)})"
            reason += "; facts such as positive or spd narrow where points are looked for"
        if reason:
            return replace(self._unchecked(reason, bench), points=used, avoided=avoided)
        return Finding(
            self.describe(),
            "verified",
            self._level(bench),
            used,
            worst,
            tuple(bench.sizes),
            avoided,
            kind=self.kind,
        )

    def _lacks_input(self, outcome: Outcome) -> bool:
        """Whether there is nothing to compare with, as the input itself is not finite."""
        return outcome.state == "undefined" and self.has_input_left and not is_finite(outcome.left)

    def _excuse(self, bench: Bench, k: int) -> Condition | None:
        """A printed condition that point `k` breaks."""
        with working_precision(2 * bench.bits):
            return broken_condition(self.conditions, bench.evaluation(k, 2 * bench.bits))

    def _level(self, bench: Bench) -> str:
        """Weaker where a branch was not seen, or the claim has a branch or domain of its own."""
        has_own = has_own_branch(self.setting().sides, bench.guarded)
        if has_own or any(map(bench.is_one_sided, bench.gaps)):
            return "visited regions only"
        return self.level

    def _refuted(self, bench: Bench, k: int, outcome: Outcome) -> Finding:
        reason = "the two sides differ"
        if outcome.state == "undefined":
            reason = "the claim is not finite where the input is"
        return Finding(
            self.describe(),
            "refuted",
            self.level,
            k + 1,
            outcome.error,
            tuple(bench.sizes),
            bench.avoided,
            reason,
            self.kind,
            counterexample(bench.points[k], bench.setting.symbols, outcome),
        )

    def _unchecked(self, reason: str, bench: Bench | None = None) -> Finding:
        sizes = () if bench is None else tuple(bench.sizes)
        avoided = () if bench is None else bench.avoided
        return Finding(
            self.describe(),
            "unchecked",
            "not checked",
            sizes=sizes,
            avoided=avoided,
            reason=reason,
            kind=self.kind,
        )


@dataclass(frozen=True)
class SameValue(PointClaim):
    """A line ``before = after``: both sides have one value at every admissible point.

    Differentials are taken in a free direction of the variable, whatever its facts, so
    that a fact used before differentiation is caught.

    Parameters
    ----------
    before, after : Node, of one shape
    definitions : tuple of (symbol, Node)
        Names that the sides use, in order.
    variable : symbol, tuple of symbol, or None
        What moves in a differential.
    conditions : tuple of Relation or Words
        What the line needs, as printed; a point that breaks one refutes nothing.
    structure : str
        What may vary where a side is ``nabla``; see ``directions.STRUCTURES``.

    Raises
    ------
    ShapeError
        The sides have two shapes.

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> from derive.language.functions import differential
    >>> x = symbol("x")
    >>> line = SameValue(differential(x**3), 3 * x**2 * differential(x), variable=x)
    >>> line.examine(Plan()).verdict
    'verified'
    """

    before: Node
    after: Node
    definitions: tuple[tuple[Node, Node], ...] = ()
    variable: Node | tuple[Node, ...] | None = None
    conditions: tuple[Condition, ...] = ()
    structure: str = "free"
    kind: Kind = "line"

    def __post_init__(self) -> None:
        require_one_shape(self.before, self.after)

    def describe(self) -> str:
        return f"{brief(self.before)} = {brief(self.after)}"

    def setting(self) -> Setting:
        return Setting(
            self._inputs(),
            (self.before, self.after),
            as_tuple(self.variable),
            self.definitions,
            self.conditions,
        )

    def _inputs(self) -> tuple[Node, ...]:
        """What the named things mean and what differentials are taken of; else `before`."""
        inputs = [meaning for _, meaning in self.definitions]
        formal = {"differential", "nabla"}
        inputs.extend(node.args[0] for node in postorder(self.before) if node.op in formal)
        return tuple(dict.fromkeys(inputs or [self.before]))

    def outcome(self, bench: Bench, k: int, evaluation: BallEvaluation) -> Outcome:
        if self._is_gradient_line():
            function, variable = self.before.args
            structure = self._moving()
            E = direction_for(structure, variable, bench, k, evaluation)
            slope = evaluation.along({variable: E}).value(function).direction
            G, X = evaluation.value(self.after), evaluation.value(variable)
            return compare_slopes(structure, slope, G, E, X, bench.plan)
        left, right = evaluation.value(self.before), evaluation.value(self.after)
        return compare(left, right, bench.plan)

    @property
    def has_twin(self) -> bool:
        return True

    @property
    def has_input_left(self) -> bool:
        return True

    def double_sides(self, evaluation: DoubleEvaluation) -> tuple[Array, Array, Array]:
        if self._is_gradient_line():
            function, variable = self.before.args
            slope, claimed = evaluation.slopes(self._moving(), function, variable, self.after)
            return slope, claimed, evaluation.value(function)
        moving = [node.args[0] for node in postorder(self.before) if node.op == "differential"]
        sizes = [float(np.abs(evaluation.value(node)).max()) for node in moving]
        left, right = evaluation.value(self.before), evaluation.value(self.after)
        return left, right, np.full((1, 1, 1), max(sizes, default=0.0))

    def _moving(self) -> str:
        """What may vary in a line ``nabla(f, x) = G``: what the gradient by name says, if any."""
        named = structure_of(self.before)
        return self.structure if named == FREE else named

    def _is_gradient_line(self) -> bool:
        """Whether one direction a point is enough: ``nabla(f, x) = G``."""
        return (
            self.before.op == "nabla"
            and self.before.args[1] in as_tuple(self.variable)
            and not contains(self.after, "nabla")
        )

    def mutants(self) -> tuple[SameValue, ...]:
        return tuple(replace(self, after=after) for after in mutants_of(self.after))


def require_one_shape(left: Node, right: Node) -> None:
    """Raise unless two nodes can be compared entry by entry."""
    if left.shape != right.shape:
        raise ShapeError(
            f"a claim compares {brief(left)} of shape {shape_text(left.shape)} "
            f"with {brief(right)} of shape {shape_text(right.shape)}"
        )


def as_tuple(variable: Node | tuple[Node, ...] | None) -> tuple[Node, ...]:
    """One variable, several or none as a tuple."""
    if variable is None:
        return ()
    return (variable,) if isinstance(variable, Node) else tuple(variable)


def spread(count: int, wanted: int) -> Iterable[int]:
    """`wanted` whole numbers below `count`, evenly apart."""
    return sorted({k * count // wanted for k in range(wanted)}) if count else ()


def counterexample(point: Point, symbols: Iterable[Node], outcome: Outcome) -> str:
    """The point and both values at the entry where they differ most, in short decimals."""
    pairs = list(zip(outcome.left.entries(), outcome.right.entries(), strict=True))
    gaps = [x - y for x, y in pairs] if outcome.gap is None else outcome.gap.entries()
    entry = max(range(len(pairs)), key=lambda i: _size_of_gap(gaps[i]))
    place = f" (entry {entry + 1})" if len(pairs) > 1 else ""
    return f"{_apart(*pairs[entry], gaps[entry])}{place}{at_point(point, symbols)}"


def at_point(point: Point, symbols: Iterable[Node]) -> str:
    """The sizes and the values of the symbols, in short decimals; nothing if there are none."""
    parts = [f"{name} = {value}" for name, value in point.sizes.items()]
    parts.extend(
        f"{symbol.name} = {in_short(ball_matrix(point.values[symbol]))}" for symbol in symbols
    )
    return f" at {clip(', '.join(parts))}" if parts else ""


def _size_of_gap(gap: Any) -> arb:
    """How large a difference is, also below the least float."""
    return gap.abs_upper() if gap.is_finite() else arb("inf")


def _apart(left: arb, right: arb, gap: arb) -> str:
    """Two numbers, and by how much they differ where six digits do not tell."""
    texts = _decimal(left), _decimal(right)
    words = " against ".join(texts)
    if texts[0] != texts[1] or not gap.is_finite():
        return words
    return f"{words}, which differ by {_decimal(abs(gap))}"


def in_short(matrix: arb_mat) -> str:
    """A number, a column as a list, a matrix as a list of rows."""
    if matrix.ncols() > 1:
        rows = ("[" + ", ".join(map(_decimal, row)) + "]" for row in matrix.tolist())
        return "[" + ", ".join(rows) + "]"
    entries = ", ".join(map(_decimal, matrix.entries()))
    return entries if matrix.nrows() == 1 else f"[{entries}]"


def _decimal(x: arb) -> str:
    """Six digits of a ball; nan and infinities by name."""
    if not x.is_finite():
        return "not finite"
    rounded = float(x.mid())
    if (rounded and abs(rounded) < float("inf")) or x.contains(0):
        return f"{rounded:.6g}"
    return str(x.mid().str(6, radius=False))  # past the range of floats
