"""Numbers of an interval as text: enough digits that its ends are told apart."""

from __future__ import annotations

from math import ceil, log10

DIGITS, OF_WIDTH, MOST = 6, 4, 17


def digits_for(lower: float, upper: float) -> int:
    """Significant digits: six, or as many as show the width of the interval with four."""
    width, size = upper - lower, max(abs(lower), abs(upper))
    if not 0 < width < size:
        return DIGITS
    return min(MOST, max(DIGITS, OF_WIDTH + ceil(log10(size / width))))


def interval_texts(lower: float, upper: float, *inside: float) -> tuple[str, ...]:
    """Both ends, and what lies between them.

    Examples
    --------
    >>> interval_texts(999999.95158, 1000000.44842, 1000000.2)
    ('999999.95158', '1000000.4484', '1000000.2')
    """
    digits = digits_for(lower, upper)
    return tuple(f"{value:.{digits}g}" for value in (lower, upper, *inside))


def level_text(level: float) -> str:
    """A level, which is never printed as 0 or 1.

    Examples
    --------
    >>> level_text(0.95), level_text(0.99999999)
    ('0.95', '0.99999999')
    """
    short = f"{level:.6g}"
    return short if 0 < float(short) < 1 else repr(level)
