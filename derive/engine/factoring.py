"""Cancelling and factoring where powers have large or broken exponents.

To SymPy ``b**(217/100)`` is the 217th power of a generator ``b**(1/100)``: polynomials of that
degree are written out, term by term.  Here such a power is one letter, and a whole power away from
it the letter times that power.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

import sympy
from sympy import Add, Dummy, Expr, Mul, Pow

from derive.engine.ratios import ratio_cancelled, ratio_factored

MOST_ROOT, MOST_POWER = 12, 60  # what SymPy takes in its stride
LONG_SUM = 100  # operations
LONG_NUMBER = 256  # bits of a number under a root
LARGEST_PRIME = 2**15  # up to which SymPy takes primes out of a number under a root
KEPT = 1000  # forms that are asked for again by the next line of a page


@lru_cache(maxsize=KEPT)
def factored(expr: Expr) -> Expr:
    """The factors of an expression, over one denominator, common factors cancelled."""
    return _with_letters(expr, _factored)


@lru_cache(maxsize=KEPT)
def in_factors(expr: Expr) -> Expr:
    """The factors of an expression as it is."""
    return _with_letters(expr, sympy.factor)


@lru_cache(maxsize=KEPT)
def cancelled(expr: Expr) -> Expr:
    """A fraction of expanded sums without common factors."""
    return _with_letters(expr, _cancelled)


@lru_cache(maxsize=KEPT)
def factored_term_by_term(expr: Expr) -> Expr:
    """The factors of a sum; a long one is added up term by term, which opens less at once."""
    if not expr.is_Add or sympy.count_ops(expr) < LONG_SUM:
        return factored(expr)
    return _with_letters(expr, _factored_term_by_term)


def _cancelled(expr: Expr) -> Expr:
    found = ratio_cancelled(expr)
    return sympy.cancel(expr) if found is None else found


def _factored(expr: Expr) -> Expr:
    found = ratio_factored(expr)
    return sympy.factor(sympy.cancel(expr)) if found is None else found


def _factored_term_by_term(expr: Expr) -> Expr:
    found = ratio_factored(expr)
    return sympy.factor(_added_up(expr)) if found is None else found


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


def with_roots_of_primes(expr: Expr) -> Expr:
    """Roots of long whole numbers as those of their primes.

    SymPy writes ``250**(9607/10000)`` with one root, of a number of 9000 digits.
    """
    powers = [p for p in expr.atoms(Pow) if p.exp.is_Rational and _is_long(p.base)]
    return expr.xreplace({power: _of_primes(power) for power in powers}) if powers else expr


def _is_long(number: Expr) -> bool:
    return bool(number.is_Integer and int(number).bit_length() > LONG_NUMBER)


def _of_primes(power: Expr) -> Expr:
    primes = sympy.factorint(int(power.base), limit=LARGEST_PRIME)
    return Mul(*(sympy.Integer(prime) ** (count * power.exp) for prime, count in primes.items()))
