"""The public functions of a scalar that have an order: Bessel functions and zeta."""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Expr, Integer

from derive.errors import ArgumentError, DomainError, ShapeError
from derive.language.arguments import argument
from derive.language.sympy_base import SCALAR
from derive.language.sympy_shapes import described
from derive.language.sympy_special import zeta_expr


def besseli(order: Any, x: Any) -> Expr:
    """Return the modified Bessel function of the first kind, I_v(x).

    Parameters
    ----------
    order : SymPy scalar or number
        A real order v >= 0, which may be a name; there is no derivative in it.
    x : SymPy scalar or number
        Any real number if the order is whole, else a positive one.

    Returns
    -------
    Expr
        A scalar.

    Raises
    ------
    ShapeError
        An argument is no scalar.
    DomainError
        The order is a negative number.

    References
    ----------
    dlmf, section 10.25.

    Examples
    --------
    >>> from derive.language.symbols import scalar
    >>> besseli(0, scalar("x"))
    besseli(0, x)
    """
    v, z = _scalar("besseli", order), _scalar("besseli", x)
    if v.is_negative:
        raise DomainError(f"besseli needs an order >= 0, got {v}")
    return sympy.besseli(v, z)


def riemann_zeta(s: Any) -> Expr:
    """Return the Riemann zeta function of a number above one.

    Parameters
    ----------
    s : SymPy scalar or number
        Greater than 1.

    Returns
    -------
    Expr
        A scalar.

    Raises
    ------
    ShapeError
        The argument is no scalar.
    DomainError
        The argument is a number that is not above 1.

    References
    ----------
    dlmf, section 25.2.

    Examples
    --------
    >>> from derive.language.symbols import scalar
    >>> riemann_zeta(scalar("s"))
    zeta(s)
    """
    return zetaderiv(0, s)


def zetaderiv(times: int, s: Any) -> Expr:
    """Return a derivative of the Riemann zeta function.

    Parameters
    ----------
    times : int
        How many times it is differentiated; 0 is the function itself.
    s : SymPy scalar or number
        Greater than 1.

    Returns
    -------
    Expr
        A scalar.

    Raises
    ------
    ArgumentError
        `times` is no whole number from 0 up.
    ShapeError
        The argument is no scalar.
    DomainError
        The argument is a number that is not above 1.

    References
    ----------
    dlmf, section 25.2.

    Examples
    --------
    >>> from derive.language.symbols import scalar
    >>> zetaderiv(1, scalar("s"))
    zetaderiv(1, s)
    """
    if not isinstance(times, int | Integer) or isinstance(times, bool) or times < 0:
        raise ArgumentError(f"zetaderiv needs a whole number >= 0 of derivatives, got {times}")
    expr = _scalar("riemann_zeta", s)
    if expr.is_number and not expr > 1:
        raise DomainError(f"riemann_zeta needs an argument > 1, got {expr}")
    return zeta_expr(int(times), expr)


def _scalar(name: str, value: Any) -> Expr:
    expr, shape = argument(value)
    if shape != SCALAR:
        raise ShapeError(f"{name} needs a scalar, got {described(expr)}")
    return expr
