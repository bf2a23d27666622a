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
STARTS = (0.0, 1.5, -1.5, 4.0)


def numeric_roots(gaps: Sequence[Expr], letters: Sequence[Expr]) -> tuple[str, ...] | None:
    """Decimals of letters at which all gaps are 0; None if none were found in their range.

    A positive letter is sought by its logarithm.
    """
    free = [sympy.Dummy(f"u{k}") for k in range(len(letters))]
    inside = [
        sympy.exp(u) if letter.is_positive else u for u, letter in zip(free, letters, strict=True)
    ]
    at = dict(zip(letters, inside, strict=True))
    function = sympy.lambdify(free, [gap.xreplace(at) for gap in gaps], "mpmath")
    values = sympy.lambdify(free, inside, "mpmath")
    with mpmath.workdps(DIGITS):
        for start in product(STARTS, repeat=len(letters)):
            found = _root(function, start)
            if found is not None and all(abs(gap) < SETTLED for gap in function(*found)):
                return tuple(mpmath.nstr(value, SHOWN) for value in values(*found))
    return None


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
