"""Notes: what stands behind ``where`` on a page, conditions first, then what its signs mean."""

from __future__ import annotations

from derive.language.expression import Node, symbol
from derive.language.functions import elementwise, postorder
from derive.language.relations import Condition, Relation, Side, Words
from derive.steps import Trace
from derive.writing.abbreviations import Definitions, in_names, used_definitions
from derive.writing.conventions import conventions_of
from derive.writing.lines import all_conditions, further_definitions, nodes_of, page_lines, roots_of
from derive.writing.matrix_notes import meanings_of_matrix_functions
from derive.writing.names import split_name

ARGUMENTS = ("t", "s", "z", "u", "argument")  # letters for the argument of a function


def notes_of(trace: Trace, detail: str = "full") -> tuple[Condition, ...]:
    """What stands behind ``where``: conditions, functions of one letter, signs.

    Of the answer alone (``result``) only what it shows is explained.
    """
    conditions = in_names(all_conditions(trace), _definitions(trace, detail))
    return (*conditions, *_letters(trace, detail), *meanings_of_signs(trace, detail))


def meanings_of_signs(trace: Trace, detail: str = "full") -> tuple[Condition, ...]:
    """Conventions and functions of matrices that the shown lines rest on."""
    nodes = _shown(trace, detail)
    return (*conventions_of(nodes), *meanings_of_matrix_functions(nodes))


def _definitions(trace: Trace, detail: str) -> Definitions:
    """The definitions of the page that the question does not state itself."""
    return used_definitions(trace) if detail == "result" else further_definitions(trace)


def _shown(trace: Trace, detail: str) -> list[Node]:
    """The nodes of the shown lines, inner ones first."""
    sides: list[Side | str | None] = [*all_conditions(trace), *trace.closing]
    for pair in used_definitions(trace) if detail == "result" else trace.definitions:
        sides.extend(pair)
    for line in page_lines(trace, detail):
        sides.extend((line.left, line.right, line.reason))
    return postorder(*nodes_of(sides))


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
