"""SymPy to the expression tree: functions of scalars, of entries and of whole matrices."""

from __future__ import annotations

from collections.abc import Callable

import sympy
from sympy import Expr, S
from sympy.matrices.expressions import diagonal, dotproduct
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derive.language import functions as build
from derive.language import matrix_functions as matrices
from derive.language import sympy_functions as ours
from derive.language.expression import Node, elementwise_power
from derive.language.incomplete_functions import INCOMPLETE
from derive.language.special_functions import besseli, zeta
from derive.language.spectral import BUILDERS as SPECTRAL_BUILDERS
from derive.language.sympy_elaboration import Elaboration, Handler, refusal
from derive.language.sympy_elementwise import apply_elementwise
from derive.language.sympy_incomplete import INCOMPLETE_CLASSES
from derive.language.sympy_matrix_functions import (
    AdjugateOf,
    CholeskyFactor,
    FrechetDerivative,
    Mask,
    MatrixMap,
    Polygamma,
    PseudoInverse,
)
from derive.language.sympy_scalars import SCALAR_FUNCTIONS
from derive.language.sympy_shapes import shape_of
from derive.language.sympy_special import zetaderiv
from derive.language.sympy_spectral import SpectralMatrix, SpectralScalar


def _unary(builder: Callable[[Node], Node]) -> Handler:
    """A handler: the builder, applied to the one argument."""

    def handler(self: Elaboration, expr: Expr) -> Node:
        return builder(self.node(expr.args[0]))

    return handler


def _scalar_map(name: str) -> Handler:
    return _unary(lambda argument: build.elementwise(name, argument))


def _log(self: Elaboration, expr: sympy.log) -> Node:
    if len(expr.args) != 1:
        raise refusal(expr, "use log(x)/log(base)")
    inner = expr.args[0]
    if isinstance(inner, sympy.Determinant | ours.DeterminantOf):
        return build.logdet(self.node(inner.args[0]))
    if isinstance(inner, sympy.gamma):
        return build.elementwise("loggamma", self.node(inner.args[0]))
    return build.elementwise("log", self.node(inner))


def _polygamma(self: Elaboration, expr: Expr) -> Node:
    order, argument = expr.args
    if not (order.is_Integer and order >= 0):
        raise refusal(expr, "the order must be a whole number from 0 up")
    return matrices.polygamma(int(order), self.node(argument))


def _zeta(self: Elaboration, expr: sympy.zeta) -> Node:
    if len(expr.args) > 1:
        raise refusal(expr, "only zeta of one argument is known")
    return zeta(0, self.node(expr.args[0]))


def _zeta_derivative(self: Elaboration, expr: zetaderiv) -> Node:
    times, s = expr.args
    if not (times.is_Integer and times >= 0):
        raise refusal(expr, "the number of derivatives must be a whole number from 0 up")
    return zeta(int(times), self.node(s))


def _incomplete(op: str) -> Handler:
    return lambda self, expr: INCOMPLETE[op](*self.nodes(expr.args))


def _beta_between(self: Elaboration, expr: sympy.betainc_regularized) -> Node:
    """The share between two ends is that below the one less that below the other."""
    a, b, *ends = self.nodes(expr.args)
    low, high = (INCOMPLETE["betainc"](a, b, end) for end in ends)
    return high - low


def _matrix_map(self: Elaboration, expr: MatrixMap) -> Node:
    return matrices.matrix_map(expr.function, self.node(expr.args[1]))


def _frechet(self: Elaboration, expr: FrechetDerivative) -> Node:
    return matrices.frechet(expr.function, *self.nodes(expr.args[1:]))


def _mask(self: Elaboration, expr: Mask) -> Node:
    return matrices.mask(expr.kind, *shape_of(expr))


def _max(self: Elaboration, expr: sympy.Max) -> Node:
    others = [arg for arg in expr.args if arg != 0]
    if S.Zero not in expr.args or len(others) != 1:
        raise refusal(expr, "only Max(0, x) has a meaning: relu(x)")
    return build.elementwise("relu", self.node(others[0]))


def _heaviside(self: Elaboration, expr: sympy.Heaviside) -> Node:
    names = {S.Zero: "step", S.One: "closed_step"}
    if expr.args[1] not in names:
        raise refusal(
            expr, "say the value at 0: Heaviside(x, 0) is step(x), Heaviside(x, 1) closed_step(x)"
        )
    return build.elementwise(names[expr.args[1]], self.node(expr.args[0]))


def _hadamard(self: Elaboration, expr: Expr) -> Node:
    return build.hadamard(*self.nodes(expr.args))


def _hadamard_power(self: Elaboration, expr: Expr) -> Node:
    base, exponent = self.nodes(expr.args)
    if not exponent.is_scalar:
        raise refusal(expr, "the exponent of an elementwise power must be a scalar")
    return elementwise_power(base, exponent)


def _apply_function(self: Elaboration, expr: ElementwiseApplyFunction) -> Node:
    if not isinstance(expr.function, sympy.Lambda):
        raise refusal(expr)
    (variable,) = expr.function.variables
    return apply_elementwise(self, expr.function.expr, variable, self.node(expr.expr))


def _elementwise(self: Elaboration, expr: ours.Elementwise) -> Node:
    return build.elementwise(expr.function, self.node(expr.args[1]))


def _spectral(self: Elaboration, expr: SpectralScalar | SpectralMatrix) -> Node:
    return SPECTRAL_BUILDERS[expr.function](self.node(expr.args[1]))


def _diagonal_part(self: Elaboration, expr: Expr) -> Node:
    argument = self.node(expr.args[0])
    if argument.shape[1] == 1 or argument.shape[0] == 1:
        return build.diagonal_matrix(argument if argument.shape[1] == 1 else argument.T)
    return build.diagonal_matrix(build.diagonal_vector(argument))


def _dot(self: Elaboration, expr: Expr) -> Node:
    columns = [a if a.shape[1] == 1 else a.T for a in self.nodes(expr.args)]
    return build.dot(*columns)


FUNCTION_HANDLERS: dict[type, Handler] = {
    # elementwise functions of a scalar
    **{
        kind: _scalar_map(name) for name, kind in SCALAR_FUNCTIONS.items() if isinstance(kind, type)
    },
    sympy.log: _log,
    sympy.polygamma: _polygamma,
    sympy.besseli: lambda self, expr: besseli(*self.nodes(expr.args)),
    sympy.zeta: _zeta,
    zetaderiv: _zeta_derivative,
    **{function: _incomplete(op) for op, function in INCOMPLETE_CLASSES.items()},
    sympy.betainc_regularized: _beta_between,
    sympy.Max: _max,
    sympy.Heaviside: _heaviside,
    # SymPy's matrix functions
    sympy.Trace: _unary(build.trace),
    sympy.Determinant: _unary(build.determinant),
    sympy.HadamardProduct: _hadamard,
    sympy.HadamardPower: _hadamard_power,
    ElementwiseApplyFunction: _apply_function,
    diagonal.DiagMatrix: _unary(build.diagonal_matrix),
    diagonal.DiagonalMatrix: _diagonal_part,
    diagonal.DiagonalOf: _unary(build.diagonal_vector),
    dotproduct.DotProduct: _dot,
    # ours
    ours.EuclideanNorm: _unary(build.norm2),
    ours.SumNorm: _unary(build.norm1),
    ours.TraceOf: _unary(build.trace),
    ours.DeterminantOf: _unary(build.determinant),
    ours.LogDeterminant: _unary(build.logdet),
    ours.Total: _unary(build.total),
    ours.LogSumExp: _unary(build.logsumexp),
    ours.Elementwise: _elementwise,
    ours.HadamardOf: _hadamard,
    ours.HadamardPowerOf: _hadamard_power,
    ours.DiagonalMatrixOf: _unary(build.diagonal_matrix),
    ours.DiagonalVectorOf: _unary(build.diagonal_vector),
    ours.Softmax: _unary(build.softmax),
    ours.RowSoftmax: _unary(build.rowsoftmax),
    ours.RowLogSumExp: _unary(build.rowlogsumexp),
    SpectralScalar: _spectral,
    SpectralMatrix: _spectral,
    FrechetDerivative: _frechet,
    MatrixMap: _matrix_map,
    CholeskyFactor: _unary(matrices.cholesky),
    AdjugateOf: _unary(matrices.adjugate),
    PseudoInverse: _unary(matrices.pseudo_inverse),
    Polygamma: _polygamma,
    Mask: _mask,
}
