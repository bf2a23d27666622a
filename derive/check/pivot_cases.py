"""Cases for the laws of pivots: densities found by integrating over independent normal values.

No gamma function and no table is used: a chi-squared value is a sum of squares of normal ones,
and the other laws are ratios, integrated over the denominator.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from flint import acb, arb, fmpq

from derive.check.cases import Case
from derive.check.stream import Stream

FAR = 18  # in deviations; what lies beyond is below 1e-60
CASES = 6


def chi_squared_density(stream: Stream) -> Iterator[Case]:
    """Cases in x and k: one more square added to k - 1 of them, by a convolution."""
    for _ in range(CASES):
        (k,) = _draw(stream, 2, 8, 1)
        x = Fraction(*_draw(stream, 1, 9, 2))
        point = acb(_exact(x))

        def added(angle: acb, _: bool, point: acb = point, k: int = k) -> acb:
            # densities at x cos^2 and x sin^2, times dx; sines and roots have cancelled
            return angle.cos() ** (k - 2) * (-point / 2).exp()

        whole = acb.integral(added, 0, acb.pi() / 2) * point ** (acb(k) / 2 - 1)
        yield Case({"x": x, "k": k}, (whole / (_mass(k - 1) * (2 * acb.pi()).sqrt())).real)


def student_density(stream: Stream) -> Iterator[Case]:
    """Cases in x and nu: a normal value over the root of a mean of nu squares."""
    for _ in range(CASES):
        (k,) = _draw(stream, 1, 8, 1)
        top, below = _draw(stream, -9, 10, 1)[0], _draw(stream, 1, 5, 1)[0]
        x = Fraction(top, below)
        slope, root = acb(_exact(x)) / acb(k).sqrt(), acb(k).sqrt()

        def joint(w: acb, _: bool, slope: acb = slope, root: acb = root, k: int = k) -> acb:
            return (-((slope * w) ** 2) / 2 - w * w / 2).exp() * (w / root) * w ** (k - 1)

        whole = acb.integral(joint, 0, FAR) / ((2 * acb.pi()).sqrt() * _mass(k))
        yield Case({"x": x, "nu": k}, whole.real + arb(0, 1e-55))


def f_density(stream: Stream) -> Iterator[Case]:
    """Cases in x, d1 and d2: a mean of d1 squares over a mean of d2 squares."""
    for _ in range(CASES):
        a, b = _draw(stream, 1, 7, 2)
        x = Fraction(*_draw(stream, 1, 6, 2))
        c = acb(_exact(x * Fraction(a, b)))

        def joint(w: acb, _: bool, c: acb = c, a: int = a, b: int = b) -> acb:
            return w ** (a + b - 1) * (-c * w * w / 2 - w * w / 2).exp()

        whole = acb.integral(joint, 0, FAR) * c ** (acb(a) / 2 - 1) * acb(a) / b
        yield Case({"x": x, "d1": a, "d2": b}, (whole / (2 * _mass(a) * _mass(b))).real)


def fisher_steps(stream: Stream) -> Iterator[Case]:
    """Cases in r, rho_0 and n: the integral between them of a deviation that is one."""
    for _ in range(CASES):
        high, low = (Fraction(k, 20) for k in _draw(stream, -19, 20, 2))
        (n,) = _draw(stream, 4, 40, 1)
        steps = acb.integral(lambda c, _: 1 / (1 - c * c), acb(_exact(low)), acb(_exact(high)))
        values = {"r": high, "rho_0": low, "n": n}
        yield Case(values, steps.real * arb(n - 3).sqrt())


def _mass(k: int) -> acb:
    """The integral of w^(k - 1) exp(-w^2/2): half the mass of k squares, w their root."""
    return acb.integral(lambda w, _: w ** (k - 1) * (-w * w / 2).exp(), 0, FAR) + arb(0, 1e-57)


def _draw(stream: Stream, low: int, high: int, count: int) -> list[int]:
    return [int(k) for k in stream.integers(low, high, (count,))]


def _exact(x: Fraction) -> Any:
    return fmpq(x.numerator, x.denominator)
