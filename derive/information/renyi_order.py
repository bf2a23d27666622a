"""The order of a Renyi divergence: a number, or a name that no law has."""

from __future__ import annotations

from collections.abc import Sequence

from derive.errors import ArgumentError, DomainError
from derive.language.expression import Node, number
from derive.language.law import Law, Parameter, Value, parameter_value
from derive.language.relations import Relation
from derive.language.sizes import size_names
from derive.language.vector_law import VectorLaw
from derive.probability.question import free_name

DEFAULT_NAMES = ("alpha", "r", "order", "alpha_", "r_")


def renyi_order(laws: Sequence[Law], order: Value | None) -> Node:
    """The order as a node; one that is left out has a name of its own.

    Raises
    ------
    ArgumentError
        A name in the order is that of a parameter or a size of a law.
    DomainError
        The order is 1 or not positive.
    """
    taken = _names(laws)
    given: Value = free_name(DEFAULT_NAMES, taken) if order is None else order
    found = parameter_value("renyi_divergence", Parameter("order", "positive", "order"), given)
    if found is number(1):
        raise DomainError("the order of a Renyi divergence is not 1\n  to fix   : kl_divergence")
    clash = {s.name for s in found.symbols} & taken
    if clash:
        free = free_name(DEFAULT_NAMES, taken)
        raise ArgumentError(
            f"{min(clash)} is the order and a parameter or a size of a law\n"
            f"  to fix   : call the order otherwise, order={free!r}"
        )
    return found


def order_conditions(order: Node) -> tuple[Relation, ...]:
    """What an order with a name in it must satisfy."""
    if not order.symbols:
        return ()
    return Relation(order, ">", number(0)), Relation(order, "!=", number(1))


def _names(laws: Sequence[Law]) -> set[str]:
    """The names of the parameters and the sizes."""
    found = {s.name for law in laws for s in law.symbols}
    for law in laws:
        found |= {name for s in law.symbols for name in size_names(s.shape)}
        if isinstance(law, VectorLaw):
            found |= size_names(law.size_of.values())
    return found
