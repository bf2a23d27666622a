"""Means under a law by summation over places, from the declared log density alone.

An integral is cut at the ends of the support, near the bulk of the mass and at the kinks of
what is averaged.  Between two cuts a double-exponential change of variable turns it into a
sum of evenly spaced terms that converges faster than any power of the spacing
(takahasi1974): ends at which the density is infinite and heavy tails are taken in stride.
The spacing is halved until the sums settle; the radius of the ball that is returned is
estimated from how they did, so a mean is *tested*, never *proved*.  A sum over whole numbers
is cut where its terms have fallen off, with twice a geometric series as bound.

No kernel, no table and no line of the engine is used here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import flint
from flint import arb, arb_series, fmpq

from derive.check.evaluate import BallEvaluation, Point
from derive.check.law_functions import Memo, Program, at, real_program
from derive.check.law_kinks import is_inside, zeros, zeros_between
from derive.check.law_segments import Segment, changed
from derive.check.precision import working_precision
from derive.errors import DomainError
from derive.language.expression import Node, number
from derive.language.functions import postorder
from derive.language.law import Law

MOST_TERMS = 4_000
COARSEST, FINEST = 3, 9  # spacings 1/8 to 1/512 of the changed variable
FARTHEST = 8.0  # exp(pi/2 sinh t) is beyond every power of a float there
LEAST_MASS = 1e-6  # of a density, below which the places are to blame
GUARD = 32  # bits beyond those that two sums must agree in, after which a tail is nothing
NEAR = 320  # further bits, so that a place next to a cut is told from it
HEAD, CORRECTIONS = 128, 20  # terms summed before a tail like a power, and its corrections
MOST_ALIKE = 1.5  # how much more a power of the terms falls off from one doubling to the next
TAILS = 2**12  # what is cut off, in terms of the smallest that is kept
SLOWEST = 0.999  # ratio of the terms of a sum that still counts as falling off
TRUST, MOST_GROWTH = 0.75, 1.5  # of the growth of digits at a halving of the spacing
LARGEST = 512  # powers of 2 among which the width of the bulk is sought
OUTER = 12  # places at the end of a line that are looked at for growth
FINEST_STEP = 1e-9  # of the search for the bulk of the mass
KINKED = {"abs", "sign", "step", "closed_step", "relu"}
NO_TERM = arb(0)
NOTHING = -1e300  # the logarithm of zero


def _window(terms: Mapping[int, Any], floor: Any) -> tuple[int, int]:
    """The first and the last place that matter, and one place more on either side."""
    kept = [k for k, term in terms.items() if not term.abs_upper() < floor]
    return (min(kept) - 1, max(kept) + 1) if kept else (0, 0)


def _error(gap: Any, last: Any) -> Any:
    """What a sum is off by, from how far the last two halvings of the spacing moved it.

    The digits that agree grow by a factor at each halving, nearly 2; the next time they are
    trusted to grow by three quarters of that.
    """
    if not (0 < gap < 1 and 0 < last < 1):
        return gap
    growth = TRUST * float(gap.log() / last.log())
    return 16 * gap ** min(growth, MOST_GROWTH) if growth > 1 else gap


def _grows(heights: list[float]) -> bool:
    """Whether the last logarithms of a sequence do not fall."""
    outer = heights[-OUTER:]
    return len(outer) == OUTER and all(b >= a for a, b in pairwise(outer))


def _is_kinked(node: Node) -> bool:
    return node.op == "map" and node.data in KINKED


class Grid:
    """Means of functions of one law at one point of its parameters.

    Parameters
    ----------
    law : Law
    variable : symbol
    point : Point
        A value for every parameter.
    """

    def __init__(self, law: Law, variable: Node, point: Point):
        self.law, self.variable, self.point = law, variable, point
        self.fixed = BallEvaluation(point)
        self.log_density = law.log_density(variable)
        support = law.support
        self.lower = None if support.lower is None else self._number(support.lower)
        self.upper = None if support.upper is None else self._number(support.upper)
        self.scale = arb(1)
        self.mass: Any = None
        self.segments: dict[tuple[float | None, ...], Segment] = {}
        self.programs: dict[Node, Program] = {}
        if not support.is_whole:
            self.bulk = self._bulk()
            self.scale = self._width(self.bulk)

    def mean(self, function: Node) -> Any:
        """Enclose E[function]; the radius is an estimate for an integral, a bound for a sum.

        Raises
        ------
        NoRuleError
            The function has no value here.
        DomainError
            The integral or the sum does not settle: the mean does not exist or is out of reach.
        """
        if function is number(0):
            return arb(0)
        if self.law.support.is_whole:
            return self._sum(function)
        wanted = flint.ctx.prec // 2 + 8
        with working_precision(flint.ctx.prec + NEAR):
            self._require_mass(wanted)
            return self._integral(function, wanted)

    def _require_mass(self, wanted: int) -> None:
        """Refuse to average over a law of which the places miss nearly all of the mass."""
        if self.mass is None:
            self.mass = self._integral(number(1), wanted)
        if abs(self.mass) < LEAST_MASS:
            raise DomainError("the mass lies where no place of the integral is")

    def diverges(self, function: Node) -> bool:
        """Whether the terms of E[|function|] grow outward, on either side, as far as one sees."""
        if self.law.support.is_whole:
            return self._terms_grow(function)
        program, density = self._program(function), self._program(self.log_density)
        last = int(FARTHEST * 2**COARSEST)
        with working_precision(flint.ctx.prec + NEAR):
            ends = [self.lower, *self._cuts(function), self.upper]
            for segment in (self._segment(ends[0], ends[1]), self._segment(ends[-2], ends[-1])):
                places = range(-last, last + 1)
                terms = map(abs, segment.terms(COARSEST, places, density, program).values())
                seen = [float(term.log()) for term in terms if term.is_finite() and term > 0]
                if _grows(seen) or _grows(seen[::-1]):
                    return True
        return False

    def _terms_grow(self, function: Node) -> bool:
        density, values = self._program(self.log_density), self._program(function)
        assert self.lower is not None
        start, heights = int(float(self.lower)), []
        for k in range(start + 64, start + 64 + 2 * OUTER):
            memo: Memo = {}
            term = abs(at(density, arb(k), memo).exp() * at(values, arb(k), memo))
            heights.append(float((k * term).log()))  # as 1/k is summed to infinity
        return _grows(heights)

    def _number(self, node: Node) -> Any:
        return arb(self.fixed.value(node)[0, 0])

    def _program(self, node: Node) -> Program:
        if node not in self.programs:
            self.programs[node] = real_program(node, self.variable, self.fixed)
        return self.programs[node]

    # --- integrals --------------------------------------------------------------------

    def _cuts(self, function: Node) -> list[Any]:
        """The kinks of the density and of a function, and the bulk of the mass if it is apart."""
        kinks = {*self._kinks(self.log_density), *self._kinks(function)}
        apart = all(abs(self.bulk - kink) > self.scale / 8 for kink in kinks)
        cuts = sorted({*kinks, self.bulk} if apart else kinks, key=float)
        least = self.scale / 2**60  # one kink, found by two routes, is one cut
        return [cut for k, cut in enumerate(cuts) if k == 0 or cut - cuts[k - 1] > least]

    def _width(self, bulk: Any) -> Any:
        """How far from the bulk the log density has changed by 1, to a factor of 2."""
        density = self._program(self.log_density)
        here = float(at(density, bulk))

        def has_changed(k: int) -> bool:
            for place in (bulk + arb(2) ** k, bulk - arb(2) ** k):
                inside = (self.lower is None or place > self.lower) and (
                    self.upper is None or place < self.upper
                )
                value = float(at(density, place)) if inside else math.nan
                if math.isfinite(value) and abs(value - here) > 1:
                    return True
            return False

        low, high = -LARGEST, LARGEST
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if has_changed(middle) else (middle, high)
        return arb(2) ** high if high < LARGEST else arb(1)

    def _kinks(self, node: Node) -> list[Any]:
        """Where the arguments of kinked functions are zero."""
        inside, found = (self.lower, self.upper), list[Any]()
        for part in postorder(node):
            if _is_kinked(part) and part.depends_on(self.variable):
                argument = self._program(part.args[0])
                if any(map(_is_kinked, postorder(part.args[0]))):
                    found += zeros_between(argument, (self.bulk, *found), self.scale, inside)
                else:
                    found += zeros(argument, self.bulk, self.scale, inside)
        return [k for k in found if is_inside(k, inside)]

    def _bulk(self) -> Any:
        """A place near most of the mass: where density times stretch is largest."""
        density, line = self._program(self.log_density), Segment(self.lower, self.upper, arb(1))

        def place(t: float) -> tuple[Any, Any]:
            if self.lower is None and self.upper is None:
                return arb(t).sinh(), arb(t).cosh()
            places, slopes = line.spread(changed([arb(t) / 4]))
            return places[0], slopes[0]

        def height(t: float) -> float:
            x, stretch = place(t)
            value = float(at(density, x)) + math.log(max(float(stretch), 1e-300))
            return value if math.isfinite(value) else NOTHING

        best, spot = max((height(t), t) for t in (k / 2 for k in range(-16, 17)))
        step = 1.0
        while step > FINEST_STEP:
            found, where = max((height(t), t) for t in (spot - step, spot + step))
            if found > best:
                best, spot, step = found, where, 2 * step
            else:
                step /= 4
        if best == NOTHING:
            raise DomainError("the density is nothing wherever it was looked at")
        return place(spot)[0].mid()

    def _integral(self, function: Node, wanted: int) -> Any:
        ends = [self.lower, *self._cuts(function), self.upper]
        total = arb(0)
        for start, stop in pairwise(ends):
            total += self._between(function, self._segment(start, stop), wanted)
        return total

    def _segment(self, start: Any, stop: Any) -> Segment:
        key = tuple(None if end is None else float(end) for end in (start, stop))
        return self.segments.setdefault(key, Segment(start, stop, self.scale))

    def _between(self, function: Node, segment: Segment, wanted: int) -> Any:
        """The integral between two cuts, the spacing halved until `wanted` bits settle."""
        program, density = self._program(function), self._program(self.log_density)
        tolerance = arb(2) ** -wanted
        floor = tolerance * arb(2) ** -GUARD
        last = int(FARTHEST * 2**COARSEST)
        terms = segment.terms(COARSEST, range(-last, last + 1), density, program)
        known = {k: term for k, term in terms.items() if term.is_finite()}
        sums, before, last_gap = sum(known.values(), NO_TERM), None, None
        low, high = _window(known, floor * (1 + abs(sums)))
        if low < -last or high > last:
            raise DomainError("the integrand does not fall off")
        if any(low <= k <= high for k in terms.keys() - known.keys()):
            raise DomainError("the integrand has no value at a place that matters")
        for level in range(COARSEST, FINEST + 1):
            if level > COARSEST:
                scale = 2 ** (level - COARSEST)
                between = range(low * scale + 1, high * scale, 2)
                sums += sum(segment.terms(level, between, density, program).values(), NO_TERM)
            value = sums / 2**level
            if before is not None:
                gap = abs(value - before).upper()
                scale = abs(value) + tolerance
                error = gap if last_gap is None else _error(gap / scale, last_gap / scale) * scale
                if error < tolerance * scale:
                    cut = TAILS * floor * (1 + abs(value))
                    return arb(value.mid(), (error + cut + value.rad()).upper())
                last_gap = gap
            before = value
        raise DomainError("the integral does not settle")

    # --- sums -------------------------------------------------------------------------

    def _sum(self, function: Node) -> Any:
        """The sum over the support, from its lower end on.

        A tail like a power is its integral with the corrections of Euler and Maclaurin.
        """
        support = self.law.support
        density, values = self._program(self.log_density), self._program(function)
        assert self.lower is not None
        k = int(float(self.lower))
        last = None if self.upper is None else int(float(self.upper))
        if last is not None and (last - k) // support.step > MOST_TERMS:
            raise DomainError(f"the sum needs more than {MOST_TERMS} terms")
        total, before = arb(0), arb(0)
        for count in range(MOST_TERMS + 1):
            if last is not None and k > last:
                return total
            if count == HEAD and last is None and support.step == 1 and self._is_power(density, k):
                return total + self._tail(function, k)
            memo: Memo = {}
            weight = at(density, arb(k), memo).exp()
            term = weight * at(values, arb(k), memo)
            if not term.is_finite():
                raise DomainError(f"the term at {k} is not finite")
            total += term
            if last is None and self._is_negligible(density, k):
                ratio = abs(term) / abs(before) if not before.contains(0) else arb(0)
                if ratio < SLOWEST:
                    return total + arb(0, (2 * abs(term) / (1 - ratio)).upper())
            before = term
            k += support.step
        raise DomainError(f"the sum needs more than {MOST_TERMS} terms")

    def _is_power(self, density: Program, k: int) -> bool:
        """Whether the masses fall off like a power, alike from k to 2k and from there to 4k."""
        near, far, farther = (float(at(density, arb(j))) for j in (k, 2 * k, 4 * k))
        return near - far > 0 and far - farther < MOST_ALIKE * (near - far)

    def _tail(self, function: Node, k: int) -> Any:
        """The terms from k on; the radius is the last correction, and that of the integral."""
        precision = flint.ctx.prec
        with working_precision(precision + NEAR):
            segment = Segment(arb(k), None, arb(k))
            total = self._between(function, segment, precision // 2 + 8)
        with working_precision(precision, terms=2 * CORRECTIONS):
            place = arb_series([arb(k), arb(1)], 2 * CORRECTIONS)
            density, values = self._program(self.log_density), self._program(function)
            memo: Memo = {}
            taylor = at(density, place, memo).exp() * at(values, place, memo)
            total += taylor[0] / 2
            for j in range(1, CORRECTIONS + 1):
                bernoulli = arb(fmpq.bernoulli(2 * j)) / (2 * j)
                correction = bernoulli * taylor[2 * j - 1]
                total -= correction
            return total + arb(0, abs(correction).upper())

    def _is_negligible(self, density: Program, k: int) -> bool:
        """Whether the mass at k is nothing and shrinks from here on, as far as one looks."""
        heights = [float(at(density, arb(j))) for j in (k, k + 1, 2 * k + 2)]
        return (
            heights[0] < -(flint.ctx.prec + 20) * math.log(2)
            and heights[1] < heights[0]
            and heights[2] < heights[1]
        )


def mean(function: Node, law: Law, variable: Node, point: Point) -> Any:
    """Enclose E[function] under `law` at one point; see ``Grid.mean``."""
    return Grid(law, variable, point).mean(function)
