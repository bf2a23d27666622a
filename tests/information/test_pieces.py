"""Divergences to and from densities in pieces, against quadrature between the kinks."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import scipy.integrate
import scipy.stats as st

import derive as dv
from derive.errors import NoClosedFormError


def triangular(a: float, b: float, c: float) -> Any:
    return st.triang((c - a) / (b - a), a, b - a)


UNIT, MIDDLE, THIRD = st.uniform(0, 1), triangular(0, 1, 0.5), triangular(0, 1, 1 / 3)
WIDE = triangular(-1, 2, 0.5)
KINKS = (0, 1 / 3, 1 / 2, 1)


def integral(function: Any, ends: tuple[float, ...] = KINKS) -> float:
    return float(sum(scipy.integrate.quad(function, a, b)[0] for a, b in pairwise(ends)))


@pytest.mark.parametrize(
    ("one", "other", "p", "q"),
    [
        ("Uniform(0, 1)", "Triangular(-1, 2, 1/2)", UNIT, WIDE),
        ("Triangular(0, 1, 1/2)", "Triangular(0, 1, 1/3)", MIDDLE, THIRD),
        ("Triangular(0, 1, 1/3)", "Triangular(0, 1, 1/2)", THIRD, MIDDLE),
        ("Triangular(0, 1, 1/3)", "Triangular(-1, 2, 1/2)", THIRD, WIDE),
        ("Beta(2, 3)", "Triangular(0, 1, 1/2)", st.beta(2, 3), MIDDLE),
    ],
)
def test_divergences(one: str, other: str, p: Any, q: Any) -> None:
    found = dv.kl_divergence(one, other)
    wanted = integral(lambda x: p.pdf(x) * (p.logpdf(x) - q.logpdf(x)))
    assert float(found.function()()) == pytest.approx(wanted)
    assert found.certificate.verdict == "verified"


def test_powers_of_pieces() -> None:
    ratio = dv.renyi_divergence("Uniform(0, 1)", "Triangular(-1, 2, 1/2)", 2)
    wanted = np.log(integral(lambda x: 1 / WIDE.pdf(x)))
    assert float(ratio.function()()) == pytest.approx(wanted)
    overlap = dv.hellinger_distance("Triangular(0, 1, 1/2)", "Uniform(1/4, 2)")
    second = st.uniform(0.25, 1.75)
    mean = integral(lambda x: np.sqrt(MIDDLE.pdf(x) * second.pdf(x)), (0.25, 0.5, 1))
    assert float(overlap.function()()) == pytest.approx(np.sqrt(1 - mean))


def test_a_reciprocal_that_has_no_mean_is_refused() -> None:
    with pytest.raises(NoClosedFormError):
        dv.renyi_divergence("Uniform(0, 1)", "Triangular(0, 1, 1/2)", 2)


def test_a_step_outside_the_interval() -> None:
    """A mode above the first law leaves one piece."""
    found = dv.kl_divergence("Uniform(0, 1)", "Triangular(-1, 3, 2)")
    second = triangular(-1, 3, 2)
    assert float(found.function()()) == pytest.approx(integral(lambda x: -second.logpdf(x)))
