"""Power where quantiles lie far out: small levels, few values, large effects."""

from __future__ import annotations

import itertools
import warnings

import numpy as np
import pytest
from scipy import integrate, stats

import derive as dv
from derive.check.claim import Plan
from derive.check.inference_claims import MixtureClaim, TailClaim
from derive.errors import ArgumentError, DomainError
from derive.statistics.testing.null_laws import NullLaw

PLAN = Plan()


def rejections(nu, shift, level):
    """Two tails of a noncentral t value, over its chi value piece by piece about the bend."""
    q = stats.t.isf(level / 2, nu)
    unit = np.sqrt(nu) / q

    def above(moved):
        def part(s):
            return stats.chi.pdf(s, nu) * stats.norm.sf(q * s / np.sqrt(nu) - moved)

        cuts = {0.0, 40.0, *(unit * np.array([1, 3, 6, 10, 15, 25, 40]))}
        cuts |= {unit * (moved + k) for k in (-6, -2, 0, 2, 6)}
        places = sorted(c for c in cuts if 0 <= c <= 40)
        parts = itertools.pairwise(places)
        return sum(integrate.quad(part, a, b, epsabs=0, limit=200)[0] for a, b in parts)

    return above(shift) + above(-shift)


@pytest.mark.parametrize("n", [2, 3, 5])
@pytest.mark.parametrize("level", [0.05, 1e-3, 1e-6, 1e-10])
@pytest.mark.parametrize("effect", [0.0, 1, 5])
def test_the_power_of_t_is_right_at_every_level(n, level, effect):
    for test, nu, shift in (
        ("t", n - 1, effect * np.sqrt(n)),
        ("pooled", 2 * n - 2, effect * np.sqrt(n / 2)),
    ):
        found = dv.power(test, effect=effect, n=n, level=level)
        assert found.power == pytest.approx(rejections(nu, shift, level), rel=1e-6)
        assert found.power >= level * (1 - 1e-9)
        assert found.certificate.verdict == "verified"


@pytest.mark.parametrize(
    ("effect", "n", "level", "expected"),
    [
        (5, 2, 1e-10, 8.86227e-10),
        (1, 3, 1e-8, 4.0e-8),
        (5, 2, 0.01, 0.088437),
        (1, 2, 0.001, 0.0018615),
    ],
)
def test_powers_known_from_elsewhere(effect, n, level, expected):
    assert dv.power("t", effect=effect, n=n, level=level).power == pytest.approx(expected, rel=3e-5)


def test_a_plateau_that_ends_in_a_step_is_not_missed():
    """With one degree of freedom and a huge shift the tail falls within a millionth of w."""
    q = stats.t.isf(5e-7, 1)
    shift = 1e5 * np.sqrt(2)
    edge = 2 * stats.norm.sf(shift / q)  # sqrt(V) is |Normal|; the test rejects where it is below
    found = dv.power("t", effect=1e5, n=2, level=1e-6)
    assert found.power == pytest.approx(1 - edge, rel=1e-9)


@pytest.mark.parametrize("level", [0.05, 1e-3, 1e-12, 1e-30])
def test_power_of_several_groups_keeps_its_digits(level):
    """Drawn by mixing: a Poisson count of twice as many more degrees of freedom."""
    j = np.arange(200)
    for effect, n, k in ((0.2, 5, 3), (1.0, 4, 2), (0.0, 6, 4)):
        shift = effect**2 * n * k
        x = stats.beta.isf(level, (k - 1) / 2, (n * k - k) / 2)
        tails = stats.beta.sf(x, (k - 1) / 2 + j, (n * k - k) / 2)
        expected = stats.poisson.pmf(j, shift / 2) @ tails
        found = dv.power("anova", effect=effect, n=n, groups=k, level=level).power
        if x < 1:
            assert found == pytest.approx(expected, rel=1e-6)
        shift = effect**2 * n
        q = stats.chi2.isf(level, k - 1)
        expected = stats.poisson.pmf(j, shift / 2) @ stats.chi2.sf(q, k - 1 + 2 * j)
        found = dv.power("chi_squared", effect=effect, n=n, groups=k, level=level).power
        assert found == pytest.approx(expected, rel=1e-9)
        assert found >= level * (1 - 1e-9)


def test_huge_effects_are_seen_without_a_warning_or_refused():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for test in ("z", "t", "pooled", "anova", "chi_squared"):
            for effect in (30, 1e6, 1e50, 1e100):
                assert dv.power(test, effect=effect, n=6).power == pytest.approx(1)
            with pytest.raises(DomainError, match="above"):
                dv.power(test, effect=1e200, n=6)


def test_a_small_number_is_held_against_its_own_size():
    """A power or a p-value far below one is refuted though the gap is below 1e-8."""
    q = float(stats.t.isf(5e-11, 1))
    claim = MixtureClaim(1.0, 5 * np.sqrt(2), q, True, 8.862e-10)
    assert claim.examine(PLAN).verdict == "refuted"
    assert TailClaim("normal", (), 7.0, 1.2e-12, "greater").examine(PLAN).verdict == "refuted"
    assert (
        TailClaim("normal", (), 7.0, float(stats.norm.sf(7)), "greater").examine(PLAN).verdict
        == "verified"
    )


@pytest.mark.parametrize(
    "call",
    [
        lambda: dv.power("t", effect=1, n=5, groups=3),
        lambda: dv.power("anova", effect=1, n=5, alternative="greater"),
        lambda: dv.sample_size("chi_squared", effect=1, alternative="less"),
    ],
)
def test_an_argument_without_use_is_refused(call):
    with pytest.raises(ArgumentError, match="has no use for"):
        call()


@pytest.mark.parametrize("degrees", [(1.0, 1.0), (30.0, 500.0), (10_000.0, 3.0), (5.0, 1e5)])
@pytest.mark.parametrize(
    "place", [*(pytest.param(p, marks=pytest.mark.slow) for p in (1e-8, 1e12)), 1e-200, 1.0, 1e200]
)
def test_tails_of_far_out_ratios_are_enclosed(degrees, place):
    law = NullLaw("f", degrees)
    for side in ("two-sided", "greater", "less"):
        p = law.p_value(place, side)
        assert TailClaim("f", degrees, place, p, side).examine(PLAN).verdict == "verified"
    wide = NullLaw("chi_squared", (1e5,))
    claim = TailClaim("chi_squared", wide.degrees, 1e5, wide.below(1e5), "less")
    assert claim.examine(PLAN).verdict == "verified"
