"""One score equation in one unknown: its root, and the slope of the score there.

An equation is cleared of its denominators and read as ``c1 g^e1 + c2 g^e2`` with ``g`` the
unknown, its exponential, or a power of it; with two powers alone it has one root.  At a root
the slope of a quotient N/D is N'/D, and ``c2 g^e2`` is ``-c1 g^e1``: the sign is that of one
product.  What has another form stays an equation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sympy
from sympy import Add, Expr, Integer, Mul, Symbol

from derive.engine.factoring import cancelled, factored, in_factors
from derive.engine.sample_sums import SampleSum


@dataclass(frozen=True)
class Root:
    """The one root of a score equation.

    Attributes
    ----------
    base, exponent : Expr
        The root is ``base^exponent``; `exponent` None stands for ``base`` alone, which keeps a
        quotient under a root in one piece.
    slope : Expr
        The derivative of the score at the root, in the unknown itself.
    is_maximum : bool
        Whether that is negative wherever the root lies in its domain.
    """

    base: Expr
    exponent: Expr | None
    slope: Expr
    is_maximum: bool

    @property
    def value(self) -> Expr:
        """The root as one expression."""
        return self.base if self.exponent is None else self.base**self.exponent


def root_of(score: Expr, unknown: Symbol, letters: Mapping[Expr, Expr]) -> Root | None:
    """The root of ``score = 0``, or None where it is not of two powers.

    Parameters
    ----------
    score : Expr
        Sums over the sample in it must not hold the unknown.
    unknown : Symbol
    letters : mapping of Expr to Symbol
        Sums that are positive, and the letters that stand for them: ``1 - p``.
    """
    sums = {part: _closed(part) for part in score.atoms(SampleSum)}
    if any(unknown in part.free_symbols for part in sums):
        return None
    back = {letter: part for part, letter in sums.items()}
    above, below = sympy.fraction(sympy.together(_expanded(score.xreplace(sums))))
    powers = _powers(_expanded(above), unknown)
    if powers is None or len(powers) != 2:
        return None
    (e1, kind, c1), (e2, _, c2) = powers
    if (e1 - e2).could_extract_minus_sign():
        (e1, c1), (e2, c2) = (e2, c2), (e1, c1)
    gap = cancelled(e1 - e2)
    if gap == 0:
        return None
    ratio = turned(factored(-c2 / c1))
    if kind == "exponential":
        base, exponent = sympy.log(ratio) / gap, None
        slopes = [c1 * sympy.exp(e1 * unknown), -c2 * sympy.exp(e2 * unknown)]
    else:
        base, exponent = ratio, None if gap == 1 else cancelled(1 / gap)
        slopes = [c1 * unknown ** (e1 - 1), -c2 * unknown ** (e2 - 1)]
    signed = [with_letters(sympy.powsimp(cancelled(s * gap / below)), letters) for s in slopes]
    best = min(signed, key=lambda s: (not s.is_negative, sympy.count_ops(s)))
    return Root(base.xreplace(back), exponent, best.xreplace(back), bool(best.is_negative))


def turned(ratio: Expr) -> Expr:
    """A quotient with the signs above and below that write shorter."""
    above, below = sympy.fraction(ratio)
    other = sympy.expand(-above) / sympy.expand(-below)
    return min((ratio, other), key=sympy.count_ops)


def _closed(part: Expr) -> Symbol:
    """A letter with the sign of a sum over the sample."""
    if part.is_positive:
        return sympy.Dummy("S", positive=True)
    return (
        sympy.Dummy("S", nonnegative=True) if part.is_nonnegative else sympy.Dummy("S", real=True)
    )


def _expanded(expr: Expr) -> Expr:
    return sympy.expand(expr, power_exp=True, power_base=True, log=False)


def with_letters(expr: Expr, letters: Mapping[Expr, Expr]) -> Expr:
    """A product with its factors that are positive sums as their letters."""
    signed = {s * found: s * letter for found, letter in letters.items() for s in (1, -1)}
    signed = {sympy.expand(found): letter for found, letter in signed.items()}
    factors = []
    for factor in Mul.make_args(in_factors(expr)):
        base, exponent = factor.as_base_exp()
        factors.append(signed.get(sympy.expand(base), base) ** exponent)
    return Mul(*factors)


def _powers(expr: Expr, unknown: Symbol) -> list[tuple[Expr, str, Expr]] | None:
    """A sum as coefficients before powers of the unknown or before its exponentials."""
    found: dict[tuple[Expr, str], Expr] = {}
    for term in Add.make_args(expr):
        coefficient, part = term.as_independent(unknown, as_Add=False)
        exponent, kind = Integer(0), ""
        for factor in Mul.make_args(part):
            if factor == 1:
                continue
            if isinstance(factor, sympy.exp):
                rate = cancelled(factor.args[0] / unknown)
                here = "exponential"
            else:
                base, rate = factor.as_base_exp()
                here = "power"
                if base != unknown:
                    return None
            if unknown in rate.free_symbols or (kind and here != kind):
                return None
            exponent, kind = exponent + rate, here
        found[exponent, kind] = found.get((exponent, kind), Integer(0)) + coefficient
    kept = {key: c for key, c in found.items() if sympy.expand(c) != 0}
    kinds = {kind for _, kind in kept if kind}
    if len(kinds) != 1:
        return None
    (kind,) = kinds
    return [(exponent, kind, c) for (exponent, _), c in kept.items()]
