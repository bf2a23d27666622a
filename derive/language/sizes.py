"""Sizes: the numbers of rows and columns, fixed (``3``) or symbolic (``n``).

A symbolic size is a polynomial in size names with whole coefficients, so that
``n + 1`` and ``n*m`` have a normal form and equal sizes are equal objects in value.
Plain ``int`` stands for a fixed size everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

Monomial: TypeAlias = tuple[str, ...]


@dataclass(frozen=True)
class Size:
    """A symbolic size; ``terms`` maps sorted name products to whole coefficients.

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
            return self.terms[0][0][0]
        return None

    @property
    def names(self) -> frozenset[str]:
        """All size names that occur."""
        return frozenset(name for monomial, _ in self.terms for name in monomial)

    def value(self, sizes: Mapping[str, int]) -> int:
        """The number, given a number for every name."""
        total = 0
        for monomial, coefficient in self.terms:
            for name in monomial:
                coefficient *= sizes[name]
            total += coefficient
        return total

    def __add__(self, other: Dim) -> Dim:
        return _polynomial([*self.terms, *_terms(other)])

    __radd__ = __add__

    def __mul__(self, other: Dim) -> Dim:
        return _polynomial(
            [(tuple(sorted(a + b)), p * q) for a, p in self.terms for b, q in _terms(other)]
        )

    __rmul__ = __mul__

    def __str__(self) -> str:
        parts = []
        for monomial, coefficient in self.terms:
            names = "*".join(monomial)
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
        ((m, c) for m, c in total.items() if c), key=lambda term: (-len(term[0]), term[0])
    )
    if not kept:
        return 0
    if len(kept) == 1 and not kept[0][0]:
        return kept[0][1]
    return Size(tuple(kept))


def size_value(size: Dim, sizes: Mapping[str, int]) -> int:
    """The number a size stands for."""
    return size.value(sizes) if isinstance(size, Size) else size


def size_names(shape: Shape) -> frozenset[str]:
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
