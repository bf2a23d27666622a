"""Letters of a law from equations without closed solution: Newton's method, several starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import mpmath
import sympy
from sympy import Expr

DIGITS = 30
SHOWN = 12
SETTLED = 1e-20
MORE_DIGITS = 100
FARTHEST = 40.0  # where a letter, or its logarithm, is sought
STARTS = (0.0, 1.5, -1.5, 4.0)


def numeric_roots(
    gaps: Sequence[Expr], letters: Sequence[Expr], shares: Sequence[Expr] = ()
) -> tuple[str, ...] | None:
    """Decimals of letters at which all gaps are 0; None if none were found in their range.

    A positive letter is sought by its logarithm, one of `shares`, between 0 and 1, by its odds.
    """
    free = [sympy.Dummy(f"u{k}") for k in range(len(letters))]
    inside = [
        1 / (1 + sympy.exp(-u)) if letter in shares else sympy.exp(u) if letter.is_positive else u
        for u, letter in zip(free, letters, strict=True)
    ]
    at = dict(zip(letters, inside, strict=True))
    placed = [gap.xreplace(at) for gap in gaps]
    function, again = _evaluated(placed, free, DIGITS), _evaluated(placed, free, MORE_DIGITS)
    values = _evaluated(inside, free, DIGITS)
    with mpmath.workdps(DIGITS):
        for start in product(STARTS, repeat=len(letters)):
            found = _root(function, start)
            if found is not None and _is_settled(again, found):
                return tuple(mpmath.nstr(value, SHOWN) for value in values(*found))
    return None


def _evaluated(
    expressions: Sequence[Expr], free: Sequence[Expr], digits: int
) -> Callable[..., list[mpmath.mpf]]:
    """Real values of expressions at numbers for their letters."""

    def values(*numbers: mpmath.mpf) -> list[mpmath.mpf]:
        at = {u: sympy.Float(n, digits) for u, n in zip(free, numbers, strict=True)}
        found = [expression.evalf(digits, subs=at) for expression in expressions]
        if not all(value.is_Float or value.is_Integer for value in found):
            raise ValueError("a value is not real")
        return [mpmath.mpf(str(value)) for value in found]

    return values


def _root(
    function: Callable[..., list[mpmath.mpf]], start: tuple[float, ...]
) -> list[mpmath.mpf] | None:
    """Where Newton's method settles, if it does."""
    single = len(start) == 1
    try:
        target = (lambda u: function(u)[0]) if single else function
        found = mpmath.findroot(target, start[0] if single else start)
    except (ValueError, ZeroDivisionError, TypeError, OverflowError):
        return None
    values = [found] if single else list(found)
    return values if all(isinstance(v, mpmath.mpf) and mpmath.isfinite(v) for v in values) else None


def _is_settled(function: Callable[..., list[mpmath.mpf]], found: list[mpmath.mpf]) -> bool:
    """Whether all gaps are nothing there, with more digits, and no place is too far out."""
    if max(abs(place) for place in found) > FARTHEST:
        return False
    try:
        return all(abs(gap) < SETTLED for gap in function(*found))
    except ValueError:
        return False
