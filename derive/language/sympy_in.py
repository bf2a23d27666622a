"""SymPy to the expression tree: strict, for any SymPy expression of any user.

Comes in: a SymPy object (plain or ours) or a number.  Goes out: a ``Node``.  Each SymPy
class has one row in ``HANDLERS``; a class without a row is refused by name.  To accept
another class, write its handler and add the row.

Every symbol is real, whatever SymPy was told.  A ``Float`` is the exact decimal of its
shortest text (0.1 is 1/10).  A symbol that occurs in a shape is that size.
``log(det(S))`` is ``logdet(S)``, which has the same value wherever it is real.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy
from sympy import Expr
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.matrices.expressions.special import GenericIdentity, GenericZeroMatrix, OneMatrix
from sympy.matrices.matrixbase import MatrixBase

from derive.errors import LimitError
from derive.language import indices, sums
from derive.language.blocks import part_of
from derive.language.expression import (
    Node,
    add,
    constant,
    eye,
    inverse,
    multiply,
    number,
    ones,
    power,
    transpose,
    zero,
)
from derive.language.functions import array
from derive.language.symbols import DeclaredScalar, facts_of
from derive.language.sympy_elaboration import Elaboration, Handler, refusal, sizes_in
from derive.language.sympy_functions_in import FUNCTION_HANDLERS
from derive.language.sympy_kronecker_in import KRONECKER_HANDLERS
from derive.language.sympy_nodes import MatrixProduct, MatrixSum, ScalarProduct
from derive.language.sympy_order import ordered_factors, ordered_terms
from derive.language.sympy_shapes import DeclaredSize, as_sympy, checked_name, shape_of, size_of
from derive.language.sympy_sums import has_fewer_transposes, summed
from derive.language.whole_numbers import is_whole


def from_sympy(value: Any, *, sizes: frozenset[str] = frozenset()) -> Node:
    """The expression tree of a SymPy object or number.

    Parameters
    ----------
    value : SymPy Expr, Matrix, or number
        What to convert; texts are refused.
    sizes : set of str
        Names that are sizes although no shape in `value` mentions them.

    Returns
    -------
    Node
        The tree, shape as `value`; a 1 x 1 matrix is a scalar.

    Raises
    ------
    NoRuleError
        Something in `value` has no meaning here; the message names class and expression.
    ShapeError
        Shapes disagree.
    DeclarationError
        One name is used with two shapes, or with two sets of facts.
    ArgumentError
        `value` is a text or no expression at all.

    Examples
    --------
    >>> from sympy import Symbol, exp
    >>> from_sympy(2 * exp(Symbol("x")))
    2*exp(x)
    """
    expr = as_sympy(value)
    try:
        return Elaboration(TABLE, sizes | sizes_in(expr)).node(expr)
    except RecursionError:
        raise LimitError("the SymPy expression is nested too deeply to be read") from None


# --- leaves ---------------------------------------------------------------------------


def _symbol(self: Elaboration, expr: sympy.Symbol) -> Node:
    if expr.name in self.sizes and type(expr) is sympy.Symbol:
        return self.size(expr.name)
    if not expr.is_commutative or expr.is_extended_real is False or expr.is_finite is False:
        raise refusal(expr, "use a real, commutative symbol")
    return self.declare(expr.name, (1, 1), facts_of(expr))


def _size(self: Elaboration, expr: DeclaredSize) -> Node:
    return self.size(expr.name)


def _matrix_symbol(self: Elaboration, expr: sympy.MatrixSymbol) -> Node:
    return self.declare(expr.name, shape_of(expr), facts_of(expr))


def _rational(self: Elaboration, expr: sympy.Rational) -> Node:
    return number(Fraction(int(expr.p), int(expr.q)))


def _float(self: Elaboration, expr: sympy.Float) -> Node:
    if not expr.is_finite:
        raise refusal(expr)
    return number(Fraction(repr(float(expr)) if expr._prec <= 53 else str(expr)))


def _eye(self: Elaboration, expr: Expr) -> Node:
    return eye(shape_of(expr)[0])


def _ones(self: Elaboration, expr: Expr) -> Node:
    return ones(*shape_of(expr))


def _zero(self: Elaboration, expr: Expr) -> Node:
    return zero(shape_of(expr))


def _explicit(self: Elaboration, expr: MatrixBase) -> Node:
    return array([self.nodes(expr.row(i)) for i in range(expr.rows)])


# --- arithmetic -----------------------------------------------------------------------


def _add(self: Elaboration, expr: Expr) -> Node:
    return add(*self.nodes(ordered_terms(expr, expr.args)))


def _matrix_sum(self: Elaboration, expr: sympy.MatAdd) -> Node:
    """SymPy spreads a transpose over a sum; it is gathered again where that is shorter."""
    terms = self.nodes(ordered_terms(expr, expr.args))
    turned = [transpose(term) for term in terms]
    spread = all(map(has_fewer_transposes, turned, terms))
    return transpose(add(*turned)) if spread else add(*terms)


def _kept_sum(self: Elaboration, expr: Expr) -> Node:
    return add(*self.nodes(expr.args))


def _mul(self: Elaboration, expr: Expr) -> Node:
    if any(arg.is_Matrix for arg in expr.args):
        return multiply(*self.nodes(expr.args))
    return multiply(*self.nodes(ordered_factors(expr)))


def _product(self: Elaboration, expr: Expr) -> Node:
    return multiply(*self.nodes(expr.args))


def _pow(self: Elaboration, expr: sympy.Pow) -> Node:
    return power(self.node(expr.base), self.node(expr.exp))


def _matrix_power(self: Elaboration, expr: sympy.MatPow) -> Node:
    base = self.node(expr.base)
    exponent = self.node(expr.exp)
    if not base.is_scalar and not is_whole(exponent):
        raise refusal(expr, "a matrix power needs a whole number as exponent")
    return power(base, exponent)


def _transpose(self: Elaboration, expr: Expr) -> Node:
    return transpose(self.node(expr.args[0]))


def _inverse(self: Elaboration, expr: sympy.Inverse) -> Node:
    return inverse(self.node(expr.arg))


def _itself(self: Elaboration, expr: Expr) -> Node:
    return self.node(expr.args[0])


# --- entries, indices, sums over an index ----------------------------------------------


def _element(self: Elaboration, expr: MatrixElement) -> Node:
    if shape_of(expr.parent) == (1, 1):
        return self.node(expr.parent)
    if expr.i.is_Integer and expr.j.is_Integer:
        return part_of(self.node(expr.parent), int(expr.i), int(expr.j), 1, 1)
    raise refusal(expr, "an entry has numbers as its places, or the index of a Sum around it")


def _index(self: Elaboration, expr: sums.DeclaredIndex) -> Node:
    is_size = not expr.last.atoms(DeclaredScalar, sums.DeclaredIndex)
    last = size_of(expr.last) if is_size else self.node(expr.last)
    return indices.index(checked_name(expr.name), last, expr.first)


def _unit(self: Elaboration, expr: Expr) -> Node:
    return indices.unit(self.node(expr.args[0]))


def _sum_over(self: Elaboration, expr: Expr) -> Node:
    body, i = self.nodes(expr.args)
    return indices.sum_over(body, i)


def _sum(self: Elaboration, expr: sympy.Sum) -> Node:
    return summed(self, expr)


HANDLERS: dict[type, Handler] = {
    # leaves
    sympy.Symbol: _symbol,
    DeclaredSize: _size,
    sympy.MatrixSymbol: _matrix_symbol,
    sympy.Rational: _rational,
    sympy.Float: _float,
    sympy.pi.__class__: lambda self, expr: constant("pi"),
    sympy.E.__class__: lambda self, expr: constant("e"),
    sympy.EulerGamma.__class__: lambda self, expr: constant("euler_gamma"),
    sympy.Identity: _eye,
    OneMatrix: _ones,
    sympy.ZeroMatrix: _zero,
    MatrixBase: _explicit,
    # arithmetic
    sympy.Add: _add,
    sympy.MatAdd: _matrix_sum,
    MatrixSum: _kept_sum,
    sympy.Mul: _mul,
    sympy.MatMul: _product,
    MatrixProduct: _product,
    ScalarProduct: _product,
    sympy.Pow: _pow,
    sympy.MatPow: _matrix_power,
    sympy.Transpose: _transpose,
    sympy.Adjoint: _transpose,
    sympy.conjugate: _itself,
    sympy.transpose: _transpose,
    sympy.Inverse: _inverse,
    # entries, indices, sums over an index
    MatrixElement: _element,
    sympy.Sum: _sum,
    sums.DeclaredIndex: _index,
    sums.UnitVector: _unit,
    sums.ScalarSum: _sum_over,
    sums.MatrixSumOver: _sum_over,
    **FUNCTION_HANDLERS,
    **KRONECKER_HANDLERS,
}

# Subclasses of classes above that mean something else, and frequent classes with a remedy.
REFUSED: dict[type, str] = {
    GenericIdentity: "use Identity(n), which has a size",
    GenericZeroMatrix: "use ZeroMatrix(n, m), which has sizes",
    sympy.Dummy: "use a Symbol; a Dummy has no name of its own",
    sympy.Wild: "use a Symbol",
    sympy.gamma: "only log(gamma(x)) is known: loggamma(x)",
    sympy.Derivative: "take the derivative with derive.gradient",
    sympy.Piecewise: "use relu, abs or sign where they say the same",
}

TABLE: dict[type, Handler | str] = {**HANDLERS, **REFUSED}
