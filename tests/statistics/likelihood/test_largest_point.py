"""An estimate found by numbers is the highest of all tops, higher than the ends,the only one."""

import numpy as np
import pytest
from scipy import stats

from derive import maximum_likelihood
from derive.errors import DomainError

LIGHT = [2.555, 19.149, -2.142, -8.045, 9.921, -16.163, 7.783, 4.627, 4.815]


def test_a_top_lower_than_the_end_of_the_domain_is_no_estimate():
    top = stats.gennorm.logpdf(LIGHT, 2.952, 0, 16.41).sum()
    assert top < stats.gennorm.logpdf(LIGHT, 100.0, 0, 19.6).sum()
    with pytest.raises(DomainError, match="no maximum"):
        maximum_likelihood("GeneralizedNormal(0, alpha, beta)").estimate(LIGHT)


def test_a_top_above_the_ends_stays():
    sample = stats.gennorm.ppf((np.arange(80) + 0.5) / 80, 1.4, 0, 2.0)
    found = maximum_likelihood("GeneralizedNormal(0, alpha, beta)").estimate(sample)
    beta, _, alpha = stats.gennorm.fit(sample, floc=0)
    assert found["alpha"] == pytest.approx(alpha, rel=1e-3)
    assert found["beta"] == pytest.approx(beta, rel=1e-3)


@pytest.mark.parametrize("seed", range(6))
def test_the_highest_of_several_tops_is_found(seed):
    sample = np.random.default_rng(seed).normal(size=5) * 30
    found = maximum_likelihood("Cauchy(x0, 1)").estimate(sample)["x0"]
    grid = np.linspace(sample.min(), sample.max(), 40_001)
    levels = stats.cauchy.logpdf(sample[:, None], grid).sum(axis=0)
    assert stats.cauchy.logpdf(sample, found).sum() >= levels.max()
    assert found == pytest.approx(grid[levels.argmax()], abs=0.01)


def test_tops_that_are_as_likely_are_both_named():
    with pytest.raises(DomainError, match=r"x0 = -?9\.949\d* and x0 = -?9\.949\d* are as likely"):
        maximum_likelihood("Cauchy(x0, 1)").estimate([-10, 10])
    near = maximum_likelihood("Cauchy(x0, 1)").estimate([-0.5, 0.5])
    assert near["x0"] == pytest.approx(0.0, abs=1e-6)


def test_a_top_where_the_density_is_a_limit_is_named():
    found = maximum_likelihood("ContinuousBernoulli(lam)")
    with pytest.raises(DomainError, match=r"largest at lam = 0.5 .*\n.*lam != 1/2"):
        found.estimate([0.5, 0.5])
    assert found.estimate([0.5, 0.6])["lam"] > 0.6


def test_a_point_at_the_edge_of_what_floats_hold_is_no_maximum():
    # the likelihood climbs with p, and x^p underflows at p = 49; in another unit it does so later
    x = [6.009476901698786e-08, 2.7196982268753485e-07, 1.9573463320733097e-07]
    with pytest.raises(DomainError, match="no maximum that numbers tell"):
        maximum_likelihood("GeneralizedGamma(a, d, p)", data=x)
