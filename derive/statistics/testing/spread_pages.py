"""Pages about tests of variances, of several means, and of a correlation, normal samples.

Letters: as in ``mean_pages``; of k groups n, y_bar and S are the sizes, means and sums of
squares about the means, as vectors.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from derive.check.cases import CaseClaim
from derive.check.claims import SameValue
from derive.check.gradients import GradientOf
from derive.check.pivot_cases import fisher_steps
from derive.derivation import Derivation
from derive.language.expression import Node, eye, number, ones, size_node, symbol
from derive.language.facts import close_facts
from derive.language.functions import elementwise, hadamard, nabla, sqrt, total, trace
from derive.language.relations import Relation, Words
from derive.language.sizes import Size
from derive.statistics.page_conditions import not_below_zero, varied, whole
from derive.statistics.sheet import named
from derive.statistics.testing.mean_pages import (
    MU,
    SIGMA,
    T,
    V,
    X,
    Y,
    Z,
    p_value_words,
    rotation,
    twice_the_smaller,
    two_values,
)
from derive.statistics.testing.page import Page

SIGMA0, F, R, RHO = named("sigma_0", "positive"), named("F"), named("r"), named("rho")


@cache
def variance_page() -> Derivation:
    """The chi-squared test of one variance."""
    chi, v = named("V"), named("v", "positive")
    page = Page(
        Words(
            "test of variance {0}: {1} independent Normal({2}, {3})",
            (SIGMA0**2, X.x, MU, SIGMA**2),
        ),
        chi,
        X.definitions,
    )
    level = -X.n / 2 * elementwise("log", v) - X.squares / (2 * v)
    page.say(
        Words("log likelihood of a variance {0} at its best mean: {1} and a constant", (v, level)),
        Words("the mean is {0}", (X.mean,)),
    )
    slope = (X.squares - X.n * v) / (2 * v**2)
    page.slope(
        named("ell"), level, v, (slope, "it depends on the data by the sum of squares alone")
    )
    page.define(X.squares / SIGMA0**2, "large where the variance is above the one assumed")
    rotation(page, X)
    page.say(
        Words("so {0} has the law ChiSquared({1})", (chi, X.n - 1)),
        Words("at {0} = {1}", (SIGMA, SIGMA0)),
    )
    twice_the_smaller(page, "V")
    page.say(
        Words("else {0} has that law", (chi * SIGMA0**2 / SIGMA**2,)), "power: a change of scale"
    )
    page.beside = two_values(X)
    return page.conclude((chi, X.squares / SIGMA0**2), arguments=(X.x, SIGMA0))


@cache
def variance_ratio_page() -> Derivation:
    """The F test of a ratio of variances."""
    ratio = named("rho_0", "positive")
    sx, sy = named("sigma_x", "positive"), named("sigma_y", "positive")
    page = Page(
        Words("test of ratio {0} of variances: {1} and {2} normal", (ratio, X.x, Y.x)),
        F,
        (*X.definitions, *Y.definitions),
    )
    rotation_words = "independent samples; the rotation of each to an orthonormal basis"
    page.law(X.squares / sx**2, "chi_squared", (X.n - 1,), rotation_words)
    page.law(Y.squares / sy**2, "chi_squared", (Y.n - 1,), rotation_words)
    means = (X.squares / (X.n - 1)) / (Y.squares / (Y.n - 1))
    result = means / ratio
    page.define(result, "the ratio of both estimates over the one assumed")
    inside = (X.squares / sx**2 / (X.n - 1)) / (Y.squares / sy**2 / (Y.n - 1))
    own = (*page.definitions, (ratio, sx**2 / sy**2))
    page.tell(
        result,
        inside,
        "divide above and below by the variances, of that ratio",
        SameValue(result, inside, own),
    )
    page.law(F, "f", (X.n - 1, Y.n - 1), "independent chi-squared values over their degrees")
    twice_the_smaller(page, "F")
    page.beside = (*two_values(X), varied(Y.x))
    return page.conclude((F, result), arguments=(X.x, Y.x, ratio))


@dataclass(frozen=True)
class Groups:
    """Groups of values: their number k, sizes, means and sums of squares, and what is made of them.

    ``grand`` is the mean of all, ``between`` and ``within`` the two parts of all squares.
    """

    k: Size
    sizes: Node
    means: Node
    squares: Node
    whole: Node
    grand: Node
    between: Node
    within: Node

    @property
    def count(self) -> Node:
        """The number of groups."""
        return size_node(self.k)

    @property
    def definitions(self) -> tuple[tuple[Node, Node], ...]:
        """What the names stand for."""
        gaps = self.means - self.grand * ones(self.k)
        return (
            (self.whole, total(self.sizes)),
            (self.grand, self.sizes.T @ self.means / self.whole),
            (self.between, total(hadamard(self.sizes, gaps, gaps))),
            (self.within, total(self.squares)),
        )

    @property
    def conditions(self) -> tuple[Relation, ...]:
        """Two groups at least, and in one of them values that differ."""
        return (
            Relation(self.count, ">=", number(2)),
            *whole(self.sizes),
            Relation(self.whole, ">", self.count),
            *not_below_zero(self.squares),
            Relation(self.within, ">", number(0)),
        )


def _groups() -> Groups:
    k = Size.named("k")
    facts = close_facts(("positive",), "n", (k, 1))
    return Groups(
        k=k,
        sizes=symbol("n", (k, 1), facts),
        means=symbol("y_bar", (k, 1)),
        squares=symbol("S", (k, 1), facts),
        whole=named("N", "positive"),
        grand=named("g"),
        between=named("B", "nonnegative"),
        within=named("W", "positive"),
    )


@cache
def anova_page() -> Derivation:
    """Analysis of variance: the split of squares and the F test."""
    g = _groups()
    words = Words(
        "analysis of variance: {0} groups of sizes {1}, independent Normal({2}, {3})",
        (g.count, g.sizes, named("mu_j"), SIGMA**2),
    )
    page = Page(words, F, g.definitions)
    _split_squares(page, g)
    _law_between(page, g)
    result = (g.between / (g.count - 1)) / (g.within / (g.whole - g.count))
    page.define(result, "the ratio of both estimates of the variance")
    degrees = (g.count - 1, g.whole - g.count)
    page.law(F, "f", degrees, "independent chi-squared values over their degrees")
    page.say("p = P(F' >= F), F' with the null law", "large values speak against one mean")
    _say_shift(page, g)
    page.beside = g.conditions
    return page.conclude((F, result), arguments=(g.sizes, g.means, g.squares))


def _split_squares(page: Page, g: Groups) -> None:
    """All squares are those within groups and those between; the law of the first."""
    about = X.about(g.grand)
    split = X.squares + X.n * (X.mean - g.grand) ** 2
    page.tell(
        about,
        split,
        "within one group: its deviations from its mean sum to 0",
        SameValue(about, split, X.definitions),
    )
    both = g.within + g.between
    page.say(
        Words("summed over the groups, all squares about {0} are {1}", (g.grand, both)),
        "the split: within groups and between their means",
    )
    page.say(
        Relation(named("L"), "=", g.whole * elementwise("log", both / g.within)),
        "-2 log of the likelihood ratio, one mean against k: large where B/W is",
    )
    degrees = (g.whole - g.count,)
    rule = "n_j - 1 squares of each group, independent of the means"
    page.law(g.within / SIGMA**2, "chi_squared", degrees, rule)


def _law_between(page: Page, g: Groups) -> None:
    """The squares between groups are those of a projection of rank k - 1."""
    shares = sqrt(g.sizes) / sqrt(g.whole)
    unit = symbol("u", (g.k, 1))
    own = (*page.definitions, (unit, shares))
    page.say(Relation(unit, "=", shares), "roots of the shares of the groups")
    page.tell(unit.T @ unit, number(1), "a unit vector", SameValue(unit.T @ unit, number(1), own))
    projection = eye(g.k) - unit @ unit.T
    scaled = hadamard(sqrt(g.sizes), g.means)
    form, rank = scaled.T @ projection @ scaled, trace(projection)
    rule = "what is left of the means without their common part"
    page.tell(g.between, form, rule, SameValue(g.between, form, own))
    page.tell(rank, g.count - 1, "its rank", SameValue(rank, g.count - 1, own))
    rule = "where all group means are one"
    page.law(g.between / SIGMA**2, "chi_squared", (g.count - 1,), rule)


def _say_shift(page: Page, g: Groups) -> None:
    """How far the law of F moves where the group means differ."""
    mean, shift, mus = named("mu_bar"), named("lambda"), symbol("mu", (g.k, 1))
    away = mus - mean * ones(g.k)
    page.say(
        Relation(shift, "=", total(hadamard(g.sizes, away, away)) / SIGMA**2),
        Words("power: else {0} is noncentral with this shift, {1} the mean of all", (F, mean)),
    )


@cache
def correlation_page() -> Derivation:
    """The exact t test of no correlation."""
    size = X.x.shape[0]
    n, x, y = X.n, X.x, symbol("y", (size, 1))
    centring = eye(size) - ones(size) @ ones(size).T / n
    H = symbol("H", (size, size))
    a, b = named("S_xx", "positive"), named("S_yy", "positive")
    cross = named("S_xy")
    page = Page(
        Words("t test of no correlation: {0} and {1} pairs of a normal law", (x, y)),
        T,
        (
            (H, centring),
            (a, x.T @ H @ x),
            (b, y.T @ H @ y),
            (cross, x.T @ H @ y),
            (R, cross / sqrt(a * b)),
        ),
    )
    unit = symbol("u", (size, 1))
    own = (*page.definitions, (unit, H @ x / sqrt(a)))

    def claimed(before: Node, after: Node, rule: str) -> None:
        page.tell(before, after, rule, SameValue(before, after, own))

    page.say(Relation(unit, "=", H @ x / sqrt(a)), "x held fixed: a direction")
    claimed(unit.T @ unit, number(1), "a unit vector")
    claimed((unit.T @ y) ** 2, R**2 * b, "the part of S_yy along u, one square")
    projection = H - unit @ unit.T
    claimed(projection @ unit, 0 * unit, "the rest is independent of it")
    claimed(y.T @ projection @ y, (1 - R**2) * b, "the rest of S_yy")
    claimed(trace(projection), n - 2, "its rank: n - 2 squares")
    rest = (1 - R**2) * b
    page.law(rest / SIGMA**2, "chi_squared", (n - 2,), "where y does not depend on x")
    page.say(
        Relation(named("W"), "=", -n * elementwise("log", 1 - R**2)),
        "-2 log of the likelihood ratio: large where |r| is",
    )
    t = R * sqrt((n - 2) / (1 - R**2))
    page.define(t, "grows with r, and has a known law")
    quotient = Z / sqrt(V / (n - 2))
    parts = (*own, (Z, unit.T @ y / SIGMA), (V, rest / SIGMA**2))
    page.say(Relation(Z, "=", unit.T @ y / SIGMA), "Normal(0, 1)")
    page.say(Relation(V, "=", rest / SIGMA**2), "independent of z")
    page.tell(t, quotient, "divide above and below by the deviation", SameValue(t, quotient, parts))
    page.law(T, "student", (n - 2,), "the same for every x, so without holding x")
    p_value_words(page, "t")
    page.beside = (Relation(n, ">=", number(3)), varied(x), varied(y))
    return page.conclude((T, t), arguments=(x, y))


@cache
def fisher_z_page() -> Derivation:
    """The approximate z test of a correlation that is not zero."""
    n, rho0 = named("n", "positive"), named("rho_0")
    r, rho = named("r"), named("rho")
    inside = (
        Relation(elementwise("abs", r), "<", number(1)),
        Relation(elementwise("abs", rho0), "<", number(1)),
        Relation(n, ">", number(3)),
    )
    page = Page(
        Words("z test of correlation {0} of a normal law, from {1} of {2} pairs", (rho0, r, n)),
        Z,
        conditions=inside,
    )

    def fisher(c: Node) -> Node:
        return elementwise("log", (1 + c) / (1 - c)) / 2

    page.say(
        Words(
            "{0} is nearly normal with mean {1} and variance {2}", (r, rho, (1 - rho**2) ** 2 / n)
        ),
        "many pairs; the variance moves with the mean",
    )
    inner = (Relation(elementwise("abs", rho), "<", number(1)),)
    slope = 1 / (1 - rho**2)
    page.tell(named("g"), fisher(rho), "a function whose slope cancels that")
    from_rule = GradientOf(fisher(rho), rho, slope, conditions=inner, kind="line")
    page.tell(nabla(named("g"), rho), slope, "differentiate", from_rule)
    product = slope**2 * ((1 - rho**2) ** 2 / n)
    page.tell(
        product,
        1 / n,
        "variance of g(r): slope squared times variance",
        SameValue(product, 1 / n, ((rho, 2 * named("q", "probability") - 1),)),
    )
    page.say(
        Words(
            "the next order makes it {0} at no correlation, which {1} matches",
            (1 / (n - 1) + 2 / (n - 1) ** 2, 1 / (n - 3)),
        ),
        Words("they differ by {0}", (4 / ((n - 1) ** 2 * (n - 3)),)),
    )
    gap = 1 / (n - 3) - (1 / (n - 1) + 2 / (n - 1) ** 2)
    more = ((n, 3 + named("q", "positive")),)
    page.claims.append(SameValue(gap, 4 / ((n - 1) ** 2 * (n - 3)), more))
    result = (fisher(r) - fisher(rho0)) * sqrt(n - 3)
    page.define(result, "nearly Normal(0, 1) where the correlation is the one assumed")
    p_value_words(page, "z")
    shares = named("q_1", "probability"), named("q_2", "probability")
    within = ((r, 2 * shares[0] - 1), (rho0, 2 * shares[1] - 1), (n, 3 + named("q", "positive")))
    page.claims.append(
        CaseClaim(result, (r, n, rho0), fisher_steps, "the integral of 1/(1 - rho^2), scaled")
    )
    page.beside = whole(n)
    return page.conclude((Z, result), arguments=(r, n, rho0), within=within)
