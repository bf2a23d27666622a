"""Derivations about laws: their compiled functions refuse numbers that break a condition.

The mean of Pareto(1, 1/2) is no number, but its formula gives -1.  What a page prints under
``where``, and what is declared of the parameters, is looked at before the formula is asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from derive.derivation import Derivation
from derive.engine.naming import substituted
from derive.language.expression import Node, ones
from derive.language.law import symbol_conditions
from derive.language.relations import Words
from derive.language.support import Support
from derive.numeric.requirements import Requirement, requirements_of
from derive.steps import Trace
from derive.writing.lines import all_conditions
from derive.writing.plain_data import worded


@dataclass(frozen=True, repr=False)
class DerivationUnderConditions(Derivation):
    """A derivation whose compiled function refuses numbers at which its answer does not hold.

    ``.function()`` raises a ``DomainError`` that names the condition and the first numbers that
    break it: a printed condition, the range of a parameter, a place outside the support.  A file
    that was saved does so too.
    """

    def _requirements(self) -> tuple[Requirement, ...]:
        return requirements_of_trace(self.trace)


def requirements_of_trace(
    trace: Trace, first: Iterable[Requirement] = (), but: Iterable[Node] = ()
) -> tuple[Requirement, ...]:
    """What the arguments of a trace are declared to be, and its conditions.

    Parameters
    ----------
    trace : Trace
    first : sequence of Requirement
        What is looked at before these.
    but : sequence of symbol
        Arguments of which nothing is asked here.
    """
    free = frozenset(but)
    found = list(first)
    declared = (condition for symbol in trace.declared for condition in symbol_conditions(symbol))
    for condition in (*declared, *all_conditions(trace)):
        found += requirements_of(condition, worded(condition))
    meant = _meanings(trace)
    found = [replace(one, nodes=tuple(substituted(n, meant) for n in one.nodes)) for one in found]
    kept = (one for one in found if not any(node.symbols & free for node in one.nodes))
    return tuple(dict.fromkeys(kept))


def _meanings(trace: Trace) -> dict[Node, Node]:
    """What the names of a page stand for, in its arguments."""
    known: dict[Node, Node] = {}
    for name, meaning in trace.definitions:
        if name not in trace.arguments:
            known[name] = substituted(meaning, known)
    return known


def support_requirements(value: Node, support: Support) -> tuple[Requirement, ...]:
    """That every entry of a value lies in a support."""
    if support.is_angle:
        return ()
    said = worded(
        Words(
            f"every entry of {{0}} lies in {support.words(1).text}",
            (value, *support.words(1).nodes),
        )
    )
    equal = "=" if support.is_closed or support.is_whole else ""
    found = [
        Requirement(said, sign + equal, (value, end))
        for end, sign in ((support.lower, ">"), (support.upper, "<"))
        if end is not None
    ]
    if support.is_whole:
        place = value
        if support.step != 1 and support.lower is not None:
            place = (value - support.lower * ones(*value.shape)) / support.step
        found.append(Requirement(said, "integer", (place,)))
    return tuple(found)
