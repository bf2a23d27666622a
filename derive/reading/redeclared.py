"""Shapes given beside an expression that is no text, whose symbols have theirs already.

What they say of such a symbol must be what it was declared with; nothing is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from derive.errors import DeclarationError
from derive.language.expression import Node
from derive.language.facts import close_facts
from derive.language.functions import postorder
from derive.language.sizes import shape_text, size_names
from derive.reading.shapes import read_shapes
from derive.reading.tokens import typed


def require_agreement(nodes: Sequence[Node], shapes: Any) -> None:
    """Raise if the shapes say of a symbol of the nodes what it was not declared with.

    Raises
    ------
    DeclarationError
        Shapes differ, or a fact is given that the symbol does not have.

    Examples
    --------
    >>> w = read_shapes("w: d")["w"]
    >>> require_agreement([w], "w: d, y: n")
    >>> require_agreement([w], "w: d positive")
    Traceback (most recent call last):
    ...
    derive.errors.DeclarationError: shapes= are read for texts, and w is a symbol declared before
      declared : d
      shapes=  : d nonnegative nonzero positive
      to fix   : declare it so: w = derive.vector("w", d, "positive")
    """
    declared = read_shapes(shapes) if shapes and nodes else {}
    if not declared:
        return
    parts = [*postorder(*nodes)]
    sizes = frozenset(name for part in parts for name in size_names(part.shape))
    for part in parts:
        said = declared.get(part.name) if part.op == "symbol" else None
        if said is not None and (said.shape != part.shape or not said.facts <= part.facts):
            raise DeclarationError(
                f"shapes= are read for texts, and {part.name} is a symbol declared before\n"
                f"  declared : {_described(part)}\n"
                f"  shapes=  : {_described(said)}\n"
                f"  to fix   : declare it so: {_declaration(said)}"
            )
    for name in declared:
        if name in sizes:
            raise DeclarationError(
                f"shapes= are read for texts, and {name} is a size of the expression\n"
                f"  shapes=  : {name}: {_described(declared[name])}\n"
                f"  to fix   : leave {name} out of the shapes"
            )


def require_known(nodes: Sequence[Node], shapes: Any, texts: Iterable[Any]) -> None:
    """Raise if the shapes declare a name that neither the nodes nor the texts hold.

    Raises
    ------
    DeclarationError
        Names it.
    """
    declared = read_shapes(shapes) if shapes else {}
    if not declared:
        return
    known = {part.name for part in postorder(*nodes) if part.op == "symbol"}
    words = {typed(word) for text in _flat(texts) for word in re.findall(r"\w+", text)}
    for name in declared:
        if name not in known | words:
            raise DeclarationError(
                f"shapes= are read for texts, and no text holds {name}\n"
                f"  symbols  : {', '.join(sorted(known)) or 'none'}\n"
                f"  to fix   : leave {name} out of the shapes, or give the expression as a text"
            )


def _flat(values: Iterable[Any]) -> Iterable[str]:
    """The texts among values and among their items."""
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list | tuple):
            yield from (one for one in value if isinstance(one, str))
        elif isinstance(value, dict):
            yield from _flat([*value, *value.values()])


def _described(symbol: Node) -> str:
    return " ".join([shape_text(symbol.shape), *sorted(symbol.facts)])


def _declaration(symbol: Node) -> str:
    """The call that declares a symbol with its facts; what follows from another is left out."""
    name = symbol.name
    facts = [f'"{fact}"' for fact in sorted(_stated(symbol))]
    rows, columns = symbol.shape
    if symbol.is_scalar:
        kind, sizes = "scalar", []
    elif columns == 1:
        kind, sizes = "vector", [str(rows)]
    else:
        kind, sizes = "matrix", [str(rows), str(columns)]
    arguments = ", ".join([f'"{name}"', *sizes, *facts])
    return f"{name} = derive.{kind}({arguments})"


def _stated(symbol: Node) -> frozenset[str]:
    """The facts of which none follows from another one."""
    facts = symbol.facts
    implied = {
        other
        for fact in facts
        for other in close_facts((fact,), symbol.name, symbol.shape) - {fact}
    }
    return frozenset(facts - implied) or facts
