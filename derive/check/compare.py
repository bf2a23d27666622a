"""The decision rule: two ball matrices agree, differ, are too wide to tell, or undefined.

Disjoint balls prove a difference.  Overlapping balls agree only if both are narrow.  A nan
ball overlaps everything, so finiteness is asked first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from flint import arb

from derive.check.claim import Plan
from derive.check.points import is_finite
from derive.check.precision import MOST_BITS, bits_for

State = Literal["agree", "differ", "wide", "undefined"]
SMALLEST_SCALE = 1e-30


@dataclass(frozen=True)
class Outcome:
    """One comparison at one point: what was found, a relative error bound, both sides.

    The gap is ``left - right``, where it is known more closely than from the two sides.
    """

    state: State
    error: float
    left: Any
    right: Any
    gap: Any = None


def tolerance(plan: Plan) -> Any:
    """The largest relative radius that counts as agreement: half of the digits."""
    return arb(10) ** (-(plan.digits // 2))


def precisions(plan: Plan) -> Iterator[int]:
    """The bits to try: those of the plan, doubled until ``MOST_BITS``."""
    bits = bits_for(plan.digits)
    yield bits
    while 2 * bits <= MOST_BITS:
        bits *= 2
        yield bits


def compare(left: Any, right: Any, plan: Plan, scale: Any = None) -> Outcome:
    """Compare two ball matrices of one shape.

    `scale` is what an error is measured against, by default the largest entry; nothing
    smaller than ``SMALLEST_SCALE`` counts as a scale, or zero could never be compared.
    """
    if not (is_finite(left) and is_finite(right)):
        return Outcome("undefined", float("inf"), left, right)
    differences = (left - right).entries()
    if scale is None:
        scale = largest([*left.entries(), *right.entries()])
    bound, unit = largest(differences), largest([scale, arb(SMALLEST_SCALE)])
    error = float(bound / unit)
    if not all(x.contains(0) for x in differences):
        return Outcome("differ", error, left, right)
    return Outcome("agree" if bound <= tolerance(plan) * unit else "wide", error, left, right)


def largest(entries: list[Any]) -> Any:
    """An upper bound of the absolute values."""
    top = arb(0)
    for x in entries:
        bound = x.abs_upper()
        if bound > top:
            top = bound
    return top
