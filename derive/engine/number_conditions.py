"""Conditions that compare numbers, as ``0 < pi``: a true one says nothing, a false one forbids."""

from __future__ import annotations

from dataclasses import replace

from derive.engine.decisions import decided
from derive.errors import NeverHoldsError
from derive.language.expression import Node
from derive.language.relations import Condition, Relation
from derive.steps import Trace


def without_plain_numbers(trace: Trace) -> Trace:
    """The trace without conditions that are true statements about numbers.

    Raises
    ------
    NeverHoldsError
        One of them is false.
    """
    kept = _kept(trace.conditions)
    steps = tuple(
        replace(step, conditions=_kept(step.conditions)) if step.conditions else step
        for step in trace.steps
    )
    if kept == trace.conditions and steps == trace.steps:
        return trace
    return replace(trace, conditions=kept, steps=steps)


def _kept(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    return tuple(condition for condition in conditions if not _holds_by_itself(condition))


def _holds_by_itself(condition: Condition) -> bool:
    if not isinstance(condition, Relation) or not isinstance(condition.right, Node):
        return False
    left, right = condition.left, condition.right
    if not (left.is_scalar and right.is_scalar) or left.symbols or right.symbols:
        return False
    answer = decided(condition)
    if answer is False:
        raise NeverHoldsError(
            f"the answer needs {left!r} {condition.sign} {right!r}, which never holds\n"
            f"  to fix   : change the numbers in the question"
        )
    return answer is True
