"""The logarithm of a positive product, opened into logarithms of positive numbers.

A base of known sign is written with the positive one; a single odd power of unknown sign takes
the sign that is left; other bases have their absolute values.
"""

from __future__ import annotations

import sympy
from sympy import Expr

from derive.engine.expansions import opened
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.language.properties import is_negative, is_positive


def log_terms(product: Expr, algebra: ScalarAlgebra) -> list[Expr]:
    """Terms whose sum is the logarithm of a product that is positive as a whole.

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> from derive.language.facts import close_facts
    >>> q = symbol("q", (1, 1), close_facts(("probability",), "q", (1, 1)))
    >>> algebra = ScalarAlgebra((q,))
    >>> log_terms((algebra.expr(q) - 1) ** 2, algebra)
    [2*log(1 - q)]
    """
    powers = [_parts(factor) for factor in sympy.Mul.make_args(product)]
    signs = [_sign(base, algebra) for base, _ in powers]
    odd = [exponent.is_odd is True for _, exponent in powers]
    left = sympy.prod(s for s, is_odd in zip(signs, odd, strict=True) if is_odd and s)
    is_single = sum(is_odd and not s for s, is_odd in zip(signs, odd, strict=True)) == 1
    terms = []
    for (base, exponent), known, is_odd in zip(powers, signs, odd, strict=True):
        sign = known or (left if is_single and is_odd else 0)
        if not exponent.is_integer:  # such a power is real for a positive base alone
            sign = 1
        terms.append(exponent * (_log(sign * base) if sign else sympy.log(sympy.Abs(base))))
    return terms


def _parts(factor: Expr) -> tuple[Expr, Expr]:
    """Base and exponent; an exponential is a power of e, a number is not taken apart."""
    if isinstance(factor, sympy.exp):
        return sympy.E, factor.args[0]
    return (factor, sympy.Integer(1)) if factor.is_number else factor.as_base_exp()


def _sign(base: Expr, algebra: ScalarAlgebra) -> int:
    """1 or -1 of a base of known sign, else 0."""
    if base.is_positive or base.is_negative:
        return 1 if base.is_positive else -1
    if isinstance(base, sympy.log):
        return _sign(base.args[0] - 1, algebra)
    node = algebra.node(base)
    return 1 if is_positive(node) else -1 if is_negative(node) else 0


def _log(base: Expr) -> Expr:
    """The logarithm of a positive base, that of a product in parts."""
    if base == sympy.E:
        return sympy.Integer(1)
    return sympy.log(base) if base.is_Symbol or base.is_Add else opened(sympy.log(base))
