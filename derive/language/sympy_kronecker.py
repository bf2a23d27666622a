"""SymPy nodes of Kronecker products and stacked columns; ``stacking`` builds them."""

from __future__ import annotations

from typing import Any

from sympy import Expr, ImmutableDenseMatrix, Integer, Matrix, S
from sympy.matrices import kronecker_product
from sympy.printing.precedence import PRECEDENCE

from derive.language.sympy_functions import MatrixFunction


class KroneckerOf(MatrixFunction):
    """The Kronecker product of two matrices."""

    __slots__ = ()
    symbol = "kron"
    precedence = PRECEDENCE["Mul"]

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """Rows and columns."""
        (m, n), (p, q) = self.args[0].shape, self.args[1].shape
        return m * p, n * q

    def _latex(self, printer: Any) -> str:
        return r" \otimes ".join(printer.parenthesize(arg, self.precedence) for arg in self.args)

    def explicit(self) -> Expr:
        """The value for explicit matrices."""
        return kronecker_product(*self.args)


class Stacked(MatrixFunction):
    """The columns of a matrix, one under the other."""

    __slots__ = ()
    symbol, latex_symbol = "vec", r"\operatorname{vec}"

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """Rows and columns."""
        rows, columns = self.args[0].shape
        return rows * columns, S.One

    def explicit(self) -> Expr:
        """The value for an explicit matrix."""
        return self.args[0].vec()


class ToeplitzPartOf(MatrixFunction):
    """A matrix with each diagonal replaced by its mean."""

    __slots__ = ()
    symbol, latex_symbol = "toeplitz_part", r"\operatorname{toep}"

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """Rows and columns."""
        rows, columns = self.args[0].shape
        return rows, columns

    def explicit(self) -> Expr:
        """The value for an explicit matrix."""
        (A,) = self.args
        rows, columns = map(int, A.shape)

        def mean(i: int, j: int) -> Expr:
            i, j = int(i), int(j)
            first = min(i, j)
            count = min(rows - i, columns - j) + first
            return sum((A[i - first + k, j - first + k] for k in range(count)), S.Zero) / count

        return ImmutableDenseMatrix(rows, columns, mean)


class Unstacked(MatrixFunction):
    """The matrix whose columns are stacked in a vector; the arguments end with its shape."""

    __slots__ = ()
    symbol, latex_symbol = "unvec", r"\operatorname{vec}^{-1}"

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """Rows and columns."""
        return self.args[-2], self.args[-1]

    def explicit(self) -> Expr:
        """The value for an explicit vector and a fixed shape."""
        if not all(isinstance(size, Integer) for size in self.shape):
            return self
        return self.args[0].reshape(int(self.shape[1]), int(self.shape[0])).T


class CommutationOf(MatrixFunction):
    """The matrix that takes vec(A) to vec(A.T); the arguments are the shape of A."""

    __slots__ = ()
    symbol, latex_symbol = "commutation", r"\mathbf{K}"

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """Rows and columns."""
        size = self.args[0] * self.args[1]
        return size, size

    def explicit(self) -> Expr:
        """The value for a fixed shape."""
        if not all(isinstance(size, Integer) for size in self.args):
            return self
        rows, columns = map(int, self.args)
        places = Matrix(columns, rows, range(rows * columns)).T
        return ImmutableDenseMatrix(
            rows * columns, rows * columns, lambda i, j: Integer(places[i] == j)
        )


class BlockInner(MatrixFunction):
    """Inner products of blocks with a matrix; the arguments end with the shape of the result."""

    __slots__ = ()
    symbol, latex_symbol = "block_inner", r"\operatorname{blockinner}"

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """Rows and columns."""
        return self.args[-2], self.args[-1]


class BlockSum(BlockInner):
    """A weighted sum of blocks; the arguments end with the shape of the result."""

    __slots__ = ()
    symbol, latex_symbol = "block_sum", r"\operatorname{blocksum}"
