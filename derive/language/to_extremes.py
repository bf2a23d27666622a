"""The public functions of the largest and the smallest entry."""

from __future__ import annotations

from typing import Any

from sympy import Expr, ImmutableDenseMatrix

from derive.errors import ShapeError
from derive.language.arguments import argument
from derive.language.elementwise import abs as absolute
from derive.language.sympy_base import SCALAR
from derive.language.sympy_extremes import Largest, LargestNorm, Smallest
from derive.language.sympy_shapes import described


def max(*parts: Any) -> Expr:
    """Return the largest entry of a vector or matrix, or the largest of several scalars.

    Parameters
    ----------
    *parts : SymPy objects or numbers
        One array of any shape, or several scalars.

    Returns
    -------
    Expr
        A scalar; differentiable where one entry alone is the largest.

    Raises
    ------
    ShapeError
        An array stands among several arguments.

    References
    ----------
    boyd2004, section 3.2.

    Examples
    --------
    >>> from derive.language.symbols import dims, vector
    >>> max(vector("x", dims("d")))
    max(x)
    """
    return _extreme("max", Largest, parts)


def min(*parts: Any) -> Expr:
    """Return the smallest entry of a vector or matrix, or the smallest of several scalars.

    Parameters
    ----------
    *parts : SymPy objects or numbers
        One array of any shape, or several scalars.

    Returns
    -------
    Expr
        A scalar; differentiable where one entry alone is the smallest.

    Raises
    ------
    ShapeError
        An array stands among several arguments.

    References
    ----------
    boyd2004, section 3.2.

    Examples
    --------
    >>> from derive.language.symbols import dims, vector
    >>> min(vector("x", dims("d")))
    min(x)
    """
    return _extreme("min", Smallest, parts)


def norminf(x: Any) -> Expr:
    """Return the largest absolute entry of a vector.

    Parameters
    ----------
    x : SymPy object or number, shape (n, 1)
        A vector.

    Returns
    -------
    Expr
        The norm, a scalar.

    Raises
    ------
    ShapeError
        `x` is a matrix, of which two norms have that name.

    References
    ----------
    boyd2004, appendix A.

    Examples
    --------
    >>> from derive.language.symbols import dims, vector
    >>> norminf(vector("x", dims("d")))
    norminf(x)
    """
    expr, shape = argument(x)
    if shape[1] != 1:
        raise ShapeError(
            f"norminf needs a vector, got {described(expr)}\n"
            f"  to fix   : write max(abs(A)) for the largest absolute entry, "
            f"max(rowsums(abs(A))) for the largest absolute row sum"
        )
    return absolute(expr) if shape == SCALAR else LargestNorm(expr)


def _extreme(name: str, kind: Any, parts: tuple[Any, ...]) -> Expr:
    if not parts:
        raise ShapeError(f"{name} needs an array or scalars, got nothing")
    taken = [argument(part) for part in parts]
    if len(taken) == 1:
        expr, shape = taken[0]
        return expr if shape == SCALAR else kind(expr)
    for expr, shape in taken:
        if shape != SCALAR:
            raise ShapeError(
                f"{name} takes one array or several scalars, got {described(expr)} among them\n"
                f"  to fix   : put them together: {name}(vstack(a, b))"
            )
    return kind(ImmutableDenseMatrix([[expr] for expr, _ in taken]))
