"""Sample statistics: equal to NumPy, derived, and clear about what they cannot take."""

from __future__ import annotations

import numpy as np
import pytest

import derive as dv
from derive.check.claim import Plan
from derive.errors import ArgumentError, DomainError, ShapeError
from derive.statistics.sample.statistic_derivation import PAGES

RNG = np.random.default_rng(2)
X, Y = RNG.normal(3, 2, 31), RNG.normal(size=31)

RESULTS = {
    "mean": "sum(x)/n",
    "variance_of_mean": "v/n",
    "median": "1/2*(x_low + x_high)",
    "sample_variance": "(n - 1)*v",
    "chebyshev": "1/k^2",
}


def test_statistics_are_those_of_numpy():
    assert dv.mean(X) == pytest.approx(np.mean(X), rel=1e-14)
    assert dv.median(X) == np.median(X)
    assert dv.median(X[:30]) == np.median(X[:30])
    for ddof in (0, 1, 5):
        assert dv.sample_variance(X, ddof=ddof) == pytest.approx(np.var(X, ddof=ddof))
        assert dv.standard_deviation(X, ddof=ddof) == pytest.approx(np.std(X, ddof=ddof))
        assert dv.covariance(X, Y, ddof=ddof) == pytest.approx(np.cov(X, Y, ddof=ddof)[0, 1])
    rows = np.column_stack([X, Y, X + Y])
    np.testing.assert_allclose(dv.covariance(rows), np.cov(rows.T))
    np.testing.assert_allclose(dv.correlation(rows), np.corrcoef(rows.T))
    assert dv.correlation(X, Y) == pytest.approx(np.corrcoef(X, Y)[0, 1])
    shares = [0, 0.1, 0.5, 1]
    np.testing.assert_allclose(dv.sample_quantile(X, shares), np.quantile(X, shares))


def test_a_large_common_part_takes_no_digits():
    shift = 2.0**40
    moved = X + shift
    assert dv.sample_variance(moved) == pytest.approx(np.var(moved - shift, ddof=1), rel=1e-12)
    assert dv.correlation(moved, Y) == pytest.approx(dv.correlation(moved - shift, Y), rel=1e-12)


def test_the_mean_of_a_symbol_stays_symbolic():
    w = dv.vector("w", dv.dims("d"))
    assert str(dv.mean(w)) == "total(w)/d"


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_verified_and_every_wrong_line_is_refuted(name):
    found = dv.statistic_derivation(name)
    assert found.certificate.verdict == "verified"
    assert found.latex()
    assert found.check(seed=4, precision=15).verdict == "verified"
    for claim in found.claims:
        mutants = claim.mutants()
        verdicts = {mutant.examine(Plan()).verdict for mutant in mutants}
        assert "refuted" in verdicts or not mutants, claim.describe()


@pytest.mark.parametrize("name", RESULTS)
def test_the_answer_is_the_textbook_formula(name):
    assert repr(dv.statistic_derivation(name)).partition("    #")[0] == RESULTS[name]


def test_the_formulas_are_the_statistics():
    slope = dv.statistic_derivation("slope").function()
    assert slope(x=X, y=Y) == pytest.approx(np.polyfit(X, Y, 1)[0])
    r = dv.statistic_derivation("correlation").function()
    assert r(x=X, y=Y) == pytest.approx(dv.correlation(X, Y))
    one_pass, shifted = dv.statistic_derivation("one_pass_variance").function()(x=X, c=2.5)
    assert one_pass / 30 == pytest.approx(dv.sample_variance(X))
    assert shifted / 30 == pytest.approx(dv.sample_variance(X))


def test_the_deviation_is_too_small_and_the_variance_is_not():
    rng, draws = np.random.default_rng(0), 40_000
    samples = rng.normal(0, 2, (draws, 5))
    variances = samples.var(axis=1, ddof=1)
    assert abs(variances.mean() - 4) < 4 * variances.std() / np.sqrt(draws)
    assert np.sqrt(variances).mean() < 2 - 4 * np.sqrt(variances).std() / np.sqrt(draws)


def test_bad_input_is_named_with_a_remedy():
    cases = (
        (ShapeError, "has 0 values", lambda: dv.mean([])),
        (DomainError, r"x\[1\] is nan", lambda: dv.median([1, np.nan])),
        (ArgumentError, "must be numbers", lambda: dv.median(["a", "b"])),
        (ShapeError, "one-dimensional", lambda: dv.sample_variance([[1.0, 2.0]])),
        (DomainError, "n - ddof = 0", lambda: dv.sample_variance([1.0])),
        (ArgumentError, "ddof must", lambda: dv.sample_variance([1.0, 2.0], ddof=0.5)),
        (DomainError, "no share", lambda: dv.sample_quantile([1, 2], 1.2)),
        (ShapeError, "pairs", lambda: dv.covariance([1, 2, 3], [1, 2])),
        (ShapeError, "matrix", lambda: dv.covariance([1, 2, 3])),
        (DomainError, "constant", lambda: dv.correlation([1, 1, 1], [1, 2, 3])),
        (DomainError, "constant", lambda: dv.correlation([[1, 2], [1, 3]])),
        (ArgumentError, "no statistic", lambda: dv.statistic_derivation("mode")),
    )
    for error, words, call in cases:
        with pytest.raises(error, match=words) as caught:
            call()
        text = str(caught.value)
        assert "to fix" in text or "known" in text, text
