"""Cancelling and factoring where powers have large or broken exponents.

To SymPy ``b**(217/100)`` is the 217th power of a generator ``b**(1/100)``: polynomials of that
degree are written out, term by term.  Here such a power is one letter, and a whole power away from
it the letter times that power.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

import sympy
from sympy import Add, Dummy, Expr, Pow

MOST_ROOT, MOST_POWER = 12, 60  # what SymPy takes in its stride
LONG_SUM = 100  # operations
KEPT = 1000  # forms that are asked for again by the next line of a page


@lru_cache(maxsize=KEPT)
def factored(expr: Expr) -> Expr:
    """The factors of an expression, over one denominator, common factors cancelled."""
    return _with_letters(expr, lambda e: sympy.factor(sympy.cancel(e)))


@lru_cache(maxsize=KEPT)
def in_factors(expr: Expr) -> Expr:
    """The factors of an expression as it is."""
    return _with_letters(expr, sympy.factor)


@lru_cache(maxsize=KEPT)
def cancelled(expr: Expr) -> Expr:
    """A fraction of expanded sums without common factors."""
    return _with_letters(expr, sympy.cancel)


@lru_cache(maxsize=KEPT)
def factored_term_by_term(expr: Expr) -> Expr:
    """The factors of a sum; a long one is added up term by term, which opens less at once."""
    if not expr.is_Add or sympy.count_ops(expr) < LONG_SUM:
        return factored(expr)
    return _with_letters(expr, lambda e: sympy.factor(_added_up(e)))


def _added_up(expr: Expr) -> Expr:
    whole: Expr = sympy.Integer(0)
    for term in Add.make_args(expr):
        whole = sympy.cancel(whole + sympy.cancel(term))
    return whole


def _with_letters(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    powers = [p for p in expr.atoms(Pow, sympy.exp) if _is_large(p)]
    if not powers:
        return change(expr)
    letters, values = _letters(sorted(powers, key=sympy.default_sort_key))
    return change(expr.xreplace(letters)).xreplace(values)


def _is_large(power: Expr) -> bool:
    numbers = [t.as_coeff_Mul()[0] for t in Add.make_args(power.as_base_exp()[1])]
    return any(n.is_Rational and (n.q > MOST_ROOT or abs(n.p) > MOST_POWER) for n in numbers)


def _letters(powers: Iterable[Expr]) -> tuple[dict[Expr, Expr], dict[Expr, Expr]]:
    """A letter for each power, those of one base that are whole powers apart by one letter."""
    found: dict[tuple[Expr, Expr], list[tuple[Expr, Expr]]] = {}
    letters: dict[Expr, Expr] = {}
    values: dict[Expr, Expr] = {}
    for power in powers:
        base, exponent = power.as_base_exp()
        number, rest = exponent.as_coeff_Mul()
        if rest.could_extract_minus_sign():
            number, rest = -number, -rest
        sign, size = (1, number) if number > 0 else (-1, -number)
        known = found.setdefault((base, rest), [])
        near = [(s, letter) for s, letter in known if _are_whole_apart(size, s)]
        if not near:
            near = [(size, Dummy("power", positive=power.is_positive))]
            known += near
            values[near[0][1]] = base ** (size * rest)
        start, letter = near[0]
        letters[power] = (letter * base ** ((size - start) * rest)) ** sign
    return letters, values


def _are_whole_apart(one: Expr, other: Expr) -> bool:
    return bool((one - other).is_Integer and abs(one - other) <= MOST_POWER)
