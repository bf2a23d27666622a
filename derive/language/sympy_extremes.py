"""SymPy nodes of the largest and the smallest entry; ``to_extremes`` builds them."""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Expr, ImmutableDenseMatrix, Integer

from derive.language.sympy_functions import MatrixFunction, ScalarFunction


class Largest(ScalarFunction):
    """The largest entry of a matrix."""

    __slots__ = ()
    symbol, latex_symbol = "max", r"\max"

    def explicit(self) -> Expr:
        """The value for an explicit matrix."""
        return sympy.Max(*self.args[0])


class Smallest(ScalarFunction):
    """The smallest entry of a matrix."""

    __slots__ = ()
    symbol, latex_symbol = "min", r"\min"

    def explicit(self) -> Expr:
        """The value for an explicit matrix."""
        return sympy.Min(*self.args[0])


class LargestNorm(ScalarFunction):
    """The largest absolute entry of a vector."""

    __slots__ = ()
    symbol = "norminf"
    is_nonnegative = True

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        raised = f"^{{{exp}}}" if exp else ""
        return rf"\left\lVert {printer._print(self.args[0])} \right\rVert_\infty{raised}"

    def explicit(self) -> Expr:
        """The value for an explicit vector."""
        return sympy.Max(*(sympy.Abs(entry) for entry in self.args[0]))


class AtLargest(MatrixFunction):
    """1 where the largest entry stands, 0 elsewhere."""

    __slots__ = ()
    symbol, latex_symbol = "is_max", r"\operatorname{ismax}"

    def explicit(self) -> Expr:
        """The value for an explicit matrix of numbers."""
        entries = list(self.args[0])
        if not all(entry.is_number for entry in entries):
            return self
        top = sympy.Max(*entries)
        return ImmutableDenseMatrix(*self.args[0].shape, [Integer(x == top) for x in entries])


class AtSmallest(MatrixFunction):
    """1 where the smallest entry stands, 0 elsewhere."""

    __slots__ = ()
    symbol, latex_symbol = "is_min", r"\operatorname{ismin}"

    def explicit(self) -> Expr:
        """The value for an explicit matrix of numbers."""
        return AtLargest(-self.args[0]).doit()
