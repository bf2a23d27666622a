"""The SymPy nodes for eigenvalues, singular values and their vectors.

Their arguments are the name of the operator and the matrix; one class for scalars, one for
vectors and matrices.  The public functions are in ``to_spectral.py``.
"""

from __future__ import annotations

from sympy import Expr
from sympy.core.symbol import Str

from derive.language.spectral import SHAPES
from derive.language.structure import SCALAR
from derive.language.sympy_functions import MatrixFunction, NamedFunction, ScalarFunction
from derive.language.sympy_shapes import shape_of, size_expr

LATEX = {"lambda_max": r"\lambda_{\max}", "lambda_min": r"\lambda_{\min}"}


class _Spectral(NamedFunction):
    """An operator of the family by its name."""

    __slots__ = ()

    @property
    def latex_name(self) -> str:
        """How its name is written: an end behind an underscore is a subscript."""
        word, _, end = self.function.partition("_")
        subscript = rf"_{{\{end}}}" if end else ""
        return LATEX.get(self.function, rf"\operatorname{{{word}}}{subscript}")


class SpectralScalar(_Spectral, ScalarFunction):
    """A scalar: an extreme eigenvalue, the spectral or the nuclear norm."""

    __slots__ = ()


class SpectralMatrix(_Spectral, MatrixFunction):
    """A vector or matrix: eigenvalues, singular values, vectors that belong to them."""

    __slots__ = ()

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """Rows and columns."""
        rows, columns = SHAPES[self.function](*shape_of(self.args[1]))
        return size_expr(rows), size_expr(columns)


def spectral_expr(name: str, argument: Expr) -> Expr:
    """The SymPy node of an operator of the family."""
    shape = SHAPES[name](*shape_of(argument))
    kind = SpectralScalar if shape == SCALAR else SpectralMatrix
    return kind(Str(name), argument)
