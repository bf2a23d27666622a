"""Cases for pages about laws: outcomes counted one by one, integrals, and numbers far out.

A limit is looked at where what is left of it lies below the digits that are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product
from math import comb, factorial
from typing import Any

from flint import acb, arb, fmpq

from derive.check.cases import Case
from derive.check.precision import working_precision
from derive.check.stream import Stream

CASES = 6
FAR_OUT = 10**45  # where a limit is looked at; the next term of it is of order 1/FAR_OUT
LEFT = 1e-38  # what may be left of a limit there
DEVIATIONS, DECAYS = 17, 150  # how far an integral goes


def _draw(stream: Stream, low: int, high: int, count: int) -> list[int]:
    return [int(k) for k in stream.integers(low, high, (count,))]


def _rates(stream: Stream, count: int) -> list[Fraction]:
    return [Fraction(k, 4) for k in _draw(stream, 1, 13, count)]


def _exact(value: Fraction) -> Any:
    return fmpq(value.numerator, value.denominator)


# --- counts -------------------------------------------------------------------------------


def tosses(stream: Stream) -> Iterator[tuple[int, int, Fraction, list[tuple[int, ...]]]]:
    """A number of tosses, of heads, a probability, and the sequences with so many heads."""
    for n in range(1, 8):
        k = _draw(stream, 0, n + 1, 1)[0]
        p = Fraction(_draw(stream, 1, 10, 1)[0], 10)
        yield n, k, p, [found for found in product((0, 1), repeat=n) if sum(found) == k]


def _chance(sequence: tuple[int, ...], p: Fraction) -> Fraction:
    chance = Fraction(1)
    for one in sequence:
        chance *= p if one else 1 - p
    return chance


def number_of_sequences(stream: Stream) -> Iterator[Case]:
    """Cases in n and k: the sequences of n zeros and ones with k ones, listed."""
    for n, k, _, found in tosses(stream):
        yield Case({"n": n, "k": k}, len(found))


def chance_of_count(stream: Stream) -> Iterator[Case]:
    """Cases in n, k and p: the chances of all sequences with k ones, added."""
    for n, k, p, found in tosses(stream):
        total = sum((_chance(one, p) for one in found), Fraction(0))
        yield Case({"n": n, "k": k, "p": p}, total)


def chance_of_sequence(stream: Stream) -> Iterator[Case]:
    """Cases in n, k and p: the chance of one sequence with k ones, value by value."""
    for n, k, p, found in tosses(stream):
        yield Case({"n": n, "k": k, "p": p}, _chance(found[0], p))


def mean_count(stream: Stream) -> Iterator[Case]:
    """Cases in n and p: the number of ones averaged over all sequences."""
    for n, _, p, _ in tosses(stream):
        mean = sum((sum(one) * _chance(one, p) for one in product((0, 1), repeat=n)), Fraction(0))
        yield Case({"n": n, "p": p}, mean)


def shifted_sum(stream: Stream) -> Iterator[Case]:
    """Cases in n, p and q: what is left of the mean when n p is taken out, term by term."""
    for n in range(1, 8):
        p, q = (Fraction(k, 5) for k in _draw(stream, 1, 9, 2))
        terms = (comb(n - 1, k - 1) * p ** (k - 1) * q ** (n - k) for k in range(1, n + 1))
        yield Case({"n": n, "p": p, "q": q}, sum(terms, Fraction(0)))


# --- many rare events ---------------------------------------------------------------------


def _rare(stream: Stream) -> Iterator[tuple[int, Fraction]]:
    for k in range(6):
        yield k, _rates(stream, 1)[0]


def _log_mass(n: int, k: int, rate: Fraction) -> arb:
    """The logarithm of the chance of k events in n trials, factor by factor."""
    found = arb(1)
    for i in range(k):
        found *= arb(fmpq(n - i, i + 1)) * arb(_exact(rate / n))
    return found.log() + (n - k) * arb(_exact(1 - rate / n)).log()


def falling_product(stream: Stream) -> Iterator[Case]:
    """Cases in n and k: the product of 1 - i/n over i < k."""
    for k in range(6):
        n, found = k + _draw(stream, 1, 9, 1)[0], Fraction(1)
        for i in range(k):
            found *= 1 - Fraction(i, n)
        yield Case({"n": n, "k": k}, found)


def no_events(stream: Stream) -> Iterator[Case]:
    """Cases in lam: the chance of no event in very many trials."""
    for _, rate in _rare(stream):
        with working_precision(600):
            found = _log_mass(FAR_OUT, 0, rate).exp().mid()
        yield Case({"lam": rate}, found + arb(0, LEFT))


def rare_events(stream: Stream) -> Iterator[Case]:
    """Cases in k and lam: the chance of k events in very many trials of chance lam/n each."""
    for k, rate in _rare(stream):
        with working_precision(600):
            mass = _log_mass(FAR_OUT, k, rate).exp().mid()
        yield Case({"k": k, "lam": rate}, mass + arb(0, LEFT))


def speed(stream: Stream) -> Iterator[Case]:
    """Cases in k and lam: n times the gap between the log masses, at a very large n."""
    for k, rate in _rare(stream):
        with working_precision(600):
            lam = arb(_exact(rate))
            limit = k * lam.log() - lam - arb(factorial(k)).log()
            gap = (FAR_OUT * (_log_mass(FAR_OUT, k, rate) - limit)).mid()
        yield Case({"k": k, "lam": rate}, gap + arb(0, LEFT))


# --- integrals ----------------------------------------------------------------------------


def integral(f: Callable[[acb], acb], low: Any, high: Any) -> arb:
    """The integral of an entire function."""
    return acb.integral(lambda z, analytic: f(z), low, high).real + arb(0, 1e-55)


def normal_total(stream: Stream) -> Iterator[Case]:
    """Cases in mu and sigma: the integral of the exponential of the square."""
    for _ in range(CASES):
        mu = Fraction(_draw(stream, -8, 9, 1)[0], 4)
        sigma = _rates(stream, 1)[0]
        m, s = acb(_exact(mu)), acb(_exact(sigma))
        reach = DEVIATIONS * s

        def height(x: acb, m: acb = m, s: acb = s) -> acb:
            return (-(((x - m) / s) ** 2) / 2).exp()

        yield Case({"mu": mu, "sigma": sigma}, integral(height, m - reach, m + reach))


def squared_total(stream: Stream) -> Iterator[Case]:
    """The square of the integral of exp(-x^2/2) over the line, cut at several places."""
    for cut in _rates(stream, 4):
        at = acb(_exact(cut))
        parts = [
            integral(lambda x: (-(x**2) / 2).exp(), low, high)
            for low, high in ((-DEVIATIONS, at), (at, DEVIATIONS))
        ]
        yield Case({}, (parts[0] + parts[1]) ** 2)


def _height(x: acb, mean: acb, deviation: acb) -> acb:
    return (-(((x - mean) / deviation) ** 2) / 2).exp() / (deviation * (2 * acb.pi()).sqrt())


def sum_of_normals(stream: Stream) -> Iterator[Case]:
    """Cases in two means, two deviations and s: the integral of p(x) q(s - x)."""
    for _ in range(CASES):
        a, b, s = (Fraction(k, 4) for k in _draw(stream, -6, 7, 3))
        sigma, tau = _rates(stream, 2)
        p, q, at, d, e = (acb(_exact(v)) for v in (a, b, s, sigma, tau))

        def both(x: acb, p: acb = p, q: acb = q, at: acb = at, d: acb = d, e: acb = e) -> acb:
            return _height(x, p, d) * _height(at - x, q, e)

        values = {"a": a, "b": b, "s": s, "sigma": sigma, "tau": tau}
        yield Case(values, integral(both, p - DEVIATIONS * d, p + DEVIATIONS * d))


def _tail(rate: Fraction, start: Fraction) -> arb:
    """The mass of an exponential law beyond a place, integrated."""
    r, low = acb(_exact(rate)), acb(_exact(start))
    return integral(lambda x: r * (-r * x).exp(), low, low + DECAYS / r)


def survival(stream: Stream) -> Iterator[Case]:
    """Cases in r and x: the integral of the density from x on."""
    for _ in range(CASES):
        r, x = _rates(stream, 2)
        yield Case({"r": r, "x": x}, _tail(r, x))


def survival_given(stream: Stream) -> Iterator[Case]:
    """Cases in r, s and t: the mass beyond s + t over the mass beyond s, both integrated."""
    for _ in range(CASES):
        r, s, t = _rates(stream, 3)
        s = s / 4  # a mass far out would lose digits
        yield Case({"r": r, "s": s, "t": t}, _tail(r, s + t) / _tail(r, s))


def least_of_two(stream: Stream) -> Iterator[Case]:
    """Cases in a, b and x: one value at x and the other beyond, either way."""
    for _ in range(CASES):
        a, b, x = _rates(stream, 3)
        here = [arb(_exact(r)) * (-arb(_exact(r * x))).exp() for r in (a, b)]
        found = here[0] * _tail(b, x) + here[1] * _tail(a, x)
        yield Case({"a": a, "b": b, "x": x}, found)


def first_is_less(stream: Stream) -> Iterator[Case]:
    """Cases in a and b: the chance that the first value is less, over the unit square.

    With uniform u and v the values are -log(u)/a and -log(v)/b; for a given u the second is
    larger where v < u^(b/a).
    """
    for _ in range(CASES):
        a, b = _rates(stream, 2)
        one, two = acb(_exact(a)), acb(_exact(b))

        def both(x: acb, one: acb = one, two: acb = two) -> acb:
            return one * (-one * x).exp() * (-two * x).exp()

        yield Case({"a": a, "b": b}, integral(both, 0, DECAYS / one))


def exponential_moment(order: int) -> Callable[[Stream], Iterator[Case]]:
    """Cases in r: the integral of a power of the value times the density."""

    def cases(stream: Stream) -> Iterator[Case]:
        for _ in range(CASES):
            (rate,) = _rates(stream, 1)
            r = acb(_exact(rate))

            def weighted(x: acb, r: acb = r) -> acb:
                return x**order * r * (-r * x).exp()

            yield Case({"r": rate}, integral(weighted, 0, 2 * DECAYS / r))

    return cases


def exponential_variance(stream: Stream) -> Iterator[Case]:
    """Cases in r: the integral of the squared distance from the mean, itself an integral."""
    firsts = exponential_moment(1)(stream)
    for case in firsts:
        r, mean = acb(_exact(case.values["r"])), acb(case.found)

        def spread(x: acb, r: acb = r, mean: acb = mean) -> acb:
            return (x - mean) ** 2 * r * (-r * x).exp()

        yield Case(case.values, integral(spread, 0, 2 * DECAYS / r))
