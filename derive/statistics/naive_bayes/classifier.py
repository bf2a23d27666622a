"""``NaiveBayes``: what is derived about the classifier, and the same on arrays."""

from __future__ import annotations

from math import isfinite
from typing import Any

from derive.derivation import Derivation
from derive.errors import ArgumentError, DomainError, NoRuleError
from derive.statistics.naive_bayes.fitting import FEATURES, NaiveBayesFit, fitted
from derive.statistics.naive_bayes.pages import (
    ESTIMATES,
    decision_page,
    logistic_page,
    smoothing_page,
)


class NaiveBayes:
    """A classifier whose features are independent once the class is known.

    ``decision_rule``, ``estimates``, ``smoothing_rule`` and ``logistic_weights`` are
    derivations; ``fit`` works on arrays.

    Parameters
    ----------
    features : "gaussian", "multinomial" or "bernoulli"
        The law of a feature in a class: normal, counts of d kinds, or 0 and 1.
    smoothing : float, optional
        Added to each count (1 if left out); of gaussian features the share of the largest
        variance of the data that is added to every variance (0 if left out).

    Raises
    ------
    ArgumentError
        No law of features has the name, or the smoothing is no number.
    DomainError
        The smoothing is negative or not finite.

    References
    ----------
    murphy2012, section 3.5; bishop2006, section 4.2.

    Examples
    --------
    >>> model = NaiveBayes("bernoulli")
    >>> model.decision_rule()
    softmax(log(pi) + log(P)*ones(d))    # shape (K,)
    >>> fit = model.fit([[1, 0], [1, 1], [0, 1], [0, 0]], ["spam", "spam", "ham", "ham"])
    >>> fit.predict_proba([[1, 0]]).round(2)
    array([[0.25, 0.75]])
    """

    def __init__(self, features: str = "gaussian", smoothing: float | None = None) -> None:
        if not isinstance(features, str) or features not in FEATURES:
            raise ArgumentError(
                f"no law of features is called {str(features)[:40]!r}\n"
                f"  known    : {', '.join(FEATURES)}"
            )
        self.features = features
        self.smoothing = FEATURES[features].smoothing if smoothing is None else smoothing
        if isinstance(self.smoothing, bool) or not isinstance(self.smoothing, int | float):
            raise ArgumentError(f"smoothing is a number from 0 up, got {str(smoothing)[:40]!r}")
        if not (isfinite(self.smoothing) and self.smoothing >= 0):
            raise DomainError(f"smoothing is a number from 0 up, got {self.smoothing}")

    def decision_rule(self) -> Derivation:
        """Bayes and independence: the probabilities of the classes, and which is largest."""
        return decision_page()

    def estimates(self) -> Derivation:
        """Maximum likelihood: shares of the classes, and the parameters of a feature."""
        return ESTIMATES[self.features]()

    def smoothing_rule(self) -> Derivation:
        """Laplace smoothing as the mean of a Dirichlet posterior.

        Raises
        ------
        NoRuleError
            The features are gaussian: they are not counted.
        """
        if self.features == "gaussian":
            raise NoRuleError(
                "gaussian features are not counted, so there is no count to smooth\n"
                "  to fix   : ask NaiveBayes('multinomial') or NaiveBayes('bernoulli')"
            )
        return smoothing_page()

    def logistic_weights(self) -> Derivation:
        """The weights of the logistic classifier that equal variances make of it.

        Raises
        ------
        NoRuleError
            The features are not gaussian.
        """
        if self.features != "gaussian":
            raise NoRuleError(
                "the logistic weights are those of gaussian features with equal variances\n"
                "  to fix   : ask NaiveBayes('gaussian')"
            )
        return logistic_page()

    def fit(self, X: Any, y: Any, classes: Any = None) -> NaiveBayesFit:
        """Estimate the classifier from examples.

        Parameters
        ----------
        X : array of float, shape (N, d)
            One row for each example.
        y : array of N labels
        classes : array of K labels, optional
            All classes in the order wanted; those that occur, ascending, if left out.

        Raises
        ------
        ShapeError
            X is no matrix, or the lengths differ.
        DomainError
            A class has no example, a variance is zero, a feature never occurs in a class and
            nothing is smoothed, or X holds what the law of the features has not.
        ArgumentError
            X holds no numbers, or y no labels.
        """
        return fitted(X, y, FEATURES[self.features], float(self.smoothing), classes)

    def __repr__(self) -> str:
        return f"NaiveBayes({self.features!r}, smoothing={self.smoothing:g})"
