"""Pages about laws of counts: Bernoulli values added, and many rare events.

Letters: n trials with probability p each, k events; lam is the mean number of rare events.
"""

from __future__ import annotations

from fractions import Fraction
from math import comb, exp, factorial, log

from derive.check.cases import CaseClaim
from derive.check.claims import SameValue
from derive.check.law_bench import LawBench, law_variable
from derive.check.law_claims import MeanClaim, density_claims
from derive.check.law_page_cases import (
    chance_of_count,
    chance_of_sequence,
    falling_product,
    mean_count,
    no_events,
    number_of_sequences,
    rare_events,
    shifted_sum,
    speed,
)
from derive.derivation import Derivation
from derive.language.expression import Node, number, power
from derive.language.functions import elementwise, expectation
from derive.language.laws.whole_numbers import Binomial
from derive.language.relations import Relation, Words
from derive.statistics.page_conditions import above_zero
from derive.statistics.sheet import Sheet, named

N, J = (named(name, "positive", "integer") for name in ("n", "j"))
K, ONE_OR_MORE = (named("k", sign, "integer") for sign in ("nonnegative", "positive"))
P, Q = named("p", "probability"), named("q", "positive")
LAM = named("lam", "positive")
PROBABILITY = (Words("0 < {0} < 1", (P,)),)
SHOWN = (10**6, 3, 2)  # trials, events, mean: the example of the limit


def _factorial(node: Node) -> Node:
    """``node!`` as a gamma function."""
    return elementwise("exp", elementwise("loggamma", node + 1))


def choices(n: Node, k: Node) -> Node:
    """The number of ways to choose k of n."""
    logs = (elementwise("loggamma", part + 1) for part in (n, k, n - k))
    whole, chosen, rest = logs
    return elementwise("exp", whole - chosen - rest)


def _same(sheet: Sheet, before: Node, after: Node, rule: str, n: Node) -> None:
    """An equality of value where there are at least as many trials as events."""
    sheet.tell(before, after, rule, SameValue(before, after, ((N, n),)))


def binomial_mean_page() -> Derivation:
    """The mean of a binomial law by the absorption identity."""
    law, k = Binomial(N, P), ONE_OR_MORE
    x = law_variable(law, "x")
    bench = LawBench({"x": law}, x)
    mean, result = expectation(x, "x", "x"), N * P
    sheet = Sheet(
        Words("mean of {0}, the number of events in {1} trials of probability {2}", (x, N, P)),
        named("E"),
        conditions=(*PROBABILITY, *above_zero(N)),
    )
    sheet.claims.extend(density_claims(bench))
    term = k * choices(N, k) * power(P, k) * power(1 - P, N - k)
    sheet.say(Words("{0} is the sum of {1} over k = 0, ..., {2}", (mean, term, N)), "its mean")
    taken = N * choices(N - 1, k - 1)
    _same(sheet, k * choices(N, k), taken, "absorption identity", k + J)
    moved = choices(N - 1, k - 1) * power(P, k - 1) * power(1 - P, N - k)
    _same(sheet, term, N * P * moved, "take n p out of every term; k = 0 adds nothing", k + J)
    sheet.say(
        Words(
            "the sum of {0} over k = 1, ..., {1} is {2} = 1", (moved, N, (P + (1 - P)) ** (N - 1))
        ),
        "binomial theorem",
    )
    theorem = (P + Q) ** (N - 1)
    sheet.claims.append(
        CaseClaim(theorem, (P, Q, N), shifted_sum, "the sum of the terms that are left", "line")
    )
    sheet.tell(mean, result, "so", MeanClaim(bench, mean, result, "the mean"))
    return sheet.finish(result, mean_count, "the number of ones averaged over all sequences")


def binomial_from_bernoullis_page() -> Derivation:
    """The binomial law is that of a sum of Bernoulli values."""
    sheet = Sheet(
        Words("probability of {0} ones among {1} independent Bernoulli({2}) values", (K, N, P)),
        named("P_k"),
        conditions=(*PROBABILITY, Relation(K, ">=", number(0)), Relation(K, "<=", N)),
    )
    one = power(P, K) * power(1 - P, N - K)
    sheet.say(
        Words("one sequence with {0} ones and {1} zeros has probability {2}", (K, N - K, one)),
        "independent values: probabilities multiply",
    )
    words = "the product of the chances of its values"
    sheet.claims.append(CaseClaim(one, (P, K, N), chance_of_sequence, words, "line"))
    sheet.say(
        Words("{0} sequences have {1} ones", (choices(N, K), K)), "choose the places of the ones"
    )
    sheet.claims.append(
        CaseClaim(choices(N, K), (N, K), number_of_sequences, "the number of sequences", "line")
    )
    result = choices(N, K) * one
    sheet.define(result, "the sequences exclude each other: probabilities add, Binomial(n, p)")
    return sheet.finish(result, chance_of_count, "the chances of all sequences, added")


def poisson_limit_page() -> Derivation:
    """Many rare events: the binomial law tends to the Poisson law, and how fast."""
    sheet = Sheet(
        Words("limit of the mass of Binomial({0}, {1}) at {2} as {0} grows", (N, LAM / N, K)),
        named("P_k"),
        conditions=(*above_zero(LAM), Relation(K, ">=", number(0))),
    )
    mass = choices(N, K) * power(LAM / N, K) * power(1 - LAM / N, N - K)
    result = power(LAM, K) * elementwise("exp", -LAM) / _factorial(K)
    falling = _factorial(N) / _factorial(N - K) / power(N, K)
    empty, few = power(1 - LAM / N, N), power(1 - LAM / N, -K)
    split = power(LAM, K) / _factorial(K) * falling * empty * few
    _same(sheet, mass, split, "sort the factors", K + J + LAM)
    sheet.say(
        Words("{0} is the product of 1 − i/{1} over i < {2}, which tends to 1", (falling, N, K)),
        "each factor does",
    )
    words = "the product of k factors"
    sheet.claims.append(CaseClaim(falling, (N, K), falling_product, words, "line"))
    sheet.say(
        Words("{0} tends to {1}", (empty, elementwise("exp", -LAM))),
        Words("{0} log(1 − {1}/{0}) = −{1} − {1}²/(2{0}) − ...", (N, LAM)),
    )
    words = "its value at n = 10^45"
    sheet.claims.append(CaseClaim(elementwise("exp", -LAM), (LAM,), no_events, words, "line"))
    sheet.say(Words("{0} tends to 1", (few,)), Words("{0} stays, {1} grows", (K, N)))
    sheet.define(result, "the limit: the mass of Poisson(lam)")
    gap = (K - (K - LAM) ** 2) / 2
    sheet.say(
        Words("the log masses differ by {0} and terms in 1/{1}²", (gap / N, N)),
        "sum the terms in 1/n of the three logarithms",
    )
    words = "n times the gap of the log masses at n = 10^45"
    sheet.claims.append(CaseClaim(gap, (K, LAM), speed, words, "line"))
    sheet.say(_example(), "the gap is that of the line above")
    return sheet.finish(result, rare_events, "the binomial mass at n = 10^45")


def _example() -> Words:
    """Both masses at one place, exactly added up."""
    n, k, rate = SHOWN
    p = Fraction(rate, n)
    near = comb(n, k) * float(p) ** k * exp((n - k) * log(1 - rate / n))
    limit = rate**k * exp(-rate) / factorial(k)
    gap = sum(log(1 - i / n) for i in range(k)) + (n - k) * _log1m(rate / n) + rate
    text = f"at n = 10^6, lam = {rate}, k = {k}: masses {near:.9f} and {limit:.9f}"
    return Words(f"{text}, log masses apart by {gap:.8g}")


def _log1m(x: float) -> float:
    """log(1 - x) for a small x."""
    return -sum(x**j / j for j in range(1, 6))
