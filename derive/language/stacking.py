"""The public functions of Kronecker products and stacked columns."""

from __future__ import annotations

from typing import Any

from sympy import Expr, Identity
from sympy.matrices.expressions.special import OneMatrix, ZeroMatrix

from derive.errors import ShapeError
from derive.language.arguments import argument, column
from derive.language.sympy_base import SCALAR
from derive.language.sympy_kronecker import (
    CommutationOf,
    KroneckerOf,
    Stacked,
    ToeplitzPartOf,
    Unstacked,
)
from derive.language.sympy_nodes import times, transposed
from derive.language.sympy_shapes import described, size_expr, size_of
from derive.language.to_matrix import eye, ones


def kron(*factors: Any) -> Expr:
    """Return the Kronecker product: the matrix of the blocks a_ij B.

    Parameters
    ----------
    *factors : SymPy objects or numbers, shapes (m, n), (p, q), ...
        Two factors or more; scalars scale.

    Returns
    -------
    MatrixExpr, shape (m*p, n*q)
        The product, from the left.

    Raises
    ------
    ShapeError
        There is no factor.

    References
    ----------
    magnus2019, chapter 2.

    Examples
    --------
    >>> from derive.language.symbols import dims, matrix
    >>> n, d = dims("n d")
    >>> kron(matrix("A", n, d), matrix("B", d, n)).shape
    (d*n, d*n)
    """
    if not factors:
        raise ShapeError("kron needs factors, got none\n  to fix   : write kron(A, B)")
    result, shape = argument(factors[0])
    for factor in factors[1:]:
        right, other = argument(factor)
        if SCALAR in (shape, other):
            result = times(result, right)
        elif isinstance(result, Identity) and isinstance(right, Identity):
            result = eye(result.shape[0] * right.shape[0])
        else:
            result = KroneckerOf(result, right)
        result, shape = argument(result)
    return result


def vec(x: Any) -> Expr:
    """Return the columns of a matrix stacked, the first on top.

    Parameters
    ----------
    x : SymPy object or number, shape (n, m)
        A matrix; a vector is its own.

    Returns
    -------
    MatrixExpr, shape (n*m, 1)
        The stacked columns.

    Raises
    ------
    ArgumentError
        `x` is a text.

    References
    ----------
    magnus2019, chapter 2.

    Examples
    --------
    >>> from derive.language.symbols import dims, matrix
    >>> n, d = dims("n d")
    >>> vec(matrix("X", n, d))
    vec(X)
    """
    expr, shape = argument(x)
    if shape[1] == 1:
        return expr
    if shape[0] == 1:
        return transposed(expr)
    if isinstance(expr, OneMatrix):
        return ones(expr.shape[0] * expr.shape[1])
    is_whole = isinstance(expr, Unstacked)
    return expr.args[0] if is_whole else Stacked(expr)


def toeplitz_part(x: Any) -> Expr:
    """Return a matrix with each diagonal replaced by its mean.

    Parameters
    ----------
    x : SymPy object or number, shape (n, m)
        A matrix; a scalar or vector is its own.

    Returns
    -------
    MatrixExpr, shape (n, m)
        The nearest Toeplitz matrix in the norm of all entries.

    Raises
    ------
    ArgumentError
        `x` is a text.

    References
    ----------
    srinivasan2024, gradients on a subspace of matrices.

    Examples
    --------
    >>> from derive.language.symbols import dims, matrix
    >>> n, d = dims("n d")
    >>> toeplitz_part(matrix("X", n, d))
    toeplitz_part(X)
    """
    expr, shape = argument(x)
    if 1 in shape or isinstance(expr, ToeplitzPartOf | Identity | OneMatrix | ZeroMatrix):
        return expr
    return ToeplitzPartOf(expr)


def unvec(x: Any, rows: Any, columns: Any) -> Expr:
    """Return the matrix whose stacked columns are a vector.

    Parameters
    ----------
    x : SymPy object or number, shape (rows*columns, 1)
        A vector.
    rows, columns : int or SymPy expression
        The shape of the matrix.

    Returns
    -------
    MatrixExpr, shape (rows, columns)
        The matrix X with vec(X) = x.

    Raises
    ------
    ShapeError
        `x` is no vector, or has another number of entries.

    References
    ----------
    magnus2019, chapter 2.

    Examples
    --------
    >>> from derive.language.symbols import dims, vector
    >>> n, d = dims("n d")
    >>> unvec(vector("v", n*d), n, d).shape
    (n, d)
    """
    expr, shape = column("unvec", x)
    wanted = size_of(rows), size_of(columns)
    if shape != (wanted[0] * wanted[1], 1):
        raise ShapeError(
            f"unvec to {wanted[0]} x {wanted[1]} needs {wanted[0] * wanted[1]} entries, "
            f"got {described(expr)}"
        )
    if wanted[1] == 1:
        return expr
    return transposed(expr) if wanted[0] == 1 else Unstacked(expr, *map(size_expr, wanted))


def commutation(rows: Any, columns: Any) -> Expr:
    """Return the matrix K with K vec(A) = vec(A.T) for every A of the shape.

    Parameters
    ----------
    rows, columns : int or SymPy expression
        The shape of A.

    Returns
    -------
    MatrixExpr, shape (rows*columns, rows*columns)
        The commutation matrix, a permutation.

    Raises
    ------
    DeclarationError
        A size is no size.

    References
    ----------
    magnus2019, chapter 3.

    Examples
    --------
    >>> from derive.language.symbols import dims
    >>> n, d = dims("n d")
    >>> commutation(n, d)
    commutation(n, d)
    """
    shape = size_of(rows), size_of(columns)
    if 1 in shape:
        return eye(size_expr(shape[0] * shape[1]))
    return CommutationOf(*map(size_expr, shape))
