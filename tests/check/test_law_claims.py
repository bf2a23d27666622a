"""Means by integration: right with their bound, or refused; wrong claims are refuted."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
import scipy.stats

from derive.check.claim import Plan
from derive.check.evaluate import Point
from derive.check.law_bench import LawBench, law_variable
from derive.check.law_claims import MeanClaim, ZeroAtEqualityClaim, density_claims
from derive.check.law_grid import Grid
from derive.check.law_supports import OutsideClaim
from derive.check.precision import bits_for, working_precision
from derive.errors import DomainError, NoRuleError
from derive.language.distributions import LAWS
from derive.language.expression import number, power, symbol
from derive.language.functions import elementwise, expectation
from derive.language.laws.half_line import Exponential, Gamma
from derive.language.laws.line import Normal
from derive.language.laws.terms import log
from derive.language.laws.whole_numbers import Bernoulli, Poisson

PLAN = Plan()


def value(function, law):
    x = law_variable(law, "x")
    with working_precision(bits_for(50)):
        return Grid(law, x, Point()).mean(function(x))


@pytest.mark.parametrize(
    ("function", "law", "expected"),
    [
        (lambda x: x**2, Normal(1, 2), 5),
        (lambda x: (x - 1) ** 2, Normal(0, 1), 2),  # zero one width from the peak
        (lambda x: (x - 3) ** 4, Normal(3, Fraction(1, 2)), Fraction(3, 16)),
        (lambda x: x, Normal(0, 1), 0),  # odd: 0 at the peak
        (lambda x: elementwise("exp", x), Normal(0, 1), mpmath.exp(0.5)),
        (lambda x: number(1), Gamma(Fraction(1, 16), 8), 1),
        (log, Gamma(Fraction(1, 8), 4), mpmath.psi(0, mpmath.mpf(1) / 8) + mpmath.log(4)),
        (lambda x: power(x, number(Fraction(1, 2))), Exponential(4), mpmath.gamma(1.5) / 2),
        (lambda x: power(x, number(-1)), Gamma(2, 1), 1),
        (lambda x: x * (x - 1) * (x - 2), Poisson(3), 27),
        (lambda x: x, Poisson(Fraction(1, 8)), Fraction(1, 8)),
        (lambda x: x, Poisson(200), 200),
        (lambda x: x**3, Bernoulli(Fraction(1, 4)), Fraction(1, 4)),
    ],
)
def test_means_that_are_known(function, law, expected):
    found = value(function, law)
    assert float(abs(found.mid() - 0)) == pytest.approx(abs(float(expected)), rel=1e-14, abs=1e-30)
    assert float(found.rad()) < 1e-25 * max(1.0, abs(float(expected)))


def test_log_factorial_agrees_with_a_long_sum():
    ours = value(lambda x: elementwise("loggamma", x + 1), Poisson(Fraction(5, 2)))
    law = scipy.stats.poisson(2.5)
    theirs = sum(law.pmf(k) * float(mpmath.loggamma(k + 1)) for k in range(80))
    assert float(ours) == pytest.approx(theirs, rel=1e-12)


@pytest.mark.parametrize("scale", [Fraction(1, 1000), 1, 1000])
@pytest.mark.parametrize("place", [-500, 0, 500])
def test_narrow_and_distant_laws_are_found(place, scale):
    found = value(lambda x: number(1), Normal(place, scale))
    assert found.contains(1)
    assert found.rad() < 1e-25


@pytest.mark.parametrize(
    ("function", "law"),
    [
        (lambda x: power(x, number(-1)), Gamma(Fraction(1, 2), 1)),
        (lambda x: elementwise("exp", x), Exponential(Fraction(1, 2))),
        (lambda x: elementwise("exp", x**2), Normal(0, 1)),
    ],
)
def test_a_mean_that_does_not_exist_is_refused(function, law):
    with pytest.raises(DomainError):
        value(function, law)


def test_kinks_are_cut_at():
    found = value(lambda x: elementwise("abs", x - 1), Normal(0, 1))
    law = mpmath.sqrt(2 / mpmath.pi) * mpmath.exp(-0.5) + mpmath.erf(mpmath.sqrt(0.5))
    assert float(found) == pytest.approx(float(law), rel=1e-14)
    assert found.rad() < 1e-25


def test_a_function_without_value_is_refused_by_name():
    with pytest.raises(NoRuleError, match="lognormcdf"):
        value(lambda x: elementwise("lognormcdf", x), Normal(0, 1))


# --- claims ---------------------------------------------------------------------------


@pytest.fixture
def gamma():
    law = Gamma()
    return LawBench({"p": law}, law_variable(law, "x"))


def mean_of_log(bench, wrong=0):
    law = bench.laws["p"]
    k, theta = law.values
    stated = elementwise("digamma", k) + log(theta) + wrong
    return MeanClaim(bench, expectation(log(bench.variable), "p", "x"), stated, "mean of log")


def test_a_true_mean_is_verified_at_points_and_says_so(gamma):
    finding = mean_of_log(gamma).examine(PLAN)
    assert (finding.verdict, finding.level, finding.points) == ("verified", "tested at points", 6)
    assert finding.worst < 1e-28


@pytest.mark.parametrize("error", [Fraction(1, 1000), Fraction(1, 10**9), Fraction(1, 10**20)])
def test_small_errors_are_refuted_with_a_counterexample(gamma, error):
    finding = mean_of_log(gamma, wrong=number(error)).examine(PLAN)
    assert finding.verdict == "refuted"
    assert "k = " in finding.counterexample


def test_every_mutant_is_refuted(gamma):
    for mutant in mean_of_log(gamma).mutants():
        assert mutant.examine(PLAN).verdict == "refuted", mutant.describe()


def test_a_mean_that_does_not_exist_leaves_the_claim_unchecked():
    law = Exponential()
    bench = LawBench({"p": law}, law_variable(law, "x"))
    left = expectation(power(bench.variable, number(-2)), "p", "x")
    finding = MeanClaim(bench, left, number(1), "no such mean").examine(PLAN)
    assert (finding.verdict, finding.level) == ("unchecked", "not checked")
    assert finding.reason


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_every_law_has_total_mass_one(law):
    bench = LawBench({"p": law()}, law_variable(law(), "x"))
    (claim,) = density_claims(bench)
    assert claim.examine(PLAN).verdict == "verified"


def test_points_are_reproducible_and_fit_the_places():
    law = Gamma(symbol("a") - symbol("b"), 2)
    points = [LawBench({"p": law}, law_variable(law, "x")).points(PLAN) for _ in range(2)]
    assert repr(points[0]) == repr(points[1])
    a, b = law.symbols
    assert all(float(p.values[a][0, 0]) > float(p.values[b][0, 0]) for p in points[0])


@pytest.mark.parametrize(
    ("inside", "outside", "verdict"),
    [
        (Normal(), Gamma(), "verified"),
        (Poisson(), Bernoulli(), "verified"),
        (Poisson(), Normal(), "verified"),
        (Normal(), Poisson(), "verified"),
        (Gamma(), Normal(), "refuted"),
        (Bernoulli(), Poisson(), "refuted"),
        (Gamma(), Exponential(), "refuted"),
    ],
)
def test_mass_outside_a_support_is_found_where_it_is(inside, outside, verdict):
    claim = OutsideClaim(inside, outside, law_variable(inside, "x"))
    assert claim.examine(PLAN).verdict == verdict
    for mutant in claim.mutants():
        assert mutant.examine(PLAN).verdict == "refuted"


def test_a_divergence_that_is_not_zero_at_equality_is_refuted():
    p, q = Exponential("a"), Exponential("b")
    bench = LawBench({"p": p, "q": q}, law_variable(p, "x"))
    a, b = p.values[0], q.values[0]
    right = log(a / b) + b / a - 1
    pairs = ((a, b),)
    assert ZeroAtEqualityClaim(bench, right, pairs).examine(PLAN).verdict == "verified"
    assert ZeroAtEqualityClaim(bench, right + 1, pairs).examine(PLAN).verdict == "refuted"
    for mutant in ZeroAtEqualityClaim(bench, right, pairs).mutants():
        assert mutant.examine(PLAN).verdict == "refuted"
