"""Where claims about laws are tested: numbers for the parameters, and means found there.

A mean is an integral of the declared log density (``law_grid``), so agreement does not rest on
any rule for means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from typing import Any

from flint import arb, arb_mat, fmpq

from derive.check.claim import Plan
from derive.check.evaluate import BallEvaluation, Point
from derive.check.law_ends import ends_of
from derive.check.law_grid import Grid
from derive.check.points import LEAST_POINTS
from derive.check.precision import bits_for, working_precision
from derive.check.sample import Mood, sample_symbol
from derive.check.stream import Stream, fingerprint
from derive.errors import DeriveError, DomainError, NeverHoldsError, NoRuleError
from derive.language.expression import Node, symbol
from derive.language.functions import postorder
from derive.language.inequalities import point_near, stated_of
from derive.language.law import Law
from derive.language.relations import Relation
from derive.language.sizes import size_names
from derive.language.sympy_out import to_sympy

MOODS = (Mood(0, 1.0), Mood(0, 4.0), Mood(1, 2.0), Mood(0, 1.0), Mood(-1, 1.0), Mood(0, 0.5))
CANDIDATES, ROUNDS = 240, 8  # further rounds where few candidates fit
MOVES = 4  # candidates moved for each point that is wanted
SPARE = 2  # points that may be lost where a mean is out of reach
TEST = "tested at points"


@dataclass
class LawBench:
    """Points for the parameters of some laws, and the means found at them.

    Attributes
    ----------
    laws : mapping of str to Law
        By the letter that ``expectation`` nodes name them with.
    variable : symbol
        The value of the laws.
    needs : tuple of Relation
        What else must hold at the points: what the answer is stated under.
    others : tuple of symbol
        Names that are no parameters of a law.
    """

    laws: Mapping[str, Law]
    variable: Node
    needs: tuple[Relation, ...] = ()
    others: tuple[Node, ...] = ()
    _points: dict[Plan, list[Point]] = field(default_factory=dict)
    _grids: dict[tuple[str, Plan, int], Grid] = field(default_factory=dict)
    _means: dict[tuple[Node, str, Plan, int], Any] = field(default_factory=dict)
    _failures: dict[tuple[Node, str, Plan, int], DeriveError] = field(default_factory=dict)

    @property
    def symbols(self) -> tuple[Node, ...]:
        """The parameters of all laws, then the variable."""
        found = [s for law in self.laws.values() for s in law.symbols]
        return tuple(dict.fromkeys([*found, *self.others, self.variable]))

    def points(self, plan: Plan) -> list[Point]:
        """Points at which every parameter lies where its place wants it."""
        if plan not in self._points:
            densities = [law.log_density(self.variable) for law in self.laws.values()]
            stream = Stream(fingerprint(densities, plan.seed))
            moods = [MOODS[k % len(MOODS)] for k in range(CANDIDATES)]
            sizes = self._sizes()
            wanted, fitting = max(plan.points // 2, LEAST_POINTS) + SPARE, list[Point]()
            for _ in range(ROUNDS):
                batches = {s: sample_symbol(s, sizes, stream, moods) for s in self.symbols}
                candidates = [
                    Point(sizes, {s: b.point(k) for s, b in batches.items()})
                    for k in range(CANDIDATES)
                    if all(b.is_usable[k] for b in batches.values())
                ]
                fitting += [self._inside(p, plan) for p in candidates if self._fits(p, plan)]
                if not fitting:
                    moved = self._moved(candidates[: MOVES * wanted])
                    fitting = [self._inside(p, plan) for p in moved if self._fits(p, plan)]
                if len(fitting) >= wanted:
                    break
            if not fitting:
                raise self._without_points()
            self._points[plan] = fitting[:wanted]
        return self._points[plan]

    @property
    def _asked(self) -> tuple[Relation, ...]:
        """All that must hold between the parameters."""
        stated = [r for law in self.laws.values() for r in stated_of(law)]
        return tuple(dict.fromkeys((*stated, *self.needs)))

    def _moved(self, candidates: Sequence[Point]) -> Iterator[Point]:
        """The candidates moved to where all comparisons hold, be it on an edge."""
        letters = {to_sympy(s): s for s in self.symbols if s.is_scalar and s is not self.variable}
        for point in candidates:
            wished = {x: Fraction(float(point.values[s][0, 0])) for x, s in letters.items()}
            found = point_near(self._asked, wished)
            if found is None:
                return
            here = {
                letters[x]: arb_mat([[arb(fmpq(v.numerator, v.denominator))]])
                for x, v in found.items()
                if x in letters
            }
            yield Point(point.sizes, {**point.values, **here})

    def _without_points(self) -> NeverHoldsError:
        needed = "; ".join(f"{r.left!r} {r.sign} {r.right!r}" for r in self._asked)
        return NeverHoldsError(
            f"the answer holds only under conditions that no parameters were found to meet\n"
            f"  needed   : {needed}\n"
            f"  to fix   : give numbers, other parameters, or another law"
        )

    def _sizes(self) -> dict[str, int]:
        """Numbers for the sizes of a sample that a parameter may hold."""
        nodes = [v for law in self.laws.values() for v in law.values] + list(self.symbols)
        names = {name for node in nodes for part in postorder(node) for name in _sizes_in(part)}
        return {name: 2 + k % 3 for k, name in enumerate(sorted(names))}

    def mean(self, function: Node, letter: str, plan: Plan, place: int) -> Any:
        """E[function] at one of the points, integrated once, or what kept it from that.

        Without parameters all points are one.
        """
        law = self.laws[letter]
        has_parameters = bool({*function.symbols, *law.symbols} - {self.variable})
        key = (function, letter, plan, place if has_parameters else 0)
        if key in self._failures:
            raise self._failures[key]
        if key not in self._means:
            try:
                with working_precision(bits_for(plan.digits)):
                    self._means[key] = self.grid(letter, plan, key[3]).mean(function)
            except (DomainError, NoRuleError) as error:
                self._failures[key] = error
                raise
        return self._means[key]

    def grid(self, letter: str, plan: Plan, place: int) -> Grid:
        """The places at which a law is averaged over, found once for each point."""
        key = (letter, plan, place)
        if key not in self._grids:
            self._grids[key] = Grid(self.laws[letter], self.variable, self.points(plan)[place])
        return self._grids[key]

    def _inside(self, point: Point, plan: Plan) -> Point:
        """The point with the value of the laws moved into the support of the first."""
        support = next(iter(self.laws.values())).support
        known = [end for end in (support.lower, support.upper) if end is not None]
        if all(end.is_number for end in known) and (self.variable.facts or not known):
            return point
        with working_precision(bits_for(plan.digits)):
            evaluation = BallEvaluation(point)
            low, high = ends_of(support, evaluation)
            size = abs(evaluation.value(self.variable)[0, 0])
            if support.is_whole and low is not None and high is not None:
                count = ((high - low) / support.step).floor() + 1
                value = low + support.step * (size - count * (size / count).floor())
            elif low is None:
                value = high - size
            elif high is None:
                value = low + size
            else:
                value = low + (high - low) * size / (1 + size)
            return Point(point.sizes, {**point.values, self.variable: arb_mat([[value.mid()]])})

    def _fits(self, point: Point, plan: Plan) -> bool:
        with working_precision(bits_for(plan.digits)):
            evaluation = BallEvaluation(point)

            def value(node: Node) -> Any:
                return evaluation.value(node)[0, 0]

            in_place = all(
                IN_PLACE[fact](value(node))
                for law in self.laws.values()
                for place, node in zip(law.parameters, law.values, strict=True)
                for fact in place.facts
            )
            return in_place and all(
                HOLDS[need.sign](value(need.left), value(need.right))
                for law in self.laws.values()
                for need in (*type(law).needs(*law.values), *self.needs)
                if isinstance(need.right, Node)
            )


def _sizes_in(node: Node) -> frozenset[str]:
    """The names of sizes in a node: of its shape, or in what it is a number of."""
    own = size_names((node.data, 1)) if node.op == "size" else frozenset[str]()
    return own | frozenset(size_names(node.shape))


IN_PLACE: Mapping[str, Callable[[Any], bool]] = {
    "real": lambda v: bool(v.is_finite()),
    "positive": lambda v: bool(v > 0),
    "integer": lambda v: bool(v == v.floor()),
    "probability": lambda v: bool(v > 0) and bool(v < 1),
}

HOLDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: bool(left < right),
    "<=": lambda left, right: bool(left <= right),
    ">": lambda left, right: bool(left > right),
    ">=": lambda left, right: bool(left >= right),
    "!=": lambda left, right: not bool((left - right).contains(0)),
}


class MeanEvaluation(BallEvaluation):
    """Enclosures at one point, where ``expectation`` is an integral over its law."""

    def __init__(self, bench: LawBench, plan: Plan, place: int):
        super().__init__(bench.points(plan)[place])
        self.average = partial(bench.mean, plan=plan, place=place)

    def combine(self, node: Node, args: list[Any]) -> Any:
        if node.op != "expectation":
            return super().combine(node, args)
        letter, _ = node.data
        return arb_mat(1, 1, [self.average(node.args[0], letter)])


def law_variable(law: Law, name: str) -> Node:
    """The symbol of a value of the law, with the facts of its support."""
    return symbol(name, facts=law.support.facts)
