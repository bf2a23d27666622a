"""What may have been meant where the shapes of an operator's sides do not fit."""

from __future__ import annotations

from sympy import Expr, MatrixSymbol

from derive.language.sympy_shapes import shape_of

_LONGEST = 30


def power_remedy(base: Expr, exponent: Expr) -> str:
    """What to write for a power of what is not square."""
    x = _inside(base, "x")
    remedy = f"hadamard_power({x}, {exponent}) raises each entry"
    return f"{remedy}; norm({x})**2 is the sum of squares" if exponent == 2 else remedy


def product_remedy(left: Expr, right: Expr) -> str:
    """A line of products of two matrices, or of their transposes, that fit; or nothing."""
    (rows, columns), (other_rows, other_columns) = shape_of(left), shape_of(right)
    one, other = _factor(left, "x"), _factor(right, "y")
    offers = []
    if rows == other_rows:
        offers.append(f"{one}.T*{other}")
    if columns == other_columns:
        offers.append(f"{one}*{other}.T")
    if shape_of(left) == shape_of(right):
        offers.append(
            f"hadamard({_inside(left, 'x')}, {_inside(right, 'y')}) for the product of entries"
        )
    elif columns == 1 and rows == other_rows:
        offers.append(f"diag({one})*{other} to scale rows")
    if rows == other_columns and not offers:
        offers.append(f"{other}*{one}")
    return f"\n  to fix   : {', or '.join(offers)}" if offers else ""


def _inside(expr: Expr, otherwise: str) -> str:
    """An expression as an argument of a function; a long one by a letter."""
    text = str(expr)
    return text if len(text) <= _LONGEST else otherwise


def _factor(expr: Expr, otherwise: str) -> str:
    """An expression as it can stand in a product."""
    text = _inside(expr, otherwise)
    return text if isinstance(expr, MatrixSymbol) or text == otherwise else f"({text})"
