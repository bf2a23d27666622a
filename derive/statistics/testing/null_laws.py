"""The laws of pivots as numbers: probabilities below and above, and quantiles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from scipy import special

from derive.errors import ArgumentError

SIDES = ("two-sided", "greater", "less")

# family: probability below, probability above, quantile; each takes the degrees first
FAMILIES: Mapping[str, tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]] = {
    "normal": (special.ndtr, lambda x: special.ndtr(-x), special.ndtri),
    "student": (
        special.stdtr,
        lambda k, x: special.stdtr(k, -x),
        special.stdtrit,
    ),
    "chi_squared": (
        special.chdtr,
        special.chdtrc,
        lambda k, p: special.chdtri(k, 1 - p),
    ),
    "f": (special.fdtr, special.fdtrc, special.fdtri),
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
        if self.family == "normal":
            return float(special.ndtri(p))
        return float(FAMILIES[self.family][2](*self.degrees, p))

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
