"""A number that stands alone: a fraction, or a decimal where that is exact and shorter."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derive.writing.pieces import Piece

if TYPE_CHECKING:
    from derive.writing.notation import Notation

MOST_DIGITS = 18  # after the point; what needs more is a fraction
SHORT = 1000  # a denominator up to here is written as one


def number_form(value: Fraction, notation: Notation) -> Piece:
    """``3/8`` as it is, ``1281749731/10000000000`` as ``0.1281749731``."""
    decimal = exact_decimal(abs(value))
    if value.denominator <= SHORT or decimal is None:
        return notation.rational(value)
    if len(decimal) >= len(str(abs(value))):
        return notation.rational(value)
    return Piece(decimal, negative=value < 0)


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
