"""Finite sample spaces: outcomes with exact masses that sum to one."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import product as tuples
from math import prod
from typing import Any, NoReturn

from sympy import Expr

from derive.errors import ArgumentError, LimitError
from derive.language.expression import Node, add, multiply, number
from derive.language.functions import postorder
from derive.language.law import Value
from derive.language.relations import Condition
from derive.language.rounded_shares import without_rounding
from derive.language.sympy_out import to_sympy
from derive.probability.events import Event, outcome_text
from derive.probability.masses import (
    conditions_of_masses,
    gathered,
    probabilities,
    require_total_one,
    simplified,
    with_common_facts,
)

MOST_OUTCOMES = 50_000


class SampleSpace:
    """A finite set of outcomes, each with an exact probability.

    Parameters
    ----------
    masses : mapping of outcome to number, fraction, symbol or text
        A float stands for the decimal it prints as; a text is an expression whose names are
        scalars.  A symbol that is itself a mass, or 1 minus one, lies strictly between 0 and 1.

    Attributes
    ----------
    outcomes : tuple
        In the order given.
    symbols : tuple of Node
        The symbols of the masses.
    conditions : tuple of Relation or Words
        What the symbols must satisfy.

    Raises
    ------
    ArgumentError
        Not a mapping, no outcome at all, or a mass is no scalar.
    DomainError
        A mass is negative, or they do not sum to one.
    LimitError
        More than 50,000 outcomes.

    Examples
    --------
    >>> coin = SampleSpace({"H": "p", "T": "1 - p"})
    >>> coin.mass("T")
    1 - p
    >>> SampleSpace.uniform(range(1, 7)).event(lambda k: k % 2 == 0, "even")
    even = {2, 4, 6}
    """

    __slots__ = ("_masses", "conditions", "symbols")
    _masses: dict[Hashable, Node]
    symbols: tuple[Node, ...]
    conditions: tuple[Condition, ...]

    def __init__(self, masses: Mapping[Any, Value]) -> None:
        if not isinstance(masses, Mapping):
            raise ArgumentError(
                f"a sample space needs outcomes with masses, got {type(masses).__name__}\n"
                '  to fix   : give a dict, as in {"H": "p", "T": "1 - p"}, '
                "or SampleSpace.uniform([...])"
            )
        _require_size(len(masses))
        texts = {f"outcome {outcome_text(o)} ({k + 1})": o for k, o in enumerate(masses)}
        given = dict(zip(texts, without_rounding(list(masses.values())), strict=True))
        nodes = probabilities("SampleSpace", given)
        require_total_one("SampleSpace", nodes)
        self._set({texts[text]: node for text, node in nodes.items()})

    def _set(self, masses: dict[Hashable, Node]) -> None:
        distinct = tuple(dict.fromkeys(masses.values()))
        found = tuple(node for node in postorder(*distinct) if node.op == "symbol")
        object.__setattr__(self, "_masses", masses)
        object.__setattr__(self, "symbols", found)
        object.__setattr__(self, "conditions", conditions_of_masses(distinct))

    @classmethod
    def uniform(cls, outcomes: Iterable[Any]) -> SampleSpace:
        """The space in which all outcomes are equally likely.

        Parameters
        ----------
        outcomes : iterable
            Each once.

        Returns
        -------
        SampleSpace

        Raises
        ------
        ArgumentError
            No outcome, or one that stands there twice.

        Examples
        --------
        >>> SampleSpace.uniform(range(1, 7)).mass(3)
        1/6
        """
        if not isinstance(outcomes, Iterable):
            raise ArgumentError(
                f"uniform needs outcomes, got {outcomes!r:.40}\n"
                "  to fix   : give a list or a range, as in range(1, 7)"
            )
        listed = list(outcomes)
        _require_size(len(listed))
        known: set[Hashable] = set()
        for outcome in listed:
            if not isinstance(outcome, Hashable):
                raise ArgumentError(f"the outcome {outcome!r:.40} cannot be one: it may change")
            if outcome in known:
                raise ArgumentError(f"the outcome {outcome_text(outcome)} is in the list twice")
            known.add(outcome)
        space = cls.__new__(cls)
        space._set(dict.fromkeys(listed, number(Fraction(1, len(listed)))))
        return space

    def product(self, *others: SampleSpace) -> SampleSpace:
        """The space of independent experiments: tuples of outcomes, masses multiplied.

        Parameters
        ----------
        *others : SampleSpace
            Equal names in them are one symbol.

        Returns
        -------
        SampleSpace

        Raises
        ------
        ArgumentError
            One of them is no sample space.
        LimitError
            More than 50,000 tuples.

        Examples
        --------
        >>> coin = SampleSpace({"H": "p", "T": "1 - p"})
        >>> coin.product(coin).mass(("H", "T"))
        p*(1 - p)
        """
        spaces = (self, *others)
        for one in others:
            if not isinstance(one, SampleSpace):
                raise ArgumentError(f"product needs sample spaces, got {type(one).__name__}")
        _require_size(prod(len(one.outcomes) for one in spaces))
        masses: dict[Hashable, Node] = {}
        known: dict[tuple[Node, ...], Node] = {}
        for pairs in tuples(*(one.items() for one in with_one_meaning(spaces))):
            factors = tuple(mass for _, mass in pairs)
            if factors not in known:
                known[factors] = gathered(multiply(*factors))
            masses[tuple(outcome for outcome, _ in pairs)] = known[factors]
        space = SampleSpace.__new__(SampleSpace)
        space._set(masses)
        return space

    @property
    def outcomes(self) -> tuple[Any, ...]:
        """All outcomes, in the order given."""
        return tuple(self._masses)

    @property
    def masses(self) -> Mapping[Any, Node]:
        """The mass of each outcome as a node."""
        return dict(self._masses)

    @property
    def is_uniform(self) -> bool:
        """Whether all outcomes have the same mass."""
        return len(set(self._masses.values())) == 1

    def mass(self, outcome: Any) -> Expr:
        """The probability of one outcome.

        Parameters
        ----------
        outcome : hashable

        Returns
        -------
        Expr, shape (1, 1)

        Raises
        ------
        DomainError
            It does not belong to the space.

        Examples
        --------
        >>> SampleSpace.uniform("abc").mass("b")
        1/3
        """
        (found,) = self.event([outcome]).outcomes
        return to_sympy(self._masses[found])

    def event(self, outcomes: Iterable[Any] | Callable[[Any], bool], name: str = "") -> Event:
        """A set of outcomes, given as a list or as what is true of them.

        Parameters
        ----------
        outcomes : iterable of outcomes, or function from an outcome to True or False
        name : str
            How it is called on a page; a letter is chosen if it is left out.

        Returns
        -------
        Event

        Raises
        ------
        DomainError
            An outcome does not belong to the space.
        ArgumentError
            Neither a list nor a function, or the name holds a bracket.

        Examples
        --------
        >>> die = SampleSpace.uniform(range(1, 7))
        >>> die.event([2, 3, 5], "prime")
        prime = {2, 3, 5}
        """
        return Event.of(self, outcomes, name)

    def total(self, outcomes: Iterable[Any]) -> Node:
        """The sum of the masses of some outcomes, in a short form."""
        chosen = frozenset(outcomes)
        if len(chosen) == len(self._masses):
            return number(1)
        masses = (m for o, m in self._masses.items() if o in chosen)
        return simplified(add(number(0), *masses))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a sample space does not change: cannot set {name}")

    def __reduce__(self) -> tuple[Any, ...]:
        return SampleSpace, (dict(self._masses),)

    def __len__(self) -> int:
        return len(self._masses)

    def __contains__(self, outcome: object) -> bool:
        return isinstance(outcome, Hashable) and outcome in self._masses

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SampleSpace) and self._masses == other._masses

    def __hash__(self) -> int:
        return hash(frozenset(self._masses.items()))

    def __repr__(self) -> str:
        shown = [f"{outcome_text(o)}: {m!r}" for o, m in list(self._masses.items())[:8]]
        more = ", ..." if len(self) > len(shown) else ""
        return f"SampleSpace({', '.join(shown)}{more})"


def with_one_meaning(spaces: Sequence[SampleSpace]) -> list[dict[Any, Node]]:
    """The masses of several spaces, where each name is one symbol."""
    masses = [one.masses for one in spaces]
    nodes = {
        str(k): m for k, m in enumerate(dict.fromkeys(m for one in masses for m in one.values()))
    }
    common = dict(zip(nodes.values(), with_common_facts(nodes).values(), strict=True))
    return [{outcome: common[mass] for outcome, mass in one.items()} for one in masses]


def _require_size(count: int) -> None:
    if count == 0:
        raise ArgumentError("a sample space needs at least one outcome, got none")
    if count > MOST_OUTCOMES:
        raise LimitError(
            f"the space has {count} outcomes, over the limit of {MOST_OUTCOMES}\n"
            "  to fix   : count coarser outcomes, such as sums"
        )
