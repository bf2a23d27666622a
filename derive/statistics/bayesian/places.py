"""Where a value of the likelihood can lie, the unknown being anywhere the prior allows."""

from __future__ import annotations

from dataclasses import replace

from derive.language.expression import Node
from derive.language.law import Law
from derive.language.relations import Condition, Words
from derive.language.support import COUNTS, FROM_ONE, POSITIVE_LINE, ZERO, ZERO_ONE, Support

#: What the facts of a name say: no condition is printed for these.
SAID_BY_FACTS = (ZERO_ONE, COUNTS, FROM_ONE, POSITIVE_LINE, Support(ZERO, None, is_closed=True))


def whatever_the_unknown(likelihood: Law, prior: Law, unknown: Node) -> Support:
    """The support of one value, joined over the places where the prior has the unknown.

    An end that is the unknown itself gives way to the prior's; another that moves with it is
    left open.
    """
    own, outer = likelihood.support, prior.support
    if own.is_angle:
        return own
    lower, upper = (
        beyond if end is unknown else None if end and unknown in end.symbols else end
        for end, beyond in ((own.lower, outer.lower), (own.upper, outer.upper))
    )
    return replace(own, lower=lower, upper=upper)


def lies_in(support: Support, name: Node, each: str) -> tuple[Condition, ...]:
    """That what `each` tells of a name lies in a support, unless its facts say so."""
    is_open = support.lower is None and support.upper is None
    if support.is_angle or (is_open and not support.is_whole) or support in SAID_BY_FACTS:
        return ()
    words = support.words(1)
    return (Words(f"{each} lies in {words.text}", (name, *words.nodes)),)
