"""The order in which a person writes what SymPy has sorted.

SymPy forgets the author's order of a sum.  Terms are put back like this: terms without a
minus first; among them those that speak of more matrices first (data fit before penalty),
the quadratic before the linear, a bare number last unless it stands beside something that
is no polynomial (``x + 1`` but ``1 + exp(x)``); ties keep SymPy's printing order.  In a
product: number, symbols, then functions; reciprocals last.
"""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Add, Expr, Integer, MatrixSymbol, Mul, Pow, Symbol, preorder_traversal
from sympy.core.sorting import default_sort_key


def ordered_terms(expr: Expr, args: Sequence[Expr]) -> list[Expr]:
    """The terms of a sum in the order of a person."""
    printed = expr.as_ordered_terms() if isinstance(expr, Add) and not expr.is_Matrix else ()
    place = {term: k for k, term in enumerate(printed)}
    number_last = all(_is_polynomial(term) for term in args)

    def key(term: Expr) -> tuple[bool, int, int, int, object]:
        number_rank = 1 if number_last else -(10**6)
        rank = number_rank if term.is_number else -_matrices(term)
        degree = _occurrences(term)
        return _has_minus(term), rank, -degree, place.get(term, 0), default_sort_key(term)

    return sorted(args, key=key)


def ordered_factors(expr: Mul) -> list[Expr]:
    """The factors of a product of scalars in the order of a person."""
    place = {factor: k for k, factor in enumerate(expr.as_ordered_factors())}

    def key(factor: Expr) -> tuple[bool, int, int]:
        kind = 0 if factor.is_number else 1 if _is_symbol(factor) else 2
        return _is_reciprocal(factor), kind, place.get(factor, 0)

    return sorted(expr.args, key=key)


def _has_minus(term: Expr) -> bool:
    if term.is_Matrix and isinstance(term, Mul):
        return any(arg.is_number and bool(arg.is_negative) for arg in term.args)
    return bool(term.as_coeff_Mul()[0].is_negative)


def _matrices(term: Expr) -> int:
    return len(term.atoms(MatrixSymbol))


def _occurrences(term: Expr) -> int:
    """How often matrices stand in a term: ``x'Px`` comes before ``q'x``."""
    return sum(isinstance(part, MatrixSymbol) for part in preorder_traversal(term))


def _is_symbol(factor: Expr) -> bool:
    base = factor.base if isinstance(factor, Pow) else factor
    return isinstance(base, Symbol)


def _is_reciprocal(factor: Expr) -> bool:
    return isinstance(factor, Pow) and bool(factor.exp.as_coeff_Mul()[0].is_negative)


def _is_polynomial(term: Expr) -> bool:
    """Whether this is a product of numbers, symbols and whole powers of symbols."""
    for factor in Mul.make_args(term):
        power = isinstance(factor, Pow) and isinstance(factor.exp, Integer) and factor.exp > 0
        base = factor.base if power else factor
        if not (base.is_number or isinstance(base, Symbol)):
            return False
    return True
