"""What was written, before shapes give it a meaning: a tree with places in the source."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from derive.reading.tokens import Token

SurfaceKind: TypeAlias = Literal[
    "name", "number", "group", "call", "array", "entry",
    "transpose", "power", "minus", "product", "elementwise", "kronecker", "sum",
]  # fmt: skip


class Surface(NamedTuple):
    """One piece of what was written.

    Attributes
    ----------
    kind : str
        ``product`` holds ``*`` and ``/``, ``elementwise`` holds ``.*`` and ``./``, ``kronecker`` ⊗.
    start, stop : int
        The piece is ``source[start:stop]``, its brackets included.
    text : str
        The name, the number, or the function called.
    parts : tuple of Surface
        The pieces inside, in order.
    signs : tuple of Token
        The signs between the parts of a sum, product or power.
    rows : tuple of int
        The number of entries in each row of an array.
    depth : int
        Brackets inside, and powers in exponents, at the deepest place.
    """

    kind: SurfaceKind
    start: int
    stop: int
    text: str = ""
    parts: tuple[Surface, ...] = ()
    signs: tuple[Token, ...] = ()
    rows: tuple[int, ...] = ()
    depth: int = 0


ATOMS = frozenset({"name", "number", "group", "call", "array", "entry", "transpose"})


def snippet(source: str, start: int, stop: int) -> str:
    """A piece of the source for a message: on one line, short.

    Examples
    --------
    >>> snippet("a +   b", 0, 7)
    'a + b'
    """
    text = " ".join(source[start:stop].split())
    return text if len(text) <= 40 else f"{text[:24]} ... {text[-11:]}"


def written(source: str, piece: Surface) -> str:
    """A piece as it can stand in a product: in parentheses unless it is one value."""
    text = snippet(source, piece.start, piece.stop)
    return text if piece.kind in ATOMS else f"({text})"


def parts_of(array: str) -> str:
    """How entries and blocks of an array are written.

    Examples
    --------
    >>> parts_of("A")
    'part(A, i, j, 1, 1) is entry i, j and part(A, 1, j, n, 1) column j, counted from one'
    """
    return (
        f"part({array}, i, j, 1, 1) is entry i, j and part({array}, 1, j, n, 1) column j, "
        f"counted from one"
    )


def transposed(source: str, piece: Surface) -> str:
    """How the transpose of a piece is written; a transposed piece loses its sign."""
    if piece.kind == "transpose":
        return written(source, piece.parts[0])
    return f"{written(source, piece)}'"
