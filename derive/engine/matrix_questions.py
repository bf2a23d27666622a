"""What is asked of a matrix in a condition, answered from its entries or its form.

Rational entries of a fixed size answer exactly.  A size with a name counts as more than one
row: no eigenvalue of the identity is simple, and ``a b'`` is singular.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import TypeAlias

from sympy import Matrix

from derive.engine import exact_matrix as exact
from derive.engine.closed_numbers import sign_of
from derive.engine.normal import tidy
from derive.engine.special_values import multiple_of
from derive.language.expression import Node, negative
from derive.language.properties import is_invertible, is_positive_semidefinite, properties
from derive.language.ranks import is_deficient
from derive.rules import domains

Question: TypeAlias = Callable[[Node], bool | None]


def sign_of_determinant(matrix: Node) -> int | None:
    """1, 0 or -1 where the form or the entries of a square matrix say it."""
    if is_deficient(matrix):
        return 0
    numbers = exact.exact_matrix(matrix)
    if numbers is not None:
        value = numbers.det()
        return int(bool(value > 0)) - int(bool(value < 0))
    scale, rows = multiple_of("eye", matrix), matrix.shape[0]
    sign = None if scale is None else sign_of(scale)
    if sign is None or sign >= 0:
        return sign
    return (-1) ** rows if isinstance(rows, int) else None


# --- questions ----------------------------------------------------------------------------


def _of_entries(exactly: Callable[[Matrix], bool], otherwise: Question) -> Question:
    """A question that rational entries answer, and another way where there are letters."""

    def question(matrix: Node) -> bool | None:
        numbers = exact.exact_matrix(matrix)
        return otherwise(matrix) if numbers is None else exactly(numbers)

    return question


def _is_no_multiple_of_identity(matrix: Node) -> bool | None:
    return None if multiple_of("eye", matrix) is None else False


def _has_full_rank(matrix: Node) -> bool | None:
    if is_deficient(matrix):
        return False
    scale = multiple_of("eye", matrix)
    sign = None if scale is None else sign_of(scale)
    if sign is not None:
        return sign != 0
    is_square = matrix.shape[0] == matrix.shape[1]
    return True if is_square and is_invertible(matrix) else None


def _has_distinct_singular_values(matrix: Node) -> bool | None:
    is_isometry = matrix.shape[1] != 1 and "orthonormal" in properties(matrix).names
    is_never = is_isometry or is_deficient(matrix) or multiple_of("eye", matrix) is not None
    return False if is_never else None


def _has_positive_eigenvalue(matrix: Node) -> bool | None:
    is_never = is_deficient(matrix) or is_positive_semidefinite(tidy(negative(matrix)))
    return False if is_never else None


def _is_attained_once(which: int) -> Question:
    """Whether one entry alone is the largest (1) or the smallest (-1)."""

    def question(array: Node) -> bool | None:
        if multiple_of("ones", array) is not None:
            return False
        is_modulus = array.op == "map" and array.data == "abs"
        numbers = exact.exact_matrix(array.args[0] if is_modulus else array)
        if numbers is None:
            return None
        signed = (abs(entry) if is_modulus else entry for entry in numbers)
        entries = sorted((which * entry for entry in signed), reverse=True)
        return bool(entries[0] > entries[1])

    return question


def _are_entries_distinct(array: Node) -> bool | None:
    if multiple_of("ones", array) is not None:
        return False
    numbers = exact.exact_matrix(array)
    return None if numbers is None else all(x != y for x, y in combinations(numbers, 2))


QUESTIONS: dict[str, Question] = {
    domains.DISTINCT_EIGENVALUES: _of_entries(
        lambda A: exact.are_eigenvalues_distinct(exact.symmetric_part(A)),
        _is_no_multiple_of_identity,
    ),
    domains.SIMPLE_LARGEST: _of_entries(
        lambda A: exact.is_largest_simple(exact.symmetric_part(A)), _is_no_multiple_of_identity
    ),
    domains.SIMPLE_SMALLEST: _of_entries(
        lambda A: exact.is_largest_simple(-exact.symmetric_part(A)), _is_no_multiple_of_identity
    ),
    domains.DISTINCT_SINGULAR_VALUES: _of_entries(
        lambda A: exact.has_full_rank(A) and exact.are_eigenvalues_distinct(exact.gram(A)),
        _has_distinct_singular_values,
    ),
    domains.SIMPLE_NORM: _of_entries(
        lambda A: any(A) and exact.is_largest_simple(exact.gram(A)), _is_no_multiple_of_identity
    ),
    domains.FULL_RANK: _of_entries(exact.has_full_rank, _has_full_rank),
    domains.DISTINCT_ENTRIES: _are_entries_distinct,
    str(domains.ATTAINED_ONCE["largest"]): _is_attained_once(1),
    str(domains.ATTAINED_ONCE["smallest"]): _is_attained_once(-1),
    str(domains.DEFINITE): _of_entries(
        lambda A: bool(exact.symmetric_part(A).is_positive_definite), _has_positive_eigenvalue
    ),
    str(domains.OFF_THE_CUT): _of_entries(exact.is_off_the_cut, _has_positive_eigenvalue),
    str(domains.OF_CONSTANT_RANK): _of_entries(exact.has_full_rank, _has_full_rank),
}
