"""Power series with exact coefficients, of what is analytic, or has a pole, at zero.

A series knows finitely many terms, from its first; what it is made from decides how many.
Functions follow from their differential equations, coefficient by coefficient: y = exp(s)
has y' = s' y.
"""

from __future__ import annotations

import decimal
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Series:
    """x^first (c0 + c1 x + ...), with the coefficients that are known; c0 is not zero."""

    first: int
    known: tuple[Fraction, ...]

    @property
    def end(self) -> int:
        """The first power whose coefficient is not known."""
        return self.first + len(self.known)

    def at(self, power: int) -> Fraction:
        """The coefficient of a power below the end."""
        return self.known[power - self.first] if power >= self.first else ZERO

    def scaled(self, factor: Fraction) -> Series:
        """A multiple, not by zero."""
        return Series(self.first, tuple(factor * c for c in self.known))

    def taylor(self) -> list[Fraction] | None:
        """The coefficients from the power zero on; None at a pole."""
        return None if self.first < 0 else [self.at(k) for k in range(self.end)]


@dataclass(frozen=True)
class SeriesAtZero:
    """x^first times a power series in x^step, which holds within a radius."""

    first: int
    step: int
    radius: float
    known: tuple[Fraction, ...]


def series(first: int, known: list[Fraction]) -> Series | None:
    """The series, from its first term on; None if no term is known."""
    start = next((k for k, c in enumerate(known) if c), None)
    return None if start is None else Series(first + start, tuple(known[start:]))


def constant_series(value: Fraction, length: int) -> Series | None:
    """A number."""
    return series(0, [value, *[ZERO] * (length - 1)])


def identity_series(length: int) -> Series:
    """x itself."""
    return Series(1, (ONE, *[ZERO] * (length - 1)))


def sum_of(left: Series, right: Series) -> Series | None:
    """The sum."""
    first, end = min(left.first, right.first), min(left.end, right.end)
    return series(first, [left.at(k) + right.at(k) for k in range(first, end)])


def product_of(left: Series, right: Series) -> Series:
    """The product."""
    length = min(len(left.known), len(right.known))
    found = [_convolved(left.known, right.known, k) for k in range(length)]
    return Series(left.first + right.first, tuple(found))


def _convolved(left: Sequence[Fraction], right: Sequence[Fraction], k: int) -> Fraction:
    return sum((left[j] * right[k - j] for j in range(k + 1) if left[j]), ZERO)


def power_of(base: Series, exponent: Fraction) -> Series | None:
    """A power, where it has a series with rational coefficients."""
    first, lead = base.first * exponent, _rational_power(base.known[0], exponent)
    if first.denominator != 1 or lead is None:
        return None
    h = [c / base.known[0] for c in base.known]
    g = [ONE]
    for n in range(1, len(h)):
        g.append(sum(((k * exponent - n + k) * h[k] * g[n - k] for k in range(1, n + 1)), ZERO) / n)
    return Series(int(first), tuple(lead * c for c in g))


def _rational_power(value: Fraction, exponent: Fraction) -> Fraction | None:
    if exponent.denominator == 1:
        return value ** int(exponent)
    if exponent.denominator != 2 or value < 0:
        return None
    roots = math.isqrt(value.numerator), math.isqrt(value.denominator)
    root = Fraction(*roots)
    return root ** int(2 * exponent) if root * root == value else None


# --- functions of a series that is 0 at 0 ---------------------------------------------


def _slope(s: list[Fraction]) -> list[Fraction]:
    return [k * c for k, c in enumerate(s)][1:]


def _integral(start: Fraction, slope: list[Fraction]) -> list[Fraction]:
    return [start, *(c / (k + 1) for k, c in enumerate(slope))]


def _exponential(s: list[Fraction]) -> list[Fraction]:
    e = [ONE]
    for n in range(1, len(s)):
        e.append(sum((k * s[k] * e[n - k] for k in range(1, n + 1) if s[k]), ZERO) / n)
    return e


def _wave(s: list[Fraction], sign: int) -> tuple[list[Fraction], list[Fraction]]:
    """sin and cos of s for the sign -1, sinh and cosh for 1."""
    odd, even = [ZERO], [ONE]
    for n in range(1, len(s)):
        steps = [(k * s[k], n - k) for k in range(1, n + 1) if s[k]]
        odd.append(sum((c * even[j] for c, j in steps), ZERO) / n)
        even.append(sign * sum((c * odd[j] for c, j in steps), ZERO) / n)
    return odd, even


def _times(left: list[Fraction], right: list[Fraction]) -> list[Fraction]:
    return [_convolved(left, right, k) for k in range(min(len(left), len(right)))]


def _to_power(base: list[Fraction], exponent: Fraction) -> list[Fraction]:
    """A power of what is 1 at 0."""
    raised = power_of(Series(0, tuple(base)), exponent)
    assert raised is not None
    return list(raised.known)


def _quotient(above: list[Fraction], below: list[Fraction]) -> list[Fraction]:
    return _times(above, _to_power(below, -ONE))


def _one_plus(s: list[Fraction]) -> list[Fraction]:
    return [ONE, *s[1:]]


def _log1p(s: list[Fraction]) -> list[Fraction]:
    return _integral(ZERO, _quotient(_slope(s), _one_plus(s)))


def _arc(s: list[Fraction], sign: int, exponent: Fraction) -> list[Fraction]:
    """The integral of s' (1 + sign s^2)^exponent."""
    below = _one_plus([sign * c for c in _times(s, s)])
    return _integral(ZERO, _times(_slope(s), _to_power(below, exponent)))


def _sigmoid(s: list[Fraction]) -> list[Fraction]:
    half = _exponential([-c for c in s])
    half[0] += 1
    return [c / 2 for c in _to_power([c / 2 for c in half], -ONE)]


#: Functions of what is 0 at 0, by their names in this room.
FUNCTION_SERIES: dict[str, Callable[[list[Fraction]], list[Fraction]]] = {
    "exp": _exponential,
    "expm1": lambda s: [ZERO, *_exponential(s)[1:]],
    "log1p": _log1p,
    "sin": lambda s: _wave(s, -1)[0],
    "cos": lambda s: _wave(s, -1)[1],
    "tan": lambda s: _quotient(*_wave(s, -1)),
    "sinh": lambda s: _wave(s, 1)[0],
    "cosh": lambda s: _wave(s, 1)[1],
    "tanh": lambda s: _quotient(*_wave(s, 1)),
    "sech2": lambda s: _to_power(_wave(s, 1)[1], Fraction(-2)),
    "logcosh": lambda s: _log1p([ZERO, *_wave(s, 1)[1][1:]]),
    "sigmoid": _sigmoid,
    "arctan": lambda s: _arc(s, 1, -ONE),
    "arcsin": lambda s: _arc(s, -1, Fraction(-1, 2)),
}


def function_of(name: str, inside: Series) -> Series | None:
    """A function of a series; None where its coefficients are not rational or not known here."""
    s = inside.taylor()
    if s is None:
        return None
    if name == "log":
        return series(0, _log1p([ZERO, *s[1:]])) if s[0] == 1 else None
    if s[0] or name not in FUNCTION_SERIES:
        return None
    return series(0, FUNCTION_SERIES[name](s))


# --- logarithms of what is not 1 at 0 -----------------------------------------------------

PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31)
DIGITS = 150


def log_of(inside: Series) -> Series | None:
    """log(s), where s is a positive number with small prime factors at 0.

    The logarithm of a prime is a fraction that agrees to 150 digits: what cancels does so
    exactly, since the logarithm of a product is the sum of these fractions.
    """
    s = inside.taylor()
    start = _log_of_number(s[0]) if s and s[0] > 0 else None
    if s is None or start is None:
        return None
    return series(0, [start, *_log1p([ZERO, *(c / s[0] for c in s[1:])])[1:]])


def _log_of_number(value: Fraction) -> Fraction | None:
    total, context = ZERO, decimal.Context(prec=DIGITS)
    for part, sign in ((value.numerator, 1), (value.denominator, -1)):
        for prime in PRIMES:
            while part % prime == 0:
                part //= prime
                total += sign * Fraction(decimal.Decimal(prime).ln(context))
        if part != 1:
            return None
    return total
