"""Abbreviations: names for what is repeated, where a formula would fill a page without them.

A node is a graph: a part that is used twice is there once.  Written out it is there twice,
and a part of a part four times.  Where the longest formula of a trace is longer than
``LONGEST`` the trace is written with the names that it defines itself, and every part that
is still repeated gets a new name, so that the text is as long as the graph is large.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from graphlib import TopologicalSorter

from derive.language.expression import Node, make, symbol
from derive.language.functions import contains, postorder
from derive.language.indices import free_indices
from derive.language.relations import Condition, Side, Words
from derive.steps import Step, Trace
from derive.writing.functions import SPELLINGS
from derive.writing.glossary import leaves_of, typed_name
from derive.writing.lines import further_definitions, nodes_of, roots_of, stated_in_names

LONGEST = 2000  # characters of a formula
LONGEST_ANSWER = 300  # of one that is shown alone: three lines
SHORTEST_NAMED = 16  # a part shorter than that is repeated in full
WIDEST_ANSWER = 120  # characters of an answer that is shown alone and written out
LETTERS = "gqpztuvc"
UNNAMED = (
    "differential",
    "nabla",
    "derivative",
    "expectation",
)  # what is about a variable, not a value
GIVEN_LETTERS = (
    *("eigvecs", "eigvec_max", "eigvec_min", "resolvent_max", "resolvent_min", "gaps"),
    *("leftvecs", "rightvecs", "leftvec_max", "rightvec_max", "polar", "cholesky"),
)  # what books write as a letter

Definitions = tuple[tuple[Node, Node], ...]
Choice = Callable[[Node, Node], Node | None]


def abbreviated(trace: Trace, detail: str = "full") -> Trace:
    """The trace with names for repeated parts; itself where every formula is short.

    Parameters
    ----------
    trace : Trace
        What was derived.
    detail : {"result", "short", "full"}
        For ``result`` only the length of the answer counts.

    Returns
    -------
    Trace
        The same lines; more of `definitions`, of which the results are no longer free.
    """
    if not _long(trace, detail):
        return trace
    known = {meaning: name for name, meaning in further_definitions(trace)}
    trace = _renamed(trace, lambda _, rebuilt: known.get(rebuilt))
    repeated = _repeated(_long(trace, detail))
    if not repeated:
        return trace
    vector, matrix = (_letter(roots_of(trace), letters) for letters in (LETTERS, LETTERS.upper()))
    names = {
        part: symbol(f"{vector if 1 in part.shape else matrix}{k}", part.shape)
        for k, part in enumerate(repeated, start=1)
    }
    return _renamed(trace, lambda part, _: names.get(part), names)


def as_written(trace: Trace, detail: str = "full") -> Trace:
    """The trace as a page writes it: abbreviated, a long or odd answer alone in its names.

    Of the answer alone the names of the lines are used where it would be wider than a line,
    or would show an operator such as ``eigvec_max`` that books give a letter.
    """
    trace = abbreviated(trace, detail)
    if detail != "result":
        return trace
    return _without_lone_numbers(_answer_in_names(trace))


def _answer_in_names(trace: Trace) -> Trace:
    """The trace whose answers are written with the names of its lines where they need them."""
    if not any(_wants_names(node) for _, node in trace.results):
        return trace
    place = stated_in_names(trace)
    stated = None if place is None else trace.steps[place].after
    if isinstance(stated, Node):
        return replace(trace, results=((trace.results[0][0], stated),))
    known = {meaning: name for name, meaning in further_definitions(trace)}
    return _renamed(trace, lambda _, rebuilt: known.get(rebuilt))


def _without_lone_numbers(trace: Trace) -> Trace:
    """The trace with ``q`` for ``q2`` where the answer needs no other q."""
    asked = trace.question.nodes
    used = used_definitions(trace)
    names = [name for name, _ in used if name not in asked]
    roots = [node for _, node in trace.results] + [meaning for _, meaning in used]
    functions = [name for name, _ in trace.definitions if name in asked]
    taken = {typed_name(leaf) for leaf in leaves_of(*roots, *functions)}
    stems = {name: typed_name(name).rstrip("0123456789") for name in names}
    counts = Counter(stems.values())
    alone = {
        name: symbol(stem, name.shape)
        for name, stem in stems.items()
        if counts[stem] == 1 and stem != typed_name(name) and stem not in taken
    }
    if not alone:
        return trace
    trace = _renamed(trace, lambda part, _: alone.get(part))
    pairs = [(alone.get(name, name), meaning) for name, meaning in trace.definitions]
    further = _in_order([pair for pair in pairs if pair[0] not in asked])
    return replace(trace, definitions=(*(pair for pair in pairs if pair[0] in asked), *further))


def _wants_names(answer: Node) -> bool:
    """Whether an answer is hard to read without names."""
    is_wide = _lengths([answer])[answer] > WIDEST_ANSWER
    return is_wide or any(contains(answer, op) for op in (*GIVEN_LETTERS, "block"))


def used_definitions(trace: Trace) -> Definitions:
    """What an answer alone needs: the names of its lines, then definitions, inner ones first.

    The question's own definitions are the last.
    """
    further = further_definitions(trace)
    ordered = (*further, *(pair for pair in trace.definitions if pair not in further))
    needed = {node for _, result in trace.results for node in result.symbols}
    for name, meaning in reversed(ordered):
        if name in needed:
            needed |= meaning.symbols
    return (*trace.names, *(pair for pair in ordered if pair[0] in needed))


def in_names(conditions: Sequence[Condition], definitions: Definitions) -> tuple[Condition, ...]:
    """Conditions with every part that a definition names replaced by the name."""
    known = {meaning: name for name, meaning in definitions}
    written, _ = _rebuilt(nodes_of(conditions), lambda _, rebuilt: known.get(rebuilt))
    sides = (_new_side(condition, written) for condition in conditions)
    return tuple(side for side in sides if not isinstance(side, Node))


# --- how long, and what is repeated -----------------------------------------------------


def _long(trace: Trace, detail: str) -> list[Node]:
    """The formulas of a page that are too long when written out."""
    roots, limit = roots_of(trace), LONGEST
    if detail == "result":
        roots, limit = tuple(node for _, node in trace.results), LONGEST_ANSWER
    lengths = _lengths(roots)
    return [root for root in roots if lengths[root] > limit]


def _lengths(roots: Iterable[Node]) -> dict[Node, int]:
    """About how many characters each node has, written out."""
    lengths: dict[Node, int] = {}
    for node in postorder(*roots):
        lengths[node] = _own_length(node) + sum(lengths[arg] for arg in node.args)
    return lengths


def _own_length(node: Node) -> int:
    """The characters of a name, or of a function with its parentheses, or of a sign."""
    if node.op in {"symbol", "constant", "size", "number"}:
        return len(typed_name(node))
    spelling = SPELLINGS.get(node.data if node.op == "map" else node.op)
    return 3 if spelling is None else len(spelling.unicode) + 2


def _repeated(roots: Sequence[Node]) -> list[Node]:
    """The parts that one of the roots uses more than once, inner ones first."""
    lengths = _lengths(roots)
    found: set[Node] = set()
    for root in roots:
        uses = Counter(arg for node in postorder(root) for arg in node.args)
        found.update(node for node, count in uses.items() if count > 1)
    return [
        node
        for node in postorder(*roots)
        if node in found
        and lengths[node] >= SHORTEST_NAMED
        and node.symbols
        and not free_indices(node)
        and not any(contains(node, op) for op in UNNAMED)
    ]


def _letter(roots: Iterable[Node], letters: str) -> str:
    """One of some letters that no name of the trace begins with."""
    taken = {typed_name(leaf)[0] for leaf in leaves_of(*roots)}
    return next((letter for letter in letters if letter not in taken), "part")


# --- renaming ---------------------------------------------------------------------------


def _renamed(trace: Trace, choose: Choice, added: dict[Node, Node] | None = None) -> Trace:
    """The trace with chosen parts replaced by their names, and the names defined."""
    written, bodies = _rebuilt(roots_of(trace), choose)
    side = partial(_side, written=written, done={})
    asked = [(n, written[m]) for n, m in trace.definitions if n in trace.question.nodes]
    further = [(name, bodies[meaning]) for name, meaning in further_definitions(trace)]
    further += [(name, bodies[part]) for part, name in (added or {}).items()]
    return replace(
        trace,
        definitions=(*asked, *_in_order(further)),
        steps=tuple(_step(step, side) for step in trace.steps),
        results=tuple((name, written[node]) for name, node in trace.results),
    )


def _rebuilt(roots: Iterable[Node], choose: Choice) -> tuple[dict[Node, Node], dict[Node, Node]]:
    """Each node with the chosen parts below it replaced; itself replaced, and not."""
    written: dict[Node, Node] = {}
    bodies: dict[Node, Node] = {}
    for node in postorder(*roots):
        args = tuple(written[arg] for arg in node.args)
        # built as it is: a constructor would merge a sum that has got a name
        body = node if args == node.args else make(node.op, args, node.shape, node.data)
        bodies[node] = body
        written[node] = choose(node, body) or body
    return written, bodies


def _in_order(pairs: Sequence[tuple[Node, Node]]) -> Definitions:
    """Definitions after those they use."""
    bodies = dict(pairs)
    order = TopologicalSorter({n: [s for s in bodies if s in b.symbols] for n, b in pairs})
    return tuple((name, bodies[name]) for name in order.static_order())


def _step(step: Step, side: Callable[[Side], Side]) -> Step:
    before = None if step.before is None else side(step.before)
    return replace(step, before=before, after=side(step.after))


def _side(side: Side, written: dict[Node, Node], done: dict[Side, Side]) -> Side:
    """A side in the new names; equal sides stay one object, by which a line goes on."""
    if side not in done:
        done[side] = _new_side(side, written)
    return done[side]


def _new_side(side: Side, written: dict[Node, Node]) -> Side:
    if isinstance(side, Node):
        return written[side]
    if isinstance(side, Words):
        return replace(side, nodes=tuple(written[node] for node in side.nodes))
    right = side.right
    new = written[right] if isinstance(right, Node) else right
    return replace(side, left=written[side.left], right=new)
