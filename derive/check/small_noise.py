"""Claims about small noise: the variance of a function of it, and the peak of a density.

The value is its mean plus a small multiple e of noise with the given covariance.  The noise
is a discrete law: three places per coordinate, with the moments of a standard normal value up
to order five, so every sum is finite and no derivative is taken.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import Any

from flint import arb, arb_mat, fmpq

from derive.check.claim import Kind
from derive.check.claims import PointClaim
from derive.check.compare import Outcome, largest
from derive.check.evaluate import BallEvaluation, Point
from derive.check.mutate import mutants_of
from derive.check.points import Bench, Setting, is_finite
from derive.check.precision import working_precision
from derive.check.words import brief
from derive.language.expression import Node
from derive.language.relations import Condition

BITS = 900
NOISE = 60  # the noise is multiplied by 2 to the minus this
CLOSE = 1e-20  # relative; what the noise leaves is below 1e-30
PLACES = ((-1, fmpq(1, 6)), (0, fmpq(2, 3)), (1, fmpq(1, 6)))  # of the root of three


@dataclass(frozen=True)
class SmallNoise(PointClaim):
    """``variance`` is the limit of ``Var g(m + e z) / e^(2 order)``, z of a given covariance.

    Parameters
    ----------
    function : Node, a scalar or a column
    means : tuple of (symbol, Node)
        Each variable and its mean; columns and scalars, which are stacked.
    covariance : Node, shape (d, d) for d entries of all variables
    variance : Node
    order : 1 or 2
        2 where the gradient vanishes at the mean; z is then normal.
    """

    function: Node
    means: tuple[tuple[Node, Node], ...]
    covariance: Node
    variance: Node
    order: int = 1
    conditions: tuple[Condition, ...] = ()
    kind: Kind = "result"
    level: str = "tested at points"

    def describe(self) -> str:
        return f"{brief(self.variance)} is the variance of {brief(self.function)} for small noise"

    def setting(self) -> Setting:
        found = tuple(mean for _, mean in self.means)
        inputs = (*found, self.covariance, self.function)
        named = tuple((x, mean) for x, mean in self.means if x is not mean)
        return Setting(inputs, (self.variance,), (), named, self.conditions)

    def outcome(self, bench: Bench, k: int, evaluation: BallEvaluation) -> Outcome:
        point = bench.points[k]
        with working_precision(BITS):
            exact = BallEvaluation(Point(point.sizes, dict(point.values)))
            means = [exact.value(mean) for _, mean in self.means]
            claimed = exact.value(self.variance)
            spread = _factor(exact.value(self.covariance))
            found = self._variance(point, means, spread)
            if not (is_finite(claimed) and is_finite(found)):
                return Outcome("undefined", float("inf"), claimed, found)
            scale = largest([*claimed.entries(), *found.entries(), arb(10) ** -30])
            error = float(largest((claimed - found).entries()) / scale)
            return Outcome("agree" if error < CLOSE else "differ", error, claimed, found)

    def _variance(self, point: Point, means: list[Any], spread: Any) -> Any:
        """The variance of the function under the discrete law, over the power of the noise."""
        size, root, noise = spread.nrows(), arb(3).sqrt(), arb(2) ** -NOISE
        values, shares = [], []
        for places in product(PLACES, repeat=size):
            step = spread * arb_mat(size, 1, [root * place for place, _ in places]) * noise
            held, begin = dict(point.values), 0
            for (variable, _), mean in zip(self.means, means, strict=True):
                rows = mean.nrows()
                part = [step[begin + i, 0] for i in range(rows)]
                held[variable] = mean + arb_mat(rows, 1, part)
                begin += rows
            values.append(BallEvaluation(Point(point.sizes, held)).value(self.function))
            shares.append(arb(prod((share for _, share in places), start=fmpq(1))))
        mean_value = sum_of(value * share for value, share in zip(values, shares, strict=True))
        rest = [value - mean_value for value in values]
        whole = sum_of((r * r.transpose()) * share for r, share in zip(rest, shares, strict=True))
        return whole * arb(2) ** (2 * NOISE * self.order)

    def mutants(self) -> tuple[SmallNoise, ...]:
        return tuple(replace(self, variance=other) for other in mutants_of(self.variance))


@dataclass(frozen=True)
class NormalPeak(PointClaim):
    """About ``mode`` a log density falls as that of a normal law, which integrates to this.

    Along each direction u of a factor of the covariance, ``f(m) - (f(m + e u) + f(m - e u))/2``
    is ``e^2/2`` for small e; the integral is the value there times the product of the widths.

    Parameters
    ----------
    log_density : Node, shape (1, 1)
    variable : symbol, a scalar or a column
    mode, covariance : Node
    log_integral : Node, shape (1, 1)
    """

    log_density: Node
    variable: Node
    mode: Node
    covariance: Node
    log_integral: Node
    conditions: tuple[Condition, ...] = ()
    kind: Kind = "result"
    level: str = "tested at points"

    def describe(self) -> str:
        return f"{brief(self.log_density)} has a normal peak of covariance {brief(self.covariance)}"

    def setting(self) -> Setting:
        sides = (self.mode, self.covariance, self.log_integral)
        named = ((self.variable, self.mode),)
        return Setting((self.mode, self.log_density), sides, (), named, self.conditions)

    def outcome(self, bench: Bench, k: int, evaluation: BallEvaluation) -> Outcome:
        point = bench.points[k]
        with working_precision(BITS):
            exact = BallEvaluation(Point(point.sizes, dict(point.values)))
            mode, width = exact.value(self.mode), _factor(exact.value(self.covariance))
            top = self._at(point, mode)
            size, noise = width.nrows(), arb(2) ** -NOISE
            falls, volume = [], top
            for j in range(size):
                u = arb_mat(size, 1, [width[i, j] * noise for i in range(size)])
                both = self._at(point, mode + u) + self._at(point, mode - u)
                falls.append((2 * top - both) / noise**2)
                volume = volume + width[j, j].log() + (2 * arb.pi()).log() / 2
            found = arb_mat(size + 1, 1, [*falls, exact.value(self.log_integral)[0, 0]])
            claimed = arb_mat(size + 1, 1, [*[arb(1)] * size, volume])
            if not (is_finite(claimed) and is_finite(found)):
                return Outcome("undefined", float("inf"), claimed, found)
            scale = largest([*claimed.entries(), *found.entries()])
            error = float(largest((claimed - found).entries()) / scale)
            return Outcome("agree" if error < CLOSE else "differ", error, claimed, found)

    def _at(self, point: Point, place: Any) -> Any:
        held = {**point.values, self.variable: place}
        return BallEvaluation(Point(point.sizes, held)).value(self.log_density)[0, 0]

    def mutants(self) -> tuple[NormalPeak, ...]:
        spreads = (replace(self, covariance=other) for other in mutants_of(self.covariance))
        totals = (replace(self, log_integral=other) for other in mutants_of(self.log_integral))
        return (*spreads, *totals)


def _factor(S: Any) -> Any:
    """The lower triangular L with L L' = S; not finite where S is not positive semidefinite."""
    size = S.nrows()
    L = arb_mat(size, size)
    for i in range(size):
        for j in range(i + 1):
            rest = S[i, j] - sum((L[i, k] * L[j, k] for k in range(j)), start=arb(0))
            is_nothing = bool(rest == 0 and L[j, j] == 0)
            L[i, j] = rest.sqrt() if i == j else arb(0) if is_nothing else rest / L[j, j]
    return L


def sum_of(matrices: Any) -> Any:
    """The sum of at least one matrix."""
    first, *rest = matrices
    for matrix in rest:
        first = first + matrix
    return first
