"""What can be claimed and what a check finds: plans, findings, claims.

A claim is anything with the methods of ``Claim``.  Each module of this room holds
claims of one kind; none of them uses the engine or a rule of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Verdict = Literal["verified", "refuted", "unchecked"]
Kind = Literal["line", "result", "statement"]

LEVELS = (
    "proved",
    "enclosed at points",
    "tested at points",
    "visited regions only",
    "not checked",
)


@dataclass(frozen=True)
class Plan:
    """How a check is made: least number of points per claim, decimal digits, seed."""

    points: int = 12
    digits: int = 50
    seed: int = 0


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
    sizes: tuple[tuple[tuple[str, int], ...], ...] = ()
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
