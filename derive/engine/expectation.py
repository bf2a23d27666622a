"""Means under a law, by matching its log density to kernels whose totals are known.

``expect`` writes the function to average in the value of each kernel of the law's standard
form and reads each term as a monomial; what it cannot read it refuses, naming the term.  No
mean is listed per law.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import sympy
from sympy import Add, Expr, Pow, Symbol

from derive.engine.convergence import needs_of
from derive.engine.distances import ORIGIN as OF_PARTS
from derive.engine.distances import distance, is_rising, mean_distance
from derive.engine.even_distances import in_distance
from derive.engine.factoring import in_factors
from derive.engine.gammas import one_argument
from derive.engine.harmonic_means import harmonic_mean
from derive.engine.monomials import FEW_TIMES, Monomial, moment, read_monomials
from derive.engine.polynomial_densities import ORIGIN as BY_PARTS
from derive.engine.polynomial_densities import mean_by_parts
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.engine.standard_form import Branch, StandardForm, simplest
from derive.engine.truncated_means import mean_with_kinks
from derive.engine.whole_kinks import ORIGIN as BEYOND
from derive.engine.whole_kinks import beyond_all_kinks
from derive.errors import DivergentMeanError, NoClosedFormError, NoRuleError
from derive.language.law import Law
from derive.language.support import MOST_POINTS
from derive.language.sympy_scalars import normpdf

ZERO = sympy.Integer(0)
TWO_PI = 2 * sympy.pi
VARIANCE = "variance: second derivative of log Z"
OVER_POINTS = "sum over the points of the support"


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
    cases : tuple of Expr
        What must be positive for it to be this; where it is not, the mean is another one.
    """

    value: Expr
    origin: str
    natural: tuple[int, ...] = ()
    requires: tuple[Expr, ...] = ()
    cases: tuple[Expr, ...] = ()


def expect(function: Expr, form: StandardForm, algebra: ScalarAlgebra) -> Mean:
    """The mean of a function of x under the law of `form`.

    Raises
    ------
    NoClosedFormError
        Some term is neither a product of features and shifts nor a sum over finitely
        many points; the message names the mean that is missing.
    DivergentMeanError
        The mean of some term is infinite for all parameters.
    """
    if _is_sooner_counted(function, form):
        over_points = _sum_over_points(function, form)
        return replace(over_points, value=simplest(over_points.value))
    function = function.replace(normpdf, lambda z: sympy.exp(-(z**2) / 2) / sympy.sqrt(TWO_PI))
    try:
        squared = _squared(function, form.variable)
        if squared is not None:
            return _second_moment(*squared, form, algebra)
        return _mean_of_monomials(function, form, algebra)
    except NoRuleError as unread:
        counted = _mean_of_polynomial(function, form, algebra)
        counted = counted or _mean_by_parts(function, form) or _harmonic_mean(function, form)
        counted = counted or _mean_distance(function, form, algebra)
        counted = counted or _mean_with_kinks(function, form)
        counted = counted or _mean_counted(function, form, algebra)
        if counted is not None:
            return counted
        if form.law.support.points is None:
            titles = " and of the ".join(dict.fromkeys(b.kernel.title for b in form.branches))
            raise NoClosedFormError(
                f"no closed form is known for E[{feature_text(function, form)}] "
                f"under {_as_given(form.law, algebra)!r}\n"
                f"  known    : means of powers, logarithms and exponentials that are features "
                f"of the {titles}, and sums over at most {MOST_POINTS} points"
            ) from unread
        return _sum_over_points(function, form)


def _is_sooner_counted(function: Expr, form: StandardForm) -> bool:
    """A high power over two points, or over a few where all are numbers."""
    points, (base, exponent) = form.law.support.points, function.as_base_exp()
    if points is None or base != form.variable or not exponent.is_Integer:
        return False
    is_plain = len(points) <= 2 or form.log_density.free_symbols <= {form.variable}
    return bool(exponent > FEW_TIMES) and is_plain


def _mean_of_polynomial(function: Expr, form: StandardForm, algebra: ScalarAlgebra) -> Mean | None:
    """The mean of a polynomial or a logarithm where all whole numbers up to an end are alike."""
    x, support = form.variable, form.law.support
    is_log = function == sympy.log(x)
    if not support.is_whole or form.log_density.has(x):
        return None
    if not (is_log or function.is_polynomial(x)):
        return None
    if support.lower is None or support.upper is None or support.step != 1:
        return None
    low, high = algebra.expr(support.lower), algebra.expr(support.upper)
    if is_log:
        if low != 1:
            return None
        return Mean(sympy.loggamma(high + 1) / high, "sum of logarithms over their number")
    total = sympy.summation(function, (x, low, high))
    return Mean(in_factors(total / (high - low + 1)), "sum of powers over their number")


def _mean_by_parts(function: Expr, form: StandardForm) -> Mean | None:
    """The mean where the density is a polynomial on every branch, else None."""
    total, requires = ZERO, dict[Expr, None]()
    try:
        for branch in form.branches:
            value, needs = mean_by_parts(function, form.variable, branch)
            total += branch.weight * value
            requires.update(dict.fromkeys(needs))
    except NoRuleError:
        return None
    value = total if total.has(sympy.exp) else simplest(total)
    return Mean(value, BY_PARTS, (), tuple(requires))


def _harmonic_mean(function: Expr, form: StandardForm) -> Mean | None:
    """The mean by a mean value property, else None."""
    try:
        value, origin, requires = harmonic_mean(function, form)
    except NoRuleError:
        return None
    return Mean(value, origin, (), requires)


def _mean_distance(function: Expr, form: StandardForm, algebra: ScalarAlgebra) -> Mean | None:
    """The mean of ``k |x - c| + m (x - c)`` by parts of totals, else None."""
    try:
        factor, along, centre = distance(function, form.variable)
        first = _mean_of_monomials(form.variable, form, algebra)
        total = along * (first.value - centre)
        for branch in form.branches:
            side = 1 if is_rising(branch) else -1
            mean = _mean_over((branch,), form.variable, form, algebra)
            own = mean.value / branch.weight
            part = side * (own - centre) + mean_distance(centre, branch)
            total += factor * branch.weight * part
    except NoRuleError:
        return None
    return Mean(in_distance(total), OF_PARTS, (), first.requires)


def _mean_with_kinks(function: Expr, form: StandardForm) -> Mean | None:
    """The mean of a function with kinks from shares beyond a place, else None."""
    try:
        found = mean_with_kinks(function, form)
    except NoRuleError:
        return None
    return Mean(found.value, found.origin, (), found.requires, found.cases)


def _mean_counted(function: Expr, form: StandardForm, algebra: ScalarAlgebra) -> Mean | None:
    """The mean on whole numbers: that of what the function is beyond its kinks, and a sum."""
    try:
        beyond, correction, needs = beyond_all_kinks(function, form, algebra)
        mean = expect(beyond, form, algebra) if beyond.has(form.variable) else Mean(beyond, "")
    except (NoRuleError, NoClosedFormError):
        return None
    value = simplest(one_argument(mean.value)) + correction
    return Mean(value, BEYOND, (), mean.requires, needs)


def _mean_of_monomials(function: Expr, form: StandardForm, algebra: ScalarAlgebra) -> Mean:
    """The mean by the kernels, in the first reading that serves."""
    *first, last = form.readings
    for branches in first:
        try:
            return _mean_over(branches, function, form, algebra)
        except NoRuleError:
            continue
    return _mean_over(last, function, form, algebra)


def _mean_over(
    branches: tuple[Branch, ...], function: Expr, form: StandardForm, algebra: ScalarAlgebra
) -> Mean:
    """The mean over branches, each with its weight."""
    values: list[Expr] = []
    requires: dict[Expr, None] = {}
    read: list[Monomial] = []
    for branch in branches:
        monomials = read_monomials(function, form.variable, branch)
        read += monomials
        needs = needs_of(monomials, branch)
        if needs.broken is not None:
            raise _divergent(needs.broken, branch, function, form, algebra)
        requires.update(dict.fromkeys(needs.still_open))
        values += [branch.weight * moment(m, branch) for m in monomials]
    value = simplest(one_argument(_with_cosines(Add(*values))))
    return Mean(value, *_origin(tuple(read), form), tuple(requires))


def _with_cosines(expr: Expr) -> Expr:
    """Bessel functions of what squares of sines and cosines add up to."""
    lengths = {part: part.args[1] for part in expr.atoms(sympy.besseli)}
    shorter = {}
    for part, length in lengths.items():
        square = sympy.expand(length**2)
        for sine in square.atoms(sympy.sin):
            square = sympy.expand(square.subs(sine**2, 1 - sympy.cos(sine.args[0]) ** 2))
        if length.is_Pow and sympy.count_ops(square) < sympy.count_ops(length**2):
            shorter[part] = part.func(part.args[0], sympy.sqrt(square))
    return expr.xreplace(shorter)


def _divergent(
    need: Expr, branch: Branch, function: Expr, form: StandardForm, algebra: ScalarAlgebra
) -> DivergentMeanError:
    """That a mean is infinite, and what it would need."""
    law, text = _as_given(form.law, algebra), feature_text(function, form)
    if len(form.branches) > 1 and not function.is_nonnegative:
        reason = f"E[{text}] does not exist under {law!r}: E|{text}| is infinite"
    else:
        reason = f"E[{text}] is infinite under {law!r}"
    return DivergentMeanError(
        f"{reason}\n  because  : the {branch.kernel.title} needs {need} > 0 for it", function
    )


def _origin(monomials: tuple[Monomial, ...], form: StandardForm) -> tuple[str, tuple[int, ...]]:
    """Where the mean comes from, in words, and the natural parameters they name."""
    if len(form.branches) > 1:
        return "mean over the branches, from their log Z", ()
    if any(any(m.shifts) for m in monomials):
        return "ratio of the totals at shifted natural parameters", ()
    if {sum(m.powers) for m in monomials} <= {0, 1}:
        which = tuple(sorted({m.powers.index(1) for m in monomials if any(m.powers)}))
        names = " and ".join(f"{{{k}}}" for k in range(len(which)))
        return f"derivative of log Z in {names}", which
    return "derivatives of log Z", ()


def _squared(function: Expr, x: Symbol) -> tuple[Expr, Expr] | None:
    """u and c, if the function is (u - c)^2 with u the part that holds x."""
    if not (isinstance(function, Pow) and function.exp == 2 and function.base.is_Add):
        return None
    constant, moving = function.base.as_independent(x, as_Add=True)
    if not moving.has(x) or constant == 0:
        return None
    leading = moving.as_coeff_Mul()[0]
    return (-moving, constant) if leading.is_negative else (moving, -constant)


def _second_moment(moving: Expr, centre: Expr, form: StandardForm, algebra: ScalarAlgebra) -> Mean:
    """E(u - c)^2 = Var u + (E u - c)^2, the square kept as a square."""
    try:
        second = _mean_of_monomials(moving**2, form, algebra)
    except DivergentMeanError as error:
        raise DivergentMeanError(str(error), (moving - centre) ** 2) from error
    first = _mean_of_monomials(moving, form, algebra)
    variance = simplest(sympy.expand(one_argument(second.value - first.value**2)))
    apart = sympy.expand(first.value - centre)
    requires = tuple(dict.fromkeys((*first.requires, *second.requires)))
    if apart == 0:
        return Mean(variance, VARIANCE, requires=requires)
    raw = simplest(second.value - 2 * centre * first.value + centre**2)
    if sympy.count_ops(raw) < sympy.count_ops(variance + apart**2):
        return Mean(raw, "E of the square, term by term", requires=requires)
    if apart.is_Add:
        apart = algebra.expr(algebra.closed(algebra.node(apart), "apart"))
    name = str(moving) if moving != form.variable else str(form.variable)
    origin = f"second moment about c: Var {name} + (E {name} − c)²"
    return Mean(variance + apart**2, origin, requires=requires)


def _as_given(law: Law, algebra: ScalarAlgebra) -> Law:
    """The law with what its letters stand for."""
    return law.with_values(*(algebra.node(algebra.expr(value)) for value in law.values))


def _sum_over_points(function: Expr, form: StandardForm) -> Mean:
    """The exact sum of density times function over a finite support.

    ``0^s`` is 0 for positive s, which the mean then asks for.

    Raises
    ------
    NoClosedFormError
        The function is not real at some point.
    """
    x, total, requires = form.variable, ZERO, dict[Expr, None]()
    for point in form.law.support.points or ():
        there = function.subs(x, point)
        if there.has(sympy.I, sympy.nan, sympy.zoo, sympy.oo):
            raise NoClosedFormError(f"{feature_text(function, form)} has no value at {x} = {point}")
        powers = [p for p in there.atoms(Pow) if p.base == 0]
        requires.update(dict.fromkeys(p.exp for p in powers if not p.exp.is_positive))
        there = there.xreplace(dict.fromkeys(powers, ZERO))
        total += sympy.exp(form.log_density.subs(x, point)) * there
    return Mean(total, OVER_POINTS, (), tuple(requires))


def feature_text(function: Expr, form: StandardForm) -> str:
    """A function of x as it is named in a message: ``log x!`` for loggamma(x + 1)."""
    x = form.variable
    if function == sympy.loggamma(x + 1):
        return f"log {x}!"
    return str(function)
