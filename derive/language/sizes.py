"""Sizes: the numbers of rows and columns, fixed (``3``) or symbolic (``n``).

A symbolic size is a polynomial in size names with whole coefficients, so that
``n + 1`` and ``n*m`` have a normal form and equal sizes are equal objects in value.
The smaller of two sizes, ``min(n, d)``, stands among the names as a name of its own.
Plain ``int`` stands for a fixed size everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias


@dataclass(frozen=True)
class Least:
    """The smallest of several sizes, none of which is certainly the smallest.

    Made by ``least``, which sorts and simplifies.
    """

    among: tuple[Dim, ...]

    @property
    def names_in_order(self) -> tuple[str, ...]:
        """All size names that occur, as they are read."""
        sizes = (size for size in self.among if isinstance(size, Size))
        return tuple(dict.fromkeys(name for size in sizes for name in size.names_in_order))

    def value(self, sizes: Mapping[str, int]) -> int:
        """The number, given a number for every name."""
        return min(size_value(size, sizes) for size in self.among)

    def __str__(self) -> str:
        return f"min({', '.join(map(str, self.among))})"


Atom: TypeAlias = str | Least
Monomial: TypeAlias = tuple[Atom, ...]


@dataclass(frozen=True)
class Size:
    """A symbolic size; ``terms`` maps sorted products of names to whole coefficients.

    Examples
    --------
    >>> n = Size.named("n")
    >>> print(n * 2 + 1)
    2*n + 1
    >>> (n + 1).value({"n": 4})
    5
    """

    terms: tuple[tuple[Monomial, int], ...]

    @staticmethod
    def named(name: str) -> Size:
        """The size called `name`."""
        return Size((((name,), 1),))

    @property
    def name(self) -> str | None:
        """The name if the size is a single name, else None."""
        if len(self.terms) == 1 and self.terms[0][1] == 1 and len(self.terms[0][0]) == 1:
            atom = self.terms[0][0][0]
            return atom if isinstance(atom, str) else None
        return None

    @property
    def names(self) -> frozenset[str]:
        """All size names that occur."""
        return frozenset(self.names_in_order)

    @property
    def names_in_order(self) -> tuple[str, ...]:
        """All size names that occur, as they are read."""
        found: dict[str, None] = {}
        for monomial, _ in self.terms:
            for atom in monomial:
                among = (atom,) if isinstance(atom, str) else atom.names_in_order
                found.update(dict.fromkeys(among))
        return tuple(found)

    def value(self, sizes: Mapping[str, int]) -> int:
        """The number, given a number for every name."""
        total = 0
        for monomial, coefficient in self.terms:
            for atom in monomial:
                coefficient *= sizes[atom] if isinstance(atom, str) else atom.value(sizes)
            total += coefficient
        return total

    def __add__(self, other: Dim) -> Dim:
        return _polynomial([*self.terms, *_terms(other)])

    __radd__ = __add__

    def __mul__(self, other: Dim) -> Dim:
        return _polynomial(
            [
                (tuple(sorted(a + b, key=str)), p * q)
                for a, p in self.terms
                for b, q in _terms(other)
            ]
        )

    __rmul__ = __mul__

    def __str__(self) -> str:
        parts = []
        for monomial, coefficient in self.terms:
            names = "*".join(map(str, monomial))
            if not names:
                parts.append(str(coefficient))
            else:
                parts.append(names if coefficient == 1 else f"{coefficient}*{names}")
        return " + ".join(parts).replace("+ -", "- ")


Dim: TypeAlias = int | Size
Shape: TypeAlias = tuple[Dim, Dim]


def _terms(size: Dim) -> tuple[tuple[Monomial, int], ...]:
    return size.terms if isinstance(size, Size) else (((), size),)


def _polynomial(terms: list[tuple[Monomial, int]]) -> Dim:
    """Collect like monomials; longer monomials first, the constant last."""
    total: dict[Monomial, int] = {}
    for monomial, coefficient in terms:
        total[monomial] = total.get(monomial, 0) + coefficient
    kept = sorted(
        ((m, c) for m, c in total.items() if c),
        key=lambda term: (-len(term[0]), [*map(str, term[0])]),
    )
    if not kept:
        return 0
    if len(kept) == 1 and not kept[0][0]:
        return kept[0][1]
    return Size(tuple(kept))


def least(*sizes: Dim) -> Dim:
    """The smallest of some sizes: one of them if it certainly is, else ``min(...)`` of them.

    Examples
    --------
    >>> n, d = Size.named("n"), Size.named("d")
    >>> print(least(n, d), least(n, n + 1), least(1, n), least(3, 2))
    min(d, n) n 1 2
    """
    flat: list[Dim] = []
    for size in sizes:
        atom = _least_in(size)
        flat.extend(atom.among if atom is not None else (size,))
    kept: list[Dim] = []
    for size in sorted(dict.fromkeys(flat), key=str):
        if any(_is_at_most(other, size) for other in kept):
            continue
        kept = [*(other for other in kept if not _is_at_most(size, other)), size]
    return kept[0] if len(kept) == 1 else Size((((Least(tuple(kept)),), 1),))


def _least_in(size: Dim) -> Least | None:
    """The ``min(...)`` that a size is, if it is one and nothing else."""
    if isinstance(size, Size) and len(size.terms) == 1:
        ((monomial, coefficient),) = size.terms
        if coefficient == 1 and len(monomial) == 1 and isinstance(monomial[0], Least):
            return monomial[0]
    return None


def _is_at_most(small: Dim, large: Dim) -> bool:
    """Whether one size is certainly no larger than another.

    No name stands for less than one: in how far each is above one, no coefficient of the
    difference may be negative.
    """
    above: dict[Monomial, int] = {}
    for monomial, coefficient in [*_terms(large), *((m, -c) for m, c in _terms(small))]:
        for count in range(len(monomial) + 1):
            for part in combinations(monomial, count):
                above[part] = above.get(part, 0) + coefficient
    return all(coefficient >= 0 for coefficient in above.values())


def size_value(size: Dim, sizes: Mapping[str, int]) -> int:
    """The number a size stands for."""
    return size.value(sizes) if isinstance(size, Size) else size


def size_names(shape: Iterable[Dim]) -> frozenset[str]:
    """The size names in a shape."""
    return frozenset().union(*(s.names for s in shape if isinstance(s, Size)))


def shape_text(shape: Shape) -> str:
    """How a shape is written for people: ``scalar``, ``d`` or ``n x d``.

    Examples
    --------
    >>> shape_text((Size.named("n"), 1)), shape_text((2, 3)), shape_text((1, 1))
    ('n', '2 x 3', 'scalar')
    """
    rows, columns = shape
    if shape == (1, 1):
        return "scalar"
    return f"{rows}" if columns == 1 else f"{rows} x {columns}"
