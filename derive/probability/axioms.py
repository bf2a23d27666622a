"""Probabilities of events from the axioms: complement, addition, inclusion and exclusion."""

from __future__ import annotations

from functools import reduce
from itertools import combinations

from derive.derivation import Derivation
from derive.errors import LimitError
from derive.language.expression import add, multiply, negative, number, symbol
from derive.language.relations import Relation, Words
from derive.probability.event_page import EventPage
from derive.probability.events import Event, require_events
from derive.probability.under_conditions import DerivationUnderConditions

MOST_EVENTS = 6


def probability(event: Event) -> Derivation:
    """Derive the probability of an event from the axioms.

    An event made of others is opened by the rule that fits: complement, addition rule,
    difference; any other is a sum of masses.

    Parameters
    ----------
    event : Event
        Of a ``SampleSpace``.

    Returns
    -------
    Derivation
        ``.result`` is the probability, a scalar, unit 1.

    Raises
    ------
    ArgumentError
        Not an event.

    References
    ----------
    ross2014, sections 2.3 to 2.5.

    Examples
    --------
    >>> from derive.probability.sample_space import SampleSpace
    >>> die = SampleSpace.uniform(range(1, 7))
    >>> even, small = die.event([2, 4, 6]), die.event([1, 2, 3])
    >>> probability(even | small)
    5/6    # scalar
    """
    (event,) = require_events("probability", [event])
    page = EventPage([event])
    page.introduce(event)
    value = page.value(event)
    name = page.P(event)
    return page.derivation(
        Words("{0}", (name,)), [("probability", name, value)], DerivationUnderConditions
    )


def inclusion_exclusion(*events: Event) -> Derivation:
    """Derive the probability of a union of events by inclusion and exclusion.

    Parameters
    ----------
    *events : Event
        2 to 6 events of one sample space.

    Returns
    -------
    Derivation
        ``.result`` is the probability that at least one of them happens, a scalar, unit 1.
        The last line is the union bound.

    Raises
    ------
    ArgumentError
        Not events, fewer than two, or of two spaces.
    LimitError
        More than 6 events.

    References
    ----------
    ross2014, section 2.4.

    Examples
    --------
    >>> from derive.probability.sample_space import SampleSpace
    >>> numbers = SampleSpace.uniform(range(1, 31))
    >>> multiples = [numbers.event(lambda n, k=k: n % k == 0) for k in (2, 3, 5)]
    >>> inclusion_exclusion(*multiples)
    11/15    # scalar
    """
    found = require_events("inclusion_exclusion", events, least=2)
    if len(found) > MOST_EVENTS:
        raise LimitError(
            f"inclusion_exclusion of {len(found)} events has {2 ** len(found) - 1} terms; "
            f"the limit is {MOST_EVENTS} events\n"
            "  to fix   : take the complement of the intersection of the complements"
        )
    page = EventPage(found)
    for event in found:
        page.introduce(event)
    union = reduce(lambda a, b: a | b, found)
    name = page.P(union)
    _indicator_lines(page, found, union)
    terms = _terms(found)
    for _, part in terms:
        page.value(part)
    formula = add(*(multiply(number(sign), page.P(part)) for sign, part in terms))
    value = page.space.total(union.outcomes)
    page.say(name, formula, "linearity: the mean of an indicator is a probability")
    page.say(formula, value, "insert the values")
    bound = add(*(page.P(event) for event in found))
    page.compare(Relation(name, "<=", bound), "union bound: a sum counts overlaps more than once")
    return page.derivation(
        Words("{0} by inclusion and exclusion", (name,)), [("probability", name, value)], Derivation
    )


def _terms(events: tuple[Event, ...]) -> list[tuple[int, Event]]:
    """Every intersection with its sign, single events first."""
    return [
        ((-1) ** (size + 1), reduce(lambda a, b: a & b, chosen))
        for size in range(1, len(events) + 1)
        for chosen in combinations(events, size)
    ]


def _indicator_lines(page: EventPage, events: tuple[Event, ...], union: Event) -> None:
    """``1[A ∪ B] = 1 - (1 - 1[A])(1 - 1[B])``, multiplied out."""
    ones = [symbol(f"1[{page.label(event)}]") for event in events]
    whole = symbol(f"1[{page.label(union)}]")
    none = multiply(*(1 - one for one in ones))
    opened = [
        multiply(number((-1) ** (size + 1)), *chosen)
        for size in range(1, len(ones) + 1)
        for chosen in combinations(ones, size)
    ]
    page.define(whole, 1 + negative(none))
    page.say(whole, 1 - none, "indicators: some event happens unless none does")
    page.say(1 - none, add(*opened), "multiply out")
