"""Mixtures of normal laws: the pages, the steps on arrays, and what refuses to be fitted."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy.stats import multivariate_normal
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture as Fitted

import derive as dv
from derive.check.claim import Plan
from derive.statistics.mixtures.densities import COVARIANCES
from derive.statistics.mixtures.fitting import drawn_start

KINDS = tuple(COVARIANCES)
IN_SKLEARN = {"full": "full", "tied": "tied", "diagonal": "diag", "spherical": "spherical"}
PAGES = [
    dv.GaussianMixture().evidence_lower_bound,
    dv.GaussianMixture().e_step,
    *(dv.GaussianMixture(kind).m_step for kind in KINDS),
    dv.GaussianMixture().growth,
]


def data(seed=0, d=3):
    rng = np.random.default_rng(seed)
    parts = [(120, 1.0, 2.0), (90, 0.6, -2.0), (60, 0.4, 0.0)]
    return np.concatenate([rng.normal(c, s, (n, d)) for n, s, c in parts])


def matrices(covariances, kind, K, d):
    """The covariances of any kind as K matrices."""
    if kind == "full":
        return covariances
    if kind == "tied":
        return np.stack([covariances] * K)
    return np.stack([np.eye(d) * v for v in covariances])


# --- pages ------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_verified(page):
    found = page()
    assert found.certificate.verdict == "verified"
    assert found.latex()
    assert found.check(seed=3, precision=20).verdict == "verified"


@pytest.mark.parametrize("page", [PAGES[0], PAGES[1], PAGES[-1]])
def test_every_wrong_line_is_refuted(page):
    for claim in page().claims:
        mutants = claim.mutants()
        assert not mutants or "refuted" in {m.examine(Plan()).verdict for m in mutants}


def test_the_steps_are_the_formulas_of_the_textbook():
    mixture = dv.GaussianMixture()
    assert repr(mixture.e_step()).startswith("rowsoftmax(L + ones(N)*log(pi)')")
    weights, mean, covariance = repr(mixture.m_step()).splitlines()
    assert weights.startswith("1/N*R'*ones(N)")
    assert mean.startswith("1/sum(r_k)*X'*r_k")
    centred = "(X - 1/sum(r_k)*ones(N)*r_k'*X)"
    assert covariance.startswith(f"1/sum(r_k)*{centred}'*diag(r_k)*{centred}")
    assert "a multiplier ν for sum(π) = 1" in str(mixture.m_step())
    assert "log-determinant; inverse" in str(mixture.m_step())


def test_the_compiled_pages_are_the_steps_on_arrays():
    X = data()
    R = np.random.default_rng(1).dirichlet(np.ones(3), len(X))
    found = dv.GaussianMixture().maximise(X, R)
    step = dv.GaussianMixture().m_step().function()
    for k in range(3):
        weights, mean, covariance = step(X=X, R=R, r_k=R[:, k])
        np.testing.assert_allclose(weights, found.weights, rtol=1e-13)
        np.testing.assert_allclose(mean, found.means[k], rtol=1e-12)
        np.testing.assert_allclose(covariance, found.covariances[k], rtol=1e-11, atol=1e-13)
    tied = dv.GaussianMixture("tied").m_step().function()(X=X, R=R, r_k=R[:, 0])[2]
    np.testing.assert_allclose(tied, dv.GaussianMixture("tied").maximise(X, R)[2], rtol=1e-11)
    round_ = dv.GaussianMixture("spherical").m_step().function()(X=X, R=R, r_k=R[:, 1])[2]
    assert round_ == pytest.approx(dv.GaussianMixture("spherical").maximise(X, R)[2][1])
    column = {"R": R, "r_k": R[:, 2], "x_j": X[:, 1]}
    narrow = dv.GaussianMixture("diagonal").m_step().function()(**column)[2]
    assert narrow == pytest.approx(dv.GaussianMixture("diagonal").maximise(X, R)[2][2, 1])
    L = np.random.default_rng(2).normal(size=R.shape) * 300  # far beyond what exp can hold
    rows = dv.GaussianMixture().e_step().function()(L=L, pi=found.weights)
    np.testing.assert_allclose(rows.sum(axis=1), 1, rtol=1e-14)


# --- steps on arrays --------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_densities_and_responsibilities_are_those_of_scipy(kind):
    X, mixture = data(), dv.GaussianMixture(kind)
    at = mixture.fit(X, 3, max_steps=3).parameters
    each = matrices(at.covariances, kind, 3, 3)
    laws = [multivariate_normal(m, S) for m, S in zip(at.means, each, strict=True)]
    joint = np.stack([w * law.pdf(X) for w, law in zip(at.weights, laws, strict=True)], axis=1)
    likelihood = np.log(joint.sum(axis=1)).sum()
    assert mixture.log_likelihood(X, at) == pytest.approx(likelihood, rel=1e-12)
    expected = joint / joint.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(mixture.responsibilities(X, at), expected, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_a_fit_is_that_of_sklearn_from_the_same_start(kind):
    X = data(4)
    found = dv.expectation_maximization(X, 3, covariance=kind, tolerance=1e-9)
    start = drawn_start(X, 3, COVARIANCES[kind], seed=0)
    full = COVARIANCES[kind].has_matrices
    other = Fitted(
        3,
        covariance_type=IN_SKLEARN[kind],
        weights_init=start.weights,
        means_init=start.means,
        precisions_init=np.linalg.inv(start.covariances) if full else 1 / start.covariances,
        tol=0,
        reg_covar=0,
        max_iter=found.steps,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        other.fit(X)
    np.testing.assert_allclose(found.weights, other.weights_, rtol=1e-10)
    np.testing.assert_allclose(found.means, other.means_, atol=1e-10)
    np.testing.assert_allclose(found.covariances, other.covariances_, atol=1e-10)
    assert found.log_likelihood == pytest.approx(other.score(X) * len(X), rel=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_the_log_likelihood_never_falls(kind):
    for seed in range(4):
        found = dv.expectation_maximization(data(seed), 4, covariance=kind, seed=seed)
        path = np.array(found.log_likelihoods)
        assert (np.diff(path) >= -1e-9 * abs(path[0])).all()
        assert found.has_converged


def test_no_other_parameters_have_a_larger_bound():
    X, rng = data(), np.random.default_rng(5)
    R = rng.dirichlet(np.ones(2), len(X))

    def bound(weights, means, covariances):
        laws = [multivariate_normal(m, S) for m, S in zip(means, covariances, strict=True)]
        logs = np.stack([law.logpdf(X) for law in laws], axis=1) + np.log(weights)
        return (R * logs).sum()

    best = dv.GaussianMixture().maximise(X, R)
    top = bound(*best)
    for _ in range(30):
        weights = best.weights + rng.normal(0, 0.02) * np.array([1, -1])
        tilt = rng.normal(0, 0.05, (2, 3, 3))
        spread = best.covariances + np.swapaxes(tilt, 1, 2) + tilt
        assert bound(weights, best.means + rng.normal(0, 0.1, (2, 3)), spread) < top


def test_a_mixture_is_found_again_and_progress_is_told():
    seen = []
    apart = data() * 1.0
    apart[:120] += 6
    found = dv.expectation_maximization(apart, 3, progress=lambda k, v: seen.append((k, v)))
    assert len(seen) == found.steps
    order = np.argsort(found.means[:, 0])
    np.testing.assert_allclose(found.means[order].mean(axis=1), [-2, 0, 8], atol=0.2)
    again = dv.expectation_maximization(apart, start=found)
    assert again.steps == 1
    assert "converged" in repr(found)


def test_far_points_have_finite_log_likelihoods():
    start = ([0.5, 0.5], [[0.0], [1.0]], [[[1e-4]], [[1e-4]]])
    mixture = dv.GaussianMixture()
    assert np.isfinite(mixture.log_likelihood([[1e3]], start))
    np.testing.assert_allclose(mixture.responsibilities([[1e3]], start), [[0, 1]])


# --- what is refused --------------------------------------------------------------------

X = data()
TWICE = np.stack([np.eye(3)] * 2)
REFUSED = [
    (lambda: dv.expectation_maximization(X, len(X) + 1), dv.DomainError, "at least as many"),
    (lambda: dv.expectation_maximization(X, 0), dv.DomainError, "at least one"),
    (lambda: dv.expectation_maximization(X, 1.5), dv.ArgumentError, "whole number"),
    (lambda: dv.expectation_maximization(X), dv.ArgumentError, "how many"),
    (lambda: dv.expectation_maximization(X[:, 0], 2), dv.ShapeError, r"X\[:, None\]"),
    (lambda: dv.expectation_maximization([[1.0, np.nan]], 1), dv.DomainError, r"X\[0, 1\]"),
    (lambda: dv.expectation_maximization([["a"]], 1), dv.ArgumentError, "real numbers"),
    (lambda: dv.expectation_maximization(X, 2, covariance="diag"), dv.ArgumentError, "diagonal"),
    (lambda: dv.expectation_maximization(X, 2, tolerance=-1), dv.DomainError, "tolerance"),
    (lambda: dv.expectation_maximization(np.zeros((4, 1)), 2), dv.DomainError, "at most 1"),
    (
        lambda: dv.expectation_maximization([[1.0], [2.0], [9.0]], 3),
        dv.DomainError,
        "in step 1 the covariance of component(.|\n)*regularisation",
    ),
    (
        lambda: dv.expectation_maximization(X, start=([0.5, 0.6], X[:2], TWICE)),
        dv.DomainError,
        "sum to 1.1",
    ),
    (
        lambda: dv.expectation_maximization(X, start=([0.5, 0.5], X[:2], np.eye(3))),
        dv.ShapeError,
        "covariances must be",
    ),
    (
        lambda: dv.GaussianMixture().log_likelihood(X, ([0.5, 0.5], X[:2], -TWICE)),
        dv.DomainError,
        "component 1 is not positive definite",
    ),
    (
        lambda: dv.GaussianMixture().log_likelihood(X, ([0.5, 0.5], X[:2], TWICE + np.eye(3)[0])),
        dv.DomainError,
        "not symmetric",
    ),
    (lambda: dv.GaussianMixture("round"), dv.ArgumentError, "known"),
]


@pytest.mark.parametrize(("call", "error", "message"), REFUSED)
def test_what_cannot_be_fitted_is_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_little_variance_keeps_a_component_from_collapsing():
    found = dv.expectation_maximization([[1.0], [2.0], [9.0]], 3, regularisation=1e-3)
    assert (found.covariances > 0).all()


SCALES = (1e200, 1e160, 1e300, 1e-200, 1e-300)


@pytest.mark.parametrize("kind", COVARIANCES)
@pytest.mark.parametrize("scale", SCALES)
def test_data_whose_squares_are_no_floats_are_refused(kind, scale):
    X = np.random.default_rng(0).normal(size=(20, 2)) * scale
    with pytest.raises(dv.DomainError, match="beyond the range of floats"):
        dv.expectation_maximization(X, 2, covariance=kind)


def test_a_start_that_is_far_away_in_size_is_refused():
    X = np.random.default_rng(0).normal(size=(20, 1))
    far = ([0.5, 0.5], [[1e200], [0.0]], [[[1.0]], [[1.0]]])
    with pytest.raises(dv.DomainError, match="squared distances"):
        dv.expectation_maximization(X, start=far)


@pytest.mark.parametrize("kind", COVARIANCES)
def test_a_constant_column_is_fitted_where_the_variances_are_widened(kind):
    rng = np.random.default_rng(0)
    X = np.c_[np.r_[rng.normal(size=40), rng.normal(size=40) + 6], np.ones(80)]
    fit = dv.expectation_maximization(X, 2, covariance=kind, regularisation=1e-6)
    assert np.sort(fit.means[:, 0]).round(0).tolist() == [0, 6]
    assert fit.means[:, 1] == pytest.approx(1)
    one = dv.expectation_maximization(X[:1], 1, covariance=kind, regularisation=1e-6)
    assert one.means == pytest.approx(X[:1])
