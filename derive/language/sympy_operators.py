"""The operators of our matrix objects, in terms of the builders of ``sympy_nodes.py``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from sympy import Expr, S

from derive.errors import ShapeError
from derive.language.sympy_base import SCALAR, strict_operand, worked_out
from derive.language.sympy_protocols import MatrixProtocols
from derive.language.sympy_shapes import described, shape_of

Builder = Callable[..., Expr]


class MatrixOperators(MatrixProtocols):
    """The operators of our matrix objects; they win over SymPy's by their priority."""

    __slots__ = ()
    _op_priority = 20.0

    args: tuple[Any, ...]
    _plus: ClassVar[Builder]
    _times: ClassVar[Builder]
    _transposed: ClassVar[Builder]
    _inverted: ClassVar[Builder]
    _raised: ClassVar[Builder]
    _as_scalar: ClassVar[Builder]

    def __neg__(self) -> Expr:
        return self._times(S.NegativeOne, self)

    @strict_operand
    def __add__(self, other: Expr) -> Expr:
        return self._plus(self, other)

    @strict_operand
    def __radd__(self, other: Expr) -> Expr:
        return self._plus(other, self)

    @strict_operand
    def __sub__(self, other: Expr) -> Expr:
        return self._plus(self, self._times(S.NegativeOne, other))

    @strict_operand
    def __rsub__(self, other: Expr) -> Expr:
        return self._plus(other, self._times(S.NegativeOne, self))

    @strict_operand
    def __mul__(self, other: Expr) -> Expr:
        return self._times(self, other)

    @strict_operand
    def __rmul__(self, other: Expr) -> Expr:
        return self._times(other, self)

    __matmul__ = __mul__
    __rmatmul__ = __rmul__

    @strict_operand
    def __truediv__(self, other: Expr) -> Expr:
        if shape_of(other) != SCALAR:
            raise ShapeError(
                f"cannot divide {described(self)} by {described(other)}\n"
                f"  to fix   : use hadamard_quotient for elementwise division, inv for an inverse"
            )
        return self._times(S.One / self._as_scalar(other), self)

    @strict_operand
    def __rtruediv__(self, other: Expr) -> Expr:
        raise ShapeError(
            f"cannot divide {described(other)} by {described(self)}\n"
            f"  to fix   : use hadamard_power(..., -1) for reciprocals, inv for an inverse"
        )

    @strict_operand
    def __pow__(self, exponent: Expr) -> Expr:
        return self._raised(self, exponent)

    @strict_operand
    def __rpow__(self, base: Expr) -> Expr:
        raise ShapeError(f"an exponent must be a scalar, got {described(self)}")

    def transpose(self) -> Expr:
        """The transpose, as ``.T``."""
        return self._transposed(self)

    def inverse(self) -> Expr:
        """The inverse, as ``.inv()`` and ``.I``."""
        return self._inverted(self)

    def _eval_transpose(self) -> Expr:
        return self._transposed(self)

    def _eval_inverse(self, **hints: Any) -> Expr:
        return self._inverted(self)

    def _eval_adjoint(self) -> Expr:
        return self._transposed(self)

    def _eval_conjugate(self) -> Any:
        return self

    def _eval_expand_mul(self, **hints: Any) -> Any:
        return self

    def _eval_expand_power_base(self, **hints: Any) -> Any:
        return self

    def doit(self, **hints: Any) -> Expr:
        """Evaluate what is explicit; keep everything else, in its order."""
        return worked_out(self, hints)
