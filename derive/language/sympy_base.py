"""What all of our SymPy nodes share: strict operands, no derivative by SymPy, ``doit``.

A node that can be worked out has a method ``explicit``; ``evaluated`` calls it once none
of the arguments is a symbolic matrix any more.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from sympy import Expr, MatrixExpr
from sympy.matrices.matrixbase import MatrixBase
from sympy.printing.pretty.stringpict import prettyForm

from derive.errors import ArgumentError, NoRuleError
from derive.language.sizes import Shape
from derive.language.sympy_shapes import as_sympy

SCALAR: Shape = (1, 1)


def is_matrix(expr: Any) -> bool:
    """Whether this is a SymPy matrix of any kind, written out or symbolic."""
    return isinstance(expr, MatrixExpr | MatrixBase)


def is_symbolic(expr: Any) -> bool:
    """Whether this is a matrix that is not written out entry by entry."""
    return isinstance(expr, MatrixExpr) and not isinstance(expr, MatrixBase)


def evaluated(expr: Expr) -> Expr:
    """An expression whose matrices are all written out, worked out; any other as it is."""
    if not hasattr(expr, "explicit") or any(map(is_symbolic, expr.args)):
        return expr
    return as_sympy(expr.explicit())


def worked_out(expr: Any, hints: dict[str, Any]) -> Expr:
    """``doit`` of a node: of its arguments first, unless the hint ``deep`` is False."""
    if not expr.args:
        return expr
    args = [arg.doit(**hints) if hints.get("deep", True) else arg for arg in expr.args]
    return evaluated(expr.func(*args))


def strict_operand(method: Callable[[Any, Expr], Expr]) -> Callable[[Any, Any], Any]:
    """Convert the other operand strictly; leave to Python what is not an operand at all."""

    @wraps(method)
    def wrapped(self: Any, other: Any) -> Any:
        try:
            converted = as_sympy(other)
        except ArgumentError:
            if isinstance(other, str) or hasattr(other, "__array__"):
                raise
            return NotImplemented
        return method(self, converted)

    return wrapped


class NoSympyDerivative:
    """SymPy's derivatives stop here: they take what they do not know for a constant."""

    __slots__ = ()

    def diff(self, *variables: Any, **hints: Any) -> Any:
        """Refuse to differentiate in a matrix."""
        for variable in variables:
            if is_matrix(variable):
                raise no_derivative(self, variable)
        return super().diff(*variables, **hints)  # type: ignore[misc]

    def _eval_derivative(self, variable: Any) -> Any:
        raise no_derivative(self, variable)

    def _eval_derivative_matrix_lines(self, variable: Any) -> Any:
        raise no_derivative(self, variable)

    def _eval_derivative_array(self, variable: Any) -> Any:
        raise no_derivative(self, variable)


def no_derivative(expr: Any, variable: Any) -> NoRuleError:
    """The error for SymPy's ``diff`` of one of our nodes."""
    return NoRuleError(
        f"SymPy has no rule for the derivative of {type(expr).__name__}\n"
        f"  in       : {str(expr)[:200]}\n"
        f"  to fix   : use derive.gradient(expression, {variable})"
    )


class ScalarNode(NoSympyDerivative, Expr):
    """A real scalar made from matrices."""

    __slots__ = ()
    is_commutative = True
    is_real = True
    is_scalar = True
    shape = SCALAR

    @property
    def T(self) -> Expr:
        """Itself."""
        return self

    def _pretty(self, printer: Any) -> prettyForm:
        return prettyForm(str(self), binding=self.binding)

    binding = prettyForm.ATOM

    def __getitem__(self, key: Any) -> Expr:
        """Entry ``[0, 0]`` (or ``[0]``): itself, for those who know it as a 1 x 1 matrix."""
        if key in (0, (0, 0)):
            return self
        raise IndexError(f"{self} is a scalar; its only entry is [0, 0]")

    def doit(self, **hints: Any) -> Expr:
        """Evaluate if the arguments are explicit."""
        return worked_out(self, hints)
