"""How much text is read: every limit has a name, a value and an error of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from derive.errors import LimitError


@dataclass(frozen=True)
class Limits:
    """The largest input that is read.

    Attributes
    ----------
    characters, tokens : int
        Length of a text, and the number of names, numbers and signs in it.
    depth : int
        Brackets inside brackets, and powers in exponents.
    digits : int
        Digits of a number as written, its decimal exponent counted in full.
    exponent : int
        The largest exponent that is a number, checked before anything is evaluated.
    name : int
        Letters of a name.
    """

    characters: int = 10_000
    tokens: int = 10_000
    depth: int = 200
    digits: int = 1_000
    exponent: int = 10_000
    name: int = 64


LIMITS = Limits()


def refuse(what: str, found: str, limit: int, source: str, start: int, stop: int) -> NoReturn:
    """Raise the error of a limit: what it limits, what was found, the limit."""
    raise LimitError(f"{what}: {found}, and the limit is {limit}", source, start, stop)
