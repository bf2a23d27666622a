"""Expressions written out: logarithms, products and powers of sums."""

from __future__ import annotations

import sympy
from sympy import Expr

from derive.engine.factoring import with_roots_of_primes


def opened(expr: Expr) -> Expr:
    """Logarithms, products and powers of sums written out."""
    return with_roots_of_primes(sympy.expand(expr, log=True, power_base=True, power_exp=True))


def opened_around_squares(expr: Expr) -> Expr:
    """Logarithms and products of sums written out, powers of sums and exponentials kept."""
    kept = {part: sympy.Dummy(positive=True) for part in expr.atoms(sympy.exp)}
    opened_form = sympy.expand(
        expr.xreplace(kept),
        log=True,
        mul=True,
        multinomial=False,
        power_base=False,
        power_exp=False,
    )
    back = {letter: part for part, letter in kept.items()}
    return with_roots_of_primes(opened_form.xreplace(back))
