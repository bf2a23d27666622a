"""What Python's loops and NumPy's functions find in our matrix objects.

Entries can be listed where the sizes are numbers; of a matrix whose sizes are names there
is no last one, and a loop over it would never end.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sympy import Expr

from derive.errors import ArgumentError
from derive.language.operators import ELEMENTWISE
from derive.language.sympy_shapes import described, shape_of

# Reductions by NumPy's names, elementwise functions by names that differ from ours.
_REDUCTIONS = {"add": "total", "maximum": "max", "minimum": "min"}
_RENAMED = {
    "absolute": "dv.abs({x})",
    "fabs": "dv.abs({x})",
    "square": "dv.hadamard_power({x}, 2)",
    "reciprocal": "dv.hadamard_power({x}, -1)",
    "heaviside": "dv.step({x})",
}
_OPERATORS = {
    "add": "add",
    "subtract": "sub",
    "multiply": "mul",
    "matmul": "matmul",
    "divide": "truediv",
    "power": "pow",
    "equal": "eq",
    "not_equal": "ne",
}


_LONGEST = 20


class MatrixProtocols:
    """Iteration and NumPy's protocols, which a symbolic matrix can only refuse."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Expr]:
        """The entries row by row, if both sizes are numbers."""
        self._require_numbers("its entries cannot be listed")
        rows, columns = self.shape  # type: ignore[attr-defined]
        return (self[i, j] for i in range(rows) for j in range(columns))  # type: ignore[index]

    def __array__(self, *arguments: Any, **named: Any) -> Any:
        """An array of entries, if both sizes are numbers."""
        self._require_numbers("it cannot be made an array")
        return super().__array__(*arguments, **named)  # type: ignore[misc]

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **named: Any) -> Any:
        """An operator beside an array or a NumPy number; any other function is refused."""
        operator = _OPERATORS.get(ufunc.__name__)
        if operator and method == "__call__" and len(inputs) == 2 and inputs[0] is not self:
            # Python asked NumPy's number, on the left, first: answer as the right operand
            reflected = operator if operator in {"eq", "ne"} else f"r{operator}"
            answer = getattr(self, f"__{reflected}__")(inputs[0])
            return operator == "ne" if answer is NotImplemented else answer
        raise ArgumentError(
            f"NumPy's {ufunc.__name__} takes arrays of numbers, got {described(self)}"
            f"\n  to fix   : {_ours(ufunc.__name__, method, _inside(self))}"
        )

    def _require_numbers(self, what: str) -> None:
        shape = shape_of(self)
        if not all(isinstance(size, int) for size in shape):
            raise ArgumentError(
                f"{described(self)} has sizes by name: {what}\n"
                f"  to fix   : {_REMEDY.format(x=_inside(self))}"
            )


_REMEDY = (
    "for all entries together write dv.total({x}), dv.mean({x}), dv.max({x}), dv.min({x}) or "
    "dv.norm({x}),\n             where import derive as dv; dv.exp and its like act on each entry"
)


def _inside(expr: Any) -> str:
    """An expression as the argument of a function; a long one by a letter."""
    text = str(expr)
    return text if len(text) <= _LONGEST else "x"


def _ours(name: str, method: str, x: str) -> str:
    """What to write for a function of NumPy."""
    if method == "reduce" and name in _REDUCTIONS:
        return f"write dv.{_REDUCTIONS[name]}({x})"
    if name in _RENAMED:
        return f"write {_RENAMED[name].format(x=x)}"
    if name in {*ELEMENTWISE, "sqrt"}:
        return f"write dv.{name}({x})"
    if name in {"maximum", "minimum"}:
        return f"write dv.{name}({x}, ...)"
    if name in _OPERATORS:
        return "write the sign itself: + - * / **"
    return "write the function of derive, as dv.exp(x) for np.exp(x)"
