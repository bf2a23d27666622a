"""The claim that a law has a given mass up to a place, by summation of its density."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from flint import arb, arb_mat

from derive.check.claim import Plan
from derive.check.evaluate import BallEvaluation, Point
from derive.check.law_claims import MeanClaim
from derive.check.law_grid import Grid
from derive.check.precision import bits_for, working_precision
from derive.language.expression import number
from derive.language.functions import elementwise

AWAY = (-0.7, 0.4, 1.3)  # from the bulk, in widths of it
FIRST = 4  # whole numbers from the lower end on


@dataclass(frozen=True)
class PlaceClaim(MeanClaim):
    """Two functions of the value are equal at places where the law has its mass."""

    def mutants(self) -> tuple[MeanClaim, ...]:
        """The right side with a part more."""
        nudge = number(Fraction(1, 1000))
        return (replace(self, right=self.right * (1 + nudge) + nudge),)

    def _sides(self, plan: Plan, place: int) -> tuple[Any, Any]:
        with working_precision(bits_for(plan.digits)):
            evaluation = BallEvaluation(self._point(plan, place))
            return evaluation.value(self.left), evaluation.value(self.right)

    def _point(self, plan: Plan, place: int) -> Point:
        """A point of the bench with the value moved to where the mass is."""
        point = self.bench.points(plan)[place]
        grid = self.bench.grid(next(iter(self.bench.laws)), plan, place)
        values = {**point.values, self.bench.variable: arb_mat([[_place_of(grid, place)]])}
        return Point(point.sizes, values)


@dataclass(frozen=True)
class MassClaim(PlaceClaim):
    """The mass up to the place ``left`` is ``right``.

    Where the place is the value itself, it lies where the law has its mass.
    """

    def mutants(self) -> tuple[MassClaim, ...]:
        """The mass a thousandth more or less, and what lies above the place."""
        nudge = number(Fraction(1, 1000))
        wrong = (self.right + nudge, self.right - nudge, 1 - self.right + nudge)
        return tuple(replace(self, right=right) for right in wrong)

    def _sides(self, plan: Plan, place: int) -> tuple[Any, Any]:
        with working_precision(bits_for(plan.digits)):
            grid = self.bench.grid(next(iter(self.bench.laws)), plan, place)
            evaluation = BallEvaluation(self._point(plan, place))
            masses = [
                grid.mean(elementwise("closed_step", number(_fraction(at)) - self.bench.variable))
                for at in _ends(evaluation.value(self.left)[0, 0], plan)
            ]
            mass = masses[0].union(masses[-1])
            return arb_mat(1, 1, [mass]), evaluation.value(self.right)


def _ends(place: Any, plan: Plan) -> tuple[Any, ...]:
    """The middle of a place; both ends of one that is known to few digits."""
    if 2 * place.rel_accuracy_bits() > bits_for(plan.digits) or not place.is_finite():
        return (place,)
    return place.lower(), place.upper()


def _place_of(grid: Grid, k: int) -> Any:
    """A place inside the support, not far from the bulk of the mass."""
    support = grid.law.support
    if support.is_whole:
        assert grid.lower is not None
        last = FIRST if grid.upper is None else int(float(grid.upper - grid.lower)) // support.step
        return arb(grid.lower + support.step * (k % (min(FIRST, last) + 1))).mid()
    found = grid.bulk + grid.scale * AWAY[k % len(AWAY)]
    if grid.lower is not None and not found > grid.lower:
        found = (grid.lower + grid.bulk) / 2
    if grid.upper is not None and not found < grid.upper:
        found = (grid.upper + grid.bulk) / 2
    return found.mid()


def _fraction(value: Any) -> Fraction:
    """The midpoint of a ball, exactly."""
    mantissa, exponent = arb(value).mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
