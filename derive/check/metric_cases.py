"""Cases for metrics of predictions, made by counting, scanning and integrating.

Labels are lists of pairs (true, called) that are counted one by one; a best value is found
by trying values, never by a derivative.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import product
from math import comb
from typing import Any, TypeAlias

from flint import acb, arb, fmpq

from derive.check.cases import Case, Oracle
from derive.check.stream import Stream

Pairs: TypeAlias = list[tuple[bool, bool]]
Terms: TypeAlias = Sequence[tuple[int, int]]  # of an integral: weight, power
COUNTS = (("TP", True, True), ("FP", False, True), ("FN", True, False), ("TN", False, False))
CASES = 8
SETTLED = Fraction(1, 10**30)  # width at which a search for a best value ends
FAR = 17  # standard deviations; what lies beyond is below 1e-60


def _draw(stream: Stream, low: int, high: int, count: int) -> list[int]:
    return [int(k) for k in stream.integers(low, high, (count,))]


def _share(
    pairs: Pairs, of: Callable[[bool, bool], bool], is_so: Callable[[bool, bool], bool]
) -> Any:
    """The share of pairs that are so, among those of a kind."""
    kind = [pair for pair in pairs if of(*pair)]
    return Fraction(sum(is_so(*pair) for pair in kind), len(kind))


def precision_of(pairs: Pairs) -> Any:
    """Among the examples called positive, the share that are."""
    return _share(pairs, lambda true, called: called, lambda true, called: true)


def recall_of(pairs: Pairs) -> Any:
    """Among the positive examples, the share that were called so."""
    return _share(pairs, lambda true, called: true, lambda true, called: called)


def specificity_of(pairs: Pairs) -> Any:
    """Among the negative examples, the share that were called so."""
    return _share(pairs, lambda true, called: not true, lambda true, called: not called)


def f1_of(pairs: Pairs) -> Any:
    """The harmonic mean of precision and recall."""
    return statistics.harmonic_mean([precision_of(pairs), recall_of(pairs)])


def counted(metric: Callable[[Pairs], Any]) -> Oracle:
    """Cases for a formula in the four counts."""

    def cases(stream: Stream) -> Iterator[Case]:
        for _ in range(CASES):
            counts = dict(zip(["TP", "FP", "FN", "TN"], _draw(stream, 1, 12, 4), strict=True))
            pairs = [(true, called) for n, true, called in COUNTS for _ in range(counts[n])]
            yield Case(counts, metric(pairs))

    return cases


def f_beta(stream: Stream) -> Iterator[Case]:
    """Cases in the counts and beta: a harmonic mean in which recall has weight beta^2."""
    for case in counted(lambda pairs: pairs)(stream):
        beta = Fraction(*_draw(stream, 1, 6, 2))
        both = [precision_of(case.found), recall_of(case.found)]
        parts = [1 / both[0], beta**2 / both[1]]
        yield Case({**case.values, "beta": beta}, (1 + beta**2) / sum(parts))


def population(stream: Stream) -> Iterator[Case]:
    """Cases in sensitivity, specificity and prevalence, with people counted one by one."""
    for _ in range(CASES):
        sick, well = _draw(stream, 2, 20, 2)
        found, alarmed = (1 + _draw(stream, 0, size - 1, 1)[0] for size in (sick, well))
        pairs = [(True, k < found) for k in range(sick)]
        pairs += [(False, k < alarmed) for k in range(well)]
        rates = {"s": Fraction(found, sick), "c": 1 - Fraction(alarmed, well)}
        yield Case({**rates, "pi_1": Fraction(sick, sick + well)}, precision_of(pairs))


def standard_error(stream: Stream) -> Iterator[Case]:
    """Cases in p and n: all 2^n outcomes of n examples, each with its probability."""
    for n in range(1, 7):
        below = _draw(stream, 2, 12, 1)[0]
        p = Fraction(1 + _draw(stream, 0, below - 1, 1)[0], below)
        variance = Fraction(0)
        for outcome in product((0, 1), repeat=n):
            right = sum(outcome)
            chance = p**right * (1 - p) ** (n - right)
            variance += chance * (Fraction(right, n) - p) ** 2
        yield Case({"p": p, "n": n}, arb(_exact(variance)).sqrt())


def pairs_in_order(stream: Stream) -> Iterator[Case]:
    """Cases in the shares of scores 1 to K: every positive example against every negative."""
    for size in (2, 3, 4, 5, 3, 4):
        positives, negatives = (_draw(stream, 1, 7, size) for _ in range(2))
        points = Fraction(0)
        for i, j in product(range(size), repeat=2):
            won = Fraction(1 if i > j else 0) + Fraction(1 if i == j else 0, 2)
            points += positives[i] * negatives[j] * won
        total = sum(positives) * sum(negatives)
        a, b = ([Fraction(k, sum(part)) for k in reversed(part)] for part in (positives, negatives))
        yield Case({"a": a, "b": b}, points / total, {"K": size})


def two_normals(stream: Stream) -> Iterator[Case]:
    """Cases in two means and deviations: the chance that one value is larger, integrated."""
    for _ in range(6):
        m1, m0 = (Fraction(k, 4) for k in _draw(stream, -6, 7, 2))
        s1, s0 = (Fraction(k, 4) for k in _draw(stream, 2, 9, 2))
        shift, first, second = (acb(_exact(x)) for x in (m1 - m0, s1, s0))
        values = {"mu_1": m1, "mu_0": m0, "sigma_1": s1, "sigma_0": s0}
        yield Case(values, _chance_of_more(shift, first, second))


def _chance_of_more(shift: acb, first: acb, second: acb) -> arb:
    """The integral over z of the density of z times P(value 1 > value 0 at z)."""
    root = acb(2).sqrt()

    def integrand(z: acb, analytic: bool) -> acb:
        return (-z * z / 2).exp() * ((second * z - shift) / (first * root)).erfc()

    whole = acb.integral(integrand, -FAR, FAR) / (2 * (2 * acb.pi()).sqrt())
    return whole.real + arb(0, 1e-60)


def posterior(stream: Stream) -> Iterator[Case]:
    """Cases in a score, two means, a deviation and a prevalence: the share of one density."""
    for _ in range(CASES):
        x, m1, m0 = (Fraction(k, 4) for k in _draw(stream, -8, 9, 3))
        s, pi = Fraction(_draw(stream, 2, 9, 1)[0], 4), Fraction(_draw(stream, 1, 10, 1)[0], 10)
        heights = [(-arb(_exact(((x - m) / s) ** 2)) / 2).exp() for m in (m1, m0)]
        parts = [arb(_exact(share)) * h for share, h in zip((pi, 1 - pi), heights, strict=True)]
        values = {"x": x, "mu_1": m1, "mu_0": m0, "sigma": s, "pi_1": pi}
        yield Case(values, parts[0] / (parts[0] + parts[1]))


def best_threshold(stream: Stream) -> Iterator[Case]:
    """Cases in F, the best F1 of calibrated scores with a density: where a scan finds it.

    The density of the score s is proportional to s^i (1 - s)^j; an example of score s is
    positive with chance s.
    """
    for i, j in ((0, 0), (1, 0), (0, 1), (1, 2), (2, 1), (3, 0)):
        weights = [comb(j, k) * (-1) ** k for k in range(j + 1)]  # of s^(i + k)
        called = [(w, i + k + 1) for k, w in enumerate(weights)]
        right = [(w, power + 1) for w, power in called]
        f1 = partial(_f1, called, right)
        place = highest(f1)
        yield Case({"F": f1(place)}, arb(_exact(place), 1e-28))


def _f1(called: Terms, right: Terms, t: Fraction) -> Fraction:
    """F1 if all from t up are called positive; what normalises the density cancels."""
    return 2 * _above(right, t) / (_above(called, t) + _above(right, Fraction(0)))


def _above(terms: Terms, t: Fraction) -> Fraction:
    """The integral from t to 1 of a polynomial given by (weight, power + 1)."""
    return sum((w * (1 - t**k) / k for w, k in terms), Fraction(0))


def least_expected(score: Callable[[bool, arb], arb]) -> Oracle:
    """Cases in p: the q that a search finds to have the least expected score."""

    def cases(stream: Stream) -> Iterator[Case]:
        for _ in range(CASES):
            p = Fraction(1 + _draw(stream, 0, 18, 1)[0], 20)
            value = partial(_minus_expected, score, p)
            yield Case({"p": p}, arb(_exact(highest(value)), 1e-28))

    return cases


def _minus_expected(score: Callable[[bool, arb], arb], p: Fraction, q: Fraction) -> arb:
    """Minus the mean score of q where the truth is p."""
    ball = arb(_exact(q))
    return -arb(_exact(p)) * score(True, ball) - arb(_exact(1 - p)) * score(False, ball)


def logarithmic(is_positive: bool, q: arb) -> arb:
    """Minus the logarithm of the probability of what came."""
    return -(q if is_positive else 1 - q).log()


def quadratic(is_positive: bool, q: arb) -> arb:
    """The squared distance of the probability from 1 or 0."""
    return (q - (1 if is_positive else 0)) ** 2


def highest(f: Callable[[Fraction], Any]) -> Fraction:
    """Where a function with one summit on (0, 1) is highest: a scan, then thirds."""
    places = [Fraction(k, 64) for k in range(1, 64)]
    top = max(range(len(places)), key=lambda k: float(f(places[k])))
    low, high = places[top] - Fraction(1, 64), places[top] + Fraction(1, 64)
    while high - low > SETTLED:
        third = Fraction(int((high - low) / 3 * 10**40), 10**40)
        left, right = low + third, high - third
        low, high = (left, high) if f(left) < f(right) else (low, right)
    return (low + high) / 2


def _exact(value: Fraction) -> Any:
    return fmpq(value.numerator, value.denominator)
