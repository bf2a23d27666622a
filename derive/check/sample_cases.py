"""Cases for pages about samples: every sample of a small law, each with its probability."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from derive.check.cases import Case
from derive.check.stream import Stream

CASES = 5


def _laws(stream: Stream) -> Iterator[tuple[int, list[Fraction], list[Fraction]]]:
    """A sample size, three values and their probabilities."""
    for k in range(CASES):
        numbers = [int(j) for j in stream.integers(1, 9, (6,))]
        total = sum(numbers[3:])
        values = [Fraction(j, 2) for j in numbers[:2]] + [Fraction(-numbers[2])]
        yield 2 + k % 4, values, [Fraction(j, total) for j in numbers[3:]]


def _averaged(n: int, values: list[Fraction], shares: list[Fraction], power: str) -> Fraction:
    """Over all samples: the mean sum of squares, or the mean squared error of the mean."""
    centre = sum((v * p for v, p in zip(values, shares, strict=True)), Fraction(0))
    found = Fraction(0)
    for outcome in product(range(3), repeat=n):
        chance = Fraction(1)
        for j in outcome:
            chance *= shares[j]
        sample = [values[j] for j in outcome]
        mean = sum(sample, Fraction(0)) / n
        if power == "squares":
            found += chance * sum(((x - mean) ** 2 for x in sample), Fraction(0))
        else:
            found += chance * (mean - centre) ** 2
    return found


def _variance(values: list[Fraction], shares: list[Fraction]) -> Fraction:
    pairs = product(zip(values, shares, strict=True), repeat=2)
    return sum((p * q * (x - y) ** 2 for (x, p), (y, q) in pairs), Fraction(0)) / 2


def mean_squares(stream: Stream) -> Iterator[Case]:
    """Cases in n and sigma^2: the mean of the sum of squared deviations."""
    for n, values, shares in _laws(stream):
        spread = _variance(values, shares)
        yield Case({"n": n, "v": spread}, _averaged(n, values, shares, "squares"))


def error_of_mean(stream: Stream) -> Iterator[Case]:
    """Cases in n and sigma^2: the mean squared distance of the sample mean from the mean."""
    for n, values, shares in _laws(stream):
        spread = _variance(values, shares)
        yield Case({"n": n, "v": spread}, _averaged(n, values, shares, "mean"))
