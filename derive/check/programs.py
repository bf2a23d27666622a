"""Numeric quadratic programs: read off from a problem by its values, solved by the KKT system.

The matrices come from values of the objective and the constraints at unit vectors, not from
any formula of the engine, and the solution from the stationarity equations over all sets of
active inequalities: slow, exact to rounding, and independent of how a dual was derived.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derive.check.evaluate import FloatEvaluation
from derive.check.stream import Stream
from derive.language.expression import Node
from derive.language.relations import Relation
from derive.language.sizes import size_value

Array = NDArray[np.float64]

MAX_INEQUALITIES = 10
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Setting:
    """Numbers for the sizes and the data of a problem."""

    sizes: Mapping[str, int]
    data: Mapping[Node, Array]  # each (1, rows, columns)

    def value(self, node: Node, moving: Mapping[Node, Array]) -> Array:
        """The value of a node at a batch of points, shape (points, rows, columns)."""
        count = next((len(v) for v in moving.values()), 1)
        values = {s: np.broadcast_to(v, (count, *v.shape[1:])) for s, v in self.data.items()}
        shape = (count, *self.shape(node))
        result = FloatEvaluation(self.sizes, {**values, **moving}).value(node)
        return np.broadcast_to(np.asarray(result, dtype=float), shape)

    def shape(self, node: Node) -> tuple[int, int]:
        """The shape of a node in numbers."""
        return size_value(node.shape[0], self.sizes), size_value(node.shape[1], self.sizes)

    def unpack(self, points: Array, symbols: Sequence[Node]) -> dict[Node, Array]:
        """Rows of numbers as one array for each symbol."""
        found, start = {}, 0
        for symbol in symbols:
            rows, columns = self.shape(symbol)
            stop = start + rows * columns
            found[symbol] = points[:, start:stop].reshape(-1, rows, columns)
            start = stop
        return found

    def length(self, symbols: Sequence[Node]) -> int:
        """How many numbers the symbols hold together."""
        return sum(rows * columns for rows, columns in map(self.shape, symbols))

    def residual(self, relation: Relation, moving: Mapping[Node, Array]) -> Array:
        """Left minus right at a batch of points, one row of numbers a point."""
        assert isinstance(relation.right, Node)
        gap = self.value(relation.left, moving) - self.value(relation.right, moving)
        return gap.reshape(len(gap), -1)

    def affine(self, relation: Relation, symbols: Sequence[Node]) -> tuple[Array, Array]:
        """``M, r`` such that left minus right is ``M x + r``."""
        size = self.length(symbols)
        points = np.vstack([np.zeros((1, size)), np.eye(size)])
        values = self.residual(relation, self.unpack(points, symbols))
        return (values[1:] - values[0]).T, values[0]

    def quadratic(self, node: Node, symbols: Sequence[Node]) -> tuple[Array, Array, float]:
        """``H, c, r`` such that a quadratic scalar is ``1/2 x'Hx + c'x + r``."""
        size = self.length(symbols)
        unit = np.eye(size)
        first, second = np.triu_indices(size)
        points = np.vstack([np.zeros((1, size)), unit, -unit, unit[first] + unit[second]])
        values = self.value(node, self.unpack(points, symbols)).reshape(-1)
        base, plus, minus = values[0], values[1 : size + 1], values[size + 1 : 2 * size + 1]
        hessian = np.zeros((size, size))
        hessian[first, second] = values[2 * size + 1 :] - plus[first] - plus[second] + base
        hessian = hessian + np.triu(hessian, 1).T
        return hessian, (plus - minus) / 2, float(base)


@dataclass(frozen=True)
class Program:
    """``min 1/2 x'Hx + c'x + r`` subject to ``E x = e`` and ``G x <= h``, in numbers."""

    hessian: Array
    slope: Array
    base: float
    equal: Array
    equal_right: Array
    below: Array
    below_right: Array


@dataclass(frozen=True)
class Optimum:
    """A solution: point, value, multipliers of equalities and inequalities, active set."""

    point: Array
    value: float
    equal: Array
    below: Array
    active: tuple[int, ...]


def program(
    setting: Setting, objective: Node, variables: Sequence[Node], constraints: Sequence[Relation]
) -> Program:
    """Read the matrices of a problem off its values."""
    size = setting.length(variables)
    hessian, slope, base = setting.quadratic(objective, variables)
    equal, equal_right = [np.zeros((0, size))], [np.zeros(0)]
    below, below_right = [np.zeros((0, size))], [np.zeros(0)]
    for relation in constraints:
        matrix, offset = setting.affine(relation, variables)
        if relation.sign == "=":
            equal.append(matrix)
            equal_right.append(-offset)
        else:
            turn = 1.0 if relation.sign == "<=" else -1.0
            below.append(turn * matrix)
            below_right.append(-turn * offset)
    return Program(
        hessian,
        slope,
        base,
        np.vstack(equal),
        np.concatenate(equal_right),
        np.vstack(below),
        np.concatenate(below_right),
    )


def random_rows(size: int, stream: Stream, count: int) -> Array:
    """Numbers between -2 and 2, none of them special."""
    return stream.integers(-2048, 2048, (count, size)) / 1024.0


def optimum(numbers: Program, guess: tuple[int, ...] = ()) -> Optimum | None:
    """The minimum of a convex program, or None if no active set gives a KKT point.

    `guess` is the active set tried first.
    """
    count = len(numbers.below_right)
    if count > MAX_INEQUALITIES:
        return None
    subsets = chain.from_iterable(combinations(range(count), k) for k in range(count + 1))
    for active in chain([guess], subsets):
        found = _stationary(numbers, active)
        if found is not None:
            return found
    return None


def _stationary(numbers: Program, chosen: tuple[int, ...]) -> Optimum | None:
    """The KKT point with these inequalities active, if it is one."""
    active = list(chosen)
    rows = np.vstack([numbers.equal, numbers.below[active]])
    right = np.concatenate([numbers.equal_right, numbers.below_right[active]])
    size, count = len(numbers.slope), len(right)
    system = np.block([[numbers.hessian, rows.T], [rows, np.zeros((count, count))]])
    target = np.concatenate([-numbers.slope, right])
    solution: Any = np.linalg.lstsq(system, target, rcond=1e-12)[0]
    scale = 1.0 + float(np.abs(target).max(initial=0.0)) + float(np.abs(solution).max(initial=0.0))
    if np.abs(system @ solution - target).max(initial=0.0) > TOLERANCE * scale:
        return None
    point, equal_count = solution[:size], len(numbers.equal_right)
    multipliers = np.zeros(len(numbers.below_right))
    multipliers[active] = solution[size + equal_count :]
    slack = numbers.below_right - numbers.below @ point
    if (slack < -TOLERANCE * scale).any() or (multipliers < -TOLERANCE * scale).any():
        return None
    value = numbers.base + numbers.slope @ point + point @ numbers.hessian @ point / 2
    return Optimum(point, float(value), solution[size : size + equal_count], multipliers, chosen)
