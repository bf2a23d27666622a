"""The nodes for functions of matrices that SymPy lacks or differentiates wrongly.

One class a function: ``symbol`` is how it is written, ``explicit`` its value when the
argument is an explicit matrix.  The public functions, which check shapes and build these
nodes, are in ``to_scalar.py``, ``to_matrix.py``, ``softmaxes.py`` and
``elementwise.py``.
"""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Basic, Expr, ImmutableDenseMatrix, MatrixExpr, S
from sympy.core.symbol import Str
from sympy.printing.pretty.stringpict import prettyForm

from derive.language.sympy_base import NoSympyDerivative, ScalarNode
from derive.language.sympy_nodes import MatrixArithmetic
from derive.language.sympy_scalars import LATEX, SCALAR_FUNCTIONS, latex_call


class NamedFunction:
    """What is written as a call of the name in the first argument."""

    __slots__ = ()
    args: tuple[Any, ...]

    @property
    def function(self) -> str:
        """The name of the function."""
        return str(self.args[0])

    @property
    def latex_name(self) -> str:
        """How its name is written."""
        return rf"\operatorname{{{self.function}}}"

    def _sympystr(self, printer: Any) -> str:
        return f"{self.function}({', '.join(map(printer._print, self.args[1:]))})"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return latex_call(self.latex_name, printer, self.args[1:], exp)


# --- matrices to a scalar -------------------------------------------------------------


class ScalarFunction(ScalarNode):
    """A scalar function of one matrix."""

    __slots__ = ()
    symbol = ""
    latex_symbol = ""

    def __new__(cls, *args: Any, **hints: Any) -> Any:
        return Basic.__new__(cls, *args)

    def _sympystr(self, printer: Any) -> str:
        return f"{self.symbol}({', '.join(map(printer._print, self.args))})"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return latex_call(self.latex_symbol, printer, self.args, exp)


class EuclideanNorm(ScalarFunction):
    """The Euclidean norm of a vector, the Frobenius norm of a matrix."""

    __slots__ = ()
    symbol = "norm"
    is_nonnegative = True

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        raised = f"^{{{exp}}}" if exp else ""
        return rf"\left\lVert {printer._print(self.args[0])} \right\rVert_2{raised}"

    def explicit(self) -> Expr:
        """The value for an explicit matrix."""
        return sympy.sqrt(sum(entry**2 for entry in self.args[0]))


class SumNorm(ScalarFunction):
    """The sum of the absolute values of all entries."""

    __slots__ = ()
    is_nonnegative = True

    def _sympystr(self, printer: Any) -> str:
        return f"norm({printer._print(self.args[0])}, 1)"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        raised = f"^{{{exp}}}" if exp else ""
        return rf"\left\lVert {printer._print(self.args[0])} \right\rVert_1{raised}"

    def explicit(self) -> Expr:
        """The value for an explicit matrix."""
        return sum((sympy.Abs(entry) for entry in self.args[0]), S.Zero)


class TraceOf(ScalarFunction):
    """The sum of the diagonal."""

    __slots__ = ()
    symbol, latex_symbol = "trace", r"\operatorname{tr}"

    def explicit(self) -> Expr:
        """The value for an explicit matrix."""
        return self.args[0].trace()


class DeterminantOf(ScalarFunction):
    """The determinant."""

    __slots__ = ()
    symbol, latex_symbol = "det", r"\det"

    def explicit(self) -> Expr:
        """The value for an explicit matrix."""
        return self.args[0].det()


class LogDeterminant(ScalarFunction):
    """The logarithm of a positive determinant."""

    __slots__ = ()
    symbol, latex_symbol = "logdet", r"\log\det"

    def explicit(self) -> Expr:
        """The value for an explicit matrix."""
        return sympy.log(self.args[0].det())


class Total(ScalarFunction):
    """The sum of all entries."""

    __slots__ = ()
    symbol, latex_symbol = "total", r"\operatorname{sum}"

    def explicit(self) -> Expr:
        """The value for an explicit matrix."""
        return sum(self.args[0], S.Zero)


class LogSumExp(ScalarFunction):
    """The logarithm of the sum of the exponentials of a vector."""

    __slots__ = ()
    symbol, latex_symbol = "logsumexp", r"\operatorname{logsumexp}"

    def explicit(self) -> Expr:
        """The value for an explicit vector."""
        return sympy.log(sum((sympy.exp(entry) for entry in self.args[0]), S.Zero))


# --- matrices to matrices -------------------------------------------------------------


class MatrixFunction(NoSympyDerivative, MatrixArithmetic, MatrixExpr):
    """A matrix function of one matrix, by default of the same shape."""

    __slots__ = ()
    symbol = ""
    latex_symbol = ""

    def __new__(cls, *args: Any, **hints: Any) -> Any:
        return Basic.__new__(cls, *args)

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """Rows and columns."""
        rows, columns = self.args[0].shape
        return rows, columns

    def _sympystr(self, printer: Any) -> str:
        return f"{self.symbol}({', '.join(map(printer._print, self.args))})"

    def _latex(self, printer: Any) -> str:
        return latex_call(self.latex_symbol, printer, self.args)

    def _pretty(self, printer: Any) -> prettyForm:
        return prettyForm(str(self))


class NamedMatrixFunction(NamedFunction, MatrixFunction):
    """A named function of a matrix, of the same shape."""

    __slots__ = ()

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """Rows and columns."""
        rows, columns = self.args[1].shape
        return rows, columns


class Elementwise(NamedMatrixFunction):
    """An elementwise function; the arguments are its name and the matrix."""

    __slots__ = ()

    @property
    def latex_name(self) -> str:
        """How its name is written."""
        return LATEX[self.function]

    def explicit(self) -> Expr:
        """The value for an explicit matrix."""
        return self.args[1].applyfunc(SCALAR_FUNCTIONS[self.function])


class HadamardOf(MatrixFunction):
    """The elementwise product of equal shapes."""

    __slots__ = ()
    symbol = "hadamard"

    def _latex(self, printer: Any) -> str:
        return r" \odot ".join(printer.parenthesize(arg, self.precedence) for arg in self.args)

    precedence = sympy.printing.precedence.PRECEDENCE["Mul"]

    def explicit(self) -> Expr:
        """The value for explicit matrices."""
        result = self.args[0]
        for factor in self.args[1:]:
            result = result.multiply_elementwise(factor)
        return result


class HadamardPowerOf(MatrixFunction):
    """The elementwise power; the arguments are the matrix and the scalar exponent."""

    __slots__ = ()
    symbol = "hadamard_power"

    def _sympystr(self, printer: Any) -> str:
        base, exponent = self.args
        if exponent == S.Half:
            return f"sqrt({printer._print(base)})"
        return f"hadamard_power({printer._print(base)}, {printer._print(exponent)})"

    def _latex(self, printer: Any) -> str:
        base = printer.parenthesize(self.args[0], sympy.printing.precedence.PRECEDENCE["Pow"])
        return rf"{base}^{{\circ {printer._print(self.args[1])}}}"

    def explicit(self) -> Expr:
        """The value for an explicit matrix."""
        return self.args[0].applyfunc(lambda entry: entry ** self.args[1])


class DiagonalMatrixOf(MatrixFunction):
    """The diagonal matrix of a vector."""

    __slots__ = ()
    symbol, latex_symbol = "diag", r"\operatorname{diag}"

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """Rows and columns."""
        return self.args[0].shape[0], self.args[0].shape[0]

    def explicit(self) -> Expr:
        """The value for an explicit vector."""
        return sympy.diag(*self.args[0])


class DiagonalVectorOf(MatrixFunction):
    """The diagonal of a square matrix, as a vector."""

    __slots__ = ()
    symbol, latex_symbol = "diag", r"\operatorname{diag}"

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """Rows and columns."""
        return self.args[0].shape[0], S.One

    def explicit(self) -> Expr:
        """The value for an explicit matrix."""
        return self.args[0].diagonal().T


class Softmax(MatrixFunction):
    """exp over its sum, over a vector."""

    __slots__ = ()
    symbol, latex_symbol = "softmax", r"\operatorname{softmax}"

    def explicit(self) -> Expr:
        """The value for an explicit vector."""
        raised = self.args[0].applyfunc(sympy.exp)
        return raised / sum(raised)


class RowSoftmax(MatrixFunction):
    """The softmax of each row."""

    __slots__ = ()
    symbol, latex_symbol = "rowsoftmax", r"\operatorname{rowsoftmax}"

    def explicit(self) -> Expr:
        """The value for an explicit matrix."""
        raised = self.args[0].applyfunc(sympy.exp)
        rows = [list(raised.row(i) / sum(raised.row(i))) for i in range(raised.rows)]
        return ImmutableDenseMatrix(rows)


class RowLogSumExp(MatrixFunction):
    """The logsumexp of each row, as a vector."""

    __slots__ = ()
    symbol, latex_symbol = "logsumexp_rows", r"\operatorname{logsumexp}"

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """Rows and columns."""
        return self.args[0].shape[0], S.One

    def explicit(self) -> Expr:
        """The value for an explicit matrix."""
        raised = self.args[0].applyfunc(sympy.exp)
        return ImmutableDenseMatrix([sympy.log(sum(raised.row(i))) for i in range(raised.rows)])


def elementwise_node(name: str, argument: Expr) -> Expr:
    """An elementwise function of a scalar (SymPy's own where it has one) or a matrix."""
    if getattr(argument, "is_Matrix", False):
        return Elementwise(Str(name), argument)
    return SCALAR_FUNCTIONS[name](argument)
