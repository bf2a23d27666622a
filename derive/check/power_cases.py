"""Cases for the power of tests: the normal density integrated over where a test rejects."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from flint import acb, arb, fmpq

from derive.check.cases import Case
from derive.check.stream import Stream

FAR = 17
CASES = 6


def rejections(stream: Stream) -> Iterator[Case]:
    """Cases in delta, n, sigma and q: beyond q."""
    for values, shift in _draws(stream):
        yield Case(values, _mass(acb(_exact(values["q"])) - shift, acb(FAR)))


def rejections_of_both(stream: Stream) -> Iterator[Case]:
    """Cases in delta, n, sigma and q: outside -q to q."""
    for values, shift in _draws(stream):
        q = acb(_exact(values["q"]))
        yield Case(values, 1 - _mass(-q - shift, q - shift))


def shifted_student(stream: Stream) -> Iterator[Case]:
    """Cases in eta, q, V and nu: z beyond q sqrt(V/nu)."""
    for values, _ in _draws(stream):
        part, below = (int(k) for k in stream.integers(1, 9, (2,)))
        q, given = acb(_exact(values["q"])), Fraction(part, below)
        eta = Fraction(values["delta"])
        low = q * acb(_exact(given)).sqrt() - acb(_exact(eta))
        case = {"eta": eta, "q": values["q"], "V": part, "nu": below}
        yield Case(case, _mass(low, acb(FAR)))


def _draws(stream: Stream) -> Iterator[tuple[dict[str, Any], acb]]:
    for _ in range(CASES):
        up, n, below, q = (int(k) for k in stream.integers(1, 9, (4,)))
        values: dict[str, Any] = {
            "delta": Fraction(up, 8),
            "n": n,
            "sigma": Fraction(below, 2),
            "q": Fraction(q, 4),
        }
        shift = acb(_exact(Fraction(up, 8) / Fraction(below, 2))) * acb(n).sqrt()
        yield values, shift


def _mass(low: acb, high: acb) -> arb:
    """The standard normal mass between two points."""
    whole = acb.integral(lambda z, _: (-z * z / 2).exp(), low, high)
    return (whole / (2 * acb.pi()).sqrt()).real + arb(0, 1e-60)


def _exact(x: Any) -> Any:
    x = Fraction(x)
    return fmpq(x.numerator, x.denominator)
