"""Pages about the normal and the exponential law.

Letters: mu, sigma of a normal value; r, a, b are rates of exponential values.
"""

from __future__ import annotations

from derive.check.cases import CaseClaim
from derive.check.claims import SameValue
from derive.check.gradients import GradientOf
from derive.check.law_page_cases import (
    exponential_moment,
    exponential_variance,
    first_is_less,
    least_of_two,
    normal_total,
    squared_total,
    sum_of_normals,
    survival,
    survival_given,
)
from derive.derivation import Derivation
from derive.language.expression import Node, constant, negative
from derive.language.functions import elementwise, nabla, sqrt
from derive.language.relations import Words
from derive.statistics.page_conditions import above_zero
from derive.statistics.sheet import Sheet, named

X, Y, MU, A, B, S = (named(name) for name in ("x", "y", "mu", "a", "b", "s"))
SIGMA, TAU, RADIUS = (named(name, "positive") for name in ("sigma", "tau", "rho"))
ANGLE = named("phi")
PI = constant("pi")


def _exp(node: Node) -> Node:
    return elementwise("exp", node)


def _tell_same(sheet: Sheet, before: Node, after: Node, rule: str | Words) -> None:
    sheet.tell(before, after, rule, SameValue(before, after))


def normal_constant_page() -> Derivation:
    """The constant of the normal density, by polar coordinates."""
    square = _exp(-((X - MU) ** 2) / (2 * SIGMA**2))
    total = named("I")
    sheet = Sheet(
        Words("the integral {0} of {1} over {2} in R", (total, square, X)),
        total,
        conditions=above_zero(SIGMA),
    )
    unit = named("J")
    sheet.say(
        Words(
            "{0} = {1}, {2} the integral of {3} over R",
            (total, SIGMA * unit, unit, _exp(-(X**2) / 2)),
        ),
        Words("{0} by {1}", (X, MU + SIGMA * X)),
    )
    plane = _exp(-(X**2 + Y**2) / 2)
    sheet.say(
        Words("{0} is the integral of {1} over the plane", (unit**2, plane)),
        Words("write {0} with two letters", (unit,)),
    )
    east, north = RADIUS * elementwise("cos", ANGLE), RADIUS * elementwise("sin", ANGLE)
    sheet.say(
        Words("{0} = {1}, {2} = {3}: {4} = {5}", (X, east, Y, north, X**2 + Y**2, RADIUS**2)),
        "polar coordinates",
    )
    sheet.claims.append(SameValue(east**2 + north**2, RADIUS**2))
    cosine, sine = elementwise("cos", ANGLE), elementwise("sin", ANGLE)
    stretch = cosine * (RADIUS * cosine) - (-RADIUS * sine) * sine
    _tell_same(sheet, stretch, RADIUS, "the determinant of the Jacobian matrix")
    inside = RADIUS * _exp(-(RADIUS**2) / 2)
    rise = negative(_exp(-(RADIUS**2) / 2))
    name = named("F")
    sheet.say(
        Words(
            "{0} is the integral of {1} over {2} > 0 and {3} in (0, {4})",
            (unit**2, inside, RADIUS, ANGLE, 2 * PI),
        ),
        "the density of a ring",
    )
    sheet.tell(name, rise, "an antiderivative")
    sheet.tell(
        nabla(name, RADIUS),
        inside,
        Words("differentiate in {0}: F rises from −1 to 0", (RADIUS,)),
        GradientOf(rise, RADIUS, inside, kind="line"),
    )
    whole = CaseClaim(2 * PI, (), squared_total, "the squared integral over the line", "line")
    sheet.tell(unit**2, 2 * PI, "so the inner integral is 1", whole)
    result = SIGMA * sqrt(2 * PI)
    sheet.define(result, "the root")
    return sheet.finish(result, normal_total, "the integral, by quadrature")


def normal_sum_page() -> Derivation:
    """The sum of two normal values is normal, by completing the square."""
    sheet = Sheet(
        Words(
            "density at {0} of the sum of independent Normal({1}, {2}) and Normal({3}, {4}) values",
            (S, A, SIGMA, B, TAU),
        ),
        named("f"),
        conditions=above_zero(SIGMA, TAU),
    )
    first, second = (X - A) ** 2 / (2 * SIGMA**2), (S - X - B) ** 2 / (2 * TAU**2)
    both = _exp(-first - second) / (2 * PI * SIGMA * TAU)
    sheet.say(
        Words("{0} is the integral of {1} over {2} in R", (sheet.answer, both, X)), "convolution"
    )
    spread = SIGMA**2 + TAU**2
    centre = (TAU**2 * A + SIGMA**2 * (S - B)) / spread
    width = SIGMA**2 * TAU**2 / spread
    c, v = named("c"), named("v", "positive")
    rest = (S - A - B) ** 2 / (2 * spread)
    whole = (X - c) ** 2 / (2 * v) + rest
    meant = ((c, centre), (v, width))
    sheet.tell(c, centre, "where the exponent is least")
    sheet.tell(v, width, "its curvature, inverted")
    sheet.tell(
        first + second, whole, "complete the square", SameValue(first + second, whole, meant)
    )
    total = sqrt(2 * PI * v)
    sheet.say(
        Words("the integral of {0} over R is {1}", (_exp(-((X - c) ** 2) / (2 * v)), total)),
        "the normal constant",
    )
    constant_of = SIGMA * sqrt(2 * PI)
    words = "the integral of the exponential of a square"
    sheet.claims.append(CaseClaim(constant_of, (SIGMA,), normal_total, words, "line"))
    ahead = total / (2 * PI * SIGMA * TAU)
    short = 1 / sqrt(2 * PI * spread)
    sheet.tell(ahead, short, "what is left ahead", SameValue(ahead, short, meant))
    result = _exp(-rest) / sqrt(2 * PI * spread)
    sheet.define(result, "the density of Normal(a + b, sqrt(sigma^2 + tau^2))")
    return sheet.finish(result, sum_of_normals, "the integral of the product of both densities")


# --- the exponential law ------------------------------------------------------------------

R, AT, WAIT, T = (named(name, "positive") for name in ("r", "x", "s", "t"))
FIRST, SECOND = named("a", "positive"), named("b", "positive")


def _survival(sheet: Sheet, rate: Node) -> Node:
    """P(X > x), with its line."""
    beyond = _exp(negative(rate * AT))
    sheet.say(Words("P(X > {0}) = {1}", (AT, beyond)), "integrate the density from x on")
    return beyond


def exponential_memoryless_page() -> Derivation:
    """How long is still to wait does not depend on how long one has waited."""
    sheet = Sheet(
        Words("P(X > {0} + {1} given X > {0}) for X distributed as Exponential({2})", (WAIT, T, R)),
        named("P"),
        conditions=above_zero(R, WAIT, T),
    )
    beyond = _survival(sheet, R)
    sheet.claims.append(
        CaseClaim(beyond, (R, AT), survival, "the integral of the density from x on", "line")
    )
    ratio = _exp(-R * (WAIT + T)) / _exp(-R * WAIT)
    sheet.define(ratio, "conditional probability: ratio of the two survivals")
    result = _exp(-R * T)
    sheet.equal(ratio, (result, "the exponents subtract: P(X > t), the wait s is forgotten"))
    return sheet.finish(result, survival_given, "the ratio of the two integrals")


def minimum_of_exponentials_page() -> Derivation:
    """The least of two exponential values is exponential, with the rates added."""
    sheet = Sheet(
        Words(
            "density at {0} of the least of two values, independent, Exponential({1}) and "
            "Exponential({2})",
            (AT, FIRST, SECOND),
        ),
        named("f"),
        conditions=above_zero(FIRST, SECOND, AT),
    )
    apart = _exp(-FIRST * AT) * _exp(-SECOND * AT)
    sheet.say(Words("P(min > {0}) = {1}", (AT, apart)), "both are beyond: probabilities multiply")
    joined = _exp(negative((FIRST + SECOND) * AT))
    sheet.equal(apart, (joined, "the exponents add"))
    result = (FIRST + SECOND) * joined
    name = named("S")
    sheet.tell(name, joined, "P(min > x)")
    sheet.tell(
        negative(nabla(name, AT)),
        result,
        "minus the derivative in x is the density: Exponential(a + b)",
        GradientOf(negative(joined), AT, result, kind="line"),
    )
    share = FIRST / (FIRST + SECOND)
    sheet.say(
        Words("the first is the least with probability {0}", (share,)),
        Words(
            "the integral of {0} over {1} > 0", (FIRST * _exp(-FIRST * AT) * _exp(-SECOND * AT), AT)
        ),
    )
    sheet.claims.append(
        CaseClaim(
            share, (FIRST, SECOND), first_is_less, "the chance that the first is less", "line"
        )
    )
    sheet.define(result, "so")
    return sheet.finish(result, least_of_two, "one value at x and the other beyond, either way")


def exponential_mean_page() -> Derivation:
    """The mean and the variance of an exponential law, by parts."""
    sheet = Sheet(
        Words("mean and variance of X distributed as Exponential({0})", (R,)),
        named("Var"),
        conditions=above_zero(R),
    )
    fall = _exp(negative(R * AT))
    for order, found in ((1, 1 / R), (2, 2 / R**2)):
        body = AT**order
        boundary = negative(body * fall)
        name = named(f"F_{order}")
        slope = R * body * fall - order * AT ** (order - 1) * fall
        sheet.tell(name, boundary, "0 at both ends of x > 0")
        sheet.tell(
            nabla(name, AT),
            slope,
            "differentiate in x: product rule",
            GradientOf(boundary, AT, slope, kind="line"),
        )
        inner = fall if order == 1 else 2 * AT * fall
        value = "1/r" if order == 1 else "2/r E[X]"
        sheet.say(
            Words(
                f"E[X{'' if order == 1 else '²'}] is the integral of {{0}}, {{1}}", (inner, found)
            ),
            f"integrate by parts; the integral is {value}",
        )
        words = f"the integral of x^{order} times the density"
        sheet.claims.append(CaseClaim(found, (R,), exponential_moment(order), words, "line"))
    result = 1 / R**2
    sheet.define(2 / R**2 - (1 / R) ** 2, "mean square less squared mean")
    sheet.equal(2 / R**2 - (1 / R) ** 2, (result, "subtract"))
    return sheet.finish(result, exponential_variance, "the integral of the squared deviation")
