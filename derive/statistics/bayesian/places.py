"""Where a value of the likelihood can lie, the unknown being anywhere the prior allows."""

from __future__ import annotations

from dataclasses import replace

import sympy

from derive.engine.scalar_algebra import ScalarAlgebra
from derive.language.expression import Node
from derive.language.law import Law
from derive.language.relations import Condition, Words
from derive.language.support import COUNTS, FROM_ONE, POSITIVE_LINE, ZERO, ZERO_ONE, Support

#: What the facts of a name say: no condition is printed for these.
SAID_BY_FACTS = (ZERO_ONE, COUNTS, FROM_ONE, POSITIVE_LINE, Support(ZERO, None, is_closed=True))


def whatever_the_unknown(
    likelihood: Law, prior: Law, unknown: Node, algebra: ScalarAlgebra
) -> Support:
    """The support of one value, joined over the places where the prior has the unknown.

    An end that rises or falls with the unknown is put where the prior lets it go farthest;
    one that is not seen to do either is left open.
    """
    own = likelihood.support
    if own.is_angle:
        return own
    lower, upper = (
        end
        if end is None or unknown not in end.symbols
        else _farthest(end, sign, prior, unknown, algebra)
        for end, sign in ((own.lower, -1), (own.upper, 1))
    )
    return replace(own, lower=lower, upper=upper)


def _farthest(
    end: Node, sign: int, prior: Law, unknown: Node, algebra: ScalarAlgebra
) -> Node | None:
    """Where an end of a support goes with the unknown, down for -1; None without a bound."""
    if end is unknown:
        return prior.support.upper if sign > 0 else prior.support.lower
    place, letter = algebra.expr(end), algebra.expr(unknown)
    slope = sympy.diff(place, letter)
    way = 1 if slope.is_positive else -1 if slope.is_negative else 0
    if not way:
        return None
    bound = prior.support.upper if sign == way else prior.support.lower
    goal = sign * way * sympy.oo if bound is None else algebra.expr(bound)
    try:
        found = sympy.limit(place, letter, goal, "-" if sign == way else "+")
    except (NotImplementedError, ValueError):
        return None
    return algebra.node(found) if found.is_finite else None


def lies_in(support: Support, name: Node, each: str) -> tuple[Condition, ...]:
    """That what `each` tells of a name lies in a support, unless its facts say so."""
    is_open = support.lower is None and support.upper is None
    if support.is_angle or (is_open and not support.is_whole) or support in SAID_BY_FACTS:
        return ()
    words = support.words(1)
    return (Words(f"{each} lies in {words.text}", (name, *words.nodes)),)
