"""Regressions against least squares, Newton steps and sample moments."""

import numpy as np
import pytest
import scipy.stats as st

from derive.errors import ArgumentError, DomainError, NoRuleError
from derive.statistics.likelihood.maximum_likelihood import maximum_likelihood
from derive.statistics.likelihood.regression import (
    counts_estimate,
    linear_regression,
    logistic_regression,
    normal_vectors_estimate,
    poisson_regression,
)

RNG = np.random.default_rng(11)
X = RNG.normal(size=(60, 3))
W = np.array([0.5, -1.0, 2.0])


def test_linear_regression_is_least_squares():
    y = X @ W + RNG.normal(size=60)
    w, variance = linear_regression().function()(y=y, X=X)
    wanted, (left,), *_ = np.linalg.lstsq(X, y, rcond=None)
    np.testing.assert_allclose(w, wanted, rtol=1e-10)
    assert variance == pytest.approx(left / 60)


def test_newton_steps_with_the_information_find_a_zero_of_the_logistic_score():
    y = (RNG.uniform(size=60) < 1 / (1 + np.exp(-X @ W))).astype(float)
    found = logistic_regression()
    assert found.certificate.verdict == "verified"
    step, w = found.function(), np.zeros(3)
    for _ in range(30):
        score, information = step(y=y, X=X, w=w)
        w = w + np.linalg.solve(information, score)

    def loss(v):
        return np.logaddexp(0, X @ v).sum() - y @ X @ v

    assert all(loss(w) < loss(w + d) for d in RNG.normal(scale=1e-2, size=(50, 3)))


def test_newton_steps_find_the_weights_with_scipys_largest_likelihood_of_counts():
    design = 0.4 * X
    y = RNG.poisson(np.exp(design @ W)).astype(float)
    found = poisson_regression()
    assert found.certificate.verdict == "verified"
    step, w = found.function(), np.zeros(3)
    for _ in range(40):
        score, information = step(y=y, X=design, w=w)
        w = w + np.linalg.solve(information, score)

    def loss(v):
        return -st.poisson(np.exp(design @ v)).logpmf(y).sum()

    assert all(loss(w) < loss(w + d) for d in RNG.normal(scale=1e-2, size=(50, 3)))


def test_the_information_of_counts_is_the_covariance_of_drawn_scores():
    design, w = 0.4 * X[:5], W
    step = poisson_regression().function()
    draws = RNG.poisson(np.exp(design @ w), size=(4000, 5)).astype(float)
    scores = np.array([step(y=y, X=design, w=w)[0] for y in draws])
    _, information = step(y=draws[0], X=design, w=w)
    scale = np.sqrt(np.outer(np.diag(information), np.diag(information)) * 3 / 4000)
    assert (np.abs(scores.T @ scores / 4000 - information) < 5 * scale).all()


def test_a_known_variance_leaves_the_weights():
    y = X @ W + RNG.normal(size=60)
    found = linear_regression(known="s2")
    assert found.certificate.verdict == "verified"
    np.testing.assert_allclose(found.function()(y=y, X=X), np.linalg.lstsq(X, y, rcond=None)[0])
    with pytest.raises(ArgumentError, match="variance alone"):
        linear_regression(known="w")


def test_probabilities_are_shares_of_the_counts():
    counts = np.array([3.0, 5.0, 2.0])
    np.testing.assert_allclose(counts_estimate().function()(c=counts), counts / 10)


def test_normal_vectors_have_their_sample_mean_and_covariance():
    mean, covariance = normal_vectors_estimate().function()(X=X)
    np.testing.assert_allclose(mean, X.mean(axis=0), atol=1e-12)
    np.testing.assert_allclose(covariance, np.cov(X.T, bias=True), atol=1e-12)


def test_a_median_alone_is_the_answer():
    found = maximum_likelihood("Laplace(mu, 1)")
    assert repr(found) == "mu = median(x)"
    with pytest.raises(NoRuleError, match=r"mu is numpy.median\(x\)"):
        found.function()
    assert "# where mu = median(x)" in repr(maximum_likelihood("Laplace(mu, b)"))


def test_the_laplace_location_is_the_median():
    found = maximum_likelihood("Laplace(mu, b)")
    assert found.certificate.verdict == "verified"
    assert "median" in found.text()
    x = X[:59, 0]
    assert found.estimate(x) == {
        "mu": pytest.approx(np.median(x)),
        "b": pytest.approx(np.abs(x - np.median(x)).mean()),
    }


def test_bad_names_are_named():
    with pytest.raises(ArgumentError, match="got 'n'"):
        linear_regression(design="n")
    with pytest.raises(ArgumentError, match="one thing"):
        logistic_regression("X", "X")


@pytest.mark.parametrize(
    ("regression", "responses", "words"),
    [
        (logistic_regression, [-1.0, 1.0, 1.0], r"y in \{0, 1\}"),
        (poisson_regression, [0.5, 1.0, 2.0], "y integer"),
        (poisson_regression, [-1.0, 1.0, 2.0], "y >= 0"),
    ],
)
def test_responses_that_the_model_cannot_have_are_refused(regression, responses, words):
    with pytest.raises(DomainError, match=words):
        regression().function()(y=responses, X=np.ones((3, 1)), w=[0.5])
