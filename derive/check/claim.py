"""What can be claimed and what a check finds: plans, findings, claims.

A claim is anything with the methods of ``Claim``.  Each module of this room holds
claims of one kind; none of them uses the engine or a rule of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import index
from typing import Literal, Protocol, TypeAlias

from derive.errors import ArgumentError

Verdict = Literal["verified", "refuted", "unchecked"]
Kind = Literal["line", "result", "statement"]
SizeSets: TypeAlias = tuple[tuple[tuple[str, int], ...], ...]

LEVELS = (
    "proved",
    "enclosed at points",
    "tested at points",
    "visited regions only",
    "not checked",
)


LEAST_DIGITS, MOST_DIGITS = 10, 200
MOST_POINTS = 1000


@dataclass(frozen=True)
class Plan:
    """How a check is made: least number of points per claim, decimal digits, seed.

    Raises
    ------
    ArgumentError
        One of them is no whole number or out of its range.

    Examples
    --------
    >>> Plan(points=20).points
    20
    """

    points: int = 12
    digits: int = 50
    seed: int = 0

    def __post_init__(self) -> None:
        _require_whole("points", self.points, 1, MOST_POINTS)
        _require_whole("precision", self.digits, LEAST_DIGITS, MOST_DIGITS)
        _require_whole("seed", self.seed, 0, None)


def _require_whole(name: str, value: object, least: int, most: int | None) -> None:
    """Raise unless a part of a plan is a whole number in its range."""
    reach = f"at least {least}" if most is None else f"from {least} to {most}"
    try:
        number = None if isinstance(value, bool) else index(value)  # type: ignore[arg-type]
    except TypeError:
        number = None
    if number is None or number < least or (most is not None and number > most):
        raise ArgumentError(
            f"{name} must be a whole number, {reach}, got {str(value)[:40]}\n"
            f"  to fix   : leave it out for the default, or give such a number"
        )


@dataclass(frozen=True)
class Finding:
    """What was found of one claim.

    Attributes
    ----------
    claim : str
        The claim in words.
    verdict : "verified", "refuted" or "unchecked"
    level : str
        One of ``LEVELS``, from the strongest to the weakest.
    points : int
        Number of admissible points at which the claim was compared.
    worst : float
        The largest relative error bound seen.
    sizes : tuple of size sets
        Each is a tuple of (size name, number).
    avoided : tuple of str
        What the points keep away from.
    reason : str
        Why it was refuted or could not be checked.
    kind : "line", "result" or "statement"
        How a certificate counts it.
    counterexample : str
        Where a refuted claim fails, with both values.
    digits : int or None
        Digits carried, where they are fewer than the plan asks for.
    """

    claim: str
    verdict: Verdict
    level: str
    points: int = 0
    worst: float = 0.0
    sizes: SizeSets = ()
    avoided: tuple[str, ...] = ()
    reason: str = ""
    kind: Kind = "statement"
    counterexample: str = ""
    digits: int | None = None


class Claim(Protocol):
    """Something that can be true or false of numbers."""

    def describe(self) -> str:
        """The claim in one line of words."""
        ...

    def examine(self, plan: Plan) -> Finding:
        """Try to refute the claim."""
        ...

    def mutants(self) -> tuple[Claim, ...]:
        """False variants of the claim (a changed sign, a factor): the negative control."""
        ...
