"""Pages about exact tests and intervals of counts: binomial and Poisson tails as integrals.

Letters: k is the count, n the trials, p the proportion, t the exposure, lambda the rate.
"""

from __future__ import annotations

from functools import cache

from derive.check.cases import CaseClaim
from derive.check.tail_cases import binomial_tail_slope, poisson_tail_slope
from derive.derivation import Derivation
from derive.language.expression import Node
from derive.language.functions import elementwise, nabla
from derive.language.relations import Relation, Words
from derive.statistics.page_conditions import whole
from derive.statistics.sheet import named
from derive.statistics.testing.page import Page

K, N, P = named("k", "positive"), named("n", "positive"), named("p", "probability")
MEAN, UP = named("mu", "positive"), named("P_up")


def binomial_slope() -> Node:
    """The derivative of P(K >= k) in p."""
    lost = (
        elementwise("loggamma", N + 1)
        - elementwise("loggamma", K)
        - elementwise("loggamma", N - K + 1)
    )
    return elementwise("exp", lost) * P ** (K - 1) * (1 - P) ** (N - K)


def poisson_slope() -> Node:
    """The derivative of P(K >= k) in the mean."""
    return (
        MEAN ** (K - 1) * elementwise("exp", -MEAN) / elementwise("exp", elementwise("loggamma", K))
    )


def binomial_lines(page: Page) -> None:
    """The tail grows with p at the rate of a beta density."""
    j = "P(K >= k) = sum over j from k to n of C(n, j) p^j (1 - p)^(n - j)"
    page.say(j, "K successes of n, each with probability p")
    slope = binomial_slope()
    page.tell(
        nabla(UP, P),
        slope,
        "differentiate: neighbouring terms cancel, one is left",
        CaseClaim(
            slope, (K, N, P), binomial_tail_slope, "the slope of the sum, term by term", kind="line"
        ),
    )
    page.say(
        Words(
            "that is the density of Beta({0}, {1}), and P(K >= k) its distribution function at {2}",
            (K, N - K + 1, P),
        ),
        "both are 0 at p = 0",
    )


def poisson_lines(page: Page) -> None:
    """The tail grows with the mean at the rate of a gamma density."""
    page.say(
        "P(K >= k) = 1 - sum over j below k of mu^j exp(-mu)/j!",
        Words("K events, {0} expected", (MEAN,)),
    )
    slope = poisson_slope()
    page.tell(
        nabla(UP, MEAN),
        slope,
        "differentiate: neighbouring terms cancel, one is left",
        CaseClaim(
            slope, (K, MEAN), poisson_tail_slope, "the slope of the sum, term by term", kind="line"
        ),
    )
    page.say(
        Words(
            "that is the density of Gamma({0}, 1), and P(K >= k) its distribution function at {1}",
            (K, MEAN),
        ),
        "both are 0 at mean 0",
    )


@cache
def binomial_page() -> Derivation:
    """The exact test of a proportion."""
    page = Page(Words("exact test of proportion {0}: {1} successes in {2} trials", (P, K, N)), UP)
    binomial_lines(page)
    page.say(
        "p-value P(K >= k), P(K <= k), or of all outcomes no more likely than k",
        "against larger, smaller or both",
    )
    page.beside = (Relation(K, "<=", N), *whole(K, N))
    return page.conclude((named("dP_up"), binomial_slope()), arguments=(K, N, P))


@cache
def poisson_page() -> Derivation:
    """The exact test of a rate."""
    page = Page(Words("exact test of mean {0}: {1} events, a Poisson count", (MEAN, K)), UP)
    poisson_lines(page)
    page.say(
        "p-value P(K >= k), P(K <= k), or of all outcomes no more likely than k",
        "against larger, smaller or both",
    )
    page.beside = whole(K)
    return page.conclude((named("dP_up"), poisson_slope()), arguments=(K, MEAN))
