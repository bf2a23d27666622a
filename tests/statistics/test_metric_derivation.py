"""The mathematics of metrics: what is printed, what it equals, and that a wrong line is seen."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import beta as beta_law
from scipy.stats import norm

import derive as dv
from derive.check.cases import CaseClaim
from derive.check.claim import Plan
from derive.statistics.metric_derivation import PAGES

RESULTS = {
    "accuracy": "sqrt(p*(1 - p)/n)",
    "precision": "TP/(TP + FP)",
    "precision_by_bayes": "s*pi_1/(s*pi_1 + (1 - c)*(1 - pi_1))",
    "recall": "TP/(TP + FN)",
    "specificity": "TN/(TN + FP)",
    "f1_score": "2*TP/(2*TP + FP + FN)",
    "fbeta_score": "(1 + beta^2)*TP/((1 + beta^2)*TP + FP + beta^2*FN)",
    "best_f1_threshold": "1/2*F",
    "binormal_auc": "normcdf((mu_1 - mu_0)/sqrt(sigma_0^2 + sigma_1^2))",
    "sigmoid_of_normals": (
        "sigmoid((mu_1 - mu_0)/sigma^2*(x - 1/2*(mu_0 + mu_1)) + log(pi_1/(1 - pi_1)))"
    ),
    "log_loss": "p",
    "brier_score": "p",
    "log_loss_of_classes": "p",
    "brier_score_of_classes": "p",
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_verified_and_altered_results_are_refuted(name):
    found = dv.metric_derivation(name)
    assert found.certificate.verdict == "verified"
    assert found.certificate.control in {f"{count} altered claims refuted" for count in (3, 4)}
    assert len(found.steps) > 1
    assert found.latex()


@pytest.mark.parametrize("name", PAGES)
def test_other_points_and_precisions_verify_too(name):
    found = dv.metric_derivation(name)
    plans = ({"precision": 12, "seed": 1}, {"precision": 100, "seed": 2}, {"seed": 3})
    assert {found.check(**plan).verdict for plan in plans} == {"verified"}


@pytest.mark.parametrize("name", RESULTS)
def test_the_answer_is_the_textbook_formula(name):
    assert repr(dv.metric_derivation(name)).partition("    #")[0] == RESULTS[name]


@pytest.mark.parametrize("name", PAGES)
def test_every_wrong_line_is_refuted(name):
    for claim in dv.metric_derivation(name).claims:
        verdicts = {mutant.examine(Plan()).verdict for mutant in claim.mutants()}
        assert "refuted" in verdicts


@pytest.mark.parametrize(("name", "wrong"), [("f1_score", "recall"), ("recall", "precision")])
def test_the_formula_of_another_metric_is_refuted(name, wrong):
    (claim,) = (c for c in dv.metric_derivation(name).claims if isinstance(c, CaseClaim))
    other = dv.metric_derivation(wrong)
    mistaken = CaseClaim(other.expression, other.trace.arguments, claim.oracle, claim.words)
    assert mistaken.examine(Plan()).verdict == "refuted"


def test_the_metrics_of_arrays_are_their_formulas():
    rng = np.random.default_rng(0)
    true, predicted = rng.integers(0, 2, 50), rng.integers(0, 2, 50)
    (tn, fp), (fn, tp) = dv.confusion_matrix(true, predicted).tolist()
    counts = {"TP": tp, "FP": fp, "FN": fn, "TN": tn, "beta": 2.0}
    for name in ("precision", "recall", "specificity", "f1_score", "fbeta_score"):
        found = dv.metric_derivation(name)
        formula = found.function()(**{s.name: counts[s.name] for s in found.trace.arguments})
        extra = {"beta": 2.0} if name == "fbeta_score" else {}
        assert getattr(dv, name)(true, predicted, **extra) == pytest.approx(formula, rel=1e-14)
    share, error = dv.accuracy(true, predicted, standard_error=True)
    formula = dv.metric_derivation("accuracy").function()(p=share, n=50.0)
    assert error == pytest.approx(formula, rel=1e-14)


def test_bayes_agrees_with_simulated_people():
    rng = np.random.default_rng(1)
    s, c, pi, n = 0.9, 0.8, 0.1, 400_000
    sick = rng.random(n) < pi
    called = np.where(sick, rng.random(n) < s, rng.random(n) > c)
    exact = dv.metric_derivation("precision_by_bayes").function()(s=s, c=c, pi_1=pi)
    error = np.sqrt(exact * (1 - exact) / called.sum())
    assert abs(dv.precision(sick, called) - exact) < 4 * error


def test_half_the_best_f1_is_the_best_threshold_of_calibrated_scores():
    scores = beta_law(2, 5).ppf((np.arange(20_000) + 0.5) / 20_000)  # ascending
    hits = np.cumsum(scores[::-1])
    f1 = 2 * hits / (np.arange(1, len(scores) + 1) + scores.sum())
    best = int(np.argmax(f1))
    half = dv.metric_derivation("best_f1_threshold").function()(F=f1[best])
    assert scores[::-1][best + 1] <= half <= scores[::-1][best]


def test_the_area_in_shares_is_the_auc_of_scores():
    positives, negatives = np.array([5, 2, 1]), np.array([1, 3, 4])  # at the scores 3, 2, 1
    scores = np.repeat([3, 2, 1, 3, 2, 1], [*positives, *negatives])
    true = np.repeat([1, 0], [positives.sum(), negatives.sum()])
    area = dv.metric_derivation("auc").function()
    found = area(a=positives / positives.sum(), b=negatives / negatives.sum())
    assert dv.auc(true, scores) == pytest.approx(found, rel=1e-14)


def test_the_binormal_area_is_a_normal_probability():
    closed = dv.metric_derivation("binormal_auc").function()
    found = closed(mu_1=1.0, mu_0=0.0, sigma_1=0.6, sigma_0=0.8)
    assert found == pytest.approx(norm.cdf(1.0), rel=1e-14)
