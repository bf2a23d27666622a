"""The public functions of whole matrices: exponential and its kin, factors, inverses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy
from sympy import Expr, Identity, Integer, ZeroMatrix

from derive.errors import ArgumentError, ShapeError
from derive.language.arguments import argument, square
from derive.language.elementwise import sqrt
from derive.language.matrix_functions import AT_ONE, AT_ZERO
from derive.language.operators import MASKS, MATRIX_FUNCTIONS
from derive.language.sympy_base import SCALAR
from derive.language.sympy_functions import elementwise_node
from derive.language.sympy_matrix_functions import (
    AdjugateOf,
    CholeskyFactor,
    Polygamma,
    PseudoInverse,
    frechet_node,
    mask_node,
    matrix_map_node,
)
from derive.language.sympy_nodes import transposed
from derive.language.sympy_scalars import SCALAR_FUNCTIONS
from derive.language.sympy_shapes import described, size_expr, size_of
from derive.language.to_matrix import eye, inv, zeros

_TEMPLATE = """Return the {gloss} of a square matrix.

Parameters
----------
x : SymPy object or number, shape (n, n)
    A square matrix{domain}; of a scalar, {scalar}.

Returns
-------
MatrixExpr, shape (n, n)
    The function of the matrix as a whole, not of its entries.

Raises
------
ShapeError
    `x` is not square.

References
----------
higham2008

Examples
--------
>>> from derive.language.symbols import dims, matrix
>>> n = dims("n")
>>> {name}(matrix("A", n, n))
{name}(A)
"""
_DOMAINS = {"all": "", "off_cut": " without eigenvalues on the closed negative real axis"}


def _matrix_map(name: str) -> Callable[[Any], Expr]:
    """The public function of a row of ``MATRIX_FUNCTIONS``."""
    row = MATRIX_FUNCTIONS[name]

    def function(x: Any) -> Expr:
        expr, shape = square(name, x)
        if shape == SCALAR:
            return sqrt(expr) if row.scalar == "sqrt" else SCALAR_FUNCTIONS[row.scalar](expr)
        fixed = AT_ZERO if isinstance(expr, ZeroMatrix) else {}
        fixed = AT_ONE if isinstance(expr, Identity) else fixed
        if name in fixed:
            size = size_of(expr.shape[0])
            return eye(size) if fixed[name] else zeros(size, size)
        return matrix_map_node(name, expr)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = _TEMPLATE.format(
        name=name, gloss=row.gloss, domain=_DOMAINS[row.domain], scalar=f"its {row.scalar}"
    )
    return function


expm = _matrix_map("expm")
logm = _matrix_map("logm")
sqrtm = _matrix_map("sqrtm")
sinm = _matrix_map("sinm")
cosm = _matrix_map("cosm")


def frechet(name: str, x: Any, *directions: Any) -> Expr:
    """Return the Frechet derivative of a matrix function along one or more directions.

    Parameters
    ----------
    name : {"expm", "logm", "sqrtm", "sinm", "cosm"}
        The function.
    x : SymPy object, shape (n, n)
        Where it is differentiated.
    directions : SymPy objects, shape (n, n)
        One for the first derivative, two for the second, and so on.

    Returns
    -------
    MatrixExpr, shape (n, n)
        Linear in each direction, whatever their order.

    Raises
    ------
    ArgumentError
        No matrix function has the name, or no direction is given.
    ShapeError
        `x` is not square, or a direction has another shape.

    References
    ----------
    higham2008

    Examples
    --------
    >>> from derive.language.symbols import dims, matrix
    >>> n = dims("n")
    >>> frechet("expm", matrix("A", n, n), matrix("E", n, n))
    frechet('expm', A, E)
    """
    if name not in MATRIX_FUNCTIONS:
        known = ", ".join(MATRIX_FUNCTIONS)
        raise ArgumentError(f"no matrix function is called {name!r}\n  known    : {known}")
    if not directions:
        raise ArgumentError("frechet needs a direction\n  to fix   : frechet('expm', A, E)")
    expr, shape = square(f"the derivative of {name}", x)
    if shape == SCALAR:
        raise ShapeError(
            f"frechet needs a matrix that is not 1 x 1, got {described(expr)}\n"
            f"  to fix   : differentiate the scalar function"
        )
    along = []
    for direction in directions:
        other, other_shape = argument(direction)
        if other_shape != shape:
            raise ShapeError(
                f"the derivative of {name} needs directions of the shape of its matrix: "
                f"{described(expr)}, {described(other)}"
            )
        along.append(other)
    return frechet_node(name, expr, *along)


def cholesky(x: Any) -> Expr:
    """Return the lower Cholesky factor of a positive definite matrix.

    Parameters
    ----------
    x : SymPy object or number, shape (n, n)
        A symmetric positive definite matrix A; of any other, the symmetric part is taken.

    Returns
    -------
    MatrixExpr, shape (n, n)
        The lower triangular L with positive diagonal and L L' = A.

    Raises
    ------
    ShapeError
        `x` is not square.

    References
    ----------
    golub2013, section 4.2

    Examples
    --------
    >>> from derive.language.symbols import dims, matrix
    >>> n = dims("n")
    >>> cholesky(matrix("S", n, n, spd=True))
    cholesky(S)
    """
    expr, shape = square("cholesky", x)
    if shape == SCALAR:
        return sqrt(expr)
    return expr if isinstance(expr, Identity) else CholeskyFactor(expr)


def adjugate(x: Any) -> Expr:
    """Return the adjugate, the transposed matrix of cofactors.

    Parameters
    ----------
    x : SymPy object or number, shape (n, n)
        A square matrix A, singular or not.

    Returns
    -------
    MatrixExpr, shape (n, n)
        adj A with A adj A = det A times the identity.

    Raises
    ------
    ShapeError
        `x` is not square.

    References
    ----------
    magnus2019

    Examples
    --------
    >>> from derive.language.symbols import dims, matrix
    >>> n = dims("n")
    >>> adjugate(matrix("A", n, n))
    adjugate(A)
    """
    expr, shape = square("adjugate", x)
    if shape == SCALAR:
        return Integer(1)
    return expr if isinstance(expr, Identity) else AdjugateOf(expr)


def pinv(x: Any) -> Expr:
    """Return the Moore-Penrose inverse of a matrix of any shape.

    Parameters
    ----------
    x : SymPy object or number, shape (n, m)
        A matrix; its derivative needs a rank that is constant nearby.

    Returns
    -------
    MatrixExpr, shape (m, n)
        The pseudo-inverse; of an invertible matrix, its inverse.

    Raises
    ------
    ArgumentError
        `x` is a text.

    References
    ----------
    golub2013, section 5.5

    Examples
    --------
    >>> from derive.language.symbols import dims, matrix
    >>> n, d = dims("n d")
    >>> pinv(matrix("X", n, d)).shape
    (d, n)
    """
    expr, shape = argument(x)
    if shape == SCALAR:
        return inv(expr)
    if isinstance(expr, ZeroMatrix):
        return transposed(expr)
    return expr if isinstance(expr, Identity) else PseudoInverse(expr)


def polygamma(order: int, x: Any) -> Expr:
    """Return a derivative of the digamma function of every entry.

    Parameters
    ----------
    order : int
        0 is digamma itself, 1 trigamma, and so on.
    x : SymPy object or number, any shape
        A scalar, vector or matrix with entries > 0.

    Returns
    -------
    Expr
        The same shape.

    Raises
    ------
    ArgumentError
        `order` is no whole number from 0 up.

    References
    ----------
    dlmf

    Examples
    --------
    >>> from derive.language.symbols import dims, vector
    >>> polygamma(2, vector("v", dims("d")))
    polygamma(2, v)
    """
    if not isinstance(order, int | Integer) or isinstance(order, bool) or order < 0:
        raise ArgumentError(f"polygamma needs a whole order >= 0, got {order}")
    expr, shape = argument(x)
    if shape == SCALAR:
        return sympy.polygamma(int(order), expr)
    if order < 2:
        return elementwise_node(("digamma", "trigamma")[order], expr)
    return Polygamma(Integer(order), expr)


def mask(kind: str, rows: Any, columns: Any = None) -> Expr:
    """Return a matrix of zeros and ones by place; on the diagonal perhaps halves.

    Parameters
    ----------
    kind : {"lower", "strict_lower", "lower_half", "upper", "strict_upper", "upper_half"}
        Which places hold ones; ``half`` has 1/2 on the diagonal.
    rows, columns : int or size
        Its shape; square if one size is given.

    Returns
    -------
    MatrixExpr, shape (rows, columns)
        A constant; ``hadamard`` with it keeps a part of a matrix.

    Raises
    ------
    ArgumentError
        No mask has the name.

    Examples
    --------
    >>> from derive.language.symbols import dims
    >>> mask("lower", dims("n"))
    mask('lower', n, n)
    """
    if kind not in MASKS:
        raise ArgumentError(f"no mask is called {kind!r}\n  known    : {', '.join(MASKS)}")
    shape = [size_expr(size_of(size)) for size in (rows, rows if columns is None else columns)]
    if shape == [1, 1]:
        return Integer(MASKS[kind][1]) / 2
    return mask_node(kind, *shape)
