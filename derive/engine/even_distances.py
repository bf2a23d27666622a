"""What is written with ``relu(d)`` and ``relu(-d)`` and is even in d, as a function of ``|d|``.

Both hinges are known on either side of ``d = 0``: there they are ``|d|`` and 0.  A value that
is one function of ``|d|`` on both sides is that function; any other is left as it is.
"""

from __future__ import annotations

import sympy
from sympy import Expr

from derive.language.sympy_scalars import relu


def in_distance(expr: Expr) -> Expr:
    """The expression by ``|d|`` if its hinges are those of one d and it is even in d.

    Examples
    --------
    >>> m, c = sympy.symbols("m c", real=True)
    >>> in_distance(relu(m - c) + relu(c - m))
    Abs(c - m)
    """
    hinges = sorted(expr.atoms(relu), key=str)
    if not hinges:
        return expr
    difference = sympy.expand(hinges[0].args[0])
    names = sorted(difference.free_symbols, key=str)
    if not all(sympy.expand(h.args[0] ** 2 - difference**2) == 0 for h in hinges):
        return expr
    letter = next((s for s in names if difference.coeff(s) in (1, -1)), None)
    if letter is None:
        return expr
    size = sympy.Dummy("size", positive=True)
    sides = [_on_side(expr, hinges, difference, letter, sign * size) for sign in (1, -1)]
    if sides[0].has(letter, relu) or sympy.expand(sides[0] - sides[1]) != 0:
        return expr
    found = sides[0].replace(
        lambda e: e.is_Pow and e.base == size and e.exp.is_Integer and e.exp % 2 == 0,
        lambda e: difference**e.exp,
    )
    return found.xreplace({size: sympy.Abs(difference)})


def _on_side(expr: Expr, hinges: list[Expr], difference: Expr, letter: Expr, gap: Expr) -> Expr:
    """The expression where d is `gap`, a size or its negative."""
    known = {}
    for hinge in hinges:
        inside = gap if sympy.expand(hinge.args[0] - difference) == 0 else -gap
        known[hinge] = inside if inside.is_positive else sympy.Integer(0)
    moved = letter + (gap - difference) / difference.coeff(letter)
    return sympy.expand(expr.xreplace(known).xreplace({letter: sympy.expand(moved)}))
