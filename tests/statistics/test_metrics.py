"""Metrics of predictions agree with scikit-learn and with counting, and refuse by name."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve as sk_calibration

import derive as dv
from derive.errors import ArgumentError, DomainError, ShapeError

RATIOS = {
    "precision": (dv.precision, sk.precision_score),
    "recall": (dv.recall, sk.recall_score),
    "f1_score": (dv.f1_score, sk.f1_score),
    "fbeta_score": (
        lambda *a, **k: dv.fbeta_score(*a, beta=1.7, **k),
        lambda *a, **k: sk.fbeta_score(*a, beta=1.7, **k),
    ),
}
KINDS = {
    "numbers": lambda codes: codes,
    "far apart": lambda codes: codes * 10**12 - 5,
    "floats": lambda codes: codes / 4,
    "texts": lambda codes: np.array(["ant", "bee", "cat", "dog"])[codes],
    "objects": lambda codes: list(map(str, codes)),
}


def labels(classes, count=60, seed=0):
    rng = np.random.default_rng(seed)
    return rng.integers(0, classes, count), rng.integers(0, classes, count)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("classes", [2, 4])
def test_the_confusion_matrix_and_accuracy_are_those_of_scikit_learn(kind, classes):
    true, predicted = map(KINDS[kind], labels(classes))
    found = dv.confusion_matrix(true, predicted)
    shown = list(map(str, true)), list(map(str, predicted))
    names = [str(name) for name in np.unique(np.concatenate([true, predicted]))]
    np.testing.assert_array_equal(found, sk.confusion_matrix(*shown, labels=names))
    assert dv.accuracy(true, predicted) == sk.accuracy_score(*shown)


def test_the_confusion_matrix_of_one_class_has_one_entry():
    np.testing.assert_array_equal(dv.confusion_matrix(["a", "a"], ["a", "a"]), [[2]])


def test_the_confusion_matrix_keeps_the_order_of_the_classes_given():
    found = dv.confusion_matrix(["a", "b", "b"], ["b", "b", "a"], labels=["c", "b", "a"])
    np.testing.assert_array_equal(found, [[0, 0, 0], [0, 1, 1], [0, 1, 0]])


@pytest.mark.parametrize("name", RATIOS)
@pytest.mark.parametrize("seed", range(5))
def test_ratios_of_two_classes_are_those_of_scikit_learn(name, seed):
    ours, theirs = RATIOS[name]
    true, predicted = labels(2, seed=seed)
    assert ours(true, predicted) == pytest.approx(theirs(true, predicted), rel=1e-14)
    assert ours(true == 1, predicted == 1) == ours(true, predicted)
    assert ours(2 * true - 1, 2 * predicted - 1) == ours(true, predicted)
    text = np.array(["no", "yes"])
    assert ours(text[true], text[predicted], positive="yes") == ours(true, predicted)


@pytest.mark.parametrize("name", RATIOS)
@pytest.mark.parametrize("average", ["macro", "micro", "weighted", "each"])
@pytest.mark.parametrize("zero", [0, 1, math.nan])
def test_averages_over_classes_are_those_of_scikit_learn(name, average, zero):
    ours, theirs = RATIOS[name]
    for seed in range(3):
        true, predicted = labels(4, count=7, seed=seed)
        expected = theirs(
            true, predicted, average=None if average == "each" else average, zero_division=zero
        )
        found = ours(true, predicted, average=average, zero_division=zero)
        np.testing.assert_allclose(found, expected, rtol=1e-14)


def test_specificity_is_the_recall_of_the_negative_class():
    true, predicted = labels(2)
    assert dv.specificity(true, predicted) == sk.recall_score(true, predicted, pos_label=0)


def test_every_small_set_of_labels_is_counted_rightly():
    for true, predicted in product(product((0, 1), repeat=3), repeat=2):
        pairs = list(zip(true, predicted, strict=True))
        called = [t for t, c in pairs if c]
        expected = sum(called) / len(called) if called else 0.5
        assert dv.precision(true, predicted, zero_division=0.5) == pytest.approx(expected)
        assert dv.accuracy(true, predicted) == sum(t == c for t, c in pairs) / 3


def test_the_standard_error_of_an_accuracy_is_its_spread_over_samples():
    rng = np.random.default_rng(1)
    right = rng.random((4000, 50)) < 0.8
    true = np.ones(50, dtype=int)
    found = [dv.accuracy(true, row.astype(int), standard_error=True) for row in right]
    values, errors = np.transpose(found)
    spread = values.std()
    assert spread == pytest.approx(math.sqrt(0.8 * 0.2 / 50), rel=4 / math.sqrt(2 * 4000))
    assert errors.mean() == pytest.approx(spread, rel=0.05)


@pytest.mark.parametrize("digits", [0, 1, 6])
def test_roc_and_auc_are_those_of_scikit_learn_with_ties(digits):
    rng = np.random.default_rng(digits)
    true = rng.integers(0, 2, 200)
    scores = np.round(rng.normal(size=200) + true, digits)
    expected = sk.roc_curve(true, scores, drop_intermediate=False)
    for ours, theirs in zip(dv.roc_curve(true, scores), expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-14)
    assert dv.auc(true, scores) == pytest.approx(sk.roc_auc_score(true, scores), rel=1e-13)


def test_auc_counts_pairs_and_is_the_area_under_the_curve():
    rng = np.random.default_rng(3)
    true, scores = rng.integers(0, 2, 40), rng.integers(0, 5, 40)
    pairs = [(s > t) + (s == t) / 2 for s in scores[true == 1] for t in scores[true == 0]]
    assert dv.auc(true, scores) == pytest.approx(np.mean(pairs), rel=1e-14)
    curve = dv.roc_curve(true, scores)
    area = np.trapezoid(curve.true_positive_rate, curve.false_positive_rate)
    assert dv.auc(true, scores) == pytest.approx(area, rel=1e-14)
    assert dv.auc(1 - true, scores) == pytest.approx(1 - dv.auc(true, scores), rel=1e-14)


def test_auc_of_normal_scores_is_near_its_closed_form():
    rng = np.random.default_rng(4)
    m1, m0, s1, s0, n = 1.0, 0.2, 1.5, 0.7, 20_000
    scores = np.concatenate([rng.normal(m1, s1, n), rng.normal(m0, s0, n)])
    true = np.repeat([1, 0], n)
    closed = dv.metric_derivation("binormal_auc").function()
    exact = closed(mu_1=m1, mu_0=m0, sigma_1=s1, sigma_0=s0)
    # the variance of an AUC is at most that of a share of the smaller class, A(1 - A)/n
    assert abs(dv.auc(true, scores) - exact) < 4 * math.sqrt(exact * (1 - exact) / n)


def test_scores_of_one_class_are_those_of_scikit_learn():
    rng = np.random.default_rng(5)
    true, p = rng.integers(0, 2, 100), rng.random(100)
    assert dv.log_loss(true, p) == pytest.approx(sk.log_loss(true, p), rel=1e-13)
    assert dv.brier_score(true, p) == pytest.approx(sk.brier_score_loss(true, p), rel=1e-13)
    both = np.column_stack([1 - p, p])
    assert dv.log_loss(true, both) == pytest.approx(dv.log_loss(true, p), rel=1e-13)
    assert dv.brier_score(true, both) == pytest.approx(dv.brier_score(true, p), rel=1e-13)


def test_scores_of_several_classes_are_those_of_scikit_learn():
    rng = np.random.default_rng(6)
    rows = rng.dirichlet(np.ones(4), size=50)
    codes = rng.integers(0, 4, 50)
    names = np.array(["d", "a", "c", "b"])
    true, order = names[codes], np.argsort(names)
    ours = dv.log_loss(true, rows, labels=names), dv.brier_score(true, rows, labels=names)
    sorted_rows = rows[:, order]
    theirs = sk.log_loss(true, sorted_rows), sk.brier_score_loss(true, sorted_rows)
    np.testing.assert_allclose(ours, theirs, rtol=1e-13)
    np.testing.assert_allclose(dv.log_loss(true, sorted_rows), ours[0], rtol=1e-14)


def test_log_loss_keeps_its_digits_and_is_infinite_at_an_impossible_outcome():
    assert dv.log_loss([0], [1e-20]) == pytest.approx(1e-20)
    assert dv.log_loss([1], [1e-300]) == pytest.approx(300 * math.log(10))
    assert dv.log_loss([1], [1 - 2**-53]) == pytest.approx(2**-53)
    assert dv.log_loss([1, 0], [0.0, 0.0]) == math.inf
    assert str(dv.log_loss([1, 0], [1.0, 0.0])) == "0.0"


@pytest.mark.parametrize("strategy", ["uniform", "quantile"])
@pytest.mark.parametrize("bins", [1, 3, 10])
def test_calibration_curves_are_those_of_scikit_learn(strategy, bins):
    rng = np.random.default_rng(bins)
    true, p = rng.integers(0, 2, 80), np.round(rng.random(80), 1)
    found = dv.calibration_curve(true, p, bins=bins, strategy=strategy)
    observed, predicted = sk_calibration(true, p, n_bins=bins, strategy=strategy)
    np.testing.assert_allclose(found.observed, observed, rtol=1e-14)
    np.testing.assert_allclose(found.predicted, predicted, rtol=1e-14)
    assert found.counts.sum() == 80


REFUSED = {
    "lengths": (lambda: dv.accuracy([1, 0], [1]), ShapeError, "2 and 1 of them"),
    "empty": (lambda: dv.accuracy([], []), ShapeError, "y_true is empty"),
    "columns": (lambda: dv.recall([[1], [0]], [[1], [0]]), ShapeError, r"shape \(2, 1\)"),
    "mixed": (lambda: dv.accuracy([1, "a"], [1, 1]), ArgumentError, "int, str"),
    "two kinds": (lambda: dv.accuracy([1, 0], ["a", "b"]), ArgumentError, "'a', 'b'"),
    "nan": (lambda: dv.accuracy([1, math.nan], [1, 1]), DomainError, r"y_true\[1\] is nan"),
    "complex": (lambda: dv.accuracy([1j], [1j]), ArgumentError, "complex"),
    "unknown": (
        lambda: dv.confusion_matrix([0, 7], [0, 1], labels=[0, 1]),
        DomainError,
        "unknown label 7",
    ),
    "twice": (lambda: dv.confusion_matrix([0], [0], labels=[0, 0]), DomainError, "0 twice"),
    "unknown positive": (
        lambda: dv.precision(["a", "b"], ["a", "b"], positive="c"),
        DomainError,
        "unknown label 'c'",
    ),
    "which positive": (
        lambda: dv.precision(["a", "b"], ["a", "b"]),
        ArgumentError,
        "positive='b'",
    ),
    "probabilities as labels": (
        lambda: dv.precision([0, 1], [0.2, 0.9]),
        DomainError,
        "need a threshold",
    ),
    "precision 0/0": (lambda: dv.precision([1, 0], [0, 0]), DomainError, "nothing was called 1"),
    "recall 0/0": (lambda: dv.recall([0, 0], [1, 0]), DomainError, "no example is of class 1"),
    "specificity 0/0": (lambda: dv.specificity([1], [1]), DomainError, "zero_division=0"),
    "f1 0/0": (lambda: dv.f1_score([0, 0], [0, 0]), DomainError, "f1_score is 0/0"),
    "beta": (lambda: dv.fbeta_score([1], [1], beta=0), DomainError, "beta must be positive"),
    "beta nan": (lambda: dv.fbeta_score([1], [1], beta=math.nan), DomainError, "got nan"),
    "beta text": (lambda: dv.fbeta_score([1], [1], beta="2"), ArgumentError, "'2'"),
    "average": (lambda: dv.precision([1], [1], average="mean"), ArgumentError, "macro"),
    "average and positive": (
        lambda: dv.precision([1], [1], positive=1, average="macro"),
        ArgumentError,
        "no positive one",
    ),
    "zero_division": (
        lambda: dv.precision([1], [1], zero_division="warn"),
        ArgumentError,
        "zero_division must be a number",
    ),
    "one class": (lambda: dv.auc([1, 1], [0.1, 0.2]), DomainError, "one only: 1"),
    "one class roc": (lambda: dv.roc_curve([0, 0], [0.1, 0.2]), DomainError, "one only: 0"),
    "score nan": (lambda: dv.auc([1, 0], [0.1, math.nan]), DomainError, r"scores\[1\] is nan"),
    "score texts": (lambda: dv.auc([1, 0], ["a", "b"]), ArgumentError, "scores must be numbers"),
    "score columns": (lambda: dv.auc([1, 0], np.ones((2, 2))), ShapeError, r"scores\[:, 1\]"),
    "outside": (lambda: dv.log_loss([1, 0], [0.5, 1.5]), DomainError, r"\[1\] is 1.5, outside"),
    "off the simplex": (
        lambda: dv.log_loss([1, 0], [[0.5, 0.5], [0.5, 0.4]]),
        DomainError,
        "row 1 of probabilities sums to 0.9",
    ),
    "classes": (
        lambda: dv.brier_score([1, 0], np.full((2, 3), 1 / 3)),
        ShapeError,
        "labels=",
    ),
    "labels with one column": (
        lambda: dv.brier_score([1, 0], [0.1, 0.2], labels=[0, 1]),
        ShapeError,
        "leave labels out",
    ),
    "ragged": (lambda: dv.accuracy([[1, 2], [3]], [1, 2]), ShapeError, "different lengths"),
    "masked": (
        lambda: dv.accuracy(np.ma.masked_array([1, 0], [0, 1]), [1, 0]),
        ArgumentError,
        "y_true has masked entries",
    ),
    "several positive": (
        lambda: dv.precision([1, 0], [1, 0], positive=[1]),
        ArgumentError,
        "must be one label",
    ),
    "beta too large": (lambda: dv.fbeta_score([1], [1], beta=1e200), DomainError, "1e[+]200"),
    "a number for probabilities": (lambda: dv.log_loss([1], 0.5), ShapeError, r"\(n, k\)"),
    "bins": (lambda: dv.calibration_curve([1], [1.0], bins=0), ArgumentError, "bins must be"),
    "strategy": (
        lambda: dv.calibration_curve([1], [1.0], strategy="even"),
        ArgumentError,
        "uniform, quantile",
    ),
    "name": (lambda: dv.metric_derivation("mcc"), ArgumentError, "no metric is called 'mcc'"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_makes_no_sense_is_refused_by_name(name):
    call, error, message = REFUSED[name]
    with pytest.raises(error, match=message) as caught:
        call()
    assert type(caught.value) is error
    assert "to fix" in str(caught.value) or "known" in str(caught.value)


def test_the_default_positive_label_may_be_absent():
    assert dv.recall([1, 1], [0, 1]) == 0.5
    assert dv.precision([0, 0], [0, 1]) == 0.0
    assert dv.accuracy([True], [1]) == 1.0
