"""Pages about confidence intervals: a pivot, its law, and the parameters it does not rule out.

Letters: q is a quantile of the law of the pivot, q_1 the lower and q_2 the upper one where they
differ; L and U are the ends.
"""

from __future__ import annotations

from functools import cache

from derive.check.claims import SameValue
from derive.derivation import Derivation
from derive.engine.naming import substituted
from derive.language.expression import Node, number
from derive.language.functions import sqrt
from derive.language.relations import Relation, Words
from derive.statistics.page_conditions import varied
from derive.statistics.sheet import named
from derive.statistics.testing.mean_pages import (
    DELTA,
    MU,
    SIGMA,
    S,
    X,
    Y,
    pooled_parts,
    rotation,
    two_values,
)
from derive.statistics.testing.page import Page

Q, Q1, Q2 = named("q", "positive"), named("q_1", "positive"), named("q_2", "positive")
L, U = named("L"), named("U")
ALPHA = named("alpha")
CENTRE, HALF = 1 - ALPHA, ALPHA / 2
INVERT = "the parameters that a test at this level does not reject"


def middle(page: Page, pivot: Node) -> None:
    """The central part of a symmetric law."""
    page.say(
        Words("{0} lies between {1} and {2} with probability {3}", (pivot, -Q, Q, CENTRE)),
        Words("{0} has probability {1} below it", (Q, 1 - HALF)),
    )


def both(page: Page, pivot: Node) -> None:
    """The central part of a law that is not symmetric."""
    page.say(
        Words("{0} lies between {1} and {2} with probability {3}", (pivot, Q1, Q2, CENTRE)),
        Words("{0} and {1} have {2} below and above them", (Q1, Q2, HALF)),
    )


def solve(
    page: Page,
    pivot: Node,
    parameter: Node,
    ends: tuple[tuple[Node, Node, Node], ...],
    within: tuple[tuple[Node, Node], ...] = (),
) -> None:
    """Each end is where the pivot is a quantile; the pivot is put in to claim it."""
    for name, node, quantile in ends:
        page.tell(
            name,
            node,
            Words("solve {0} = {1} for {2}", (pivot, quantile, parameter)),
            SameValue(
                substituted(pivot, {parameter: node}), quantile, (*within, *page.definitions)
            ),
        )


@cache
def mean_known_page() -> Derivation:
    """The mean of a normal sample, sigma known."""
    page = Page(
        Words(
            "interval for mean {0}: {1} independent Normal({0}, {2}), {3} known",
            (MU, X.x, SIGMA**2, SIGMA),
        ),
        L,
        X.definitions[:1],
    )
    error = SIGMA / sqrt(X.n)
    pivot = (X.mean - MU) / error
    page.say(Words("{0} has the law Normal(0, 1)", (pivot,)), "a pivot: its law holds no parameter")
    middle(page, pivot)
    ends = (X.mean - Q * error, X.mean + Q * error)
    solve(page, pivot, MU, ((L, ends[0], Q), (U, ends[1], -Q)))
    return page.conclude((L, ends[0]), (U, ends[1]), arguments=(X.x, SIGMA, Q))


@cache
def mean_page() -> Derivation:
    """The mean of a normal sample, sigma not known."""
    page = Page(
        Words("interval for mean {0}: {1} independent Normal({0}, {2})", (MU, X.x, SIGMA**2)),
        L,
        (*X.definitions, (S, sqrt(X.squares / (X.n - 1)))),
    )
    error = S / sqrt(X.n)
    pivot = (X.mean - MU) / error
    rotation(page, X)
    page.law(
        pivot,
        "student",
        (X.n - 1,),
        "a pivot: normal over the root of an independent mean of squares",
    )
    middle(page, pivot)
    ends = (X.mean - Q * error, X.mean + Q * error)
    solve(page, pivot, MU, ((L, ends[0], Q), (U, ends[1], -Q)))
    page.beside = two_values(X)
    return page.conclude((L, ends[0]), (U, ends[1]), arguments=(X.x, Q))


@cache
def variance_page() -> Derivation:
    """The variance of a normal sample."""
    page = Page(
        Words("interval for variance {0}: {1} independent Normal({2}, {0})", (SIGMA**2, X.x, MU)),
        L,
        X.definitions,
    )
    rotation(page, X)
    variance = named("v", "positive")
    pivot = X.squares / variance
    page.say(Words("{0} has that law, {1} the variance", (pivot, variance)), "a pivot")
    both(page, pivot)
    ends = (X.squares / Q2, X.squares / Q1)
    solve(page, pivot, variance, ((L, ends[0], Q2), (U, ends[1], Q1)))
    page.beside = (*two_values(X), Relation(Q1, "<=", Q2))
    return page.conclude((L, ends[0]), (U, ends[1]), arguments=(X.x, Q1, Q2))


@cache
def variance_ratio_page() -> Derivation:
    """The ratio of the variances of two normal samples."""
    ratio = named("rho", "positive")
    page = Page(
        Words("interval for ratio {0} of variances: {1} and {2} normal", (ratio, X.x, Y.x)),
        L,
        (*X.definitions, *Y.definitions),
    )
    found = (X.squares / (X.n - 1)) / (Y.squares / (Y.n - 1))
    pivot = found / ratio
    page.law(
        pivot,
        "f",
        (X.n - 1, Y.n - 1),
        "a pivot: both sums of squares over their variances are chi-squared",
    )
    both(page, pivot)
    solve(page, pivot, ratio, ((L, found / Q2, Q2), (U, found / Q1, Q1)))
    page.beside = (*two_values(X), varied(Y.x), Relation(Q1, "<=", Q2))
    return page.conclude((L, found / Q2), (U, found / Q1), arguments=(X.x, Y.x, Q1, Q2))


@cache
def pooled_page() -> Derivation:
    """The difference of means of two normal samples of one variance."""
    pooled, _ = pooled_parts()
    n, m = X.n, Y.n
    page = Page(
        Words(
            "interval for difference {0} of means: {1} and {2} normal, one variance {3}",
            (DELTA, X.x, Y.x, SIGMA**2),
        ),
        L,
        (*X.definitions, *Y.definitions, (S, sqrt(pooled))),
    )
    error = S * sqrt(1 / n + 1 / m)
    page.beside = (Relation(n + m, ">=", number(3)),)
    rule = "a pivot: n - 1 and m - 1 squares in s, independent of the means"
    return _of_difference(page, error, (n + m - 2,), rule)


@cache
def welch_page() -> Derivation:
    """The difference of means of two normal samples of two variances."""
    n, m = X.n, Y.n
    a, b = named("a", "nonnegative"), named("b", "nonnegative")
    page = Page(
        Words(
            "interval for difference {0} of means: {1} and {2} normal, two variances",
            (DELTA, X.x, Y.x),
        ),
        L,
        (
            *X.definitions,
            *Y.definitions,
            (a, X.squares / (n - 1) / n),
            (b, Y.squares / (m - 1) / m),
        ),
    )
    degrees = (a + b) ** 2 / (a**2 / (n - 1) + b**2 / (m - 1))
    page.beside = two_values(X, Y)
    return _of_difference(
        page, sqrt(a + b), (degrees,), "nearly: two moments matched, as in the test of Welch"
    )


def _of_difference(page: Page, error: Node, degrees: tuple[Node, ...], rule: str) -> Derivation:
    gap = X.mean - Y.mean
    pivot = (gap - DELTA) / error
    page.law(pivot, "student", degrees, rule)
    middle(page, pivot)
    ends = (gap - Q * error, gap + Q * error)
    solve(page, pivot, DELTA, ((L, ends[0], Q), (U, ends[1], -Q)))
    return page.conclude((L, ends[0]), (U, ends[1]), arguments=(X.x, Y.x, Q))
