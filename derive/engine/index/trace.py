"""The trace that writes a linear map entry by entry."""

from __future__ import annotations

from derive.engine.gradient import free_name
from derive.engine.index.entries_form import entry_formula
from derive.engine.index.expand import expanded
from derive.engine.index.tensor import NoMatrixFormError
from derive.engine.naming import substituted
from derive.errors import ArgumentError
from derive.language.expression import Node, multiply, symbol, transpose
from derive.language.functions import differential, entry_by_name, postorder
from derive.language.indices import entry, sum_over, unit
from derive.language.relations import Words
from derive.steps import Step, Trace

VECTOR_NAMES = ("g", "h", "q", "g_", "h_")
MATRIX_NAMES = ("G", "H", "Q", "G_", "H_")


def index_trace(trace: Trace) -> tuple[Trace, Node, Node]:
    """The entries of the one map of a trace, the map, and the map put together from them.

    Raises
    ------
    ArgumentError
        An operator of the map has no entries.
    """
    name, function = trace.definitions[0]
    ((_, linear),) = trace.results
    (variable,) = trace.moving
    d = differential(variable)
    e = symbol("direction ", variable.shape)
    try:
        tensor = expanded(substituted(linear, {d: e}), (e,))
    except NoMatrixFormError as error:
        raise ArgumentError(f"this map has no index form: {error}") from None
    is_hessian = name.shape != linear.shape
    spoken = _gradient_name(function, linear, name) if is_hessian else name
    formula, indices = entry_formula(tensor, [function, linear, name, spoken])
    left = entry_by_name(spoken, variable, indices)
    question = "entries of the derivative of {0} in {1}"
    if is_hessian:
        question = "entries of the Hessian of {0} in {1}, {2} being its gradient"
    whole = _together(formula, indices, linear, d)
    page = Trace(
        question=Words(question, (name, variable, spoken)[: 2 + is_hessian]),
        definitions=trace.definitions[:1],
        steps=(Step(left, formula, "entry by entry"),),
        results=(("entry", formula),),
        conditions=trace.conditions,
        arguments=trace.arguments,
        lefts=(left,),
    )
    return page, linear, whole


def _gradient_name(function: Node, linear: Node, name: Node) -> Node:
    """A free name for the gradient of a scalar, of the shape of its differential."""
    names = VECTOR_NAMES if 1 in linear.shape else MATRIX_NAMES
    taken = [part for part in postorder(linear) if part.op == "symbol"]
    return symbol(free_name(function, [name, *taken], names), linear.shape)


def _together(formula: Node, indices: tuple[Node, ...], linear: Node, d: Node) -> Node:
    """The sum over all entries: what the map must be."""
    left = list(indices)
    place: list[Node | None] = [left.pop(0) if s != 1 else None for s in linear.shape]
    moved: list[Node | None] = [left.pop(0) if s != 1 else None for s in d.shape]
    whole = multiply(formula, _picked(d, moved))
    row, column = place
    if row is not None:
        whole = multiply(unit(row), whole)
    if column is not None:
        whole = multiply(whole, transpose(unit(column)))
    for i in reversed(indices):
        whole = sum_over(whole, i)
    return whole


def _picked(d: Node, at: list[Node | None]) -> Node:
    """The entry of the direction at its indices."""
    row, column = at
    if row is not None and column is not None:
        return entry(d, row, column)
    if row is not None:
        return entry(d, row)
    return d if column is None else entry(transpose(d), column)
