"""Pages about the area under the ROC curve: as a chance, and for two normal laws.

Letters: the K distinct scores descend; a and b are the shares of positive and of negative
examples at each of them.
"""

from __future__ import annotations

from derive.check.metric_cases import pairs_in_order, two_normals
from derive.derivation import Derivation
from derive.language.expression import Node, number, symbol
from derive.language.facts import close_facts
from derive.language.functions import elementwise, sqrt
from derive.language.matrix_functions import mask
from derive.language.relations import Words
from derive.language.sizes import Size
from derive.statistics.sheet import Sheet, named


def auc_page() -> Derivation:
    """The trapezoid rule on the ROC curve counts pairs, ties half."""
    levels = Size.named("K")
    a, b = (_shares(name, levels) for name in "ab")
    upto, before = mask("lower", levels, levels), mask("strict_lower", levels, levels)
    sheet = Sheet(Words("area under the ROC curve"), named("AUC"))
    sheet.say(
        Words(
            "{0} and {1} are the shares of positive and of negative examples at each score", (a, b)
        ),
        "K scores, the highest first",
    )
    sheet.say(
        Words(
            "the curve rises from {0} to {1} while it goes {2} to the right",
            (before @ a, upto @ a, b),
        ),
        "rates at each score",
    )
    trapezoid = b.T @ (before @ a + upto @ a) / 2
    split = b.T @ (before @ a + (before @ a + a)) / 2
    result = b.T @ before @ a + b.T @ a / 2
    sheet.define(trapezoid, "trapezoid rule")
    sheet.equal(
        trapezoid,
        (split, "the share at a score joins the rate before it"),
        (result, "P(s+ > s-) and half of P(s+ = s-)"),
    )
    return sheet.finish(result, pairs_in_order, "the share of all pairs in order, ties half")


def _shares(name: str, levels: Size) -> Node:
    return symbol(name, (levels, 1), close_facts(("simplex",), name, (levels, 1)))


def binormal_auc_page() -> Derivation:
    """The area where both scores are normal."""
    m1, m0 = named("mu_1"), named("mu_0")
    s1, s0 = named("sigma_1", "positive"), named("sigma_0", "positive")
    difference, shift, spread = named("d"), m1 - m0, s0**2 + s1**2
    sheet = Sheet(
        Words(
            "area under the ROC curve of normal scores, mean {0} and deviation {1} of positive "
            "examples, {2} and {3} of negative ones",
            (m1, s1, m0, s0),
        ),
        named("AUC"),
    )
    sheet.say(
        Words("{0} is a positive score less a negative one", (difference,)),
        "AUC = P(d > 0), no ties",
    )
    sheet.say(
        Words("{0} is normal, with mean {1} and variance {2}", (difference, shift, spread)),
        "means subtract, variances add",
    )
    tail = number(1) - elementwise("normcdf", (m0 - m1) / sqrt(spread))
    result = elementwise("normcdf", shift / sqrt(spread))
    sheet.define(tail, "P(d > 0), d in standard units")
    sheet.equal(tail, (result, "symmetry of the normal density"))
    return sheet.finish(result, two_normals, "the chance by an integral over both densities")
