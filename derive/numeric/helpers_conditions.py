"""Helpers that refuse arguments for which an answer does not hold; their text is copied.

What is looked at is a truth for each entry, or for each leading batch axis.  nan is in no set.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from derive.errors import DomainError

Array: TypeAlias = Any  # a number, or a NumPy array of float64 or float32


def require(holds: Array, condition: str, **values: Array) -> None:
    """Raise a DomainError where a condition fails; name the first place and what stands there."""
    if holds is True or (holds is not False and holds.all()):
        return
    places = np.argwhere(np.logical_not(holds))
    at = tuple(int(k) for k in places[0])
    found = []
    for name, value in values.items():
        given = np.asarray(value)
        try:
            given = given if given.ndim > len(at) else np.broadcast_to(given, np.shape(holds))
        except ValueError:
            continue  # its axes are not those of the condition
        there = given[at]
        text = f"{there:.6g}" if not there.ndim else np.array2string(there, threshold=8)
        found.append(f"{name} = {' '.join(text.split())}")
    place = f" at index {at[0] if len(at) == 1 else at}" if at else ""
    got = f"\n  got      : {', '.join(found)}{place}" if found or place else ""
    raise DomainError(f"the answer holds where {condition}{got}")


def is_whole(x: Array) -> Array:
    """Whether each entry is a finite whole number."""
    return np.isfinite(x) & (np.floor(x) == x)


def is_simplex(p: Array) -> Array:
    """Whether the entries along the last axis are not below zero and sum to one."""
    return (p >= 0).all(axis=-1) & (np.abs(p.sum(axis=-1) - 1) <= 1e-6)


def is_count(x: Array) -> Array:
    """Whether the entries along the last axis are whole numbers, none below zero."""
    return (is_whole(x) & (x >= 0)).all(axis=-1)


def is_onehot(x: Array) -> Array:
    """Whether one entry along the last axis is 1 and the others are 0."""
    return ((x == 0) | (x == 1)).all(axis=-1) & (x.sum(axis=-1) == 1)


def is_unit(u: Array) -> Array:
    """Whether the length along the last axis is one."""
    return np.abs(np.square(u).sum(axis=-1) - 1) <= 1e-6


def is_varied(x: Array) -> Array:
    """Whether not all entries along the last axis are the same."""
    return (x != x[..., :1]).any(axis=-1)


def is_definite(S: Array) -> Array:
    """Whether each matrix is symmetric positive definite."""
    return least_eigenvalue(S) > 0


def is_semidefinite(S: Array) -> Array:
    """Whether each matrix is symmetric with no negative eigenvalue, up to rounding."""
    size = np.abs(S).max(axis=(-2, -1))
    return least_eigenvalue(S) >= -1e-8 * size


def least_eigenvalue(S: Array) -> Array:
    """The least eigenvalue of each symmetric matrix; nan of those that are not symmetric."""
    turned = np.swapaxes(S, -1, -2)
    size = np.abs(S).max(axis=(-2, -1), keepdims=True)
    is_symmetric = (np.abs(S - turned) <= 1e-8 * size).all(axis=(-2, -1))
    plain = np.where(is_symmetric[..., None, None], (S + turned) / 2, 0.0)
    return np.where(is_symmetric, np.linalg.eigvalsh(plain)[..., 0], np.nan)
