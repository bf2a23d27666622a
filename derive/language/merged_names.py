"""Equal names in the parameters of laws made one symbol, with the facts of all its places."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from derive.errors import ShapeError
from derive.language.expression import Node, add, make, multiply, power, symbol
from derive.language.facts import close_facts
from derive.language.functions import elementwise
from derive.language.implied_signs import implied_facts
from derive.language.sizes import Shape

if TYPE_CHECKING:
    from derive.language.law import Parameter

BUILDERS: dict[str, Callable[..., Node]] = {"add": add, "mul": multiply, "pow": power}


def ordered_symbols(node: Node) -> list[Node]:
    """The symbols of a node in order of first appearance, each once."""
    found: dict[Node, None] = {}
    stack = [node]
    while stack:
        part = stack.pop()
        if part.op == "symbol":
            found[part] = None
        stack.extend(reversed(part.args))
    return list(found)


def merged_values(
    *filled: tuple[tuple[Parameter, ...], tuple[Node, ...]],
) -> tuple[tuple[Node, ...], ...]:
    """The values in the places, equal names made one symbol with the facts of all its places."""
    facts: dict[str, set[str]] = {}
    shapes: dict[str, Shape] = {}
    placed = [pair for places, values in filled for pair in zip(places, values, strict=True)]
    for place, value in placed:
        for found in ordered_symbols(value):
            facts.setdefault(found.name, set()).update(found.facts)
            if shapes.setdefault(found.name, found.shape) != found.shape:
                raise ShapeError(f"{found.name} has two shapes: give different names")
        if value.op == "symbol":
            facts[value.name].update(place.facts)
        for fact in place.facts:
            for found, implied in implied_facts(value, fact).items():
                facts[found.name].add(implied)
    symbols = {
        name: symbol(name, shapes[name], close_facts(tuple(sorted(held)), name, shapes[name]))
        for name, held in facts.items()
    }
    merged = tuple(tuple(_renamed(v, symbols) for v in values) for _, values in filled)
    if all(one is other for one, (_, other) in zip(sum(merged, ()), placed, strict=True)):
        return merged
    return merged_values(*zip((places for places, _ in filled), merged, strict=True))


def _renamed(node: Node, merged: Mapping[str, Node]) -> Node:
    if node.op == "symbol":
        return merged[node.name]
    if all(merged[found.name] is found for found in node.symbols):
        return node
    args = tuple(_renamed(arg, merged) for arg in node.args)
    if args == node.args:
        return node
    if node.op == "map":
        return elementwise(node.data, *args)
    builder = BUILDERS.get(node.op)
    if builder is None:
        return make(node.op, args, node.shape, node.data)
    return builder(*args)
