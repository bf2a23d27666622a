"""Which conditions are decided: by declared facts, by numbers, by the form of a matrix.

Every verb asks here.  A condition that certainly holds is dropped, one that certainly fails is
an error, and of the rest nothing is known: they are printed.
"""

from __future__ import annotations

from collections.abc import Mapping

from derive.engine.closed_numbers import sign_of
from derive.engine.facts import with_facts
from derive.engine.matrix_questions import QUESTIONS, sign_of_determinant
from derive.engine.naming import substituted
from derive.engine.normal import tidy
from derive.language.expression import Node, is_zero, negative
from derive.language.properties import is_nonnegative, is_positive, range_of
from derive.language.relations import Condition, Relation, Words
from derive.rules.domains import follows

#: The signs of ``left - right`` with which a comparison holds.
HOLDS: dict[str, frozenset[int]] = {
    ">": frozenset({1}),
    ">=": frozenset({0, 1}),
    "!=": frozenset({-1, 1}),
    "<=": frozenset({-1, 0}),
    "<": frozenset({-1}),
}


def put_into(condition: Condition, values: Mapping[Node, Node]) -> Condition:
    """A condition with values in the place of letters."""
    if isinstance(condition, Words):
        return Words(condition.text, tuple(_put(node, values) for node in condition.nodes))
    right = condition.right
    there = _put(right, values) if isinstance(right, Node) else right
    return Relation(_put(condition.left, values), condition.sign, there)


def _put(node: Node, values: Mapping[Node, Node]) -> Node:
    return node if node.symbols.isdisjoint(values) else tidy(substituted(node, values))


def decided(condition: Condition) -> bool | None:
    """Whether a condition certainly holds (True) or certainly fails (False); None if open."""
    if isinstance(condition, Words):
        question = QUESTIONS.get(condition.text)
        return None if question is None else question(tidy(condition.nodes[0]))
    if follows(condition):
        return True
    left, sign, right = _known(condition.left), condition.sign, condition.right
    if isinstance(right, Words):
        question = QUESTIONS.get(str(right))
        return None if question is None else question(left)
    if sign not in HOLDS:
        return None
    if left.op == "array":  # it holds of every entry or not at all
        answers = {decided(Relation(entry, sign, right)) for entry in left.args}
        return False if False in answers else None if None in answers else True
    return True if follows(Relation(left, sign, right)) else _compared(left, sign, right)


def _known(node: Node) -> Node:
    """A tidy node with the declared facts in it."""
    simple = tidy(node)
    return with_facts(simple)[0] if any(s.facts for s in simple.symbols) else simple


def _compared(left: Node, sign: str, right: Node) -> bool | None:
    """A comparison of tidy sides, entry by entry if they are arrays."""
    if is_zero(right):
        gap = left
    elif left.is_scalar:
        gap = tidy(left - right)
    else:
        return None
    if is_zero(gap):
        return 0 in HOLDS[sign]
    known = sign_of_determinant(gap.args[0]) if gap.op == "det" else sign_of(gap)
    if known is not None:
        return known in HOLDS[sign]
    return False if _is_out_of_range(gap, sign) else None


def _is_out_of_range(gap: Node, sign: str) -> bool:
    """Whether by the declared facts every entry of a difference has another sign."""
    fails = {
        ">": lambda: is_nonnegative(negative(gap)),
        ">=": lambda: is_positive(negative(gap)),
        "<": lambda: is_nonnegative(gap),
        "<=": lambda: range_of(gap).is_positive,
    }
    return sign in fails and fails[sign]()
