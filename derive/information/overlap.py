"""Where two laws on intervals both have mass, and a law that has mass just there."""

from __future__ import annotations

from derive.errors import DomainError
from derive.language.expression import Node, number
from derive.language.law import Law
from derive.language.laws.intervals import Uniform
from derive.language.sympy_out import to_sympy


def law_of_both(laws: tuple[Law, ...], order: Node) -> Law | None:
    """A law on the places where both laws of an interval have mass; None where none is known.

    The second law, where its support lies inside the first, or a uniform law on an interval
    whose ends are numbers.  Only of an order that is a number below 1: otherwise mass of the
    first law outside the support of the second makes a divergence infinite.

    Raises
    ------
    DomainError
        The supports do not meet.
    """
    one, other = (law.support for law in laws)
    is_below_one = order.is_number and order.data < 1
    if not is_below_one or any(s.is_whole or s.is_angle for s in (one, other)):
        return None
    ends = (one.lower, one.upper, other.lower, other.upper)
    if any(end is not None and end.symbols for end in ends):
        return None
    lower = _furthest(one.lower, other.lower, 1)
    upper = _furthest(one.upper, other.upper, -1)
    if lower is None or upper is None:
        return laws[1]
    if not to_sympy(lower) < to_sympy(upper):
        raise DomainError(
            f"{laws[0]!r} and {laws[1]!r} have no mass in common: of orders below 1 the "
            f"divergence is infinite and the Hellinger distance is {number(1)!r}\n"
            f"  to fix   : choose laws whose supports meet"
        )
    return Uniform(lower, upper)


def _furthest(one: Node | None, other: Node | None, sign: int) -> Node | None:
    """The larger end, or the smaller for sign -1; None stands for no end."""
    if one is None or other is None:
        return other if one is None else one
    return one if sign * (to_sympy(one) - to_sympy(other)) >= 0 else other
