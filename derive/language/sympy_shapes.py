"""Sizes and shapes of SymPy objects, and the strict way in for Python values.

SymPy sizes (``3``, ``n``, ``2*n + 1``) and our ``Size`` name the same things; a symbolic
size is known by its name, whatever SymPy assumptions its symbol carries.
"""

from __future__ import annotations

from fractions import Fraction
from numbers import Integral
from typing import Any

from sympy import Add, Basic, Expr, Float, Integer, MatrixExpr, Min, Mul, Pow, Rational, Symbol
from sympy.matrices.matrixbase import MatrixBase

from derive.errors import ArgumentError, DeclarationError, NoRuleError
from derive.language.sizes import Atom, Dim, Shape, Size, least, shape_text

MAX_NAME = 64


def as_sympy(value: Any) -> Expr:
    """A Python number or a SymPy object as an immutable SymPy object; texts never.

    Raises
    ------
    ArgumentError
        The value is a text, a truth value, a NumPy array or anything else.

    Examples
    --------
    >>> as_sympy(Fraction(1, 2))
    1/2
    """
    if isinstance(value, MatrixBase):
        return value.as_immutable()
    if isinstance(value, Basic):
        if not isinstance(value, Expr):
            raise ArgumentError(
                f"expected a SymPy expression, got {value} ({type(value).__name__})"
            )
        return value
    if isinstance(value, bool):
        raise ArgumentError(f"expected a number or a SymPy expression, got {value}")
    if isinstance(value, Integral):
        return Integer(int(value))
    if isinstance(value, Fraction):
        return Rational(value.numerator, value.denominator)
    if isinstance(value, float):
        return Float(value)
    remedy = ""
    if isinstance(value, str):
        remedy = "\n  to fix   : read a text with parse(text, shapes=...)"
    raise ArgumentError(
        f"expected a number or a SymPy expression, got {type(value).__name__}{remedy}"
    )


def checked_name(name: Any) -> str:
    """A name that may be declared: letters, digits, underscores, at most 64 of them."""
    if not isinstance(name, str) or not name.isidentifier() or len(name) > MAX_NAME:
        raise DeclarationError(
            f"{str(name)[:80]!r} cannot be a name\n"
            f"  to fix   : a letter, then letters, digits or underscores, at most {MAX_NAME}"
        )
    return name


def size_of(expr: Any) -> Dim:
    """The size that a SymPy expression (or an int) stands for.

    Raises
    ------
    DeclarationError
        It is no whole number and no polynomial in names with whole coefficients.
    """
    if isinstance(expr, Size):
        return expr
    if isinstance(expr, int | Integer) and not isinstance(expr, bool):
        if expr < 1:
            raise DeclarationError(f"a size must be at least 1, got {expr}")
        return int(expr)
    return _polynomial(expr)


def _polynomial(expr: Any) -> Dim:
    """A size or a part of one; parts may be negative numbers, as in ``n - 1``."""
    if isinstance(expr, Integer):
        return int(expr)
    if isinstance(expr, Symbol):
        return Size.named(checked_name(expr.name))
    if isinstance(expr, Add | Mul):
        parts = [_polynomial(arg) for arg in expr.args]
        total = parts[0]
        for part in parts[1:]:
            total = total + part if isinstance(expr, Add) else total * part
        return total
    if isinstance(expr, Min):
        return least(*map(_polynomial, expr.args))
    if isinstance(expr, Pow) and isinstance(expr.exp, Integer) and expr.exp > 0:
        base, power = _polynomial(expr.base), _polynomial(expr.base)
        for _ in range(int(expr.exp) - 1):
            power = power * base
        return power
    remedy = "a whole number, a name, or a polynomial of names such as 2*n + 1"
    if isinstance(expr, str) and expr.isidentifier():
        remedy = f'declare it first, {expr} = dims("{expr}"), and give it without quotes'
    shown = repr(expr) if isinstance(expr, str) else str(expr)
    raise DeclarationError(f"{shown[:80]} cannot be a size\n  to fix   : {remedy}")


class DeclaredSize(Symbol):
    """A size by name: a positive whole number, also where no shape mentions it."""

    __slots__ = ()

    def __new__(cls, name: str) -> DeclaredSize:
        size: DeclaredSize = Symbol.__xnew__(cls, checked_name(name), integer=True, positive=True)
        return size

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, bool]]:
        return (self.name,), {}


def size_expr(size: Dim) -> Expr:
    """The SymPy form of a size."""
    if not isinstance(size, Size):
        return Integer(size)
    terms = [
        Mul(Integer(coefficient), *map(_atom_expr, monomial))
        for monomial, coefficient in size.terms
    ]
    return Add(*terms)


def _atom_expr(atom: Atom) -> Expr:
    """The SymPy form of a size name, or of the least of several sizes."""
    return DeclaredSize(atom) if isinstance(atom, str) else Min(*map(size_expr, atom.among))


def shape_of(expr: Expr) -> Shape:
    """The shape of a SymPy object; everything that is no matrix is a scalar."""
    if isinstance(expr, MatrixExpr | MatrixBase):
        rows, columns = expr.shape
        if rows is None or columns is None:
            raise NoRuleError(f"{expr} has no shape ({type(expr).__name__})")
        return size_of(rows), size_of(columns)
    return (1, 1)


def described(expr: Expr) -> str:
    """An expression with its shape, for error messages."""
    text = str(expr)
    text = text if len(text) <= 60 else f"{text[:57]}..."
    return f"{text} of shape {shape_text(shape_of(expr))}"
