"""Lines: a trace as the lines of a page, before any format lays them out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from derive.errors import ArgumentError
from derive.language.expression import Node
from derive.language.relations import Condition, Relation, Side, Words
from derive.steps import Step, Trace
from derive.writing.glossary import leaves_of
from derive.writing.numbers import asks_in_decimals
from derive.writing.sentences import conditions_of, of_every_index

DETAILS = ("result", "short", "full")

ROUTINE = frozenset({"linearity"})  # what a short page takes in the stride of the next line


@dataclass(frozen=True)
class Line:
    """``left sign right``, and the reason; `left` is None where the line above goes on."""

    left: Side | None
    sign: str
    right: Side
    reason: str | Words = ""


def page_lines(trace: Trace, detail: str = "full") -> tuple[Line, ...]:
    """The lines of a page.

    ``full`` gives every step, ``short`` takes routine steps together with the next one,
    ``result`` gives the answer alone.

    Raises
    ------
    ArgumentError
        `detail` is none of the three.
    """
    if detail not in DETAILS:
        raise ArgumentError(f"there is no detail {detail!r}\n  known    : {', '.join(DETAILS)}")
    if detail == "result" and not trace.results:
        return _last_lines(trace)
    if detail == "result":
        return tuple(_result_line(trace, k) for k in range(len(trace.results)))
    lines: list[Line] = []
    previous: Side | None = None
    waiting: Side | None = None
    for step, after in zip(trace.steps, (*trace.steps[1:], None), strict=True):
        goes_on = after is not None and _goes_on(after.before, step.after)
        if detail == "short" and step.rule in ROUTINE and goes_on:
            waiting = waiting if _goes_on(step.before, previous) else step.before
        else:
            line = _line(step, previous)
            lines.append(line if waiting is None else replace(line, left=waiting))
            waiting = None
        previous = step.after
    shown = {node for step in trace.steps for node in _stated(step.after)}
    if stated_in_names(trace) is None:
        lines.extend(
            _result_line(trace, k)
            for k, (_, node) in enumerate(trace.results)
            if node not in shown and not _is_stated(trace, k)
        )
    return tuple(lines)


def _last_lines(trace: Trace) -> tuple[Line, ...]:
    """Of an answer in words: the last equation, and what is said after it."""
    equations = [k for k, step in enumerate(trace.steps) if step.before is not None]
    last = trace.steps[equations[-1] if equations else -1 :]
    return tuple(replace(_line(step, None), reason="") for step in last)


def _stated(side: Side) -> tuple[Node, ...]:
    """What a line gives: a result among it needs no line of its own."""
    if isinstance(side, Node):
        return (side,)
    if isinstance(side, Words):
        return side.nodes
    return _stated(side.right)


def _goes_on(before: Side | None, previous: Side | None) -> bool:
    return before is not None and before is previous


def _line(step: Step, previous: Side | None) -> Line:
    reason = _reason(step)
    if _goes_on(step.before, previous):
        return Line(None, "=", step.after, reason)
    if step.before is None:
        if isinstance(step.after, Relation) and step.after.sign != "is":
            return Line(step.after.left, step.after.sign, step.after.right, reason)
        return Line(None, "", step.after, reason)
    if isinstance(step.before, Relation) and isinstance(step.after, Relation):
        return Line(step.before, "<=>", step.after, reason)
    if isinstance(step.after, Node):
        return Line(step.before, "=", step.after, reason)
    return Line(step.before, ":", step.after, reason)


def _reason(step: Step) -> str | Words:
    """Rule and note as one sentence."""
    parts = [part for part in (step.rule, step.note) if part]
    said: list[str] = []
    nodes: list[Node] = []
    for part in parts:
        words = part if isinstance(part, Words) else Words(part)
        text = words.text
        for k in reversed(range(len(words.nodes))):
            text = text.replace(f"{{{k}}}", f"{{{k + len(nodes)}}}")
        said.append(text)
        nodes.extend(words.nodes)
    return Words("; ".join(said), tuple(nodes)) if nodes else "; ".join(said)


def _result_line(trace: Trace, k: int) -> Line:
    """The line that states a result; the name of the result if no step does."""
    name, node = trace.results[k]
    left = trace.lefts[k] if k < len(trace.lefts) else None
    for step in reversed(trace.steps):
        found = step.after
        if isinstance(found, Relation) and found.right is node and left in {None, found.left}:
            return Line(found.left, found.sign, node)
    place = stated_in_names(trace)
    if place is not None:
        return Line(_left_of_chain(trace, place), "=", node)
    if left is not None and _is_stated(trace, k):
        return Line(left, "=", node)
    # the last line that gives it: a differential may be the same 0 as the gradient
    stating = [k for k, step in enumerate(trace.steps) if step.after is node]
    before = _left_of_chain(trace, stating[-1]) if stating else None
    return Line(Words(name.replace("_", " ")) if before is None else before, "=", node)


def _left_of_chain(trace: Trace, position: int) -> Side | None:
    """What stands at the left of the lines that lead without a break to a step."""
    while position and _goes_on(trace.steps[position].before, trace.steps[position - 1].after):
        position -= 1
    return trace.steps[position].before


def _is_stated(trace: Trace, k: int) -> bool:
    """Whether a line begins with the left side of a result."""
    return k < len(trace.lefts) and any(step.before is trace.lefts[k] for step in trace.steps)


def stated_in_names(trace: Trace) -> int | None:
    """The place of the step that states the one result by way of defined names."""
    if len(trace.results) != 1 or not trace.steps:
        return None
    place = _end_of_chain(trace) if trace.lefts else len(trace.steps) - 1
    if place is None:
        return None
    step, result = trace.steps[place], trace.results[0][1]
    names = {name for name, _ in trace.definitions}
    if not isinstance(step.before, Node | Words) or not isinstance(step.after, Node):
        return None
    uses_names = step.after.shape == result.shape and bool(names & step.after.symbols)
    return place if uses_names else None


def _end_of_chain(trace: Trace) -> int | None:
    """The last of the lines that begin with the left side of the one result."""
    places = (k for k, step in enumerate(trace.steps) if step.before is trace.lefts[0])
    place = next(places, None)
    if place is None:
        return None
    while place + 1 < len(trace.steps) and _goes_on(
        trace.steps[place + 1].before, trace.steps[place].after
    ):
        place += 1
    return place


def headline(trace: Trace) -> tuple[str | Node | tuple[Node, Node], ...]:
    """The question in parts: words, nodes, and (name, definition) where a name is first met."""
    definitions = dict(trace.definitions)
    parts: list[str | Node | tuple[Node, Node]] = []
    pieces = _split_places(trace.question)
    for piece in pieces:
        if isinstance(piece, Node) and piece in definitions:
            parts.append((piece, definitions.pop(piece)))
        else:
            parts.append(piece)
    return tuple(parts)


def _split_places(words: Words) -> list[str | Node]:
    parts: list[str | Node] = []
    text = words.text
    while "{" in text:
        before, _, rest = text.partition("{")
        place, _, text = rest.partition("}")
        parts.extend([before, words.nodes[int(place)]])
    return [part for part in (*parts, text) if part != ""]


def further_definitions(trace: Trace) -> tuple[tuple[Node, Node], ...]:
    """The definitions that the question does not state itself."""
    return tuple(pair for pair in trace.definitions if pair[0] not in trace.question.nodes)


def all_conditions(trace: Trace) -> tuple[Condition, ...]:
    """What must hold, of the answer and of every step, each once."""
    steps = [condition for step in trace.steps for condition in step.conditions]
    found = conditions_of(trace.conditions, steps)
    return tuple(map(of_every_index, found))


def trace_leaves(trace: Trace) -> tuple[Node, ...]:
    """Every name on the page, so that no two are written alike."""
    return leaves_of(*roots_of(trace))


def is_asked_in_decimals(trace: Trace) -> bool:
    """Whether the question holds a decimal, so that the page is written in decimals."""
    return asks_in_decimals(nodes_of([trace.question]))


def roots_of(trace: Trace) -> tuple[Node, ...]:
    """Every node of the page that is not part of another."""
    sides: list[Side | str | None] = [trace.question, *trace.closing, *all_conditions(trace)]
    sides.extend(trace.arguments)
    for pair in (*trace.definitions, *trace.names):
        sides.extend(pair)
    for step in trace.steps:
        sides.extend((step.before, step.after, step.rule, step.note))
    sides.extend(node for _, node in trace.results)
    return nodes_of(sides)


def nodes_of(sides: Iterable[Side | str | None]) -> tuple[Node, ...]:
    """The nodes that stand in some sides, each once."""
    found: dict[Node, None] = {}
    for side in sides:
        if isinstance(side, Relation):
            found[side.left] = None
        if isinstance(side, Node | Relation | Words):
            found.update(dict.fromkeys(_stated(side)))
    return tuple(found)
