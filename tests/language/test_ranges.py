"""Ranges hold every sum, product and power of numbers they are made of."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product

import pytest

from derive.language.ranges import (
    INSIDE_UNIT,
    LARGEST,
    NONNEGATIVE,
    POSITIVE,
    REAL,
    UNIT,
    Range,
    exactly,
)

ENDS = [Fraction(-2), Fraction(-1), Fraction(-1, 2), Fraction(0), Fraction(1, 2), 1, 2]
STEP = Fraction(1, 1024)
FAR = Fraction(1000)


def all_ranges():
    """Every range with ends among ENDS and the infinities that holds a number."""
    for low, high in product([-math.inf, *ENDS], [*ENDS, math.inf]):
        for has_low, has_high in product([False, True], repeat=2):
            is_real_end = (low != -math.inf or not has_low) and (high != math.inf or not has_high)
            if is_real_end and (low < high or (low == high and has_low and has_high)):
                yield Range(low, high, has_low, has_high)


def numbers_in(found: Range):
    """Numbers of a range: its ends or nearly, far out where it is open, and ENDS."""
    low = -FAR if found.low == -math.inf else found.low + (0 if found.has_low else STEP)
    high = FAR if found.high == math.inf else found.high - (0 if found.has_high else STEP)
    return sorted({Fraction(x) for x in [low, high, *ENDS] if low <= x <= high})


def holds(found: Range, x) -> bool:
    is_above = x > found.low or (found.has_low and x == found.low)
    return is_above and (x < found.high or (found.has_high and x == found.high))


RANGES = list(all_ranges())
INSIDE = {found: numbers_in(found) for found in RANGES}


def test_the_ranges_tried_are_many_and_hold_their_numbers():
    assert len(RANGES) > 100
    assert all(xs and all(holds(found, x) for x in xs) for found, xs in INSIDE.items())


def test_sums_products_hulls_and_intersections_hold_their_numbers():
    for left, right in product(RANGES, RANGES):
        total, times, hull = left + right, left * right, left.either(right)
        for x, y in product(INSIDE[left], INSIDE[right]):
            assert holds(total, x + y), (left, right, x, y)
            assert holds(times, x * y), (left, right, x, y)
            assert holds(hull, x), (left, right, x)
        common = left.both(right)
        assert all(holds(common, x) for x in INSIDE[left] if holds(right, x)), (left, right)


@pytest.mark.parametrize("exponent", [-3, -2, -1, 0, 1, 2, 3, 4])
def test_whole_powers_hold_their_numbers(exponent):
    for base in RANGES:
        powers = base ** Fraction(exponent)
        for x in INSIDE[base]:
            assert (x == 0 and exponent < 0) or holds(powers, x**exponent), (base, exponent, x)


@pytest.mark.parametrize("exponent", ["1/2", "-1/2", "3/2", "1/3", "-4/3"])
def test_fractional_powers_hold_their_numbers(exponent):
    p = Fraction(exponent)
    for base in RANGES:
        powers = base**p
        for x in INSIDE[base]:
            if x > 0 or (x == 0 and p > 0):
                value = Fraction(1) if x == 1 else float(x) ** float(p)
                assert holds(powers, value), (base, exponent, x)


def test_the_signs_are_those_of_all_numbers():
    for found, xs in INSIDE.items():
        assert not found.is_positive or min(xs) > 0
        assert not found.is_negative or max(xs) < 0
        assert not found.is_nonnegative or min(xs) >= 0
        assert all(holds(found.without_zero(), x) for x in xs if x != 0)
        assert all(holds(-found, -x) for x in xs)


def test_ends_are_as_near_as_they_can_be():
    assert exactly(1) + -INSIDE_UNIT == INSIDE_UNIT
    assert UNIT * UNIT == UNIT
    assert INSIDE_UNIT * POSITIVE == POSITIVE
    assert exactly(0) * REAL == exactly(0)
    assert REAL ** Fraction(2) == NONNEGATIVE
    assert POSITIVE.is_within(NONNEGATIVE) and not NONNEGATIVE.is_within(POSITIVE)
    assert Range(1, math.inf) ** Fraction(-1) == INSIDE_UNIT


def test_bounds_stay_short():
    found = Range(Fraction(3, 2), Fraction(7, 3), True, True)
    for _ in range(100):
        found = found * found + exactly(Fraction(1, 3))
    ends = [end for end in (found.low, found.high) if not isinstance(end, float)]
    assert all(max(abs(end.numerator), end.denominator) <= LARGEST for end in ends)
    assert found.is_positive
