"""Pieces: written parts of a formula, with what the next larger part must know of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TypeAlias

from derive.language.expression import Node


class Level(IntEnum):
    """How tightly a piece holds together; looser pieces are put in parentheses."""

    SUM = 0  # a + b
    ELEMENTWISE = 1  # a ∘ b
    PRODUCT = 2  # a b
    QUOTIENT = 3  # a/b
    PREFIX = 4  # log det A
    DIFFERENTIAL = 5  # dX
    POWER = 6  # x², Aᵀ
    ATOM = 7  # x, (a + b), tr(A)


@dataclass(frozen=True)
class Piece:
    """A written part.

    Attributes
    ----------
    body : str
        The text without a leading minus sign.
    level : Level
        How tightly the body holds together.
    negative : bool
        Whether a minus sign belongs before the body.
    below : Piece or None
        If the piece is a reciprocal ``1/x``, the written ``x``; of a fraction with `above` too.
    above : Piece or None
        Of a fraction that its neighbours in a product join, what stands above.
    tall : bool
        Whether delimiters around it must grow (LaTeX).
    spaced : bool
        Whether neighbours in a product stand off (``dX``, names of several letters).
    entrywise : Piece or None
        How it looks inside an elementwise operation, where ones in a sum are ``1`` and the
        power of a vector needs no mark.
    stops_before, stops_after : bool
        Whether a product sign parts it from its neighbour: ``d·w`` is no differential.
    letter : str
        The letter that it is, or the power of a letter: ``a b`` must not spell a name.
    """

    body: str
    level: Level = Level.ATOM
    negative: bool = False
    below: Piece | None = None
    above: Piece | None = None
    tall: bool = False
    spaced: bool = False
    entrywise: Piece | None = None
    stops_before: bool = False
    stops_after: bool = False
    letter: str = ""

    @property
    def stands_bare(self) -> bool:
        """Whether it may follow the name of a function: ``log x``, not ``log (a + b)²``."""
        opens = self.body.startswith(("(", r"\left("))
        return self.level >= Level.POWER and not self.negative and not opens

    def negated(self) -> Piece:
        """The same piece with the other sign."""
        return replace(self, negative=not self.negative)

    def inside_elementwise(self) -> Piece:
        """The piece as it stands inside an elementwise operation."""
        return self.entrywise or self


Parts: TypeAlias = Mapping[Node, Piece]
