"""Singular systems ``M v = g`` of expressions: which unknowns suffice, and whether g is reached."""

from __future__ import annotations

from collections.abc import Sequence

import sympy
from sympy import Expr

PLACES = 2  # at which a rank is found
DIGITS = 40
NOTHING = 1e-20


def identified(matrix: sympy.Matrix, right: Sequence[Expr]) -> list[int] | None:
    """The places of unknowns that a symmetric matrix tells apart, as many as its rank.

    None where ``M v = right`` has no solution, by numbers at a few places.
    """
    names = sorted(matrix.free_symbols | sympy.Matrix(list(right)).free_symbols, key=str)
    best: list[int] = []
    is_reached = True
    for k in range(PLACES):
        at = {s: sympy.Rational(3 + 5 * j + 2 * k, 13 + 3 * j + k) for j, s in enumerate(names)}
        there = matrix.xreplace(at).evalf(DIGITS)
        side = sympy.Matrix(list(right)).xreplace(at).evalf(DIGITS)
        if not all(entry.is_number and entry.is_finite for entry in (*there, *side)):
            return list(range(matrix.rows))
        kept: list[int] = []
        for row in range(matrix.rows):
            if _rank(there[[*kept, row], :]) > len(kept):
                kept.append(row)
        is_reached = is_reached and _rank(there.row_join(side)) == len(kept)
        best = max(best, kept, key=len)
    return best if is_reached else None


def _rank(matrix: sympy.Matrix) -> int:
    return int(matrix.rank(iszerofunc=lambda entry: abs(entry) < NOTHING))
