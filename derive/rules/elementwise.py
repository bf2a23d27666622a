"""Derivatives of the elementwise functions of ``language.operators.ELEMENTWISE``.

Letters: ``x`` is the argument (a scalar or an array), ``y`` the value f(x).  Products of
arrays are elementwise; ``1`` stands for ones of the shape of ``x``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from derive.language.expression import Node, constant, elementwise_power, number, ones, zero
from derive.language.functions import elementwise, hadamard, sqrt
from derive.language.matrix_functions import polygamma


@dataclass(frozen=True)
class Derivative:
    """f'(x) of one elementwise function, as a node."""

    function: str
    statement: str
    derivative: Callable[[Node, Node], Node]
    reference: str = "dlmf"


def _one(x: Node) -> Node:
    return ones(*x.shape)


def _square(x: Node) -> Node:
    return elementwise_power(x, number(2))


def _reciprocal(x: Node) -> Node:
    return elementwise_power(x, number(-1))


def _half_width(x: Node) -> Node:
    """1/sqrt(1 - x^2)."""
    return elementwise_power(_one(x) - _square(x), number(Fraction(-1, 2)))


DERIVATIVES: dict[str, Derivative] = {
    row.function: row
    for row in (
        Derivative("exp", "d exp x = exp x dx", lambda x, y: y),
        Derivative("log", "d log x = dx / x", lambda x, y: _reciprocal(x)),
        Derivative("abs", "d|x| = sign x dx", lambda x, y: elementwise("sign", x)),
        # flat on both sides of its jump at 0, which the domain table excludes
        Derivative("sign", "d sign x = 0 for x != 0", lambda x, y: zero(x.shape)),
        Derivative("step", "d 1[x > 0] = 0 for x != 0", lambda x, y: zero(x.shape)),
        Derivative("closed_step", "d 1[x >= 0] = 0 for x != 0", lambda x, y: zero(x.shape)),
        Derivative("relu", "d relu x = 1[x > 0] dx", lambda x, y: elementwise("step", x)),
        Derivative("sin", "d sin x = cos x dx", lambda x, y: elementwise("cos", x)),
        Derivative("cos", "d cos x = -sin x dx", lambda x, y: -elementwise("sin", x)),
        Derivative("tan", "d tan x = (1 + tan^2 x) dx", lambda x, y: _one(x) + _square(y)),
        Derivative("arcsin", "d arcsin x = dx / sqrt(1 - x^2)", lambda x, y: _half_width(x)),
        Derivative("arccos", "d arccos x = -dx / sqrt(1 - x^2)", lambda x, y: -_half_width(x)),
        Derivative(
            "arctan",
            "d arctan x = dx / (1 + x^2)",
            lambda x, y: _reciprocal(_one(x) + _square(x)),
        ),
        Derivative("sinh", "d sinh x = cosh x dx", lambda x, y: elementwise("cosh", x)),
        Derivative("cosh", "d cosh x = sinh x dx", lambda x, y: elementwise("sinh", x)),
        Derivative("tanh", "d tanh x = (1 - tanh^2 x) dx", lambda x, y: _one(x) - _square(y)),
        Derivative(
            "sigmoid",
            "d sigmoid = sigmoid (1 - sigmoid) dx",
            lambda x, y: hadamard(y, _one(x) - y),
        ),
        Derivative(
            "softplus", "d softplus x = sigmoid x dx", lambda x, y: elementwise("sigmoid", x)
        ),
        Derivative(
            "erf",
            "d erf x = 2/sqrt(pi) exp(-x^2) dx",
            lambda x, y: 2 / sqrt(constant("pi")) * elementwise("exp", -_square(x)),
        ),
        Derivative("normpdf", "d phi(x) = -x phi(x) dx", lambda x, y: -hadamard(x, y)),
        Derivative("normcdf", "d Phi(x) = phi(x) dx", lambda x, y: elementwise("normpdf", x)),
        Derivative(
            "lognormcdf",
            "d log Phi(x) = phi(x) / Phi(x) dx",
            lambda x, y: hadamard(
                elementwise("normpdf", x), _reciprocal(elementwise("normcdf", x))
            ),
        ),
        Derivative(
            "loggamma", "d loggamma x = digamma x dx", lambda x, y: elementwise("digamma", x)
        ),
        Derivative(
            "digamma", "d digamma x = trigamma x dx", lambda x, y: elementwise("trigamma", x)
        ),
        Derivative("trigamma", "d trigamma x = polygamma(2, x) dx", lambda x, y: polygamma(2, x)),
    )
}
