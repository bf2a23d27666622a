"""What a page says about the operators whose meaning rests on a convention."""

from __future__ import annotations

from collections.abc import Iterable

from derive.language.expression import Node
from derive.language.relations import Words
from derive.language.sizes import shape_text

STACKING = frozenset({"vec", "unvec", "commutation"})

MEANINGS: dict[str, str] = {
    "block_inner": "{0} holds the inner product of each block of the first with the second",
    "block_sum": "{0} is the sum of the blocks of the first, weighted by the entries of the second",
}


def conventions_of(nodes: Iterable[Node]) -> tuple[Words, ...]:
    """The conventions that the operators of a page rest on, each once."""
    nodes = tuple(nodes)
    found: dict[Words, None] = {}
    if any(node.op in STACKING for node in nodes):
        found[Words("vec stacks columns")] = None
    for node in nodes:
        if node.op == "commutation":
            shape = shape_text(node.data)
            found[Words(f"{{0}} vec(A) = vec(A') for A of {shape}", (node,))] = None
    for op, meaning in MEANINGS.items():
        first = next((node for node in nodes if node.op == op), None)
        if first is not None:
            found[Words(meaning, (first,))] = None
    return tuple(found)
