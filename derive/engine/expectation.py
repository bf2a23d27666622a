"""Means under a law, by matching its log density to a kernel whose total is known.

``exponential_form`` substitutes the standard form ``x = T(y)`` into the log density, opens
it and reads off the natural parameters.  ``expect`` then opens the function to average in
the same way and reads each term as powers of features and shifts of the natural
parameters; what it cannot read it refuses, naming the term.  No mean is listed per law.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy
from sympy import Add, Expr, Integer, Mul, Pow, Symbol

from derive.engine.scalar_algebra import ScalarAlgebra, opened
from derive.errors import NoClosedFormError, NoRuleError
from derive.language.expression import Node, symbol
from derive.language.law import Law
from derive.rules.families import KERNEL_BY_NAME, Kernel

ZERO, ONE = Integer(0), Integer(1)


@dataclass(frozen=True)
class ExponentialForm:
    """A law as ``h(y) exp(sum_j eta_j f_j(y)) / Z(eta)`` with ``x = change(y)``.

    ``constant`` is what the declared log density has in the place of ``-log Z(eta)``.
    """

    law: Law
    kernel: Kernel
    variable: Symbol
    log_density: Expr
    change: Expr
    natural: tuple[Expr, ...]
    constant: Expr

    @property
    def is_direct(self) -> bool:
        """Whether x itself is the value of the kernel."""
        return bool(self.change == self.kernel.value)

    def at(self, expr: Expr, shifts: tuple[Expr, ...] = ()) -> Expr:
        """An expression in the natural parameters, at those of the law (plus `shifts`)."""
        moved = shifts or (ZERO,) * len(self.natural)
        values = [eta + s for eta, s in zip(self.natural, moved, strict=True)]
        return expr.xreplace(dict(zip(self.kernel.natural, values, strict=True)))


@dataclass(frozen=True)
class Mean:
    """E[g(x)]: its value and where that comes from.

    Attributes
    ----------
    value : Expr
    origin : str
        In words; ``{0}`` stands for the first natural parameter named in `natural`.
    natural : tuple of int
        Which natural parameters the words speak of.
    requires : tuple of Expr
        What must be positive for the mean to exist.
    """

    value: Expr
    origin: str
    natural: tuple[int, ...] = ()
    requires: tuple[Expr, ...] = ()


@dataclass(frozen=True)
class Monomial:
    """``coefficient * prod_j f_j^powers_j * exp(sum_j shifts_j f_j)``."""

    coefficient: Expr
    powers: tuple[int, ...]
    shifts: tuple[Expr, ...]


def simplest(expr: Expr) -> Expr:
    """The shortest of the expression, its expansion and its factored forms."""
    candidates = [expr, opened(expr), sympy.factor(sympy.cancel(expr))]
    return min(candidates, key=sympy.count_ops)


def exponential_form(law: Law, variable: Node, algebra: ScalarAlgebra) -> ExponentialForm:
    """Match the log density of `law` to the kernel of its standard form.

    Raises
    ------
    NoRuleError
        A term of the log density is no feature of the kernel; the message names it.
    """
    kernel = KERNEL_BY_NAME[law.standard.kernel]
    y = kernel.value
    stand_in = symbol(variable.name + "_standard", facts=kernel.support.facts)
    change = algebra.expr(law.standard.change(stand_in, *law.values)).xreplace(
        {algebra.expr(stand_in): y}
    )
    x = algebra.expr(variable)
    log_density = algebra.expr(law.log_density(variable))
    density = log_density.xreplace({x: change})
    if not law.support.is_whole and change != y:
        density += sympy.log(sympy.Abs(sympy.diff(change, y)))
    natural, constant = [ZERO] * len(kernel.features), ZERO
    for term in Add.make_args(opened(density - kernel.log_base)):
        coefficient, part = term.as_independent(y, as_Add=False)
        if part == 1:
            constant += coefficient
        elif part in kernel.features:
            natural[kernel.features.index(part)] += coefficient
        else:
            raise NoRuleError(f"{law!r} is not of the kernel {kernel.name!r}: {term} does not fit")
    found = tuple(map(simplest, natural))
    return ExponentialForm(law, kernel, x, log_density, change, found, constant)


def expect(function: Expr, form: ExponentialForm, algebra: ScalarAlgebra) -> Mean:
    """The mean of a function of x under the law of `form`.

    Raises
    ------
    NoClosedFormError
        Some term is neither a product of features and shifts nor a sum over finitely
        many points; the message names the mean that is missing.
    """
    centre = _centre_of_square(function, form.variable)
    if centre is not None:
        return _second_moment(centre, form, algebra)
    try:
        monomials = read_monomials(function, form)
    except NoRuleError as unread:
        if form.law.support.points is None:
            raise NoClosedFormError(
                f"no closed form is known for E[{feature_text(function, form)}] "
                f"under {_as_given(form.law, algebra)!r}\n"
                f"  known    : means of powers, logarithms and exponentials that are features "
                f"of the {form.kernel.title}, and finite sums"
            ) from unread
        return Mean(_sum_over_points(function, form), "sum over the points of the support")
    values = [m.coefficient * _moment(m, form) for m in monomials]
    shifted = [m for m in monomials if any(m.shifts)]
    requires = dict.fromkeys(need for m in shifted for need in _needs(m, form, function, algebra))
    return Mean(simplest(Add(*values)), *_origin(monomials), tuple(requires))


def read_monomials(function: Expr, form: ExponentialForm) -> tuple[Monomial, ...]:
    """The function of x as monomials in the features of the kernel.

    Raises
    ------
    NoRuleError
        A factor is no power, shift or coefficient; the message names it.
    """
    y = form.kernel.value
    found = []
    for term in Add.make_args(opened(function.xreplace({form.variable: form.change}))):
        coefficient, part = term.as_independent(y, as_Add=False)
        powers = [0] * len(form.natural)
        shifts = [ZERO] * len(form.natural)
        for factor in Mul.make_args(part):
            _read_factor(factor, form.kernel, powers, shifts)
        found.append(Monomial(coefficient, tuple(powers), tuple(shifts)))
    return tuple(found)


def _read_factor(factor: Expr, kernel: Kernel, powers: list[int], shifts: list[Expr]) -> None:
    """Add one factor to the powers or the shifts of a monomial."""
    y, features = kernel.value, kernel.features
    base, exponent = factor.as_base_exp()
    if factor == 1:
        return
    if base in features and exponent.is_Integer and exponent > 0:
        powers[features.index(base)] += int(exponent)
        return
    if base == y and sympy.log(y) in features and not exponent.has(y):
        shifts[features.index(sympy.log(y))] += exponent
        return
    if isinstance(factor, sympy.exp):
        for term in Add.make_args(opened(factor.args[0])):
            coefficient, part = term.as_independent(y, as_Add=False)
            if part not in features:
                raise NoRuleError(f"{factor} is no feature of the kernel {kernel.name!r}")
            shifts[features.index(part)] += coefficient
        return
    raise NoRuleError(f"{factor} is no feature of the kernel {kernel.name!r}")


def _total_moment(function: Expr, form: ExponentialForm) -> Expr:
    """The mean of a function that is known to be a sum of monomials."""
    return Add(*(m.coefficient * _moment(m, form) for m in read_monomials(function, form)))


def _moment(monomial: Monomial, form: ExponentialForm) -> Expr:
    """The mean of a monomial, from log Z and its derivatives."""
    log_total, natural = form.kernel.log_total, form.kernel.natural
    polynomial: Expr = ONE
    for eta, times in zip(natural, monomial.powers, strict=True):
        for _ in range(times):
            polynomial = sympy.diff(polynomial, eta) + polynomial * sympy.diff(log_total, eta)
    value = form.at(polynomial, monomial.shifts)
    if any(monomial.shifts):
        value *= sympy.exp(opened(form.at(log_total, monomial.shifts) - form.at(log_total)))
    return value


def _as_given(law: Law, algebra: ScalarAlgebra) -> Law:
    """The law with what its letters stand for."""
    return law.with_values(*(algebra.node(algebra.expr(value)) for value in law.values))


def _needs(
    monomial: Monomial, form: ExponentialForm, function: Expr, algebra: ScalarAlgebra
) -> list[Expr]:
    """What must be positive for a shifted total to be finite."""
    open_needs = []
    for bound in form.kernel.domain:
        need = simplest(form.at(bound, monomial.shifts))
        if need.is_nonpositive:
            raise NoClosedFormError(
                f"E[{feature_text(function, form)}] is infinite under "
                f"{_as_given(form.law, algebra)!r}: "
                f"it needs {need} > 0"
            )
        if not need.is_positive:
            open_needs.append(need)
    return open_needs


def _origin(monomials: tuple[Monomial, ...]) -> tuple[str, tuple[int, ...]]:
    """Where the mean comes from, in words, and the natural parameters they name."""
    if any(any(m.shifts) for m in monomials):
        return "ratio of the totals at shifted natural parameters", ()
    if {sum(m.powers) for m in monomials} <= {0, 1}:
        which = tuple(sorted({m.powers.index(1) for m in monomials if any(m.powers)}))
        names = " and ".join(f"{{{k}}}" for k in range(len(which)))
        return f"derivative of log Z in {names}", which
    return "derivatives of log Z", ()


def _centre_of_square(function: Expr, x: Symbol) -> Expr | None:
    """c, if the function is (x - c)^2."""
    if not (isinstance(function, Pow) and function.exp == 2 and function.base.has(x)):
        return None
    centre = sympy.expand(x - function.base)
    return None if centre.has(x) else centre


def _second_moment(centre: Expr, form: ExponentialForm, algebra: ScalarAlgebra) -> Mean:
    """E(x - c)^2 = Var x + (E x - c)^2, the square kept as a square."""
    mean = simplest(_total_moment(form.variable, form))
    variance = simplest(sympy.expand(_total_moment(form.variable**2, form) - mean**2))
    apart = sympy.expand(mean - centre)
    if apart == 0:
        return Mean(variance, "variance: second derivative of log Z")
    if apart.is_Add:
        apart = algebra.expr(algebra.closed(algebra.node(apart), "apart"))
    return Mean(variance + apart**2, "second moment about c: Var x + (E x − c)²")


def _sum_over_points(function: Expr, form: ExponentialForm) -> Expr:
    """The exact sum of density times function over a finite support."""
    x, points = form.variable, form.law.support.points or ()
    return Add(
        *(sympy.exp(form.log_density.subs(x, point)) * function.subs(x, point) for point in points)
    )


def feature_text(function: Expr, form: ExponentialForm) -> str:
    """A function of x as it is named in a message: ``log x!`` for loggamma(x + 1)."""
    x = form.variable
    if function == sympy.loggamma(x + 1):
        return f"log {x}!"
    return str(function)
