"""A few equations solved for as many names, one name at a time."""

from __future__ import annotations

from collections.abc import Sequence

import sympy
from sympy import Expr, Symbol

LARGEST = 60  # operations of an equation that is tried


def solved_for(
    equations: Sequence[tuple[Expr, Symbol]], unknowns: Sequence[Symbol]
) -> dict[Symbol, Expr] | None:
    """The unknowns of ``left = right`` with names on the right; None if none was found.

    An equation with one unknown left is solved, the solution inserted, and so on.  A
    solution is accepted where it gives the right side back.
    """
    found: dict[Symbol, Expr] = {}
    left = list(equations)
    while len(found) < len(unknowns):
        open_names = [u for u in unknowns if u not in found]
        progress = False
        for equation in left:
            inserted = equation[0].xreplace(found)
            names = [u for u in open_names if inserted.has(u)]
            if len(names) != 1 or sympy.count_ops(inserted) > LARGEST:
                continue
            solution = _solution(inserted, equation[1], names[0])
            if solution is None:
                continue
            found[names[0]] = solution
            left.remove(equation)
            progress = True
            break
        if not progress:
            return None
    return found


def _solution(left: Expr, right: Symbol, unknown: Symbol) -> Expr | None:
    """The unknown from one equation, with the sign that it has."""
    bare = sympy.Dummy("u")
    joined = sympy.logcombine(left, force=True)
    for form in dict.fromkeys((left, joined)):
        try:
            candidates = sympy.solve(form.xreplace({unknown: bare}) - right, bare)
        except (NotImplementedError, ValueError, TypeError):
            continue
        for candidate in candidates:
            if candidate.has(sympy.I) or not _gives_back(left, right, unknown, candidate):
                continue
            return sympy.expand_log(candidate)
    return None


def _gives_back(left: Expr, right: Symbol, unknown: Symbol, candidate: Expr) -> bool:
    """Whether a value of the unknown comes back from the right side that it makes."""
    values = {s: _sample(s, k) for k, s in enumerate(sorted(left.free_symbols, key=str))}
    made = left.xreplace(values)
    back = candidate.xreplace({**{s: v for s, v in values.items() if s != unknown}, right: made})
    gap = sympy.N(back - values[unknown], 30)
    return bool(gap.is_number and abs(gap) < sympy.Float("1e-20"))


def _sample(name: Symbol, k: int) -> Expr:
    return sympy.Rational(2 * k + 3, 4 * k + 7)
