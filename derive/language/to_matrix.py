"""The public functions to vectors and matrices, by NumPy-like names."""

from __future__ import annotations

from typing import Any

from sympy import Expr, Identity, Mul, S
from sympy.matrices.expressions.special import OneMatrix

from derive.errors import ShapeError
from derive.language.arguments import argument, column, square
from derive.language.sympy_base import SCALAR
from derive.language.sympy_functions import (
    DiagonalMatrixOf,
    DiagonalVectorOf,
    HadamardOf,
    HadamardPowerOf,
)
from derive.language.sympy_nodes import (
    IdentityMatrix,
    OnesMatrix,
    ZerosMatrix,
    inverted,
    times,
    transposed,
)
from derive.language.sympy_shapes import described, shape_of, size_expr, size_of


def inv(x: Any) -> Expr:
    """Return the inverse of a square matrix.

    Parameters
    ----------
    x : SymPy object or number, shape (n, n)
        An invertible matrix; of a scalar, its reciprocal.

    Returns
    -------
    MatrixExpr, shape (n, n)
        The inverse.

    Raises
    ------
    ShapeError
        `x` is not square.

    Examples
    --------
    >>> from derive.language.symbols import dims, matrix, vector
    >>> n = dims("n")
    >>> inv(matrix("A", n, n)) * vector("b", n)
    A**(-1)*b
    """
    return inverted(square("inv", x)[0])


def diag(x: Any) -> Expr:
    """Return the diagonal matrix of a vector, or the diagonal of a square matrix.

    Parameters
    ----------
    x : SymPy object or number, shape (n, 1) or (n, n)
        A vector or a square matrix.

    Returns
    -------
    MatrixExpr, shape (n, n) or (n, 1)
        The diagonal matrix, or the vector of the diagonal.

    Raises
    ------
    ShapeError
        `x` is neither a vector nor square.

    Examples
    --------
    >>> from derive.language.symbols import dims, vector
    >>> d = dims("d")
    >>> diag(vector("w", d)).shape
    (d, d)
    """
    expr, shape = argument(x)
    if shape == SCALAR:
        return expr
    if shape[1] == 1:
        is_ones = isinstance(expr, OneMatrix)
        return IdentityMatrix(expr.shape[0]) if is_ones else DiagonalMatrixOf(expr)
    square("diag", expr)
    if isinstance(expr, Identity):
        return OnesMatrix(expr.shape[0], 1)
    return expr.args[0] if isinstance(expr, DiagonalMatrixOf) else DiagonalVectorOf(expr)


def hadamard(*factors: Any) -> Expr:
    """Return the elementwise product.

    Parameters
    ----------
    *factors : SymPy objects or numbers of one shape
        Vectors or matrices; scalars among them scale the product.

    Returns
    -------
    MatrixExpr
        The product, of the same shape.

    Raises
    ------
    ShapeError
        The shapes differ.

    Examples
    --------
    >>> from derive.language.symbols import dims, vector
    >>> d = dims("d")
    >>> hadamard(vector("a", d), vector("b", d))
    hadamard(a, b)
    """
    scalars: list[Expr] = []
    arrays: list[Expr] = []
    for factor in factors:
        expr, shape = argument(factor)
        if shape == SCALAR:
            scalars.append(expr)
        else:
            arrays.extend(expr.args if isinstance(expr, HadamardOf) else (expr,))
    for array in arrays[1:]:
        if shape_of(array) != shape_of(arrays[0]):
            raise ShapeError(
                f"the elementwise product needs equal shapes: "
                f"{described(arrays[0])}, {described(array)}"
            )
    kept = [a for a in arrays if not isinstance(a, OneMatrix)] or arrays[:1]
    if not kept:
        return Mul(*scalars)
    return times(*scalars, kept[0] if len(kept) == 1 else HadamardOf(*kept))


def hadamard_power(x: Any, exponent: Any) -> Expr:
    """Return the elementwise power.

    Parameters
    ----------
    x : SymPy object or number, any shape
        The base.
    exponent : SymPy object or number, shape (1, 1)
        The exponent of every entry.

    Returns
    -------
    Expr
        Each entry raised, of the same shape.

    Raises
    ------
    ShapeError
        The exponent is not a scalar.

    Examples
    --------
    >>> from derive.language.symbols import dims, vector
    >>> d = dims("d")
    >>> hadamard_power(vector("w", d), 3)
    hadamard_power(w, 3)
    """
    (base, shape), (power, power_shape) = argument(x), argument(exponent)
    if power_shape != SCALAR:
        raise ShapeError(f"an exponent must be a scalar, got {described(power)}")
    if shape == SCALAR:
        return base**power
    if power == 1 or isinstance(base, OneMatrix):
        return base
    return OnesMatrix(*base.shape) if power == 0 else HadamardPowerOf(base, power)


def hadamard_quotient(x: Any, y: Any) -> Expr:
    """Return the elementwise quotient.

    Parameters
    ----------
    x, y : SymPy objects or numbers of one shape
        Numerator and denominator; a scalar numerator stands for an array of it.

    Returns
    -------
    Expr
        ``hadamard(x, hadamard_power(y, -1))``.

    Raises
    ------
    ShapeError
        The shapes differ.

    Examples
    --------
    >>> from derive.language.symbols import dims, vector
    >>> d = dims("d")
    >>> hadamard_quotient(vector("a", d), vector("b", d))
    hadamard(a, hadamard_power(b, -1))
    """
    return hadamard(x, hadamard_power(y, -1))


def outer(x: Any, y: Any) -> Expr:
    """Return the outer product of two vectors.

    Parameters
    ----------
    x, y : SymPy objects or numbers, shapes (n, 1) and (m, 1)
        Two vectors.

    Returns
    -------
    MatrixExpr, shape (n, m)
        ``x*y.T``.

    Raises
    ------
    ShapeError
        One of them is not a vector.

    Examples
    --------
    >>> from derive.language.symbols import dims, vector
    >>> n, m = dims("n m")
    >>> outer(vector("a", n), vector("b", m))
    a*b.T
    """
    return times(column("outer", x)[0], transposed(column("outer", y)[0]))


def eye(size: Any) -> Expr:
    """Return the identity matrix.

    Parameters
    ----------
    size : int or SymPy expression
        Number of rows and columns.

    Returns
    -------
    MatrixExpr, shape (size, size)
        The identity.

    Raises
    ------
    DeclarationError
        `size` is no size.

    Examples
    --------
    >>> from derive.language.symbols import dims
    >>> eye(dims("d")).shape
    (d, d)
    """
    rows = size_of(size)
    return S.One if rows == 1 else IdentityMatrix(size_expr(rows))


def ones(rows: Any, columns: Any = 1) -> Expr:
    """Return the vector or matrix of ones.

    Parameters
    ----------
    rows, columns : int or SymPy expression
        Sizes; by default a vector.

    Returns
    -------
    MatrixExpr, shape (rows, columns)
        The ones.

    Raises
    ------
    DeclarationError
        A size is no size.

    Examples
    --------
    >>> from derive.language.symbols import dims
    >>> ones(dims("n"))
    ones(n, 1)
    """
    shape = size_of(rows), size_of(columns)
    return S.One if shape == SCALAR else OnesMatrix(*map(size_expr, shape))


def zeros(rows: Any, columns: Any = 1) -> Expr:
    """Return the vector or matrix of zeros.

    Parameters
    ----------
    rows, columns : int or SymPy expression
        Sizes; by default a vector.

    Returns
    -------
    MatrixExpr, shape (rows, columns)
        The zeros.

    Raises
    ------
    DeclarationError
        A size is no size.

    Examples
    --------
    >>> from derive.language.symbols import dims
    >>> zeros(dims("n"), 2)
    zeros(n, 2)
    """
    shape = size_of(rows), size_of(columns)
    return S.Zero if shape == SCALAR else ZerosMatrix(*map(size_expr, shape))
