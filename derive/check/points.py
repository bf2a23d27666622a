"""Admissible points: where the input is finite and every selector has a definite sign.

Candidates are drawn many at a time and scanned with floats; the few that are kept are
confirmed with balls.  What is scanned is the *input* of a question, never the answer:
points chosen by the answer would hide a wrong branch of it.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from derive.check.branches import gaps_of, guarded_by, has_forced_sign, is_rough_norm
from derive.check.claim import Plan
from derive.check.conditions import (
    broken_condition,
    can_be_sampled,
    nodes_of,
    tall_shapes,
)
from derive.check.contradictions import Contradiction, contradiction
from derive.check.evaluate import (
    BallEvaluation,
    FloatEvaluation,
    Point,
)
from derive.check.precision import bits_for, working_precision
from derive.check.sample import MOODS, Batch, Mood, free_direction, sample_symbol
from derive.check.scan import Scan, scan
from derive.check.size_sets import size_sets
from derive.check.sizes_as_numbers import LEAST_DEGREE, degree_in_sizes, larger_sizes
from derive.check.stream import Stream, fingerprint
from derive.check.words import condition_words
from derive.errors import NoRuleError
from derive.language.expression import Node
from derive.language.functions import postorder
from derive.language.relations import Condition
from derive.language.sizes import Dim, Shape, Size, size_value

LEAST_POINTS = 6  # below this a claim is unchecked
FIRST_BATCH, WIDE_BATCH = 16, 64
MOST_ENTRIES = 200_000  # candidates with many fixed large sizes are fewer
MOST_SPARES = 12  # points set aside per size set because they break a condition
LARGER_POINTS = 2  # at further sizes, where sizes are numbers
EXTRA_POINTS = 3  # more per size set where a selector shows a new sign pattern


@dataclass(frozen=True)
class Setting:
    """What a claim is about: its input, what may vary, the names it uses.

    Attributes
    ----------
    inputs : tuple of Node
        Finite at every admissible point.
    sides : tuple of Node
        What is compared; only their symbols matter here.
    variables : tuple of symbol
        What moves in a differential.
    definitions : tuple of (symbol, Node)
    conditions : tuple of Relation or Words
        What is assumed; points that break one are left out.
    sizes : tuple of (name, number)
        Sizes at which points are wanted besides those of every claim.
    """

    inputs: tuple[Node, ...]
    sides: tuple[Node, ...] = ()
    variables: tuple[Node, ...] = ()
    definitions: tuple[tuple[Node, Node], ...] = ()
    conditions: tuple[Condition, ...] = ()
    sizes: tuple[tuple[str, int], ...] = ()

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Everything that occurs, meanings of names included."""
        meanings = (meaning for _, meaning in self.definitions)
        return (*meanings, *self.inputs, *self.sides, *nodes_of(self.conditions))

    @cached_property
    def symbols(self) -> tuple[Node, ...]:
        """The free symbols in the order of their first appearance."""
        names = {name for name, _ in self.definitions}
        found = postorder(*self.nodes, *self.variables)
        return tuple(node for node in found if node.op == "symbol" and node not in names)


def merge(settings: Sequence[Setting]) -> Setting:
    """One setting in which several claims with the same names and variables can be checked."""
    first = settings[0]
    inputs = dict.fromkeys(node for setting in settings for node in setting.inputs)
    sides = dict.fromkeys(node for setting in settings for node in setting.sides)
    conditions = dict.fromkeys(c for setting in settings for c in setting.conditions)
    return Setting(
        tuple(inputs),
        tuple(sides),
        first.variables,
        first.definitions,
        tuple(conditions),
        next((setting.sizes for setting in settings if setting.sizes), ()),
    )


@dataclass
class Bench:
    """Admissible points of one setting, with evaluations shared by all claims on it."""

    setting: Setting
    plan: Plan
    points: list[Point] = field(default_factory=list)
    sizes: list[tuple[tuple[str, int], ...]] = field(default_factory=list)
    avoided: tuple[str, ...] = ()
    _evaluations: dict[tuple[int, int], BallEvaluation] = field(default_factory=dict)
    _spare: list[tuple[BallEvaluation, Condition]] = field(default_factory=list)
    _lost: set[str] = field(default_factory=set)
    _barren: list[dict[str, int]] = field(default_factory=list)
    references: dict[Hashable, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bits = bits_for(self.plan.digits)
        self.stream = Stream(fingerprint(self.setting.nodes, self.plan.seed))
        self.input_order = self._input_order()
        self.selectors = [node for node in self.input_order if gaps_of(node)]
        self.gaps = _gaps(self.selectors)
        self.claimed = [
            gap for gap in _gaps(postorder(*self.setting.sides)) if gap not in self.gaps
        ]
        self._find_points()
        self.avoided = self._avoided()

    def evaluation(self, k: int, bits: int) -> BallEvaluation:
        """The shared evaluation at point `k`; the caller has set the precision to `bits`."""
        key = k, bits
        if key not in self._evaluations:
            self._evaluations[key] = BallEvaluation(self.points[k], self.setting.definitions)
        return self._evaluations[key]

    def contradiction(self) -> Contradiction | None:
        """A condition that fails everywhere, sought where no point kept them all."""
        stream = Stream(fingerprint(self.setting.nodes, self.plan.seed))
        return contradiction(
            self.setting.conditions, self.setting.definitions, self._barren, stream
        )

    @cached_property
    def size_names(self) -> tuple[str, ...]:
        """The names of the symbolic sizes, in the order of appearance."""
        found: dict[str, None] = {}
        for node in (*self.setting.symbols, *postorder(*self.setting.nodes)):
            for size in (*node.shape, size_in(node)):
                if isinstance(size, Size):
                    found.update(dict.fromkeys(size.names_in_order))
        return tuple(found)

    def _input_order(self) -> list[Node]:
        """Every node below the inputs and the names, arguments first."""
        meanings = [meaning for _, meaning in self.setting.definitions]
        return postorder(*meanings, *self.setting.inputs)

    def _find_points(self) -> None:
        wanted = max(self.plan.points, LEAST_POINTS)
        shapes = self._shapes()
        tall = [symbol.shape for symbol in self.setting.symbols if "orthonormal" in symbol.facts]
        sets = size_sets(self.size_names, shapes, tall)
        if not sets:
            raise NoRuleError("the sizes at which points are looked for do not fit the parts taken")
        share = wanted if len(sets) == 1 else -(-wanted // 3)
        wide = max(LEAST_POINTS, min(WIDE_BATCH, MOST_ENTRIES // self._entries(sets[0])))
        first = wide if self.gaps or self.claimed else min(wide, FIRST_BATCH)
        for number, sizes in enumerate(sets):
            if number >= 3 and len(self.points) >= wanted:
                break
            found = self._add_points(sizes, share, first, is_mixed=False)
            if found < share:
                found += self._add_points(sizes, share - found, wide, is_mixed=True)
        tall += tall_shapes(self.setting.conditions)
        self._find_more(tall, sets, share, wanted)
        if all(1 in point.sizes.values() for point in self.points):
            further = size_sets(self.size_names, shapes, tall)
            self._barren = [row for row in (*sets, *further) if 1 not in row.values()]
        self._use_spares(wanted)
        self._add_larger(sets)

    def _shapes(self) -> list[Shape]:
        """Shapes that every set of sizes must allow: of symbols, and of the room for parts."""
        rooms = [room for node in postorder(*self.setting.nodes) for room in rooms_of(node)]
        return [*(symbol.shape for symbol in self.setting.symbols), *rooms]

    def _add_larger(self, sets: Sequence[dict[str, int]]) -> None:
        """A few points at further sizes where sizes are numbers that could cancel at the first."""
        wanted = dict(self.setting.sizes)
        if not wanted and sets[0] and degree_in_sizes(self.setting.nodes) >= LEAST_DEGREE:
            wanted = larger_sizes(self.size_names, self.stream, sets[:3])
        if wanted and wanted.keys() == set(self.size_names):
            self._add_points(wanted, LARGER_POINTS, FIRST_BATCH, is_mixed=False)

    def _find_more(
        self,
        tall: Sequence[Shape],
        tried: Sequence[dict[str, int]],
        share: int,
        wanted: int,
    ) -> None:
        """Look where the matrices that must be invertible can be, if there are few points."""
        if len(self.points) >= wanted:
            return
        for sizes in size_sets(self.size_names, self._shapes(), tall):
            if sizes not in tried and len(self.points) < wanted:
                self._add_points(sizes, share, WIDE_BATCH, is_mixed=False)

    def _use_spares(self, wanted: int) -> None:
        """Points that break a condition serve only where too few keep them all."""
        missing = wanted - len(self.points)
        for evaluation, _ in self._spare[: max(0, missing)]:
            self._keep(evaluation)
        for _, broken in self._spare[max(0, missing) :]:
            self._lost.add(f"points where {condition_words(broken)} fails")

    def _keep(self, evaluation: BallEvaluation) -> None:
        """Take a point with its evaluation."""
        self._evaluations[len(self.points), self.bits] = evaluation
        self.points.append(evaluation.point)
        sizes = tuple(evaluation.point.sizes.items())
        if sizes not in self.sizes:
            self.sizes.append(sizes)

    def _entries(self, sizes: dict[str, int]) -> int:
        """How many numbers a point has."""
        shapes = (symbol.shape for symbol in self.setting.symbols)
        return 1 + sum(size_value(r, sizes) * size_value(c, sizes) for r, c in shapes)

    def _add_points(self, sizes: dict[str, int], share: int, count: int, *, is_mixed: bool) -> int:
        """Find up to `share` admissible points, a few more for new sign patterns."""
        batches = {
            symbol: sample_symbol(symbol, sizes, self.stream, _moods(count, j * is_mixed))
            for j, symbol in enumerate(self.setting.symbols)
        }
        seen = self._scan(sizes, batches, count)
        conditions = [c for c in self.setting.conditions if can_be_sampled(c)]
        limit = max(share, min(seen.fresh, share + EXTRA_POINTS))
        found, spare = 0, len(self._spare)
        with working_precision(self.bits):
            for k in seen.order:
                if found >= limit or len(self._spare) - spare >= MOST_SPARES:
                    break
                point = self._point(sizes, batches, k)
                evaluation = BallEvaluation(point, self.setting.definitions)
                if not self._is_admissible(evaluation):
                    continue
                broken = broken_condition(conditions, evaluation)
                if broken is None:
                    self._keep(evaluation)
                    found += 1
                else:
                    self._spare.append((evaluation, broken))
        return found

    def _point(self, sizes: dict[str, int], batches: dict[Node, Batch], k: int) -> Point:
        directions = {}
        for variable in self.setting.variables:
            rows, columns = (size_value(size, sizes) for size in variable.shape)
            directions[variable] = free_direction((rows, columns), self.stream)
        values = {symbol: batch.point(k) for symbol, batch in batches.items()}
        return Point(sizes, values, directions)

    def _scan(self, sizes: dict[str, int], batches: dict[Node, Batch], count: int) -> Scan:
        """Look at the candidates with floats; remember where the input is not finite."""
        values = {symbol: batch.values for symbol, batch in batches.items()}
        evaluation = FloatEvaluation(sizes, values, self.setting.definitions)
        is_usable = np.ones(count, dtype=bool)
        for batch in batches.values():
            is_usable &= batch.is_usable
        seen = scan(evaluation, is_usable, self.input_order, self.gaps, self.claimed)
        self._lost |= seen.lost
        return seen

    def _is_admissible(self, evaluation: BallEvaluation) -> bool:
        """Whether the input is finite in balls, tangents included, away from every kink."""
        for node in self.setting.inputs:
            is_usable = is_finite(evaluation.value(node))
            if is_usable and self.setting.variables:
                is_usable = is_finite(evaluation.tangent(node))
            if not is_usable:
                return False
        arguments = (evaluation.value(gap) for gap in self.gaps)
        return all(x > 0 or x < 0 or x.is_zero() for A in arguments for x in A.entries())

    @cached_property
    def guarded(self) -> frozenset[Node]:
        """What the input takes a logarithm, root or branch of, also by its given name."""
        return guarded_by(self.input_order, self.setting.definitions)

    def is_one_sided(self, gap: Node) -> bool:
        """Whether what selects a branch was seen with one sign only where it could have two."""
        if has_forced_sign(gap):
            return False
        with working_precision(self.bits):
            signs = {
                x > 0
                for k in range(len(self.points))
                for x in self.evaluation(k, self.bits).value(gap).entries()
                if not x.is_zero()
            }
        return len(signs) < 2

    def _avoided(self) -> tuple[str, ...]:
        """Kinks of the input always, the edges of domains where candidates were lost to them."""
        names = (_kinked(node) for node in self.selectors)
        kinks = [f"the kink of {name}" for name in names]
        roots = (node.op == "norm2" for node in self.setting.inputs)
        if self.setting.variables and (any(roots) or any(map(is_rough_norm, self.input_order))):
            kinks.append("the zero of a norm")
        return tuple(dict.fromkeys([*kinks, *sorted(self._lost - {""})]))


def _gaps(nodes: Sequence[Node]) -> list[Node]:
    """All that selects a branch of some nodes, each once."""
    return list(dict.fromkeys(gap for node in nodes for gap in gaps_of(node)))


def _kinked(selector: Node) -> str:
    """The name of the function that has the kink."""
    if selector.op in {"map", "combine"}:
        return str(selector.data)
    named = {"norm1": "abs", "norminf": "max", "peak": selector.data}
    return str(named.get(selector.op, selector.op))


def rooms_of(node: Node) -> list[Shape]:
    """Sizes that are one or more where a part, if the node is one, fits into its matrix."""
    if node.op != "part":
        return []
    places = zip(node.args[0].shape, node.data, node.shape, strict=True)
    left = [size + -1 * (first + wanted) + 1 for size, first, wanted in places]
    return [(size, 1) for size in left if isinstance(size, Size)]


def size_in(node: Node) -> Dim | Node:
    """The size that a node speaks of apart from its shape; 1 where it speaks of none."""
    if node.op == "size":
        size: Dim = node.data
        return size
    return node.data.last if node.op == "index" else 1


def is_finite(matrix: Any) -> bool:
    """Whether every entry of a ball matrix is a finite ball."""
    return all(x.is_finite() for x in matrix.entries())


def _moods(count: int, shift: int) -> list[Mood]:
    """The moods in turn; with a shift, against another symbol's in every combination."""
    return [MOODS[(k + k // len(MOODS) * shift) % len(MOODS)] for k in range(count)]
