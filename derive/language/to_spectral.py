"""The public functions of eigenvalues and singular values, by NumPy-like names."""

from __future__ import annotations

from typing import Any

from sympy import Expr

from derive.language import spectral
from derive.language.sympy_in import from_sympy
from derive.language.sympy_out import to_sympy


def eigvals(x: Any) -> Expr:
    """Return the eigenvalues of a symmetric matrix, the largest first.

    Parameters
    ----------
    x : SymPy object or number, shape (n, n)
        A matrix that is symmetric by its facts or its form, as ``X.T*X``.

    Returns
    -------
    MatrixExpr, shape (n, 1)
        The eigenvalues in descending order.

    Raises
    ------
    DomainError
        `x` is not certainly symmetric.
    ShapeError
        `x` is not square.

    Examples
    --------
    >>> from derive.language.symbols import dims, matrix
    >>> n = dims("n")
    >>> eigvals(matrix("S", n, n, symmetric=True))
    eigvals(S)
    """
    return to_sympy(spectral.eigvals(from_sympy(x)))


def eigvecs(x: Any) -> Expr:
    """Return the orthogonal matrix of eigenvectors of a symmetric matrix.

    Parameters
    ----------
    x : SymPy object or number, shape (n, n)
        A matrix that is symmetric by its facts or its form, with distinct eigenvalues.

    Returns
    -------
    MatrixExpr, shape (n, n)
        Column k is the unit eigenvector of the k-th value of ``eigvals``, its largest entry
        positive.

    Raises
    ------
    DomainError
        `x` is not certainly symmetric.
    ShapeError
        `x` is not square.

    Examples
    --------
    >>> from derive.language.symbols import dims, matrix
    >>> n, d = dims("n d")
    >>> X = matrix("X", n, d)
    >>> eigvecs(X.T*X).shape
    (d, d)
    """
    return to_sympy(spectral.eigvecs(from_sympy(x)))


def lambda_max(x: Any) -> Expr:
    """Return the largest eigenvalue of a symmetric matrix.

    Parameters
    ----------
    x : SymPy object or number, shape (n, n)
        A matrix that is symmetric by its facts or its form.

    Returns
    -------
    Expr
        A scalar.

    Raises
    ------
    DomainError
        `x` is not certainly symmetric.
    ShapeError
        `x` is not square.

    Examples
    --------
    >>> from derive.language.symbols import dims, matrix
    >>> n, d = dims("n d")
    >>> X = matrix("X", n, d)
    >>> lambda_max(X.T*X)
    lambda_max(X.T*X)
    """
    return to_sympy(spectral.lambda_max(from_sympy(x)))


def lambda_min(x: Any) -> Expr:
    """Return the smallest eigenvalue of a symmetric matrix.

    Parameters
    ----------
    x : SymPy object or number, shape (n, n)
        A matrix that is symmetric by its facts or its form.

    Returns
    -------
    Expr
        A scalar.

    Raises
    ------
    DomainError
        `x` is not certainly symmetric.
    ShapeError
        `x` is not square.

    Examples
    --------
    >>> from derive.language.symbols import dims, matrix
    >>> n = dims("n")
    >>> lambda_min(matrix("S", n, n, spd=True))
    lambda_min(S)
    """
    return to_sympy(spectral.lambda_min(from_sympy(x)))


def svdvals(x: Any) -> Expr:
    """Return the singular values of a matrix, the largest first.

    Parameters
    ----------
    x : SymPy object or number, shape (n, d)
        Any matrix.

    Returns
    -------
    MatrixExpr, shape (min(n, d), 1)
        The singular values in descending order.

    Raises
    ------
    ArgumentError
        `x` is a text.

    Examples
    --------
    >>> from derive.language.symbols import dims, matrix
    >>> n, d = dims("n d")
    >>> svdvals(matrix("A", n, d)).shape
    (Min(d, n), 1)
    """
    return to_sympy(spectral.svdvals(from_sympy(x)))


def specnorm(x: Any) -> Expr:
    """Return the spectral norm of a matrix: its largest singular value.

    Parameters
    ----------
    x : SymPy object or number, any shape
        Any matrix.

    Returns
    -------
    Expr
        A scalar; of a vector its Euclidean norm.

    Raises
    ------
    ArgumentError
        `x` is a text.

    Examples
    --------
    >>> from derive.language.symbols import dims, matrix
    >>> n, d = dims("n d")
    >>> specnorm(matrix("A", n, d))
    specnorm(A)
    """
    return to_sympy(spectral.specnorm(from_sympy(x)))


def nucnorm(x: Any) -> Expr:
    """Return the nuclear norm of a matrix: the sum of its singular values.

    Parameters
    ----------
    x : SymPy object or number, any shape
        Any matrix.

    Returns
    -------
    Expr
        A scalar; of a vector its Euclidean norm.

    Raises
    ------
    ArgumentError
        `x` is a text.

    Examples
    --------
    >>> from derive.language.symbols import dims, matrix
    >>> n, d = dims("n d")
    >>> nucnorm(matrix("A", n, d))
    nucnorm(A)
    """
    return to_sympy(spectral.nucnorm(from_sympy(x)))


def schatten(x: Any, p: Any) -> Expr:
    """Return a Schatten norm: the p-norm of the singular values.

    Parameters
    ----------
    x : SymPy object or number, any shape
        Any matrix.
    p : number or scalar, at least 1
        1 is the nuclear, 2 the Frobenius norm.  An even p is written as a trace.

    Returns
    -------
    Expr
        A scalar; of a vector its Euclidean norm.

    Raises
    ------
    DomainError
        p is a number below 1.
    ShapeError
        p is not a scalar.

    Examples
    --------
    >>> from derive.language.symbols import dims, matrix
    >>> n, d = dims("n d")
    >>> schatten(matrix("A", n, d), 3)
    total(hadamard_power(svdvals(A), 3))**(1/3)
    """
    return to_sympy(spectral.schatten(from_sympy(x), from_sympy(p)))
