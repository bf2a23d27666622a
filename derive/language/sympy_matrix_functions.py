"""SymPy nodes for functions of whole matrices, Frechet derivatives, factors and masks.

As in ``sympy_functions.py``: one class a function, built by ``to_matrix_functions.py``.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

import sympy
from sympy import Expr, I, ImmutableDenseMatrix, Rational, S
from sympy.core.symbol import Str

from derive.language.operators import MASKS, MATRIX_FUNCTIONS
from derive.language.sympy_functions import MatrixFunction, NamedMatrixFunction
from derive.language.sympy_scalars import latex_call


def explicit_function(name: str, A: Any) -> Any:
    """A function of a matrix that is written out."""
    if name == "expm":
        return A.exp()
    if name == "logm":
        return A.log()
    if name == "sqrtm":
        return A ** Rational(1, 2)
    turned, back = (I * A).exp(), (-I * A).exp()
    return (turned + back) / 2 if name == "cosm" else (turned - back) / (2 * I)


class MatrixMap(NamedMatrixFunction):
    """A function of a square matrix; the arguments are its name and the matrix."""

    __slots__ = ()

    def explicit(self) -> Expr:
        """The value for an explicit matrix."""
        return explicit_function(self.function, self.args[1])


class FrechetDerivative(MatrixMap):
    """The derivative of a matrix function: its name, the matrix, the directions."""

    __slots__ = ()

    def _sympystr(self, printer: Any) -> str:
        inside = ", ".join(map(printer._print, self.args[1:]))
        return f"frechet('{self.function}', {inside})"

    @property
    def latex_name(self) -> str:
        """How its name is written."""
        name = MATRIX_FUNCTIONS[self.function].scalar
        return rf"L_{{\operatorname{{{name}}}}}"

    def explicit(self) -> Expr:
        """The corner of the value at a triangle of blocks."""
        _, whole, *directions = self.args
        size = whole.shape[0]
        for count, direction in enumerate(directions):
            spread = reduce(lambda along, _: sympy.diag(along, along), range(count), direction)
            zero = sympy.zeros(*whole.shape)
            whole = sympy.Matrix([[whole, spread], [zero, whole]])
        value = explicit_function(self.function, whole)
        return ImmutableDenseMatrix(value[:size, -size:])


class CholeskyFactor(MatrixFunction):
    """The lower Cholesky factor."""

    __slots__ = ()
    symbol, latex_symbol = "cholesky", r"\operatorname{chol}"

    def explicit(self) -> Expr:
        """The value for an explicit matrix."""
        return ((self.args[0] + self.args[0].T) / 2).cholesky(hermitian=False)


class AdjugateOf(MatrixFunction):
    """The transposed matrix of cofactors."""

    __slots__ = ()
    symbol, latex_symbol = "adjugate", r"\operatorname{adj}"

    def explicit(self) -> Expr:
        """The value for an explicit matrix."""
        return self.args[0].adjugate()


class PseudoInverse(MatrixFunction):
    """The Moore-Penrose inverse."""

    __slots__ = ()
    symbol, latex_symbol = "pinv", r"\operatorname{pinv}"

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """Rows and columns."""
        rows, columns = self.args[0].shape
        return columns, rows

    def explicit(self) -> Expr:
        """The value for an explicit matrix."""
        return self.args[0].pinv()


class Polygamma(MatrixFunction):
    """An elementwise derivative of the digamma function: its order and the matrix."""

    __slots__ = ()
    symbol = "polygamma"

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """Rows and columns."""
        rows, columns = self.args[1].shape
        return rows, columns

    def _latex(self, printer: Any) -> str:
        return latex_call(rf"\psi^{{({self.args[0]})}}", printer, self.args[1:])

    def explicit(self) -> Expr:
        """The value for an explicit matrix."""
        return self.args[1].applyfunc(lambda entry: sympy.polygamma(self.args[0], entry))


class Mask(MatrixFunction):
    """Zeros and ones by their place; the arguments are its name, rows and columns."""

    __slots__ = ()

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """Rows and columns."""
        return self.args[1], self.args[2]

    @property
    def kind(self) -> str:
        """Its name in ``MASKS``."""
        return str(self.args[0])

    def _sympystr(self, printer: Any) -> str:
        return f"mask('{self.kind}', {self.args[1]}, {self.args[2]})"

    def _latex(self, printer: Any) -> str:
        name = self.kind.replace("_", r"\ ")
        return rf"\mathbf{{1}}_{{\text{{{name}}}}}"

    def explicit(self) -> Expr:
        """The entries, where the sizes are numbers."""
        if not all(size.is_Integer for size in self.args[1:]):
            return self
        below, on, above = MASKS[self.kind]
        entry = {1: below, 0: on, -1: above}
        return ImmutableDenseMatrix(
            *self.args[1:], lambda i, j: S(entry[(int(i) > int(j)) - (int(i) < int(j))]) / 2
        )


def matrix_map_node(name: str, argument: Expr) -> Expr:
    """The node of a function of a matrix."""
    return MatrixMap(Str(name), argument)


def frechet_node(name: str, *arguments: Expr) -> Expr:
    """The node of a Frechet derivative."""
    return FrechetDerivative(Str(name), *arguments)


def mask_node(kind: str, rows: Expr, columns: Expr) -> Expr:
    """The node of a mask."""
    return Mask(Str(kind), rows, columns)
