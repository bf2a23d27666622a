"""What a dual says, in nodes, and sampled problems on which to try it.

Data are drawn at random so that they satisfy the declared facts; a problem is kept if it
has a KKT point, which then gives the solution and the multipliers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from derive.check.claim import Plan
from derive.check.programs import Array, Optimum, Program, Setting, optimum, program
from derive.check.sample import Mood, sample_symbol
from derive.check.size_sets import size_sets
from derive.check.stream import Stream, fingerprint
from derive.language.expression import Node
from derive.language.functions import postorder
from derive.language.relations import Relation
from derive.language.sizes import size_names

MOODS = (Mood(0, 1.0), Mood(1, 1.0), Mood(0, 0.5))
TRIES = 24
TOLERANCE = 1e-6  # of a relative error
PATIENCE = 8  # a size set that has given nothing by then is left


@dataclass(frozen=True)
class Primal:
    """``minimise objective over variables subject to constraints``."""

    objective: Node
    variables: tuple[Node, ...]
    constraints: tuple[Relation, ...]


@dataclass(frozen=True)
class DualStatement:
    """What a derived dual says.

    Attributes
    ----------
    asked, worked : Primal
        As a minimisation; `worked` is after splitting and is what has the multipliers.
    multipliers : tuple of symbol
        One for each constraint of `worked`; nonnegative for an inequality.
    lagrangian, dual : Node
        The Lagrangian and the function to be maximised.
    duals : tuple of symbol
        The variables of the dual; multipliers, and points for range conditions.
    domain : tuple of Relation
        What the dual variables obey, beside the signs of multipliers.
    eliminated : tuple of (multiplier, value)
    recovery : tuple of (variable, formula)
    points : tuple of (dual variable, variable it equals at the optimum)
    sensitivities : tuple of Node
        For each constraint of `worked`, dp*/d(right side).
    """

    asked: Primal
    worked: Primal
    multipliers: tuple[Node, ...]
    lagrangian: Node
    dual: Node
    duals: tuple[Node, ...]
    domain: tuple[Relation, ...]
    eliminated: tuple[tuple[Node, Node], ...]
    recovery: tuple[tuple[Node, Node], ...]
    points: tuple[tuple[Node, Node], ...]
    sensitivities: tuple[Node, ...]

    @property
    def data(self) -> tuple[Node, ...]:
        """The symbols that are neither variables nor multipliers, in order of appearance."""
        moving = {*self.worked.variables, *self.multipliers, *self.duals}
        sides = [s for c in self.worked.constraints for s in (c.left, c.right)]
        roots = [self.asked.objective, *(s for s in sides if isinstance(s, Node))]
        return tuple(s for s in postorder(*roots) if s.op == "symbol" and s not in moving)

    @property
    def is_recovered(self) -> bool:
        """Whether every primal variable has a formula."""
        return len(self.recovery) == len(self.worked.variables)


@dataclass(frozen=True)
class Instance:
    """One sampled problem with its optimum and the multipliers there."""

    setting: Setting
    program: Program
    found: Optimum
    asked_value: float
    multipliers: dict[Node, Array]
    duals: dict[Node, Array]


class SampledProblems:
    """The sampled problems of one statement, made once for all its claims."""

    def __init__(self, statement: DualStatement) -> None:
        self._statement = statement
        self._made: dict[Plan, tuple[Instance, ...]] = {}

    def at(self, plan: Plan) -> tuple[Instance, ...]:
        """The problems of a plan."""
        if plan not in self._made:
            self._made[plan] = tuple(instances(self._statement, plan))
        return self._made[plan]


def instances(statement: DualStatement, plan: Plan) -> Iterator[Instance]:
    """Feasible, bounded problems: at least three size sets where sizes are symbolic."""
    roots = [*statement.data, *statement.worked.variables, *statement.multipliers]
    shapes = [symbol.shape for symbol in roots]
    names = sorted({name for shape in shapes for name in size_names(shape)})
    tall = [symbol.shape for symbol in roots if "orthonormal" in symbol.facts]
    sets = size_sets(names, shapes, tall)
    wanted = -(-plan.points // min(3, len(sets)))
    made = 0
    for sizes in sets:
        if made >= plan.points:
            return
        stream = Stream(fingerprint(roots, plan.seed) + repr(sorted(sizes.items())).encode())
        here = 0
        for attempt in range(TRIES):
            one = _instance(statement, sizes, stream, MOODS[attempt % len(MOODS)])
            if one is not None:
                yield one
                here += 1
                made += 1
            if here == wanted or made >= plan.points or (attempt == PATIENCE and not here):
                break


def _instance(
    statement: DualStatement, sizes: dict[str, int], stream: Stream, mood: Mood
) -> Instance | None:
    """One sampled problem, or None if it has no KKT point."""
    data = {}
    for symbol in statement.data:
        batch = sample_symbol(symbol, sizes, stream, (mood,))
        if not batch.is_usable[0]:
            return None
        data[symbol] = np.asarray(batch.values, dtype=float)
    setting = Setting(sizes, data)
    asked, worked = (
        program(setting, one.objective, one.variables, one.constraints)
        for one in (statement.asked, statement.worked)
    )
    found, plain = optimum(worked), optimum(asked)
    if found is None or plain is None:
        return None
    multipliers = multipliers_of(statement, setting, found)
    primal = setting.unpack(found.point[None, :], statement.worked.variables)
    points = {z: primal[x] for z, x in statement.points}
    duals = {s: {**multipliers, **points}[s] for s in statement.duals}
    return Instance(setting, worked, found, plain.value, multipliers, duals)


def multipliers_of(statement: DualStatement, setting: Setting, found: Optimum) -> dict[Node, Array]:
    """The multipliers of an optimum, in the shapes of their symbols."""
    taken = {"=": 0, "<": 0}
    result = {}
    for symbol, relation in zip(statement.multipliers, statement.worked.constraints, strict=True):
        rows, columns = setting.shape(symbol)
        kind = "=" if relation.sign == "=" else "<"
        start = taken[kind]
        taken[kind] = start + rows * columns
        numbers = (found.equal if kind == "=" else found.below)[start : taken[kind]]
        result[symbol] = numbers.reshape(1, rows, columns)
    return result
