"""What a page says about the operators whose meaning rests on a convention."""

from __future__ import annotations

from collections.abc import Container, Iterable

from derive.language.expression import Node, multiply, size_node, symbol, transpose
from derive.language.kronecker import vec
from derive.language.relations import Words

STACKING = frozenset({"vec", "unvec", "commutation"})

MEANINGS: dict[str, str] = {
    "toeplitz": "toep replaces each diagonal by its mean",
    "block_inner": "{0} holds the inner products of the blocks of {1} with {2}",
    "block_sum": "{0} is the sum of the blocks of {1}, weighted by the entries of {2}",
}
LETTERS = ("A", "X", "Z", "M", "W")


def conventions_of(nodes: Iterable[Node]) -> tuple[Words, ...]:
    """The conventions that the operators of a page rest on, each once."""
    nodes = tuple(nodes)
    names = {node.name for node in nodes if node.op == "symbol"}
    found: dict[Words, None] = {}
    if any(node.op in STACKING for node in nodes):
        found[Words("vec stacks columns")] = None
    for node in nodes:
        if node.op == "commutation":
            found[_commuting(node, names)] = None
    for op, meaning in MEANINGS.items():
        first = next((node for node in nodes if node.op == op), None)
        if first is not None:
            found[Words(meaning, (first, *first.args))] = None
    return tuple(found)


def _commuting(node: Node, taken: Container[str]) -> Words:
    """What a commutation matrix does, of a letter that the page does not use."""
    letter = next((name for name in LETTERS if name not in taken), "A")
    A = symbol(letter, node.data)
    stacked, turned = multiply(node, vec(A)), vec(transpose(A))
    sizes = map(size_node, node.data)
    return Words("{0} = {1} for {2} of {3} x {4}", (stacked, turned, A, *sizes))
