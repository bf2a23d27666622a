"""Terms over one denominator that holds functions, added up where something cancels then.

``Phi(b)/(Phi(b) - Phi(a)) - Phi(a)/(Phi(b) - Phi(a))`` is 1, and ``e^u/(e^u - 1)`` is
``1 + 1/(e^u - 1)``.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy
from sympy import Add, Expr, Mul

from derive.engine.factoring import cancelled, in_factors

MOST_OPERATIONS = 150  # of terms that are taken apart
MOST_TERMS = 150  # of a numerator, of which the quotient is no shorter form


def over_shared_denominators(terms: Sequence[Expr]) -> list[Expr] | None:
    """The terms with numerators over one denominator cancelled, or None where none are.

    Examples
    --------
    >>> u, a = sympy.symbols("u a", positive=True)
    >>> e = sympy.exp(u)
    >>> over_shared_denominators([e / (e - 1), a])
    [a, 1, 1/(exp(u) - 1)]
    """
    groups: dict[Expr, list[Expr]] = {}
    rest: list[Expr] = []
    for piece in Add.make_args(sympy.expand(Add(*terms), deep=False)):
        key = _denominator(piece)
        if key is None:
            rest.append(piece)
        else:
            groups.setdefault(key, []).append(piece)
    if not groups or sympy.count_ops(Add(*terms)) > MOST_OPERATIONS:
        return None
    found = [part for key, pieces in groups.items() for part in _divided(Add(*pieces), key)]
    return [*rest, *found]


def _denominator(piece: Expr) -> Expr | None:
    """The sum of functions that a term is divided by."""
    for factor in Mul.make_args(piece):
        base, exponent = factor.as_base_exp()
        if exponent == -1 and base.is_Add and base.atoms(sympy.Function):
            return base
    return None


def _divided(whole: Expr, below: Expr) -> list[Expr]:
    """The quotient and the remainder of a numerator by what is below, in its leading function."""
    letters = {f: sympy.Dummy() for f in sorted(below.atoms(sympy.Function), key=str)}
    leading = max(letters.values(), key=lambda d: -d.dummy_index)
    back = {letter: function for function, letter in letters.items()}
    divisor = below.xreplace(letters)
    above = cancelled(sympy.together(whole * below).xreplace(letters))
    above, outside = sympy.fraction(above)
    if not (above.is_polynomial(leading) and divisor.is_polynomial(leading)):
        return [whole]
    if outside.has(leading) or len(Add.make_args(above)) > MOST_TERMS:
        return [whole]
    quotient, remainder = sympy.div(above, divisor, leading)
    parts = [cancelled(quotient / outside), in_factors(remainder / outside) / divisor]
    return [part.xreplace(back) for part in parts if part != 0]
