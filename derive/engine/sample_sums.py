"""Sums over a sample x_1, ..., x_n as scalar algebra: linear, differentiable, closed to the rest.

``SampleSum(g, x)`` stands for the sum of ``g(x_i)``.  A function of a value becomes a sum of
coefficients times such sums by ``over_sample``; ``spread`` takes a parameter out of them.
"""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Add, Expr, Function, Integer, Mul, Symbol

from derive.engine.expansions import opened, opened_around_squares
from derive.engine.naming import substituted
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.language.expression import Node, add, negative, size_node, symbol
from derive.language.functions import elementwise, postorder, total
from derive.language.indices import entry, fresh_index, sum_over
from derive.language.sizes import Size

OF_ENTRIES = ("positive", "nonnegative")  # what is told of the entries of a sample


class SampleSum(Function):  # type: ignore[misc] # SymPy is untyped
    """The sum of ``g(x_i)`` over a sample; the second argument is the bound ``x``."""

    nargs = 2

    @property
    def free_symbols(self) -> set[Any]:
        """The names in ``g`` but for the value."""
        function, variable = self.args
        return set(function.free_symbols) - {variable}

    def _eval_derivative(self, wrt: Symbol) -> Expr:
        function, variable = self.args
        return SampleSum(sympy.diff(function, wrt), variable)

    def _eval_is_extended_real(self) -> bool:
        return True

    def _eval_is_finite(self) -> bool:
        return True

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[0].is_positive else None

    def _eval_is_nonnegative(self) -> bool | None:
        return True if self.args[0].is_nonnegative else None


def over_sample(function: Expr, variable: Symbol, count: Symbol) -> Expr:
    """The sum of a function over the sample, coefficients outside, squares and quotients kept."""
    fixed, moving = sympy.expand_log(function).as_independent(variable, as_Add=True)
    parts = []
    for term in Add.make_args(moving):
        kept = term.as_independent(variable, as_Add=False)[1]
        is_quotient = any(_is_sum_below(factor) for factor in Mul.make_args(kept))
        parts.append(sympy.factor_terms(term) if is_quotient else opened_around_squares(term))
    return fixed * count + _over(Add(*parts), variable, count)


def spread(expr: Expr, wrt: Symbol, variable: Symbol, count: Symbol) -> Expr:
    """The same expression with a parameter taken out of the sums that hold it, where it can be."""
    inside = {
        part: _over(opened(part.args[0]), variable, count)
        for part in expr.atoms(SampleSum)
        if wrt in part.free_symbols
    }
    return expr.xreplace(inside)


def _is_sum_below(factor: Expr) -> bool:
    base, exponent = factor.as_base_exp()
    return bool(base.is_Add) and exponent.could_extract_minus_sign()


def _over(expanded: Expr, variable: Symbol, count: Symbol) -> Expr:
    coefficients: dict[Expr, Expr] = {}
    for term in Add.make_args(expanded):
        coefficient, function = term.as_independent(variable, as_Add=False)
        coefficients[function] = coefficients.get(function, Integer(0)) + coefficient
    return Add(
        *(Mul(c, count if g == 1 else SampleSum(g, variable)) for g, c in coefficients.items())
    )


class Sample:
    """A sample of symbolic length: its vector, and the way from sums over it to nodes.

    Parameters
    ----------
    algebra : ScalarAlgebra
    variable : symbol
        The scalar that stands for one value; the vector has its name.
    length : str
        The name of the number of values.
    """

    def __init__(self, algebra: ScalarAlgebra, variable: Node, length: str) -> None:
        self.algebra, self.variable = algebra, variable
        self.size = Size.named(length)
        facts = [f for f in OF_ENTRIES if f in variable.facts or "probability" in variable.facts]
        self.vector = symbol(variable.name, (self.size, 1), facts[:1])
        self.length = size_node(self.size)
        self.count: Symbol = algebra.expr(algebra.closed(self.length, length, ("positive",)))
        self.x: Symbol = algebra.expr(variable)

    def summed(self, function: Expr) -> Expr:
        """The sum of a function of the value over the sample."""
        return over_sample(function, self.x, self.count)

    def node(self, expr: Expr) -> Node:
        """The node of an expression with sums over the sample in it."""
        return self.algebra.node(self.lettered(expr))

    def lettered(self, expr: Expr) -> Expr:
        """The expression with a letter of the algebra for each sum over the sample."""
        letters: dict[Expr, Expr] = {}
        for part in _outermost(expr):
            facts = ("positive",) if part.is_positive else ()
            letter = self.algebra.closed(self._sum(part.args[0]), "S", facts)
            letters[part] = self.algebra.expr(letter)
        return expr.xreplace(letters)

    def _sum(self, function: Expr) -> Node:
        if function == self.x:
            return total(self.vector)
        body = facing(self.node(function), self.variable)
        i = fresh_index(body, self.size, avoid=str(self.size))
        return sum_over(substituted(body, {self.variable: entry(self.vector, i)}), i)


def facing(node: Node, variable: Node) -> Node:
    """Distances as ``|x - m|``, not ``|m - x|``, and signs of ``x - m`` likewise."""
    turned = {}
    for part in postorder(node):
        if part.op != "map" or part.data not in ("abs", "sign"):
            continue
        if negative(variable) in part.args[0].args:
            other = elementwise(part.data, _turned(part.args[0], variable))
            turned[part] = other if part.data == "abs" else negative(other)
    return substituted(node, turned)


def _turned(gap: Node, variable: Node) -> Node:
    rest = [negative(term) for term in gap.args if term is not negative(variable)]
    return add(variable, *rest)


def _outermost(expr: Expr) -> list[Expr]:
    """The sums over the sample that stand in no other, in a fixed order."""
    found: dict[Expr, None] = {}
    stack = [expr]
    while stack:
        part = stack.pop()
        if isinstance(part, SampleSum):
            found[part] = None
        else:
            stack.extend(reversed(part.args))
    return list(found)
