"""Pages about sample statistics: what they minimise, their bias, their spread.

Letters: x and y are samples of n values, v the variance of one value.
"""

from __future__ import annotations

from derive.check.cases import CaseClaim
from derive.check.claims import SameValue
from derive.check.relations import Equation
from derive.check.sample_cases import error_of_mean, mean_squares
from derive.derivation import Derivation
from derive.language.expression import Node, eye, number, ones, size_node
from derive.language.functions import elementwise, expectation, sqrt, total, trace
from derive.language.relations import Relation, Words
from derive.statistics.page_conditions import varied, whole
from derive.statistics.sheet import named
from derive.statistics.testing.page import Page, values

X = values("x", "n", named("x_bar"), named("S_x", "nonnegative"))
Y = values("y", "n", named("y_bar"), named("S_y", "nonnegative"))
N, V, M = named("n", "positive"), named("v", "positive"), named("m")


def mean_page() -> Derivation:
    """The mean minimises squares."""
    squares = X.about(M)
    page = Page(
        Words("the {0} with the least sum of squares about it", (M,)),
        named("m_star"),
        X.definitions,
    )
    page.tell(named("S"), squares, "squared distances of the sample")
    page.slope(
        named("S"),
        squares,
        M,
        (-2 * total(X.x - M * X.ones), "differentiate"),
        (2 * X.n * M - 2 * total(X.x), "sum"),
    )
    split = X.squares + X.n * (X.mean - M) ** 2
    page.tell(
        squares, split, "about the mean: least there", SameValue(squares, split, page.definitions)
    )
    page.define(X.mean, "the derivative is zero there alone")
    return page.conclude((page.answer, X.mean))


def variance_of_mean_page() -> Derivation:
    """The variance of a mean."""
    page = Page(
        Words("variance of the mean of {0} independent values of variance {1}", (N, V)),
        named("Var"),
        beside=whole(N),
    )
    page.say(
        Words("E[{0}] = {1}", (named("x_bar"), named("mu"))), "linearity: the mean has no bias"
    )
    page.define(
        (1 / N) ** 2 * (N * V), "variances of independent values add; a factor comes out squared"
    )
    result = V / N
    page.equal((1 / N) ** 2 * (N * V), (result, "cancel n"))
    page.claims.append(
        CaseClaim(result, (V, N), error_of_mean, "the mean squared error over all samples")
    )
    return page.conclude((page.answer, result))


def variance_page() -> Derivation:
    """The mean of a sum of squared deviations."""
    size = X.x.shape[0]
    H = eye(size) - ones(size) @ ones(size).T / X.n
    mu = named("mu")
    page = Page(
        Words("mean of the sum of squared deviations of {0} values of variance {1}", (N, V)),
        named("E_S"),
        beside=whole(N),
    )
    form = X.x.T @ H @ X.x
    page.tell(X.squares, form, "a quadratic form", SameValue(X.squares, form, X.definitions))
    page.say(
        Words("E[{0}] = {1}", (form, V * trace(H) + mu**2 * (X.ones.T @ H @ X.ones))),
        Words("E[x x'] = {0}", (V * eye(size) + mu**2 * X.ones @ X.ones.T,)),
    )
    drop = X.ones.T @ H @ X.ones
    page.tell(drop, number(0), "deviations do not see a common part", SameValue(drop, number(0)))
    page.tell(
        trace(H),
        size_node(size) - 1,
        "sum of the diagonal",
        SameValue(trace(H), size_node(size) - 1),
    )
    result = (N - 1) * V
    page.define(result, "so the sum over n - 1 has no bias")
    page.claims.append(
        CaseClaim(result, (N, V), mean_squares, "the mean over all samples of three values")
    )
    return page.conclude((page.answer, result))


def one_pass_page() -> Derivation:
    """The sum of squared deviations in one pass, and about a shift."""
    shift = named("c")
    page = Page(
        Words("sum of squared deviations in one pass over {0}", (X.x,)), X.squares, X.definitions
    )
    page.equal(X.squares, (X.x.T @ X.x - X.n * X.mean**2, "open the squares"))
    moved = X.about(shift) - X.n * (X.mean - shift) ** 2
    page.equal(X.squares, (moved, "the same about any shift: near the mean no digits cancel"))
    return page.conclude((named("S"), X.x.T @ X.x - X.n * X.mean**2), (named("T"), moved))


def correlation_page() -> Derivation:
    """The correlation lies between -1 and 1."""
    r, c = named("r"), named("S_xy")
    gaps = X.x - X.mean * X.ones, Y.x - Y.mean * Y.ones
    page = Page(
        Words("correlation of {0} and {1}, and its range", (X.x, Y.x)),
        r,
        (*X.definitions, *Y.definitions, (c, gaps[0].T @ gaps[1])),
        beside=(varied(X.x), varied(Y.x)),
    )
    rest = gaps[1] - c / X.squares * gaps[0]
    left = Y.squares - c**2 / X.squares
    page.tell(
        rest.T @ rest,
        left,
        "what of y is left along x: a sum of squares, not below 0",
        SameValue(rest.T @ rest, left, page.definitions),
    )
    bound = Relation(c**2, "<=", X.squares * Y.squares)
    page.say(bound, "the inequality of Cauchy and Schwarz")
    page.claims.append(Equation(bound, page.definitions))
    result = c / sqrt(X.squares * Y.squares)
    page.define(result, "covariance over both deviations")
    page.say(Relation(r**2, "<=", number(1)), "so it lies between -1 and 1")
    return page.conclude((r, result), arguments=(X.x, Y.x))


def slope_page() -> Derivation:
    """The slope of a least squares line is the correlation times a ratio of deviations."""
    r, c, b = named("r"), named("S_xy"), named("b")
    sx, sy = named("s_x", "positive"), named("s_y", "positive")
    gaps = X.x - X.mean * X.ones, Y.x - Y.mean * Y.ones
    page = Page(
        Words("slope of the line of least squares of {0} on {1}", (Y.x, X.x)),
        named("slope"),
        (
            *X.definitions,
            *Y.definitions,
            (c, gaps[0].T @ gaps[1]),
            (sx, sqrt(X.squares / (X.n - 1))),
            (sy, sqrt(Y.squares / (X.n - 1))),
            (r, c / sqrt(X.squares * Y.squares)),
        ),
        beside=(varied(X.x), varied(Y.x)),
    )
    loss = Y.squares - 2 * b * c + b**2 * X.squares
    away = gaps[1] - b * gaps[0]
    page.tell(
        away.T @ away,
        loss,
        "squares of what a slope b leaves",
        SameValue(away.T @ away, loss, page.definitions),
    )
    page.slope(named("L"), loss, b, (2 * b * X.squares - 2 * c, "differentiate"))
    page.define(c / X.squares, "the derivative is zero there alone")
    page.equal(c / X.squares, (r * sy / sx, "insert both deviations"))
    return page.conclude((page.answer, r * sy / sx), arguments=(X.x, Y.x))


def _indicator(node: Node) -> Node:
    return elementwise("closed_step", node)


def chebyshev_page() -> Derivation:
    """How much lies far from the mean."""
    k, z, sigma, mu = named("k", "positive"), named("z"), named("sigma", "positive"), named("mu")
    page = Page(
        Words("chance that a value lies {0} deviations or more from its mean", (k,)), named("bound")
    )
    far = _indicator(z**2 - k**2)
    page.say(Words("{0} = (x - {1})/{2} has mean square 1", (z, mu, sigma)), "standard units")
    bound = Relation(far, "<=", z**2 / k**2)
    page.say(bound, "1 where |z| >= k, where the right side is at least 1; else 0")
    page.claims.append(Equation(bound))
    page.say(Relation(expectation(far, "z", "z"), "<=", 1 / k**2), "means of both sides")
    page.define(1 / k**2, "the left side is P(|z| >= k)")
    return page.conclude((page.answer, 1 / k**2))


def standard_deviation_page() -> Derivation:
    """The sample standard deviation is too small in the mean."""
    s, sigma = named("s", "nonnegative"), named("sigma", "positive")
    page = Page(
        Words("bias of the standard deviation {0}, where {1} has mean {2}", (s, s**2, sigma**2)),
        named("tangent"),
    )
    tangent = sigma + (s**2 - sigma**2) / (2 * sigma)
    gap = (s - sigma) ** 2 / (2 * sigma)
    page.tell(
        tangent - s,
        gap,
        "the tangent of the root at sigma^2 lies above it",
        SameValue(tangent - s, gap),
    )
    below = Relation(s, "<=", tangent)
    page.say(below, "a square is not negative")
    page.claims.append(Equation(below))
    page.say(
        Relation(expectation(s, "s", "s"), "<=", sigma),
        "means of both sides, E[s^2] = sigma^2: Jensen",
    )
    page.say("equality only where s never varies", "the gap is a square")
    page.define(tangent, "what bounds the root from above")
    return page.conclude((page.answer, tangent), arguments=(s, sigma))


def median_page() -> Derivation:
    """The median minimises absolute deviations."""
    low, high = named("x_low"), named("x_high")
    below, above, step = (
        named("B", "nonnegative"),
        named("A", "nonnegative"),
        named("h", "positive"),
    )
    page = Page(
        Words("the {0} with the least sum of absolute deviations", (M,)),
        named("m_star"),
        beside=(Relation(low, "<=", high),),
    )
    page.tell(named("D"), elementwise_abs(X.x - M * X.ones), "absolute distances of the sample")
    page.say(
        Words(
            "move {0} up by {1}, past no value: {2} values below it get further, {3} above nearer",
            (M, step, below, above),
        ),
        "count signs",
    )
    change = below * step - above * step
    page.equal(change, ((below - above) * step, "change of D"))
    page.say(
        Words("D falls while {0} < {1} and rises once {0} > {1}", (below, above)),
        "sign of the change",
    )
    page.say("least where as many values lie below as above: the middle value", "an odd number")
    page.say(
        Words(
            "of an even number every point from {0} to {1}, the middle two, is least", (low, high)
        ),
        "there B = A",
    )
    result = (low + high) / 2
    page.define(result, "the middle of them; with an odd number they are one")
    inside = named("u", "probability")
    point = low + inside * (high - low)
    both = elementwise("abs", low - M) + elementwise("abs", high - M)
    page.claims.append(Equation(Relation(both, ">=", elementwise("abs", high - low))))
    gap = named("g", "nonnegative")
    at = ((high, low + gap), (M, point))
    page.claims.append(SameValue(both, gap, at))
    return page.conclude((page.answer, result), arguments=(low, high))


def elementwise_abs(node: Node) -> Node:
    """The sum of the absolute values."""
    return total(elementwise("abs", node))
