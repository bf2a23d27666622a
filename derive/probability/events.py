"""Events: sets of outcomes, with set algebra that remembers how an event was made."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from derive.errors import ArgumentError, DomainError

if TYPE_CHECKING:
    from derive.probability.sample_space import SampleSpace

MOST_SHOWN = 10
LONGEST_NAME = 30
LONGEST_OUTCOME = 24
_FORBIDDEN = set("(){}[]|∩∪∖ᶜ∅\\$\"'")


@dataclass(frozen=True, repr=False)
class Event:
    """A set of outcomes of one sample space; made by ``SampleSpace.event``.

    ``A & B`` is the intersection, ``A | B`` the union, ``~A`` the complement, ``A - B`` the
    difference; ``outcome in A``, ``len(A)``, ``A <= B`` and iteration work as for sets.  Two
    events are equal if they hold the same outcomes of one space.

    Attributes
    ----------
    space : SampleSpace
    outcomes : frozenset
    name : str
        As written on a page; may be empty.
    made : tuple
        ``(sign, parts...)`` of a union, intersection, difference or complement; else empty.

    Examples
    --------
    >>> from derive.probability.sample_space import SampleSpace
    >>> die = SampleSpace.uniform(range(1, 7))
    >>> even, small = die.event([2, 4, 6], "E"), die.event([1, 2, 3], "S")
    >>> even | small
    E ∪ S = {1, 2, 3, 4, 6}
    >>> ~(even - small)
    (E ∖ S)ᶜ = {1, 2, 3, 5}
    """

    space: SampleSpace
    outcomes: frozenset[Any]
    name: str = field(default="", compare=False)
    made: tuple[Any, ...] = field(default=(), compare=False)

    @staticmethod
    def of(
        space: SampleSpace, outcomes: Iterable[Any] | Callable[[Any], bool], name: str = ""
    ) -> Event:
        """The event of some outcomes, each of which must belong to the space."""
        named = checked_name(name)
        if callable(outcomes):
            return Event(space, frozenset(o for o in space.outcomes if outcomes(o)), named)
        if isinstance(outcomes, str) or not isinstance(outcomes, Iterable):
            raise ArgumentError(
                f"an event needs outcomes or a function of them, got {outcomes!r:.40}\n"
                f"  to fix   : give a list, as in [{outcomes!r:.40}]"
            )
        listed = list(outcomes)
        for outcome in listed:
            if not isinstance(outcome, Hashable) or outcome not in space:
                shown = ", ".join(map(outcome_text, space.outcomes[:MOST_SHOWN]))
                more = ", ..." if len(space) > MOST_SHOWN else ""
                raise DomainError(
                    f"the outcome {outcome_text(outcome)} does not belong to the sample space\n"
                    f"  outcomes : {shown}{more}"
                )
        return Event(space, frozenset(listed), named)

    def named(self, name: str) -> Event:
        """The same event under a name.

        Examples
        --------
        >>> from derive.probability.sample_space import SampleSpace
        >>> coin = SampleSpace.uniform("HT")
        >>> (coin.event(["H"]) | coin.event(["T"])).named("any")
        any = {H, T}
        """
        return replace(self, name=checked_name(name))

    def __and__(self, other: Event) -> Event:
        return self._with("∩", other, lambda a, b: a & b)

    def __or__(self, other: Event) -> Event:
        return self._with("∪", other, lambda a, b: a | b)

    def __sub__(self, other: Event) -> Event:
        return self._with("∖", other, lambda a, b: a - b)

    def __invert__(self) -> Event:
        everything = frozenset(self.space.outcomes)
        return Event(self.space, everything - self.outcomes, "", ("ᶜ", self))

    def _with(self, sign: str, other: Event, combined: Callable[[Any, Any], Any]) -> Event:
        if not isinstance(other, Event):
            raise ArgumentError(
                f"an event is combined with another event, got {type(other).__name__}\n"
                "  to fix   : make one with space.event(...)"
            )
        require_one_space((self, other))
        return Event(self.space, combined(self.outcomes, other.outcomes), "", (sign, self, other))

    def __le__(self, other: Event) -> bool:
        require_one_space((self, other))
        return self.outcomes <= other.outcomes

    def __contains__(self, outcome: object) -> bool:
        return outcome in self.outcomes

    def __iter__(self) -> Iterator[Any]:
        return (outcome for outcome in self.space.outcomes if outcome in self.outcomes)

    def __len__(self) -> int:
        return len(self.outcomes)

    def __bool__(self) -> bool:
        raise ArgumentError(
            "an event is neither true nor false\n"
            "  to fix   : write A & B, A | B and ~A for and, or and not"
        )

    @property
    def is_impossible(self) -> bool:
        """Whether it holds no outcome."""
        return not self.outcomes

    def is_disjoint(self, other: Event) -> bool:
        """Whether no outcome lies in both.

        Examples
        --------
        >>> from derive.probability.sample_space import SampleSpace
        >>> coin = SampleSpace.uniform("HT")
        >>> coin.event(["H"]).is_disjoint(coin.event(["T"]))
        True
        """
        require_one_space((self, other))
        return self.outcomes.isdisjoint(other.outcomes)

    def __repr__(self) -> str:
        said = self.name or (label_of(self, lambda leaf: leaf.name or "·") if self.made else "")
        return f"{said} = {set_text(self)}" if said else f"Event({set_text(self)})"


def is_partition(parts: Sequence[Event]) -> bool:
    """Whether each outcome of the space lies in exactly one of the events.

    Parameters
    ----------
    parts : sequence of Event
        Of one sample space.

    Returns
    -------
    bool

    Raises
    ------
    ArgumentError
        Not events, none at all, or of two spaces.

    Examples
    --------
    >>> from derive.probability.sample_space import SampleSpace
    >>> even = SampleSpace.uniform(range(6)).event([0, 2, 4])
    >>> is_partition([even, ~even]), is_partition([even, even])
    (True, False)
    """
    return why_no_partition(require_events("is_partition", parts)) is None


def why_no_partition(parts: Sequence[Event]) -> str | None:
    """The outcome that lies in no part or in two; None of a partition."""
    for outcome in parts[0].space.outcomes:
        count = sum(outcome in part.outcomes for part in parts)
        if count != 1:
            place = "none" if count == 0 else f"{count}"
            return f"the outcome {outcome_text(outcome)} lies in {place} of the parts"
    return None


def require_events(verb: str, events: Sequence[Any], least: int = 1) -> tuple[Event, ...]:
    """The events of a question, all of one space.

    Raises
    ------
    ArgumentError
        One is no event, there are too few, or they belong to two spaces.
    """
    if isinstance(events, Event | str) or not isinstance(events, Iterable):
        events = (events,)
    found = tuple(events)
    for one in found:
        if not isinstance(one, Event):
            raise ArgumentError(
                f"{verb} needs an event, got {type(one).__name__}\n"
                "  to fix   : make one with space.event(...)"
            )
    if len(found) < least:
        raise ArgumentError(f"{verb} needs at least {least} events, got {len(found)}")
    require_one_space(found)
    return found


def require_one_space(events: Sequence[Event]) -> None:
    """Raise unless the events belong to one sample space."""
    for one in events:
        if not isinstance(one, Event):
            raise ArgumentError(f"an event is compared with an event, got {type(one).__name__}")
        if one.space is not events[0].space and one.space != events[0].space:
            raise ArgumentError(
                "the events belong to two sample spaces\n"
                "  to fix   : make both in one space, such as first.product(second)"
            )


def label_of(event: Event, leaf_name: Callable[[Event], str]) -> str:
    """How an event is written: its name, or what it was made of."""
    if event.name or not event.made:
        return leaf_name(event)
    sign, *parts = event.made
    inner = []
    for part in parts:
        text = label_of(part, leaf_name)
        associates = part.made and part.made[0] == sign and sign in "∩∪"
        is_plain = part.name or not part.made or part.made[0] == "ᶜ" or associates
        inner.append(text if is_plain else f"({text})")
    return f"{inner[0]}ᶜ" if sign == "ᶜ" else f" {sign} ".join(inner)


def set_text(event: Event) -> str:
    """``{1, 2, ..., 6}``."""
    listed = list(event)
    if not listed:
        return "∅"
    texts = [outcome_text(outcome) for outcome in listed]
    if len(texts) > MOST_SHOWN:
        texts = [*texts[: MOST_SHOWN - 2], "...", texts[-1]]
    return "{" + ", ".join(texts) + "}"


def outcome_text(outcome: Any) -> str:
    """An outcome as a page writes it."""
    if isinstance(outcome, tuple):
        return "(" + ", ".join(map(outcome_text, outcome)) + ")"
    text = " ".join(str(outcome).split())
    return text if len(text) <= LONGEST_OUTCOME else text[: LONGEST_OUTCOME - 3] + "..."


def checked_name(name: object) -> str:
    """A name of an event, without brackets.

    Raises
    ------
    ArgumentError
        It is no text, too long, or holds a sign that pages use.
    """
    if not isinstance(name, str) or len(name) > LONGEST_NAME or set(name) & _FORBIDDEN:
        raise ArgumentError(
            f"an event needs a short name without brackets, got {name!r:.40}\n"
            "  to fix   : give a letter or a word, or leave it out"
        )
    return name.strip()
