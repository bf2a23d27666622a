"""Samples of any size, counts in the billions, intervals near their edges, unused arguments."""

from __future__ import annotations

import time
import warnings
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

import derive as dv
from derive.errors import ArgumentError, DomainError, ShapeError
from derive.statistics.testing.exact import binomial_p_value, poisson_p_value

SMALL, LARGE = 1e-200, 1e200
X, Y = np.array([1.0, 2.0, 4.0, 4.5]), np.array([2.0, 2.5, 7.0, 3.0])

SAME = {
    "one-sample": lambda u: dv.t_test(X * u, mean=3 * u),
    "pooled": lambda u: dv.t_test(X * u, Y * u, kind="pooled"),
    "welch": lambda u: dv.t_test(X * u, Y * u),
    "paired": lambda u: dv.t_test(X * u, Y * u, kind="paired"),
    "z": lambda u: dv.z_test(X * u, sigma=2 * u, mean=u),
    "z of two": lambda u: dv.z_test(X * u, Y * u, sigma=(2 * u, 3 * u)),
    "ratio": lambda u: dv.variance_ratio_test(X * u, Y * u),
    "correlation": lambda u: dv.correlation_test(X * u, Y / u),
}


@pytest.mark.parametrize("unit", [SMALL, 1e-170, LARGE])
@pytest.mark.parametrize("name", SAME)
def test_a_statistic_does_not_depend_on_the_unit(name, unit):
    found, plain = SAME[name](unit), SAME[name](1.0)
    assert found.certificate.verdict == "verified"
    assert found.statistic == pytest.approx(plain.statistic, rel=1e-9)
    assert found.p_value == pytest.approx(plain.p_value, rel=1e-9)


@pytest.mark.parametrize("unit", [SMALL, LARGE])
def test_an_interval_moves_with_the_unit(unit):
    for question in (
        lambda u: dv.confidence_interval("mean", X * u),
        lambda u: dv.confidence_interval("mean", X * u, 2 * u, method="known"),
        lambda u: dv.confidence_interval("mean", X * u, Y * u, method="paired"),
        lambda u: dv.confidence_interval("mean_difference", X * u, Y * u),
    ):
        found, plain = question(unit), question(1.0)
        assert found.certificate.verdict == "verified"
        for end in ("lower", "upper", "estimate"):
            wanted = getattr(plain, end) * unit
            assert getattr(found, end) == pytest.approx(wanted, rel=1e-9, abs=0)
    found = dv.confidence_interval("variance_ratio", X * unit, Y * unit)
    assert found.upper == pytest.approx(dv.confidence_interval("variance_ratio", X, Y).upper)


OUT_OF_RANGE = [
    lambda: dv.sample_variance([SMALL, 2 * SMALL]),
    lambda: dv.sample_variance([LARGE, 2 * LARGE]),
    lambda: dv.covariance([LARGE, 2 * LARGE], [LARGE, 3 * LARGE]),
    lambda: dv.variance_test([SMALL, 2 * SMALL]),
    lambda: dv.anova([SMALL, 2 * SMALL], [3 * SMALL, 4 * SMALL]),
    lambda: dv.confidence_interval("variance", [SMALL, 2 * SMALL]),
    lambda: dv.confidence_interval("mean", [1e308, -1e308]),
    lambda: dv.t_test([SMALL, 2 * SMALL], mean=LARGE),
    lambda: dv.z_test([1.0, 2.0], sigma=1e-320),
    lambda: dv.power("t", effect=1, n=4, level=1e-300),
]


@pytest.mark.parametrize("call", OUT_OF_RANGE)
def test_what_doubles_cannot_hold_is_refused_by_name(call):
    with pytest.raises(DomainError, match="beyond double precision"):
        call()


def test_statistics_of_large_and_small_samples():
    assert dv.standard_deviation([LARGE, 2 * LARGE]) == pytest.approx(LARGE * 0.5**0.5)
    assert dv.standard_deviation([SMALL, 2 * SMALL]) == pytest.approx(SMALL * 0.5**0.5, abs=0)
    assert dv.median([1e308, 1.1e308]) == pytest.approx(1.05e308)
    assert dv.mean([1e308, -1e308]) == 0
    assert dv.sample_quantile([-1e308, 1e308], 0.25) == pytest.approx(-5e307)
    assert dv.covariance([LARGE, 2 * LARGE], [SMALL, 3 * SMALL]) == pytest.approx(1)


# --- lines ------------------------------------------------------------------------------


def test_pairs_on_a_line_have_correlation_one():
    assert dv.correlation([1, 2, 3], [2, 4, 6]) == 1
    assert dv.correlation([0.1, 0.2, 0.3], [0.3, 0.6, 0.9]) == 1
    assert dv.correlation([1, 2, 3], [3, 2, 1]) == -1


def test_the_test_of_pairs_near_a_line_keeps_its_digits():
    x, y = [1, 2, 3, 4], [2, 4, 6, 8.0001]
    gaps = [[Fraction(v) - sum(map(Fraction, s)) / 4 for v in s] for s in (x, y)]
    xx, yy, xy = (sum(a * b for a, b in zip(gaps[i], gaps[j], strict=True)) for i, j in PLACES)
    square = float(2 * xy**2 / (xx * yy - xy**2))
    found = dv.correlation_test(x, y)
    assert found.statistic == pytest.approx(square**0.5, rel=1e-9)
    assert found.certificate.verdict == "verified"
    with pytest.raises(DomainError, match="but for rounding"):
        dv.correlation_test(x, [2, 4, 6, 8.00000001])
    with pytest.raises(DomainError, match="loses its digits"):
        dv.correlation_test(x, y, correlation=0.5)


PLACES = (0, 0), (1, 1), (0, 1)


def test_differences_that_are_constant_but_for_rounding_are_constant():
    for call in (
        lambda: dv.t_test([0.1, 0.2, 0.3], [0.2, 0.3, 0.4], kind="paired"),
        lambda: dv.confidence_interval("mean", [0.1, 0.2, 0.3], [0.2, 0.3, 0.4], method="paired"),
    ):
        with pytest.raises(DomainError, match="constant but for rounding"):
            call()


# --- counts -----------------------------------------------------------------------------


def test_exact_p_values_are_those_of_all_outcomes():
    rng = np.random.default_rng(0)
    for _ in range(60):
        n = int(rng.integers(1, 60))
        k, p = int(rng.integers(0, n + 1)), float(rng.choice([0.5, 0.1, rng.random()]))
        mass = stats.binom.pmf(np.arange(n + 1), n, p)
        wanted = min(1.0, mass[mass <= mass[k] * (1 + 1e-7)].sum())
        assert binomial_p_value(k, n, p, "two-sided") == pytest.approx(wanted, rel=1e-9)
        mean, k = float(rng.choice([1, 3, 9, rng.random() * 40])), int(rng.integers(0, 80))
        mass = stats.poisson.pmf(np.arange(1000), mean)
        wanted = min(1.0, mass[mass <= mass[k] * (1 + 1e-7)].sum())
        assert poisson_p_value(k, mean, "two-sided") == pytest.approx(wanted, rel=1e-9)


def test_exact_tests_of_large_counts_are_quick():
    start = time.process_time()
    for k, n, p in ((5, 10**9, 1e-8), (5, 10**8, 1e-7), (5 * 10**8 + 10**4, 10**9, 0.5)):
        wanted = stats.binomtest(k, n, p).pvalue
        found = dv.proportion_test(k, n, kind="exact", proportion=p).p_value
        assert found == pytest.approx(wanted, rel=1e-6)
    assert dv.poisson_test(3, exposure=1e9, kind="exact").p_value == 0
    assert dv.poisson_test(10**9, rate=10**9, kind="exact").p_value == 1
    near = dv.poisson_test(10**9 + 40_000, rate=10**9, kind="exact").p_value
    assert near == pytest.approx(2 * stats.norm.sf(40_000 / 1e9**0.5), rel=1e-3)
    assert time.process_time() - start < 5


def test_huge_and_tiny_exposures_have_a_statistic():
    for kind, size in (("score", 1e150), ("likelihood_ratio", 2**0.5 * 1e150)):
        found = dv.poisson_test(3, exposure=1e300, kind=kind)
        assert found.statistic == pytest.approx(-size)
    with pytest.raises(DomainError, match="expected count"):
        dv.poisson_test(3, exposure=1e200, rate=1e200)
    with pytest.raises(DomainError, match=r"2\^53"):
        dv.proportion_test(10**400, 10**401)


def test_the_likelihood_ratio_keeps_its_digits_near_the_null_hypothesis():
    found = dv.proportion_test(500_000_001, 10**9, kind="likelihood_ratio")
    assert found.statistic == pytest.approx(2 / 1e9**0.5, rel=1e-6)


# --- intervals --------------------------------------------------------------------------


def test_things_that_an_interval_does_not_read_are_refused():
    cases = (
        (lambda: dv.confidence_interval("mean", X, Y), 'x, y, method="paired"'),
        (lambda: dv.confidence_interval("mean", X, Y), '"mean_difference", x, y'),
        (lambda: dv.confidence_interval("mean", X, method="known"), 'x, sigma, method="known"'),
        (lambda: dv.confidence_interval("variance", X, Y), '"variance_ratio", x, y'),
        (lambda: dv.confidence_interval("proportion", 3), "got 1 thing\n"),
        (lambda: dv.confidence_interval("rate", 3, 1, 2), "takes events, exposure"),
        (lambda: dv.confidence_interval("mean", X, method=["t"]), "is called"),
        (lambda: dv.chi_squared_test([[1, 2], [3, 4]], fitted=2), "no use for fitted"),
    )
    for call, words in cases:
        with pytest.raises(ArgumentError) as caught:
            call()
        assert words in str(caught.value)


def test_a_level_next_to_one_has_quantiles():
    level = 1 - 2.0**-53
    tail = 2.0**-54
    found = dv.confidence_interval("proportion", 3, 10, level=level)
    z = stats.norm.isf(tail)
    centre, half = 0.3 + z**2 / 20, z * (0.3 * 0.7 / 10 + z**2 / 400) ** 0.5
    assert found.upper == pytest.approx((centre + half) / (1 + z**2 / 10))
    assert "level 0.9999999999999999" in found.sentence
    found = dv.confidence_interval("proportion", 3, 10, level=level, method="clopper_pearson")
    assert stats.binom.cdf(3, 10, found.upper) == pytest.approx(tail, rel=1e-3)


def test_ends_at_an_edge_are_exact_and_silent():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert dv.confidence_interval("proportion", 0, 10).lower == 0
        assert dv.confidence_interval("proportion", 10, 10).upper == 1
        assert dv.confidence_interval("rate", 0, method="score").lower == 0


def test_an_interval_that_leaves_the_parameters_says_so():
    for found in (
        dv.confidence_interval("proportion", 0, 10, method="agresti_coull"),
        dv.confidence_interval("proportion", 10, 10, method="agresti_coull"),
        dv.confidence_interval("proportion", 1, 4, method="wald"),
    ):
        assert "lies in [0, 1]" in repr(found)
    assert "lies above 0" in repr(dv.confidence_interval("rate", 1, method="wald"))
    assert "lies" not in repr(dv.confidence_interval("proportion", 5, 10, method="wald"))


def test_the_ends_of_a_narrow_interval_are_printed_apart():
    for about in (1e6, 273.15, 1e12):
        x = about + np.array([0.0, 0.25, 0.5])
        found = dv.confidence_interval("mean", x)
        words = found.sentence.replace(",", "").split()
        printed = [float(words[k]) for k in (0, 2, 4)]
        width = found.upper - found.lower
        wanted = (found.lower, found.upper, found.estimate)
        assert printed == pytest.approx(wanted, abs=1e-3 * width, rel=0)


def test_counts_are_spoken_of_in_the_singular():
    with pytest.raises(DomainError, match="more than 1 value, or"):
        dv.sample_variance([1.0])
    with pytest.raises(ShapeError, match="at least 1 is needed"):
        dv.mean([])
