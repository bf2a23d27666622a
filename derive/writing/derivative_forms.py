"""Forms of differentials and of derivatives by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from derive.language.expression import Node
from derive.rules.structures import mark_of
from derive.writing.pieces import Level, Parts, Piece

if TYPE_CHECKING:
    from derive.writing.forms import Form
    from derive.writing.notation import Notation


def derivative_form(node: Node, parts: Parts, notation: Notation) -> Piece:
    """A Jacobian, a Hessian, an entry or a derivative in a direction by name."""
    if node.data == "entry":
        return _entry_of_derivative(node, parts, notation)
    if node.data == "directional":
        base, order = _along_one_direction(node)
        directions = _listed([parts[arg] for arg in node.args[1:]], notation)
        return notation.directional(parts[base], directions, order)
    function, *variables = [parts[arg] for arg in node.args]
    if node.data == "jacobian":
        return notation.jacobian(function, variables[0], node.args[1].is_scalar)
    return notation.hessian(function, variables, node.args[-1].is_scalar)


def _listed(pieces: Sequence[Piece], notation: Notation) -> Piece:
    """Pieces with commas between them; one stays as it is."""
    if len(pieces) == 1:
        return pieces[0]
    return Piece(", ".join(map(notation.signed, pieces)), Level.SUM)


def _along_one_direction(node: Node) -> tuple[Node, int]:
    """What is differentiated again and again in the same direction, and how often."""
    inside, order = node.args[0], 1
    while (inside.op, inside.data, inside.args[1:]) == (node.op, node.data, node.args[1:]):
        inside, order = inside.args[0], order + 1
    return inside, order


def _entry_of_derivative(node: Node, parts: Parts, notation: Notation) -> Piece:
    """The derivative of one entry in one entry, all by name."""
    function, variable, *indices = node.args
    count = sum(size != 1 for size in function.shape)
    above, below = (
        notation.indexed(name, parts[name], places) if places else parts[name]
        for name, places in ((function, indices[:count]), (variable, indices[count:]))
    )
    return notation.jacobian(above, below, is_by_scalar=True)


DERIVATIVE_FORMS: dict[str, Form] = {
    "differential": lambda node, parts, notation: notation.differential(
        parts[node.args[0]], node.args[0]
    ),
    "nabla": lambda node, parts, notation: notation.nabla(
        parts[node.args[0]], parts[node.args[1]], node.data[0], mark_of(node)
    ),
    "derivative": derivative_form,
}
