"""Whether a printed condition excludes a point, so that the point refutes nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from derive.check.evaluate import BallEvaluation
from derive.check.membership import breaks
from derive.check.stated_properties import certainly_keeps, has_test
from derive.language.expression import Node, chain_of
from derive.language.relations import Condition, Words
from derive.language.sizes import Shape

# signs that a ball difference left - right contradicts
_CONTRADICTS: dict[str, Callable[[Any], bool]] = {
    "=": lambda x: not x.contains(0),
    "!=": lambda x: bool(x.contains(0)),
    "<": lambda x: not x < 0,
    "<=": lambda x: bool(x > 0),
    ">": lambda x: not x > 0,
    ">=": lambda x: bool(x < 0),
}

# how a property is said of a matrix, and the fact that it is
PROPERTIES = {
    "positive definite": "spd",
    "positive semidefinite": "psd",
    "symmetric": "symmetric",
    "invertible": "invertible",
}


def broken_condition(
    conditions: Sequence[Condition], evaluation: BallEvaluation
) -> Condition | None:
    """The first condition that a point breaks; None if it keeps them all."""
    return next((c for c in conditions if _is_broken(c, evaluation)), None)


def can_be_sampled(condition: Condition) -> bool:
    """Whether random points keep a condition now and then; an equation they never keep."""
    return isinstance(condition, Words) or condition.sign != "="


def tall_shapes(conditions: Sequence[Condition]) -> list[Shape]:
    """Rows and columns between which ``det(A'A) != 0`` asks for as many rows as columns."""
    found: list[Shape] = []
    for condition in conditions:
        if isinstance(condition, Words) or condition.left.op != "det":
            continue
        chain = chain_of(condition.left.args[0])
        found.extend((factor.shape[0], condition.left.args[0].shape[0]) for factor in chain[1:])
    return [shape for shape in dict.fromkeys(found) if shape[0] != shape[1]]


def nodes_of(conditions: Sequence[Condition]) -> tuple[Node, ...]:
    """The nodes that conditions speak of."""
    found: list[Node] = []
    for condition in conditions:
        parts = (condition,) if isinstance(condition, Words) else (condition.left, condition.right)
        for part in parts:
            found.extend(part.nodes if isinstance(part, Words) else (part,))
    return tuple(found)


def _is_broken(condition: Condition, evaluation: BallEvaluation) -> bool:
    if isinstance(condition, Words):
        return _is_property_broken(condition.text, condition.nodes, evaluation)
    if isinstance(condition.right, Words):
        return _is_property_broken(condition.right.text, (condition.left,), evaluation)
    contradicts = _CONTRADICTS.get(condition.sign)
    if contradicts is None:
        return False
    left, right = evaluation.value(condition.left).entries(), evaluation.value(condition.right)
    others = right.entries() if len(left) == len(right.entries()) else [right[0, 0]] * len(left)
    return any(contradicts(x - y) for x, y in zip(left, others, strict=True))


def _is_property_broken(text: str, nodes: Sequence[Node], evaluation: BallEvaluation) -> bool:
    """Whether a property of a matrix fails; other words are of facts that every point has."""
    if not nodes:
        return False
    fact = next((fact for words, fact in PROPERTIES.items() if text.endswith(words)), None)
    if fact is not None:
        return breaks(fact, evaluation.value(nodes[0]))
    return has_test(text) and not certainly_keeps(text, evaluation.value(nodes[0]))
