"""Notes: what stands behind ``where`` on a page, conditions first, then what its signs mean."""

from __future__ import annotations

from derive.language.expression import Node, symbol
from derive.language.functions import elementwise, postorder
from derive.language.relations import Condition, Relation, Side, Words
from derive.steps import Trace
from derive.writing.abbreviations import Definitions, in_names, used_definitions
from derive.writing.conventions import conventions_of
from derive.writing.lines import (
    all_conditions,
    further_definitions,
    nodes_of,
    page_lines,
    roots_of,
    trace_leaves,
)
from derive.writing.matrix_notes import meanings_of_matrix_functions
from derive.writing.names import split_name
from derive.writing.sentences import side_runs, text_of
from derive.writing.text import TextNotation

ARGUMENTS = ("t", "s", "z", "u", "argument")  # letters for the argument of a function


def notes_of(trace: Trace, detail: str = "full") -> tuple[Condition, ...]:
    """What stands behind ``where``: conditions, functions of one letter, signs.

    Of the answer alone (``result``) only what it shows is explained.
    """
    conditions = in_names(all_conditions(trace), _definitions(trace, detail))
    return (*conditions, *_letters(trace, detail), *meanings_of_signs(trace, detail))


class _UnitVectors(TextNotation):
    """Writes unit vectors in a sign of their own: what it shows is not the row of a matrix."""

    unit_letter = "\ue000"  # of no alphabet


def meanings_of_signs(trace: Trace, detail: str = "full") -> tuple[Condition, ...]:
    """Conventions and functions of matrices that the shown lines rest on."""
    nodes = _shown(trace, detail)
    matrices, units = meanings_of_matrix_functions(nodes), _unit_vectors(trace, detail)
    return (*conventions_of(nodes), *matrices, *units)


def _unit_vectors(trace: Trace, detail: str) -> tuple[Relation, ...]:
    """What a unit vector is, of the first that a line shows as such."""
    if not any(node.op == "unit" for node in _shown(trace, detail)):
        return ()
    notation = _UnitVectors(trace_leaves(trace))
    for side in _sides(trace, detail):
        units = [node for node in postorder(*nodes_of([side])) if node.op == "unit"]
        written = text_of(side_runs(side, notation)) if units else ""
        for unit in units:
            if text_of(side_runs(unit, notation)) in written:
                return (Relation(unit, "is", Words("column {0} of the identity", unit.args)),)
    return ()


def _definitions(trace: Trace, detail: str) -> Definitions:
    """The definitions of the page that the question does not state itself."""
    return used_definitions(trace) if detail == "result" else further_definitions(trace)


def _shown(trace: Trace, detail: str) -> list[Node]:
    """The nodes of the shown lines, inner ones first."""
    return postorder(*nodes_of(_sides(trace, detail)))


def _sides(trace: Trace, detail: str) -> list[Side]:
    """What the shown lines hold, each once."""
    sides: list[Side | str | None] = [*all_conditions(trace), *trace.closing]
    for pair in used_definitions(trace) if detail == "result" else trace.definitions:
        sides.extend(pair)
    for line in page_lines(trace, detail):
        sides.extend((line.left, line.right, line.reason))
    return [side for side in sides if side is not None and not isinstance(side, str)]


def _letters(trace: Trace, detail: str) -> tuple[Relation, ...]:
    """Functions written as one letter, where no symbol of the page has that letter."""
    taken = {node.name for node in postorder(*roots_of(trace)) if node.op == "symbol"}
    letters = {split_name(name).base for name in taken}
    used = {node.data for node in _shown(trace, detail) if node.op == "map"}
    t = symbol(next(name for name in ARGUMENTS if name not in taken))
    rows = ((name, *row) for name, row in _meanings(t).items())
    said = (row for name, row, letter in rows if name in used and letter not in letters)
    return tuple(dict.fromkeys(said))


def _meanings(t: Node) -> dict[str, tuple[Relation, str]]:
    """Functions written as one letter: what they are, and the letter."""
    loggamma, digamma = elementwise("loggamma", t), elementwise("digamma", t)
    sigmoid, trigamma = elementwise("sigmoid", t), elementwise("trigamma", t)
    density, distribution = elementwise("normpdf", t), elementwise("normcdf", t)
    slope = "the derivative of {0}"
    normal = Relation(distribution, "is", Words("the standard normal distribution function"))
    return {
        "normcdf": (normal, "Phi"),
        "lognormcdf": (normal, "Phi"),
        "normpdf": (Relation(density, "is", Words("the standard normal density")), "phi"),
        "sigmoid": (Relation(sigmoid, "=", 1 / (1 + elementwise("exp", -t))), "sigma"),
        "digamma": (Relation(digamma, "is", Words(slope, (loggamma,))), "psi"),
        "trigamma": (Relation(trigamma, "is", Words(slope, (digamma,))), "psi"),
    }
