"""Claims about laws: means, supports, and the zero of a divergence at equal laws.

All claims of one derivation share a ``LawBench``: the points at which parameters get
numbers, and the means already integrated there.  A mean is an integral of the declared log
density (``quadrature``), so agreement does not rest on any rule for means.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from typing import Any, TypeAlias

from flint import arb, arb_mat

from derive.check.claim import Finding, Kind, Plan
from derive.check.compare import Outcome, compare, largest
from derive.check.evaluate import BallEvaluation, Point
from derive.check.law_grid import Grid
from derive.check.points import LEAST_POINTS
from derive.check.precision import bits_for, working_precision
from derive.check.sample import Mood, sample_symbol
from derive.check.stream import Stream, fingerprint
from derive.errors import DeriveError, DomainError, NoRuleError
from derive.language.expression import Node, multiply, negative, number, symbol
from derive.language.functions import expectation
from derive.language.law import Law
from derive.language.relations import Relation
from derive.language.support import Support

MOODS = (Mood(0, 1.0), Mood(0, 4.0), Mood(1, 2.0), Mood(0, 1.0), Mood(-1, 1.0), Mood(0, 0.5))
CANDIDATES = 240
SPARE = 2  # points that may be lost where a mean is out of reach
SMALL = 1e-3  # values below this are compared on this scale
REACH = 64  # how far out a line is searched for mass
TEST = "tested at points"
AVOIDED = ("parameters below 1/32 or above 8",)


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
            batches = {s: sample_symbol(s, {}, stream, moods) for s in self.symbols}
            candidates = [
                Point({}, {s: b.point(k) for s, b in batches.items()})
                for k in range(CANDIDATES)
                if all(b.is_usable[k] for b in batches.values())
            ]
            fitting = [self._inside(p, plan) for p in candidates if self._fits(p, plan)]
            self._points[plan] = fitting[: max(plan.points // 2, LEAST_POINTS) + SPARE]
        return self._points[plan]

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
        if support.is_whole or all(end.is_number for end in known):
            return point
        with working_precision(bits_for(plan.digits)):
            evaluation = BallEvaluation(point)
            low, high = _ends(support, evaluation)
            size = abs(evaluation.value(self.variable)[0, 0])
            if low is None:
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


@dataclass(frozen=True)
class MeanClaim:
    """``left = right``, where both may hold means under the laws of the bench."""

    bench: LawBench
    left: Node
    right: Node
    words: str
    kind: Kind = "line"

    def describe(self) -> str:
        """The claim in one line of words."""
        return self.words

    def examine(self, plan: Plan) -> Finding:
        """Compare both sides at random admissible parameters."""
        compared, worst, lost = 0, 0.0, ""
        for place in range(len(self.bench.points(plan))):
            try:
                left, right = self._sides(plan, place)
            except (DomainError, NoRuleError) as error:
                lost = str(error)
                continue
            outcome = self._compare(plan, left, right)
            if outcome.state == "differ":
                return self._refuted(compared + 1, outcome, self.bench.points(plan)[place])
            if outcome.state == "agree":
                compared, worst = compared + 1, max(worst, outcome.error)
            else:
                lost = "the enclosures are too wide to tell the two sides apart"
        if compared < LEAST_POINTS:
            reason = lost or "too few admissible points"
            return Finding(
                self.words, "unchecked", "not checked", compared, reason=reason, kind=self.kind
            )
        return Finding(
            self.words, "verified", TEST, compared, worst, avoided=AVOIDED, kind=self.kind
        )

    def mutants(self) -> tuple[MeanClaim, ...]:
        """The right side with the other sign, a thousandth larger, and a thousandth more."""
        nudge = number(Fraction(1, 1000))
        wrong = (
            ("another sign", negative(self.right) - nudge),
            ("another factor", multiply(1 + nudge, self.right) + nudge / 7),
            ("another term", self.right + nudge),
        )
        return tuple(
            MeanClaim(self.bench, self.left, right, f"{self.words}, with {change}", self.kind)
            for change, right in wrong
        )

    def _sides(self, plan: Plan, place: int) -> tuple[Any, Any]:
        with working_precision(bits_for(plan.digits)):
            evaluation = MeanEvaluation(self.bench, plan, place)
            return evaluation.value(self.left), evaluation.value(self.right)

    def _compare(self, plan: Plan, left: Any, right: Any) -> Outcome:
        """Both sides against each other; a value near 0 is compared on the scale of 1/1000."""
        with working_precision(bits_for(plan.digits)):
            scale = largest([*left.entries(), *right.entries(), arb(SMALL)])
            return compare(left, right, plan, scale)

    def _refuted(self, compared: int, outcome: Outcome, point: Point) -> Finding:
        places = ", ".join(f"{s.name} = {_shown(v)}" for s, v in point.values.items())
        values = f"{outcome.left[0, 0].str(15)} against {outcome.right[0, 0].str(15)}"
        return Finding(
            self.words,
            "refuted",
            TEST,
            compared,
            outcome.error,
            reason="the two sides differ",
            kind=self.kind,
            counterexample=f"{places}: {values}",
        )


def _shown(value: Any) -> str:
    return str(float(value[0, 0] if isinstance(value, arb_mat) else value[0][0]))


@dataclass(frozen=True)
class DivergesClaim:
    """The mean of a function is infinite under the first law of the bench."""

    bench: LawBench
    function: Node

    def describe(self) -> str:
        """The claim in one line of words."""
        return f"E[{self.function!r}] is infinite"

    def examine(self, plan: Plan) -> Finding:
        """Look whether what is summed grows outward, at random admissible parameters."""
        words, letter = self.describe(), next(iter(self.bench.laws))
        count = len(self.bench.points(plan))
        for place in range(count):
            with working_precision(bits_for(plan.digits)):
                grows = self.bench.grid(letter, plan, place).diverges(self.function)
            if not grows:
                return Finding(
                    words,
                    "refuted",
                    TEST,
                    place + 1,
                    reason="the integrand falls off",
                    kind="result",
                )
        if count < LEAST_POINTS:
            return Finding(words, "unchecked", "not checked", count, reason="too few points")
        return Finding(words, "verified", TEST, count, kind="result")

    def mutants(self) -> tuple[DivergesClaim, ...]:
        """The mean of 1, which is finite."""
        return (DivergesClaim(self.bench, number(1)),)


@dataclass(frozen=True)
class OutsideClaim:
    """The law `inside` has mass where the law `outside` has none, so KL is infinite."""

    inside: Law
    outside: Law
    variable: Node

    def describe(self) -> str:
        """The claim in one line of words."""
        return f"{self.inside!r} has mass outside the support of {self.outside!r}"

    def examine(self, plan: Plan) -> Finding:
        """Find such mass: a piece of the support, and that the density there is positive."""
        words = self.describe()
        bench = LawBench({"p": self.inside, "q": self.outside}, self.variable)
        places = bench.points(plan)
        for k, place in enumerate(places):
            with working_precision(bits_for(plan.digits)):
                witness = self._witness(BallEvaluation(place))
                if witness is None:
                    return Finding(words, "refuted", TEST, k + 1, reason="no such mass was found")
                values = {**place.values, self.variable: [[witness]]}
                density = BallEvaluation(Point({}, values)).value(
                    self.inside.log_density(self.variable)
                )[0, 0]
            if not density.is_finite():
                return Finding(words, "refuted", TEST, k + 1, reason=f"no density at {witness}")
        if len(places) < LEAST_POINTS:
            return Finding(words, "unchecked", "not checked", len(places), reason="too few points")
        return Finding(words, "verified", TEST, len(places), kind="result")

    def mutants(self) -> tuple[OutsideClaim, ...]:
        """A law against itself: it has no mass outside its own support."""
        return (OutsideClaim(self.inside, self.inside, self.variable),)

    def _witness(self, evaluation: BallEvaluation) -> Any:
        """A value of `inside` that `outside` cannot take, or to which it gives no mass."""
        p, q = _ends(self.inside.support, evaluation), _ends(self.outside.support, evaluation)
        if self.inside.support.is_whole:
            return _whole_witness(self.inside.support, p, self.outside.support, q)
        if self.outside.support.is_whole:
            return _between(*p)
        if q[0] is not None and (p[0] is None or p[0] < q[0]):
            return _between(p[0], q[0] if p[1] is None or q[0] < p[1] else p[1])
        if q[1] is not None and (p[1] is None or p[1] > q[1]):
            return _between(q[1] if p[0] is None or q[1] > p[0] else p[0], p[1])
        return None


Ends: TypeAlias = tuple[Any, Any]


def _ends(support: Support, evaluation: BallEvaluation) -> Ends:
    """The ends of a support in numbers."""
    low, high = (
        None if end is None else evaluation.value(end)[0, 0]
        for end in (support.lower, support.upper)
    )
    return low, high


def _between(low: Any, high: Any) -> Any:
    """A place strictly between two ends."""
    if low is None and high is None:
        return arb(0)
    if low is None:
        return high - 1
    return low + 1 if high is None else (low + high) / 2


def _whole_witness(inside: Support, p: Ends, outside: Support, q: Ends) -> Any:
    """A whole number of one support that is not in the other."""
    if not outside.is_whole:
        return p[0]
    start = int(float(p[0]))
    for k in range(start, start + REACH * inside.step, inside.step):
        if p[1] is not None and k > p[1]:
            return None
        within = k >= q[0] and (q[1] is None or k <= q[1])
        if not within or (k - int(float(q[0]))) % outside.step:
            return arb(k)
    return None


@dataclass(frozen=True)
class ZeroAtEqualityClaim:
    """A divergence of two laws of one family is 0 where their parameters are equal."""

    bench: LawBench
    result: Node
    pairs: tuple[tuple[Node, Node], ...]
    words: str = "the divergence is 0 where the two laws are equal"

    def describe(self) -> str:
        """The claim in one line of words."""
        return self.words

    def examine(self, plan: Plan) -> Finding:
        """Give the second law the parameters of the first."""
        places = self.bench.points(plan)
        with working_precision(bits_for(plan.digits)):
            for k, point in enumerate(places):
                values = dict(point.values)
                for first, second in self.pairs:
                    values[second] = BallEvaluation(point).value(first)
                value = BallEvaluation(Point({}, values)).value(self.result)[0, 0]
                if not (value.is_finite() and value.contains(0)):
                    return Finding(
                        self.words,
                        "refuted",
                        TEST,
                        k + 1,
                        reason="the value is not 0",
                        counterexample=value.str(20),
                    )
        if len(places) < LEAST_POINTS:
            return Finding(self.words, "unchecked", "not checked", reason="too few points")
        return Finding(self.words, "verified", TEST, len(places))

    def mutants(self) -> tuple[ZeroAtEqualityClaim, ...]:
        """The divergence a thousandth larger."""
        more = self.result + number(Fraction(1, 1000))
        return (ZeroAtEqualityClaim(self.bench, more, self.pairs, self.words),)


def density_claims(bench: LawBench) -> tuple[MeanClaim, ...]:
    """Each law of the bench has total mass one: no declared constant is trusted."""
    name = bench.variable.name
    return tuple(
        MeanClaim(
            bench,
            expectation(number(1), letter, name),
            number(1),
            f"the density of {law!r} has total mass 1",
            "statement",
        )
        for letter, law in bench.laws.items()
    )


def law_variable(law: Law, name: str) -> Node:
    """The symbol of a value of the law, with the facts of its support."""
    return symbol(name, facts=law.support.facts)
