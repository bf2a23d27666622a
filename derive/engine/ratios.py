"""Long rational expressions as ratios of two polynomials, evaluated with FLINT.

SymPy opens numerator and denominator term by term before it looks for what they share.  Here
sums and products are those of ratios in lowest terms, and nothing is opened as an expression.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from typing import Any

import flint
import sympy
from sympy import Add, Expr, Integer, Mul
from sympy.core.exprtools import decompose_power
from sympy.core.mul import _keep_coeff
from sympy.polys.polyutils import _sort_gens

MOST_POWER = 60  # of a whole power of a sum


@dataclass(frozen=True)
class Ratio:
    """Two polynomials without common factor, the leading coefficient below positive."""

    above: Any
    below: Any

    @classmethod
    def reduced(cls, above: Any, below: Any) -> Ratio:
        """The ratio in lowest terms."""
        shared = above.gcd(below)
        above, below = above / shared, below / shared
        return cls(-above, -below) if below.leading_coefficient() < 0 else cls(above, below)

    def __add__(self, other: Ratio) -> Ratio:
        if self.below == other.below:
            return Ratio.reduced(self.above + other.above, self.below)
        shared = self.below.gcd(other.below)
        rest, left = other.below / shared, self.below / shared
        return Ratio.reduced(self.above * rest + other.above * left, self.below * rest)

    def __mul__(self, other: Ratio) -> Ratio:
        one = Ratio.reduced(self.above, other.below)
        two = Ratio.reduced(other.above, self.below)
        return Ratio(one.above * two.above, one.below * two.below)

    def __pow__(self, count: int) -> Ratio:
        if count >= 0:
            return Ratio(self.above**count, self.below**count)
        return Ratio.reduced(self.below**-count, self.above**-count)


def ratio_cancelled(expr: Expr) -> Expr | None:
    """What ``sympy.cancel`` finds, or None where something is not plainly rational."""
    found = _read(expr, is_inverse_kept=True)
    if found is None:
        return None
    ratio, letters = found
    return _sum(ratio.above, letters) / _sum(ratio.below, letters)


def ratio_factored(expr: Expr) -> Expr | None:
    """What ``sympy.factor(sympy.cancel(expr))`` finds, or None as for ``ratio_cancelled``."""
    found = _read(expr)
    if found is None:
        return None
    ratio, letters = found
    if ratio.above == 0:
        return Integer(0)
    above, factors = ratio.above.factor()
    below, divisors = ratio.below.factor()
    sign = 1
    parts = []
    for powers, way in ((factors, 1), (divisors, -1)):
        for factor, count in powers:
            if factor.leading_coefficient() < 0:
                factor, sign = -factor, sign * (-1) ** int(count)
            parts.append(_sum(factor, letters) ** (way * int(count)))
    number = sign * sympy.Rational(int(above), int(below))
    whole: Expr = _keep_coeff(number, Mul(*parts))
    return whole


def _read(expr: Expr, is_inverse_kept: bool = False) -> tuple[Ratio, Sequence[Expr]] | None:
    """The ratio, and what its letters stand for; ``exp(-x)`` may be one that is kept."""
    expr = sympy.factor_terms(sympy.signsimp(expr), radical=True)
    opened: dict[Expr, Expr] = {}
    powers = {power: _letter(power) for power in _atoms(expr, opened)}
    letters = {letter for letter, _ in powers.values() if letter is not None}
    if not letters or (None, 0) in powers.values() or _are_related(letters):
        return None
    if is_inverse_kept and any(count < 0 for _, count in powers.values()):
        return None
    names = _sort_gens(letters)
    context = flint.fmpz_mpoly_ctx.get([f"x{k}" for k in range(len(names))], "lex")
    one = context.constant(1)
    letter_of = {name: Ratio(x, one) for name, x in zip(names, context.gens(), strict=True)}
    known = {power: letter_of[letter] ** count for power, (letter, count) in powers.items()}
    try:
        return _value(expr, opened, known, one), names
    except ZeroDivisionError:
        return None


def _atoms(expr: Expr, opened: dict[Expr, Expr]) -> Iterator[Expr]:
    """What is neither number nor sum nor product nor whole power."""
    if expr.is_Rational:
        return
    if expr.is_Add or expr.is_Mul:
        for arg in expr.args:
            yield from _atoms(arg, opened)
    elif expr.is_Pow and expr.exp.is_Integer:
        if abs(expr.exp) > MOST_POWER:
            yield expr
        else:
            yield from _atoms(expr.base, opened)
    elif expr not in opened:
        opened[expr] = form = expr.expand()
        if form != expr:
            yield from _atoms(form, opened)
        else:
            yield expr


def _letter(expr: Expr) -> tuple[Any, int]:
    """A letter and its power; none for a root or a power, which may be that of another."""
    if not expr.is_commutative or expr.has(sympy.Piecewise):
        return None, 0
    if isinstance(expr, sympy.exp):
        letter, count = decompose_power(expr)
        return letter, int(count)
    is_plain = expr.is_Symbol or expr.is_Function or (expr.is_NumberSymbol and expr.is_real)
    return (expr, 1) if is_plain else (None, 0)


def _are_related(letters: Iterable[Expr]) -> bool:
    """Whether two exponentials have exponents with a number as ratio."""
    exponents = [x.exp for x in letters if isinstance(x, sympy.exp)]
    return any((one / two).is_number for one, two in combinations(exponents, 2))


def _value(expr: Expr, opened: Mapping[Expr, Expr], known: dict[Expr, Ratio], one: Any) -> Ratio:
    """The ratio of an expression, each part of it read once."""
    if expr in known:
        return known[expr]
    if expr.is_Rational:
        found = Ratio(one * int(expr.p), one * int(expr.q))
    elif expr.is_Add or expr.is_Mul:
        parts = [_value(arg, opened, known, one) for arg in expr.args]
        found = reduce(Ratio.__add__ if expr.is_Add else Ratio.__mul__, parts)
    elif expr.is_Pow and expr.exp.is_Integer:
        found = _value(expr.base, opened, known, one) ** int(expr.exp)
    else:
        found = _value(opened[expr], opened, known, one)
    known[expr] = found
    return found


def _sum(polynomial: Any, letters: Sequence[Expr]) -> Expr:
    """A polynomial as an expression."""
    return Add(
        *(
            Mul(Integer(int(number)), *(x ** int(k) for x, k in zip(letters, powers, strict=True)))
            for powers, number in polynomial.terms()
        )
    )
