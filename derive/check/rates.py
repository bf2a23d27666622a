"""How the optimal value moves with the right sides of the constraints, in numbers.

The optimal value is convex in the right sides, so a rate is a slope of it exactly if it
lies between the difference quotients to both sides, at any step.  This holds at kinks
too, and where one side is infeasible (its quotient is infinite); nothing that is right is
refuted by it.  A direction with quotients far apart says little, and is not counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from derive.check.dual_samples import TOLERANCE, DualStatement, Instance, multipliers_of
from derive.check.programs import Array, Optimum, Program, Setting, optimum, random_rows
from derive.check.stream import Stream
from derive.language.expression import Node
from derive.language.relations import Relation

STEP = 1e-5
WIDEST = 1e-3  # quotients that differ by more leave room for a wrong rate


@dataclass(frozen=True)
class Solved:
    """A program with its optimum and the numbers that the rates are made of."""

    program: Program
    found: Optimum
    known: dict[Node, Array]


def rate_error(said: DualStatement, one: Instance, stream: Stream) -> float | None:
    """How far the printed rates lie outside the quotients; None if no direction counts."""
    errors = [
        error
        for solved in _programs(said, one, stream)
        for node, relation in zip(said.sensitivities, said.worked.constraints, strict=True)
        if (error := _relation_error(said, one.setting, solved, node, relation, stream)) is not None
    ]
    return max(errors, default=None)


def _programs(said: DualStatement, one: Instance, stream: Stream) -> Iterator[Solved]:
    """The sampled program, and the same one with other right sides.

    With the right sides as written every multiplier may be zero, as in ``x >= 0``.  Others
    that a random point meets give multipliers that are not.
    """
    yield Solved(one.program, one.found, {**one.multipliers, **one.duals})
    if not all(node.symbols <= frozenset(said.multipliers) for node in said.sensitivities):
        return
    numbers = one.program
    point = random_rows(len(numbers.slope), stream, 1)[0]
    slack = np.abs(random_rows(len(numbers.below), stream, 1)[0]) / 2
    moved = replace(
        numbers,
        equal_right=numbers.equal @ point,
        below_right=numbers.below @ point + slack,
    )
    found = optimum(moved)
    if found is not None:
        yield Solved(moved, found, multipliers_of(said, one.setting, found))


def _relation_error(
    said: DualStatement,
    setting: Setting,
    solved: Solved,
    node: Node,
    relation: Relation,
    stream: Stream,
) -> float | None:
    """The error of one rate along one direction of its right side."""
    kind, rows = _rows(said, setting, relation)
    shift = np.zeros(len(solved.program.equal if kind == "=" else solved.program.below))
    shift[rows] = random_rows(rows.stop - rows.start, stream, 1)[0]
    if kind == "=":
        shift = _feasible_shift(solved.program.equal, rows, stream)
    rate = float(setting.value(node, solved.known).reshape(-1) @ shift[rows])
    if relation.sign == ">=":
        shift = -shift
    ahead, behind = (_quotient(solved, kind, shift, STEP * sign) * sign for sign in (1.0, -1.0))
    size = 1.0 + abs(rate)
    error = max(behind - rate, rate - ahead, 0.0) / size
    says_much = np.abs(shift).max(initial=0.0) > WIDEST and ahead - behind <= WIDEST * size
    return error if says_much or error > TOLERANCE else None


def _quotient(solved: Solved, kind: str, shift: Array, step: float) -> float:
    """The change of the optimal value over the length of a step; infinite if infeasible."""
    numbers = solved.program
    moved = (
        replace(numbers, equal_right=numbers.equal_right + step * shift)
        if kind == "="
        else replace(numbers, below_right=numbers.below_right + step * shift)
    )
    found = optimum(moved, solved.found.active)
    return float("inf") if found is None else (found.value - solved.found.value) / abs(step)


def _feasible_shift(equal: Array, rows: slice, stream: Stream) -> Array:
    """A change of the right sides in these rows alone that some point can follow."""
    others = np.delete(equal, np.arange(rows.start, rows.stop), axis=0)
    point = random_rows(equal.shape[1], stream, 1)[0]
    if len(others):
        point = point - np.linalg.pinv(others) @ (others @ point)
    shift = np.zeros(len(equal))
    shift[rows] = equal[rows] @ point
    return shift


def _rows(said: DualStatement, setting: Setting, moved: Relation) -> tuple[str, slice]:
    """The kind of a constraint, and its rows among those of its kind."""
    start = {"=": 0, "<": 0}
    for symbol, relation in zip(said.multipliers, said.worked.constraints, strict=True):
        kind = "=" if relation.sign == "=" else "<"
        stop = start[kind] + setting.length([symbol])
        if relation is moved:
            return kind, slice(start[kind], stop)
        start[kind] = stop
    raise AssertionError("a constraint of the statement is looked for")
