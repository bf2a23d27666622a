"""Helpers of generated functions for derivatives of zeta.

Their text is copied into files.  The sum of ``f(n) = n^-s`` from N on is its integral and half
of the first term, less Bernoulli numbers times derivatives at N (Euler and Maclaurin; dlmf,
25.2.9), all of it a polynomial in a small change of s.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = Any  # a float, or a NumPy array


def zeta_slope(times: float, s: Array) -> Array:
    """Derivative number `times` of the zeta function at s > 1."""
    places = np.asarray(s, dtype=float)
    flat = [one_zeta_slope(int(times), float(place)) for place in places.ravel()]
    return np.array(flat).reshape(places.shape)[()]


def one_zeta_slope(times: int, s: float) -> float:
    """A derivative at one place."""
    if not s > 1.0:
        return math.nan
    if s == math.inf:
        return 0.0
    start, count = 12, times + 1
    log_start = math.log(start)
    head = math.fsum((-math.log(n)) ** times * n**-s for n in range(2, start))
    # N^(-s-e) as a polynomial in e, then times what stands beside it
    base = [start**-s * (-log_start) ** j / math.factorial(j) for j in range(count)]
    beside = [(-1.0) ** j / (s - 1.0) ** (j + 1) * start for j in range(count)]
    beside[0] += 0.5
    rising = [s, 1.0, *([0.0] * count)][:count]
    bernoulli = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)
    for k, number in enumerate(bernoulli, 1):
        weight = number / math.factorial(2 * k) / float(start) ** (2 * k - 1)
        beside = [b + weight * r for b, r in zip(beside, rising, strict=True)]
        for shift in (2 * k - 1, 2 * k):
            shifted = [0.0, *rising[:-1]]
            rising = [(s + shift) * r + t for r, t in zip(rising, shifted, strict=True)]
    tail = math.fsum(base[j] * beside[times - j] for j in range(count))
    return head + (times == 0) + math.factorial(times) * tail
