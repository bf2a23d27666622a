"""Matrix arithmetic on SymPy objects as a user expects it, by subclasses of SymPy's nodes.

SymPy refuses to add a 1 x 1 product to a number, sorts sums and spreads transposes.  The
classes here are SymPy's own kinds (``MatAdd``, ``MatMul``, ...) with other operators: a
1 x 1 product is a scalar expression, sums and products keep the author's order, and
shapes are compared when the expression is built.  ``obj.func(*obj.args) == obj`` holds.

``plus``, ``times``, ``transposed``, ``inverted`` and ``raised`` build; the operators only
call them.
"""

from __future__ import annotations

from functools import reduce
from operator import add, mul
from typing import Any

from sympy import (
    Add,
    Basic,
    Expr,
    Identity,
    Integer,
    Inverse,
    MatAdd,
    MatMul,
    MatPow,
    MatrixSymbol,
    Mul,
    S,
    Transpose,
    ZeroMatrix,
)
from sympy.matrices.exceptions import NonInvertibleMatrixError
from sympy.matrices.expressions.special import OneMatrix
from sympy.matrices.matrixbase import MatrixBase
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.pretty.stringpict import prettyForm

from derive.errors import NoRuleError, ShapeError
from derive.language.sympy_base import (
    SCALAR,
    NoSympyDerivative,
    ScalarNode,
    is_matrix,
)
from derive.language.sympy_operators import MatrixOperators
from derive.language.sympy_remedies import power_remedy, product_remedy
from derive.language.sympy_shapes import as_sympy, described, shape_of


class NotSquareError(ShapeError, NonInvertibleMatrixError):
    """SymPy's rewriting tries inverses and goes on when a matrix is not square."""


# --- builders -------------------------------------------------------------------------


def plus(*terms: Any) -> Expr:
    """The sum; a number 0 may stand beside matrices, any other scalar may not."""
    flat: list[Expr] = []
    for term in terms:
        flat.extend(term.args if isinstance(term, MatAdd) else (term,))
    shapes = [shape_of(term) for term in flat]
    if all(shape == SCALAR for shape in shapes):
        return Add(*map(as_scalar, flat))
    kept = [t for t in flat if t != 0]
    for term in kept[1:]:
        if shape_of(term) != shape_of(kept[0]):
            raise ShapeError(
                f"cannot add {described(term)} to {described(kept[0])}{_scalar_remedy(kept)}"
            )
    kept = [t for t in kept if not isinstance(t, ZeroMatrix)] or kept[:1]
    return kept[0] if len(kept) == 1 else Basic.__new__(MatrixSum, *kept)


def _scalar_remedy(terms: list[Expr]) -> str:
    shapes = [shape_of(t) for t in terms]
    if SCALAR not in shapes:
        return ""
    rows, columns = next(shape for shape in shapes if shape != SCALAR)
    other = f"ones({rows})" if columns == 1 else f"ones({rows}, {columns})"
    return f"\n  to fix   : multiply the scalar by {other}"


def times(*factors: Any) -> Expr:
    """The product; the scalars go in front, a 1 x 1 product is a scalar."""
    scalars: list[Expr] = []
    chain: list[Expr] = []
    for factor in _flat_factors(factors):
        if not is_matrix(factor):
            scalars.append(factor)
            continue
        fits = not chain or shape_of(chain[-1])[1] == shape_of(factor)[0]
        if fits:
            chain.append(factor)
        elif shape_of(factor) == SCALAR:
            scalars.append(as_scalar(factor))
        elif _chain_shape(chain) == SCALAR:
            scalars.append(_scalar_chain(chain))
            chain = [factor]
        else:
            left = times(*chain)
            raise ShapeError(
                f"cannot multiply {described(left)} by {described(factor)}: "
                f"{shape_of(left)[1]} columns against {shape_of(factor)[0]} rows"
                f"{product_remedy(left, factor)}"
            )
    if not chain:
        return Mul(*scalars)
    if _chain_shape(chain) == SCALAR:
        return Mul(*scalars, _scalar_chain(chain))
    chain = [f for f in chain if not isinstance(f, Identity)] or chain[:1]
    coefficient = Mul(*scalars)
    if coefficient == 0 or any(isinstance(f, ZeroMatrix) for f in chain):
        rows, columns = chain[0].shape[0], chain[-1].shape[1]
        return ZerosMatrix(rows, columns)
    args = chain if coefficient == 1 else [coefficient, *chain]
    return args[0] if len(args) == 1 else Basic.__new__(MatrixProduct, *args)


def _flat_factors(factors: tuple[Any, ...]) -> list[Expr]:
    flat: list[Expr] = []
    for factor in factors:
        inner = factor.args if isinstance(factor, MatMul) else (factor,)
        if isinstance(factor, MatMul) and shape_of(factor) == SCALAR:
            inner = (as_scalar(factor),)
        flat.extend(inner)
    return flat


def _chain_shape(chain: list[Expr]) -> tuple[Any, Any]:
    return shape_of(chain[0])[0], shape_of(chain[-1])[1]


def _scalar_chain(chain: list[Expr]) -> Expr:
    """The scalar that a chain with 1 x 1 shape is; parts of it that are 1 x 1 come apart."""
    parts: list[list[Expr]] = []
    for factor in (f for f in chain if not isinstance(f, Identity)):
        if parts and shape_of(factor)[0] != 1:
            parts[-1].append(factor)
        else:
            parts.append([factor])
    scalars = [as_scalar(p[0]) if len(p) == 1 else _bare_product(p) for p in parts]
    return Mul(*scalars)


def _bare_product(chain: list[Expr]) -> Expr:
    if any(isinstance(f, ZeroMatrix) for f in chain):
        return S.Zero
    return Basic.__new__(ScalarProduct, *chain)


def as_scalar(expr: Expr) -> Expr:
    """A 1 x 1 object as a scalar expression.

    Raises
    ------
    ShapeError
        The object is not 1 x 1.
    """
    if not is_matrix(expr):
        return expr
    if shape_of(expr) != SCALAR:
        raise ShapeError(f"expected a scalar, got {described(expr)}")
    if isinstance(expr, MatrixBase):
        return expr[0, 0]
    if isinstance(expr, MatAdd):
        return Add(*map(as_scalar, expr.args))
    if isinstance(expr, MatMul):
        scalars = [a for a in expr.args if not is_matrix(a)]
        return Mul(*scalars, _scalar_chain([a for a in expr.args if is_matrix(a)]))
    if isinstance(expr, Transpose):
        return as_scalar(expr.arg)
    if isinstance(expr, MatPow):
        return as_scalar(expr.base) ** expr.exp
    if isinstance(expr, OneMatrix | Identity):
        return S.One
    if isinstance(expr, ZeroMatrix):
        return S.Zero
    if isinstance(expr, MatrixSymbol):
        return expr[0, 0]
    return Basic.__new__(ScalarProduct, expr)


def transposed(expr: Any) -> Expr:
    """The transpose; pushed into products, inverses and powers, kept on sums."""
    if not is_matrix(expr):
        return expr
    if isinstance(expr, MatrixBase):
        return expr.T
    if isinstance(expr, Transpose):
        return expr.arg
    if isinstance(expr, Identity):
        return expr
    if isinstance(expr, OneMatrix):
        return OnesMatrix(*reversed(expr.shape))
    if isinstance(expr, ZeroMatrix):
        return ZerosMatrix(*reversed(expr.shape))
    if isinstance(expr, MatMul):
        scalars = [a for a in expr.args if not is_matrix(a)]
        matrices = [transposed(a) for a in reversed(expr.args) if is_matrix(a)]
        return times(*scalars, *matrices)
    if isinstance(expr, Inverse):
        return inverted(transposed(expr.arg))
    if isinstance(expr, MatPow):
        return raised(transposed(expr.base), expr.exp)
    return Basic.__new__(MatrixTranspose, expr)


def inverted(expr: Any) -> Expr:
    """The inverse of a square matrix; of a scalar, its reciprocal."""
    if shape_of(expr) == SCALAR:
        return S.One / as_scalar(expr)
    _require_square("inv", expr)
    if isinstance(expr, Identity):
        return expr
    return Basic.__new__(MatrixInverse, expr, S.NegativeOne)


def raised(base: Any, exponent: Expr) -> Expr:
    """A whole power of a square matrix, any power of a scalar."""
    if shape_of(exponent) != SCALAR:
        raise ShapeError(f"an exponent must be a scalar, got {described(exponent)}")
    if shape_of(base) == SCALAR:
        return as_scalar(base) ** as_scalar(exponent)
    _require_square("a power", base, power_remedy(base, exponent))
    if not exponent.is_integer:
        raise NoRuleError(
            f"a matrix power needs a whole exponent, got {base}**({exponent})\n"
            f"  to fix   : declare it integer, or use hadamard_power for elementwise powers"
        )
    if exponent == 0:
        return IdentityMatrix(base.shape[0])
    if exponent == 1 or isinstance(base, Identity):
        return base
    if exponent == -1:
        return inverted(base)
    return Basic.__new__(MatrixPower, base, exponent)


def _require_square(what: str, expr: Expr, remedy: str = "") -> None:
    rows, columns = shape_of(expr)
    if rows != columns:
        raise NotSquareError(
            f"{what} needs a square matrix, got {described(expr)}\n"
            f"  found    : {rows} rows against {columns} columns"
            + (f"\n  to fix   : {remedy}" if remedy else "")
        )


# --- the kinds of matrix expression ---------------------------------------------------


class MatrixArithmetic(MatrixOperators):
    """The operators with the builders above."""

    __slots__ = ()
    _plus = staticmethod(plus)
    _times = staticmethod(times)
    _transposed = staticmethod(transposed)
    _inverted = staticmethod(inverted)
    _raised = staticmethod(raised)
    _as_scalar = staticmethod(as_scalar)


class MatrixSum(NoSympyDerivative, MatrixArithmetic, MatAdd):
    """A sum of equal shapes in the author's order."""

    __slots__ = ()

    def __new__(cls, *terms: Any, **hints: Any) -> Expr:
        return plus(*map(as_sympy, terms))

    def explicit(self) -> Expr:
        """The sum of explicit matrices."""
        return reduce(add, self.args)

    def as_ordered_terms(self, order: Any = None) -> list[Expr]:
        """The terms as written, for SymPy's printers."""
        return list(self.args)


class MatrixProduct(NoSympyDerivative, MatrixArithmetic, MatMul):
    """A product that is not 1 x 1: at most one scalar in front, then the matrices."""

    __slots__ = ()

    def __new__(cls, *factors: Any, **hints: Any) -> Expr:
        return times(*map(as_sympy, factors))

    def explicit(self) -> Expr:
        """The product of explicit matrices."""
        return reduce(mul, self.args)


class MatrixTranspose(NoSympyDerivative, MatrixArithmetic, Transpose):
    """A transpose."""

    __slots__ = ()

    def __new__(cls, argument: Any, **hints: Any) -> Expr:
        return transposed(as_sympy(argument))

    def _latex(self, printer: Any) -> str:
        return rf"{printer.parenthesize(self.arg, PRECEDENCE['Pow'])}^\top"


class MatrixInverse(NoSympyDerivative, MatrixArithmetic, Inverse):
    """An inverse."""

    __slots__ = ()

    def __new__(cls, argument: Any, exponent: Any = S.NegativeOne) -> Expr:
        return inverted(as_sympy(argument))

    def explicit(self) -> Expr:
        """The inverse of an explicit matrix."""
        return self.arg.inv()


class MatrixPower(NoSympyDerivative, MatrixArithmetic, MatPow):
    """A whole power of a square matrix."""

    __slots__ = ()

    def __new__(cls, base: Any, exponent: Any, **hints: Any) -> Expr:
        return raised(as_sympy(base), as_sympy(exponent))

    def explicit(self) -> Expr:
        """The power of an explicit matrix, where the exponent is a number."""
        return self.base**self.exp if isinstance(self.exp, Integer) else self


class _Filled(MatrixArithmetic):
    """A matrix known by its shape; ``symbol`` is how it is written."""

    __slots__ = ()
    symbol = ""
    latex_symbol = ""

    def _sympystr(self, printer: Any) -> str:
        return f"{self.symbol}({', '.join(map(printer._print, self.args))})"

    def _latex(self, printer: Any) -> str:
        return self.latex_symbol

    def doit(self, **hints: Any) -> Any:
        """Itself."""
        return self


class IdentityMatrix(_Filled, Identity):
    """The identity matrix."""

    __slots__ = ()
    symbol, latex_symbol = "eye", r"\mathbf{I}"


class OnesMatrix(_Filled, OneMatrix):
    """The matrix of ones."""

    __slots__ = ()
    symbol, latex_symbol = "ones", r"\mathbf{1}"


class ZerosMatrix(_Filled, ZeroMatrix):
    """The matrix of zeros."""

    __slots__ = ()
    symbol, latex_symbol = "zeros", r"\mathbf{0}"


class ScalarProduct(ScalarNode):
    """A 1 x 1 product of matrices (``w.T*S*w``), which is a scalar."""

    __slots__ = ()
    precedence = PRECEDENCE["Mul"]
    binding = prettyForm.MUL

    def __new__(cls, *factors: Any, **hints: Any) -> Expr:
        return times(*map(as_sympy, factors))

    def explicit(self) -> Expr:
        """The one entry of the product of explicit matrices."""
        return as_scalar(reduce(mul, self.args))

    def _sympystr(self, printer: Any) -> str:
        return "*".join(printer.parenthesize(arg, self.precedence) for arg in self.args)

    def _latex(self, printer: Any) -> str:
        return " ".join(printer.parenthesize(arg, self.precedence) for arg in self.args)
