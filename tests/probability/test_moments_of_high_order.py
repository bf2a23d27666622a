"""Moments of high order come from cumulants, and at once."""

from __future__ import annotations

import math

import pytest

import derive as dv


def test_the_twentieth_moment_of_a_normal_law():
    found = dv.moment("Normal(m, s)", 20)
    assert found.certificate.verdict == "verified"
    m, s = 0.7, 1.3
    even = (math.comb(20, 2 * k) * m ** (20 - 2 * k) * s ** (2 * k) for k in range(11))
    factors = (math.prod(range(1, 2 * k, 2)) for k in range(11))
    expected = sum(a * b for a, b in zip(even, factors, strict=True))
    assert found.function()(m=m, s=s) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("order", [5, 8, 12])
def test_moments_of_counts_are_sums(order):
    found = dv.moment("Poisson(lam)", order)
    terms = (k**order * math.exp(-1.7) * 1.7**k / math.factorial(k) for k in range(120))
    assert found.function()(lam=1.7) == pytest.approx(sum(terms), rel=1e-10)
