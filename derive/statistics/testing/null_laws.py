"""The laws of pivots as numbers: probabilities below and above, and quantiles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
from scipy import special

from derive.errors import ArgumentError, DomainError

SIDES = ("two-sided", "greater", "less")


def _f_place(p: Any, first: float, second: float) -> Any:
    """The point of an F law with `p` above it: both shares of a sum of squares keep digits."""
    above = special.betaincinv(second / 2, first / 2, p)
    return second * special.betainccinv(first / 2, second / 2, p) / (first * above)


# family: probability below, probability above, points with a probability below and above them;
# each takes the degrees first
FAMILIES: Mapping[str, tuple[Callable[..., Any], ...]] = {
    "normal": (
        special.ndtr,
        lambda x: special.ndtr(-x),
        special.ndtri,
        lambda p: -special.ndtri(p),
    ),
    "student": (
        special.stdtr,
        lambda k, x: special.stdtr(k, -x),
        special.stdtrit,
        lambda k, p: -special.stdtrit(k, p),
    ),
    "chi_squared": (
        special.chdtr,
        special.chdtrc,
        lambda k, p: 2 * special.gammaincinv(k / 2, p),
        special.chdtri,
    ),
    "f": (
        special.fdtr,
        special.fdtrc,
        lambda a, b, p: 1 / _f_place(p, b, a),
        lambda a, b, p: _f_place(p, a, b),
    ),
}
NAMES = {"normal": "Normal", "student": "StudentT", "chi_squared": "ChiSquared", "f": "FisherF"}


@dataclass(frozen=True)
class NullLaw:
    """The law of a statistic where the null hypothesis is true.

    Attributes
    ----------
    family : str
        A key of ``FAMILIES``.
    degrees : tuple of float
        Degrees of freedom; none for the standard normal law.
    """

    family: str
    degrees: tuple[float, ...] = ()

    def below(self, x: float) -> float:
        """P(statistic <= x)."""
        return float(FAMILIES[self.family][0](*self.degrees, x))

    def above(self, x: float) -> float:
        """P(statistic > x), without the rounding of 1 - below."""
        return float(FAMILIES[self.family][1](*self.degrees, x))

    def quantile(self, p: float) -> float:
        """The point with probability `p` below it."""
        return self._point(2, p, "below")

    def point_above(self, p: float) -> float:
        """The point with probability `p` above it, without the rounding of 1 - p."""
        return self._point(3, p, "above")

    def _point(self, place: int, p: float, side: str) -> float:
        with np.errstate(all="ignore"):
            found = float(FAMILIES[self.family][place](*self.degrees, p))
        if not isfinite(found):
            raise DomainError(
                f"the point of {self} with probability {p:g} {side} it is beyond double precision\n"
                f"  to fix   : ask for a level further from 0 and 1"
            )
        return found

    def p_value(self, x: float, alternative: str) -> float:
        """How often the statistic is at least as far out; two-sided doubles the smaller tail."""
        if alternative == "less":
            return self.below(x)
        if alternative == "greater":
            return self.above(x)
        return min(1.0, 2 * min(self.below(x), self.above(x)))

    def __str__(self) -> str:
        degrees = ", ".join(f"{k:.6g}" for k in self.degrees)
        return f"{NAMES[self.family]}({degrees or '0, 1'})"


def require_side(alternative: Any) -> str:
    """Raise unless it is the name of an alternative.

    Raises
    ------
    ArgumentError
        It is not.
    """
    if alternative not in SIDES:
        raise ArgumentError(
            f"no alternative is called {str(alternative)[:40]!r}\n  known    : {', '.join(SIDES)}"
        )
    return str(alternative)
