"""Pages about confidence intervals for counts: proportions, rates, correlations, odds ratios.

Letters: as in ``interval_pages``.
"""

from __future__ import annotations

from functools import cache

from derive.check.claims import SameValue
from derive.check.gradients import GradientOf
from derive.derivation import Derivation
from derive.engine.naming import substituted
from derive.language.expression import Node, number
from derive.language.functions import elementwise, nabla, sqrt
from derive.language.laws.half_line import ChiSquared, Gamma
from derive.language.laws.heavy_tails import FisherF
from derive.language.laws.intervals import Beta
from derive.language.relations import Relation, Words
from derive.statistics.page_conditions import not_below_zero, successes_in, whole
from derive.statistics.sheet import named
from derive.statistics.testing.exact_pages import K, N, P, binomial_lines, poisson_lines
from derive.statistics.testing.interval_pages import (
    HALF,
    INVERT,
    Q1,
    Q2,
    L,
    Q,
    U,
    middle,
    solve,
)
from derive.statistics.testing.page import Page

SHARE, RATE, EXPOSURE = (
    named("p_hat", "probability"),
    named("lambda", "positive"),
    named("t", "positive"),
)


# --- proportions ------------------------------------------------------------------------


def _proportion(name: str) -> Page:
    return Page(
        Words(f"{name} interval for proportion {{0}}: {{1}} successes in {{2}} trials", (P, K, N)),
        L,
        ((SHARE, K / N),),
    )


WITHIN = ((K, N * named("c", "probability")),)


@cache
def wald_page() -> Derivation:
    """A proportion by its estimated standard error."""
    page = _proportion("Wald")
    error = sqrt(SHARE * (1 - SHARE) / N)
    pivot = (SHARE - P) / error
    page.say(
        Words("{0} has variance {1}, estimated by {2}", (SHARE, P * (1 - P) / N, error**2)),
        "a mean of n indicators",
    )
    page.say(Words("{0} has nearly the law Normal(0, 1)", (pivot,)), "large counts")
    middle(page, pivot)
    ends = (SHARE - Q * error, SHARE + Q * error)
    solve(page, pivot, P, ((L, ends[0], Q), (U, ends[1], -Q)), WITHIN)
    page.beside = successes_in(K, N)
    return page.conclude((L, ends[0]), (U, ends[1]), arguments=(K, N, Q), within=WITHIN)


def wilson_ends() -> tuple[Node, Node]:
    """The roots of the quadratic."""
    centre = SHARE + Q**2 / (2 * N)
    half = Q * sqrt(SHARE * (1 - SHARE) / N + Q**2 / (4 * N**2))
    return (centre - half) / (1 + Q**2 / N), (centre + half) / (1 + Q**2 / N)


@cache
def wilson_page() -> Derivation:
    """A proportion by the standard error at the proportion itself."""
    page = _proportion("Wilson")
    _wilson_lines(page)
    low, high = wilson_ends()
    page.beside = successes_in(K, N)
    return page.conclude((L, low), (U, high), arguments=(K, N, Q), within=WITHIN)


def _wilson_lines(page: Page) -> None:
    pivot = (SHARE - P) / sqrt(P * (1 - P) / N)
    page.say(
        Words("{0} has nearly the law Normal(0, 1)", (pivot,)), "large counts; nothing is estimated"
    )
    middle(page, pivot)
    page.say(Relation((SHARE - P) ** 2, "<=", Q**2 * (P * (1 - P)) / N), "square: z^2 <= q^2")
    form = (1 + Q**2 / N) * P**2 - (2 * SHARE + Q**2 / N) * P + SHARE**2
    moved = (SHARE - P) ** 2 - Q**2 * (P * (1 - P)) / N
    page.tell(
        moved, form, "a quadratic in p, not above 0 between its roots", SameValue(moved, form)
    )
    for name, end in zip((L, U), wilson_ends(), strict=True):
        at_end = SameValue(substituted(form + 1, {P: end}), number(1), (*WITHIN, *page.definitions))
        page.tell(name, end, "the smaller root" if name is L else "the larger root", at_end)


@cache
def agresti_coull_page() -> Derivation:
    """A Wald interval about the centre of Wilson's."""
    page = _proportion("Agresti-Coull")
    _wilson_lines(page)
    more, moved = N + Q**2, (K + Q**2 / 2) / (N + Q**2)
    low, high = wilson_ends()
    page.tell(
        (low + high) / 2,
        moved,
        "their middle: the share with q^2/2 successes and as many failures added",
        SameValue((low + high) / 2, moved, (*WITHIN, *page.definitions)),
    )
    shifted, trials = named("p_tilde", "probability"), named("n_tilde", "positive")
    page.definitions = (*page.definitions, (trials, more), (shifted, (K + Q**2 / 2) / trials))
    error = sqrt(shifted * (1 - shifted) / trials)
    page.say(Relation(trials, "=", more), "trials with those added")
    page.say(Relation(shifted, "=", (K + Q**2 / 2) / trials), "their share")
    ends = (shifted - Q * error, shifted + Q * error)
    page.steps = [step for step in page.steps if step.before not in (L, U)]
    page.tell(L, ends[0], "the Wald interval of these counts")
    page.tell(U, ends[1], "the other side")
    page.beside = successes_in(K, N)
    return page.conclude((L, ends[0]), (U, ends[1]), arguments=(K, N, Q), within=WITHIN)


@cache
def clopper_pearson_page() -> Derivation:
    """A proportion by both exact tails."""
    page = Page(
        Words(
            "Clopper-Pearson interval for proportion {0}: {1} successes in {2} trials", (P, K, N)
        ),
        L,
    )
    binomial_lines(page)
    page.say(
        Words("{0} solves P(K >= k) = {2}, {1} solves P(K <= k) = {2}", (L, U, HALF)),
        INVERT,
    )
    page.say(
        Words(
            "{0} and {1} are quantiles of Beta({2}, {3}) and Beta({4}, {5})",
            (L, U, K, N - K + 1, K + 1, N - K),
        ),
        "P(K <= k) = 1 - P(K >= k + 1)",
    )
    q = named("q", "positive")
    below, above = K, N - K + 1
    image = below * q / (above + below * q)
    slope = below * above / (above + below * q) ** 2
    page.say(
        Words(
            "with {0} of law FisherF({1}, {2}), {3} has the first of these laws",
            (q, 2 * below, 2 * above, image),
        ),
        "densities match",
    )
    page.claims.append(GradientOf(image, q, slope, kind="line"))
    failures = named("f", "positive")
    change = Beta(K, failures).log_density(K * q / (failures + K * q)) + elementwise(
        "log", K * failures / (failures + K * q) ** 2
    )
    same = FisherF(2 * K, 2 * failures).log_density(q)
    page.claims.append(SameValue(change, same))
    low = K * Q1 / (N - K + 1 + K * Q1)
    high = (K + 1) * Q2 / (N - K + (K + 1) * Q2)
    page.tell(
        L,
        low,
        Words(
            "{0} the point of FisherF({1}, {2}) with alpha/2 below it", (Q1, 2 * K, 2 * (N - K + 1))
        ),
    )
    page.tell(
        U,
        high,
        Words(
            "{0} the point of FisherF({1}, {2}) with alpha/2 above it",
            (Q2, 2 * (K + 1), 2 * (N - K)),
        ),
    )
    page.closing.append(Words("without a success L is 0, without a failure U is 1"))
    page.beside = successes_in(K, N)
    return page.conclude((L, low), (U, high), arguments=(K, N, Q1, Q2), within=WITHIN)


# --- rates ------------------------------------------------------------------------------


@cache
def rate_exact_page() -> Derivation:
    """A Poisson rate by both exact tails."""
    page = Page(
        Words("exact interval for rate {0}: {1} events in exposure {2}", (RATE, K, EXPOSURE)), L
    )
    poisson_lines(page)
    page.say(
        Words(
            "{0} solves P(K >= k) = alpha/2, {1} solves P(K <= k) = alpha/2, at mean {2}",
            (L, U, RATE * EXPOSURE),
        ),
        INVERT,
    )
    half = Gamma(K, number(1)).log_density(Q / 2) - elementwise("log", number(2))
    page.claims.append(SameValue(half, ChiSquared(2 * K).log_density(Q)))
    page.say(
        Words("half of a value of ChiSquared({0}) has the law Gamma({1}, 1)", (2 * K, K)),
        "densities match",
    )
    low, high = Q1 / (2 * EXPOSURE), Q2 / (2 * EXPOSURE)
    point = "{0} the point of ChiSquared({1}) with {2}"
    page.tell(L, low, Words(f"{point} below it", (Q1, 2 * K, HALF)))
    page.tell(U, high, Words(f"{point} above it", (Q2, 2 * (K + 1), HALF)))
    page.closing.append(Words("without an event L is 0"))
    page.beside = (Relation(Q1, "<=", Q2),)
    return page.conclude((L, low), (U, high), arguments=(EXPOSURE, Q1, Q2))


@cache
def rate_wald_page() -> Derivation:
    """A Poisson rate by its estimated standard error."""
    page = Page(
        Words("Wald interval for rate {0}: {1} events in exposure {2}", (RATE, K, EXPOSURE)), L
    )
    found, error = K / EXPOSURE, sqrt(K) / EXPOSURE
    pivot = (found - RATE) / error
    page.say(
        Words("{0} has mean and variance {1}, estimated by {0}", (K, RATE * EXPOSURE)),
        "a Poisson count",
    )
    page.say(Words("{0} has nearly the law Normal(0, 1)", (pivot,)), "large counts")
    middle(page, pivot)
    solve(page, pivot, RATE, ((L, found - Q * error, Q), (U, found + Q * error, -Q)))
    page.beside = (*not_below_zero(K), *whole(K))
    return page.conclude((L, found - Q * error), (U, found + Q * error), arguments=(K, EXPOSURE, Q))


@cache
def rate_score_page() -> Derivation:
    """A Poisson rate by the standard error at the rate itself."""
    page = Page(
        Words("score interval for rate {0}: {1} events in exposure {2}", (RATE, K, EXPOSURE)), L
    )
    mean = RATE * EXPOSURE
    pivot = (K - mean) / sqrt(mean)
    page.say(
        Words("{0} has nearly the law Normal(0, 1)", (pivot,)),
        "a Poisson count; nothing is estimated",
    )
    middle(page, pivot)
    page.say(Relation((K - mean) ** 2, "<=", Q**2 * mean), "square: z^2 <= q^2")
    form = EXPOSURE**2 * RATE**2 - (2 * K + Q**2) * EXPOSURE * RATE + K**2
    moved = (K - mean) ** 2 - Q**2 * mean
    page.tell(
        moved,
        form,
        "a quadratic in the rate, not above 0 between its roots",
        SameValue(moved, form),
    )
    half = Q * sqrt(K + Q**2 / 4)
    ends = tuple((K + Q**2 / 2 + sign * half) / EXPOSURE for sign in (-1, 1))
    for name, end in zip((L, U), ends, strict=True):
        page.tell(
            name,
            end,
            "the smaller root" if name is L else "the larger root",
            SameValue(substituted(form + 1, {RATE: end}), number(1)),
        )
    page.beside = (*not_below_zero(K), *whole(K))
    return page.conclude((L, ends[0]), (U, ends[1]), arguments=(K, EXPOSURE, Q))


# --- by a logarithm ---------------------------------------------------------------------


@cache
def correlation_page() -> Derivation:
    """A correlation by the transformation of Fisher."""
    r, rho, n = named("r"), named("rho"), named("n", "positive")
    page = Page(
        Words("interval for correlation {0} of a normal law, from {1} of {2} pairs", (rho, r, n)),
        L,
        conditions=(Relation(elementwise("abs", r), "<", number(1)), Relation(n, ">", number(3))),
    )

    def fisher(c: Node) -> Node:
        return elementwise("log", (1 + c) / (1 - c)) / 2

    zeta = named("zeta")
    pivot = (fisher(r) - zeta) * sqrt(n - 3)
    page.say(
        Relation(zeta, "=", fisher(rho)),
        "a function of rho whose estimate has one variance, 1/(n - 3)",
    )
    page.say(
        Words("{0} has nearly the law Normal(0, 1)", (pivot,)), "as in the test of a correlation"
    )
    middle(page, pivot)
    within = ((r, 2 * named("c", "probability") - 1), (n, 3 + named("m", "positive")))
    error = Q / sqrt(n - 3)
    low, high = fisher(r) - error, fisher(r) + error
    for end, quantile in ((low, Q), (high, -Q)):
        page.claims.append(SameValue(substituted(pivot, {zeta: end}), quantile, within))
    page.say(Words("{0} lies between {1} and {2}", (zeta, low, high)), "solve for zeta")
    back = elementwise("tanh", zeta)
    page.tell(rho, back, "the inverse, which grows with zeta", SameValue(fisher(back), zeta))
    ends = (elementwise("tanh", low), elementwise("tanh", high))
    page.tell(L, ends[0], "at the lower end")
    page.tell(U, ends[1], "at the upper end")
    page.beside = whole(n)
    return page.conclude((L, ends[0]), (U, ends[1]), arguments=(r, n, Q), within=within)


@cache
def odds_ratio_page() -> Derivation:
    """An odds ratio by its logarithm."""
    a, b, c, d = (named(letter, "positive") for letter in "abcd")
    theta, spread = named("theta", "positive"), 1 / a + 1 / b + 1 / c + 1 / d
    page = Page(
        Words(
            "interval for odds ratio {0}: table with rows {1}, {2} and {3}, {4}",
            (theta, a, b, c, d),
        ),
        L,
    )
    found = a * d / (b * c)
    log_found = elementwise("log", found)
    gradient = GradientOf(elementwise("log", a), a, 1 / a, kind="line")
    page.tell(
        nabla(elementwise("log", a), a),
        1 / a,
        "each logarithm of a count has variance (1/a)^2 a",
        gradient,
    )
    pivot = (log_found - elementwise("log", theta)) / sqrt(spread)
    page.say(
        Words("{0} has nearly the law Normal(0, 1)", (pivot,)),
        "variances of the four logarithms add",
    )
    middle(page, pivot)
    factor = elementwise("exp", Q * sqrt(spread))
    solve(page, pivot, theta, ((L, found / factor, Q), (U, found * factor, -Q)))
    return page.conclude((L, found / factor), (U, found * factor), arguments=(a, b, c, d, Q))
