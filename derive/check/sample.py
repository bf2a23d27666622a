"""Points that satisfy the declared facts: dyadic rationals, many at once.

``sample_symbol`` gives a batch of matrices for one symbol.  The facts on the matrix as a
whole choose a constructor (``LL' + cI``, Cayley, sorted parts, ...), those on its entries
choose the entries, and every matrix is tested against the predicate of each fact, so a
fact can be neither forgotten nor half kept.

Floats with few bits are dyadic rationals, so a batch of floats is exact; an orthogonal
matrix is not dyadic and comes with its exact rational form.

To add a fact, add a row to ``PREDICATES`` and, where needed, to ``_entries`` or ``_matrix``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

from derive.check.maps import Array
from derive.check.stream import Stream
from derive.errors import NoRuleError
from derive.language.expression import Node
from derive.language.facts import FACTS
from derive.language.sizes import size_value

Mask = NDArray[np.bool_]

GRAIN = 1024  # entries are whole multiples of 1/1024 before scaling


@dataclass(frozen=True)
class Mood:
    """How the entries of one candidate point look: their sign and their scale."""

    sign: int  # 0: both, 1: positive, -1: negative
    scale: float


MOODS = (
    Mood(0, 1.0),
    Mood(0, 4.0),
    Mood(0, 0.125),
    Mood(1, 1.0),
    Mood(1, 0.125),
    Mood(0, 0.015625),
    Mood(1, 64.0),
    Mood(-1, 1.0),
)


@dataclass(frozen=True)
class Batch:
    """Matrices of one symbol: floats (points, rows, columns), which are usable, exact forms."""

    values: Array
    is_usable: Mask
    exact: tuple[fmpq_mat, ...] | None = None

    def point(self, k: int) -> Any:
        """Matrix number `k`, exactly."""
        return self.exact[k] if self.exact is not None else self.values[k]


def sample_symbol(
    symbol: Node, sizes: Mapping[str, int], stream: Stream, moods: Sequence[Mood]
) -> Batch:
    """One matrix per mood that satisfies every fact of the symbol.

    Raises
    ------
    NoRuleError
        A fact has no predicate here.
    """
    shape = size_value(symbol.shape[0], sizes), size_value(symbol.shape[1], sizes)
    facts = symbol.facts
    unknown = sorted(facts - set(PREDICATES))
    if unknown:
        raise NoRuleError(
            f"points cannot be made for the fact {unknown[0]!r} of {symbol!r}\n"
            f"  to fix   : add a row to PREDICATES in derive/check/sample.py"
        )
    if "orthonormal" in facts:
        values, exact = _orthonormal(facts, shape, stream, len(moods))
    else:
        values, exact = _matrix(facts, shape, stream, moods), None
    is_usable = np.ones(len(moods), dtype=bool)
    implied = {other for fact in facts for other in FACTS[fact].implies}
    for fact in sorted(facts - implied):
        is_usable &= PREDICATES[fact](values)
    return Batch(values, is_usable, exact)


def free_direction(shape: tuple[int, int], stream: Stream) -> Array:
    """A dyadic direction with no zero entry and no symmetry."""
    magnitude = stream.integers(8, 64, shape) / 64.0
    signs: Array = magnitude * (2 * stream.integers(0, 2, shape) - 1)
    return signs


def _column(numbers: Sequence[float]) -> Array:
    return np.array(numbers)[:, None, None]


def _entries(
    facts: frozenset[str], shape: tuple[int, int], stream: Stream, moods: Sequence[Mood]
) -> Array:
    """Entries that satisfy the facts on entries."""
    batch = (len(moods), *shape)
    signs: Array = 2.0 * stream.integers(0, 2, batch) - 1.0
    mood_signs = _column([mood.sign for mood in moods])
    signs = np.where(mood_signs == 0, signs, mood_signs)
    if {"positive", "nonnegative"} & facts:
        signs = np.ones(batch)
    elif "negative" in facts:
        signs = -np.ones(batch)
    if "sign" in facts:
        return signs
    if "binary" in facts:
        return stream.integers(0, 2, batch).astype(np.float64)
    if "probability" in facts:
        return stream.integers(1, GRAIN, batch) / float(GRAIN)
    if "integer" in facts:
        return signs * stream.integers(1, 6, batch)
    return signs * stream.integers(64, 2 * GRAIN, batch) / GRAIN * _column([m.scale for m in moods])


def _matrix(
    facts: frozenset[str], shape: tuple[int, int], stream: Stream, moods: Sequence[Mood]
) -> Array:
    """Matrices that satisfy the facts on the whole matrix as well."""
    rows = shape[0]
    if "onehot" in facts:
        hot = stream.integers(0, rows, (len(moods), 1, 1))
        return np.where(np.arange(rows)[None, :, None] == hot, 1.0, 0.0)
    if "onehot_rows" in facts:
        hot = stream.integers(0, shape[1], (len(moods), rows, 1))
        return np.where(np.arange(shape[1])[None, None, :] == hot, 1.0, 0.0)
    if "simplex" in facts:
        return _simplex(rows, stream, len(moods))
    entries = _entries(facts, shape, stream, moods)
    if "toeplitz" in facts:
        return _toeplitz(facts, entries)
    is_diagonal = "diagonal" in facts or {"lower", "upper"} <= facts
    is_diagonal |= "symmetric" in facts and bool({"lower", "upper"} & facts)
    if {"spd", "psd"} & facts:
        if is_diagonal:
            return np.abs(entries) * np.eye(rows)
        return _gram(facts, entries, moods)
    if is_diagonal:
        return entries * np.eye(rows)
    if "skew" in facts:
        lower = np.tril(entries, -1)
        return lower - np.swapaxes(lower, 1, 2)
    if "symmetric" in facts:
        lower = np.tril(entries)
        return lower + np.swapaxes(np.tril(entries, -1), 1, 2)
    if "lower" in facts:
        return np.tril(entries)
    return np.triu(entries) if "upper" in facts else entries


def _gram(facts: frozenset[str], entries: Array, moods: Sequence[Mood]) -> Array:
    """LL' + cI for spd; for psd LL', now and then of deficient rank."""
    rows = entries.shape[1]
    if "spd" not in facts:
        is_deficient = (np.arange(len(moods)) % 3 == 2)[:, None, None]
        last = np.arange(rows)[None, None, :] == rows - 1
        entries = np.where(is_deficient & last, 0.0, entries)
        return entries @ np.swapaxes(entries, 1, 2)
    is_whole = "integer" in facts
    shift = _column([1.0 if is_whole else mood.scale**2 / 4 for mood in moods])
    return entries @ np.swapaxes(entries, 1, 2) + shift * np.eye(rows)


def _toeplitz(facts: frozenset[str], entries: Array) -> Array:
    """Entries of the first column and row along the diagonals; definite by a large diagonal."""
    rows, columns = entries.shape[1:]
    steps = np.arange(columns)[None, :] - np.arange(rows)[:, None]
    below = entries[:, np.maximum(-steps, 0), 0]
    above = entries[:, 0, np.maximum(steps, 0)]
    if "skew" in facts:
        return np.where(steps < 0, below, 0) - np.swapaxes(np.where(steps < 0, below, 0), 1, 2)
    if "symmetric" in facts:
        above = np.swapaxes(below, 1, 2)
    result = np.where(steps <= 0, below, above)
    if facts & {"diagonal", "lower"}:
        result = np.tril(result)
    if facts & {"diagonal", "upper"}:
        result = np.triu(result)
    if "psd" in facts:
        largest = np.abs(result).sum(axis=(1, 2), keepdims=True)
        result = np.where(steps == 0, largest, result)
    return np.asarray(result)


def _simplex(rows: int, stream: Stream, count: int) -> Array:
    """Positive multiples of 2^-20 that sum to one exactly."""
    parts = stream.integers(32, 1024, (count, rows, 1))
    whole = (parts << 20) // parts.sum(axis=1, keepdims=True)
    whole[:, -1:] = (1 << 20) - whole[:, :-1].sum(axis=1, keepdims=True)
    result: Array = whole / float(1 << 20)
    return result


def _orthonormal(
    facts: frozenset[str], shape: tuple[int, int], stream: Stream, count: int
) -> tuple[Array, tuple[fmpq_mat, ...]]:
    """Columns of exact orthogonal matrices; nonnegative ones only if there is one column."""
    rows, columns = shape
    if rows < columns:
        raise NoRuleError(f"{columns} columns of {rows} rows are not orthonormal")
    values, exact = _orthogonal(facts, rows, stream, count)
    if columns == rows:
        return values, exact
    kept = [[row[:columns] for row in Q.tolist()] for Q in exact]
    if columns == 1 and "nonnegative" in facts:
        kept = [[[abs(x) for x in row] for row in rows_kept] for rows_kept in kept]
    flat = [[x for row in rows_kept for x in row] for rows_kept in kept]
    floats = np.array([[int(x.p) / int(x.q) for x in entries] for entries in flat])
    matrices = tuple(fmpq_mat(rows, columns, entries) for entries in flat)
    return floats.reshape(count, rows, columns), matrices


def _orthogonal(
    facts: frozenset[str], rows: int, stream: Stream, count: int
) -> tuple[Array, tuple[fmpq_mat, ...]]:
    """Exact rational orthogonal matrices: Cayley, Householder or signs; both determinants."""
    flips = 2 * stream.integers(0, 2, (count, rows)) - 1
    parts = stream.integers(-6, 7, (count, rows, rows))
    exact = []
    for flip, part in zip(flips.tolist(), parts.tolist(), strict=True):
        if {"diagonal", "lower", "upper"} & facts:
            Q = _rational_diagonal([1] * rows if "spd" in facts else flip)
        elif "spd" in facts or "psd" in facts:
            Q = _rational_diagonal([1] * rows)
        elif "symmetric" in facts:
            Q = _reflection([row[0] for row in part], rows)
        else:
            Q = _cayley(part, rows) * _rational_diagonal(flip)
        exact.append(Q)
    values = np.array([[[int(x.p) / int(x.q) for x in row] for row in Q.tolist()] for Q in exact])
    return values.reshape(count, rows, rows), tuple(exact)


def _rational_diagonal(entries: Sequence[int]) -> fmpq_mat:
    size = len(entries)
    flat = [entries[i] if i == j else 0 for i in range(size) for j in range(size)]
    return fmpq_mat(size, size, flat)


def _cayley(part: Sequence[Sequence[int]], rows: int) -> fmpq_mat:
    """(I - A)(I + A)^-1 of a skew A."""
    flat = [fmpq(part[i][j] - part[j][i], 4) for i in range(rows) for j in range(rows)]
    A, one = fmpq_mat(rows, rows, flat), _rational_diagonal([1] * rows)
    return (one - A) * (one + A).inv()


def _reflection(v: Sequence[int], rows: int) -> fmpq_mat:
    """I - 2 v v' / v'v."""
    v = [x or 1 for x in v]
    square = sum(x * x for x in v)
    flat = [fmpq(-2 * a * b, square) + (i == j) for i, a in enumerate(v) for j, b in enumerate(v)]
    return fmpq_mat(rows, rows, flat)


# --- predicates -----------------------------------------------------------------------


def _every(condition: Any) -> Mask:
    result: Mask = np.all(condition, axis=(1, 2))
    return result


def _swap(A: Array) -> Array:
    return np.swapaxes(A, 1, 2)


def _least_eigenvalue(A: Array) -> Array:
    least: Array = np.linalg.eigvalsh(A)[:, 0]
    return least


def _is_invertible(A: Array) -> Mask:
    result: Mask = np.linalg.svd(A, compute_uv=False)[:, -1] > 1e-6 * np.abs(A).max(axis=(1, 2))
    return result


PREDICATES: dict[str, Callable[[Array], Mask]] = {
    "symmetric": lambda A: _every(np.abs(A - _swap(A)) < 1e-12),
    "spd": lambda A: _every(np.abs(A - _swap(A)) < 1e-12) & (_least_eigenvalue(A) > 0),
    "psd": lambda A: _least_eigenvalue(A) > -1e-9 * (1 + np.abs(A).max(axis=(1, 2))),
    **dict.fromkeys(
        ("orthogonal", "orthonormal", "unit"),
        lambda A: _every(np.abs(_swap(A) @ A - np.eye(A.shape[2])) < 1e-12),
    ),
    "skew": lambda A: _every(A + _swap(A) == 0),
    "toeplitz": lambda A: _every(A[:, 1:, 1:] == A[:, :-1, :-1]),
    "diagonal": lambda A: _every(A * (1 - np.eye(A.shape[1])) == 0),
    "lower": lambda A: _every(np.triu(A, 1) == 0),
    "upper": lambda A: _every(np.tril(A, -1) == 0),
    "invertible": _is_invertible,
    "positive": lambda A: _every(A > 0),
    "nonnegative": lambda A: _every(A >= 0),
    "negative": lambda A: _every(A < 0),
    "nonzero": lambda A: _every(A != 0),
    "simplex": lambda A: _every(A >= 0) & (A.sum(axis=(1, 2)) == 1),
    "onehot": lambda A: _every((A == 0) | (A == 1)) & (A.sum(axis=(1, 2)) == 1),
    "onehot_rows": lambda A: (
        _every((A == 0) | (A == 1)) & _every(A.sum(axis=2, keepdims=True) == 1)
    ),
    "probability": lambda A: _every((A > 0) & (A < 1)),
    "sign": lambda A: _every(np.abs(A) == 1),
    "binary": lambda A: _every((A == 0) | (A == 1)),
    "integer": lambda A: _every(np.round(A) == A),
    "real": lambda A: _every(np.isfinite(A)),
}
