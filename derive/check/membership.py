"""Whether a value certainly lies outside the set that the facts of a symbol declare.

``RESIDUALS`` says what must vanish, ``ENTRIES`` what is asked of each entry; a definite
matrix is one whose pivots are positive (Gauss).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flint import arb, arb_mat

SMALL = arb(10) ** -25  # what is smaller, measured by the largest entry, counts as zero


def _off(keeps: Callable[[int, int], bool]) -> Callable[[Any], list[Any]]:
    """The entries of a matrix at which a pattern asks for zero."""

    def rest(A: Any) -> list[Any]:
        places = ((i, j) for i in range(A.nrows()) for j in range(A.ncols()))
        return [A[i, j] for i, j in places if not keeps(i, j)]

    return rest


def _from_identity(A: Any) -> list[Any]:
    return list((A.transpose() * A - identity(A.ncols())).entries())


def _between_neighbours(A: Any) -> list[Any]:
    rows, columns = range(1, A.nrows()), range(1, A.ncols())
    return [A[i, j] - A[i - 1, j - 1] for i in rows for j in columns]


def _from_one(A: Any) -> list[Any]:
    return [sum(A.entries(), arb(-1))]


def _from_one_in_rows(A: Any) -> list[Any]:
    return [sum((A[i, j] for j in range(A.ncols())), arb(-1)) for i in range(A.nrows())]


RESIDUALS: dict[str, Callable[[Any], list[Any]]] = {
    "symmetric": lambda A: list((A - A.transpose()).entries()),
    "skew": lambda A: list((A + A.transpose()).entries()),
    "diagonal": _off(lambda i, j: i == j),
    "lower": _off(lambda i, j: i >= j),
    "upper": _off(lambda i, j: i <= j),
    "toeplitz": _between_neighbours,
    "orthonormal": _from_identity,
    "simplex": _from_one,
    "onehot": _from_one,
    "onehot_rows": _from_one_in_rows,
}


def _is_none_of(*numbers: int) -> Callable[[Any], bool]:
    return lambda x: not any(x.contains(number) for number in numbers)


ENTRIES: dict[str, Callable[[Any], bool]] = {
    "positive": lambda x: bool(x <= 0),
    "nonnegative": lambda x: bool(x < 0),
    "negative": lambda x: bool(x >= 0),
    "nonzero": lambda x: bool(x == 0),
    "probability": lambda x: bool(x <= 0) or bool(x >= 1),
    "integer": lambda x: not x.contains_integer(),
    "binary": _is_none_of(0, 1),
    "onehot": _is_none_of(0, 1),
    "sign": _is_none_of(-1, 1),
}


def is_outside(facts: Iterable[str], value: Any) -> bool:
    """Whether a value certainly breaks one of the declared facts."""
    return any(breaks(fact, value) for fact in facts)


def breaks(fact: str, A: Any) -> bool:
    """Whether a ball matrix certainly breaks a fact, to the digits that count."""
    if fact in RESIDUALS and not all(x.contains(0) for x in RESIDUALS[fact](A)):
        return True
    if fact in ENTRIES and any(map(ENTRIES[fact], A.entries())):
        return True
    if fact == "spd":
        return _has_pivot_below(A, SMALL * _size(A))
    if fact == "psd":
        least = SMALL * _size(A)
        return bool(least > 0) and _has_pivot_below(A + identity(A.nrows()) * (2 * least), least)
    return fact == "invertible" and bool(abs(A.det()) <= SMALL * _size(A) ** A.nrows())


def _size(A: Any) -> Any:
    """The largest absolute value of an entry."""
    return max((x.abs_upper() for x in A.entries()), key=float, default=arb(0))


def _has_pivot_below(A: Any, least: Any) -> bool:
    """Whether elimination in a symmetric matrix meets a pivot that is certainly not above."""
    rest = [[A[i, j] for j in range(A.ncols())] for i in range(A.nrows())]
    for k, row in enumerate(rest):
        pivot = row[k]
        if not pivot > least:
            return bool(pivot <= least)
        for below in rest[k + 1 :]:
            factor = below[k] / pivot
            below[k:] = [x - factor * y for x, y in zip(below[k:], row[k:], strict=True)]
    return False


def identity(size: int) -> Any:
    """The identity matrix in balls."""
    return arb_mat(size, size, [arb(i == j) for i in range(size) for j in range(size)])
