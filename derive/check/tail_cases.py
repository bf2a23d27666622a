"""Cases for the slopes of binomial and Poisson tails: sums differentiated term by term."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import comb, factorial

from flint import arb, fmpq

from derive.check.cases import Case
from derive.check.stream import Stream

CASES = 8


def binomial_tail_slope(stream: Stream) -> Iterator[Case]:
    """Cases in k, n and p, by the product rule on every term."""
    for _ in range(CASES):
        k, more, part, rest = (int(j) for j in stream.integers(1, 7, (4,)))
        n, p = k + more - 1, Fraction(part, part + rest)
        q = 1 - p
        slope = Fraction(0)
        for j in range(k, n + 1):
            gain = j * p ** (j - 1) * q ** (n - j)
            loss = (n - j) * p**j * q ** (n - j - 1) if j < n else Fraction(0)
            slope += comb(n, j) * (gain - loss)
        yield Case({"k": k, "n": n, "p": p}, slope)


def poisson_tail_slope(stream: Stream) -> Iterator[Case]:
    """Cases in k and mu, by the product rule on every term below k."""
    for _ in range(CASES):
        k, part, below = (int(j) for j in stream.integers(1, 9, (3,)))
        mean = Fraction(part, below)
        slope = Fraction(0)
        for j in range(k):
            gain = j * mean ** (j - 1) if j else Fraction(0)
            slope -= (gain - mean**j) / factorial(j)
        yield Case(
            {"k": k, "mu": mean},
            arb(fmpq(slope.numerator, slope.denominator))
            * (-arb(fmpq(mean.numerator, mean.denominator))).exp(),
        )
