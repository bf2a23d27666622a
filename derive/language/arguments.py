"""What the public functions take: SymPy objects and numbers, with their shapes checked."""

from __future__ import annotations

from typing import Any

from sympy import Expr

from derive.errors import ShapeError
from derive.language.sizes import Shape
from derive.language.sympy_base import SCALAR
from derive.language.sympy_nodes import as_scalar
from derive.language.sympy_shapes import as_sympy, described, shape_of


def argument(value: Any) -> tuple[Expr, Shape]:
    """A value as a SymPy object with its shape; 1 x 1 matrices become scalars."""
    expr = as_sympy(value)
    shape = shape_of(expr)
    return (as_scalar(expr) if shape == SCALAR else expr), shape


def square(name: str, value: Any) -> tuple[Expr, Shape]:
    """A square matrix; the name is that of the function."""
    expr, shape = argument(value)
    if shape[0] != shape[1]:
        raise ShapeError(f"{name} needs a square matrix, got {described(expr)}")
    return expr, shape


def column(name: str, value: Any) -> tuple[Expr, Shape]:
    """A vector; the name is that of the function."""
    expr, shape = argument(value)
    if shape[1] != 1:
        raise ShapeError(f"{name} needs a vector, got {described(expr)}")
    return expr, shape
