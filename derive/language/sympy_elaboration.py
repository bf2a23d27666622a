"""One conversion from SymPy: the names it has met, and which handler reads which class.

A table maps a SymPy class to its handler, or to the remedy with which it is refused; the
nearest class in the method resolution order counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import sympy
from sympy import Expr, preorder_traversal
from sympy.matrices.expressions.special import GenericIdentity, GenericZeroMatrix, OneMatrix

from derive.errors import DeclarationError, LimitError, NoRuleError
from derive.language.expression import Node, size_node, symbol
from derive.language.sizes import Shape, Size, shape_text
from derive.language.sympy_shapes import as_sympy, checked_name

MAX_EXPRESSION = 200_000
SHAPED_LEAVES = (sympy.MatrixSymbol, sympy.Identity, sympy.ZeroMatrix, OneMatrix)
SHAPELESS = (GenericIdentity, GenericZeroMatrix)


class Elaboration:
    """One conversion: the sizes it knows, the symbols it has met, what it has converted."""

    def __init__(self, table: Table, sizes: frozenset[str]):
        self.table, self.sizes = table, sizes
        self.declared: dict[str, Node] = {}
        self.done: dict[Expr, Node] = {}

    def node(self, expr: Expr) -> Node:
        """The node of an expression."""
        if expr not in self.done:
            self.done[expr] = self._handler(expr)(self, expr)
        return self.done[expr]

    def nodes(self, exprs: Iterable[Expr]) -> list[Node]:
        """The nodes of several expressions."""
        return [self.node(expr) for expr in exprs]

    def _handler(self, expr: Expr) -> Handler:
        for kind in type(expr).__mro__:
            row = self.table.get(kind)
            if isinstance(row, str):
                raise refusal(expr, row)
            if row is not None:
                return row
        raise refusal(expr)

    def size(self, name: str) -> Node:
        """The size of this name as a scalar."""
        if name in self.declared:
            raise _two_uses(name, _declaration(self.declared[name]), "a size")
        self.sizes |= {name}
        return size_node(Size.named(checked_name(name)))

    def declare(self, name: str, shape: Shape, facts: frozenset[str]) -> Node:
        """The symbol of this name, the same one wherever the name occurs."""
        node = symbol(checked_name(name), shape, facts)
        known = self.declared.setdefault(name, node)
        if known is not node:
            raise _two_uses(name, _declaration(known), _declaration(node))
        if name in self.sizes:
            raise _two_uses(name, "a size", _declaration(node))
        return node


def refusal(expr: Expr, remedy: str = "") -> NoRuleError:
    """The error for what has no meaning in the tree: names the class and the expression."""
    text = str(expr)
    text = text if len(text) <= 120 else f"{text[:117]}..."
    tail = f"\n  to fix   : {remedy}" if remedy else ""
    return NoRuleError(f"no meaning is known for SymPy's {type(expr).__name__}: {text}{tail}")


def _two_uses(name: str, once: str, again: str) -> DeclarationError:
    return DeclarationError(
        f"{name} is used in two ways\n  once     : {once}\n  and      : {again}"
    )


def _declaration(node: Node) -> str:
    return " ".join([shape_text(node.shape), *sorted(node.facts)])


def sizes_in(value: Any) -> frozenset[str]:
    """The names of the sizes that a SymPy object or number mentions in its shapes.

    Raises
    ------
    LimitError
        The expression is too large.
    """
    names: set[str] = set()
    for count, part in enumerate(preorder_traversal(as_sympy(value))):
        if count > MAX_EXPRESSION:
            raise LimitError(f"the SymPy expression has more than {MAX_EXPRESSION} parts")
        if isinstance(part, SHAPED_LEAVES) and not isinstance(part, SHAPELESS):
            for size in part.shape:
                names.update(s.name for s in getattr(size, "free_symbols", ()))
    return frozenset(names)


Handler: TypeAlias = Callable[[Elaboration, Any], Node]
Table: TypeAlias = Mapping[type, Handler | str]
