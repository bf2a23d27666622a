"""The capacity of a channel of numbers between two bounds, by alternating maximisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

MOST_ROUNDS = 200_000
WANTED = 1e-12
LONGEST = 10**12  # denominators
SPARE = Fraction(1, 10**13)  # rounding of the bounds


@dataclass(frozen=True)
class Bounded:
    """A value, how far the truth may lie from it, and the law of the input behind both."""

    value: Fraction
    gap: Fraction
    masses: tuple[Fraction, ...]


def capacity_by_numbers(rows: Sequence[Sequence[Fraction]], base: Fraction | None) -> Bounded:
    """Iterate ``p_i <- p_i exp(D_i)`` until the largest D_i and their mean agree."""
    unit = 1.0 if base is None else float(np.log(float(base)))
    W = np.array([[float(w) for w in row] for row in rows])
    W = W[:, W.sum(axis=0) > 0]
    entropies = np.array([np.sum(row[row > 0] * np.log(row[row > 0])) for row in W])
    p = np.full(len(W), 1 / len(W))
    for _ in range(MOST_ROUNDS):
        D = entropies - W @ np.log(p @ W)
        if D.max() - p @ D < WANTED:
            break
        p = p * np.exp(D - D.max())
        p /= p.sum()
    masses = [Fraction(max(float(v), 0.0)).limit_denominator(LONGEST) for v in p]
    total = sum(masses, Fraction(0))
    masses = [m / total for m in masses]
    p = np.array([float(m) for m in masses])
    D = entropies - W @ np.log(p @ W)
    low, high = sorted((float(p @ D) / unit, float(D.max()) / unit))
    value = Fraction(round((low + high) / 2 * LONGEST), LONGEST)
    gap = Fraction(max(high - low, 1e-12)) + SPARE
    return Bounded(value, gap, tuple(masses))
