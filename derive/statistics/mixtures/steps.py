"""One step of the algorithm on arrays: responsibilities, new parameters, log likelihood."""

from __future__ import annotations

import numpy as np
from scipy.special import logsumexp

from derive.errors import DomainError
from derive.statistics.data import Floats
from derive.statistics.mixtures.densities import Covariance
from derive.statistics.mixtures.parameters import MixtureParameters

LEAST_COUNT = 10 * np.finfo(np.float64).eps  # responsibilities of a component that sum to less


def weighted_log_densities(X: Floats, parameters: MixtureParameters, kind: Covariance) -> Floats:
    """log pi_k + log N(x_n; mu_k, Sigma_k), an N x K array."""
    weights, means, covariances = parameters
    return np.asarray(np.log(weights) + kind.log_densities(X, means, covariances))


def expectation_step(
    X: Floats, parameters: MixtureParameters, kind: Covariance
) -> tuple[Floats, float]:
    """The responsibilities, and the log likelihood of the parameters that gave them."""
    joint = weighted_log_densities(X, parameters, kind)
    of_point = logsumexp(joint, axis=1)
    return np.exp(joint - of_point[:, None]), float(of_point.sum())


def maximisation_step(
    X: Floats, R: Floats, kind: Covariance, regularisation: float = 0.0
) -> MixtureParameters:
    """The parameters with the largest lower bound at these responsibilities.

    Raises
    ------
    DomainError
        A component has no responsibility for any point.
    """
    counts = R.sum(axis=0)
    if (counts < LEAST_COUNT).any():
        k = int(np.argmin(counts))
        raise DomainError(
            f"component {k + 1} has died: it is responsible for no example (its "
            f"responsibilities sum to {counts[k]:.3g})\n"
            f"  to fix   : take fewer components or another start"
        )
    means = (R.T @ X) / counts[:, None]
    covariances = kind.widened(kind.estimate(X, R, counts, means), regularisation)
    return MixtureParameters(counts / len(X), means, covariances)
