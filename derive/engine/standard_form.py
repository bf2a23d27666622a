"""Laws read as kernels: the change to the value of a kernel, and its natural parameters.

``standard_form`` substitutes the declared change ``x = T(y)`` into the log density, opens it
and reads off the natural parameters; what does not fit is refused by name.  ``rewritten``
does the same to any function of x.  Letters stand for ``1 - y`` on (0, 1) and
``1 + y`` on the half line.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy
from sympy import Add, Expr, Integer, Mul, Pow, Symbol

from derive.engine.expansions import opened
from derive.engine.factoring import cancelled, factored_term_by_term, in_factors
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.errors import NoRuleError
from derive.language.expression import Node, symbol
from derive.language.law import Law, Piece
from derive.rules.families import KERNEL_BY_NAME, Kernel

ZERO, ONE = Integer(0), Integer(1)
OF_ANGLE = (sympy.cos, sympy.sin)
OF_SIGN = (sympy.Abs, sympy.sign, sympy.Heaviside)


@dataclass(frozen=True)
class Branch:
    """A part of a law: ``h(y) exp(sum_j eta_j f_j(y)) * exp(constant)`` with ``x = change``.

    ``constant`` is what the declared log density has where a law that is this branch alone
    has ``-log Z(eta)``; ``weight`` is the probability of the branch.
    """

    kernel: Kernel
    change: Expr
    natural: tuple[Expr, ...]
    given: tuple[Expr, ...]
    constant: Expr
    weight: Expr

    @property
    def is_direct(self) -> bool:
        """Whether x itself is the value of the kernel."""
        return bool(self.change == self.kernel.value)

    def at(self, expr: Expr, shifts: tuple[Expr, ...] = ()) -> Expr:
        """An expression in the natural parameters, at those of the law (plus `shifts`)."""
        moved = shifts or (ZERO,) * len(self.natural)
        values = [eta + s for eta, s in zip(self.natural, moved, strict=True)]
        names = (*self.kernel.natural, *self.kernel.given)
        return expr.xreplace(dict(zip(names, (*values, *self.given), strict=True)))


@dataclass(frozen=True)
class StandardForm:
    """A law as one branch, or as several that stand side by side."""

    law: Law
    variable: Symbol
    log_density: Expr
    branches: tuple[Branch, ...]
    others: tuple[Branch, ...] = ()

    @property
    def readings(self) -> tuple[tuple[Branch, ...], ...]:
        """The ways in which a function can be read."""
        return (self.branches, self.others) if self.others else (self.branches,)


def standard_form(law: Law, variable: Node, algebra: ScalarAlgebra) -> StandardForm:
    """Match the log density of `law` to the kernels of its standard form.

    Raises
    ------
    NoRuleError
        A term of the log density is no feature of a kernel; the message names it.
    """
    x = algebra.expr(variable)
    log_density = algebra.expr(law.log_density(variable))
    readings = (
        tuple(_branch(law, p, x, log_density, algebra, len(pieces) == 1) for p in pieces)
        for pieces in (law.pieces, law.pieces_for_exponentials)
    )
    return StandardForm(law, x, log_density, *readings)


def _branch(
    law: Law, piece: Piece, x: Symbol, log_density: Expr, algebra: ScalarAlgebra, whole: bool
) -> Branch:
    kernel = KERNEL_BY_NAME[piece.kernel]
    y = kernel.value
    stand_in = symbol(x.name + "_standard", facts=kernel.support.facts)
    change = algebra.expr(piece.change(stand_in, *law.values)).xreplace({algebra.expr(stand_in): y})
    given = tuple(algebra.expr(node) for node in piece.given(*law.values))
    density = rewritten(log_density, x, change, kernel)
    if not law.support.is_whole and change != y:
        density += rewritten(sympy.log(sympy.Abs(sympy.diff(change, y))), x, change, kernel)
    base = kernel.log_base.xreplace(dict(zip(kernel.given, given, strict=True)))
    natural, constant = [ZERO] * len(kernel.features), ZERO
    for term in Add.make_args(opened(density - base)):
        if term == 0:
            continue
        coefficient, part = term.as_independent(*kernel.moving, as_Add=False)
        if part == 1:
            constant += coefficient
        elif part in kernel.features:
            natural[kernel.features.index(part)] += coefficient
        else:
            raise NoRuleError(f"{law!r} is not of the kernel {kernel.name!r}: {term} does not fit")
    found = tuple(map(simplest, natural))
    draft = Branch(kernel, change, found, given, constant, ONE)
    weight = ONE if whole else simplest(sympy.exp(opened(constant + draft.at(kernel.log_total))))
    return Branch(kernel, change, found, given, constant, weight)


def simplest(expr: Expr) -> Expr:
    """The shortest of the expression, its expansion and its factored forms."""
    candidates = [expr, opened(expr), factored_term_by_term(expr)]
    real = [found for found in candidates if not found.has(sympy.I)]  # no sign under a logarithm
    return min(real or candidates[:1], key=sympy.count_ops)


# --- functions of x as functions of y -------------------------------------------------


def rewritten(function: Expr, x: Symbol, change: Expr, kernel: Kernel) -> Expr:
    """A function of x as one of y, the arguments of its functions as products where possible."""
    return _settled(function.xreplace({x: change}), kernel)


def _settled(expr: Expr, kernel: Kernel) -> Expr:
    """The same expression with sums under logarithms, powers and signs made products."""
    if not expr.has(kernel.value) or not expr.args:
        return expr
    args = [_settled(arg, kernel) for arg in expr.args]
    if isinstance(expr, sympy.exp):
        return _exponential(args[0], kernel)
    if isinstance(expr, OF_ANGLE):
        return _of_sum(expr.func, sympy.expand(args[0]), kernel)
    if isinstance(expr, (sympy.log, *OF_SIGN)):
        return expr.func(_product(args[0], kernel))
    if isinstance(expr, Pow) and not (expr.exp.is_Integer and expr.exp > 0):
        return Pow(_product(args[0], kernel), args[1])
    return expr.func(*args)


def _of_sum(function: type[Expr], angle: Expr, kernel: Kernel) -> Expr:
    """The sine or cosine of a sum by those of the part that moves and the part that is fixed."""
    fixed, moving = angle.as_independent(*kernel.moving, as_Add=True)
    sine, cosine = sympy.sin, sympy.cos
    if function is sine:
        return sine(moving) * cosine(fixed) + cosine(moving) * sine(fixed)
    return cosine(moving) * cosine(fixed) - sine(moving) * sine(fixed)


def _exponential(exponent: Expr, kernel: Kernel) -> Expr:
    """exp of a sum, with multiples of logarithms as powers."""
    factors = []
    for term in Add.make_args(sympy.expand(exponent)):
        logs = [
            f for f in Mul.make_args(term) if isinstance(f, sympy.log) and f.has(*kernel.moving)
        ]
        if len(logs) == 1:
            factors.append(Pow(logs[0].args[0], term / logs[0]))
        else:
            factors.append(sympy.exp(term))
    return Mul(*factors)


def _product(expr: Expr, kernel: Kernel) -> Expr:
    """A sum as a product of a coefficient, powers of y, and 1 + y or 1 - y, where it is one."""
    whole = _with_letters(expr, kernel)
    if not whole.is_Add:
        return whole
    if whole.has(*kernel.letters):
        above, below = sympy.fraction(sympy.together(whole.xreplace(kernel.letters)))
        return _product(sympy.expand(above), kernel) / _product(sympy.expand(below), kernel)
    whole = sympy.expand(whole)
    terms = Add.make_args(whole)
    if len(terms) > 2:
        whole = in_factors(sympy.together(whole))
        if whole.is_Add:
            return whole
        return Mul(*(_power_of(factor, kernel) for factor in Mul.make_args(whole)))
    if len(terms) < 2:
        return whole
    first, second = terms
    candidates = [_pair(first, second, kernel), _pair(second, first, kernel)]
    read = [c for c in candidates if any(f in kernel.letters for f in Mul.make_args(c))]
    return (read or candidates)[0]


def _power_of(factor: Expr, kernel: Kernel) -> Expr:
    base, exponent = factor.as_base_exp()
    return Pow(_product(base, kernel), exponent) if base.is_Add else factor


def _pair(first: Expr, second: Expr, kernel: Kernel) -> Expr:
    """``first + second`` with `first` taken out."""
    ratio = sympy.powsimp(cancelled(second / first))
    return first * _with_letters(1 + ratio, kernel)


def _with_letters(expr: Expr, kernel: Kernel) -> Expr:
    """``1 - y`` or ``1 + y`` by its letter."""
    if not expr.is_Add:
        return expr
    for letter, meaning in kernel.letters.items():
        for sign in (1, -1):
            if sympy.expand(sign * expr - meaning) == 0:
                return sign * letter
    return expr
