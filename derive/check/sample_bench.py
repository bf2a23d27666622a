"""Where claims about a sample and its parameter are tested: data, parameters, integrals.

The sample has two to four values at each point.  Its likelihood is the product of the declared
densities, value by value; the mean of that under the prior is an integral over the declared
prior (``law_grid``).  Nothing here reads a kernel or knows a conjugate pair.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flint import arb, arb_mat

from derive.check.claim import Plan
from derive.check.evaluate import BallEvaluation, Point
from derive.check.law_bench import HOLDS, IN_PLACE
from derive.check.law_ends import ends_of
from derive.check.law_grid import Grid
from derive.check.points import LEAST_POINTS
from derive.check.precision import bits_for, working_precision
from derive.check.sample import Mood, sample_symbol
from derive.check.stream import Stream, fingerprint
from derive.errors import DomainError
from derive.language.expression import Node, add, symbol
from derive.language.functions import elementwise
from derive.language.law import Law
from derive.language.relations import Relation
from derive.language.sizes import size_names

MOST_VALUES = 4
MOODS = (Mood(0, 1.0), Mood(1, 2.0), Mood(-1, 1.0), Mood(0, 0.5), Mood(0, 2.0))
CANDIDATES = 120
SPARE = 10  # points that may be lost where an integral is out of reach


@dataclass
class SampleBench:
    """A prior, the law of one value given the parameter, and points for all that is in them.

    Attributes
    ----------
    prior : Law
    likelihood : Law
        Of one value, with the parameter `unknown` among its symbols.
    unknown : symbol
    data : symbol, shape (n, 1)
    extra : symbol or None
        A value beyond the sample, of the same law.
    needs : tuple of Relation
        What else must hold at the points.
    """

    prior: Law
    likelihood: Law
    unknown: Node
    data: Node
    extra: Node | None = None
    needs: tuple[Relation, ...] = ()
    _points: dict[Plan, list[Point]] = field(default_factory=dict, init=False)
    _means: dict[tuple[str, Plan, int], Any] = field(default_factory=dict, init=False)

    def points(self, plan: Plan) -> list[Point]:
        """Points at which every parameter lies where its place wants it."""
        if plan not in self._points:
            value = symbol("value__")
            densities = [self.prior.log_density(self.unknown), self.likelihood.log_density(value)]
            stream = Stream(fingerprint(densities, plan.seed))
            wanted, found = self.enough(plan) + SPARE, []
            for k in range(CANDIDATES):
                point = self._candidate(k, stream, plan)
                if point is not None and self._fits(point, plan):
                    found.append(point)
                if len(found) == wanted:
                    break
            self._points[plan] = found
        return self._points[plan]

    def where(self, needs: tuple[Relation, ...]) -> SampleBench:
        """The same where something more holds."""
        return replace(self, needs=(*self.needs, *needs))

    def enough(self, plan: Plan) -> int:
        """How many points make a claim tested."""
        return max(plan.points // 2, LEAST_POINTS)

    def log_likelihood(self, point: Point, with_extra: bool = False) -> Node:
        """The sum of the log densities of the values at a point."""
        (name,) = size_names(self.data.shape)
        values = [*_entries(self.data)[: point.sizes[name]]]
        if with_extra and self.extra is not None:
            values.append(self.extra)
        return add(*(self.likelihood.log_density(value) for value in values))

    def log_evidence(self, plan: Plan, place: int, with_extra: bool = False) -> Any:
        """The log of the mean likelihood under the prior, integrated once."""
        key = ("with" if with_extra else "without", plan, place)
        if key not in self._means:
            point = self.points(plan)[place]
            function = elementwise("exp", self.log_likelihood(point, with_extra))
            for inside in self._inside(point, with_extra):
                function = function * inside
            with working_precision(bits_for(plan.digits)):
                mean = Grid(self.prior, self.unknown, point).mean(function)
                if not mean > 0:
                    raise DomainError("the evidence is not told from 0")
                self._means[key] = mean.log()
        return self._means[key]

    def _inside(self, point: Point, with_extra: bool) -> list[Node]:
        """Indicators that the values lie in a support with the parameter at its end."""
        (name,) = size_names(self.data.shape)
        values = [*_entries(self.data)[: point.sizes[name]]]
        if with_extra and self.extra is not None:
            values.append(self.extra)
        found, support = [], self.likelihood.support
        for end, sign in ((support.lower, -1), (support.upper, 1)):
            if end is not None and self.unknown in end.symbols:
                found += [elementwise("closed_step", sign * (end - v)) for v in values]
        return found

    def _candidate(self, k: int, stream: Stream, plan: Plan) -> Point | None:
        symbols = self._symbols()
        names = sorted({n for s in symbols for n in size_names(s.shape)})
        sizes = {name: 2 + (k + j) % (MOST_VALUES - 1) for j, name in enumerate(names)}
        values: dict[Node, Any] = {}
        for s in symbols:
            batch = sample_symbol(s, sizes, stream, [MOODS[k % len(MOODS)]])
            if not batch.is_usable[0]:
                return None
            values[s] = batch.point(0)
        point = Point(sizes, values)
        with working_precision(bits_for(plan.digits)):
            low, high = ends_of(self.prior.support, BallEvaluation(point))
            unknown = _moved(arb(float(values[self.unknown][0][0])), low, high, False)
            values[self.unknown] = arb_mat([[unknown]])
            low, high = ends_of(self.likelihood.support, BallEvaluation(Point(sizes, values)))
            is_whole = self.likelihood.support.is_whole
            column = [_moved(arb(float(row[0])), low, high, is_whole) for row in values[self.data]]
            values[self.data] = arb_mat([[v] for v in column])
            for entry, v in zip(_entries(self.data), column, strict=False):
                values[entry] = arb_mat([[v]])
            if self.extra is not None:
                extra = arb(float(values[self.extra][0][0]))
                values[self.extra] = arb_mat([[_moved(extra, low, high, is_whole)]])
        return Point(sizes, values)

    def _symbols(self) -> tuple[Node, ...]:
        found = [*self.prior.symbols, *self.likelihood.symbols, self.unknown, self.data]
        return tuple(dict.fromkeys([*found, *([] if self.extra is None else [self.extra])]))

    def _fits(self, point: Point, plan: Plan) -> bool:
        with working_precision(bits_for(plan.digits)):
            evaluation = BallEvaluation(point)

            def value(node: Node) -> Any:
                return evaluation.value(node)[0, 0]

            laws = (self.prior, self.likelihood)
            return all(
                IN_PLACE[fact](value(node))
                for law in laws
                for place, node in zip(law.parameters, law.values, strict=True)
                for fact in place.facts
            ) and all(
                HOLDS[need.sign](value(need.left), value(need.right))
                for need in (*(n for p in laws for n in type(p).needs(*p.values)), *self.needs)
                if isinstance(need.right, Node)
            )


def _entries(data: Node) -> Sequence[Node]:
    """Names for the values of a sample, one by one."""
    return tuple(symbol(f"{data.name}__{k}") for k in range(1, MOST_VALUES + 1))


def _moved(value: Any, low: Any, high: Any, is_whole: bool) -> Any:
    """A number moved between two ends, a whole one to a whole one."""
    if is_whole:
        if low is None or high is None:
            return value
        count = int(float(high)) - int(float(low)) + 1
        return low + int(float(abs(value))) % count
    size = abs(value)
    if low is None and high is None:
        return value
    if high is None:
        return (low + size).mid()
    return (high - size).mid() if low is None else (low + (high - low) * size / (1 + size)).mid()
