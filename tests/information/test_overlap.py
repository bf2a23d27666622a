"""Laws on intervals that overlap: distances against quadrature over the common interval."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import scipy.integrate
import scipy.stats as st

import derive as dv
from derive.errors import DomainError

UNIT = st.uniform(0, 1)
PAIRS: tuple[tuple[str, str, Any, Any, float, float], ...] = (
    ("Uniform(0, 1)", "Uniform(1/2, 2)", UNIT, st.uniform(0.5, 1.5), 0.5, 1),
    ("Uniform(1/2, 2)", "Uniform(0, 1)", st.uniform(0.5, 1.5), UNIT, 0.5, 1),
    ("Uniform(-1, 1)", "Exponential(3)", st.uniform(-1, 2), st.expon(scale=1 / 3), 0, 1),
    ("Exponential(3)", "Uniform(0, 1)", st.expon(scale=1 / 3), UNIT, 0, 1),
    ("Uniform(0, 2)", "Beta(3, 2)", st.uniform(0, 2), st.beta(3, 2), 0, 1),
    ("Pareto(1, 3)", "Pareto(2, 4)", st.pareto(3), st.pareto(4, scale=2), 2, np.inf),
)


@pytest.mark.parametrize(("one", "other", "p", "q", "low", "high"), PAIRS)
def test_distances(one: str, other: str, p: Any, q: Any, low: float, high: float) -> None:
    for order in (Fraction(1, 2), Fraction(1, 3)):
        mean = overlap(p, q, float(order), low, high)
        found = dv.renyi_divergence(one, other, order)
        assert float(found.function()()) == pytest.approx(np.log(mean) / (float(order) - 1))
        assert found.certificate.verdict == "verified"
        if order == Fraction(1, 2):
            distance = dv.hellinger_distance(one, other)
            assert float(distance.function()()) == pytest.approx(np.sqrt(1 - mean))
            assert distance.certificate.verdict == "verified"


def overlap(p: Any, q: Any, a: float, low: float, high: float) -> float:
    return float(scipy.integrate.quad(lambda x: p.pdf(x) ** a * q.pdf(x) ** (1 - a), low, high)[0])


def test_overlapping_uniforms_by_their_lengths() -> None:
    """1 - H^2 is the common length over the root of the product of lengths."""
    found = dv.hellinger_distance("Uniform(-1, 3)", "Uniform(2, 11)")
    assert float(found.function()()) == pytest.approx(np.sqrt(1 - 1 / 6))
    assert "both have mass on the support of r = Uniform(2, 3)" in str(found)


@pytest.mark.parametrize("order", [2, "s", None])
def test_orders_that_may_exceed_one_keep_the_reason(order: Any) -> None:
    with pytest.raises(DomainError, match="reaches below"):
        dv.renyi_divergence("Uniform(0, 1)", "Uniform(1/2, 2)", order)


def test_ends_that_are_no_numbers_are_named() -> None:
    with pytest.raises(DomainError, match="ends that are numbers"):
        dv.hellinger_distance("Uniform(-1, b)", "Exponential")


def test_supports_that_do_not_meet_are_named() -> None:
    for second in ("Uniform(2, 3)", "Uniform(1, 3)"):
        with pytest.raises(DomainError, match="no mass in common"):
            dv.hellinger_distance("Uniform(0, 1)", second)
