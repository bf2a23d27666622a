"""Names for the parts of a question that come back again and again in its answer.

Only nodes of the question are named: an activation or a softmax, the matrix under an
inverse, a residual.  ``p = softmax(Wx)`` turns four copies into four letters; a sum as
short as ``x - mu`` stays written out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from derive.engine.factor import size
from derive.engine.normal import rebuild
from derive.language.expression import Node, symbol
from derive.language.functions import postorder
from derive.language.relations import Relation, Side, Words
from derive.language.sizes import size_names
from derive.steps import Step

ACTIVATIONS = {
    "tanh", "sigmoid", "relu", "softplus", "sin", "cos", "exp", "erf", "arctan", "sinh", "cosh",
}  # fmt: skip


@dataclass(frozen=True)
class Naming:
    """One kind of nameable node: the letters tried, and how long and frequent it must be."""

    vectors: str
    matrices: str
    scalars: str
    least_size: int
    least_count: int


NAMINGS = {
    "softmax": Naming("pqg", "PQG", "", 2, 2),
    "activation": Naming("hgz", "HGZ", "hgz", 4, 2),
    "inverted": Naming("", "KCMB", "", 4, 2),
    "residual": Naming("rev", "REV", "", 6, 2),
}


def named(
    function: Node, steps: Sequence[Step], result: Node
) -> tuple[tuple[tuple[Node, Node], ...], tuple[Step, ...]]:
    """Definitions of the names introduced, inner ones first, and the steps written with them."""
    taken = {s.name for s in function.symbols} | _names_of_sizes(function)
    for step in steps:
        taken |= {s.name for side in (step.before, step.after) for s in _symbols(side)}
    counts = occurrences(result)
    names: dict[Node, Node] = {}
    for part in postorder(function):
        kind = _kind(part, function)
        if kind is None or part is function:
            continue
        naming = NAMINGS[kind]
        if counts.get(part, 0) < naming.least_count or size(part) < naming.least_size:
            continue
        letters = naming.matrices
        if part.shape[1] == 1:
            letters = naming.scalars if part.is_scalar else naming.vectors
        letter = next((c for c in letters if c not in taken), None)
        if letter is not None:
            taken.add(letter)
            names[part] = symbol(letter, part.shape)
    if not names:
        return (), tuple(steps)
    definitions = []
    for part, name in names.items():
        inner = {node: other for node, other in names.items() if node is not part}
        definitions.append((name, substituted(part, inner)))
    return tuple(definitions), tuple(_renamed(step, names) for step in steps)


def occurrences(node: Node) -> dict[Node, int]:
    """How often each part is read when the node is printed."""
    counts: dict[Node, int] = {node: 1}
    for part in reversed(postorder(node)):
        for arg in part.args:
            counts[arg] = counts.get(arg, 0) + counts[part]
    return counts


def substituted(node: Node, names: Mapping[Node, Node]) -> Node:
    """The node with parts replaced, outermost first."""
    done: dict[Node, Node] = dict(names)
    for part in postorder(node, known=done):
        done[part] = rebuild(part, [done[arg] for arg in part.args])
    return done[node]


def _kind(part: Node, function: Node) -> str | None:
    if part.op in {"softmax", "rowsoftmax"}:
        return "softmax"
    if part.op == "map" and part.data in ACTIVATIONS:
        return "activation"
    if part.op == "add":
        inverted = any(
            user.op in {"inverse", "logdet", "det"} and user.args[0] is part
            for user in postorder(function)
        )
        return "inverted" if inverted else "residual"
    return None


def _symbols(side: Side | None) -> frozenset[Node]:
    return side.symbols if isinstance(side, Node) else frozenset()


def _names_of_sizes(function: Node) -> set[str]:
    return {name for part in postorder(function) for name in size_names(part.shape)}


def _renamed(step: Step, names: Mapping[Node, Node]) -> Step:
    def side(value: Side | None) -> Side | None:
        if isinstance(value, Node):
            return substituted(value, names)
        if isinstance(value, Relation):
            right = value.right
            return Relation(
                substituted(value.left, names),
                value.sign,
                substituted(right, names) if isinstance(right, Node) else right,
            )
        return value

    after = side(step.after)
    assert after is not None
    rule = step.rule
    if isinstance(rule, Words):
        rule = Words(rule.text, tuple(substituted(node, names) for node in rule.nodes))
    return replace(step, before=side(step.before), after=after, rule=rule)
