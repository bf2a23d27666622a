"""Laplace's approximation: a density about its mode as a normal law, and what it integrates to."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from derive.asking import elaborate, symbols_of
from derive.calculus.gradient import gradient
from derive.calculus.hessian import hessian
from derive.calculus.scalars import require_scalar
from derive.calculus.stationary_point import StationaryPoint, stationary_point
from derive.check.small_noise import NormalPeak
from derive.engine.naming import substituted
from derive.engine.normal import tidy
from derive.errors import ArgumentError, DomainError, NoClosedFormError, ShapeError
from derive.language.expression import (
    Node,
    constant,
    inverse,
    is_zero,
    negative,
    number,
    size_node,
    symbol,
    zero,
)
from derive.language.functions import determinant, elementwise, logdet, postorder
from derive.language.relations import Condition, Relation, Words
from derive.language.sizes import shape_text
from derive.language.sympy_in import from_sympy
from derive.language.sympy_out import to_sympy
from derive.probability.under_conditions import DerivationUnderConditions
from derive.statistics.uncertainty.covariance_conditions import not_refuted
from derive.statistics.written_page import WrittenPage, only, with_parts, with_step
from derive.steps import Step
from derive.writing.plain import plain

PERHAPS_MAXIMA = ("global maximum", "local maximum", "inconclusive")
HALF = number(Fraction(1, 2))


@dataclass(frozen=True, repr=False)
class LaplaceApproximation(DerivationUnderConditions):
    """A normal law about a mode: ``.result`` is (mode, covariance, log of the integral).

    Attributes
    ----------
    mode, covariance, log_evidence : SymPy expression
        The three results; the last is the log of the integral of the density as given.
    is_closed : bool
        Whether the mode is a formula; if not it is a letter with a hat, an argument of
        ``function()``, and the equation that it solves is among the conditions.
    """

    is_closed: bool = field(kw_only=True)

    @property
    def mode(self) -> Any:
        """Where the density is largest."""
        return self.result[0]

    @property
    def covariance(self) -> Any:
        """Of the normal law: the inverse of minus the Hessian at the mode."""
        return self.result[1]

    @property
    def log_evidence(self) -> Any:
        """The logarithm of the integral of the density, of the approximation."""
        return self.result[2]


def laplace_approximation(log_density: Any, wrt: Any, shapes: str = "") -> LaplaceApproximation:
    """Derive the normal law that a density looks like about its mode.

    Parameters
    ----------
    log_density : str, SymPy expression or Node, shape (1, 1)
        The logarithm of a density, up to a constant; of a posterior, log prior + log likelihood.
    wrt : str, SymPy symbol or Node
        What the density is of: a scalar, or a column of d entries.
    shapes : str
        Shapes and facts of the names in a text.

    Returns
    -------
    LaplaceApproximation
        ``.result`` is (mode, covariance, log of the integral of the density).  Where the mode
        has no closed form it is a letter with a hat, and its equation a condition.

    Raises
    ------
    ShapeError
        The log density is no scalar, or `wrt` is a matrix.
    ArgumentError
        `wrt` is not one variable.
    DomainError
        The stationary point is no maximum.
    NoRuleError
        A node has no differential.

    References
    ----------
    bishop2006, section 4.4; mackay2003, chapter 27.

    Examples
    --------
    >>> facts = "x: positive, a: positive, b: positive"
    >>> found = laplace_approximation("a*log(x) - b*x", "x", facts)
    >>> found.mode, found.covariance
    (a/b, a/b**2)
    """
    node = elaborate(log_density, shapes, (wrt,))
    require_scalar(node, "a Laplace approximation", "take the logarithm of one density")
    variables = symbols_of(wrt, node, shapes)
    if len(variables) != 1:
        raise ArgumentError(
            "a Laplace approximation is of one value\n"
            "  to fix   : stack the variables into one column"
        )
    (x,) = variables
    if x.shape[1] != 1:
        raise ShapeError(
            f"a Laplace approximation is of a scalar or a column, got {x.name} of shape "
            f"{shape_text(x.shape)}\n  to fix   : write it as vec(...) of a column"
        )
    try:
        point = stationary_point(node, x)
    except NoClosedFormError:
        return _about_letter(node, x)
    if not point.found.values:
        raise DomainError(f"{plain(node)} has no mode: {point.found.trace.closing[0]}")
    if point.verdict not in PERHAPS_MAXIMA:
        raise DomainError(
            f"{plain(node)} has a {point.verdict} where its gradient is zero, not a mode\n"
            f"  to fix   : check the sign; the logarithm of the density is asked for"
        )
    return _about_formula(node, x, point)


def _about_formula(node: Node, x: Node, point: StationaryPoint) -> LaplaceApproximation:
    """The approximation where the mode has a closed form."""
    page = WrittenPage("", definitions=point.trace.definitions)
    page.include(point)
    page.conditions = point.trace.conditions
    return _finished(page, node, x, only(point), ())


def _about_letter(node: Node, x: Node) -> LaplaceApproximation:
    """The approximation at a mode that only its equation gives."""
    slope = gradient(node, x)
    hat = symbol(f"{x.name}_hat", x.shape, x.facts)
    page = WrittenPage("", definitions=slope.trace.definitions)
    page.include(slope)
    at_mode = Relation(tidy(substituted(only(slope), {x: hat})), "=", zero(x.shape))
    page.steps.append(Step(None, at_mode, "the gradient is zero at the mode"))
    page.conditions = slope.trace.conditions
    return _finished(page, node, x, hat, (at_mode,))


def _finished(
    page: WrittenPage, node: Node, x: Node, mode: Node, equation: tuple[Condition, ...]
) -> LaplaceApproximation:
    """Second order at the mode: the precision, the law, the integral."""
    (name, _), there = page.definitions[0], {x: mode}
    curve = hessian(node, x)
    called = {curve.trace.definitions[0][0]: name}
    shown = set(page.steps)
    steps = (with_step(step, called) for step in curve.trace.steps)
    page.steps.extend(step for step in steps if step not in shown)
    page.claims.extend(curve.claims)
    size = size_node(x.shape[0])
    letter = symbol(free_name(("Lambda", "Precision"), node), only(curve).shape)
    precision = tidy(substituted(negative(only(curve)), there))
    if is_zero(precision):
        raise DomainError(
            f"the second derivative of {plain(node)} is zero at its mode {plain(mode)}: it does "
            f"not look normal there\n  to fix   : integrate the density itself"
        )
    covariance = _reciprocal(precision) if x.is_scalar else tidy(inverse(precision))
    top = tidy(substituted(node, there))
    page.write(letter, precision, "minus the second derivative at the mode")
    positive = (
        Relation(precision, ">", number(0))
        if x.is_scalar
        else Relation(precision, "is", Words("positive definite"))
    )
    width = number(1) / letter if x.is_scalar else inverse(letter)
    volume = letter if x.is_scalar else determinant(letter)
    page.say(
        Words("{0} is about normal, of mean {1} and covariance {2}", (x, mode, width)),
        "Taylor to second order, no first order at the mode",
    )
    turns = elementwise("log", 2 * constant("pi"))
    answer = elementwise("log", symbol(free_name(("Z", "Z_0"), node)))
    general = name + HALF * size * turns - HALF * elementwise("log", volume)
    page.write(answer, general, "the integral, f its value at the mode")
    spread = elementwise("log", precision) if x.is_scalar else logdet(precision)
    evidence = tidy(top + HALF * size * turns - HALF * spread)
    page.conditions = not_refuted((*(with_parts(c, there) for c in page.conditions), positive))
    page.claims.append(NormalPeak(node, x, mode, covariance, evidence, page.conditions))
    question = Words("normal law that {0} is the log density of, about its mode in {1}", (name, x))
    results = {"mode": mode, "covariance": covariance, "log_evidence": evidence}
    trace, claims = page.record(question, results, equation, {"log_evidence": answer})
    return LaplaceApproximation(trace, claims, is_closed=not equation)


def _reciprocal(precision: Node) -> Node:
    """One over a scalar, without a fraction below a fraction."""
    return tidy(from_sympy(1 / to_sympy(precision)))


def free_name(names: tuple[str, ...], node: Node) -> str:
    """The first name that no symbol of an expression has."""
    taken = {part.name for part in postorder(node) if part.op == "symbol"}
    return next(name for name in names if name not in taken)
