"""Numbers as fractions; as decimals where these are exact and shorter, or what was asked in."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.language.expression import Node
from derive.language.functions import postorder
from derive.writing.pieces import Piece

if TYPE_CHECKING:
    from derive.writing.notation import Notation

MOST_DIGITS = 18  # after the point; what needs more is a fraction
SHORT = 1000  # a denominator up to here is written as one
HUNDREDTHS = 100  # 257/100 was typed as 2.57
HALF = Fraction(1, 2)  # stays a fraction everywhere


def number_form(value: Fraction, notation: Notation) -> Piece:
    """``3/8`` as it is, ``1281749731/10000000000`` as ``0.1281749731``."""
    decimal = exact_decimal(abs(value))
    if decimal is None or not (_is_long(value, decimal) or in_decimals(value, notation)):
        return notation.rational(value)
    return Piece(decimal, negative=value < 0)


def in_decimals(value: Fraction, notation: Notation) -> bool:
    """Whether a number is a decimal on this page, where the question is in decimals."""
    is_plain = value.denominator == 1 or abs(value) == HALF
    return notation.decimals and not is_plain and exact_decimal(abs(value)) is not None


def asks_in_decimals(roots: Iterable[Node]) -> bool:
    """Whether what was asked holds a decimal: a number that nobody writes as a fraction."""
    values = {n.data for n in postorder(*roots) if n.op == "number" and n.data.denominator > 1}
    decimals = ((value, exact_decimal(abs(value))) for value in values)
    return any(
        text is not None and (value.denominator % HUNDREDTHS == 0 or _is_long(value, text))
        for value, text in decimals
    )


def _is_long(value: Fraction, decimal: str) -> bool:
    """Whether the decimal is the shorter of two long ways to write a number."""
    return value.denominator > SHORT and len(decimal) < len(str(abs(value)))


def exact_decimal(value: Fraction) -> str | None:
    """A number that is not negative as a decimal, or None if it has no short one.

    Examples
    --------
    >>> exact_decimal(Fraction(1, 8)), exact_decimal(Fraction(1, 3))
    ('0.125', None)
    """
    for places in range(MOST_DIGITS + 1):
        scaled = value * 10**places
        if scaled.denominator == 1:
            digits = str(scaled.numerator).rjust(places + 1, "0")
            return f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return None
