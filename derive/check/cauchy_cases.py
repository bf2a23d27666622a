"""Cases for Cauchy values: integrals of waves and of products of two densities.

Nothing here knows what the integrals come to: waves are integrated along a turned half line,
the product of two densities along the line bent to a finite interval.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from flint import acb, arb, fmpq

from derive.check.cases import Case
from derive.check.stream import Stream

CASES = 5
FAR = 200  # over t; exp(-FAR sin(pi/4)) is below 1e-61


def _quarters(stream: Stream, low: int, high: int, count: int) -> list[Fraction]:
    return [Fraction(int(k), 4) for k in stream.integers(low, high, (count,))]


def _wave(centre: Fraction, width: Fraction, t: Fraction, name: str) -> arb:
    """The mean of cos(t x) or sin(t x), by symmetry of the density about its centre.

    The half line is turned by an eighth of a circle, which meets no pole and lets exp(i t y)
    fall off; beyond the end it is below 1e-60.
    """
    w, rate, c = (acb(fmpq(v.numerator, v.denominator)) for v in (width, t, centre))
    turn = (acb.pi() * acb(0, 1) / 4).exp()

    def integrand(r: acb, analytic: bool) -> acb:
        y = r * turn
        return turn * (acb(0, 1) * rate * y).exp() * w / (w * w + y * y)

    even = 2 * acb.integral(
        integrand, 0, acb(fmpq(FAR * t.denominator, t.numerator))
    ).real / arb.pi() + arb(0, 1e-58)
    angle = (rate * c).real
    return even * (angle.cos() if name == "cos" else angle.sin())


def cosine(stream: Stream) -> Iterator[Case]:
    """Cases in m, s and t > 0: E cos(t x) of a Cauchy value."""
    yield from _waves(stream, "cos")


def sine(stream: Stream) -> Iterator[Case]:
    """Cases in m, s and t > 0: E sin(t x) of a Cauchy value."""
    yield from _waves(stream, "sin")


def _waves(stream: Stream, name: str) -> Iterator[Case]:
    for _ in range(CASES):
        m = _quarters(stream, -6, 7, 1)[0]
        s, t = _quarters(stream, 1, 9, 2)
        yield Case({"m": m, "s": s, "t": t}, _wave(m, s, t, name))


def convolution(stream: Stream) -> Iterator[Case]:
    """Cases in two centres, two widths and a place: the integral of the product of densities."""
    for _ in range(CASES):
        m1, m2, x = _quarters(stream, -6, 7, 3)
        s1, s2 = _quarters(stream, 1, 9, 2)
        values = {"m_1": m1, "s_1": s1, "m_2": m2, "s_2": s2, "x": x}
        yield Case(values, _product(m1, s1, x - m2, s2))


def _product(m: Fraction, s: Fraction, n: Fraction, r: Fraction) -> arb:
    """The integral of density(u; m, s) density(u; n, r) over u = m + s tan(angle)."""
    a, b, c, d = (acb(fmpq(v.numerator, v.denominator)) for v in (m, s, n, r))

    def integrand(angle: acb, analytic: bool) -> acb:
        cosine, sine = angle.cos(), angle.sin()
        gap = (a - c) * cosine + b * sine
        return d * cosine**2 / (gap**2 + (d * cosine) ** 2)

    half = acb.pi() / 2
    return acb.integral(integrand, -half, half).real / arb.pi() ** 2
