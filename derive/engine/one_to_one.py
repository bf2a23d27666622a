"""Maps of parameters inverted: an expression in one unknown, layer by layer, and several at once.

A layer is a sum, a product, a power, an exponential, a logarithm or a sigmoid, each one to one
where it is defined; what it asks of the value (``log y`` wants ``y > 0``) is kept.  An even power
of an unknown whose sign is not known is not one to one and says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sympy
from sympy import Expr, Symbol

from derive.engine.factoring import cancelled, in_factors
from derive.language.sympy_scalars import sigmoid

MOST_LAYERS = 20
PLACES = 3  # at which the rank of a map is found
DIGITS = 40
RANK_DIGITS = 1e-20


class TwoToOneError(Exception):
    """A map takes an unknown and its opposite to one value."""


@dataclass(frozen=True)
class Inverse:
    """What an unknown is, and what must hold for it.

    Attributes
    ----------
    value : Expr
    positive, nonzero : tuple of Expr
        What must be positive, or not zero.
    """

    value: Expr
    positive: tuple[Expr, ...] = ()
    nonzero: tuple[Expr, ...] = ()


def inverse_of(expr: Expr, unknown: Symbol, value: Expr) -> Inverse | None:
    """The unknown from ``expr = value``; None where no form of it holds the unknown once.

    Raises
    ------
    TwoToOneError
        The unknown and its opposite have one value.
    """
    for form in _forms(expr, unknown):
        found = _peeled(form, unknown, value)
        if found is not None:
            return found
    return None


def _forms(expr: Expr, unknown: Symbol) -> list[Expr]:
    """Forms of an expression in which the unknown may stand once."""
    exponentials = {part for part in expr.atoms(sympy.exp) if unknown in part.free_symbols}
    letters = {part: sympy.Dummy(positive=True) for part in exponentials if part.args[0] == unknown}
    letters |= {
        sympy.exp(-unknown): 1 / letter for part, letter in letters.items()
    }  # exp(-t) beside exp(t)
    back = {v: k for k, v in letters.items() if v.is_Symbol}
    lettered = expr.xreplace(letters)
    names = [name for name in (unknown, *back) if name in lettered.free_symbols]
    forms = [expr, sympy.factor_terms(expr), sympy.expand(expr), cancelled(expr)]
    if len(names) == 1 and lettered.is_rational_function(names[0]):
        forms.append(sympy.apart(sympy.together(lettered), names[0]).xreplace(back))
    return forms


def _peeled(expr: Expr, unknown: Symbol, value: Expr) -> Inverse | None:
    """The layers of an expression taken off one by one, its value following."""
    positive: list[Expr] = []
    nonzero: list[Expr] = []
    for _ in range(MOST_LAYERS):
        if expr == unknown:
            return Inverse(
                value,
                tuple(part for part in positive if not part.is_positive),
                tuple(part for part in nonzero if not part.is_nonzero),
            )
        if expr.is_Add or expr.is_Mul:
            is_sum = bool(expr.is_Add)
            fixed, rest = expr.as_independent(unknown, as_Add=is_sum)
            if fixed == (0 if is_sum else 1):
                return None
            value = sympy.expand(value - fixed) if is_sum else _divided(value, fixed)
            expr = rest
            if not is_sum:
                nonzero.append(fixed)
        elif isinstance(expr, sympy.exp):
            positive.append(value)
            expr, value = expr.args[0], sympy.log(in_factors(sympy.together(value)))
        elif expr.is_Pow and expr.base.is_positive and unknown not in expr.base.free_symbols:
            positive.append(value)
            expr, value = expr.exp, sympy.log(in_factors(value)) / sympy.log(expr.base)
        elif isinstance(expr, sympy.log):
            expr, value = expr.args[0], sympy.exp(value)
        elif isinstance(expr, sigmoid):
            positive += [value, 1 - value]
            expr, value = expr.args[0], sympy.log(value / (1 - value))
        elif expr.is_Pow and expr.exp.is_Rational:
            rate, expr = expr.exp, expr.base
            if not _is_one_to_one(rate, expr, value):
                return None
            (nonzero if rate == -1 else positive).append(value)
            value = value ** (1 / rate)
        else:
            return None
    return None


def _divided(value: Expr, divisor: Expr) -> Expr:
    if divisor == -1 and isinstance(value, sympy.log):
        return sympy.log(1 / value.args[0])
    return cancelled(value / divisor)


def _is_one_to_one(rate: Expr, base: Expr, value: Expr) -> bool:
    """Whether ``base^rate = value`` gives the base as ``value^(1/rate)``.

    Raises
    ------
    TwoToOneError
        An even power of a base that may have either sign.
    """
    if rate == -1 or rate.q != 1 or base.is_positive:
        return True
    if rate.p % 2:
        return bool(value.is_positive)
    if base.is_negative:
        return False
    raise TwoToOneError(str(base))


def rank_and_free(
    maps: Sequence[Expr], unknowns: Sequence[Symbol]
) -> tuple[int, tuple[Symbol, ...]] | None:
    """The rank of several maps in their unknowns, and the unknowns that they do not tell apart.

    Found by numbers at a few places, None where the maps have no values there.
    """
    slopes = sympy.Matrix([[sympy.diff(m, u) for u in unknowns] for m in maps])
    names = sorted(slopes.free_symbols, key=str)
    best = -1
    loose: tuple[Symbol, ...] = ()
    for k in range(PLACES):
        at = {s: sympy.Rational(3 + 7 * j + 2 * k, 11 + 3 * j + k) for j, s in enumerate(names)}
        there = slopes.xreplace(at).evalf(DIGITS)
        if not all(entry.is_number and entry.is_finite for entry in there):
            return None
        rank = _rank(there)
        if rank > best:
            kept = [j for j in range(len(unknowns)) if _rank(_without(there, j)) == rank]
            best, loose = rank, tuple(unknowns[j] for j in kept)
    return best, loose


def _without(matrix: sympy.Matrix, column: int) -> sympy.Matrix:
    return matrix[:, [j for j in range(matrix.cols) if j != column]]


def _rank(matrix: sympy.Matrix) -> int:
    if not matrix.rows or not matrix.cols:
        return 0
    return int(matrix.rank(iszerofunc=lambda entry: abs(entry) < RANK_DIGITS))


def solved_together(
    maps: Mapping[Symbol, Expr], unknowns: Sequence[Symbol]
) -> dict[Symbol, Inverse] | None:
    """Unknowns from ``value = map(unknowns)``, one after another; each in the values alone.

    Parameters
    ----------
    maps : mapping of letter to Expr
        As many as there are unknowns.

    Raises
    ------
    TwoToOneError
        An unknown stands in one map alone, which takes it and its opposite to one value.
    """
    if not maps:
        return {}
    for letter, expr in maps.items():
        for unknown in unknowns:
            if unknown not in expr.free_symbols:
                continue
            try:
                found = inverse_of(expr, unknown, letter)
            except TwoToOneError:
                if len(expr.free_symbols & set(unknowns)) == 1:
                    raise
                continue
            if found is None:
                continue
            rest = {
                other: cancelled(form.xreplace({unknown: found.value}))
                for other, form in maps.items()
                if other is not letter
            }
            later = solved_together(rest, [u for u in unknowns if u is not unknown])
            if later is None:
                continue
            put = {u: inverse.value for u, inverse in later.items()}
            return {**later, unknown: _at(found, put)}
    return None


def _at(found: Inverse, put: Mapping[Symbol, Expr]) -> Inverse:
    """An inverse with the other unknowns in the values, and what is plain left out."""

    def there(part: Expr) -> Expr:
        return in_factors(part.xreplace(put)) if put else part

    return Inverse(
        cancelled(found.value.xreplace(put)) if put else found.value,
        tuple(p for p in map(there, found.positive) if not p.is_positive),
        tuple(p for p in map(there, found.nonzero) if not p.is_nonzero),
    )
