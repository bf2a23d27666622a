"""Pages about tests of means of normal samples: z and t, one sample, two and pairs.

Letters: x and y are samples of length n and m, S_x and S_y their sums of squares about their
means, s^2 a variance, V a sum of squares over sigma^2.
"""

from __future__ import annotations

from functools import cache

from derive.check.claims import SameValue
from derive.derivation import Derivation
from derive.language.expression import Node, eye, number, ones, symbol, zero
from derive.language.extremes import largest, smallest
from derive.language.functions import elementwise, sqrt, trace
from derive.language.relations import Relation, Words
from derive.statistics.page_conditions import varied
from derive.statistics.sheet import named
from derive.statistics.testing.page import Page, Values, values

SIGMA, MU0, MU, DELTA = named("sigma", "positive"), named("mu_0"), named("mu"), named("delta")
X = values("x", "n", named("x_bar"), named("S_x", "nonnegative"))
Y = values("y", "m", named("y_bar"), named("S_y", "nonnegative"))
S, Z, T, V = named("s", "positive"), named("z"), named("t"), named("V")


def p_value_words(page: Page, letter: str) -> None:
    """Which tail is the p-value."""
    big = letter.upper()
    page.say(
        f"p = P({big} >= {letter}), P({big} <= {letter}) or P(|{big}| >= |{letter}|), "
        f"{big} with the null law",
        "against larger, smaller or both",
    )


def twice_the_smaller(page: Page, letter: str) -> None:
    """The p-value of a statistic whose law is not symmetric."""
    page.say(
        f"p = P({letter}' >= {letter}), P({letter}' <= {letter}) or twice the smaller, "
        f"{letter}' with the null law",
        "against larger, smaller or both",
    )


def likelihood_of_mean(page: Page, v: Values, known: bool) -> None:
    """Twice the log likelihood ratio of mean mu_0, sigma known or not."""
    n, loss = v.n, named("W")
    about = named("S_0", "nonnegative")
    gap = v.mean - MU0
    words = "the cross terms vanish: deviations from the mean sum to 0"
    page.claims.append(
        SameValue(
            v.about(MU0), v.squares + n * gap**2, page.definitions, conditions=page.conditions
        )
    )
    page.say(Relation(v.about(MU0), "=", v.squares + n * gap**2), words)
    if known:
        before = (v.about(MU0) - v.squares) / SIGMA**2
        page.tell(
            loss, before, Words("-2 log of the likelihood at {0} over that at {1}", (MU0, v.mean))
        )
        page.equal(before, (n * gap**2 / SIGMA**2, "the split"))
        return
    variance = named("v", "positive")
    level = -n / 2 * elementwise("log", variance) - about / (2 * variance)
    page.say(
        Words(
            "log likelihood at its best {0} for mean {1}: {2} and a constant",
            (variance, MU0, level),
        ),
        Words("{0} is the sum of squares about {1}", (about, MU0)),
    )
    slope = (about - n * variance) / (2 * variance**2)
    page.slope(named("ell"), level, variance, (slope, "zero at v = S_0/n, where it is largest"))
    ratio = n * elementwise("log", v.about(MU0) / v.squares)
    page.tell(
        loss,
        ratio,
        Words("-2 log of the ratio of both maxima, about {0} and about {1}", (MU0, v.mean)),
    )


def rotation(page: Page, v: Values) -> None:
    """The mean is independent of the sum of squares, which has n - 1 degrees of freedom."""
    size = v.x.shape[0]
    n = v.n
    H = eye(size) - ones(size) @ ones(size).T / n
    centred = symbol("H", (size, size))
    own = (*page.definitions, (centred, H))

    def claimed(before: Node, after: Node, rule: str) -> None:
        page.tell(before, after, rule, SameValue(before, after, own))

    gaps = v.x - v.mean * v.ones
    page.tell(gaps, H @ v.x, "deviations from the mean", SameValue(gaps, H @ v.x, own))
    claimed(
        H @ ones(size),
        zero((size, 1)),
        "so they are uncorrelated with the mean; normal: independent",
    )
    claimed(H @ H, H, "a projection")
    claimed(trace(H), n - 1, "its rank: n - 1 squares of independent standard normal values")
    page.law(v.squares / SIGMA**2, "chi_squared", (n - 1,), "rotate to an orthonormal basis")


def known_sigma(v: Values) -> Node:
    """The z statistic."""
    return (v.mean - MU0) / (SIGMA / sqrt(v.n))


@cache
def z_page() -> Derivation:
    """The z test of one mean."""
    page = Page(
        Words(
            "z test of mean {0}: {1} independent Normal({2}, {3}), {4} known",
            (MU0, X.x, MU, SIGMA**2, SIGMA),
        ),
        Z,
        X.definitions,
    )
    likelihood_of_mean(page, X, known=True)
    z = known_sigma(X)
    page.define(z, "W = z^2 is large where |z| is")
    claim_square(page, X.n * (X.mean - MU0) ** 2 / SIGMA**2, z**2)
    page.say(
        Words("{0} is Normal({1}, {2})", (X.mean, MU, SIGMA**2 / X.n)),
        "a sum of independent normal values is normal: means and variances add",
    )
    page.say(
        Words(
            "{0} has the law Normal({1}, 1), and Normal(0, 1) at {2} = {3}",
            (Z, (MU - MU0) * sqrt(X.n) / SIGMA, MU, MU0),
        ),
        "subtract the mean, divide by the deviation",
    )
    p_value_words(page, "z")
    return page.conclude((Z, z), arguments=(X.x, MU0, SIGMA))


def claim_square(page: Page, before: Node, after: Node) -> None:
    """What the statistic says of the likelihood ratio."""
    page.claims.append(SameValue(before, after, page.definitions, conditions=page.conditions))


@cache
def t_page() -> Derivation:
    """The t test of one mean."""
    page = Page(
        Words(
            "t test of mean {0}: {1} independent Normal({2}, {3}), {4} not known",
            (MU0, X.x, MU, SIGMA**2, SIGMA),
        ),
        T,
        (*X.definitions, (S, sqrt(X.squares / (X.n - 1)))),
        beside=(varied(X.x),),
    )
    return _t_of(page, X)


@cache
def paired_page() -> Derivation:
    """The t test of a mean difference of pairs: that of one sample of differences."""
    d = named("d_bar")
    size = X.x.shape[0]
    x, y = X.x, symbol("y", (size, 1))
    diffs = symbol("d", (size, 1))
    pairs = Values(diffs, X.n, d, named("S_d", "nonnegative"))
    page = Page(
        Words(
            "paired t test of mean difference {0}: {1} independent Normal({2}, {3})",
            (MU0, diffs, MU, SIGMA**2),
        ),
        T,
        ((diffs, x - y), *pairs.definitions, (S, sqrt(pairs.squares / (X.n - 1)))),
        beside=(varied(diffs),),
    )
    page.say("what both values of a pair share is gone from their difference", "one sample")
    return _t_of(page, pairs, (x, y))


def _name_parts(page: Page, z: Node, v: Node) -> None:
    """The two independent parts of a t statistic."""
    page.say(Relation(Z, "=", z), "Normal(0, 1) under the null hypothesis")
    page.say(Relation(V, "=", v), "independent of z")


def _t_of(page: Page, v: Values, arguments: tuple[Node, ...] = ()) -> Derivation:
    """The t test of the mean of one sample."""
    t = (v.mean - MU0) / (S / sqrt(v.n))
    likelihood_of_mean(page, v, known=False)
    ratio = v.n * elementwise("log", v.about(MU0) / v.squares)
    found = v.n * elementwise("log", 1 + t**2 / (v.n - 1))
    page.claims.append(SameValue(ratio, found, page.definitions))
    page.say(
        Relation(named("W"), "=", v.n * elementwise("log", 1 + T**2 / (v.n - 1))),
        "insert the split: W is large where |t| is",
    )
    page.define(t, "so t is the statistic")
    rotation(page, v)
    _name_parts(page, known_sigma(v), v.squares / SIGMA**2)
    chi = V / (v.n - 1)
    quotient = Z / sqrt(chi)
    own = (*page.definitions, (Z, known_sigma(v)), (V, v.squares / SIGMA**2))
    page.tell(
        t,
        quotient,
        "divide by sigma/sqrt(n): z is normal, V chi-squared",
        SameValue(t, quotient, own),
    )
    page.law(T, "student", (v.n - 1,), Words("at mean {0}: independent z and V", (MU0,)))
    p_value_words(page, "t")
    page.say(
        Words(
            "else {0} is noncentral with shift {1}",
            (T, (MU - MU0) * sqrt(v.n) / SIGMA),
        ),
        "power: the mean of z is the shift",
    )
    return page.conclude((T, t), arguments=(*(arguments or (v.x,)), MU0))


# --- two samples ------------------------------------------------------------------------


def _two_samples(
    question: str, nodes: tuple[Node, ...], answer: Node, *more: tuple[Node, Node]
) -> Page:
    return Page(Words(question, nodes), answer, (*X.definitions, *Y.definitions, *more))


@cache
def two_sample_z_page() -> Derivation:
    """The z test of a difference of means."""
    sx, sy = named("sigma_x", "positive"), named("sigma_y", "positive")
    page = Page(
        Words(
            "z test of difference {0} of means: {1} and {2} normal, deviations {3} and {4} known",
            (MU0, X.x, Y.x, sx, sy),
        ),
        Z,
        (X.definitions[0], Y.definitions[0]),
    )
    spread = sx**2 / X.n + sy**2 / Y.n
    page.say(
        Words("{0} is normal with mean {1} and variance {2}", (X.mean - Y.mean, DELTA, spread)),
        "independent samples: means subtract, variances add",
    )
    z = (X.mean - Y.mean - MU0) / sqrt(spread)
    page.define(z, "subtract the mean of the null hypothesis, divide by the deviation")
    page.say(
        Words("{0} has the law Normal({1}, 1)", (Z, (DELTA - MU0) / sqrt(spread))),
        Words("Normal(0, 1) where the difference is {0}", (MU0,)),
    )
    p_value_words(page, "z")
    return page.conclude((Z, z), arguments=(X.x, Y.x, MU0, sx, sy))


def some_spread() -> Relation:
    """One of two samples has two different values at least."""
    spreads = [largest(v.x) - smallest(v.x) for v in (X, Y)]
    return Relation(spreads[0] + spreads[1], ">", number(0))


def two_values(*samples: Values) -> tuple[Relation, ...]:
    """Each sample has two values at least."""
    return tuple(Relation(v.n, ">=", number(2)) for v in samples)


def pooled_parts() -> tuple[Node, Node]:
    """The pooled variance, and the statistic with s for its root."""
    n, m = X.n, Y.n
    pooled = (X.squares + Y.squares) / (n + m - 2)
    return pooled, (X.mean - Y.mean - MU0) / (S * sqrt(1 / n + 1 / m))


@cache
def pooled_page() -> Derivation:
    """The t test of a difference of means, one variance in both samples."""
    n, m = X.n, Y.n
    pooled, t = pooled_parts()
    page = _two_samples(
        "t test of difference {0} of means: {1} and {2} normal, one variance {3} in both",
        (MU0, X.x, Y.x, SIGMA**2),
        T,
        (S, sqrt(pooled)),
    )
    page.say(
        Words(
            "{0} is normal with mean {1} and variance {2}",
            (X.mean - Y.mean, DELTA, SIGMA**2 * (1 / n + 1 / m)),
        ),
        "independent samples: means subtract, variances add",
    )
    rotation(page, X)
    page.law(
        (X.squares + Y.squares) / SIGMA**2,
        "chi_squared",
        (n + m - 2,),
        "n - 1 and m - 1 squares, independent of both means",
    )
    scale = SIGMA * sqrt(1 / n + 1 / m)
    _name_parts(page, (X.mean - Y.mean - MU0) / scale, (X.squares + Y.squares) / SIGMA**2)
    page.define(t, "the deviation with the pooled s in the place of sigma")
    quotient = Z / sqrt(V / (n + m - 2))
    own = (
        *page.definitions,
        (Z, (X.mean - Y.mean - MU0) / scale),
        (V, (X.squares + Y.squares) / SIGMA**2),
    )
    page.tell(t, quotient, "z is normal, V chi-squared", SameValue(t, quotient, own))
    page.law(T, "student", (n + m - 2,), Words("at difference {0}: independent z and V", (MU0,)))
    p_value_words(page, "t")
    page.beside = (some_spread(),)
    return page.conclude((T, t), arguments=(X.x, Y.x, MU0))


@cache
def welch_page() -> Derivation:
    """The t test of a difference of means, two variances, by matching two moments."""
    n, m = X.n, Y.n
    a, b, nu = named("a", "nonnegative"), named("b", "nonnegative"), named("nu", "positive")
    page = _two_samples(
        "t test of difference {0} of means: {1} and {2} normal, two variances",
        (MU0, X.x, Y.x),
        T,
        (a, X.squares / (n - 1) / n),
        (b, Y.squares / (m - 1) / m),
    )
    page.say(
        Words("{0} and {1} estimate the variances of {2} and {3}", (a, b, X.mean, Y.mean)),
        "no bias",
    )
    t = (X.mean - Y.mean - MU0) / sqrt(a + b)
    page.define(t, "the estimated deviation of the difference")
    page.say(
        Words(
            "let {0} have the law of {1} times ChiSquared({2})/{2}, {1} its mean",
            (a + b, named("c"), nu),
        ),
        "an approximation: it has the right mean",
    )
    page.say(
        Words(
            "its variance {0} must be {1}",
            (
                2 * named("c") ** 2 / nu,
                2 * named("a") ** 2 / (n - 1) + 2 * named("b") ** 2 / (m - 1),
            ),
        ),
        "the variance of ChiSquared(k)/k is 2/k; insert a and b for their means",
    )
    degrees = (a + b) ** 2 / (a**2 / (n - 1) + b**2 / (m - 1))
    fits = 2 * (a + b) ** 2 / degrees
    page.tell(nu, degrees, Words("solve for {0}", (nu,)))
    page.claims.append(SameValue(fits, 2 * a**2 / (n - 1) + 2 * b**2 / (m - 1), page.definitions))
    page.law(T, "student", (nu,), Words("nearly: at difference {0}, by that approximation", (MU0,)))
    p_value_words(page, "t")
    page.beside = (*two_values(X, Y), some_spread())
    return page.conclude((T, t), (nu, degrees), arguments=(X.x, Y.x, MU0))
