"""SymPy nodes of functions of several arrays, entry by entry; ``to_combined`` builds them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy
from sympy import Expr, ImmutableDenseMatrix
from sympy.core.symbol import Str

from derive.language.sympy_base import is_matrix
from derive.language.sympy_functions import MatrixFunction, NamedFunction, ScalarFunction


def _huber(x: Expr, bound: Expr) -> Expr:
    return (x**2 - sympy.Max(sympy.Abs(x) - bound, 0) ** 2) / 2


VALUES: dict[str, Callable[..., Expr]] = {
    "maximum": sympy.Max,
    "minimum": sympy.Min,
    "clip": lambda x, low, high: sympy.Min(sympy.Max(x, low), high),
    "huber": _huber,
}


class CombinedScalar(NamedFunction, ScalarFunction):
    """The function of scalars; the arguments are its name and theirs."""

    __slots__ = ()

    def explicit(self) -> Expr:
        """The value."""
        return VALUES[self.function](*self.args[1:])


class CombinedMatrix(NamedFunction, MatrixFunction):
    """The function of arrays, some of them scalars; the arguments are its name and theirs."""

    __slots__ = ()

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """Rows and columns."""
        rows, columns = next(arg for arg in self.args[1:] if is_matrix(arg)).shape
        return rows, columns

    def explicit(self) -> Expr:
        """The value for explicit matrices."""
        rows, columns = map(int, self.shape)
        return ImmutableDenseMatrix(
            rows,
            columns,
            lambda i, j: VALUES[self.function](
                *(arg[i, j] if is_matrix(arg) else arg for arg in self.args[1:])
            ),
        )


def combined_expr(name: str, *args: Any) -> Expr:
    """The node of the function of these arguments."""
    kind = CombinedMatrix if any(map(is_matrix, args)) else CombinedScalar
    node: Expr = kind(Str(name), *args)
    return node
