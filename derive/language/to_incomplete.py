"""The public incomplete functions of gamma and beta, and inverse distribution functions."""

from __future__ import annotations

from typing import Any

from sympy import Expr

from derive.errors import DomainError, ShapeError
from derive.language import sympy_incomplete as classes
from derive.language.arguments import argument
from derive.language.sympy_base import SCALAR
from derive.language.sympy_shapes import described


def gammainc(a: Any, x: Any) -> Expr:
    """Return the regularised lower incomplete gamma function, P(a, x).

    Parameters
    ----------
    a : SymPy scalar or number
        The shape, a > 0; there is no derivative in it.
    x : SymPy scalar or number
        At least 0.

    Returns
    -------
    Expr
        A scalar between 0 and 1.

    Raises
    ------
    ShapeError
        An argument is no scalar.
    DomainError
        A number is outside the domain.

    References
    ----------
    dlmf, section 8.2.

    Examples
    --------
    >>> from derive.language.symbols import scalar
    >>> gammainc(2, scalar("x"))
    gammainc(2, x)
    """
    shape, place = _shape("gammainc", a), _scalar("gammainc", x)
    if place.is_negative:
        raise DomainError(f"gammainc needs an argument x >= 0, got {place}")
    return classes.gammainc(shape, place)


def betainc(a: Any, b: Any, x: Any) -> Expr:
    """Return the regularised incomplete beta function, I_x(a, b).

    Parameters
    ----------
    a, b : SymPy scalar or number
        The shapes, positive; there is no derivative in them.
    x : SymPy scalar or number
        Between 0 and 1.

    Returns
    -------
    Expr
        A scalar between 0 and 1.

    Raises
    ------
    ShapeError
        An argument is no scalar.
    DomainError
        A number is outside the domain.

    References
    ----------
    dlmf, section 8.17.

    Examples
    --------
    >>> from derive.language.symbols import scalar
    >>> betainc(2, 3, scalar("x"))
    betainc(2, 3, x)
    """
    place = _scalar("betainc", x)
    if place.is_negative or (1 - place).is_negative:
        raise DomainError(f"betainc needs an argument 0 <= x <= 1, got {place}")
    return classes.betainc(_shape("betainc", a), _shape("betainc", b), place)


def normquantile(p: Any) -> Expr:
    """Return the inverse of the standard normal distribution function.

    Parameters
    ----------
    p : SymPy scalar or number
        A probability, 0 < p < 1.

    Returns
    -------
    Expr
        A scalar.

    Raises
    ------
    ShapeError
        The argument is no scalar.
    DomainError
        The argument is a number outside (0, 1).

    References
    ----------
    dlmf, section 7.17.

    Examples
    --------
    >>> from derive.language.symbols import scalar
    >>> normquantile(scalar("p"))
    normquantile(p)
    """
    return classes.normquantile(_probability("normquantile", p))


def gammaincinv(a: Any, p: Any) -> Expr:
    """Return the x with ``gammainc(a, x) = p``.

    Parameters
    ----------
    a : SymPy scalar or number
        The shape, a > 0; there is no derivative in it.
    p : SymPy scalar or number
        A probability, 0 < p < 1.

    Returns
    -------
    Expr
        A positive scalar.

    Raises
    ------
    ShapeError
        An argument is no scalar.
    DomainError
        A number is outside the domain.

    References
    ----------
    dlmf, section 8.12.

    Examples
    --------
    >>> from derive.language.symbols import scalar
    >>> gammaincinv(2, scalar("p"))
    gammaincinv(2, p)
    """
    return classes.gammaincinv(_shape("gammaincinv", a), _probability("gammaincinv", p))


def betaincinv(a: Any, b: Any, p: Any) -> Expr:
    """Return the x with ``betainc(a, b, x) = p``.

    Parameters
    ----------
    a, b : SymPy scalar or number
        The shapes, positive; there is no derivative in them.
    p : SymPy scalar or number
        A probability, 0 < p < 1.

    Returns
    -------
    Expr
        A scalar between 0 and 1.

    Raises
    ------
    ShapeError
        An argument is no scalar.
    DomainError
        A number is outside the domain.

    References
    ----------
    dlmf, section 8.17.

    Examples
    --------
    >>> from derive.language.symbols import scalar
    >>> betaincinv(2, 3, scalar("p"))
    betaincinv(2, 3, p)
    """
    shapes = (_shape("betaincinv", a), _shape("betaincinv", b))
    return classes.betaincinv(*shapes, _probability("betaincinv", p))


def _scalar(name: str, value: Any) -> Expr:
    expr, shape = argument(value)
    if shape != SCALAR:
        raise ShapeError(f"{name} needs a scalar, got {described(expr)}")
    return expr


def _shape(name: str, value: Any) -> Expr:
    expr = _scalar(name, value)
    if expr.is_nonpositive:
        raise DomainError(f"{name} needs shapes > 0, got {expr}")
    return expr


def _probability(name: str, value: Any) -> Expr:
    expr = _scalar(name, value)
    if expr.is_nonpositive or (1 - expr).is_nonpositive:
        raise DomainError(f"{name} needs a probability 0 < p < 1, got {expr}")
    return expr
