"""Where functions with kinks have them: the zeros of what stands inside."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import flint
from flint import arb

from derive.check.law_functions import Program, at

DISTANCES = range(-24, 25)  # halves of powers of two of the scale at which signs are looked at


def zeros(argument: Program, bulk: Any, scale: Any, inside: tuple[Any, Any]) -> list[Any]:
    """The zero of a smooth function that is linear, or those that are found near the bulk."""
    value = [at(argument, arb(k)) for k in (0, 1, 2)]
    slope = value[1] - value[0]
    if (value[2] - value[1] - slope).contains(0) and not slope.contains(0):
        return [(-value[0] / slope).mid()]
    return zeros_between(argument, (bulk,), scale, inside)


def zeros_between(
    argument: Program, around: Sequence[Any], scale: Any, inside: tuple[Any, Any]
) -> list[Any]:
    """Zeros between places near the given ones at which a function has other signs."""
    steps = [side * scale * arb(2) ** (arb(k) / 2) for k in DISTANCES for side in (-1, 1)]
    places = [centre + step for centre in around for step in (*steps, arb(0))]
    places = sorted({p.mid() for p in places if is_inside(p, inside)}, key=float)
    known = [(p, value) for p in places if (value := at(argument, p)).is_finite()]
    return [p for p, value in known if value.contains(0)] + [
        _between(argument, low, high, bool(value > 0))
        for (low, value), (high, other) in pairwise(known)
        if (value > 0 and other < 0) or (value < 0 and other > 0)
    ]


def is_inside(place: Any, ends: tuple[Any, Any]) -> bool:
    """Whether a place lies between two ends, ``None`` for no end."""
    low, high = ends
    return (low is None or place > low) and (high is None or place < high)


def _between(argument: Program, low: Any, high: Any, falls: bool) -> Any:
    """The zero between two places, by halving."""
    for _ in range(flint.ctx.prec):
        middle = ((low + high) / 2).mid()
        value = at(argument, middle)
        if value.contains(0) or not value.is_finite():
            return middle
        low, high = (middle, high) if (value > 0) == falls else (low, middle)
    return ((low + high) / 2).mid()
