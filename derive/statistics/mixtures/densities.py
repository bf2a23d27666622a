"""Log densities of normal components, one function for each kind of covariance.

Letters: X is N x d, means K x d; the covariances are K x d x d (full), d x d (tied), K x d
(diagonal) or K (spherical).  To add a kind, add a row to ``COVARIANCES``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import log, pi

import numpy as np
from scipy.linalg import solve_triangular

from derive.errors import DomainError
from derive.statistics.data import Floats

SMALLEST_PIVOT = 4 * np.finfo(np.float64).eps  # of a covariance, on the scale of its diagonal


@dataclass(frozen=True)
class Covariance:
    """One kind of covariance.

    Attributes
    ----------
    shape : function of K and d
        The shape of the array that holds the covariances.
    log_densities : function of X, means and covariances
        An N x K array.
    estimate : function of X, responsibilities, their sums and the new means
        The covariances of the next step.
    widened : function of covariances and a number
        The number added to every variance.
    has_matrices : bool
        Whether covariances are matrices, not variances alone.
    """

    shape: Callable[[int, int], tuple[int, ...]]
    log_densities: Callable[[Floats, Floats, Floats], Floats]
    estimate: Callable[[Floats, Floats, Floats, Floats], Floats]
    widened: Callable[[Floats, float], Floats]
    has_matrices: bool


def least_variance(X: Floats) -> float:
    """What rounding alone may leave of the variance of equal numbers as large as the data."""
    return float(16 * np.finfo(np.float64).eps * np.abs(X).max()) ** 2


def factor_of(covariance: Floats, least: float, name: str) -> Floats:
    """The lower Cholesky factor; `least` is a variance that is as good as none.

    Raises
    ------
    DomainError
        The matrix is not positive definite, or singular to working precision.
    """
    try:
        factor = np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError:
        raise _singular(name) from None
    pivots, diagonal = factor.diagonal() ** 2, covariance.diagonal()
    if (pivots <= np.maximum(SMALLEST_PIVOT * diagonal, least)).any():
        raise _singular(name)
    return np.asarray(factor)


def _singular(name: str) -> DomainError:
    return DomainError(
        f"{name} is not positive definite\n"
        f"  because  : a component on fewer than d + 1 points collapses, its density has no end\n"
        f"  to fix   : regularisation=1e-6 adds to every variance; or take fewer components, "
        f"another start, diagonal or spherical covariances"
    )


def _from_factor(X: Floats, mean: Floats, factor: Floats) -> Floats:
    """-1/2 (d log 2 pi + log det Sigma + |L^-1 (x - mu)|^2) for every row x."""
    scaled = solve_triangular(factor, (X - mean).T, lower=True, check_finite=False)
    constant = X.shape[1] * log(2 * pi) / 2 + np.log(factor.diagonal()).sum()
    return np.asarray(-constant - (scaled * scaled).sum(axis=0) / 2)


def _full_densities(X: Floats, means: Floats, covariances: Floats) -> Floats:
    least = least_variance(X)
    columns = [
        _from_factor(X, mean, factor_of(covariance, least, f"the covariance of component {k + 1}"))
        for k, (mean, covariance) in enumerate(zip(means, covariances, strict=True))
    ]
    return np.stack(columns, axis=1)


def _tied_densities(X: Floats, means: Floats, covariance: Floats) -> Floats:
    factor = factor_of(covariance, least_variance(X), "the common covariance")
    return np.stack([_from_factor(X, mean, factor) for mean in means], axis=1)


def _diagonal_densities(X: Floats, means: Floats, variances: Floats) -> Floats:
    least = least_variance(X)
    for k, row in enumerate(variances):
        if not (row > least).all():
            raise _singular(f"the covariance of component {k + 1}")
    squares = [
        ((X - mean) ** 2 / row).sum(axis=1) for mean, row in zip(means, variances, strict=True)
    ]
    constants = X.shape[1] * log(2 * pi) + np.log(variances).sum(axis=1)
    return np.asarray(-(np.stack(squares, axis=1) + constants) / 2)


def _spherical_densities(X: Floats, means: Floats, variances: Floats) -> Floats:
    return _diagonal_densities(X, means, np.repeat(variances[:, None], X.shape[1], axis=1))


def _full_estimate(X: Floats, R: Floats, counts: Floats, means: Floats) -> Floats:
    found = np.empty((len(means), X.shape[1], X.shape[1]))
    for k, mean in enumerate(means):
        rest = X - mean
        found[k] = (rest.T * R[:, k]) @ rest / counts[k]
    return found


def _tied_estimate(X: Floats, R: Floats, counts: Floats, means: Floats) -> Floats:
    each = _full_estimate(X, R, counts, means)
    return np.asarray(np.tensordot(counts, each, axes=1) / counts.sum())


def _diagonal_estimate(X: Floats, R: Floats, counts: Floats, means: Floats) -> Floats:
    rows = [R[:, k] @ (X - mean) ** 2 / counts[k] for k, mean in enumerate(means)]
    return np.stack(rows)


def _spherical_estimate(X: Floats, R: Floats, counts: Floats, means: Floats) -> Floats:
    return np.asarray(_diagonal_estimate(X, R, counts, means).mean(axis=1))


def _on_diagonal(covariances: Floats, more: float) -> Floats:
    return np.asarray(covariances + more * np.eye(covariances.shape[-1]))


def _on_every_entry(variances: Floats, more: float) -> Floats:
    return np.asarray(variances + more)


COVARIANCES: Mapping[str, Covariance] = {
    "full": Covariance(lambda K, d: (K, d, d), _full_densities, _full_estimate, _on_diagonal, True),
    "tied": Covariance(lambda K, d: (d, d), _tied_densities, _tied_estimate, _on_diagonal, True),
    "diagonal": Covariance(
        lambda K, d: (K, d), _diagonal_densities, _diagonal_estimate, _on_every_entry, False
    ),
    "spherical": Covariance(
        lambda K, d: (K,), _spherical_densities, _spherical_estimate, _on_every_entry, False
    ),
}
