"""Communicating classes of a chain: which are closed, and their periods."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from math import gcd

Arrows = Sequence[set[int]]


@dataclass(frozen=True)
class CommunicatingClass:
    """States that lead to each other.

    Attributes
    ----------
    states : tuple
        Their names, in the order of the chain.
    places : tuple of int
        Their rows, from 0.
    is_closed : bool
        Whether the chain never leaves; a closed class is recurrent, another one transient.
    period : int
        The greatest common divisor of the lengths of returns; 0 where none returns.
    """

    states: tuple[Hashable, ...]
    places: tuple[int, ...]
    is_closed: bool
    period: int

    def __str__(self) -> str:
        kind = "closed" if self.is_closed else "transient"
        cycle = {0: "no return", 1: "aperiodic"}.get(self.period, f"period {self.period}")
        return f"{{{', '.join(map(str, self.states))}}}: {kind}, {cycle}"


@dataclass(frozen=True)
class Classes:
    """All classes of a chain, in the order of their first states.

    Examples
    --------
    >>> print(communicating_classes([{1}, {0}, {0}], [False] * 3, ("a", "b", "c")))
    {a, b}: closed, period 2
    {c}: transient, no return
    """

    all: tuple[CommunicatingClass, ...]

    @property
    def closed(self) -> tuple[CommunicatingClass, ...]:
        """The classes that the chain never leaves."""
        return tuple(c for c in self.all if c.is_closed)

    @property
    def transient(self) -> tuple[int, ...]:
        """The places of all transient states, in order."""
        return tuple(sorted(k for c in self.all if not c.is_closed for k in c.places))

    @property
    def is_irreducible(self) -> bool:
        """Whether every state leads to every other."""
        return len(self.all) == 1

    def __iter__(self) -> Iterator[CommunicatingClass]:
        return iter(self.all)

    def __len__(self) -> int:
        return len(self.all)

    def __getitem__(self, k: int) -> CommunicatingClass:
        return self.all[k]

    def __str__(self) -> str:
        return "\n".join(map(str, self.all))


def communicating_classes(
    arrows: Arrows, stays: Sequence[bool], names: Sequence[Hashable]
) -> Classes:
    """The classes of a graph; `arrows` go to other states, `stays` are the loops."""
    reached = [reachable(arrows, {k}) for k in range(len(arrows))]
    found: list[CommunicatingClass] = []
    seen: set[int] = set()
    for k, ahead in enumerate(reached):
        if k in seen:
            continue
        places = tuple(j for j in sorted(ahead) if k in reached[j])
        seen.update(places)
        found.append(
            CommunicatingClass(
                tuple(names[j] for j in places),
                places,
                ahead == set(places),
                _period(arrows, stays, places),
            )
        )
    return Classes(tuple(found))


def reachable(arrows: Arrows, start: set[int], stop: frozenset[int] = frozenset()) -> set[int]:
    """The states that `start` leads to, itself included; paths end in `stop`."""
    found, pending = set(start), list(start)
    while pending:
        here = pending.pop()
        fresh = set() if here in stop else arrows[here] - found
        found |= fresh
        pending.extend(fresh)
    return found


def _period(arrows: Arrows, stays: Sequence[bool], places: Sequence[int]) -> int:
    """Levels of a search from one state: each arrow inside is off by a multiple of the period."""
    level, pending = {places[0]: 0}, [places[0]]
    common = 1 if any(stays[k] for k in places) else 0
    while pending:
        here = pending.pop(0)
        for ahead in sorted(arrows[here] & set(places)):
            if ahead in level:
                common = gcd(common, level[here] + 1 - level[ahead])
            else:
                level[ahead] = level[here] + 1
                pending.append(ahead)
    return common
