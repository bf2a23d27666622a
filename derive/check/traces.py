"""The claims that the lines of a trace make."""

from __future__ import annotations

from collections.abc import Mapping

from derive.check.claim import Claim
from derive.check.claims import SameValue
from derive.check.relations import Equation
from derive.language.expression import Node
from derive.language.functions import contains
from derive.language.relations import Relation, Words
from derive.steps import Step, Trace


def line_claims(
    trace: Trace,
    variable: Node | tuple[Node, ...] | None = None,
    structure: str = "free",
    meanings: Mapping[Node, Node] | None = None,
) -> tuple[Claim, ...]:
    """One claim per line that states something of numbers; words alone claim nothing.

    Parameters
    ----------
    trace : Trace
    variable : symbol, tuple of symbol, or None
        What moves in the differentials of the lines.
    structure : str
        What may vary in a line ``nabla(f, x) = G``; see ``directions.STRUCTURES``.

    meanings : mapping of Node to Node
        What a left side by name stands for: the differential of a gradient by name has no
        value, that of the gradient found before has one.

    Returns
    -------
    tuple of Claim
        ``SameValue`` for two nodes, ``Equation`` for a relation, in the order of the steps.
    """
    meanings = meanings or {}
    claims = (_claim(trace, step, variable, structure, meanings) for step in trace.steps)
    return tuple(claim for claim in claims if claim is not None)


def _claim(
    trace: Trace,
    step: Step,
    variable: Node | tuple[Node, ...] | None,
    structure: str,
    meanings: Mapping[Node, Node],
) -> Claim | None:
    conditions = (*step.conditions, *trace.conditions)
    if isinstance(step.before, Node) and isinstance(step.after, Node):
        before = meanings.get(step.before, step.before)
        if contains(before, "derivative"):
            return None  # a Jacobian by name: its verb claims what it is
        return SameValue(before, step.after, trace.definitions, variable, conditions, structure)
    if isinstance(step.after, Relation) and not isinstance(step.after.right, Words):
        return Equation(step.after, trace.definitions, variable, conditions=conditions, kind="line")
    return None
