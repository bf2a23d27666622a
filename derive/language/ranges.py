"""Ranges of real numbers: what is known of the entries of an array.

A range holds every value that can occur, and may hold more: results are rounded outward, so
bounds never grow long.  An end that is not included is never attained.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

Bound: TypeAlias = int | Fraction | float  # the only floats are the two infinities

THRESHOLDS: tuple[Bound, ...] = (-math.inf, -1, 0, 1, math.inf)
LARGEST = 2**64  # of numerators and denominators


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers between `low` and `high`, each end included or not.

    Examples
    --------
    >>> UNIT = Range(0, 1)
    >>> (exactly(1) + -UNIT).is_positive
    True
    >>> (UNIT * UNIT).is_within(UNIT), (UNIT + UNIT).is_within(UNIT)
    (True, False)
    """

    low: Bound = -math.inf
    high: Bound = math.inf
    has_low: bool = False
    has_high: bool = False

    @property
    def is_positive(self) -> bool:
        """Whether every number is > 0."""
        return self.low > 0 or (self.low == 0 and not self.has_low)

    @property
    def is_nonnegative(self) -> bool:
        """Whether every number is >= 0."""
        return self.low >= 0

    @property
    def is_negative(self) -> bool:
        """Whether every number is < 0."""
        return (-self).is_positive

    def is_within(self, other: Range) -> bool:
        """Whether every number here is also there."""
        return self.both(other) == self

    def both(self, other: Range) -> Range:
        """The numbers in both ranges."""
        low, has_low = max((self.low, not self.has_low), (other.low, not other.has_low))
        high, has_high = min((self.high, self.has_high), (other.high, other.has_high))
        return Range(low, high, not has_low, has_high)

    def either(self, other: Range) -> Range:
        """The shortest range around both."""
        low, has_low = min((self.low, not self.has_low), (other.low, not other.has_low))
        high, has_high = max((self.high, self.has_high), (other.high, other.has_high))
        return Range(low, high, not has_low, has_high)

    def without_zero(self) -> Range:
        """The range with 0 left out where it is an end."""
        return Range(
            self.low, self.high, self.has_low and self.low != 0, self.has_high and self.high != 0
        )

    def __neg__(self) -> Range:
        return Range(-self.high, -self.low, self.has_high, self.has_low)

    def __add__(self, other: Range) -> Range:
        low, high = self.low + other.low, self.high + other.high
        return Range(
            low, high, self.has_low and other.has_low, self.has_high and other.has_high
        )._short()

    def __mul__(self, other: Range) -> Range:
        mine = ((self.low, self.has_low), (self.high, self.has_high))
        its = ((other.low, other.has_low), (other.high, other.has_high))
        corners = [_corner(a, b) for a in mine for b in its]
        low = min(value for value, _ in corners)
        high = max(value for value, _ in corners)
        return Range(low, high, (low, True) in corners, (high, True) in corners)._short()

    def __pow__(self, exponent: Fraction) -> Range:
        """The powers that exist: of bases >= 0 if the exponent is not whole, never 1/0."""
        if exponent == 0:
            return exactly(1)
        if exponent.denominator != 1:
            return self.both(NONNEGATIVE)._power_of_magnitude(exponent)
        if exponent.numerator % 2 == 0:
            return self._magnitude()._power_of_magnitude(exponent)
        if self.is_nonnegative:
            return self._power_of_magnitude(exponent)
        if self.high <= 0:
            return -((-self)._power_of_magnitude(exponent))
        return self._loosened() if exponent > 0 else REAL

    def _magnitude(self) -> Range:
        if self.low >= 0:
            return self
        if self.high <= 0:
            return -self
        high, has_high = max((self.high, self.has_high), (-self.low, self.has_low))
        return Range(0, high, True, has_high)

    def _power_of_magnitude(self, exponent: Fraction) -> Range:
        """A power keeps 0, 1 and what lies between them and beyond where they are."""
        result = self if abs(exponent) == 1 else self._loosened()
        return result._reciprocal() if exponent < 0 else result

    def _reciprocal(self) -> Range:
        """The reciprocals of numbers >= 0, of which 0 has none."""
        is_bounded = self.high not in {0, math.inf}
        low: Bound = 1 / Fraction(self.high) if is_bounded else 0
        has_low = is_bounded and self.has_high
        if self.low <= 0:
            return Range(low, math.inf, has_low)
        return Range(low, 1 / Fraction(self.low), has_low, self.has_low)

    def _short(self) -> Range:
        """The range itself, or rounded outward if its bounds are long."""
        return self._loosened() if _is_long(self.low) or _is_long(self.high) else self

    def _loosened(self) -> Range:
        """The range out to -1, 0, 1 or infinity on each side."""
        low = max(t for t in THRESHOLDS if t <= self.low)
        high = min(t for t in THRESHOLDS if t >= self.high)
        has_low = self.has_low and low == self.low
        return Range(low, high, has_low, self.has_high and high == self.high)


def _is_long(bound: Bound) -> bool:
    if isinstance(bound, float):
        return False
    return max(abs(bound.numerator), bound.denominator) > LARGEST


def _corner(a: tuple[Bound, bool], b: tuple[Bound, bool]) -> tuple[Bound, bool]:
    """The product of two ends, and whether it is attained; an end 0 wins over infinity."""
    if (a[0] == 0 and a[1]) or (b[0] == 0 and b[1]):
        return 0, True
    if a[0] == 0 or b[0] == 0:
        return 0, False
    return a[0] * b[0], a[1] and b[1]


def exactly(value: Fraction | int) -> Range:
    """One number."""
    return Range(value, value, True, True)._short()


REAL = Range()
POSITIVE = Range(low=0)
NONNEGATIVE = Range(low=0, has_low=True)
NEGATIVE = Range(high=0)
AT_LEAST_ONE = Range(low=1, has_low=True)
INSIDE_UNIT = Range(0, 1)
UNIT = Range(0, 1, True, True)
INSIDE_ONE = Range(-1, 1)
WITHIN_ONE = Range(-1, 1, True, True)
