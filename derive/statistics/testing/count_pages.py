"""Pages about tests of counts: goodness of fit, contingency, two proportions, odds ratio.

Letters: O are observed counts and E expected ones; a, b, c, d are the cells of a table of two
rows and two columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from derive.check.claims import SameValue
from derive.check.gradients import GradientOf
from derive.derivation import Derivation
from derive.language.expression import Node, eye, number, ones, size_node, symbol, zero
from derive.language.facts import close_facts
from derive.language.functions import (
    diag,
    elementwise,
    hadamard,
    hadamard_quotient,
    nabla,
    sqrt,
    total,
    trace,
)
from derive.language.relations import Relation, Words
from derive.language.sizes import Size
from derive.statistics.page_conditions import above_zero, not_below_zero, successes_in, whole
from derive.statistics.sheet import named
from derive.statistics.testing.mean_pages import p_value_words
from derive.statistics.testing.page import Page

CHI, G, Z = named("X", "nonnegative"), named("G"), named("z")
LARGE = "large values speak against the null hypothesis"


@dataclass(frozen=True)
class Classes:
    """Counts in k classes: observed, expected, their whole number and given probabilities."""

    k: Size
    observed: Node
    expected: Node
    n: Node
    shares: Node

    @property
    def count(self) -> Node:
        """The number of classes."""
        return size_node(self.k)

    @property
    def definitions(self) -> tuple[tuple[Node, Node], ...]:
        """What n and the expected counts stand for."""
        return (self.n, total(self.observed)), (self.expected, self.n * self.shares)

    @property
    def covariance(self) -> Node:
        """n times the covariance of the observed shares."""
        return diag(self.shares) - self.shares @ self.shares.T

    @property
    def log_likelihood(self) -> Node:
        """That of a multinomial count, without a constant."""
        return self.observed.T @ elementwise("log", self.shares)

    @property
    def pearson(self) -> Node:
        """The sum of (O - E)^2/E."""
        gaps = self.observed - self.expected
        return total(hadamard_quotient(hadamard(gaps, gaps), self.expected))


def _classes() -> Classes:
    k = Size.named("k")
    facts = close_facts(("positive",), "O", (k, 1))
    return Classes(
        k=k,
        observed=symbol("O", (k, 1), facts),
        expected=symbol("E", (k, 1), facts),
        n=named("n", "positive"),
        shares=symbol("pi", (k, 1), close_facts(("simplex",), "pi", (k, 1))),
    )


@cache
def goodness_page() -> Derivation:
    """Pearson's statistic of given probabilities, as a score statistic."""
    c = _classes()
    words = Words(
        "chi-squared test of fit: counts {0} in {1} classes, {2} expected",
        (c.observed, c.count, c.expected),
    )
    page = Page(words, CHI)
    page.say(
        Relation(c.expected, "=", c.n * c.shares),
        Words("{0} are the probabilities, {1} the whole count", (c.shares, c.n)),
    )
    _score_of_counts(page, c)
    _law_of_pearson(page, c)
    page.say("p = P(V >= X), V with that law", LARGE)
    ratio = 2 * c.observed.T @ elementwise("log", hadamard_quotient(c.observed, c.expected))
    page.tell(
        G,
        ratio,
        "the likelihood ratio has the same law: twice the log likelihood at O/n less that at E/n",
    )
    at_seen = c.observed.T @ elementwise("log", c.observed / c.n)
    gained = 2 * (at_seen - c.log_likelihood)
    page.claims.append(SameValue(gained, ratio, c.definitions))
    page.beside = (*not_below_zero(c.observed), *whole(c.observed))
    return page.conclude((CHI, c.pearson), (G, ratio), arguments=(c.observed, c.expected))


def _score_of_counts(page: Page, c: Classes) -> None:
    """The score, the inverse information, and their quadratic form: Pearson's statistic."""
    page.tell(
        named("ell"), c.log_likelihood, "log likelihood of a multinomial count, without a constant"
    )
    score = hadamard_quotient(c.observed, c.shares)
    page.tell(
        nabla(named("ell"), c.shares),
        score,
        "the score U; only its differences count, as the shares sum to 1",
        GradientOf(c.log_likelihood, c.shares, score, kind="line"),
    )
    inverse_information = c.covariance / c.n
    page.say(
        Words("inverse information {0}, along shares that sum to 1", (inverse_information,)),
        "covariance of the observed shares",
    )
    flat, nothing = c.covariance @ ones(c.k), zero((c.k, 1))
    page.tell(flat, nothing, "a common part of the score drops out", SameValue(flat, nothing))
    quadratic = score.T @ inverse_information @ score
    rule = "the score statistic is that of Pearson"
    page.tell(quadratic, c.pearson, rule, SameValue(quadratic, c.pearson, c.definitions))
    page.define(c.pearson, "squares of what is not expected, over what is")


def _law_of_pearson(page: Page, c: Classes) -> None:
    """The covariance of the scaled gaps is a projection of rank k - 1."""
    unit, roots = symbol("u", (c.k, 1)), sqrt(c.shares)
    own = (*c.definitions, (unit, roots))
    page.say(Relation(unit, "=", roots), "roots of the probabilities")
    page.tell(unit.T @ unit, number(1), "a unit vector", SameValue(unit.T @ unit, number(1), own))
    scaled = diag(hadamard_quotient(ones(c.k), unit))
    covariance = scaled @ c.covariance @ scaled
    projection = eye(c.k) - unit @ unit.T
    rule = "covariance of (O - E)/sqrt(E): a projection"
    page.tell(covariance, projection, rule, SameValue(covariance, projection, own))
    rank = trace(projection)
    page.tell(rank, c.count - 1, "its rank", SameValue(rank, c.count - 1, own))
    rule = "nearly: (O - E)/sqrt(E) is nearly normal for large counts"
    page.law(CHI, "chi_squared", (c.count - 1,), rule)
    left = c.count - 1 - named("r", "nonnegative")
    page.say(
        Words("with r parameters fitted to these counts, ChiSquared({0})", (left,)),
        "r more directions are projected out",
    )


@cache
def contingency_page() -> Derivation:
    """Pearson's statistic of independence in a table."""
    r, c = Size.named("r"), Size.named("c")
    observed = symbol("O", (r, c), close_facts(("positive",), "O", (r, c)))
    expected, n = symbol("E", (r, c)), named("n", "positive")
    rows, columns = observed @ ones(c), observed.T @ ones(r)
    page = Page(
        Words(
            "chi-squared test of independence: counts {0} in {1} rows and {2} columns",
            (observed, size_node(r), size_node(c)),
        ),
        CHI,
        ((n, total(observed)), (expected, rows @ columns.T / n)),
    )
    page.say(
        Words(
            "under independence the shares are {0} for rows and {1} for columns",
            (rows / n, columns / n),
        ),
        "maximum likelihood: a multinomial share is its count over n",
    )
    page.say(
        Relation(expected, "=", rows @ columns.T / n),
        "expected counts: n times the product of the shares",
    )
    page.equal(expected @ ones(c), (rows, "the table of expected counts has the observed margins"))
    gaps = observed - expected
    pearson = total(hadamard_quotient(hadamard(gaps, gaps), expected))
    page.define(pearson, "the score statistic, as of one row of classes")
    u, v = symbol("u", (r, 1)), symbol("v", (c, 1))
    own = (*page.definitions, (u, sqrt(rows / n)), (v, sqrt(columns / n)))
    page.say(Words("{0} and {1} are the roots of the shares", (u, v)), "unit vectors")
    left, right = eye(r) - u @ u.T, eye(c) - v @ v.T
    scaled = symbol("D", (r, c))
    again = (*own, (scaled, hadamard_quotient(gaps, sqrt(expected))))
    page.say(
        Relation(scaled, "=", hadamard_quotient(gaps, sqrt(expected))),
        "nearly normal for large counts",
    )
    page.tell(
        left @ scaled @ right,
        scaled,
        "it has lost the directions u and v",
        SameValue(left @ scaled @ right, scaled, again),
    )
    ranks = trace(left) * trace(right)
    free = (size_node(r) - 1) * (size_node(c) - 1)
    page.tell(ranks, free, "rank of that projection", SameValue(ranks, free, own))
    page.law(CHI, "chi_squared", (free,), "nearly: where rows and columns are independent")
    page.say("p = P(V >= X), V with that law", LARGE)
    ratio = 2 * total(hadamard(observed, elementwise("log", hadamard_quotient(observed, expected))))
    page.tell(G, ratio, "the likelihood ratio has the same law")
    page.beside = (*not_below_zero(observed), *whole(observed), *above_zero(expected))
    return page.conclude((CHI, pearson), (G, ratio), arguments=(observed,))


@cache
def two_proportions_page() -> Derivation:
    """The score test that two proportions are one."""
    k, n = named("k_1", "positive"), named("n_1", "positive")
    j, m = named("k_2", "positive"), named("n_2", "positive")
    p, common = named("p", "probability"), named("p_hat", "probability")
    page = Page(
        Words(
            "test of one proportion in two groups: {0} of {1} and {2} of {3} successes",
            (k, n, j, m),
        ),
        Z,
        ((common, (k + j) / (n + m)),),
    )
    level = (k + j) * elementwise("log", p) + (n + m - k - j) * elementwise("log", 1 - p)
    slope = (k + j - (n + m) * p) / (p * (1 - p))
    page.say(
        Words("log likelihood of one proportion {0}: {1}", (p, level)), "a constant is left out"
    )
    page.slope(named("ell"), level, p, (slope, "zero at p_hat, the share of all successes"))
    spread = p * (1 - p) / n + p * (1 - p) / m
    page.say(
        Words("{0} has mean 0 and variance {1}", (k / n - j / m, spread)),
        "where the proportions are one",
    )
    page.claims.append(SameValue(spread, p * (1 - p) * (1 / n + 1 / m)))
    z = (k / n - j / m) / sqrt(common * (1 - common) * (1 / n + 1 / m))
    page.define(z, "insert p_hat; nearly Normal(0, 1) for large counts")
    p_value_words(page, "z")
    cells = ((k, n), (j, m))
    pearson = sum(
        (
            (hit - size * common) ** 2 / (size * common)
            + (hit - size * common) ** 2 / (size * (1 - common))
            for hit, size in cells
        ),
        number(0),
    )
    page.say(
        "its square is Pearson's statistic of the table with two rows and columns", "the same test"
    )
    inner = (Relation(k + j, ">", number(0)), Relation(k + j, "<", n + m))
    own = (
        (k, n * named("q_1", "probability")),
        (j, m * named("q_2", "probability")),
        *page.definitions,
    )
    page.claims.append(SameValue(z**2, pearson, own))
    page.beside = (*successes_in(k, n), *successes_in(j, m), *inner)
    return page.conclude((Z, z), arguments=(k, n, j, m), within=own[:2])


@cache
def odds_ratio_page() -> Derivation:
    """The Wald test of the logarithm of an odds ratio."""
    cells = tuple(named(letter, "positive") for letter in "abcd")
    a, b, c, d = cells
    theta, log_null = named("theta", "positive"), named("theta_0", "positive")
    page = Page(
        Words(
            "test of odds ratio {0}: table with rows {1}, {2} and {3}, {4}", (log_null, a, b, c, d)
        ),
        Z,
        ((theta, a * d / (b * c)),),
    )
    page.say(Relation(theta, "=", a * d / (b * c)), "odds a/b over odds c/d")
    log = elementwise("log", theta)
    split = (
        elementwise("log", a)
        - elementwise("log", b)
        - elementwise("log", c)
        + elementwise("log", d)
    )
    page.equal(log, (split, "a sum of logarithms"))
    gradient = GradientOf(elementwise("log", a), a, 1 / a, kind="line")
    page.tell(
        nabla(elementwise("log", a), a), 1 / a, "each logarithm moves so with its count", gradient
    )
    page.equal(
        (1 / a) ** 2 * a, (1 / a, "slope squared times the variance of a count, which is its mean")
    )
    spread = 1 / a + 1 / b + 1 / c + 1 / d
    page.say(
        Words("variance of {0}: {1}", (log, spread)),
        "variances add; fixed margins change nothing here",
    )
    z = (log - elementwise("log", log_null)) / sqrt(spread)
    page.define(z, "nearly Normal(0, 1) where the odds ratio is the one assumed")
    p_value_words(page, "z")
    return page.conclude((Z, z), arguments=(*cells, log_null))
