"""Grids on which the density of a vector or matrix law is summed: charts of its domain.

A chart maps a box of real numbers onto the domain; the trapezoidal rule converges
exponentially there.  A chart is centred and scaled by the parameters, which decides how
accurate a sum is, never what it converges to.  ``Cloud.coarse`` is every other place of the
grid with the weights of that: what differs between the two is not resolved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from derive.check.maps import Array
from derive.errors import NoRuleError

NORMAL_STEP, NORMAL_REACH = 0.5, 16  # standard deviations; places on each side
MOST_ENTRIES = 7
MOST_CONCENTRATED = 12  # beyond it the coarse grid on the sphere is too coarse
LEAST_SHAPE = 0.2  # shapes below this have mass where floats do not reach


@dataclass(frozen=True)
class Cloud:
    """Places (count, rows, columns) and the logs of their weights, in the fine and coarse grid."""

    places: Array
    log_weights: Array
    log_coarse: Array
    edge: Any


@dataclass(frozen=True)
class Axis:
    """Places on a line, which of them are on the coarse grid, and which are its ends."""

    places: Array
    coarse: Any
    edge: Any


def gridded(places: Array, log_weights: Array, grid: Axis, axes: int) -> Cloud:
    """A cloud over a box; each coarse place stands for 2^axes fine ones."""
    log_weights = np.broadcast_to(log_weights, grid.coarse.shape)
    log_coarse = np.where(grid.coarse, log_weights + axes * np.log(2), -np.inf)
    return Cloud(places, log_weights, log_coarse, grid.edge)


def counted(places: Array) -> Cloud:
    """A cloud of single points, each of weight one."""
    none = np.zeros(len(places))
    return Cloud(places, none, none, none.astype(bool))


def line(step: float, low: int, high: int) -> Axis:
    """Places of a trapezoidal rule."""
    k = np.arange(low, high + 1)
    return Axis(k * step, k % 2 == 0, (k == low) | (k == high))


def box(axes: Sequence[Axis]) -> Axis:
    """All combinations of places on some axes: (count, axes)."""

    def columns(parts: Sequence[Array]) -> Array:
        return np.stack([g.ravel() for g in np.meshgrid(*parts, indexing="ij")], axis=1)

    return Axis(
        columns([axis.places for axis in axes]),
        columns([axis.coarse for axis in axes]).all(axis=1),
        columns([axis.edge for axis in axes]).any(axis=1),
    )


def normal_vectors(centre: Array, covariance: Array) -> Cloud:
    """All vectors, for tails like those of a normal law."""
    d = len(centre)
    factor = np.linalg.cholesky(covariance)
    scale = np.log(np.abs(np.diag(factor))).sum()
    if d > 3:
        fine, coarse = hermite(d, 4), hermite(d, 3)
        z = np.concatenate([fine[0], coarse[0]])
        none = [np.full(len(part[0]), -np.inf) for part in (fine, coarse)]
        log_fine = np.concatenate([fine[1] + scale, none[1]])
        log_coarse = np.concatenate([none[0], coarse[1] + scale])
        places = centre[None] + (z @ factor.T)[:, :, None]
        return Cloud(places, log_fine, log_coarse, np.zeros(len(z), dtype=bool))
    grid = box([line(NORMAL_STEP, -NORMAL_REACH, NORMAL_REACH)] * d)
    places = centre[None] + (grid.places @ factor.T)[:, :, None]
    return gridded(places, np.array(d * np.log(NORMAL_STEP) + scale), grid, d)


def hermite(axes: int, nodes: int) -> tuple[Array, Array]:
    """Places and log weights of a product rule that is exact for polynomials, times a normal law.

    The weights are divided by the standard normal density, so that they weigh a density.
    """
    if axes > MOST_ENTRIES:
        raise NoRuleError(f"sums over vectors reach {MOST_ENTRIES} entries")
    z, w = np.polynomial.hermite_e.hermegauss(nodes)
    log_w = np.log(w) + z**2 / 2
    places = np.array(list(product(z, repeat=axes)))
    return places, np.array(list(product(log_w, repeat=axes))).sum(axis=1)


def heavy_vectors(centre: Array, shape: Array) -> Cloud:
    """All vectors, for tails that fall like powers: radius and angle."""
    d = len(centre)
    if d > 2:
        raise NoRuleError("sums over vectors with heavy tails reach two entries")
    grid = line(0.1, -48, 48)
    t = grid.places
    log_r = 1.5 * np.sinh(t)
    log_step = np.log(0.1 * 1.5 * np.cosh(t))
    factor = np.linalg.cholesky(shape)
    angles = np.arange(8) * np.pi / 4
    rays = np.array([[1.0], [-1.0]]) if d == 1 else np.stack([np.cos(angles), np.sin(angles)], 1)
    share = 0.0 if d == 1 else np.log(np.pi / 4)
    r = np.exp(log_r)
    u = (r[:, None, None] * rays[None]).reshape(-1, d)
    log_weights = np.repeat(log_step + d * log_r, len(rays)) + share
    log_weights = log_weights + np.log(np.abs(np.diag(factor))).sum()
    places = centre[None] + (u @ factor.T)[:, :, None]
    repeated = Axis(places, np.repeat(grid.coarse, len(rays)), np.repeat(grid.edge, len(rays)))
    return gridded(places, log_weights, repeated, 1)


def simplex(size: int) -> Cloud:
    """Points of the simplex by breaking a stick; every entry keeps its digits."""
    if size not in (2, 3):
        raise NoRuleError("sums over the simplex reach three entries")
    grid = box([line(0.09, -50, 50)] * (size - 1))
    t = grid.places
    s = np.pi * np.sinh(t)
    part, rest = 1 / (1 + np.exp(-s)), 1 / (1 + np.exp(s))
    log_weights = np.log(0.09 * np.pi * np.cosh(t) * part * rest).sum(axis=1)
    if size == 2:
        entries = [part[:, 0], rest[:, 0]]
    else:
        entries = [part[:, 0], rest[:, 0] * part[:, 1], rest[:, 0] * rest[:, 1]]
        log_weights = log_weights + np.log(rest[:, 0])
    return gridded(np.stack(entries, axis=1)[:, :, None], log_weights, grid, size - 1)


def definite(size: int, scale: Array, degrees: float, is_inverse: bool) -> Cloud:
    """Positive definite matrices by their triangular factors; their inverses."""
    if size == 1:
        grid, reach = line(0.1, -42, 36), np.pi / 2
        t = grid.places
        a = reach * np.sinh(t)
        W = (scale[0, 0] * degrees * np.exp(a))[:, None, None]
        log_det = np.log(scale[0, 0] * degrees) + a
        log_weights = np.log(0.1 * reach * np.cosh(t)) + log_det
    elif size == 2:
        axis, height = line(0.14, -26, 16), line(NORMAL_STEP, -NORMAL_REACH, NORMAL_REACH)
        grid = box([axis, axis, height])
        values = grid.places
        log_r = 0.5 * np.log(degrees) + 0.8 * np.sinh(values[:, :2])
        r, b = np.exp(log_r), values[:, 2]
        factor = np.zeros((len(b), 2, 2))
        factor[:, 0, 0], factor[:, 1, 0], factor[:, 1, 1] = r[:, 0], b, r[:, 1]
        C = np.linalg.cholesky(scale)
        half = C[None] @ factor
        W = half @ np.swapaxes(half, 1, 2)
        steps = np.log(0.14 * 0.8 * np.cosh(values[:, :2])).sum(axis=1) + np.log(NORMAL_STEP)
        jacobian = 2 * np.log(2) + 3 * log_r[:, 0] + 2 * log_r[:, 1]
        log_weights = steps + jacobian + 3 * np.log(np.diag(C)).sum()
        log_det = 2 * (log_r.sum(axis=1) + np.log(np.diag(C)).sum())
    else:
        raise NoRuleError("sums over positive definite matrices reach size two")
    if is_inverse:
        log_weights = log_weights - (size + 1) * log_det
        W = inverse_of_small(W, log_det)
    return gridded(W, log_weights, grid, 1 if size == 1 else 3)


def inverse_of_small(W: Array, log_det: Array) -> Array:
    """Inverses of matrices of size one or two, near singular ones too."""
    if W.shape[1] == 1:
        return np.asarray(1 / W)
    swapped = np.empty_like(W)
    swapped[:, 0, 0], swapped[:, 1, 1] = W[:, 1, 1], W[:, 0, 0]
    swapped[:, 0, 1], swapped[:, 1, 0] = -W[:, 0, 1], -W[:, 1, 0]
    return np.asarray(swapped * np.exp(-log_det)[:, None, None])


def normal_matrices(centre: Array, rows: Array, columns: Array) -> Cloud:
    """All matrices, for tails like those of a normal law."""
    n, p = centre.shape
    if n * p > 3:
        raise NoRuleError("sums over matrices reach three entries")
    grid = box([line(NORMAL_STEP, -NORMAL_REACH, NORMAL_REACH)] * (n * p))
    left, right = np.linalg.cholesky(rows), np.linalg.cholesky(columns)
    places = centre[None] + left[None] @ grid.places.reshape(-1, n, p) @ right.T[None]
    weight = n * p * np.log(NORMAL_STEP) + p * np.log(np.diag(left)).sum()
    weight = weight + n * np.log(np.diag(right)).sum()
    return gridded(places, np.array(weight), grid, n * p)


def directions(size: int) -> Cloud:
    """Vectors of length one: angles on the circle, heights and angles on the sphere."""
    if size == 2:
        angles = np.arange(64) * np.pi / 32
        places = np.stack([np.cos(angles), np.sin(angles)], axis=1)
        even, none = np.arange(64) % 2 == 0, np.zeros(64, dtype=bool)
        return gridded(places[:, :, None], np.log(np.pi / 32), Axis(angles, even, none), 1)
    if size != 3:
        raise NoRuleError("sums over directions reach three entries")
    fine, coarse = _sphere(32), _sphere(16)
    places = np.concatenate([fine[0], coarse[0]])
    absent = [np.full(len(part[1]), -np.inf) for part in (fine, coarse)]
    log_fine = np.concatenate([fine[1], absent[1]])
    log_coarse = np.concatenate([absent[0], coarse[1]])
    return Cloud(places, log_fine, log_coarse, np.zeros(len(places), dtype=bool))


def _sphere(count: int) -> tuple[Array, Array]:
    """A product rule in the height and the angle, and the logs of its weights."""
    heights, weights = np.polynomial.legendre.leggauss(count)
    angles = np.arange(2 * count) * np.pi / count
    z, t = (g.ravel() for g in np.meshgrid(heights, angles, indexing="ij"))
    w = np.repeat(weights, 2 * count) * np.pi / count
    r = np.sqrt(1 - z**2)
    return np.stack([r * np.cos(t), r * np.sin(t), z], axis=1)[:, :, None], np.log(w)


def unit_vectors(size: int) -> Cloud:
    """The unit vectors, each with weight one."""
    return counted(np.eye(size)[:, :, None])


def counts(trials: int, size: int) -> Cloud:
    """All counts with a given sum."""
    rows = [k for k in product(range(trials + 1), repeat=size) if sum(k) == trials]
    return counted(np.array(rows, dtype=float)[:, :, None])


Chart = Callable[..., Cloud]


def _definite_chart(is_inverse: bool) -> Callable[[Array, Array], Cloud]:
    def chart(degrees: Array, scale: Array) -> Cloud:
        n, size = float(degrees[0, 0]), len(scale)
        low, high = (1.5, 60.0) if size == 1 else (3.4, 10.0)
        if not low <= n <= high:
            raise NoRuleError("the degrees of freedom lie where the grid is too coarse")
        return definite(size, np.linalg.inv(scale) if is_inverse else scale, n, is_inverse)

    return chart


def _dirichlet_chart(alpha: Array) -> Cloud:
    if np.min(alpha) < LEAST_SHAPE or np.max(alpha) > 40:
        raise NoRuleError("a concentration lies where the grid is too coarse")
    return simplex(len(alpha))


def _student_chart(nu: Array, mu: Array, Sigma: Array) -> Cloud:
    if nu[0, 0] < 0.5:
        raise NoRuleError("the tails are too heavy for floats")
    return heavy_vectors(mu, Sigma)


def _direction_chart(mu: Array, kappa: Array) -> Cloud:
    if kappa[0, 0] > MOST_CONCENTRATED:
        raise NoRuleError("the law is too concentrated for the grid")
    return directions(len(mu))


CHARTS: Mapping[str, Chart] = {
    "multivariate_normal": normal_vectors,
    "multivariate_t": _student_chart,
    "dirichlet": _dirichlet_chart,
    "categorical": lambda p: unit_vectors(len(p)),
    "multinomial": lambda n, p: counts(round(float(n[0, 0])), len(p)),
    "wishart": _definite_chart(False),
    "inverse_wishart": _definite_chart(True),
    "matrix_normal": normal_matrices,
    "von_mises_fisher": _direction_chart,
}

SIZES: Mapping[str, tuple[tuple[int, ...], ...]] = {
    "multivariate_normal": ((2,), (3,), (1,)),
    "multivariate_t": ((2,), (1,)),
    "dirichlet": ((3,), (2,)),
    "categorical": ((3,), (2,), (4,)),
    "multinomial": ((3,), (2,)),
    "wishart": ((2,), (1,)),
    "inverse_wishart": ((2,), (1,)),
    "matrix_normal": ((1, 2), (2, 1), (1, 3)),
    "von_mises_fisher": ((3,), (2,)),
}
