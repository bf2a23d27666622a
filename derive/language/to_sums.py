"""The public sums of rows and columns, and the distance of two vectors under a covariance."""

from __future__ import annotations

from typing import Any

from sympy import Expr

from derive.language.arguments import argument, column, square
from derive.language.elementwise import sqrt
from derive.language.sympy_nodes import inverted, plus, times, transposed
from derive.language.sympy_shapes import size_expr
from derive.language.to_matrix import ones


def rowsums(x: Any) -> Expr:
    """Return the sum of each row, as a vector.

    Parameters
    ----------
    x : SymPy object or number, shape (n, m)
        A matrix.

    Returns
    -------
    MatrixExpr, shape (n, 1)
        The matrix times a vector of ones.

    Raises
    ------
    ArgumentError
        `x` is a text.

    Examples
    --------
    >>> from derive.language.symbols import dims, matrix
    >>> n, d = dims("n d")
    >>> rowsums(matrix("X", n, d))
    X*ones(d, 1)
    """
    expr, shape = argument(x)
    return times(expr, ones(size_expr(shape[1])))


def colsums(x: Any) -> Expr:
    """Return the sum of each column, as a vector.

    Parameters
    ----------
    x : SymPy object or number, shape (n, m)
        A matrix.

    Returns
    -------
    MatrixExpr, shape (m, 1)
        The transposed matrix times a vector of ones.

    Raises
    ------
    ArgumentError
        `x` is a text.

    Examples
    --------
    >>> from derive.language.symbols import dims, matrix
    >>> n, d = dims("n d")
    >>> colsums(matrix("X", n, d)).shape
    (d, 1)
    """
    expr, shape = argument(x)
    return times(transposed(expr), ones(size_expr(shape[0])))


def mahalanobis(x: Any, y: Any, covariance: Any) -> Expr:
    """Return the distance sqrt((x - y)' inv(S) (x - y)).

    Parameters
    ----------
    x, y : SymPy objects or numbers, shape (n, 1)
        Two vectors.
    covariance : SymPy object or number, shape (n, n)
        The matrix S, positive definite for a distance.

    Returns
    -------
    Expr
        The distance, a scalar.

    Raises
    ------
    ShapeError
        The shapes do not fit.

    References
    ----------
    petersen2012

    Examples
    --------
    >>> from derive.language.symbols import dims, matrix, vector
    >>> d = dims("d")
    >>> mahalanobis(vector("x", d), vector("m", d), matrix("S", d, d, spd=True)).is_Matrix
    False
    """
    left, right = column("mahalanobis", x)[0], column("mahalanobis", y)[0]
    gap = plus(left, times(-1, right))
    return sqrt(times(transposed(gap), inverted(square("mahalanobis", covariance)[0]), gap))
