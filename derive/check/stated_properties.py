"""Whether a ball matrix certainly has a property that a condition states in words.

``KEPT`` maps the end of the words to the test.  A test says yes only where the balls prove it,
so where a matrix is on the edge (two equal eigenvalues, a singular value of zero) it says no.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

from flint import acb_mat

from derive.check.spectra import eigenpairs


def has_test(text: str) -> bool:
    """Whether a property in words can be tested here."""
    return any(map(text.endswith, KEPT))


def is_generic(text: str) -> bool:
    """Whether what fails at random matrices of a family fails at all of them."""
    return has_test(text) and not any(map(text.endswith, LOCAL))


def certainly_keeps(text: str, A: Any) -> bool:
    """Whether a finite matrix certainly has the property in words."""
    test = next(test for words, test in KEPT.items() if text.endswith(words))
    return all(x.is_finite() for x in A.entries()) and test(A)


def _are_distinct(values: Sequence[Any]) -> bool:
    return not any(x.overlaps(y) for x, y in combinations(values, 2))


def _eigenvalues(A: Any) -> list[Any]:
    """Of the symmetric part, descending."""
    return list(eigenpairs(A)[0].entries())


def _squares(A: Any) -> list[Any]:
    """The squares of the singular values, descending."""
    T = A.transpose()
    return _eigenvalues(T * A if A.nrows() >= A.ncols() else A * T)


def _are_singular_values_distinct(A: Any) -> bool:
    squares = _squares(A)
    return _are_distinct(squares) and bool(squares[-1] > 0)


def _has_full_rank(A: Any) -> bool:
    T = A.transpose()
    small = T * A if A.nrows() >= A.ncols() else A * T
    return bool(small.det() > 0)


def _is_first_apart(values: Sequence[Any]) -> bool:
    """Whether the first of some numbers is equal to no other."""
    return not any(values[0].overlaps(x) for x in values[1:])


def _is_largest_singular_value_simple(A: Any) -> bool:
    squares = _squares(A)
    return _is_first_apart(squares) and bool(squares[0] > 0)


def _is_attained_once(entries: Sequence[Any]) -> bool:
    """Whether one number is certainly larger than all others."""
    first, *rest = sorted(entries, key=lambda x: float(x.mid()), reverse=True)
    return all(first > x for x in rest)


def _sizes(entries: Any) -> list[Any]:
    """The absolute values of the entries of a matrix or list."""
    return [abs(x) for x in (entries if isinstance(entries, list) else entries.entries())]


def _is_off_the_cut(A: Any) -> bool:
    """Whether no eigenvalue is real and at most zero; no where they cannot be enclosed."""
    try:
        values = acb_mat(A).eig(multiple=True)
    except (ValueError, ZeroDivisionError):
        return False
    return all(not x.imag.contains(0) or x.real > 0 for x in values)


#: Words that speak of an open set, or of the neighbours of a matrix.
LOCAL = ("without eigenvalues on the closed negative real axis", "of constant rank nearby")

KEPT: dict[str, Callable[[Any], bool]] = {
    "without eigenvalues on the closed negative real axis": _is_off_the_cut,
    "the eigenvalues of {0} are distinct": lambda A: _are_distinct(_eigenvalues(A)),
    "the largest eigenvalue of {0} is simple": lambda A: _is_first_apart(_eigenvalues(A)),
    "the smallest eigenvalue of {0} is simple": lambda A: _is_first_apart(_eigenvalues(A)[::-1]),
    "the singular values of {0} are distinct and not zero": _are_singular_values_distinct,
    "the largest singular value of {0} is simple and positive": _is_largest_singular_value_simple,
    "{0} has full rank": _has_full_rank,
    "of constant rank nearby": _has_full_rank,
    "the entries of {0} are distinct": lambda A: _are_distinct(A.entries()),
    "largest in one entry only": lambda A: _is_attained_once(A.entries()),
    "smallest in one entry only": lambda A: _is_attained_once([-x for x in A.entries()]),
    "the entry of largest size in {0} is unique": lambda A: _is_attained_once(_sizes(A)),
    "the entry of largest size in each column of {0} is unique": lambda A: all(
        _is_attained_once(_sizes(column)) for column in A.transpose().tolist()
    ),
    "not zero": lambda A: any(not x.contains(0) for x in A.entries()),
}
