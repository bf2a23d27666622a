"""Exact p-values of counts: sums of binomial and Poisson probabilities."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

SLACK = 1 + 1e-7  # outcomes as likely as the observed one, but for rounding, count with it


def binomial_p_value(k: int, n: int, p: float, alternative: str) -> float:
    """The chance of k successes of n or more, or fewer, or of what is no more likely."""
    if alternative == "greater":
        return float(special.bdtrc(k - 1, n, p)) if k else 1.0
    if alternative == "less":
        return float(special.bdtr(k, n, p))
    j = np.arange(n + 1)
    logs = special.gammaln(n + 1) - special.gammaln(j + 1) - special.gammaln(n - j + 1)
    chances = np.exp(logs + special.xlogy(j, p) + special.xlog1py(n - j, -p))
    return _no_more_likely(chances, k)


def poisson_p_value(k: int, mean: float, alternative: str) -> float:
    """The chance of k events or more, or fewer, or of what is no more likely."""
    if alternative == "greater":
        return float(special.pdtrc(k - 1, mean)) if k else 1.0
    if alternative == "less":
        return float(special.pdtr(k, mean))
    last = int(2 * max(k, mean) + 60 + 20 * np.sqrt(mean))
    j = np.arange(last + 1)
    chances = np.exp(special.xlogy(j, mean) - mean - special.gammaln(j + 1))
    return _no_more_likely(chances, k)


def _no_more_likely(chances: NDArray[np.float64], k: int) -> float:
    return float(min(1.0, chances[chances <= chances[k] * SLACK].sum()))
