"""Helpers of generated functions for differences that cancel as they are written.

Their text is copied into files.  Each takes floats or arrays of one shape, and says in its
arguments what the difference of its points is, where that is known more exactly.

The integral of the normal density over an interval is its value at the end next to zero times
an integral that neither underflows nor cancels (dlmf, section 7.2); x + phi(x)/Phi(x) is
what the continued fraction of the tail (dlmf, section 7.9) leaves without its first term.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
from scipy.special import erf, erfcx, expit, ndtr

Array: TypeAlias = Any  # a float, or a NumPy array of float64 or float32


def power_difference(u: Array, v: Array, d: Array, p: Array) -> Array:
    """u^p - v^p, where u - v = d; the larger power is taken out, so none overflows alone."""
    is_near = np.abs(d) < 0.5 * np.abs(v)
    ratio = np.where(is_near, d, 0.0) / np.where(is_near, v, 1.0)
    log = p * np.log1p(ratio)
    larger = np.power(np.where(log > 0, u, v), 1.0 * p)
    near = np.sign(log) * larger * -np.expm1(-np.abs(log))
    return np.where(is_near, near, np.power(u, 1.0 * p) - np.power(v, 1.0 * p))[()]


def root_difference(u: Array, b: Array, d: Array) -> Array:
    """sqrt(u) - b, where u - b^2 = d; u may have overflown with the square of b."""
    size = np.abs(b)
    root = np.where(np.isinf(u) & (size < math.inf) & (np.abs(d) < math.inf), size, np.sqrt(u))
    is_near = b > 0
    return np.where(is_near, d / np.where(is_near, root + b, 1.0), root - b)[()]


def log_difference(u: Array, v: Array, d: Array) -> Array:
    """log(u) - log(v), where u - v = d."""
    is_near = np.abs(d) < 0.5 * v
    ratio = np.where(is_near, d, 0.0) / np.where(is_near, v, 1.0)
    return np.where(is_near, np.log1p(ratio), np.log(u) - np.log(v))[()]


def log_one_plus(x: Array, log: Array) -> Array:
    """log(1 + x), where x may have overflown and its logarithm has not."""
    is_plain = x <= 1e300
    return np.where(is_plain, np.log1p(np.where(is_plain, x, 0.0)), np.logaddexp(0.0, log))[()]


def log_excess(u: Array, v: Array, d: Array) -> Array:
    """u - v - v log(u/v), where u - v = d; by the series of artanh(d/(u + v)) where d is small."""
    log = np.log(np.divide(u, v))
    if not np.all(np.isfinite(log)):  # the ratio leaves the range of floats
        log = np.where(np.isfinite(log), log, np.log(u) - np.log(v))
    found = np.asarray(d - v * log)
    near = np.flatnonzero(np.abs(d) < 0.1 * np.abs(v))
    if near.size:
        few = [x if np.ndim(x) == 0 else np.broadcast_to(x, found.shape).flat[near] for x in (d, v)]
        h = few[0] / few[1]
        s = h / (2.0 + h)
        square, total = s * s, 0.0 * s
        for k in range(15, 1, -2):
            total = total * square + 1.0 / k
        found.flat[near] = few[1] * s * (h - 2.0 * square * total)
    return found[()]


def exp_difference(u: Array, v: Array, d: Array) -> Array:
    """e^u - e^v, where u - v = d."""
    return (np.sign(d) * np.exp(np.maximum(u, v)) * -np.expm1(-np.abs(d)))[()]


def arctan_difference(u: Array, v: Array, d: Array) -> Array:
    """arctan(u) - arctan(v), where u - v = d."""
    small = np.where(np.abs(u) < np.abs(v), u, v)
    large = np.where(np.abs(u) < np.abs(v), v, u)
    scale = np.maximum(np.abs(large), 1.0)
    return np.arctan2(d / scale, 1.0 / scale + small * (large / scale))[()]


def sigmoid_difference(u: Array, v: Array, d: Array) -> Array:
    """sigmoid(u) - sigmoid(v), where u - v = d."""
    gap = np.where(u == v, 0.0, np.abs(d))
    ends = expit(np.maximum(u, v)) * expit(-np.minimum(u, v))
    return (np.where(u < v, -1.0, 1.0) * ends * -np.expm1(-gap))[()]


def softplus_difference(u: Array, v: Array, d: Array) -> Array:
    """softplus(u) - softplus(v), where u - v = d."""
    is_near = np.abs(d) < 0.5
    near = np.log1p(expit(v) * np.expm1(np.where(is_near, d, 0.0)))
    return np.where(is_near, near, np.logaddexp(0.0, u) - np.logaddexp(0.0, v))[()]


def mills_excess(x: Array) -> Array:
    """x + phi(x)/Phi(x), which is near -1/x far to the left."""
    t = np.maximum(-x, 4.0)
    tail = t
    for k in range(40, 1, -1):
        tail = t + k / tail
    near = x + math.sqrt(2.0 / math.pi) / erfcx(-x / math.sqrt(2.0))
    return np.where(x > -4.0, near, 1.0 / tail)[()]


def next_to_zero(u: Array, v: Array) -> Array:
    """The point between u and v that is next to zero."""
    return np.maximum(np.minimum(u, v), np.minimum(np.maximum(u, v), 0.0))


def normal_gap(u: Array, v: Array, s: float) -> Array:
    """The integral of exp(-s t^2) from v to u over the largest value of that on the way."""
    c = np.abs(next_to_zero(u, v))
    far = np.maximum(np.abs(u), np.abs(v))
    width = np.where(u == v, 0.0, np.abs(u - v))
    is_narrow = (1.0 + 2.0 * s * c) * width < 1.0
    w, a = np.where(is_narrow, width, 0.0), np.where(is_narrow, c, 0.0)
    rule = (  # of Gauss and Legendre, with 12 points
        (0.1252334085114689, 0.2491470458134027),
        (0.3678314989981802, 0.2334925365383546),
        (0.5873179542866175, 0.20316742672306573),
        (0.7699026741943047, 0.16007832854334642),
        (0.9041172563704748, 0.10693932599531907),
        (0.9815606342467192, 0.04717533638651141),
    )
    narrow = 0.0 * w
    for node, weight in rule:
        for t in (0.5 * w * (1.0 - node), 0.5 * w * (1.0 + node)):
            narrow = narrow + 0.5 * w * weight * np.exp(-s * t * (2.0 * a + t))
    root = math.sqrt(s)
    decay = np.exp(-s * width * np.where(c < math.inf, c + far, 1.0))
    beside = erfcx(root * c) - erfcx(root * far) * decay
    around = erf(root * np.maximum(u, v)) - erf(root * np.minimum(u, v))
    wide = 0.5 * math.sqrt(math.pi) / root * np.where(c > 0, beside, around)
    return np.where(u < v, -1.0, 1.0) * np.where(is_narrow & (c > 0), narrow, wide)


def normcdf_difference(u: Array, v: Array) -> Array:
    """Phi(u) - Phi(v) of the standard normal distribution function."""
    c = next_to_zero(u, v)
    return (np.exp(-0.5 * c * c) / math.sqrt(2.0 * math.pi) * normal_gap(u, v, 0.5))[()]


def erf_difference(u: Array, v: Array) -> Array:
    """erf(u) - erf(v)."""
    c = next_to_zero(u, v)
    return (np.exp(-c * c) * 2.0 / math.sqrt(math.pi) * normal_gap(u, v, 1.0))[()]


def log_normcdf_difference(u: Array, v: Array) -> Array:
    """log(Phi(u) - Phi(v)), which is nan where u < v."""
    c = next_to_zero(u, v)
    inside = np.log(normal_gap(u, v, 0.5)) - 0.5 * c * c - 0.5 * math.log(2.0 * math.pi)
    outside = ndtr(-u) + ndtr(v)
    is_most = (v < u) & (outside < 0.5)
    return np.where(is_most, np.log1p(-np.where(is_most, outside, 0.0)), inside)[()]


def normal_share(x: Array, u: Array, v: Array) -> Array:
    """phi(x)/(Phi(u) - Phi(v))."""
    c = next_to_zero(u, v)
    above = np.where(np.abs(x) == np.abs(c), 0.0, (x - c) * (x + c))
    return (np.exp(-0.5 * above) / normal_gap(u, v, 0.5))[()]


def near_zero(
    x: Array, value: Array, first: int, step: int, radius: float, series: tuple[float, ...]
) -> Array:
    """The value; near x = 0, where it cancels, x^first times a power series in x^step."""
    is_near = (np.abs(x) < radius) & (x != 0)
    y = np.where(is_near, x, radius)
    z = y**step
    total = 0.0 * y
    for coefficient in series[::-1]:
        total = total * z + coefficient
    return np.where(is_near, total * y**first, value)[()]


def lost_digits(total: Array, *terms: Array) -> Array:
    """Where a sum is below the rounding of its terms; False if that is nowhere."""
    if isinstance(total, np.ndarray) and total.size > 1:
        # the first long term is at most the total and the other terms
        first = next((k for k, t in enumerate(terms) if isinstance(t, np.ndarray)), 0)
        others = sum(largest_size(t) for k, t in enumerate(terms) if k != first)
        least, most = total.min(), total.max()
        closest = max(least, -most)  # to zero, where all have one sign
        if closest > 1e-15 * (max(most, -least) + others):
            return np.False_
    size = abs(terms[0])
    for term in terms[1:]:
        size = np.maximum(size, abs(term))
    return abs(total) < 1e-15 * size


def largest_size(x: Array) -> Array:
    """The largest absolute value."""
    return max(x.max(), -x.min()) if isinstance(x, np.ndarray) else abs(x)
