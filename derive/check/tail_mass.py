"""The mass of a density between a point and an end of its support, singular or far off.

The integral is over the logarithm of the distance to that end, on which a singular density and
a heavy tail fall off like exponentials, by the trapezoidal rule after a double exponential
change; the density is evaluated in balls with as many bits as the distance asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cosh, exp, log, pi, sinh

from flint import arb

from derive.check.evaluate import BallEvaluation, Point
from derive.check.precision import working_precision
from derive.errors import NoRuleError
from derive.language.expression import Node

BITS = 100
FARTHEST = 9.0  # of u: exp(-pi/2 sinh(9)) is 1e-2700
NOTHING, ENOUGH = 1e-14, 1e-9  # of the integral
FINEST = 1 / 256


def number_at(node: Node) -> arb:
    """The value of an expression without symbols, at the working precision."""
    value: arb = BallEvaluation(Point()).value(node)[0, 0]
    return value


@dataclass(frozen=True)
class Tail:
    """The part of a law of `variable` from a point to an `edge`; None is the infinite one.

    Attributes
    ----------
    log_density : Node, shape (1, 1)
    variable : Node
    edge : Node or None
        The end of the support that the part reaches to.
    point : float
    width : float
        A length on which the density changes; negative where the part lies below the point.
    """

    log_density: Node
    variable: Node
    edge: Node | None
    point: float
    width: float

    def mass(self) -> float:
        """The integral of the density.

        Raises
        ------
        NoRuleError
            It does not settle.
        """
        step, before = 1 / 4, 0.0
        total = self._sum(step, 0.0)
        while step > FINEST:
            finer = (total + self._sum(step, step / 2)) / 2
            if abs(finer - total) < ENOUGH * finer and abs(total - before) < 1e-2 * finer:
                return finer
            before, total, step = total, finer, step / 2
        raise NoRuleError(
            f"the mass beyond {self.point:.6g} does not settle, so the end is not checked\n"
            f"  to fix   : ask for a level further from 0 and 1"
        )

    def _sum(self, step: float, start: float) -> float:
        """The trapezoidal sum over a grid, first towards the point, until nothing is added."""
        total = 0.0
        for sign in (-1.0, 1.0):
            u, idle = start if sign > 0 else start - step, 0
            while idle < 3 + 1 / step and abs(u) < FARTHEST:
                term = self._term(u)
                total += step * term
                idle = idle + 1 if total and term <= NOTHING * total else 0
                u += sign * step
        return total

    def _term(self, u: float) -> float:
        """The density at the place of `u`, times the slope of that change."""
        stretch = (pi if self.edge is not None else pi / 2) * sinh(u)
        with working_precision(BITS + int(1.5 * abs(stretch))):
            slope = arb(cosh(u)).log()
            if self.edge is None:
                x = self.point + self.width * arb(stretch).exp()
                slope += arb(abs(self.width) * pi / 2).log() + stretch
            else:
                end = number_at(self.edge)
                away = self.point - end
                share = 1 / (1 + arb(stretch).exp())
                x = end + away * share
                slope += (abs(away) * share * (1 - share)).log() + log(pi)
            found = BallEvaluation(Point(values={self.variable: x})).value(self.log_density)[0, 0]
            value = float((found + slope).mid())
        return exp(value) if value > -700 else 0.0
