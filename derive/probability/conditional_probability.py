"""Conditional probability, the law of total probability, and independence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations

from derive.derivation import Derivation
from derive.errors import DomainError, LimitError
from derive.language.expression import Node, add, divide, multiply, number
from derive.language.relations import Words
from derive.probability.event_page import EventPage
from derive.probability.events import Event, require_events, set_text, why_no_partition
from derive.probability.masses import is_certainly_zero, simplified
from derive.probability.under_conditions import DerivationUnderConditions

MOST_EVENTS = 5


def conditional_probability(event: Event, given: Event) -> Derivation:
    """Derive the probability of an event given another one.

    Parameters
    ----------
    event : Event
        What may happen.
    given : Event
        What has happened; of the same sample space.

    Returns
    -------
    Derivation
        ``.result`` is P(A | B) = P(A ∩ B)/P(B), a scalar, unit 1.  The last line is the
        product rule.

    Raises
    ------
    DomainError
        The probability of `given` is 0.
    ArgumentError
        Not events, or of two spaces.

    References
    ----------
    ross2014, section 3.2.

    Examples
    --------
    >>> from derive.probability.sample_space import SampleSpace
    >>> die = SampleSpace.uniform(range(1, 7))
    >>> conditional_probability(die.event([2]), given=die.event([2, 4, 6]))
    1/3    # scalar
    """
    event, given = require_events("conditional_probability", (event, given))
    if is_certainly_zero(given.space.total(given.outcomes)):
        raise DomainError(
            f"the event that is given, {given.name or set_text(given)}, has probability 0\n"
            "  to fix   : condition on an event that can happen"
        )
    page = EventPage([event, given])
    page.introduce(event)
    page.introduce(given)
    name, joint = page.P(event, given), event & given
    formula = divide(page.P(joint), page.P(given))
    numerator, denominator = page.value(joint), page.value(given)
    page.require_positive(denominator)
    value = _quotient(numerator, denominator)
    page.say(name, formula, "definition of conditional probability")
    page.say(formula, value, "insert the values")
    page.say(page.P(joint), multiply(name, page.P(given)), "product rule")
    return page.derivation(
        Words("{0}", (name,)), [("probability", name, value)], DerivationUnderConditions
    )


def total_probability(event: Event, partition: Sequence[Event]) -> Derivation:
    """Derive the probability of an event by cases.

    Parameters
    ----------
    event : Event
    partition : sequence of Event
        Of the same sample space; each outcome lies in exactly one of them.

    Returns
    -------
    Derivation
        ``.result`` is the sum of P(A | B) P(B) over the parts B, a scalar, unit 1.

    Raises
    ------
    DomainError
        The parts are no partition; the message names an outcome.
    ArgumentError
        Not events, or of two spaces.

    References
    ----------
    ross2014, section 3.3.

    Examples
    --------
    >>> from derive.probability.sample_space import SampleSpace
    >>> die = SampleSpace.uniform(range(1, 7))
    >>> even = die.event([2, 4, 6])
    >>> total_probability(die.event([1, 2, 3]), [even, ~even])
    1/2    # scalar
    """
    parts = require_events("total_probability", partition)
    (event, *_) = require_events("total_probability", (event, *parts))
    reason = why_no_partition(parts)
    if reason is not None:
        raise DomainError(
            f"total_probability needs a partition: {reason}\n"
            "  to fix   : give disjoint events that cover the space, such as [B, ~B]"
        )
    page = EventPage([event, *parts])
    for one in (event, *parts):
        page.introduce(one)
    name = page.P(event)
    joint = add(*(page.P(event & part) for part in parts))
    page.say(name, joint, "additivity over the partition")
    possible = [p for p in parts if not is_certainly_zero(p.space.total(p.outcomes))]
    cases = add(*(multiply(page.P(event, part), page.P(part)) for part in possible))
    note = "" if len(possible) == len(parts) else "parts of probability 0 add nothing"
    page.say(joint, cases, "product rule", note)
    for part in possible:
        weight = page.value(part)
        page.require_positive(weight)
        within = _quotient(page.space.total((event & part).outcomes), weight)
        share = divide(page.P(event & part), page.P(part))
        page.value(event & part)
        page.say(page.P(event, part), share, "definition of conditional probability")
        page.say(share, within, "insert the values")
    value = page.space.total(event.outcomes)
    page.say(name, value, "insert the values")
    return page.derivation(
        Words("{0} by cases", (name,)), [("probability", name, value)], Derivation
    )


@dataclass(frozen=True, repr=False)
class Independence(DerivationUnderConditions):
    """A derivation of how far events are from independence."""

    @property
    def holds(self) -> bool | None:
        """Whether the events are independent; None if it depends on the symbols."""
        nodes = [node for _, node in self.trace.results]
        if all(node is number(0) for node in nodes):
            return True
        return False if any(not node.symbols and node is not number(0) for node in nodes) else None


def independence(*events: Event) -> Independence:
    """Derive whether events are mutually independent.

    Parameters
    ----------
    *events : Event
        2 to 5 events of one sample space.

    Returns
    -------
    Independence
        ``.holds`` is True, False, or None if it depends on the symbols; ``.result`` is
        P(A ∩ B) - P(A) P(B), and one such difference for each larger choice of events.

    Raises
    ------
    ArgumentError
        Not events, fewer than two, or of two spaces.
    LimitError
        More than 5 events.

    References
    ----------
    ross2014, section 3.4.

    Examples
    --------
    >>> from derive.probability.sample_space import SampleSpace
    >>> die = SampleSpace.uniform(range(1, 7))
    >>> independence(die.event([2, 4, 6]), die.event([1, 2])).holds
    True
    """
    found = require_events("independence", events, least=2)
    if len(found) > MOST_EVENTS:
        raise LimitError(f"independence takes at most {MOST_EVENTS} events, got {len(found)}")
    page = EventPage(found)
    for event in found:
        page.introduce(event)
    results = [
        _difference(page, chosen)
        for size in range(2, len(found) + 1)
        for chosen in combinations(found, size)
    ]
    places = ", ".join(f"{{{k}}}" for k in range(len(found)))
    labels = tuple(page.text(page.label(event)) for event in found)
    verdict = _verdict([value for _, _, value in results])
    return page.derivation(
        Words(f"independence of {places}", labels), results, Independence, [verdict]
    )


def _difference(page: EventPage, chosen: Sequence[Event]) -> tuple[str, Node, Node]:
    """How far the probability of an intersection is from the product."""
    joint = reduce(lambda a, b: a & b, chosen)
    formula = page.P(joint) - multiply(*(page.P(event) for event in chosen))
    name = page.text(f"Δ({', '.join(page.label(event) for event in chosen)})")
    page.define(name, formula)
    values = [page.value(event) for event in chosen]
    value = simplified(page.value(joint) - multiply(*values))
    page.say(name, formula, "zero if the probabilities multiply")
    page.say(formula, value, "insert the values")
    return "difference", name, value


def _verdict(differences: Sequence[Node]) -> Words:
    if all(value is number(0) for value in differences):
        return Words("independent: every difference is 0")
    if any(not value.symbols and value is not number(0) for value in differences):
        return Words("not independent")
    left = tuple(value for value in differences if value.symbols)
    places = " and ".join(f"{{{k}}} = 0" for k in range(len(left)))
    return Words(f"independent exactly where {places}", left)


def _quotient(numerator: Node, denominator: Node) -> Node:
    return simplified(divide(numerator, denominator))
