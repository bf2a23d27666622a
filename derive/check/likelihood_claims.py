"""Claims about likelihoods, by differences and comparisons of the declared log density.

A likelihood here is a sum of the declared log density over a sample of numbers; slopes are
central differences at high precision, maxima are compared with points around them.  No
derivative rule and no sum over a symbolic sample is used for the side that is trusted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import flint
from flint import arb, arb_mat

from derive.check.claim import Finding, Kind, Plan
from derive.check.evaluate import BallEvaluation, Point
from derive.check.law_bench import HOLDS, IN_PLACE, TEST, LawBench
from derive.check.law_ends import ends_of
from derive.check.points import LEAST_POINTS
from derive.check.precision import bits_for, working_precision
from derive.check.stream import Stream, fingerprint
from derive.errors import DomainError, NoRuleError
from derive.language.expression import Node, number
from derive.language.law import Law

Values: TypeAlias = dict[Node, Any]
Solved: TypeAlias = tuple[tuple[Node, Node], ...]

LENGTHS = (5, 3, 7)  # odd, so that a middle value is one value
NEAR = 160  # bits beside those of the plan: differences lose half of them
STEPS = (1e-9, 1e-3, 0.3)  # how far from a maximum, relative to it
ALONG = 6  # directions tried at once in all unknowns
CLOSE = 1e-15
SMALL = arb(2) ** -400


@dataclass
class SampleBench:
    """Parameters of a law and samples that lie in its support, at points.

    Attributes
    ----------
    bench : LawBench
        Of one law.
    vector : symbol
        The sample; its length is a size.
    """

    bench: LawBench
    vector: Node
    _places: dict[Plan, list[tuple[Values, list[Any]]]] = field(default_factory=dict)

    @property
    def law(self) -> Law:
        """The law of each value."""
        return next(iter(self.bench.laws.values()))

    def places(self, plan: Plan) -> list[tuple[Values, list[Any]]]:
        """Values of the parameters, and of a sample."""
        if plan not in self._places:
            key = [self.law.log_density(self.bench.variable), self.vector]
            stream = Stream(fingerprint(key, plan.seed))
            found = []
            for k, point in enumerate(self.bench.points(plan)):
                values = {s: v for s, v in point.values.items() if s is not self.bench.variable}
                values = {s: BallEvaluation(point).value(s)[0, 0] for s in values}
                found.append((values, self._drawn(values, LENGTHS[k % len(LENGTHS)], stream)))
            self._places[plan] = found
        return self._places[plan]

    def _drawn(self, values: Values, count: int, stream: Stream) -> list[Any]:
        """Different values in the support, as far as it has so many."""
        shares = [int(u) for u in stream.integers(1, 1024, (count,))]
        low, high = ends_of(self.law.support, BallEvaluation(_point(values)))
        if self.law.support.is_whole:
            assert low is not None
            step = self.law.support.step
            most = 12 if high is None else min(12, int(float(high - low)) // step)
            if most < 2:
                return [low + step * ((k + u) % (most + 1)) for k, u in enumerate(shares)]
            places = sorted(range(most + 1), key=lambda k: (shares[k % count] * (k + 7)) % 101)
            return [low + step * k for k in places[:count]]
        parts = [arb(u + 64) / 1200 for u in shares]
        if low is not None and high is not None:
            return [low + (high - low) * u for u in parts]
        if low is not None:
            return [low + 2 * u / (1 - u) for u in parts]
        return [4 * (u - arb(1) / 2) / (u * (1 - u)).sqrt() for u in parts]

    def value(self, node: Node, values: Values, sample: list[Any]) -> Any:
        """The value of a node that may hold the sample."""
        return BallEvaluation(_point(values, self.vector, sample)).value(node)[0, 0]

    def log_likelihood(self, values: Values, sample: list[Any]) -> Any | None:
        """The sum of the declared log density, None where a parameter is out of place.

        Minus infinity where a value lies outside the support.
        """
        law, x = self.law, self.bench.variable
        fixed = BallEvaluation(_point(values))
        for place, node in zip(law.parameters, law.values, strict=True):
            if not all(IN_PLACE[fact](fixed.value(node)[0, 0]) for fact in place.facts):
                return None
        for need in type(law).needs(*law.values):
            assert isinstance(need.right, Node)
            left, right = fixed.value(need.left)[0, 0], fixed.value(need.right)[0, 0]
            if not HOLDS[need.sign](left, right):
                return None
        low, high = ends_of(law.support, fixed)
        total, density = arb(0), law.log_density(x)
        for entry in sample:
            if (low is not None and entry < low) or (high is not None and entry > high):
                return arb("-inf")
            total += BallEvaluation(_point({**values, x: entry})).value(density)[0, 0]
        return total


def _point(values: Values, vector: Node | None = None, sample: Sequence[Any] = ()) -> Point:
    given = {s: arb_mat([[v]]) for s, v in values.items()}
    if vector is None:
        return Point({}, given)
    name = str(vector.shape[0])
    return Point({name: len(sample)}, {**given, vector: arb_mat([[v] for v in sample])})


@dataclass(frozen=True)
class LikelihoodClaim:
    """A statement about a likelihood, examined at points one by one."""

    bench: SampleBench
    words: str
    kind: Kind

    def describe(self) -> str:
        """The claim in one line of words."""
        return self.words

    def examine(self, plan: Plan) -> Finding:
        """Try the statement at random parameters and samples."""
        tried, lost = 0, "too few admissible points"
        with working_precision(bits_for(plan.digits) + NEAR):
            for values, sample in self.bench.places(plan):
                try:
                    fault = self.fault(dict(values), sample)
                except (DomainError, NoRuleError) as error:
                    lost = str(error)
                    continue
                if fault is None:
                    continue
                tried += 1
                if fault:
                    places = ", ".join(f"{s.name} = {float(v)}" for s, v in values.items())
                    shown = ", ".join(f"{float(v):.6g}" for v in sample)
                    return Finding(
                        self.words,
                        "refuted",
                        TEST,
                        tried,
                        reason=fault,
                        kind=self.kind,
                        counterexample=f"{places}; sample {shown}",
                    )
        if tried < LEAST_POINTS:
            return Finding(
                self.words, "unchecked", "not checked", tried, reason=lost, kind=self.kind
            )
        return Finding(self.words, "verified", TEST, tried, CLOSE, kind=self.kind)

    def fault(self, values: Values, sample: list[Any]) -> str | None:
        """What is wrong at one point: empty if nothing, None if it is not admissible."""
        raise NotImplementedError

    def mutants(self) -> tuple[LikelihoodClaim, ...]:
        """False variants of the claim."""
        return ()


@dataclass(frozen=True)
class TotalClaim(LikelihoodClaim):
    """A node is the sum of the log density over the sample."""

    node: Node

    def fault(self, values: Values, sample: list[Any]) -> str | None:
        """Compare it with the sum, value by value."""
        return _differs(
            self.bench.value(self.node, values, sample), self.bench.log_likelihood(values, sample)
        )

    def mutants(self) -> tuple[LikelihoodClaim, ...]:
        """The node a little larger, and with the other sign."""
        return tuple(
            TotalClaim(self.bench, self.words, self.kind, wrong) for wrong in _wrong(self.node)
        )


@dataclass(frozen=True)
class SlopeClaim(LikelihoodClaim):
    """A node is the derivative of the log-likelihood in one name, `order` times.

    Attributes
    ----------
    wrt : symbol
    node : Node
        Compared where the names of `solved` have their values.
    solved : tuple of (symbol, node)
        Values that names are given, in the order in which they are found; those that hold
        `wrt` move with it where `moving` is true (by the envelope the first slope is the same).
    order : int
        1 or 2.
    """

    wrt: Node
    node: Node
    solved: Solved = ()
    order: int = 1
    at: Node | None = None

    def fault(self, values: Values, sample: list[Any]) -> str | None:
        """Compare the node with a central difference."""
        if self.at is not None:
            values[self.wrt] = self.bench.value(self.at, values, sample)
        here = self._settled(values, sample)
        stated = self.bench.value(self.node, here, sample)
        share = 3 if self.order == 1 else 5
        h = arb(2) ** (-(flint.ctx.prec // share)) * _size(values[self.wrt])
        sides = []
        for k in (-1, 0, 1):
            moved = {**values, self.wrt: values[self.wrt] + k * h}
            again = self._settled(moved, sample)
            sides.append(self.bench.log_likelihood(again, sample))
        low, middle, high = sides
        if low is None or middle is None or high is None:
            return None
        if self.order == 1:
            return _differs(stated, (high - low) / (2 * h))
        return _differs(stated, (high - 2 * middle + low) / (h * h))

    def _settled(self, values: Values, sample: list[Any]) -> Values:
        return _with_solved(self.bench, self.solved, values, sample)

    def mutants(self) -> tuple[LikelihoodClaim, ...]:
        """The slope a little larger, and with the other sign."""
        return tuple(
            SlopeClaim(
                self.bench, self.words, self.kind, self.wrt, w, self.solved, self.order, self.at
            )
            for w in _wrong(self.node)
        )


@dataclass(frozen=True)
class ValueSlopeClaim(LikelihoodClaim):
    """A node is the derivative of the log density of one value in one name."""

    wrt: Node
    node: Node

    def fault(self, values: Values, sample: list[Any]) -> str | None:
        """Compare it with central differences at the values of a sample."""
        x = self.bench.bench.variable
        h = arb(2) ** (-(flint.ctx.prec // 3)) * _size(values[self.wrt])
        found: str | None = None
        for entry in sample:
            stated = BallEvaluation(_point({**values, x: entry})).value(self.node)[0, 0]
            low, high = (
                self.bench.log_likelihood({**values, self.wrt: values[self.wrt] + k * h}, [entry])
                for k in (-1, 1)
            )
            if low is None or high is None:
                continue
            here = _differs(stated, (high - low) / (2 * h))
            if here:
                return here
            found = here if here is not None else found
        return found

    def mutants(self) -> tuple[LikelihoodClaim, ...]:
        """The derivative a little larger, and with the other sign."""
        return tuple(
            ValueSlopeClaim(self.bench, self.words, self.kind, self.wrt, wrong)
            for wrong in _wrong(self.node)
        )


@dataclass(frozen=True)
class MaximumClaim(LikelihoodClaim):
    """No point around the stated one has a larger likelihood, near or far.

    Attributes
    ----------
    solved : tuple of (symbol, node)
        The stated values, in names that stay where they are.
    """

    solved: Solved = ()

    def fault(self, values: Values, sample: list[Any]) -> str | None:
        """Compare the likelihood there with that at points around."""
        top = {**values}
        for name, node in self.solved:
            top[name] = self.bench.value(node, values, sample)
            if not top[name].is_finite():
                return None
        best = self.bench.log_likelihood(top, sample)
        if best is None:
            return None
        if not best.is_finite():
            return "the likelihood is zero there"
        for moved in self._around(top):
            value = self.bench.log_likelihood(moved, sample)
            if value is not None and not value < best:
                return "a point beside it has no smaller likelihood"
        return ""

    def _around(self, top: Values) -> Iterator[Values]:
        """Points beside the stated one: along each unknown, and along several at once."""
        names = [name for name, _ in self.solved]
        whole = {name for name in names if "integer" in name.facts}
        signs = Stream(fingerprint(names)).integers(-8, 9, (ALONG, len(names)))
        for step in STEPS:
            for k, name in enumerate(names):
                for sign in (1, -1):
                    move = arb(sign) if name in whole else sign * step * _size(top[name])
                    yield {**top, names[k]: top[name] + move}
            if len(names) > 1 and not whole:
                for row in signs:
                    if any(row):
                        yield {
                            **top,
                            **{
                                name: top[name] + step * int(r) / arb(8) * _size(top[name])
                                for name, r in zip(names, row, strict=True)
                            },
                        }

    def mutants(self) -> tuple[LikelihoodClaim, ...]:
        """Each value a thousandth larger or more, or one more for a whole number."""
        found: list[LikelihoodClaim] = []
        for k, (name, node) in enumerate(self.solved):
            more = node + 1 if "integer" in name.facts else node * 1001 / 1000 + number(1) / 10**6
            wrong = (*self.solved[:k], (name, more), *self.solved[k + 1 :])
            found.append(MaximumClaim(self.bench, self.words, self.kind, wrong))
        return tuple(found)


def _with_solved(bench: SampleBench, solved: Solved, values: Values, sample: list[Any]) -> Values:
    """The values with the solved names in place, the last found first."""
    settled = dict(values)
    for name, node in reversed(solved):
        settled[name] = bench.value(node, settled, sample)
    return settled


def _size(value: Any) -> Any:
    """The size of a number, 1 of a small one."""
    return abs(value) if abs(value) > SMALL else arb(1)


def _differs(stated: Any, found: Any | None) -> str | None:
    """Empty where two numbers agree, None where either is none."""
    if found is None or not (stated.is_finite() and found.is_finite()):
        return None
    scale = 1 + max(abs(float(stated)), abs(float(found)))
    gap = stated - found
    if float(gap.rad()) > CLOSE * scale:
        return None
    return "" if abs(float(gap)) <= CLOSE * scale else f"{stated.str(15)} against {found.str(15)}"


def _wrong(node: Node) -> tuple[Node, ...]:
    nudge = number(1) / 1000
    return (-node - nudge, (1 + nudge) * node + nudge / 7)
