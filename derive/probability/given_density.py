"""A density and its support as they are given: text, numbers, nodes or SymPy expressions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import sympy
from sympy import Expr

from derive.engine.naming import substituted
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.errors import ArgumentError
from derive.language.expression import Node
from derive.language.functions import postorder
from derive.language.support import Support
from derive.language.sympy_in import from_sympy
from derive.reading import parse

End: TypeAlias = "Node | str | int | float | Expr | None"
INFINITE = {"oo", "inf", "infinity", "∞"}


def support_of(ends: Sequence[End], shapes: str) -> Support:
    if isinstance(ends, str) or len(tuple(ends)) != 2:
        raise ArgumentError(
            f"a support is a pair of ends, such as (0, 1) or (0, 'oo'), got {ends!r}"
        )
    low, high = (end_of(end, shapes) for end in ends)
    if low is not None and high is not None:
        gap = ScalarAlgebra(()).expr(high - low)
        if gap.is_nonpositive:
            raise ArgumentError(f"the support ({low!r}, {high!r}) is empty")
    return Support(low, high)


def end_of(end: End, shapes: str = "") -> Node | None:
    """An end as a node, None for no end."""
    if end is None or str(end).lstrip("+-") in INFINITE:
        return None
    if isinstance(end, Node):
        return end
    if isinstance(end, sympy.Basic):
        return from_sympy(end)
    return parse(str(end), shapes=shapes, undeclared="scalar")


def function_in(value: Any, variable: Node, shapes: str) -> Node:
    """A function of the variable as a node."""
    if isinstance(value, str):
        node = parse(value, shapes=shapes, undeclared="scalar")
    elif isinstance(value, Node):
        node = value
    elif isinstance(value, sympy.Basic):
        node = from_sympy(value)
    else:
        raise ArgumentError(f"a density is a text or an expression, got {type(value).__name__}")
    if not node.is_scalar:
        raise ArgumentError("a density is a scalar function of the value")
    named = {p: variable for p in postorder(node) if p.op == "symbol" and p.name == variable.name}
    return substituted(node, named)
