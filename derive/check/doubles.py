"""Claims at their full sizes in double precision: slopes are differences of the input.

Every comparison is made twice, with two step sizes and with the point moved by a few
roundings.  How far the two disagree is the noise; a gap far above it refutes, a gap within
it agrees, and anything else says nothing.  No enclosure is made, so the level is never
more than ``tested at points``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from derive.check.branches import gaps_of, guarded_by, has_forced_sign, has_own_branch
from derive.check.claim import Plan
from derive.check.evaluate import Definitions, FloatEvaluation
from derive.check.floats import Floats
from derive.check.maps import Array
from derive.check.points import Setting, size_in
from derive.check.sample import Mood, free_direction, sample_symbol
from derive.check.size_sets import size_sets
from derive.check.stream import Stream, fingerprint
from derive.errors import NoRuleError
from derive.language.expression import Node
from derive.language.functions import postorder
from derive.language.relations import Words
from derive.language.sizes import Size, size_names, size_value
from derive.language.whole_numbers import WHOLE_FACTS

MOODS = (Mood(0, 0.5), Mood(1, 0.125), Mood(-1, 0.125), Mood(1, 1.0))
LEAST_DOUBLE_POINTS = 2
SMOOTH_STEP, ROUGH_STEP = 2.0**-10, 2.0**-20  # a large step would cross kinks
# (multiple of the step, weight): fourth order, and second order for kinks
SMOOTH_STENCIL = ((1, 8 / 12), (-1, -8 / 12), (2, -1 / 12), (-2, 1 / 12))
ROUGH_STENCIL = ((1, 1 / 2), (-1, -1 / 2))
ROUNDING = 2.0**-48


def _swap(A: Array) -> Array:
    return np.swapaxes(A, 1, 2)


Moves: TypeAlias = tuple[str, tuple[Node, ...]]  # a structure and what moves in it


@dataclass(frozen=True)
class FloatStructure:
    """A row of ``directions.STRUCTURES`` for batches of floats."""

    direction: Callable[[Array, Array], Array]
    paired: Callable[[Array], Array] = lambda terms: terms
    residual: Callable[[Array, Array], Array] = lambda G, X: G[:, :0]


def _along_diagonals(E: Array, X: Array) -> Array:
    """The entries of the first column and row along their diagonals."""
    steps = np.arange(E.shape[2])[None, :] - np.arange(E.shape[1])[:, None]
    return np.where(steps <= 0, E[:, np.maximum(-steps, 0), 0], E[:, 0, np.maximum(steps, 0)])


_TANGENT = FloatStructure(
    lambda E, X: (E @ _swap(X) - X @ _swap(E)) @ X,
    residual=lambda G, X: _swap(X) @ G + _swap(G) @ X,
)
FLOAT_STRUCTURES: dict[str, FloatStructure] = {
    "free": FloatStructure(lambda E, X: E),
    "symmetric": FloatStructure(lambda E, X: E + _swap(E), residual=lambda G, X: G - _swap(G)),
    "entries": FloatStructure(
        lambda E, X: E + _swap(E), np.triu, residual=lambda G, X: G - _swap(G)
    ),
    "diagonal": FloatStructure(
        lambda E, X: E * np.eye(E.shape[1]), residual=lambda G, X: G * (1 - np.eye(G.shape[1]))
    ),
    "lower": FloatStructure(lambda E, X: np.tril(E), residual=lambda G, X: np.triu(G, 1)),
    "upper": FloatStructure(lambda E, X: np.triu(E), residual=lambda G, X: np.tril(G, -1)),
    "skew": FloatStructure(lambda E, X: E - _swap(E), residual=lambda G, X: G + _swap(G)),
    "orthogonal": _TANGENT,
    "sphere": _TANGENT,
    "simplex": FloatStructure(
        lambda E, x: E - np.roll(E, -1, axis=1), residual=lambda G, x: G.sum(axis=1, keepdims=True)
    ),
    "toeplitz": FloatStructure(
        _along_diagonals, residual=lambda G, X: G[:, 1:, 1:] - G[:, :-1, :-1]
    ),
}


def _side_by_side(one: Array, other: Array) -> tuple[Array, Array]:
    """Two batches at the same number of points."""
    count = max(len(one), len(other))
    return (
        np.broadcast_to(one, (count, *one.shape[1:])),
        np.broadcast_to(other, (count, *other.shape[1:])),
    )


class Doubles(Floats):
    """Floats whose inverse is taken as it comes: the noise shows a bad condition."""

    def inverse(self, A: Array) -> Array:
        try:
            return np.asarray(np.linalg.inv(A))
        except np.linalg.LinAlgError:
            return np.full_like(A, np.nan)


def _logdet(A: Array) -> Array:
    signs, logarithms = np.linalg.slogdet(A)
    return np.asarray(np.where(signs > 0, logarithms, np.nan))[:, None, None]


def _adjugate(A: Array) -> Array:
    """det A times the inverse: the recursion that needs no inverse loses all digits here."""
    numbers = Doubles()
    return np.asarray(numbers.det(A) * numbers.inverse(A))


def _shifted(axes: tuple[int, ...]) -> tuple[Callable[[Array], Array], Callable[[Array], Array]]:
    """logsumexp and softmax along axes, without overflow."""

    def log_sum(A: Array) -> Array:
        top = A.max(axis=axes, keepdims=True)
        return np.asarray(top + np.log(np.exp(A - top).sum(axis=axes, keepdims=True)))

    def weights(A: Array) -> Array:
        parts = np.exp(A - A.max(axis=axes, keepdims=True))
        return np.asarray(parts / parts.sum(axis=axes, keepdims=True))

    return log_sum, weights


_LOGSUMEXP, _SOFTMAX = _shifted((1, 2))
_ROWLOGSUMEXP, _ROWSOFTMAX = _shifted((2,))
# forms that stay in the range of floats at large sizes
STABLE: dict[str, Callable[[Array], Array]] = {
    "logdet": _logdet,
    "logsumexp": _LOGSUMEXP,
    "softmax": _SOFTMAX,
    "rowlogsumexp": _ROWLOGSUMEXP,
    "rowsoftmax": _ROWSOFTMAX,
    "adjugate": _adjugate,
}


class PlainDoubles(FloatEvaluation):
    """Values at a batch of points."""

    def __init__(
        self, sizes: Mapping[str, int], values: Mapping[Node, Array], definitions: Definitions
    ):
        super().__init__(sizes, values, definitions)
        self.numbers = Doubles()

    def combine(self, node: Node, args: list[Any]) -> Any:
        stable = STABLE.get(node.op)
        return stable(args[0]) if stable else super().combine(node, args)


class DoubleEvaluation(PlainDoubles):
    """Values at a batch of points, with slopes from differences along given directions."""

    def __init__(
        self,
        sizes: Mapping[str, int],
        values: Mapping[Node, Array],
        directions: Mapping[Node, Array],
        definitions: Definitions,
        step: float,
    ):
        super().__init__(sizes, values, definitions)
        self.directions = directions
        self.step = step
        self._moved: dict[Moves, list[tuple[float, PlainDoubles]]] = {}

    def tangent(self, node: Node) -> Any:
        return self.slope(node, "free", tuple(self.directions))

    def slope(self, node: Node, structure: str, variables: tuple[Node, ...]) -> Array:
        """The change of a node where variables move in a structure, divided by the step."""
        if node in self.directions and structure == "free":
            return self.directions[node]
        moves = structure, variables
        if moves not in self._moved:
            self._moved[moves] = self._around(structure, variables)
        total: Any = 0.0
        for weight, evaluation in self._moved[moves]:
            total = total + weight / self.step * evaluation.value(node)
        return np.asarray(total)

    def direction(self, structure: str, variable: Node) -> Array:
        """The direction of a variable in a structure."""
        if structure not in FLOAT_STRUCTURES:
            raise NoRuleError(
                f"structure {structure!r} is only checked in ball arithmetic, which takes too "
                "long at these sizes; name the sizes (n x d) instead"
            )
        E, X = self.directions[variable], self.values[variable]
        return FLOAT_STRUCTURES[structure].direction(E, X)

    def slopes(
        self, structure: str, function: Node, variable: Node, gradient: Node
    ) -> tuple[Array, Array]:
        """The slope of a function and the one that a gradient claims.

        Below them stand zeros, and the part of the gradient that must vanish.
        """
        slope = self.slope(function, structure, (variable,))
        row, G = FLOAT_STRUCTURES[structure], self.value(gradient)
        terms = row.paired(G * self.direction(structure, variable))
        rest = row.residual(G, self.values[variable])
        claimed, rest = _side_by_side(
            terms.sum(axis=(1, 2), keepdims=True), rest.reshape(len(rest), -1, 1)
        )
        slope, nothing = _side_by_side(slope, np.zeros_like(rest))
        return np.concatenate([slope, nothing], axis=1), np.concatenate([claimed, rest], axis=1)

    def _around(
        self, structure: str, variables: tuple[Node, ...]
    ) -> list[tuple[float, PlainDoubles]]:
        moves = {variable: self.direction(structure, variable) for variable in variables}
        stencil = ROUGH_STENCIL if self.step < SMOOTH_STEP / 4 else SMOOTH_STENCIL
        around = []
        for multiple, weight in stencil:
            moved = {v: self.values[v] + multiple * self.step * E for v, E in moves.items()}
            values = {**self.values, **moved}
            definitions = tuple(self.definitions.items())
            moved_evaluation = PlainDoubles(self.sizes, values, definitions)
            moved_evaluation.indices = self.indices
            around.append((weight, moved_evaluation))
        return around


class DoubleBench:
    """A batch of points at full size, in two evaluations of different noise.

    ``is_usable`` says at which points the input is finite and the printed inequalities hold.
    """

    def __init__(self, setting: Setting, plan: Plan):
        self.setting = setting
        self.inputs = postorder(*(m for _, m in setting.definitions), *setting.inputs)
        self.gaps = [gap for node in self.inputs for gap in gaps_of(node)]
        stream = Stream(fingerprint(setting.nodes, plan.seed))
        self.sizes = self._sizes()
        if any("orthonormal" in symbol.facts for symbol in setting.symbols):
            raise NoRuleError(
                "orthogonal matrices of these fixed sizes take too long to make; "
                "name the sizes (n x n) instead"
            )
        batches = {s: sample_symbol(s, self.sizes, stream, MOODS) for s in setting.symbols}
        values = {s: batch.values for s, batch in batches.items()}
        directions = {v: self._direction(v, stream) for v in setting.variables}
        has_peaks = any(node.op in {"max", "min", "norminf", "peak"} for node in self.inputs)
        step = ROUGH_STEP if self.gaps or has_peaks else SMOOTH_STEP
        near = {s: v if s.facts & WHOLE_FACTS else v * _roundings(v) for s, v in values.items()}
        self.evaluations = (
            DoubleEvaluation(self.sizes, values, directions, setting.definitions, step),
            DoubleEvaluation(self.sizes, near, directions, setting.definitions, step / 2),
        )
        self.is_usable = np.ones(len(MOODS), dtype=bool)
        for batch in batches.values():
            self.is_usable &= batch.is_usable
        for node in self.inputs:
            value = self.evaluations[0].value(node)
            self.is_usable &= np.isfinite(value).all(axis=(1, 2))
        for condition in setting.conditions:
            if not isinstance(condition, Words) and not isinstance(condition.right, Words):
                holds = _SIGNS.get(condition.sign, _never)
                sides = (condition.left, condition.right)
                left, right = (self.evaluations[0].value(side) for side in sides)
                self.is_usable &= np.asarray(holds(left, right)).all(axis=(1, 2))

    def _sizes(self) -> dict[str, int]:
        symbols = self.setting.symbols
        nodes = (*symbols, *postorder(*self.setting.nodes))
        names = dict.fromkeys(name for node in nodes for name in sorted(size_names(node.shape)))
        for size in map(size_in, nodes):
            if isinstance(size, Size):
                names.update(dict.fromkeys(sorted(size.names)))
        return size_sets(tuple(names), [symbol.shape for symbol in symbols])[0]

    def _direction(self, variable: Node, stream: Stream) -> Array:
        """A direction of about unit length, so that a step is small however many entries move."""
        rows, columns = (size_value(size, self.sizes) for size in variable.shape)
        E = free_direction((rows, columns), stream)[None]
        return np.asarray(E / 2.0 ** round(np.log2(rows * columns) / 2))

    def has_hidden_branch(self, sides: tuple[Node, ...]) -> bool:
        """Whether the claim branches on its own, or a branch of the input was not seen."""
        if has_own_branch(sides, guarded_by(self.inputs, self.setting.definitions)):
            return True
        for gap in self.gaps:
            values = self.evaluations[0].value(gap)[self.is_usable]
            if not has_forced_sign(gap) and not ((values > 0).any() and (values < 0).any()):
                return True
        return False


def _never(left: Array, right: Array) -> Array:
    return np.zeros((1, 1, 1), dtype=np.float64)


_SIGNS: dict[str, Callable[[Array, Array], Any]] = {
    "!=": lambda left, right: np.abs(left - right) > 1e-9 * (np.abs(left) + np.abs(right)),
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def _roundings(value: Array) -> Array:
    """Factors a few roundings away from one."""
    places = np.arange(value[0].size).reshape(value.shape[1:])
    return np.asarray(1 + ROUNDING * (places * 7919 % 5 - 2))
