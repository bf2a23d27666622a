"""The public softmax and log-sum-exp functions of the rows of a matrix, and of a vector."""

from __future__ import annotations

from typing import Any

from sympy import Expr, S

from derive.language.arguments import argument, column
from derive.language.sympy_base import SCALAR
from derive.language.sympy_functions import LogSumExp, RowLogSumExp, RowSoftmax, Softmax
from derive.language.sympy_nodes import transposed
from derive.language.sympy_shapes import size_expr
from derive.language.to_matrix import ones


def softmax(x: Any) -> Expr:
    """Return exp(x) over its sum.

    Parameters
    ----------
    x : SymPy object or number, shape (n, 1)
        A vector.

    Returns
    -------
    MatrixExpr, shape (n, 1)
        Positive entries that sum to one.

    Raises
    ------
    ShapeError
        `x` is not a vector.

    Examples
    --------
    >>> from derive.language.symbols import dims, vector
    >>> d = dims("d")
    >>> softmax(vector("z", d))
    softmax(z)
    """
    expr, shape = column("softmax", x)
    return S.One if shape == SCALAR else Softmax(expr)


def rowsoftmax(x: Any) -> Expr:
    """Return the softmax of each row.

    Parameters
    ----------
    x : SymPy object or number, shape (n, m)
        A matrix.

    Returns
    -------
    MatrixExpr, shape (n, m)
        Rows of positive entries that sum to one.

    Raises
    ------
    ArgumentError
        `x` is a text.

    Examples
    --------
    >>> from derive.language.symbols import dims, matrix
    >>> n, k = dims("n k")
    >>> rowsoftmax(matrix("Z", n, k)).shape
    (n, k)
    """
    expr, shape = argument(x)
    return ones(*map(size_expr, shape)) if shape[1] == 1 else RowSoftmax(expr)


def logsumexp_rows(x: Any) -> Expr:
    """Return the logsumexp of each row.

    Parameters
    ----------
    x : SymPy object or number, shape (n, m)
        A matrix.

    Returns
    -------
    MatrixExpr, shape (n, 1)
        A vector with one entry a row.

    Raises
    ------
    ArgumentError
        `x` is a text.

    Examples
    --------
    >>> from derive.language.symbols import dims, matrix
    >>> n, k = dims("n k")
    >>> logsumexp_rows(matrix("Z", n, k)).shape
    (n, 1)
    """
    expr, shape = argument(x)
    if shape[1] == 1:
        return expr
    return LogSumExp(transposed(expr)) if shape[0] == 1 else RowLogSumExp(expr)
