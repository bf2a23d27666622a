"""Whether one law has mass where another has none, for every pair of declared supports."""

from __future__ import annotations

from itertools import product

import pytest

from derive.language.distributions import LAWS
from derive.language.law import COUNTS, POSITIVE_LINE, REAL_LINE, ZERO_ONE, Support
from derive.probability.supports import mass_outside

CONTAINED = {
    (REAL_LINE, REAL_LINE),
    (POSITIVE_LINE, POSITIVE_LINE),
    (POSITIVE_LINE, REAL_LINE),
    (COUNTS, COUNTS),
    (ZERO_ONE, ZERO_ONE),
    (ZERO_ONE, COUNTS),
}
SUPPORTS = (REAL_LINE, POSITIVE_LINE, COUNTS, ZERO_ONE)


@pytest.mark.parametrize(
    ("inner", "outer"), list(product(SUPPORTS, SUPPORTS)), ids=lambda s: s.text
)
def test_mass_outside(inner, outer):
    reason = mass_outside(inner, outer)
    assert (reason is None) == ((inner, outer) in CONTAINED)


def test_ends_that_differ_are_compared_both_ways():
    from_one = Support(1, None, True, ("integer", "positive"), "{1, 2, ...}")
    up_to_two = Support(0, 2, True, ("integer", "nonnegative"), "{0, 1, 2}")
    assert mass_outside(from_one, COUNTS) is None
    assert mass_outside(COUNTS, from_one) == "{0, 1, 2, ...} reaches below 1"
    assert mass_outside(ZERO_ONE, up_to_two) is None
    assert mass_outside(up_to_two, ZERO_ONE) == "{0, 1, 2} reaches above 1"


def test_every_law_has_one_of_these_supports():
    assert {law.support for law in LAWS} <= set(SUPPORTS)
