"""Helpers of generated functions for masses and places of the normal law, far from its middle.

Their text is copied into files.  A mass that underflows is kept as its logarithm (``log_ndtr``),
and a place is taken from the nearer of the two tails: dlmf, section 7.17.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
from scipy.special import erfinv, log_ndtr, ndtri_exp

from derive.numeric.helpers_differences import next_to_zero, normal_gap

Array: TypeAlias = Any  # a float, or a NumPy array of float64 or float32


def place_beside_half(c: Array) -> Array:
    """The place with the mass 1/2 + c below it."""
    return math.sqrt(2.0) * erfinv(2.0 * c)


def place_between(p: Array, u: Array, v: Array) -> Array:
    """The place with the share p of the mass from v to u below it, where v < u."""
    with np.errstate(divide="ignore"):
        own, rest = np.log(p), np.log1p(-p)
    below = np.logaddexp(log_ndtr(v) + rest, log_ndtr(u) + own)
    above = np.logaddexp(log_ndtr(-v) + rest, log_ndtr(-u) + own)
    place = np.where(below < above, ndtri_exp(below), -ndtri_exp(above))
    return np.minimum(np.maximum(place, v), u)[()]


def interval_ratio(x: Array, w: Array, u: Array, v: Array) -> Array:
    """(Phi(x) - Phi(w))/(Phi(u) - Phi(v))."""
    c, d = np.abs(next_to_zero(x, w)), np.abs(next_to_zero(u, v))
    above = np.where(c == d, 0.0, (c - d) * (c + d))
    return (np.exp(-0.5 * above) * (normal_gap(x, w, 0.5) / normal_gap(u, v, 0.5)))[()]
