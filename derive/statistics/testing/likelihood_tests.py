"""Tests from a likelihood: ratio, Wald and score."""

from __future__ import annotations

from typing import Any

import numpy as np

from derive.check.inference_claims import TailClaim
from derive.derivation import Derivation
from derive.errors import DomainError, ShapeError
from derive.statistics.ranking import read_scores
from derive.statistics.testing import likelihood_pages
from derive.statistics.testing.inference import Inference, as_inference, tested, with_numbers
from derive.statistics.testing.null_laws import NullLaw
from derive.statistics.testing.numbers import finite, whole

KINDS = ("score", "wald", "likelihood_ratio", "exact")
PLACES = {"wald": 0, "score": 1, "likelihood_ratio": 2}
NORMAL = NullLaw("normal")


def likelihood_ratio_test(
    log_likelihood: Any = None, log_likelihood_null: Any = None, *, degrees_of_freedom: Any = 1
) -> Inference:
    """Test nested models by twice the log likelihood that the smaller one gives up.

    Parameters
    ----------
    log_likelihood : number, optional
        The maximum over all parameters; left out, the page alone comes back.
    log_likelihood_null : number
        The maximum under the null hypothesis.
    degrees_of_freedom : int
        How many parameters the null hypothesis fixes.

    Returns
    -------
    Inference
        ``.statistic``, ``.p_value``, ``.degrees_of_freedom``; the steps derive the chi-squared
        law by a Taylor polynomial.

    Raises
    ------
    ArgumentError
        A maximum is no number.
    DomainError
        The null hypothesis has the larger maximum, or `degrees_of_freedom` is below 1.

    References
    ----------
    wilks1938.

    Examples
    --------
    >>> likelihood_ratio_test(-100.0, -103.0, degrees_of_freedom=2)
    W = 6, ChiSquared(2), p = 0.04979 (greater)
    """
    page = likelihood_pages.likelihood_ratio_page()
    if log_likelihood is None:
        return as_inference(page)
    best = finite(log_likelihood, "log_likelihood")
    null = finite(log_likelihood_null, "log_likelihood_null")
    if null > best:
        raise DomainError(
            f"the null hypothesis has log likelihood {null:g}, above the maximum {best:g}\n"
            f"  to fix   : give maxima of nested models, the larger model first"
        )
    law = NullLaw("chi_squared", (float(whole(degrees_of_freedom, "degrees_of_freedom", 1)),))
    data = {"ell_hat": best, "ell_0": null}
    return tested(page, data, {}, ("W", 2 * (best - null)), law, "greater")


def wald_test(estimate: Any = None, covariance: Any = None, *, null: Any = 0) -> Inference:
    """Test parameters by an estimate that is nearly normal with a known covariance.

    Parameters
    ----------
    estimate : number, or array of q numbers, optional
        Left out, the page alone comes back.
    covariance : number (a variance), or array of shape (q, q)
        Of the estimate.
    null : number, or array of q numbers
        The parameters under the null hypothesis.

    Returns
    -------
    Inference
        ``.statistic``, ``.p_value``, ``.degrees_of_freedom`` (q).

    Raises
    ------
    ArgumentError
        An array holds no numbers.
    ShapeError
        The shapes do not fit.
    DomainError
        The covariance is not symmetric and positive definite.

    Examples
    --------
    >>> wald_test([1.0, 2.0], [[1.0, 0.5], [0.5, 2.0]])
    W = 2.28571, ChiSquared(2), p = 0.3189 (greater)
    """
    if estimate is None:
        return as_inference(likelihood_pages.wald_page())
    found = np.atleast_1d(read_scores(estimate, "estimate"))
    gap = found - read_scores(null, "null")
    return _quadratic(likelihood_pages.wald_page(), gap, found, covariance, "covariance")


def score_test(score: Any = None, information: Any = None) -> Inference:
    """Test parameters by the score and the information under the null hypothesis.

    Parameters
    ----------
    score : number, or array of q numbers, optional
        Derivatives of the log likelihood; left out, the page alone comes back.
    information : number, or array of shape (q, q)
        Their covariance.

    Returns
    -------
    Inference
        ``.statistic``, ``.p_value``, ``.degrees_of_freedom`` (q).

    Raises
    ------
    ArgumentError
        An array holds no numbers.
    ShapeError
        The shapes do not fit.
    DomainError
        The information is not symmetric and positive definite.

    Examples
    --------
    >>> score_test(3.0, 2.0)
    W = 4.5, ChiSquared(1), p = 0.03389 (greater)
    """
    if score is None:
        return as_inference(likelihood_pages.score_page())
    found = np.atleast_1d(read_scores(score, "score"))
    return _quadratic(likelihood_pages.score_page(), found, found, information, "information")


def _quadratic(page: Derivation, gap: Any, given: Any, matrix: Any, name: str) -> Inference:
    """A vector measured by a covariance."""
    spread = np.atleast_2d(read_scores(matrix, name))
    if gap.ndim != 1 or gap.shape != given.shape or spread.shape != (len(gap), len(gap)):
        raise ShapeError(
            f"{len(gap)} numbers and {name} of shape {spread.shape} do not fit\n"
            f"  to fix   : give a {name} of shape ({len(gap)}, {len(gap)})"
        )
    if not np.allclose(spread, spread.T, rtol=1e-10) or np.min(np.linalg.eigvalsh(spread)) <= 0:
        raise DomainError(
            f"{name} is not symmetric and positive definite\n"
            f"  to fix   : leave out parameters that others determine"
        )
    law = NullLaw("chi_squared", (float(len(gap)),))
    statistic = float(gap @ np.linalg.solve(spread, gap))
    p = law.above(statistic)
    numbers = {"statistic": statistic, "p_value": p, "degrees_of_freedom": law.degrees[0]}
    claim = TailClaim("chi_squared", law.degrees, statistic, p, "greater")
    return with_numbers(
        page, numbers, f"W = {statistic:.6g}, {law}, p = {p:.4g} (greater)", (claim,)
    )
