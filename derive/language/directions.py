"""Differentials of symbols as symbols: ``dX`` in a formula that is handed on.

In the lines of a derivation ``dX`` is the differential of ``X``; in a result that is
compiled, or worked on further, it is a symbol of its own with the shape of ``X``.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.language.expression import Node, symbol
from derive.language.functions import postorder
from derive.language.sizes import size_names


def directions_of(nodes: Sequence[Node]) -> dict[Node, Node]:
    """For each differential of a symbol in the nodes, a symbol ``dX`` with a free name.

    Examples
    --------
    >>> from derive.language.functions import differential
    >>> x = symbol("x")
    >>> directions_of([x * differential(x)])
    {d(x): dx}
    """
    parts = postorder(*nodes)
    taken = {part.name for part in parts if part.op == "symbol"}
    for part in parts:
        taken |= size_names(part.shape)
    directions: dict[Node, Node] = {}
    for part in parts:
        if part.op == "differential" and part.args[0].op == "symbol":
            name = f"d{part.args[0].name}"
            while name in taken:
                name += "_"
            taken.add(name)
            directions[part] = symbol(name, part.shape)
    return directions
