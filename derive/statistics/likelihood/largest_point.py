"""The largest point of a likelihood by numbers: all of the domain is looked at, to its ends.

The unknowns stand on the whole line here: a positive one by its logarithm, a probability by its
log-odds.  A likelihood may have several tops, and may be larger at the end of the domain than at
any of them; so tops are sought from a grid, and the best is compared with far points.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, TypeAlias

import numpy as np
import scipy.optimize
from numpy.typing import NDArray

from derive.errors import DomainError
from derive.language.expression import Node
from derive.progress import doing

Vector: TypeAlias = NDArray[np.float64]
Function: TypeAlias = Callable[[Vector], float]

NOWHERE = 1e300  # the value where there is no likelihood
FARTHEST = 25.0  # on the scale of logarithms: a maximum beyond it is at infinity
FLAT = 1e-8  # of a mean log density: less is no fall
NEARBY = 1e-7  # where a likelihood differs by its rounding alone
ROUNDED = 1e-12  # the same where a likelihood may be as sharp as a power of p = e^18
WALL = 1e-3  # how far beside a top, in widths, the likelihood must have a value
SPAN = 7.0  # of logarithms on either side of the grid's middle
POINTS = 300  # of the grid, in all
TOPS = 3  # of the grid from which a search starts, for each unknown
STEPS_OUT = (2.0, 5.0, 10.0, 18.0)
ROUGH = (1e-4, 1e-8)  # digits of the place and of the value in a first search
CLOSE = 1e-5  # of rough tops to the highest: those are searched again
SAME = 1e-11  # of two tops: closer are as likely
APART = 1e-2  # of two tops, in widths


@dataclass(frozen=True)
class LargestPoint:
    """Where minus the mean log density is least over some unknowns.

    Attributes
    ----------
    unknowns : tuple of symbol
    minus : function of an array
        Minus the mean log density, the unknowns on the whole line; ``NOWHERE`` outside.
    sample : array
    """

    unknowns: tuple[Node, ...]
    minus: Function
    sample: Vector

    def place(self) -> Vector:
        """The point.

        Raises
        ------
        DomainError
            There is none inside the domain, or several are as likely.
        """
        with doing("searching for the largest likelihood of {}", self._names):
            tries = self._tops()
        best = min(tries, key=lambda one: float(one.fun))
        for p, t in zip(self.unknowns, best.x, strict=True):
            if best.fun >= NOWHERE or (not is_free(p) and abs(t) > FARTHEST):
                raise _without_maximum(
                    f"it still grows where {p.name} goes to {_end(p, t)}", p.name
                )
        with doing("comparing the largest likelihood with the ends of {}", self._names):
            self._require_room(best)
            self._require_drop(best)
            self._require_best_of_ends(best)
        self._require_only(best, tries)
        return np.asarray(best.x, float)

    @property
    def _names(self) -> str:
        return ", ".join(p.name for p in self.unknowns)

    @cached_property
    def _width(self) -> float:
        return float(np.std(self.sample)) or 1.0

    # --- the tops -----------------------------------------------------------------------

    def _tops(self) -> list[Any]:
        """Where searches end that start at the lowest points of a grid."""
        lines = [self._line(p) for p in self.unknowns]
        shape = tuple(map(len, lines))
        table = np.array([self.minus(np.array(place)) for place in product(*lines)]).reshape(shape)
        low = [at for at in np.ndindex(*shape) if _is_low(table, at)]
        low.sort(key=lambda at: float(table[at]))
        starts = [
            np.array([line[k] for line, k in zip(lines, at, strict=True)])
            for at in low[: TOPS * (10 if len(lines) == 1 else len(lines))]
        ]
        rough = [least_near(self.minus, start, ROUGH) for start in starts]
        rough = rough or [least_near(self.minus, np.array([line[0] for line in lines]))]
        lowest = min(float(one.fun) for one in rough)
        close = [one for one in rough if float(one.fun) <= lowest + CLOSE * (1 + abs(lowest))]
        return [self._polished(one.x) for one in self._apart(close)]

    def _apart(self, found: list[Any]) -> list[Any]:
        """Ends of searches, one for each place."""
        units, kept = np.array([self._unit(p) for p in self.unknowns]), list[Any]()
        for one in sorted(found, key=lambda one: float(one.fun)):
            if all(np.max(np.abs(one.x - other.x) / units) > APART for other in kept):
                kept.append(one)
        return kept

    def _polished(self, start: Vector) -> Any:
        return least_near(self.minus, least_near(self.minus, start).x)

    def _line(self, p: Node) -> list[float]:
        """Values of one unknown, from end to end; for a place also near every value."""
        count = max(5, int(POINTS ** (1 / len(self.unknowns))))
        if is_free(p):
            inside = np.unique(np.quantile(self.sample, np.linspace(0, 1, min(count, 41))))
            low, high = np.min(self.sample) - self._width, np.max(self.sample) + self._width
            return sorted({*inside, *np.linspace(low, high, count)})
        middles = {0.0} if "probability" in p.facts else {0.0, float(np.log(self._width))}
        return list(np.linspace(min(middles) - SPAN, max(middles) + SPAN, count))

    # --- what the best is compared with ---------------------------------------------------

    def _require_room(self, best: Any) -> None:
        """Refuse a point at the wall beyond which no likelihood can be computed."""
        for k, p in enumerate(self.unknowns):
            for sign in (1.0, -1.0):
                beside = np.asarray(best.x, float).copy()
                beside[k] += sign * WALL * self._unit(p)
                if self.minus(beside) >= NOWHERE:
                    raise DomainError(
                        f"the likelihood of this sample has no maximum that numbers tell: beside "
                        f"{p.name} = {back(p, best.x[k]):.6g}, where it still grows, it is out of "
                        f"their range\n"
                        f"  to fix   : give the sample in another unit, or hold {p.name}"
                    )

    def _require_drop(self, best: Any) -> None:
        """Refuse a point from which the likelihood does not fall, the others made best again."""
        for k, p in enumerate(self.unknowns):
            others = np.arange(len(self.unknowns)) != k
            least = float(best.fun) + 10 * self._noise(best.x, others)
            least += FLAT * (1 + abs(float(best.fun)))
            for sign in (1.0, -1.0):
                _, value = self._with_one_held(best.x, k, best.x[k] + sign * self._unit(p))
                if value <= least:
                    raise DomainError(
                        f"the likelihood of this sample has no maximum that numbers tell: it does "
                        f"not fall where {p.name} goes {'up' if sign > 0 else 'down'} from "
                        f"{back(p, best.x[k]):.6g}\n"
                        f"  to fix   : hold {p.name}, or take a law that fits the sample"
                    )

    def _require_best_of_ends(self, best: Any) -> None:
        """Refuse a top that is lower than far points along some unknown."""
        for k, p in enumerate(self.unknowns):
            others = np.arange(len(self.unknowns)) != k
            for sign in (1.0, -1.0):
                place = np.asarray(best.x, float)
                for out in STEPS_OUT:
                    far = np.exp(out) if is_free(p) else out
                    place, value = self._with_one_held(
                        place, k, best.x[k] + sign * far * self._unit(p)
                    )
                    if value >= NOWHERE:
                        break
                    noise = self._noise(place, others, ROUNDED)
                    if value < float(best.fun) - 100 * noise - FLAT * (1 + abs(float(best.fun))):
                        raise _without_maximum(
                            f"at {self._written(best.x)} there is a top, but it is larger where "
                            f"{p.name} is {back(p, place[k]):.6g}, on the way to "
                            f"{_end(p, sign)}",
                            p.name,
                        )

    def _require_only(self, best: Any, tries: list[Any]) -> None:
        """Refuse a point that is as likely as another one."""
        for one in tries:
            gap = np.abs(one.x - best.x) / [self._unit(p) for p in self.unknowns]
            level = float(best.fun)
            if abs(float(one.fun) - level) > SAME * (1 + abs(level)) or gap.max() < APART:
                continue
            if self.minus((one.x + best.x) / 2) > level + FLAT * (1 + abs(level)):
                raise DomainError(
                    f"the likelihood of this sample is largest at more than one point: "
                    f"{self._written(best.x)} and {self._written(one.x)} are as likely\n"
                    f"  to fix   : give more values; no one of the points is the estimate"
                )

    def _with_one_held(self, start: Vector, k: int, t: float) -> tuple[Vector, float]:
        """The best point with one unknown at `t`, sought from `start`."""
        place = np.asarray(start, float).copy()
        place[k] = t
        others = np.arange(len(place)) != k
        if len(place) == 1:
            return place, self.minus(place)

        def beside(rest: Vector) -> float:
            there = place.copy()
            there[others] = rest
            return self.minus(there)

        found = least_near(beside, place[others], ROUGH)
        place[others] = found.x
        return place, float(found.fun)

    def _noise(self, place: Vector, others: NDArray[np.bool_], step: float = NEARBY) -> float:
        near = [self.minus(place + step * j * (1 + abs(place)) * ~others) for j in range(-4, 5)]
        return max(near) - min(near)

    def _unit(self, p: Node) -> float:
        return self._width if is_free(p) else 1.0

    def _written(self, place: Vector) -> str:
        pairs = zip(self.unknowns, place, strict=True)
        return ", ".join(f"{p.name} = {back(p, t):.6g}" for p, t in pairs)


def least_near(
    function: Function, start: Vector, digits: tuple[float, float] = (1e-11, 1e-15)
) -> Any:
    """The least value of a function near a start, without derivatives."""
    place, value = digits
    options: Any = {"xatol": place, "fatol": value, "maxiter": 400 * len(start)}
    search: Any = scipy.optimize.minimize
    return search(function, start, method="Nelder-Mead", options=options)


def is_free(p: Node) -> bool:
    """Whether the unknown takes every number."""
    return not {"positive", "probability"} & p.facts


def back(p: Node, t: float) -> float:
    """A number on the whole line as a value of the parameter."""
    if "probability" in p.facts:
        return float(1 / (1 + np.exp(-t)))
    return float(np.exp(min(t, 700.0))) if "positive" in p.facts else float(t)


def _is_low(table: NDArray[np.float64], at: tuple[int, ...]) -> bool:
    """Whether a point of the grid is no higher than those beside it."""
    if table[at] >= NOWHERE:
        return False
    for axis, k in enumerate(at):
        for beside in (k - 1, k + 1):
            if 0 <= beside < table.shape[axis]:
                there = (*at[:axis], beside, *at[axis + 1 :])
                if table[there] < table[at]:
                    return False
    return True


def _end(p: Node, sign: float) -> str:
    if sign > 0:
        return "1" if "probability" in p.facts else "infinity"
    return "minus infinity" if is_free(p) else "zero, the lower end of its domain"


def _without_maximum(why: str, name: str) -> DomainError:
    return DomainError(
        f"the likelihood of this sample has no maximum: {why}\n"
        f"  to fix   : hold {name}, or take a law that fits the sample"
    )
