"""Fitting a mixture of normal laws: steps repeated until the log likelihood stands still."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from operator import index
from typing import Any

import numpy as np

from derive.errors import ArgumentError, DomainError, RefutedError
from derive.statistics.data import Floats, read_data
from derive.statistics.mixtures.densities import Covariance
from derive.statistics.mixtures.parameters import (
    MixtureParameters,
    kind_of,
    read_count,
    read_parameters,
)
from derive.statistics.mixtures.steps import expectation_step, maximisation_step

SHARE_OF_WHOLE = 1e-3  # of the covariance of all the data in the start
CANDIDATES = 8  # examples drawn for each further mean of the start
LARGEST, SMALLEST = 1e150, 1e-150  # sizes whose squares keep all their digits
Progress = Callable[[int, float], object]
ROUNDING = 1e-9  # by which a log likelihood may seem to fall, on its own scale


@dataclass(frozen=True)
class MixtureFit:
    """A mixture that was fitted.

    Attributes
    ----------
    weights : array of float, shape (K,)
    means : array of float, shape (K, d)
    covariances : array of float
        Shape (K, d, d), (d, d), (K, d) or (K,): full, tied, diagonal or spherical.
    responsibilities : array of float, shape (N, K)
        Of each component for each example, under these parameters.
    log_likelihoods : tuple of float
        Before each step and after the last one; they never fall.
    has_converged : bool
        Whether the last step raised the mean log likelihood by no more than the tolerance.
    covariance : str
        The kind.
    """

    weights: Floats
    means: Floats
    covariances: Floats
    responsibilities: Floats
    log_likelihoods: tuple[float, ...]
    has_converged: bool
    covariance: str

    @property
    def parameters(self) -> MixtureParameters:
        """Weights, means and covariances."""
        return MixtureParameters(self.weights, self.means, self.covariances)

    @property
    def log_likelihood(self) -> float:
        """Of these parameters, in nats."""
        return self.log_likelihoods[-1]

    @property
    def steps(self) -> int:
        """How many steps were taken."""
        return len(self.log_likelihoods) - 1

    def __repr__(self) -> str:
        state = "converged" if self.has_converged else "not converged"
        K, d = self.means.shape
        return (
            f"MixtureFit(K={K}, d={d}, covariance={self.covariance!r}, {state} after "
            f"{self.steps} steps, log likelihood {self.log_likelihood:.6g})"
        )


def expectation_maximization(
    X: Any,
    K: int | None = None,
    start: Any = None,
    covariance: str = "full",
    tolerance: float = 1e-6,
    max_steps: int = 1000,
    regularisation: float = 0.0,
    seed: int = 0,
    progress: Progress | None = None,
) -> MixtureFit:
    """Fit a mixture of normal laws by expectation and maximisation.

    Parameters
    ----------
    X : array of float, shape (N, d)
        One row for each example.
    K : int, optional
        The number of components; left out where the start says it.
    start : (weights, means, covariances) or MixtureFit, optional
        Where to begin.  If left out: K examples far apart, drawn with `seed`, as means, equal
        weights, and the covariance of the data around the nearest mean.
    covariance : str
        ``"full"``, ``"tied"``, ``"diagonal"`` or ``"spherical"``.
    tolerance : float
        Steps end when one raises the log likelihood per example by no more than this.
    max_steps : int
        The most steps.
    regularisation : float
        Added to every variance in each step.  0 is the derived step, under which the log
        likelihood never falls; a small positive number keeps components from collapsing.
    seed : int
        Of the draw of the start.
    progress : function of (int, float), optional
        Called before each step with its number and the log likelihood.

    Returns
    -------
    MixtureFit
        Parameters, responsibilities and the log likelihoods on the way.

    Raises
    ------
    ArgumentError
        An argument is of the wrong kind, or neither K nor a start is given.
    ShapeError
        The data or the start have the wrong shape.
    DomainError
        The data are not finite, K is larger than N, the start is no mixture, or a component
        collapses on the way; the message names it.

    References
    ----------
    dempster1977; bishop2006, section 9.2.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> X = np.concatenate([rng.normal(-3, 1, (200, 1)), rng.normal(3, 1, (200, 1))])
    >>> fit = expectation_maximization(X, 2)
    >>> np.sort(fit.means.ravel()).round(1)
    array([-3. ,  2.9])
    """
    data, kind = read_data(X), kind_of(covariance)
    _require_scale(data)
    widening = _not_negative(regularisation, "regularisation")
    least, most = _not_negative(tolerance, "tolerance"), _whole(max_steps, "max_steps")
    given = start.parameters if isinstance(start, MixtureFit) else start
    if given is None:
        if K is None:
            raise ArgumentError("say how many components there are, K=2, or where to start")
        parameters = drawn_start(data, read_count(K, len(data)), kind, seed, widening)
    else:
        parameters = read_parameters(given, kind, data.shape[1])
        if K is not None and read_count(K, len(data)) != len(parameters.weights):
            raise ArgumentError(
                f"K = {K}, but the start has {len(parameters.weights)} components\n"
                f"  to fix   : leave K out"
            )
        read_count(len(parameters.weights), len(data))
    R, likelihood = _checked_step(data, parameters, kind)
    path, has_converged = [likelihood], False
    while not has_converged and len(path) <= most:
        if progress is not None:
            progress(len(path), likelihood)
        parameters, R, likelihood = _step(data, R, kind, widening, len(path))
        gain = likelihood - path[-1]
        if not widening and gain < -ROUNDING * (abs(likelihood) + len(data)):
            raise RefutedError(
                f"step {len(path)} lowered the log likelihood from {path[-1]} to {likelihood}"
            )
        path.append(likelihood)
        has_converged = abs(gain) <= least * len(data)
    return MixtureFit(*parameters, R, tuple(path), has_converged, covariance)


def _step(
    X: Floats, R: Floats, kind: Covariance, widening: float, number: int
) -> tuple[MixtureParameters, Floats, float]:
    """One step; what collapses is named with its number."""
    try:
        parameters = maximisation_step(X, R, kind, widening)
        return parameters, *_checked_step(X, parameters, kind)
    except DomainError as error:
        raise DomainError(f"in step {number} {error}") from None


def _checked_step(
    X: Floats, parameters: MixtureParameters, kind: Covariance
) -> tuple[Floats, float]:
    """The step of expectation; distances that are no floats any more are refused."""
    try:
        with np.errstate(over="raise", invalid="raise"):
            return expectation_step(X, parameters, kind)
    except FloatingPointError:
        raise DomainError(
            "the squared distances of the examples from the means, in standard deviations, are "
            "beyond the range of floats\n"
            "  to fix   : start from means and covariances of the size of the data"
        ) from None


def _require_scale(X: Floats) -> None:
    """Raise unless the squares of the entries and of their differences are floats."""
    size = float(np.abs(X).max())
    if size > LARGEST:
        raise DomainError(
            f"X holds {size:.3g}, whose square is beyond the range of floats\n"
            f"  to fix   : divide the columns of X by their sizes"
        )
    spread = np.ptp(X, axis=0)
    tiny = np.flatnonzero((spread > 0) & (spread < SMALLEST))
    if len(tiny):
        raise DomainError(
            f"column {tiny[0]} of X varies by {spread[tiny[0]]:.3g} only, whose square is beyond "
            f"the range of floats\n"
            f"  to fix   : divide the columns of X by their sizes"
        )


def drawn_start(
    X: Floats, K: int, kind: Covariance, seed: int, widening: float = 0.0
) -> MixtureParameters:
    """Examples drawn far apart as means, equal weights, the covariance around the nearest mean.

    Each further mean is the best of a few examples, drawn with a chance that grows as the
    squared distance to the nearest mean so far.  A little of the covariance of all the data
    keeps the start from being flat.
    """
    rng = np.random.default_rng(_whole(seed, "seed"))
    means = X[[int(rng.integers(len(X)))]]
    nearest = _squares(X, means[0])
    while len(means) < K:
        if not nearest.any():
            raise DomainError(
                f"K = {K} components, but only {len(means)} of the examples differ\n"
                f"  to fix   : take at most {len(means)} components"
            )
        drawn = rng.choice(len(X), size=CANDIDATES, p=nearest / nearest.sum())
        left = [np.minimum(nearest, _squares(X, X[k])) for k in drawn]
        best = int(np.argmin([squares.sum() for squares in left]))
        means, nearest = np.concatenate([means, X[[drawn[best]]]]), left[best]
    place = np.stack([_squares(X, mean) for mean in means]).argmin(axis=0)
    around = _one_covariance(X - means[place], kind)
    common = around + SHARE_OF_WHOLE * _one_covariance(X - X.mean(axis=0), kind)
    common = kind.widened(common, widening)
    shape = kind.shape(K, X.shape[1])
    return MixtureParameters(np.full(K, 1 / K), means, np.broadcast_to(common, shape).copy())


def _squares(X: Floats, point: Floats) -> Floats:
    """The squared distance of every example from a point."""
    return np.asarray(((X - point) ** 2).sum(axis=1))


def _one_covariance(rest: Floats, kind: Covariance) -> Floats:
    """The mean of the squares, of the shape of one covariance."""
    whole = np.ones((len(rest), 1))
    return kind.estimate(rest, whole, whole.sum(axis=0), np.zeros((1, rest.shape[1])))


def _not_negative(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        raise ArgumentError(f"{name} is a number from 0 up, got {str(value)[:40]!r}")
    if not (isfinite(value) and value >= 0):
        raise DomainError(f"{name} is a number from 0 up, got {value}")
    return float(value)


def _whole(value: Any, name: str) -> int:
    try:
        whole = index(value)
    except TypeError:
        raise ArgumentError(f"{name} is a whole number, got {str(value)[:40]!r}") from None
    if whole < 0:
        raise DomainError(f"{name} is a whole number from 0 up, got {whole}")
    return whole
