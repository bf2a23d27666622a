"""A polynomial of degree two in a vector, read by its derivatives: ``c + b'u + u'Au``.

The gradient at the centre and the Hessian say what A, b and c are; that the Hessian is free of
the variable says that there is nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.engine.facts import with_facts
from derive.engine.gradient import gradients_of
from derive.engine.index.tensor import NoMatrixFormError
from derive.engine.jacobian import jacobian_trace
from derive.engine.naming import substituted
from derive.engine.normal import tidy
from derive.errors import NoRuleError
from derive.language.expression import Node


@dataclass(frozen=True)
class Quadratic:
    """``f(x) = value + slope'(x - m) + (x - m)' curvature (x - m)``, curvature symmetric."""

    value: Node
    slope: Node
    curvature: Node


def quadratic_about(function: Node, x: Node, centre: Node) -> Quadratic | None:
    """The function about a centre; None where it is no polynomial of degree two in `x`."""
    try:
        (gradient,) = gradients_of(function, [x]).results
        trace = jacobian_trace(gradient, x)
    except (NoRuleError, NoMatrixFormError):
        return None
    ((_, hessian),) = trace.results
    hessian = _settled(substituted(hessian, dict(trace.definitions[1:])))
    if x in hessian.symbols:
        return None
    here = {x: centre}
    slope, value = _settled(substituted(gradient, here)), _settled(substituted(function, here))
    return Quadratic(value, slope, _settled(hessian / 2))


def _settled(node: Node) -> Node:
    return with_facts(tidy(node))[0]
