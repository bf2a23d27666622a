"""Bayesian linear regression against scikit-learn and the joint Gaussian of SciPy."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats as st
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import DotProduct
from sklearn.linear_model import Ridge

from derive.check.claim import Plan
from derive.errors import ArgumentError, DomainError, ReadError
from derive.statistics.bayesian.linear_regression import BayesianLinearRegression

RNG = np.random.default_rng(7)
PHI, Y, X = RNG.normal(size=(9, 3)), RNG.normal(size=9), RNG.normal(size=3)
SIGMA2, TAU = 0.3, 0.7
ROOT = RNG.normal(size=(3, 3))
S0, M0 = ROOT @ ROOT.T + np.eye(3), RNG.normal(size=3)
PAGES = ("posterior", "predictive", "marginal_likelihood", "maximum_a_posteriori")
MODELS = [BayesianLinearRegression(), BayesianLinearRegression(0, "tau^2", "sigma2")]


def call(derivation):
    known = {"Phi": PHI, "y": Y, "x": X, "sigma2": SIGMA2, "tau": TAU, "S0": S0, "m0": M0}
    function = derivation.function()
    return function(**{name: known[name] for name in function.arguments})


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("model", MODELS, ids=["general", "ridge"])
def test_every_page_is_verified(model, page):
    found = getattr(model, page)()
    assert found.certificate
    assert len(found.steps) > 4
    for claim in found.claims:
        assert all(m.examine(Plan()).verdict == "refuted" for m in claim.mutants()[:1])


def test_prediction_and_evidence_are_those_of_a_gaussian_process():
    model = BayesianLinearRegression(0, 1, "sigma2")
    with np.errstate(divide="ignore"):  # the kernel keeps the logarithm of its offset 0
        process = GaussianProcessRegressor(DotProduct(0), alpha=SIGMA2, optimizer=None)
        process.fit(PHI, Y)
    mean, spread = process.predict(X[None], return_std=True)
    found = call(model.predictive())
    assert found[0] == pytest.approx(mean[0], rel=1e-9)
    assert found[1] - SIGMA2 == pytest.approx(spread[0] ** 2, rel=1e-7)
    evidence = call(model.marginal_likelihood())
    assert evidence == pytest.approx(process.log_marginal_likelihood_value_, rel=1e-9)


def test_the_evidence_has_a_power_of_the_noise():
    page = BayesianLinearRegression(0, "tau^2", "sigma^2").marginal_likelihood().text()
    assert "/σ⁴ − log det" in page
    assert "σ²σ²" not in page


def test_the_mode_is_ridge_regression():
    ridge = Ridge(alpha=SIGMA2 / TAU**2, fit_intercept=False).fit(PHI, Y)
    found = call(MODELS[1].maximum_a_posteriori())
    np.testing.assert_allclose(np.ravel(found), ridge.coef_, rtol=1e-9)


def test_the_posterior_is_the_conditional_of_the_joint_gaussian():
    covariance, mean = call(MODELS[0].posterior())
    K = PHI @ S0 @ PHI.T + SIGMA2 * np.eye(9)
    gain = S0 @ PHI.T @ np.linalg.inv(K)
    np.testing.assert_allclose(covariance, S0 - gain @ PHI @ S0, rtol=1e-8)
    np.testing.assert_allclose(np.ravel(mean), M0 + gain @ (Y - PHI @ M0), rtol=1e-8)
    evidence = call(MODELS[0].marginal_likelihood())
    expected = st.multivariate_normal(PHI @ M0, K).logpdf(Y)
    assert evidence == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((0, 1, 0), DomainError, "noise_variance must be positive, got 0"),
        ((0, 1, -2.5), DomainError, "noise_variance must be positive"),
        ((0, -1, 1), DomainError, "prior_covariance must be positive"),
        ((3, 1, 1), ArgumentError, "prior_mean is a name or 0"),
        ((0, 1, [1]), ArgumentError, "noise_variance is a name"),
        (("m0", "y", 1), ArgumentError, "y is used for two things"),
        ((0, 1, "2 +"), ReadError, "2"),
    ],
)
def test_what_is_refused_says_why(arguments, error, words):
    with pytest.raises(error, match=words):
        BayesianLinearRegression(*arguments)


@pytest.mark.parametrize(
    "arguments",
    [(np.zeros(2), 1, 1), ([0, 0], 1, 1), (0, np.eye(2), 1), (0, 1, np.ones(3)), (0, 1, [1])],
)
def test_arrays_are_refused_by_name(arguments):
    with pytest.raises(ArgumentError, match=r"compiled function|to the function"):
        BayesianLinearRegression(*arguments)


def test_numpy_numbers_are_numbers_and_a_model_shows_what_it_is():
    model = BayesianLinearRegression(0.0, np.float64(4.0), np.float32(0.5))
    assert repr(model) == (
        "BayesianLinearRegression(prior_mean=zeros(d), prior_covariance=4*eye(d), "
        "noise_variance=1/2)"
    )
