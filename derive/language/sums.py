"""Indices, rows, entries and sums over an index as SymPy objects, and the functions for them."""

from __future__ import annotations

from typing import Any

from sympy import Basic, Expr, MatrixExpr, S, Symbol

from derive.errors import ArgumentError, DeclarationError, ShapeError
from derive.language.arguments import argument
from derive.language.sizes import Size
from derive.language.symbols import DeclaredScalar
from derive.language.sympy_base import SCALAR, ScalarNode, is_matrix
from derive.language.sympy_functions import MatrixFunction
from derive.language.sympy_nodes import MatrixArithmetic, as_scalar, times, transposed
from derive.language.sympy_shapes import (
    as_sympy,
    checked_name,
    described,
    shape_of,
    size_expr,
    size_of,
)

# --- the objects ----------------------------------------------------------------------


class DeclaredIndex(Symbol):
    """A whole number between two bounds; made by ``index``."""

    __slots__ = ("first", "last")
    first: int
    last: Expr

    def __new__(cls, name: str, last: Any, first: int = 1) -> DeclaredIndex:
        symbol: DeclaredIndex = Symbol.__xnew__(
            cls, checked_name(name), integer=True, nonnegative=True
        )
        symbol.first = first
        symbol.last = size_expr(last) if isinstance(last, Size) else as_sympy(last)
        return symbol

    def _hashable_content(self) -> tuple[Any, ...]:
        return (*super()._hashable_content(), self.first, self.last)

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (self.name, self.last, self.first), {}

    @property
    def runs_over_size(self) -> bool:
        """Whether the index runs from 1 to a size."""
        return self.first == 1 and not self.last.atoms(DeclaredScalar, DeclaredIndex)


class UnitVector(MatrixArithmetic, MatrixExpr):
    """The unit vector of an index."""

    __slots__ = ()

    def __new__(cls, i: Any, **hints: Any) -> Any:
        return Basic.__new__(cls, i)

    @property
    def shape(self) -> tuple[Expr, Expr]:
        """Rows and columns."""
        return self.args[0].last, S.One

    def _sympystr(self, printer: Any) -> str:
        return f"unit({printer._print(self.args[0])})"

    def _latex(self, printer: Any) -> str:
        return rf"\mathbf{{e}}_{{{printer._print(self.args[0])}}}"

    def doit(self, **hints: Any) -> Any:
        """Itself."""
        return self


class _Binder:
    """What sums share: the terms, the index, and how both are written."""

    __slots__ = ()
    args: tuple[Any, ...]

    def __new__(cls, *args: Any, **hints: Any) -> Any:
        return Basic.__new__(cls, *args)

    @property
    def bound_symbols(self) -> list[Any]:
        """The index."""
        return [self.args[1]]

    @property
    def free_symbols(self) -> set[Any]:
        """The symbols of the terms and of the range, without the index."""
        body, i = self.args
        symbols: set[Any] = (body.free_symbols - {i}) | i.last.free_symbols
        return symbols

    def _sympystr(self, printer: Any) -> str:
        body, i = self.args
        return f"sum_over({i.name}, {printer._print(body)})"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        body, i = self.args
        sign = rf"\sum_{{{i.name}={i.first}}}^{{{printer._print(i.last)}}}"
        text = rf"{sign} {printer.parenthesize(body, 50)}"
        return rf"\left({text}\right)^{{{exp}}}" if exp else text


class ScalarSum(_Binder, ScalarNode):
    """A sum of scalars over an index."""

    __slots__ = ()


class MatrixSumOver(_Binder, MatrixFunction):
    """A sum of matrices over an index."""

    __slots__ = ()


# --- the functions --------------------------------------------------------------------


def index(name: str, last: Any, first: int = 1) -> Any:
    """Declare an index: a whole number that runs over the rows or entries of data.

    Parameters
    ----------
    name : str
        A letter.
    last : int or SymPy expression
        Its last value: a size, or a whole expression such as ``k - 1``.
    first : int
        Its first value, 1 or 0; rows and entries are counted from 1.

    Returns
    -------
    DeclaredIndex
        A SymPy ``Symbol``, shape (1, 1).

    Raises
    ------
    DeclarationError
        The name is not allowed, or the index begins at another number.

    Examples
    --------
    >>> from derive.language.symbols import dims, vector
    >>> n = dims("n")
    >>> i, y = index("i", n), vector("y", n)
    >>> sum_over(i, entry(y, i) ** 2)
    sum_over(i, (unit(i).T*y)**2)
    """
    if first not in (0, 1):
        raise DeclarationError(f"an index begins at 0 or 1, got {first!r:.40}")
    return DeclaredIndex(name, last, first)


def row(X: Any, i: Any) -> Expr:
    """Return row i of a matrix as a column.

    Parameters
    ----------
    X : SymPy matrix, shape (n, d)
    i : DeclaredIndex
        Runs from 1 to n.

    Returns
    -------
    MatrixExpr, shape (d, 1)
        ``X.T*e_i``, which is written x_i.

    Raises
    ------
    ShapeError
        The index does not run over the rows.
    ArgumentError
        `i` is no index.

    Examples
    --------
    >>> from derive.language.symbols import dims, matrix
    >>> n, d = dims("n d")
    >>> row(matrix("X", n, d), index("i", n)).shape
    (d, 1)
    """
    expr, _ = argument(X)
    _require_range(expr, i, 0)
    return times(transposed(expr), UnitVector(i))


def entry(A: Any, i: Any, j: Any = None) -> Expr:
    """Return entry i of a vector, or entry (i, j) of a matrix.

    Parameters
    ----------
    A : SymPy vector or matrix, shape (n, 1) or (n, d)
    i, j : DeclaredIndex
        Run over the rows and the columns.

    Returns
    -------
    Expr
        The entry, a scalar, which is written y_i or A_ij.

    Raises
    ------
    ShapeError
        An index does not run over the rows or columns, or a matrix has one index.
    ArgumentError
        `i` or `j` is no index.

    Examples
    --------
    >>> from derive.language.symbols import dims, vector
    >>> n = dims("n")
    >>> entry(vector("y", n), index("i", n))
    unit(i).T*y
    """
    expr, shape = argument(A)
    _require_range(expr, i, 0)
    if j is None:
        if shape[1] != 1:
            raise ShapeError(
                f"an entry of {described(expr)} needs two indices\n"
                f"  to fix   : take row(A, i), or entry(A, i, j)"
            )
        return as_scalar(times(transposed(UnitVector(i)), expr))
    _require_range(expr, j, 1)
    return as_scalar(times(transposed(UnitVector(i)), expr, UnitVector(j)))


def sum_over(i: Any, terms: Any) -> Expr:
    """Return the sum of an expression over all values of an index.

    Parameters
    ----------
    i : DeclaredIndex
        The index; nested sums have indices of different names.
    terms : SymPy object or number, of any shape
        What is added up.

    Returns
    -------
    Expr or MatrixExpr
        The sum, of the shape of the terms.

    Raises
    ------
    ArgumentError
        `i` is no index.

    References
    ----------
    magnus2019

    Examples
    --------
    >>> from derive.language.symbols import dims, matrix, vector
    >>> n, d = dims("n d")
    >>> X, w, i = matrix("X", n, d), vector("w", d), index("i", n)
    >>> sum_over(i, (row(X, i).T * w) ** 2).free_symbols - {n, d} == {X, w}
    True
    """
    _require_index(i)
    expr, shape = argument(terms)
    return ScalarSum(expr, i) if shape == SCALAR else MatrixSumOver(expr, i)


def _require_index(i: Any) -> None:
    if not isinstance(i, DeclaredIndex):
        raise ArgumentError(
            f"expected an index, got {str(i)[:60]} ({type(i).__name__})\n"
            f'  to fix   : declare it, as in i = index("i", n)'
        )


def _require_range(expr: Expr, i: Any, axis: int) -> None:
    _require_index(i)
    size = shape_of(expr)[axis] if is_matrix(expr) else 1
    if not i.runs_over_size or size != size_of(i.last):
        raise ShapeError(
            f"the index {i.name} runs from {i.first} to {i.last}, but {described(expr)} has "
            f"{size} {('rows', 'columns')[axis]}"
        )
