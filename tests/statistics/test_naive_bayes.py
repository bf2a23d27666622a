"""Naive Bayes: the pages, equality with sklearn, and what refuses to be fitted."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.naive_bayes import BernoulliNB, GaussianNB, MultinomialNB

import derive as dv
from derive.check.claim import Plan

PAGES = [
    dv.NaiveBayes().decision_rule,
    dv.NaiveBayes().estimates,
    dv.NaiveBayes("multinomial").estimates,
    dv.NaiveBayes("bernoulli").estimates,
    dv.NaiveBayes("bernoulli").smoothing_rule,
    dv.NaiveBayes().logistic_weights,
]


def examples(kind, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 3, 90)
    if kind == "gaussian":
        return rng.normal(y[:, None], 1 + y[:, None], (90, 4)), y
    rates = rng.uniform(0.2, 3, (3, 5))[y]
    X = rng.poisson(rates)
    return (X if kind == "multinomial" else (X > 0).astype(int)), y


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_verified(page):
    found = page()
    assert found.certificate.verdict == "verified"
    assert found.latex()
    assert found.check(seed=5, precision=20).verdict == "verified"


@pytest.mark.parametrize("page", PAGES)
def test_every_wrong_line_is_refuted(page):
    for claim in page().claims:
        mutants = claim.mutants()
        assert not mutants or "refuted" in {m.examine(Plan()).verdict for m in mutants}


def test_the_answers_are_those_of_the_textbook():
    smoothed = repr(dv.NaiveBayes("multinomial").smoothing_rule())
    assert smoothed.startswith("1/(sum(n) + d*alpha)*(n + alpha*ones(d))")
    weights = repr(dv.NaiveBayes().logistic_weights()).splitlines()[0]
    assert weights.startswith("(mu_1 - mu_0)./v")


@pytest.mark.parametrize(
    ("kind", "other"),
    [
        ("gaussian", GaussianNB(var_smoothing=0)),
        ("multinomial", MultinomialNB()),
        ("bernoulli", BernoulliNB()),
    ],
)
def test_log_probabilities_are_those_of_sklearn(kind, other):
    X, y = examples(kind)
    more, _ = examples(kind, seed=1)
    fit = dv.NaiveBayes(kind).fit(X, y)
    other.fit(X, y)
    np.testing.assert_allclose(
        fit.predict_log_proba(more), other.predict_log_proba(more), rtol=1e-9
    )
    np.testing.assert_array_equal(fit.predict(more), other.predict(more))
    np.testing.assert_allclose(fit.predict_proba(more).sum(axis=1), 1)


@pytest.mark.parametrize("smoothing", [1e-9, 0.3])
def test_smoothing_is_that_of_sklearn(smoothing):
    X, y = examples("gaussian")
    found = dv.NaiveBayes("gaussian", smoothing).fit(X, y).predict_log_proba(X)
    expected = GaussianNB(var_smoothing=smoothing).fit(X, y).predict_log_proba(X)
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    X, y = examples("multinomial")
    found = dv.NaiveBayes("multinomial", smoothing).fit(X, y).predict_log_proba(X)
    expected = MultinomialNB(alpha=smoothing).fit(X, y).predict_log_proba(X)
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_the_compiled_pages_are_the_fit():
    X, y = examples("gaussian")
    fit = dv.NaiveBayes().fit(X, y)
    step = dv.NaiveBayes().estimates().function()
    counts = np.bincount(y).astype(float)
    for k in range(3):
        shares, mean, variance = step(c=counts, x=X[y == k, 2])
        np.testing.assert_allclose(np.log(shares), fit.log_priors)
        assert mean == pytest.approx(fit.parameters["means"][k, 2])
        assert variance == pytest.approx(fit.parameters["variances"][k, 2])
    means, variances = fit.parameters["means"], fit.parameters["variances"]
    densities = norm.pdf(X[0], means, np.sqrt(variances))
    rule = dv.NaiveBayes().decision_rule().function()
    found = rule(P=densities, pi=np.exp(fit.log_priors))
    np.testing.assert_allclose(found, fit.predict_proba(X[:1])[0], rtol=1e-10)
    X, y = examples("multinomial")
    fit = dv.NaiveBayes("multinomial", 0.5).fit(X, y)
    smooth = dv.NaiveBayes("multinomial").smoothing_rule().function()
    for k in range(3):
        expected = smooth(n=X[y == k].sum(axis=0).astype(float), alpha=0.5)
        np.testing.assert_allclose(fit.parameters["probabilities"][k], expected)


def test_the_smoothed_share_is_the_mean_of_the_posterior():
    rng = np.random.default_rng(7)
    counts, alpha, draws = np.array([5.0, 0.0, 2.0]), 1.0, 200_000
    sampled = rng.dirichlet(counts + alpha, draws)
    formula = dv.NaiveBayes("multinomial").smoothing_rule().function()(n=counts, alpha=alpha)
    error = sampled.std(axis=0) / np.sqrt(draws)
    assert (np.abs(sampled.mean(axis=0) - formula) < 4 * error).all()


def test_equal_variances_make_a_logistic_classifier():
    rng = np.random.default_rng(8)
    mu_1, mu_0, v, x = (
        rng.normal(size=3),
        rng.normal(size=3),
        rng.uniform(1, 2, 3),
        rng.normal(size=3),
    )
    w, b = dv.NaiveBayes().logistic_weights().function()(mu_1=mu_1, mu_0=mu_0, v=v, pi_1=0.3)
    f = [share * norm.pdf(x, m, np.sqrt(v)).prod() for share, m in ((0.3, mu_1), (0.7, mu_0))]
    assert 1 / (1 + np.exp(-(w @ x + b))) == pytest.approx(f[0] / sum(f))


def test_texts_are_classes_and_their_order_can_be_given():
    X, y = examples("gaussian")
    names = np.array(["a", "b", "c"])[y]
    fit = dv.NaiveBayes().fit(X, names, classes=["c", "b", "a"])
    assert fit.classes.tolist() == ["c", "b", "a"]
    backwards = dv.NaiveBayes().fit(X, names).predict_log_proba(X)[:, ::-1]
    np.testing.assert_allclose(fit.predict_log_proba(X), backwards)


X, Y = examples("gaussian")
COUNTS = [[2, 0], [1, 3]]
REFUSED = [
    (lambda: dv.NaiveBayes().fit(X, Y, classes=[0, 1, 2, 3]), dv.DomainError, "class 3 has no"),
    (lambda: dv.NaiveBayes().fit(X, Y[1:]), dv.ShapeError, "X"),
    (lambda: dv.NaiveBayes().fit(X * [1, 0, 1, 1], Y), dv.DomainError, "feature 1 has variance 0"),
    (
        lambda: dv.NaiveBayes().fit([[0.1], [0.1], [1], [2]], [0, 0, 1, 1]),
        dv.DomainError,
        "class 0",
    ),
    (
        lambda: dv.NaiveBayes("multinomial", 0).fit(COUNTS, [0, 1]),
        dv.DomainError,
        "feature 1 never",
    ),
    (
        lambda: dv.NaiveBayes("bernoulli", 0).fit([[1], [0]], [0, 1]),
        dv.DomainError,
        "always occurs",
    ),
    (lambda: dv.NaiveBayes("bernoulli").fit(COUNTS, [0, 1]), dv.DomainError, r"X\[0, 0\] is 2.0"),
    (lambda: dv.NaiveBayes("multinomial").fit([[-1.0]], [0]), dv.DomainError, "0 or more"),
    (lambda: dv.NaiveBayes().fit(X, Y).predict(X[:, :2]), dv.ShapeError, "fitted to 4"),
    (lambda: dv.NaiveBayes("poisson"), dv.ArgumentError, "known"),
    (lambda: dv.NaiveBayes(smoothing=-1), dv.DomainError, "smoothing"),
    (lambda: dv.NaiveBayes(smoothing="a"), dv.ArgumentError, "smoothing"),
    (lambda: dv.NaiveBayes().smoothing_rule(), dv.NoRuleError, "multinomial"),
    (lambda: dv.NaiveBayes("bernoulli").logistic_weights(), dv.NoRuleError, "gaussian"),
    (lambda: dv.NaiveBayes().fit([[np.nan]], [0]), dv.DomainError, r"X\[0, 0\]"),
]


@pytest.mark.parametrize(("call", "error", "message"), REFUSED)
def test_what_cannot_be_fitted_is_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()
