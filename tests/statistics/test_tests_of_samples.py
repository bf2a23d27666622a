"""Tests, intervals and power on data: equal to SciPy, right under the null law, clear errors."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import derive as dv
from derive.errors import ArgumentError, DomainError, ShapeError

RNG = np.random.default_rng(5)
X, Y = RNG.normal(1, 2, 20), RNG.normal(0.4, 3, 15)
PAIRS = X[:15], 0.5 * X[:15] + Y
TABLE = [[15, 10], [6, 14]]
SIDES = ["two-sided", "greater", "less"]


def agrees(found, statistic, p_value):
    assert found.certificate.verdict == "verified"
    assert found.statistic == pytest.approx(statistic, rel=1e-10)
    assert found.p_value == pytest.approx(p_value, rel=1e-9)


@pytest.mark.parametrize("side", SIDES)
def test_t_tests_are_those_of_scipy(side):
    one = stats.ttest_1samp(X, 0.5, alternative=side)
    agrees(dv.t_test(X, mean=0.5, alternative=side), one.statistic, one.pvalue)
    pooled = stats.ttest_ind(X, Y, alternative=side)
    agrees(dv.t_test(X, Y, kind="pooled", alternative=side), pooled.statistic, pooled.pvalue)
    welch = stats.ttest_ind(X, Y, equal_var=False, alternative=side)
    found = dv.t_test(X, Y, alternative=side)
    agrees(found, welch.statistic, welch.pvalue)
    assert found.degrees_of_freedom == pytest.approx(welch.df)
    paired = stats.ttest_rel(*PAIRS, alternative=side)
    agrees(dv.t_test(*PAIRS, kind="paired", alternative=side), paired.statistic, paired.pvalue)


@pytest.mark.parametrize("side", SIDES)
def test_z_tests_are_normal_tails(side):
    tail = {
        "two-sided": lambda z: 2 * stats.norm.sf(abs(z)),
        "greater": stats.norm.sf,
        "less": stats.norm.cdf,
    }[side]
    z = (X.mean() - 0.5) / (2 / np.sqrt(20))
    agrees(dv.z_test(X, sigma=2, mean=0.5, alternative=side), z, tail(z))
    z = (X.mean() - Y.mean()) / np.sqrt(4 / 20 + 9 / 15)
    agrees(dv.z_test(X, Y, sigma=(2, 3), alternative=side), z, tail(z))


@pytest.mark.parametrize("side", SIDES)
def test_tests_of_spread_are_tails_of_their_laws(side):
    v = X.var(ddof=1) * 19 / 3
    f = X.var(ddof=1) / Y.var(ddof=1) / 0.5
    for found, law, statistic in (
        (dv.variance_test(X, variance=3, alternative=side), stats.chi2(19), v),
        (dv.variance_ratio_test(X, Y, ratio=0.5, alternative=side), stats.f(19, 14), f),
    ):
        both = 2 * min(law.cdf(statistic), law.sf(statistic))
        p = {"two-sided": both, "greater": law.sf(statistic), "less": law.cdf(statistic)}[side]
        agrees(found, statistic, p)


def test_the_analysis_of_variance_is_that_of_scipy():
    groups = X, Y, X[:4] + 1, [0.3]
    expected = stats.f_oneway(*groups[:3], np.array([0.3]))
    agrees(dv.anova(*groups), expected.statistic, expected.pvalue)
    found = dv.anova(*groups)
    assert found.between + found.within == pytest.approx(np.var(np.concatenate(groups)) * 40)


@pytest.mark.parametrize("side", SIDES)
def test_the_correlation_tests_are_those_of_scipy(side):
    expected = stats.pearsonr(*PAIRS, alternative=side)
    found = dv.correlation_test(*PAIRS, alternative=side)
    assert found.estimate == pytest.approx(expected.statistic)
    assert found.p_value == pytest.approx(expected.pvalue)
    z = (np.arctanh(expected.statistic) - np.arctanh(0.3)) * np.sqrt(12)
    assert dv.correlation_test(*PAIRS, correlation=0.3).statistic == pytest.approx(z)


@pytest.mark.parametrize("side", SIDES)
def test_the_exact_test_of_a_proportion_is_that_of_scipy(side):
    for k, n, p in ((14, 20, 0.5), (0, 7, 0.3), (7, 7, 0.9), (3, 50, 0.11)):
        expected = stats.binomtest(k, n, p, alternative=side).pvalue
        found = dv.proportion_test(k, n, proportion=p, kind="exact", alternative=side)
        assert found.p_value == pytest.approx(expected, rel=1e-9)


def test_the_exact_test_of_a_rate_sums_what_is_no_more_likely():
    law = stats.poisson(9)
    counts = np.arange(200)
    p = law.pmf(counts)[law.pmf(counts) <= law.pmf(16) * (1 + 1e-7)].sum()
    assert dv.poisson_test(16, 2, rate=4.5, kind="exact").p_value == pytest.approx(p)
    assert dv.poisson_test(16, rate=9, kind="exact", alternative="greater").p_value == (
        pytest.approx(law.sf(15))
    )


@pytest.mark.parametrize("kind", ["wald", "score", "likelihood_ratio"])
def test_the_three_tests_of_a_count_come_from_one_likelihood(kind):
    """Derivatives and ratios of SciPy's log mass, by differences."""
    step = 1e-4

    def three(level, best, null, scale):
        slope = (level(null + step) - level(null - step)) / (2 * step)

        def bend(p):
            return -(level(p + step) - 2 * level(p) + level(p - step)) / step**2

        return {
            "wald": (best - null) ** 2 * bend(best),
            "score": slope**2 / scale,
            "likelihood_ratio": 2 * (level(best) - level(null)),
        }[kind]

    found = dv.proportion_test(14, 20, proportion=0.45, kind=kind)
    expected = three(lambda p: stats.binom.logpmf(14, 20, p), 0.7, 0.45, 20 / (0.45 * 0.55))
    assert found.statistic**2 == pytest.approx(expected, rel=1e-5)
    assert found.certificate.verdict == "verified"
    found = dv.poisson_test(16, 2, rate=5, kind=kind)
    expected = three(lambda r: stats.poisson.logpmf(16, 2 * r), 8, 5, 2 / 5)
    assert found.statistic**2 == pytest.approx(expected, rel=1e-5)
    assert found.certificate.verdict == "verified"


@pytest.mark.parametrize(("kind", "power"), [("score", 1), ("likelihood_ratio", 0)])
def test_the_chi_squared_tests_are_those_of_scipy(kind, power):
    seen, wanted = np.array([18, 22, 20, 40]), np.array([20, 20, 30, 30])
    expected = stats.power_divergence(seen, wanted, lambda_=power)
    agrees(dv.chi_squared_test(seen, wanted, kind=kind), expected.statistic, expected.pvalue)
    table = np.array([[15, 10, 3], [6, 14, 0]])
    expected = stats.chi2_contingency(table, correction=False, lambda_=power)
    found = dv.chi_squared_test(table, kind=kind)
    agrees(found, expected.statistic, expected.pvalue)
    assert found.degrees_of_freedom == expected.dof
    assert found.least_expected == pytest.approx(expected.expected_freq.min())


def test_two_proportions_are_the_table_of_two_rows():
    z = dv.two_proportions_test((15, 25), (6, 20))
    table = dv.chi_squared_test(TABLE)
    assert z.statistic**2 == pytest.approx(table.statistic)
    assert z.p_value == pytest.approx(table.p_value)


def test_the_general_tests_are_chi_squared_tails():
    agrees(dv.likelihood_ratio_test(-100, -103, degrees_of_freedom=2), 6, stats.chi2.sf(6, 2))
    gap, spread = np.array([1.0, 2.0]), np.array([[1, 0.5], [0.5, 2]])
    w = gap @ np.linalg.inv(spread) @ gap
    agrees(dv.wald_test(gap + 3, spread, null=[3, 3]), w, stats.chi2.sf(w, 2))
    agrees(dv.score_test(gap, spread), w, stats.chi2.sf(w, 2))


# --- intervals --------------------------------------------------------------------------


def ends(*question, **options):
    found = dv.confidence_interval(*question, **options)
    assert found.certificate.verdict == "verified"
    return [found.lower, found.upper]


@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
def test_intervals_are_those_of_scipy(level):
    def near(interval):
        return pytest.approx([float(end) for end in interval], rel=1e-9)

    t = stats.ttest_1samp(X, 0).confidence_interval(level)
    assert ends("mean", X, level=level) == near(t)
    t = stats.ttest_rel(*PAIRS).confidence_interval(level)
    assert ends("mean", *PAIRS, method="paired", level=level) == near(t)
    t = stats.ttest_ind(X, Y).confidence_interval(level)
    assert ends("mean_difference", X, Y, method="pooled", level=level) == near(t)
    t = stats.ttest_ind(X, Y, equal_var=False).confidence_interval(level)
    assert ends("mean_difference", X, Y, level=level) == near(t)
    r = stats.pearsonr(*PAIRS).confidence_interval(level)
    assert ends("correlation", *PAIRS, level=level) == near(r)
    odds = stats.contingency.odds_ratio(TABLE, kind="sample").confidence_interval(level)
    assert ends("odds_ratio", TABLE, level=level) == near(odds)
    for k in (0, 3, 14, 20):
        exact = stats.binomtest(k, 20).proportion_ci(level)
        assert ends("proportion", k, 20, method="clopper_pearson", level=level) == near(exact)
        wilson = stats.binomtest(k, 20).proportion_ci(level, method="wilson")
        found = ends("proportion", k, 20, level=level)
        assert found == pytest.approx([float(end) for end in wilson], rel=1e-9, abs=1e-15)


def test_intervals_hold_what_the_test_does_not_reject():
    """The end of an interval has a p-value of one minus the level."""
    low, high = ends("variance", X)
    for end in (low, high):
        assert dv.variance_test(X, variance=end).p_value == pytest.approx(0.05)
    for end in ends("variance_ratio", X, Y):
        assert dv.variance_ratio_test(X, Y, ratio=end).p_value == pytest.approx(0.05)
    for end in ends("mean", X, 2.0, method="known"):
        assert dv.z_test(X, sigma=2, mean=end).p_value == pytest.approx(0.05)
    for kind, method in (("score", "wilson"), ("wald", "wald")):
        for end in ends("proportion", 14, 20, method=method):
            found = dv.proportion_test(14, 20, proportion=end, kind=kind)
            assert found.p_value == pytest.approx(0.05)
    for kind in ("score", "wald"):
        for end in ends("rate", 16, 2, method=kind):
            found = dv.poisson_test(16, 2, rate=end, kind=kind)
            assert found.p_value == pytest.approx(0.05)
    for end in ends("odds_ratio", TABLE):
        assert dv.odds_ratio_test(TABLE, odds_ratio=end).p_value == pytest.approx(0.05)
    low, high = ends("rate", 16, 2, method="exact")
    assert stats.poisson.sf(15, 2 * low) == pytest.approx(0.025)
    assert stats.poisson.cdf(16, 2 * high) == pytest.approx(0.025)
    assert ends("rate", 0)[0] == 0


def test_agresti_and_coull_add_two_successes_and_two_failures():
    z = stats.norm.ppf(0.975)
    n = 20 + z**2
    p = (14 + z**2 / 2) / n
    half = z * np.sqrt(p * (1 - p) / n)
    found = ends("proportion", 14, 20, method="agresti_coull")
    assert found == pytest.approx([p - half, p + half])


# --- power ------------------------------------------------------------------------------


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(("effect", "n"), [(0.5, 30), (0.2, 5), (-0.4, 12), (1.1, 100)])
def test_power_is_a_noncentral_tail_of_scipy(side, effect, n):
    tail = 0.025 if side == "two-sided" else 0.05

    def rejects(law, q):
        above, below = law.sf(q), np.nan_to_num(law.cdf(-q))  # nan far out
        return {"two-sided": above + below, "greater": above, "less": below}[side]

    cases = (
        ("t", stats.nct(n - 1, effect * np.sqrt(n)), stats.t(n - 1)),
        ("pooled", stats.nct(2 * n - 2, effect * np.sqrt(n / 2)), stats.t(2 * n - 2)),
        ("z", stats.norm(effect * np.sqrt(n), 1), stats.norm),
    )
    for test, law, null in cases:
        found = dv.power(test, effect=effect, n=n, alternative=side)
        assert found.power == pytest.approx(rejects(law, null.isf(tail)), abs=1e-9)
        assert found.certificate.verdict == "verified"


def test_power_of_several_groups_is_a_noncentral_tail():
    q = stats.f.isf(0.05, 3, 176)
    expected = stats.ncf(3, 176, 0.25**2 * 180).sf(q)
    assert dv.power("anova", effect=0.25, n=45, groups=4).power == pytest.approx(expected)
    expected = stats.ncx2(2, 88 * 0.09).sf(stats.chi2.isf(0.05, 2))
    found = dv.power("chi_squared", effect=0.3, n=88, groups=3).power
    assert found == pytest.approx(expected)


def test_power_is_how_often_drawn_samples_reject():
    rng, draws = np.random.default_rng(1), 40_000
    x = rng.normal(0.6, 1, (draws, 12))
    t = x.mean(axis=1) / (x.std(axis=1, ddof=1) / np.sqrt(12))
    share = (np.abs(t) > stats.t.isf(0.025, 11)).mean()
    exact = dv.power("t", effect=0.6, n=12).power
    assert abs(share - exact) < 4 * np.sqrt(exact * (1 - exact) / draws)


@pytest.mark.parametrize("test", ["z", "t", "pooled", "anova", "chi_squared"])
def test_the_sample_size_is_the_least_with_the_power(test):
    n = dv.sample_size(test, effect=0.5, power=0.9).n
    assert dv.power(test, effect=0.5, n=n).power >= 0.9
    assert dv.power(test, effect=0.5, n=n - 1).power < 0.9


# --- null laws by drawing ---------------------------------------------------------------


def uniform(p_values):
    return stats.kstest(p_values, "uniform").pvalue > 1e-4


def test_p_values_are_uniform_where_the_null_hypothesis_is_true():
    """The formulas of the pages, compiled, at drawn samples; then the tails of their laws."""
    rng, draws = np.random.default_rng(11), 3000
    x, y = rng.normal(3, 2, (draws, 6)), rng.normal(3, 2, (draws, 4))
    t = dv.t_test().function()
    assert uniform([stats.t.sf(t(x=a, mu_0=3.0), 5) for a in x])
    pooled = dv.t_test(kind="pooled").function()
    found = [pooled(x=a, y=b, mu_0=0.0) for a, b in zip(x, y, strict=True)]
    assert uniform(stats.t.sf(found, 8))
    variance = dv.variance_test().function()
    assert uniform([stats.chi2.sf(variance(x=a, sigma_0=2.0), 5) for a in x])
    ratio = dv.variance_ratio_test().function()
    found = [ratio(x=a, y=b, rho_0=1.0) for a, b in zip(x, y, strict=True)]
    assert uniform(stats.f.sf(found, 5, 3))
    correlation = dv.correlation_test().function()
    found = [correlation(x=a[:4], y=b) for a, b in zip(x, y, strict=True)]
    assert uniform(stats.t.sf(found, 2))
    f = dv.anova().function()
    found = [
        f(
            n=np.array([6.0, 4.0]),
            y_bar=np.array([a.mean(), b.mean()]),
            S=np.array([6 * a.var(), 4 * b.var()]),
        )
        for a, b in zip(x, y, strict=True)
    ]
    assert uniform(stats.f.sf(found, 1, 8))


def test_intervals_hold_the_parameter_as_often_as_their_level_says():
    rng, draws = np.random.default_rng(3), 4000
    x = rng.normal(3, 2, (draws, 7))
    ends_of = dv.confidence_interval("mean").function()
    q = stats.t.isf(0.05, 6)
    lower, upper = np.transpose([ends_of(x=a, q=q) for a in x])
    share = ((lower < 3) & (upper > 3)).mean()
    assert abs(share - 0.9) < 4 * np.sqrt(0.09 / draws)


# --- large and awkward data -------------------------------------------------------------


def test_a_large_common_part_takes_no_digits():
    shifted = X + 2.0**40
    found, plain = dv.t_test(shifted, mean=2.0**40), dv.t_test(shifted - 2.0**40)
    assert found.statistic == pytest.approx(plain.statistic, rel=1e-9)


def test_many_values_are_quick():
    many = np.random.default_rng(0).normal(size=1_000_000)
    found = dv.t_test(many)
    assert found.p_value == pytest.approx(stats.ttest_1samp(many, 0).pvalue, rel=1e-7)


def test_bad_input_is_named_with_a_remedy():
    cases = (
        (ShapeError, "has 1 value", lambda: dv.t_test([1.0])),
        (DomainError, "constant", lambda: dv.t_test([2.0, 2.0, 2.0])),
        (DomainError, "constant", lambda: dv.t_test([2.0, 2.0], [3.0, 3.0])),
        (DomainError, r"x\[1\] is nan", lambda: dv.t_test([1.0, np.nan, 3.0])),
        (ShapeError, "one-dimensional", lambda: dv.t_test([[1.0, 2.0]])),
        (ShapeError, "pairs", lambda: dv.t_test([1, 2, 3], [1, 2], kind="paired")),
        (ArgumentError, "no t test", lambda: dv.t_test(X, kind="student")),
        (ArgumentError, "takes a second", lambda: dv.t_test(X, kind="paired")),
        (ArgumentError, "no alternative", lambda: dv.t_test(X, alternative="larger")),
        (ArgumentError, "deviation sigma", lambda: dv.z_test(X)),
        (DomainError, "not positive", lambda: dv.z_test(X, sigma=0)),
        (DomainError, "level = 1.5", lambda: dv.confidence_interval("mean", X, level=1.5)),
        (DomainError, "level = 0", lambda: dv.power("t", effect=1, n=5, level=0)),
        (ArgumentError, "no interval", lambda: dv.confidence_interval("median", X)),
        (ArgumentError, "takes x, y", lambda: dv.confidence_interval("variance_ratio", X)),
        (ArgumentError, "called 'exact'", lambda: dv.confidence_interval("mean", method="exact")),
        (DomainError, "too many", lambda: dv.proportion_test(5, 4)),
        (DomainError, "not between", lambda: dv.proportion_test(5, 9, proportion=1)),
        (DomainError, "successes and fail", lambda: dv.proportion_test(0, 4, kind="wald")),
        (ArgumentError, "whole number", lambda: dv.proportion_test(2.5, 4)),
        (DomainError, "expected count", lambda: dv.chi_squared_test([1, 2], [3, 0])),
        (DomainError, "expected count", lambda: dv.chi_squared_test([[1, 0], [2, 0]])),
        (DomainError, "sum to", lambda: dv.chi_squared_test([1, 2], [3, 1])),
        (DomainError, "negative", lambda: dv.chi_squared_test([1, -2])),
        (ShapeError, "two rows", lambda: dv.chi_squared_test([[1, 2]])),
        (DomainError, "count of 0", lambda: dv.odds_ratio_test([[1, 0], [2, 3]])),
        (ShapeError, r"\(2, 2\)", lambda: dv.odds_ratio_test([[1, 2, 3], [2, 3, 4]])),
        (ArgumentError, "two groups", lambda: dv.anova(X)),
        (DomainError, "every group", lambda: dv.anova([1, 1], [2, 2])),
        (ShapeError, "one value", lambda: dv.anova([1], [2])),
        (DomainError, "on a line", lambda: dv.correlation_test([1, 2, 3], [2, 4, 6])),
        (DomainError, "constant", lambda: dv.correlation_test([1, 2, 3], [2, 2, 2])),
        (DomainError, "above the maximum", lambda: dv.likelihood_ratio_test(-3.0, -2.0)),
        (DomainError, "positive definite", lambda: dv.wald_test([1, 2], [[1, 2], [2, 1]])),
        (ShapeError, "do not fit", lambda: dv.score_test([1, 2], [[1.0]])),
        (DomainError, "no 1e", lambda: dv.sample_size("t", effect=0)),
        (ArgumentError, "needs n", lambda: dv.power("t", effect=1)),
    )
    for error, words, call in cases:
        with pytest.raises(error, match=words) as caught:
            call()
        text = str(caught.value)
        assert "to fix" in text or "known" in text, text


def test_numbers_are_attributes_and_a_page_without_data_says_so():
    found = dv.t_test(X)
    assert set(found.numbers) <= set(dir(found))
    assert repr(found).startswith("t = ")
    assert found.sentence in found.text()
    with pytest.raises(AttributeError, match="without data"):
        _ = dv.t_test().p_value
    with pytest.raises(AttributeError, match="its numbers are statistic"):
        _ = found.lower


def test_a_fitted_parameter_takes_a_degree_of_freedom_and_the_page_says_so():
    observed, expected = [109, 65, 22, 4], [108.67, 66.29, 20.22, 4.82]
    found = dv.chi_squared_test(observed, expected, fitted=1)
    assert found.degrees_of_freedom == 2
    assert "with r parameters fitted to these counts, ChiSquared(k − 1 − r)" in found.text()
    assert ", 1 point, " in found.text()
