"""The public functions of several arrays, entry by entry."""

from __future__ import annotations

from typing import Any

from sympy import Expr

from derive.errors import ShapeError
from derive.language import to_extremes
from derive.language.arguments import argument
from derive.language.elementwise import normcdf
from derive.language.sympy_base import SCALAR
from derive.language.sympy_combined import combined_expr
from derive.language.sympy_shapes import described
from derive.language.to_matrix import hadamard


def maximum(a: Any, b: Any) -> Expr:
    """Return the larger of two entries, place by place.

    Parameters
    ----------
    a, b : SymPy objects or numbers, of one shape
        A scalar stands for an array of it.

    Returns
    -------
    Expr
        The same shape; differentiable where no two entries are equal.

    Raises
    ------
    ShapeError
        The shapes differ.

    References
    ----------
    boyd2004, section 3.2.

    Examples
    --------
    >>> from derive.language.symbols import dims, vector
    >>> maximum(vector("x", dims("d")), 1)
    maximum(x, 1)
    """
    return _combined("maximum", a, b)


def minimum(a: Any, b: Any) -> Expr:
    """Return the smaller of two entries, place by place.

    Parameters
    ----------
    a, b : SymPy objects or numbers, of one shape
        A scalar stands for an array of it.

    Returns
    -------
    Expr
        The same shape; differentiable where no two entries are equal.

    Raises
    ------
    ShapeError
        The shapes differ.

    References
    ----------
    boyd2004, section 3.2.

    Examples
    --------
    >>> from derive.language.symbols import dims, vector
    >>> minimum(vector("x", dims("d")), 1)
    minimum(x, 1)
    """
    return _combined("minimum", a, b)


def clip(x: Any, low: Any, high: Any) -> Expr:
    """Return each entry, or the nearer of two bounds where it lies outside.

    Parameters
    ----------
    x : SymPy object or number, any shape
        The entries.
    low, high : SymPy objects or numbers, of the shape of `x` or scalars
        The bounds, ``low <= high``.

    Returns
    -------
    Expr
        The same shape; differentiable off the bounds.

    Raises
    ------
    ShapeError
        The shapes differ.

    References
    ----------
    boyd2004, section 8.1.1: the projection on a box.

    Examples
    --------
    >>> from derive.language.symbols import dims, vector
    >>> clip(vector("x", dims("d")), -1, 1)
    clip(x, -1, 1)
    """
    return _combined("clip", x, low, high)


def huber(x: Any, bound: Any) -> Expr:
    """Return Huber's loss of every entry: ``x^2/2``, beyond the bound its tangent line.

    Parameters
    ----------
    x : SymPy object or number, any shape
        The residuals.
    bound : SymPy object or number, of the shape of `x` or a scalar
        ``bound >= 0``.

    Returns
    -------
    Expr
        The same shape: ``x^2/2`` where ``|x| <= bound``, else ``bound (|x| - bound/2)``.

    Raises
    ------
    ShapeError
        The shapes differ.

    References
    ----------
    boyd2004, section 6.1.2: the robust least-squares penalty.

    Examples
    --------
    >>> from derive.language.symbols import dims, vector
    >>> huber(vector("r", dims("n")), 1)
    huber(r, 1)
    """
    return _combined("huber", x, bound)


def gelu(x: Any) -> Expr:
    """Return ``x Phi(x)`` for every entry, with the normal distribution function.

    Parameters
    ----------
    x : SymPy object or number, any shape
        A scalar, vector or matrix.

    Returns
    -------
    Expr
        The same shape.

    Raises
    ------
    ArgumentError
        `x` is a text.

    References
    ----------
    hendrycks2016.

    Examples
    --------
    >>> from derive.language.symbols import dims, vector
    >>> gelu(vector("x", dims("d")))
    hadamard(x, normcdf(x))
    """
    expr, shape = argument(x)
    return expr * normcdf(expr) if shape == SCALAR else hadamard(expr, normcdf(expr))


def _combined(name: str, *values: Any) -> Expr:
    taken = [argument(value) for value in values]
    arrays = [(expr, shape) for expr, shape in taken if shape != SCALAR]
    for expr, shape in arrays[1:]:
        if shape != arrays[0][1]:
            raise ShapeError(
                f"{name} needs equal shapes: {described(arrays[0][0])}, {described(expr)}"
            )
    exprs = [expr for expr, _ in taken]
    if not arrays and name in {"maximum", "minimum"}:
        return (to_extremes.max if name == "maximum" else to_extremes.min)(*exprs)
    return combined_expr(name, *exprs)
