"""Indices of sums on a page: none has the name of a symbol or of a size there.

A rule that brings in a sum, as that of ``X^k``, chooses a letter by the node it is about and
cannot know what stands around it: ``i'X^k j`` would be summed over ``i``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from derive.language.expression import Node
from derive.language.functions import postorder
from derive.language.indices import index_names, with_index_names
from derive.language.relations import Condition, Relation, Side, Words
from derive.language.sizes import size_names
from derive.steps import Step, Trace

Change = Callable[[Node], Node]


def with_free_indices(trace: Trace) -> Trace:
    """The trace with other letters for the bound indices that are named like something else."""
    names, bound = set[str](), dict[str, None]()
    for part in postorder(*_roots(trace)):
        names |= size_names(part.shape)
        if part.op == "symbol":
            names.add(part.name)
        elif part.op == "size":
            names |= part.data.names
        elif part.op == "sum_over":
            bound[part.data.name] = None
    clashing = [name for name in bound if name in names]
    if not clashing:
        return trace
    free = (name for name in index_names() if name not in names and name not in bound)
    renaming = dict(zip(clashing, free, strict=False))
    return _changed(trace, lambda node: with_index_names(node, renaming))


def _roots(trace: Trace) -> list[Node]:
    """All nodes that a trace holds."""
    roots: list[Node] = []

    def note(node: Node) -> Node:
        roots.append(node)
        return node

    _changed(trace, note)
    return roots


def _changed(trace: Trace, change: Change) -> Trace:
    """The trace with every node changed."""
    return replace(
        trace,
        question=_words(trace.question, change),
        definitions=tuple((name, change(node)) for name, node in trace.definitions),
        steps=tuple(_step(step, change) for step in trace.steps),
        results=tuple((name, change(node)) for name, node in trace.results),
        conditions=tuple(_condition(condition, change) for condition in trace.conditions),
        closing=tuple(_words(words, change) for words in trace.closing),
        lefts=tuple(map(change, trace.lefts)),
    )


def _step(step: Step, change: Change) -> Step:
    return replace(
        step,
        before=None if step.before is None else _side(step.before, change),
        after=_side(step.after, change),
        rule=_words(step.rule, change) if isinstance(step.rule, Words) else step.rule,
        conditions=tuple(_condition(condition, change) for condition in step.conditions),
    )


def _side(side: Side, change: Change) -> Side:
    return change(side) if isinstance(side, Node) else _condition(side, change)


def _condition(condition: Condition, change: Change) -> Condition:
    if isinstance(condition, Words):
        return _words(condition, change)
    right = condition.right
    return Relation(
        change(condition.left),
        condition.sign,
        change(right) if isinstance(right, Node) else _words(right, change),
    )


def _words(words: Words, change: Change) -> Words:
    return Words(words.text, tuple(map(change, words.nodes)))
