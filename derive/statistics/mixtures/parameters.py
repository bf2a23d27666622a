"""The parameters of a mixture of normal laws, read and compared with data."""

from __future__ import annotations

from operator import index
from typing import Any, NamedTuple

import numpy as np

from derive.errors import ArgumentError, DomainError, ShapeError
from derive.statistics.data import Floats, read_numbers
from derive.statistics.mixtures.densities import COVARIANCES, Covariance


class MixtureParameters(NamedTuple):
    """Weights (K,), means (K, d) and covariances, whose shape goes with their kind."""

    weights: Floats
    means: Floats
    covariances: Floats


def kind_of(covariance: Any) -> Covariance:
    """The kind of covariance of a name.

    Raises
    ------
    ArgumentError
        No kind has the name.
    """
    if not isinstance(covariance, str) or covariance not in COVARIANCES:
        raise ArgumentError(
            f"no kind of covariance is called {str(covariance)[:40]!r}\n"
            f"  known    : {', '.join(COVARIANCES)}"
        )
    return COVARIANCES[covariance]


def read_count(K: Any, examples: int) -> int:
    """The number of components.

    Raises
    ------
    ArgumentError
        No whole number.
    DomainError
        Below 1, or more than there are examples.
    """
    try:
        count = index(K)
    except TypeError:
        raise ArgumentError(
            f"K is the number of components, a whole number, got {str(K)[:40]!r}"
        ) from None
    if count < 1:
        raise DomainError(f"a mixture has at least one component, got K = {count}")
    if count > examples:
        raise DomainError(
            f"K = {count} components need at least as many examples, got N = {examples}: "
            f"a component on one point has no width\n"
            f"  to fix   : take fewer components, or more data"
        )
    return count


def read_parameters(given: Any, kind: Covariance, d: int) -> MixtureParameters:
    """Weights on the simplex, finite means of d entries, covariances of the right shape.

    Raises
    ------
    ArgumentError
        Not three arrays of numbers.
    ShapeError
        The shapes do not go together or with the data.
    DomainError
        Weights are not on the simplex, or a covariance is not symmetric.
    """
    try:
        weights, means, covariances = given
    except (TypeError, ValueError):
        raise ArgumentError(
            "the parameters of a mixture are three arrays\n"
            "  to fix   : give (weights, means, covariances)"
        ) from None
    weights = read_numbers(weights, "weights")
    means = read_numbers(means, "means")
    covariances = read_numbers(covariances, "covariances")
    if weights.ndim != 1 or weights.size == 0:
        raise ShapeError(f"weights must be of shape (K,), got {weights.shape}")
    K = len(weights)
    _require_shape("means", means, (K, d))
    _require_shape("covariances", covariances, kind.shape(K, d))
    _require_weights(weights)
    if kind.has_matrices and not np.allclose(
        covariances, np.swapaxes(covariances, -1, -2), rtol=1e-8, atol=1e-12
    ):
        raise DomainError(
            "a covariance is not symmetric\n  to fix   : take the mean of it and its transpose"
        )
    return MixtureParameters(weights, means, covariances)


def _require_shape(name: str, array: Floats, shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise ShapeError(f"{name} must be of shape {shape}, got {array.shape}")


def _require_weights(weights: Floats) -> None:
    if (weights <= 0).any():
        place = int(np.flatnonzero(weights <= 0)[0])
        raise DomainError(
            f"weights[{place}] is {weights[place]}: every component has a positive weight\n"
            f"  to fix   : leave that component out"
        )
    if abs(weights.sum() - 1) > 1e-8:
        raise DomainError(
            f"the weights sum to {weights.sum():.9g}, not to 1\n"
            f"  to fix   : divide them by their sum"
        )
