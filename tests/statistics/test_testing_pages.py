"""The derivations of tests, intervals and power: verified, and every wrong line is seen."""

from __future__ import annotations

import pytest
from scipy import stats

import derive as dv
from derive.check.claim import Plan
from derive.check.inference_claims import MixtureClaim, NumberClaim, TailClaim
from derive.language.expression import symbol
from derive.statistics.testing.confidence import METHODS
from derive.statistics.testing.mean_tests import T_KINDS

TESTS = {
    "z": dv.z_test,
    "two_z": lambda: dv.z_test(sigma=(1, 2)),
    **{f"t {kind}": lambda kind=kind: dv.t_test(kind=kind) for kind in T_KINDS},
    "variance": dv.variance_test,
    "variance_ratio": dv.variance_ratio_test,
    "anova": dv.anova,
    "correlation": dv.correlation_test,
    "fisher": lambda: dv.correlation_test(correlation=0.5),
    "proportion": dv.proportion_test,
    "rate": dv.poisson_test,
    "exact proportion": lambda: dv.proportion_test(kind="exact"),
    "exact rate": lambda: dv.poisson_test(kind="exact"),
    "two_proportions": dv.two_proportions_test,
    "fit": dv.chi_squared_test,
    "table": lambda: dv.chi_squared_test([[1, 2], [3, 4]]),
    "odds_ratio": dv.odds_ratio_test,
    "likelihood_ratio": dv.likelihood_ratio_test,
    "wald": dv.wald_test,
    "score": dv.score_test,
    "power z": lambda: dv.power("z", alternative="greater"),
    "power both": lambda: dv.power("z"),
    "power t": lambda: dv.power("t"),
    "size": lambda: dv.sample_size("z"),
    **{
        f"{kind} {method}": lambda kind=kind, method=method: dv.confidence_interval(
            kind, method=method
        )
        for kind, methods in METHODS.items()
        for method in methods
    },
}

RESULTS = {
    "z": "(sum(x)/n - mu_0)/(sigma/sqrt(n))",
    "rate": "(k/t - lambda_0)^2*t/(k/t)",
    "odds_ratio": "(log(a*d/(b*c)) - log(theta_0))/sqrt(1/a + 1/b + 1/c + 1/d)",
    "likelihood_ratio": "2*(ell_hat - ell_0)",
    "size": "((q + b)*sigma/delta)^2",
    "rate score": "(k + 1/2*q^2 - q*sqrt(k + 1/4*q^2))/t",
}


@pytest.mark.parametrize("name", TESTS)
def test_every_page_is_verified_and_altered_results_are_refuted(name):
    found = TESTS[name]()
    assert found.certificate.verdict == "verified"
    assert "refuted" in found.certificate.control
    assert len(found.steps) > 2
    assert found.latex()
    assert callable(found.function())


@pytest.mark.parametrize("name", TESTS)
def test_other_points_and_precisions_verify_too(name):
    found = TESTS[name]()
    plans = ({"precision": 12, "seed": 1}, {"seed": 3})
    assert {found.check(**plan).verdict for plan in plans} == {"verified"}


@pytest.mark.parametrize("name", TESTS)
def test_every_wrong_line_is_refuted(name):
    for claim in TESTS[name]().claims:
        mutants = claim.mutants()
        verdicts = {mutant.examine(Plan()).verdict for mutant in mutants}
        assert "refuted" in verdicts or not mutants, claim.describe()


@pytest.mark.parametrize("name", RESULTS)
def test_the_answer_is_the_textbook_formula(name):
    assert repr(TESTS[name]()).partition("    #")[0] == RESULTS[name]


def test_a_wrong_tail_number_or_power_is_refuted():
    p = float(stats.t.sf(2.0, 5))
    assert TailClaim("student", (5.0,), 2.0, p, "greater").examine(Plan()).verdict == "verified"
    assert TailClaim("student", (5.0,), 2.0, p, "less").examine(Plan()).verdict == "refuted"
    assert TailClaim("student", (6.0,), 2.0, p, "greater").examine(Plan()).verdict == "refuted"
    assert TailClaim("normal", (), 2.0, p, "greater").examine(Plan()).verdict == "refuted"
    x = symbol("x")
    assert NumberClaim(x**2, {"x": 3.0}, 9.0).examine(Plan()).verdict == "verified"
    assert NumberClaim(x**2, {"x": 3.0}, 9.1).examine(Plan()).verdict == "refuted"
    q, power = stats.t.isf(0.05, 9), stats.nct(9, 1.5).sf(stats.t.isf(0.05, 9))
    right = MixtureClaim(9.0, 1.5, float(q), False, float(power))
    assert right.examine(Plan()).verdict == "verified"
    assert MixtureClaim(9.0, 1.4, float(q), False, float(power)).examine(Plan()).verdict == (
        "refuted"
    )
