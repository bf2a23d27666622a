"""SymPy's elementwise application: the body of its ``Lambda``, read over a whole array.

``w.applyfunc(lambda t: 1/(1 + exp(-t)))`` is the body ``1/(1 + exp(-t))`` with an array
in place of ``t``: sums are sums of arrays, products and powers elementwise.
"""

from __future__ import annotations

from typing import Protocol

import sympy
from sympy import Expr, Symbol

from derive.errors import NoRuleError
from derive.language import functions as build
from derive.language.expression import Node, add, elementwise_power, multiply, ones
from derive.language.sizes import Shape
from derive.language.sympy_order import ordered_factors, ordered_terms
from derive.language.sympy_scalars import SCALAR_FUNCTIONS


class Converter(Protocol):
    """What turns an expression without the variable into a node."""

    def node(self, expr: Expr) -> Node:
        """The node of an expression."""
        ...


def apply_elementwise(converter: Converter, body: Expr, variable: Symbol, array: Node) -> Node:
    """The body with the array in place of the variable, entry by entry.

    Raises
    ------
    NoRuleError
        The body holds a function without an elementwise form.
    """
    if array.is_scalar:
        return converter.node(body.xreplace({variable: sympy.Symbol("entry")}))
    return _filled(_Body(converter, variable, array).node(body), array.shape)


def _filled(node: Node, shape: Shape) -> Node:
    """A scalar as an array of this shape; an array stays."""
    return multiply(node, ones(*shape)) if node.is_scalar else node


class _Body:
    def __init__(self, converter: Converter, variable: Symbol, array: Node):
        self.converter, self.variable, self.array = converter, variable, array

    def node(self, expr: Expr) -> Node:
        """An array node where the variable occurs, a scalar node where it does not."""
        if expr == self.variable:
            return self.array
        if not expr.has(self.variable):
            return self.converter.node(expr)
        if isinstance(expr, sympy.Add):
            terms = [self.node(term) for term in ordered_terms(expr, expr.args)]
            return add(*(_filled(term, self.array.shape) for term in terms))
        if isinstance(expr, sympy.Mul):
            return build.hadamard(*(self.node(f) for f in ordered_factors(expr)))
        if isinstance(expr, sympy.Pow):
            return self._power(expr)
        return self._function(expr)

    def _power(self, expr: sympy.Pow) -> Node:
        exponent = self.node(expr.exp)
        if exponent.is_scalar:
            return elementwise_power(self.node(expr.base), exponent)
        base = self.node(expr.base)
        return build.elementwise("exp", build.hadamard(build.elementwise("log", base), exponent))

    def _function(self, expr: Expr) -> Node:
        if isinstance(expr, sympy.log) and isinstance(expr.args[0], sympy.gamma):
            return build.elementwise("loggamma", self.node(expr.args[0].args[0]))
        if isinstance(expr, sympy.polygamma) and expr.args[0] in (0, 1):
            name = "trigamma" if expr.args[0] == 1 else "digamma"
            return build.elementwise(name, self.node(expr.args[1]))
        if isinstance(expr, sympy.Max) and set(expr.args) & {sympy.S.Zero} and len(expr.args) == 2:
            (inner,) = (arg for arg in expr.args if arg != 0)
            return build.elementwise("relu", self.node(inner))
        known = NAMES.get(type(expr))
        if known is None or len(expr.args) != 1:
            raise self._refusal(expr)
        return build.elementwise(known, self.node(expr.args[0]))

    def _refusal(self, expr: Expr) -> NoRuleError:
        return NoRuleError(
            f"no elementwise meaning is known for SymPy's {type(expr).__name__}: {expr}\n"
            f"  in       : an elementwise function of {self.variable}"
        )


NAMES: dict[type, str] = {
    kind: name for name, kind in SCALAR_FUNCTIONS.items() if isinstance(kind, type)
}
