"""The expression tree to SymPy: the form in which results are given to users.

Comes in: a ``Node``.  Goes out: a SymPy object for further work; matrices are
``MatrixExpr`` with our operators, functions that SymPy lacks are our own nodes.  SymPy
orders sums of scalars itself; sums of matrices keep their order.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy
from sympy import Expr, ImmutableDenseMatrix, Rational

from derive.errors import NoRuleError
from derive.language import (
    softmaxes,
    stacking,
    sums,
    to_blocks,
    to_extremes,
    to_matrix,
    to_matrix_functions,
    to_scalar,
)
from derive.language.combined import held_scalars
from derive.language.expression import Node
from derive.language.functions import postorder
from derive.language.spectral import BUILDERS as SPECTRAL
from derive.language.symbols import DeclaredMatrix, DeclaredScalar
from derive.language.sympy_blocks import PartOf
from derive.language.sympy_combined import combined_expr
from derive.language.sympy_extremes import AtLargest, AtSmallest, Largest, Smallest
from derive.language.sympy_functions import elementwise_node
from derive.language.sympy_incomplete import INCOMPLETE_CLASSES
from derive.language.sympy_kronecker import BlockInner, BlockSum
from derive.language.sympy_matrix_functions import frechet_node, matrix_map_node
from derive.language.sympy_nodes import inverted, plus, raised, times, transposed
from derive.language.sympy_shapes import size_expr
from derive.language.sympy_special import zeta_expr
from derive.language.sympy_spectral import spectral_expr

CONSTANTS = {
    "pi": sympy.pi,
    "e": sympy.E,
    "euler_gamma": sympy.EulerGamma,
    "infinity": sympy.oo,
}


def to_sympy(node: Node) -> Any:
    """The SymPy form of a node.

    Parameters
    ----------
    node : Node
        Any node that stands for a value.

    Returns
    -------
    Expr, MatrixExpr or ImmutableDenseMatrix
        Scalars are ``Expr``.

    Raises
    ------
    NoRuleError
        The node speaks of a derivation (a differential, a gradient by name).

    Examples
    --------
    >>> from derive.language.expression import number, symbol
    >>> x = symbol("x")
    >>> to_sympy(x**2 / 2)
    x**2/2
    """
    done: dict[Node, Any] = {}
    for part in postorder(node):
        if part.op not in FORMS:
            raise NoRuleError(f"SymPy has no form for {part.op!r}: {part!r:.120}")
        done[part] = FORMS[part.op](part, [done[arg] for arg in part.args])
    return done[node]


def _number(node: Node, args: list[Any]) -> Expr:
    value: Fraction = node.data
    return Rational(value.numerator, value.denominator)


def _symbol(node: Node, args: list[Any]) -> Expr:
    if node.is_scalar:
        return DeclaredScalar(node.name, node.facts)
    return DeclaredMatrix(node.name, node.shape[0], node.shape[1], node.facts)


def _array(node: Node, args: list[Any]) -> ImmutableDenseMatrix:
    rows, columns = node.shape
    return ImmutableDenseMatrix(rows, columns, args)


def _index(node: Node, args: list[Any]) -> Expr:
    bound = node.data
    last = to_sympy(bound.last) if isinstance(bound.last, Node) else size_expr(bound.last)
    return sums.DeclaredIndex(bound.name, last, bound.first)


def _combined(node: Node, args: list[Any]) -> Any:
    """A scalar in every entry is an argument by itself."""
    scalars = held_scalars(node)
    taken = [arg if s is None else to_sympy(s) for s, arg in zip(scalars, args, strict=True)]
    return combined_expr(node.data, *taken)


def _on_arguments(function: Callable[..., Any]) -> Callable[[Node, list[Any]], Any]:
    """A form that is a function of the converted arguments alone."""
    return lambda node, args: function(*args)


FORMS: dict[str, Callable[[Node, list[Any]], Any]] = {
    "symbol": _symbol,
    "number": _number,
    "constant": lambda node, args: CONSTANTS[node.data],
    "size": lambda node, args: size_expr(node.data),
    "index": _index,
    "unit": _on_arguments(sums.UnitVector),
    "sum_over": lambda node, args: sums.sum_over(_index(node.data, []), args[0]),
    "matpow": _on_arguments(raised),
    "eye": lambda node, args: to_matrix.eye(node.shape[0]),
    "ones": lambda node, args: to_matrix.ones(*node.shape),
    "zero": lambda node, args: to_matrix.zeros(*node.shape),
    "add": _on_arguments(plus),
    "mul": _on_arguments(times),
    "had": _on_arguments(to_matrix.hadamard),
    "pow": _on_arguments(to_matrix.hadamard_power),
    "mpow": lambda node, args: raised(args[0], sympy.Integer(node.data)),
    "transpose": _on_arguments(transposed),
    "inverse": _on_arguments(inverted),
    "map": lambda node, args: elementwise_node(node.data, args[0]),
    "trace": _on_arguments(to_scalar.trace),
    "det": _on_arguments(to_scalar.det),
    "logdet": _on_arguments(to_scalar.logdet),
    "total": _on_arguments(to_scalar.total),
    "norm2": _on_arguments(to_scalar.norm),
    "norm1": lambda node, args: to_scalar.norm(args[0], 1),
    "logsumexp": _on_arguments(to_scalar.logsumexp),
    "diag": _on_arguments(to_matrix.diag),
    "diagonal": _on_arguments(to_matrix.diag),
    "softmax": _on_arguments(softmaxes.softmax),
    "rowsoftmax": _on_arguments(softmaxes.rowsoftmax),
    "rowlogsumexp": _on_arguments(softmaxes.logsumexp_rows),
    "array": _array,
    "max": lambda node, args: Largest(args[0]),
    "min": lambda node, args: Smallest(args[0]),
    "norminf": _on_arguments(to_extremes.norminf),
    "peak": lambda node, args: (AtLargest if node.data == "max" else AtSmallest)(args[0]),
    "combine": _combined,
    "block": lambda node, args: to_blocks.block(
        [args[k : k + node.data[1]] for k in range(0, len(args), node.data[1])]
    ),
    "part": lambda node, args: PartOf(*args, *map(size_expr, (*node.data, *node.shape))),
    "kron": _on_arguments(stacking.kron),
    "vec": _on_arguments(stacking.vec),
    "toeplitz": _on_arguments(stacking.toeplitz_part),
    "unvec": lambda node, args: stacking.unvec(args[0], *map(size_expr, node.shape)),
    "commutation": lambda node, args: stacking.commutation(*map(size_expr, node.data)),
    "block_inner": lambda node, args: BlockInner(*args, *map(size_expr, node.shape)),
    "block_sum": lambda node, args: BlockSum(*args, *map(size_expr, node.shape)),
    **dict.fromkeys(SPECTRAL, lambda node, args: spectral_expr(node.op, args[0])),
    "mask": lambda node, args: to_matrix_functions.mask(node.data, *node.shape),
    "polygamma": lambda node, args: to_matrix_functions.polygamma(node.data, *args),
    "besseli": _on_arguments(sympy.besseli),
    "zeta": lambda node, args: zeta_expr(node.data, args[0]),
    **{op: _on_arguments(function) for op, function in INCOMPLETE_CLASSES.items()},
    "matrixmap": lambda node, args: matrix_map_node(node.data, *args),
    "frechet": lambda node, args: frechet_node(node.data, *args),
    "cholesky": _on_arguments(to_matrix_functions.cholesky),
    "adjugate": _on_arguments(to_matrix_functions.adjugate),
    "pinv": _on_arguments(to_matrix_functions.pinv),
}
