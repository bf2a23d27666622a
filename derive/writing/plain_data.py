"""A trace in plain text, for programs and a console: its question, its lines, its answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from derive.language.expression import Node
from derive.language.relations import Side
from derive.language.sizes import Shape
from derive.steps import Step, Trace
from derive.writing.abbreviations import abbreviated, used_definitions
from derive.writing.plain import PlainNotation, plain
from derive.writing.sentences import side_runs, text_of, words_runs

PLACE = re.compile(r"\{(\d+)\}")  # where a node stands in a sentence


def question_text(trace: Trace) -> str:
    """What was asked; a function as ``name = meaning``."""
    meanings = dict(abbreviated(trace).definitions)
    pieces = [
        f"{plain(node)} = {plain(meanings[node])}" if node in meanings else plain(node)
        for node in trace.question.nodes
    ]
    return PLACE.sub(lambda place: pieces[int(place[1])], trace.question.text)


def worded(side: Side | str) -> str:
    """Words, a relation or a node."""
    notation = PlainNotation()
    runs = words_runs(side, notation) if isinstance(side, str) else side_runs(side, notation)
    return text_of(runs)


def step_as_dict(step: Step) -> dict[str, Any]:
    """A line as plain data for JSON."""
    return {
        "before": None if step.before is None else worded(step.before),
        "after": worded(step.after),
        "rule": worded(step.rule),
        "note": worded(step.note),
        "conditions": [worded(condition) for condition in step.conditions],
    }


def answer_text(trace: Trace, results: Sequence[Node]) -> str:
    """The results of a trace with their shapes, and the names in them."""
    lines = [f"{plain(node)}    # {_shape_comment(node.shape)}" for node in results]
    for k, (name, node) in enumerate(used_definitions(trace)):
        lines.append(f"{'     ' if k else 'with '}{plain(name)} = {plain(node)}")
    return "\n".join(lines)


def _shape_comment(shape: Shape) -> str:
    """The shape as NumPy would say it: ``scalar``, ``shape (d,)`` or ``shape (n, d)``."""
    rows, columns = shape
    if shape == (1, 1):
        return "scalar"
    return f"shape ({rows},)" if columns == 1 else f"shape ({rows}, {columns})"
