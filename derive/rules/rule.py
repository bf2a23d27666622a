"""What a row of the differential tables is.

A row states d(e) of one operator as a node that is linear in the differentials of its
parts; the adjoint follows by mechanical transposition, never by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from derive.language.expression import Node

Differential = Callable[[Node, Sequence[Node], Sequence[Node]], Node]


def _always(e: Node, variables: frozenset[Node]) -> bool:
    return True


def _arguments(e: Node) -> Sequence[Node]:
    return e.args


@dataclass(frozen=True)
class Rule:
    """One differential: operator, name, statement, formula, and whether it is linear.

    ``differential(e, parts, dparts)`` gives d(e) from the differentials of ``parts(e)``,
    as a rule the arguments; one that does not contain the variable has the differential
    zero.  ``fits(e, variables)`` says whether the row applies.
    """

    name: str
    op: str
    statement: str
    differential: Differential
    linear: bool = False
    parts: Callable[[Node], Sequence[Node]] = _arguments
    fits: Callable[[Node, frozenset[Node]], bool] = _always
    reference: str = "magnus2019"
