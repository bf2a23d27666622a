"""Log-gamma and digamma of long batches are those of mpmath and of SciPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from scipy import special

import derive as dv
from derive.numeric import long_special
from derive.numeric.long_special import LARGEST, LEAST, SMALLEST

PAIRS = [
    (long_special.gammaln, special.gammaln, mpmath.loggamma),
    (long_special.digamma, special.digamma, mpmath.digamma),
]
RANGES = [(1e-50, 1e-3), (1e-3, 0.9), (0.9, 2.1), (2.1, 30), (30, 1e7), (1e20, 1e59)]
three = pytest.mark.parametrize(("long", "scipy", "exact"), PAIRS)


@three
@pytest.mark.parametrize(("low", "high"), RANGES)
def test_values(long: Any, scipy: Any, exact: Any, low: float, high: float) -> None:
    generator = np.random.default_rng(5)
    x = np.exp(generator.uniform(np.log(low), np.log(high), 3 * LEAST))
    found = long(x)
    with mpmath.workdps(30):
        right = np.array([float(exact(mpmath.mpf(v))) for v in x[:400].tolist()])
    np.testing.assert_allclose(found[:400], right, rtol=3e-15, atol=3e-15)
    np.testing.assert_allclose(found, scipy(x), rtol=3e-15, atol=3e-15)


@three
def test_beside_a_zero_the_values_are_those_of_scipy(long: Any, scipy: Any, exact: Any) -> None:
    zeros = (1.0, 2.0) if long is long_special.gammaln else (1.4616321449683623,)
    for zero in zeros:
        x = zero + np.linspace(-1e-6, 1e-6, 2 * LEAST)
        np.testing.assert_array_equal(long(x), scipy(x))


@three
@pytest.mark.parametrize("odd", [0.0, -0.5, -2.0, np.nan, np.inf, SMALLEST / 2, 2 * LARGEST])
def test_one_odd_entry_leaves_all_to_scipy(long: Any, scipy: Any, exact: Any, odd: float) -> None:
    x = np.full(LEAST, 3.3)
    x[17] = odd
    np.testing.assert_array_equal(long(x), scipy(x))


@three
def test_short_and_other_arrays_are_those_of_scipy(long: Any, scipy: Any, exact: Any) -> None:
    for x in (2.5, np.array([0.3, 4.0]), np.full(LEAST, 3.3, dtype=np.float32)):
        np.testing.assert_array_equal(long(x), scipy(x))


def test_arguments_are_left_as_they_are() -> None:
    functions: list[Callable[[Any], Any]] = [long_special.gammaln, long_special.digamma]
    for function in functions:
        x = np.random.default_rng(0).uniform(0.5, 3, (LEAST, 2))
        same = x.copy()
        assert function(x).shape == x.shape
        np.testing.assert_array_equal(x, same)
        np.testing.assert_allclose(function(x.T), function(x).T, rtol=1e-15)


def test_a_compiled_entropy_is_the_same_in_long_and_short_batches() -> None:
    f = dv.entropy("Beta(a, b)").function()
    a, b = np.random.default_rng(1).uniform(0.2, 9, (2, 5 * LEAST))
    parts = [f(a=a[k : k + 10], b=b[k : k + 10]) for k in range(0, a.size, 10)]
    np.testing.assert_allclose(f(a=a, b=b), np.concatenate(parts), rtol=1e-13, atol=1e-13)
