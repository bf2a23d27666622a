"""The SymPy nodes for eigenvalues, singular values and their vectors.

Their arguments are the name of the operator and the matrix; one class for scalars, one for
vectors and matrices.  The public functions are in ``to_spectral.py``.
"""

from __future__ import annotations

from typing import Any

from sympy import Expr
from sympy.core.symbol import Str

from derive.language.spectral import SHAPES
from derive.language.structure import SCALAR
from derive.language.sympy_functions import MatrixFunction, ScalarFunction
from derive.language.sympy_scalars import latex_call
from derive.language.sympy_shapes import shape_of, size_expr

LATEX = {"lambda_max": r"\lambda_{\max}", "lambda_min": r"\lambda_{\min}"}


def _latex_name(name: str) -> str:
    word, _, end = name.partition("_")
    subscript = rf"_{{\{end}}}" if end else ""
    return LATEX.get(name, rf"\operatorname{{{word}}}{subscript}")


class SpectralScalar(ScalarFunction):
    """A scalar: an extreme eigenvalue, the spectral or the nuclear norm."""

    __slots__ = ()

    @property
    def function(self) -> str:
        """The name of the operator."""
        return str(self.args[0])

    def _sympystr(self, printer: Any) -> str:
        return f"{self.function}({printer._print(self.args[1])})"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return latex_call(_latex_name(self.function), printer, self.args[1:], exp)


class SpectralMatrix(MatrixFunction):
    """A vector or matrix: eigenvalues, singular values, vectors that belong to them."""

    __slots__ = ()

    @property
    def function(self) -> str:
        """The name of the operator."""
        return str(self.args[0])

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """Rows and columns."""
        rows, columns = SHAPES[self.function](*shape_of(self.args[1]))
        return size_expr(rows), size_expr(columns)

    def _sympystr(self, printer: Any) -> str:
        return f"{self.function}({printer._print(self.args[1])})"

    def _latex(self, printer: Any) -> str:
        return latex_call(_latex_name(self.function), printer, self.args[1:])


def spectral_expr(name: str, argument: Expr) -> Expr:
    """The SymPy node of an operator of the family."""
    shape = SHAPES[name](*shape_of(argument))
    kind = SpectralScalar if shape == SCALAR else SpectralMatrix
    return kind(Str(name), argument)
