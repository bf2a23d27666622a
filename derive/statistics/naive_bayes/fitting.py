"""Naive Bayes on arrays: estimates by counting, and log probabilities of the classes.

Letters: X is N x d, K classes; every parameter of the features is K x d.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from derive.errors import DomainError, ShapeError
from derive.statistics.data import Floats, read_data
from derive.statistics.labels import Coded, coded, coded_in, read_labels, require_one_length, shown

Parameters = Mapping[str, Floats]


@dataclass(frozen=True)
class Features:
    """One law of the features.

    Attributes
    ----------
    estimate : function of X, the class of each row, the classes and the smoothing
        The parameters by name.
    log_likelihood : function of X and parameters
        An N x K array, summed over the features.
    require : function of X
        Raises where the law has no such values.
    smoothing : float
        What is taken if none is given.
    """

    estimate: Callable[[Floats, NDArray[np.intp], NDArray[Any], float], Parameters]
    log_likelihood: Callable[[Floats, Parameters], Floats]
    require: Callable[[Floats], None]
    smoothing: float


@dataclass(frozen=True)
class NaiveBayesFit:
    """A naive Bayes classifier that was fitted.

    Attributes
    ----------
    classes : array of K labels
        In ascending order, or as they were given.
    log_priors : array of float, shape (K,)
        Logarithms of the shares of the classes.
    parameters : mapping of name to array of float, shape (K, d)
        ``means`` and ``variances``, or ``probabilities``.
    """

    classes: NDArray[Any]
    log_priors: Floats
    parameters: Parameters
    features: Features

    def predict_log_proba(self, X: Any) -> Floats:
        """The logarithm of the probability of each class, shape (N, K).

        Raises
        ------
        ShapeError
            X has another number of features than the classifier was fitted to.
        DomainError, ArgumentError
            X holds what the law of the features has not.
        """
        data = read_data(X)
        d = next(iter(self.parameters.values())).shape[1]
        if data.shape[1] != d:
            raise ShapeError(f"X has {data.shape[1]} features, the classifier was fitted to {d}")
        self.features.require(data)
        joint = self.log_priors + self.features.log_likelihood(data, self.parameters)
        return np.asarray(joint - logsumexp(joint, axis=1, keepdims=True))

    def predict_proba(self, X: Any) -> Floats:
        """The probability of each class, shape (N, K); see ``predict_log_proba``."""
        return np.asarray(np.exp(self.predict_log_proba(X)))

    def predict(self, X: Any) -> NDArray[Any]:
        """The most probable class of each row; see ``predict_log_proba``."""
        return np.asarray(self.classes[self.predict_log_proba(X).argmax(axis=1)])

    def __repr__(self) -> str:
        shapes = ", ".join(f"{name} {a.shape}" for name, a in self.parameters.items())
        return f"NaiveBayesFit(classes={self.classes.tolist()}, {shapes})"


def fitted(X: Any, y: Any, features: Features, smoothing: float, classes: Any) -> NaiveBayesFit:
    """Count the classes and estimate their features.

    Raises
    ------
    ShapeError
        X is no matrix, or y has another length.
    DomainError
        A class has no example, or its estimate is degenerate; the message names it.
    """
    data, labels = read_data(X), read_labels(y, "y")
    require_one_length(labels, data[:, 0], "X")
    found: Coded = coded(labels) if classes is None else coded_in(classes, "classes", labels)
    codes, names = found.codes[0], found.labels
    counts = np.bincount(codes, minlength=len(names))
    if (counts == 0).any():
        unseen = names[int(np.flatnonzero(counts == 0)[0])]
        raise DomainError(
            f"class {shown(unseen)} has no example: its probability would be 0\n"
            f"  to fix   : leave the class out, or add examples of it"
        )
    features.require(data)
    parameters = features.estimate(data, codes, names, smoothing)
    return NaiveBayesFit(names, np.log(counts / len(codes)), parameters, features)


# --- the laws of the features -----------------------------------------------------------


def _gaussian(
    X: Floats, codes: NDArray[np.intp], names: NDArray[Any], smoothing: float
) -> Parameters:
    """Means and variances; the smoothing is a share of the largest variance of all the data."""
    parts = [X[codes == k] for k in range(len(names))]
    means = np.stack([part.mean(axis=0) for part in parts])
    variances = np.stack([part.var(axis=0) for part in parts])
    rounding = (8 * np.finfo(np.float64).eps * np.abs(X).max(axis=0)) ** 2
    variances[variances <= rounding] = 0.0
    variances = variances + smoothing * np.max(X.var(axis=0))
    if (variances <= 0).any():
        k, j = (int(place) for place in np.argwhere(variances <= 0)[0])
        raise DomainError(
            f"feature {j} has variance 0 in class {shown(names[k])} ({len(parts[k])} examples): "
            f"its density has no end there\n"
            f"  to fix   : leave the feature out, add examples, or smoothing=1e-9"
        )
    return {"means": means, "variances": variances}


def _gaussian_likelihood(X: Floats, parameters: Parameters) -> Floats:
    columns = [
        -((X - m) ** 2 / v + np.log(2 * np.pi * v)).sum(axis=1) / 2
        for m, v in zip(parameters["means"], parameters["variances"], strict=True)
    ]
    return np.stack(columns, axis=1)


def _counts_of(X: Floats, codes: NDArray[np.intp], classes: int) -> Floats:
    """The sum of the rows of each class, K x d."""
    return np.stack([X[codes == k].sum(axis=0) for k in range(classes)])


def _require_probable(probabilities: Floats, names: NDArray[Any], what: str) -> Parameters:
    """Raise where a probability is 0 or, of two outcomes, 1."""
    wrong = (
        probabilities <= 0
        if what == "never occurs"
        else (probabilities <= 0) | (probabilities >= 1)
    )
    if wrong.any():
        k, j = (int(place) for place in np.argwhere(wrong)[0])
        said = what if probabilities[k, j] <= 0 else "always occurs"
        raise DomainError(
            f"feature {j} {said} in class {shown(names[k])}: one example that differs would "
            f"have probability 0\n  to fix   : smoothing=1 adds one to each count"
        )
    return {"probabilities": probabilities}


def _multinomial(
    X: Floats, codes: NDArray[np.intp], names: NDArray[Any], smoothing: float
) -> Parameters:
    counts = _counts_of(X, codes, len(names)) + smoothing
    totals = counts.sum(axis=1, keepdims=True)
    if (totals == 0).any():
        k = int(np.flatnonzero(totals[:, 0] == 0)[0])
        raise DomainError(
            f"every count is 0 in class {shown(names[k])}\n"
            f"  to fix   : smoothing=1 adds one to each count"
        )
    return _require_probable(counts / totals, names, "never occurs")


def _multinomial_likelihood(X: Floats, parameters: Parameters) -> Floats:
    return np.asarray(X @ np.log(parameters["probabilities"]).T)


def _require_counts(X: Floats) -> None:
    if (X < 0).any():
        n, j = (int(place) for place in np.argwhere(X < 0)[0])
        raise DomainError(
            f"X[{n}, {j}] is {X[n, j]}: a multinomial feature is a count, 0 or more\n"
            f"  to fix   : take gaussian features for measurements"
        )


def _bernoulli(
    X: Floats, codes: NDArray[np.intp], names: NDArray[Any], smoothing: float
) -> Parameters:
    sizes = np.bincount(codes, minlength=len(names))[:, None]
    counts = _counts_of(X, codes, len(names)) + smoothing
    return _require_probable(counts / (sizes + 2 * smoothing), names, "is never 1")


def _bernoulli_likelihood(X: Floats, parameters: Parameters) -> Floats:
    p = parameters["probabilities"]
    return np.asarray(X @ (np.log(p) - np.log1p(-p)).T + np.log1p(-p).sum(axis=1))


def _require_binary(X: Floats) -> None:
    wrong = (X != 0) & (X != 1)
    if wrong.any():
        n, j = (int(place) for place in np.argwhere(wrong)[0])
        raise DomainError(
            f"X[{n}, {j}] is {X[n, j]}: a Bernoulli feature is 0 or 1\n"
            f"  to fix   : say what counts as 1, as in X > 0; or take multinomial features"
        )


def _require_nothing(X: Floats) -> None:
    """Every finite number is a measurement."""


FEATURES: Mapping[str, Features] = {
    "gaussian": Features(_gaussian, _gaussian_likelihood, _require_nothing, 0.0),
    "multinomial": Features(_multinomial, _multinomial_likelihood, _require_counts, 1.0),
    "bernoulli": Features(_bernoulli, _bernoulli_likelihood, _require_binary, 1.0),
}
