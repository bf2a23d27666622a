"""The public functions from vectors and matrices to a scalar, by NumPy-like names."""

from __future__ import annotations

from typing import Any

from sympy import Expr, Identity, Mul, S
from sympy.matrices.expressions.special import OneMatrix

from derive.errors import ArgumentError, ShapeError
from derive.language.arguments import argument, column, square
from derive.language.sympy_base import SCALAR
from derive.language.sympy_functions import (
    DeterminantOf,
    EuclideanNorm,
    LogDeterminant,
    LogSumExp,
    SumNorm,
    Total,
    TraceOf,
    elementwise_node,
)
from derive.language.sympy_nodes import times, transposed
from derive.language.sympy_shapes import described, size_expr


def norm(x: Any, ord: int = 2) -> Expr:
    """Return the norm of a vector or matrix.

    Parameters
    ----------
    x : SymPy object or number, any shape
        A vector, matrix or scalar.
    ord : 2 or 1
        2: Euclidean, of a matrix Frobenius.  1: sum of the absolute values of all entries.

    Returns
    -------
    Expr
        A scalar; of a scalar, its absolute value.

    Raises
    ------
    ArgumentError
        `ord` is neither 1 nor 2, or `x` is a text.

    Examples
    --------
    >>> from derive.language.symbols import dims, vector
    >>> d = dims("d")
    >>> norm(vector("w", d))**2 / 2
    norm(w)**2/2
    """
    expr, shape = argument(x)
    if ord not in (1, 2):
        raise ArgumentError(f"norm has ord 1 or 2, got {ord!r}")
    if shape == SCALAR:
        return elementwise_node("abs", expr)
    return EuclideanNorm(expr) if ord == 2 else SumNorm(expr)


def dot(x: Any, y: Any) -> Expr:
    """Return the inner product of two vectors, or of two matrices.

    Parameters
    ----------
    x, y : SymPy objects or numbers of one shape
        Vectors (``x.T*y``) or matrices (``trace(x.T*y)``).

    Returns
    -------
    Expr
        A scalar.

    Raises
    ------
    ShapeError
        The shapes differ.

    Examples
    --------
    >>> from derive.language.symbols import dims, vector
    >>> d = dims("d")
    >>> dot(vector("a", d), vector("b", d))
    a.T*b
    """
    (left, left_shape), (right, right_shape) = argument(x), argument(y)
    if left_shape != right_shape:
        raise ShapeError(f"dot needs equal shapes: {described(left)}, {described(right)}")
    return trace(times(transposed(left), right))


def trace(x: Any) -> Expr:
    """Return the sum of the diagonal.

    Parameters
    ----------
    x : SymPy object or number, shape (n, n)
        A square matrix.

    Returns
    -------
    Expr
        A scalar.

    Raises
    ------
    ShapeError
        `x` is not square.

    Examples
    --------
    >>> from derive.language.symbols import dims, matrix
    >>> n = dims("n")
    >>> trace(matrix("A", n, n))
    trace(A)
    """
    expr, shape = square("trace", x)
    if shape == SCALAR:
        return expr
    return expr.shape[0] if isinstance(expr, Identity) else TraceOf(expr)


def det(x: Any) -> Expr:
    """Return the determinant.

    Parameters
    ----------
    x : SymPy object or number, shape (n, n)
        A square matrix.

    Returns
    -------
    Expr
        A scalar.

    Raises
    ------
    ShapeError
        `x` is not square.

    Examples
    --------
    >>> from derive.language.symbols import dims, matrix
    >>> n = dims("n")
    >>> det(matrix("A", n, n))
    det(A)
    """
    expr, shape = square("det", x)
    if shape == SCALAR:
        return expr
    return S.One if isinstance(expr, Identity) else DeterminantOf(expr)


def logdet(x: Any) -> Expr:
    """Return the logarithm of the determinant, which must be positive.

    Parameters
    ----------
    x : SymPy object or number, shape (n, n)
        A square matrix with a positive determinant.

    Returns
    -------
    Expr
        A scalar.

    Raises
    ------
    ShapeError
        `x` is not square.

    Examples
    --------
    >>> from derive.language.symbols import dims, matrix
    >>> n = dims("n")
    >>> logdet(matrix("S", n, n, spd=True))
    logdet(S)
    """
    expr, shape = square("logdet", x)
    if shape == SCALAR:
        return elementwise_node("log", expr)
    return S.Zero if isinstance(expr, Identity) else LogDeterminant(expr)


def total(x: Any) -> Expr:
    """Return the sum of all entries.

    Parameters
    ----------
    x : SymPy object or number, any shape
        A vector or matrix.

    Returns
    -------
    Expr
        A scalar.

    Raises
    ------
    ArgumentError
        `x` is a text.

    Examples
    --------
    >>> from derive.language.symbols import dims, vector
    >>> d = dims("d")
    >>> total(vector("w", d))
    total(w)
    """
    expr, shape = argument(x)
    if shape == SCALAR:
        return expr
    return Mul(*expr.shape) if isinstance(expr, OneMatrix) else Total(expr)


def mean(x: Any) -> Expr:
    """Return the mean of all entries.

    Parameters
    ----------
    x : SymPy object or number, any shape
        A vector or matrix.

    Returns
    -------
    Expr
        A scalar: the total over the number of entries.

    Raises
    ------
    ArgumentError
        `x` is a text.

    Examples
    --------
    >>> from derive.language.symbols import dims, vector
    >>> d = dims("d")
    >>> mean(vector("w", d))
    total(w)/d
    """
    expr, shape = argument(x)
    return total(expr) / (size_expr(shape[0]) * size_expr(shape[1]))


def logsumexp(x: Any) -> Expr:
    """Return the logarithm of the sum of the exponentials of a vector.

    Parameters
    ----------
    x : SymPy object or number, shape (n, 1)
        A vector.

    Returns
    -------
    Expr
        A scalar.

    Raises
    ------
    ShapeError
        `x` is not a vector.

    Examples
    --------
    >>> from derive.language.symbols import dims, vector
    >>> d = dims("d")
    >>> logsumexp(vector("z", d))
    logsumexp(z)
    """
    expr, shape = column("logsumexp", x)
    return expr if shape == SCALAR else LogSumExp(expr)
