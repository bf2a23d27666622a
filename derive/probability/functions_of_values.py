"""Functions of a random value as they are given: text, nodes or SymPy, with the law's names."""

from __future__ import annotations

from typing import Any

import sympy

from derive.engine.naming import substituted
from derive.engine.ramps import by_ramps
from derive.errors import ArgumentError
from derive.language.expression import Node, number, symbol
from derive.language.functions import postorder
from derive.language.law import Law
from derive.language.sizes import shape_text
from derive.language.sympy_in import from_sympy
from derive.reading import parse


def function_of(value: Any, law: Law, of: str) -> tuple[Node, Node, tuple[Node, ...]]:
    """The function as a node, the random value in it, and the names that are not the law's.

    Maxima and the like are written by ramps.

    Raises
    ------
    ArgumentError
        The function is no scalar, or the name of the value is that of a parameter.
    """
    names = {s.name: s for s in law.symbols}
    if of in names:
        raise ArgumentError(
            f"{of} is a parameter of {law!r} and cannot be the random value too\n"
            f"  to fix   : call the value otherwise, of={_free(names)!r}"
        )
    node = _node(value)
    if not node.is_scalar:
        raise ArgumentError(f"a mean needs a scalar function, got shape {shape_text(node.shape)}")
    variable = symbol(of, facts=law.support.facts)
    changed, others = {}, []
    for found in (part for part in postorder(node) if part.op == "symbol"):
        if found.name == of:
            changed[found] = variable
        elif found.name in names:
            changed[found] = names[found.name]
        else:
            others.append(found)
    node = by_ramps(substituted(node, changed), variable)
    return node, variable, tuple(dict.fromkeys(others))


def require_value(value: Any, node: Node, variable: Node, others: tuple[Node, ...]) -> None:
    """Raise if a text speaks of some name, but neither of the value nor of the law.

    Raises
    ------
    ArgumentError
        The random value has another name in it.
    """
    if isinstance(value, str) and others and node.symbols <= set(others):
        raise ArgumentError(
            f"the random value {variable.name} does not stand in {value.strip()[:60]}\n"
            f"  to fix   : write {variable.name} for it, or say what it is called, "
            f"of={others[0].name!r}"
        )


def _node(value: Any) -> Node:
    if isinstance(value, str):
        return parse(value, undeclared="scalar")
    if isinstance(value, Node):
        return value
    if isinstance(value, sympy.Basic):
        return from_sympy(value)
    if isinstance(value, int):
        return number(value)
    raise ArgumentError(
        f"a function of a random value is a text or an expression, got {type(value).__name__}\n"
        f"  to fix   : give 'x^2', 'log(x)' or 'exp(t*x)'"
    )


def _free(names: dict[str, Node]) -> str:
    return next(name for name in ("x", "z", "u", "v", "value") if name not in names)
