"""Pages about power: how often a test rejects, and how many values it needs for that.

Letters: delta is how far the mean is from the null hypothesis, alpha the level, q the point of
the null law with alpha above it, b that with the power below it.
"""

from __future__ import annotations

from functools import cache

from derive.check.cases import CaseClaim
from derive.check.claims import SameValue
from derive.check.power_cases import rejections, rejections_of_both, shifted_student
from derive.derivation import Derivation
from derive.engine.naming import substituted
from derive.language.expression import Node, number
from derive.language.functions import elementwise, sqrt
from derive.language.relations import Relation, Words
from derive.statistics.sheet import named
from derive.statistics.testing.interval_pages import ALPHA, HALF
from derive.statistics.testing.page import Page

N, SIGMA, DELTA = named("n", "positive"), named("sigma", "positive"), named("delta")
Q, B, POWER, SHIFT = named("q"), named("b"), named("beta"), named("eta")


def _below(node: Node) -> Node:
    return elementwise("normcdf", node)


@cache
def z_power_page() -> Derivation:
    """The power of a z test against a larger mean."""
    page = Page(
        Words(
            "power of the z test against a mean {0} larger, {1} values of deviation {2}",
            (DELTA, N, SIGMA),
        ),
        POWER,
        ((SHIFT, DELTA * sqrt(N) / SIGMA),),
    )
    page.say(
        Words("{0} has {1} above it under the null law Normal(0, 1)", (Q, ALPHA)),
        "the test rejects where z > q",
    )
    page.say(
        Words("z has the law Normal({0}, 1)", (SHIFT,)),
        "the mean of z moves, its variance does not",
    )
    tail = number(1) - _below(Q - SHIFT)
    page.tell(POWER, tail, "P(z > q), in standard units")
    page.equal(tail, (_below(SHIFT - Q), "symmetry of the normal density"))
    result = _below(SHIFT - Q)
    open_form = substituted(result, {SHIFT: DELTA * sqrt(N) / SIGMA})
    page.claims.append(
        CaseClaim(
            open_form, (DELTA, N, SIGMA, Q), rejections, "the integral of the density of z beyond q"
        )
    )
    return page.conclude((POWER, result), arguments=(DELTA, SIGMA, N, Q))


@cache
def z_both_power_page() -> Derivation:
    """The power of a z test against both sides."""
    page = Page(
        Words(
            "power of the z test against a mean {0} away, {1} values of deviation {2}",
            (DELTA, N, SIGMA),
        ),
        POWER,
        ((SHIFT, DELTA * sqrt(N) / SIGMA),),
    )
    page.say(
        Words("{0} has {1} above it under the null law Normal(0, 1)", (Q, HALF)),
        "the test rejects where |z| > q",
    )
    page.say(
        Words("z has the law Normal({0}, 1)", (SHIFT,)),
        "the mean of z moves, its variance does not",
    )
    tails = (number(1) - _below(Q - SHIFT)) + _below(-Q - SHIFT)
    result = _below(SHIFT - Q) + _below(-Q - SHIFT)
    page.tell(POWER, tails, "P(z > q) + P(z < -q)")
    page.equal(tails, (result, "symmetry of the normal density"))
    open_form = substituted(result, {SHIFT: DELTA * sqrt(N) / SIGMA})
    page.claims.append(
        CaseClaim(
            open_form,
            (DELTA, N, SIGMA, Q),
            rejections_of_both,
            "the integral of the density of z outside -q to q",
        )
    )
    return page.conclude((POWER, result), arguments=(DELTA, SIGMA, N, Q))


@cache
def z_size_page() -> Derivation:
    """How many values a z test needs."""
    page = Page(
        Words(
            "values that the z test needs for power {0} against a mean {1} larger", (POWER, DELTA)
        ),
        N,
    )
    gap = named("delta", "positive")
    page.say(Relation(POWER, "=", _below(gap * sqrt(N) / SIGMA - Q)), "power of the z test")
    page.say(Words("{0} is the point of Normal(0, 1) with {1} below it", (B, POWER)), "a quantile")
    both = named("b", "positive")
    upper = named("q", "positive")
    root = (upper + both) * SIGMA / gap
    page.tell(
        sqrt(N),
        root,
        Words("solve {0} = {1}", (gap * sqrt(N) / SIGMA - upper, both)),
        SameValue(gap * root / SIGMA - upper, both),
    )
    result = ((upper + both) * SIGMA / gap) ** 2
    page.tell(N, result, "square, then round up", SameValue(root**2, result))
    page.claims.append(SameValue(gap * sqrt(result) / SIGMA - upper, both))
    page.closing.append(
        Words("against both sides q has {0} above it; the other tail adds next to nothing", (HALF,))
    )
    return page.conclude((N, result), arguments=(gap, SIGMA, upper, both))


@cache
def t_power_page() -> Derivation:
    """The power of a t test: a mixture of normal tails."""
    nu, v = named("nu", "positive"), named("V", "positive")
    page = Page(
        Words("power of the t test with {0} degrees of freedom and shift {1}", (nu, SHIFT)),
        POWER,
    )
    z = named("z")
    page.say(
        Words(
            "t = z/sqrt(V/nu): {0} has the law Normal({1}, 1), {2} the law ChiSquared({3})",
            (z, SHIFT, v, nu),
        ),
        "only the mean of z has moved: noncentral t",
    )
    page.say(
        "one sample: shift delta sqrt(n)/sigma; two: delta/(sigma sqrt(1/n + 1/m))", "mean of z"
    )
    given = _below(SHIFT - Q * sqrt(v / nu))
    page.say(
        Words("the test rejects where {0} > {1}", (z, Q * sqrt(v / nu))),
        Words("t > {0}, for given {1}", (Q, v)),
    )
    page.tell(named("beta_V"), given, "given V; the mean of it over V is the power")
    page.claims.append(
        CaseClaim(
            given,
            (SHIFT, Q, v, nu),
            shifted_student,
            "the integral of the density of z beyond q sqrt(V/nu)",
        )
    )
    return page.conclude((named("beta_V"), given), arguments=(SHIFT, Q, v, nu))
