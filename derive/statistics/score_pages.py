"""Pages about predicted probabilities: where they come from, and which have the least score.

Letters: y is the outcome, 1 with probability p; q is the probability that was predicted.
"""

from __future__ import annotations

from derive.calculus.stationary_point import stationary_point
from derive.check.gradients import GradientOf
from derive.check.law_bench import LawBench, law_variable
from derive.check.law_claims import MeanClaim, density_claims
from derive.check.metric_cases import least_expected, logarithmic, posterior, quadratic
from derive.check.relations import Equation
from derive.derivation import Derivation
from derive.engine.naming import substituted
from derive.language.expression import Node, constant
from derive.language.functions import elementwise, expectation, nabla, sqrt
from derive.language.indices import entry, index
from derive.language.laws.whole_numbers import Bernoulli
from derive.language.relations import Relation, Words
from derive.statistics.sheet import Sheet, named
from derive.statistics.written_page import WrittenPage

TRUE, PREDICTED = Bernoulli("p"), Bernoulli("q")
(P,), (Q,) = TRUE.symbols, PREDICTED.symbols
Y = law_variable(TRUE, "y")


def _proper_page(
    title: str,
    score: Node,
    expected: Node,
    means: str,
    slopes: tuple[tuple[Node, str], ...],
    sheet: Sheet,
) -> None:
    """The expected score, its derivative in q, and where that is zero."""
    total = named("S")
    bench = LawBench({"y": TRUE, "q": PREDICTED}, Y)
    sheet.claims.extend(density_claims(bench))
    mean = expectation(score, "y", "y")
    sheet.say(Words("{0} has the law Bernoulli({1})", (Y, P)), "the outcome")
    claim = MeanClaim(bench, mean, expected, "the expected score")
    sheet.tell(total, mean, f"expected {title} of the prediction q")
    sheet.tell(mean, expected, f"linearity of expectation, {means}", claim)
    before = nabla(total, Q)
    for after, rule in slopes:
        sheet.tell(before, after, rule, GradientOf(expected, Q, after, kind="line"))
        before = after
    sheet.say(
        Words("the derivative is negative where {0} < {1} and positive where {0} > {1}", (Q, P)),
        "S falls, then rises",
    )
    sheet.define(P, "the derivative is zero there alone")


def log_loss_page() -> Derivation:
    """The log loss is proper."""
    log_q, log_rest = elementwise("log", Q), elementwise("log", 1 - Q)
    sheet = Sheet(
        Words("the {0}, 0 < {0} < 1, with the least expected log loss", (Q,)), named("q_best")
    )
    _proper_page(
        "log loss",
        -Y * log_q - (1 - Y) * log_rest,
        -P * log_q - (1 - P) * log_rest,
        "y has mean p",
        (
            (-P / Q + (1 - P) / (1 - Q), "differentiate"),
            ((Q - P) / (Q * (1 - Q)), "one denominator"),
        ),
        sheet,
    )
    return sheet.finish(P, least_expected(logarithmic), "where a search finds the least log loss")


def brier_score_page() -> Derivation:
    """The Brier score is proper."""
    expected = Q**2 - 2 * P * Q + P
    sheet = Sheet(
        Words("the {0}, 0 < {0} < 1, with the least expected Brier score", (Q,)), named("q_best")
    )
    _proper_page(
        "Brier score",
        (Q - Y) ** 2,
        expected,
        "y and y^2 have mean p",
        ((2 * Q - 2 * P, "differentiate"), (2 * (Q - P), "factor")),
        sheet,
    )
    return sheet.finish(P, least_expected(quadratic), "where a search finds the least Brier score")


CLASSES = "p: K simplex positive, q: K simplex, S: scalar, q_best: K"


def log_loss_of_classes_page() -> Derivation:
    """The log loss of K classes is proper."""
    return _proper_of_classes("-sum_k(p[k]*log(q[k]))", "log loss", ())


def brier_score_of_classes_page() -> Derivation:
    """The Brier score of K classes is proper."""
    direct = "sum_k(p[k]*norm2(q - unit(k))^2)"
    lines = (("norm2(q)^2 - 2*p'*q + 1", "open the squares; p sums to one"),)
    return _proper_of_classes(direct, "Brier score", lines)


def _proper_of_classes(expected: str, title: str, lines: tuple[tuple[str, str], ...]) -> Derivation:
    """The expected score over the simplex, and the one place where it is least."""
    page = WrittenPage(CLASSES)
    p, q, S = (page.node(name) for name in ("p", "q", "S"))
    page.write(
        S,
        expected,
        Words("the class is k with probability {0}", (entry(p, index("k", p.shape[0])),)),
    )
    if lines:
        page.chain(expected, *lines)
    last = lines[-1][0] if lines else expected
    best = stationary_point(last, "q", shapes=CLASSES)
    closing = page.include(best, "S")
    page.write(page.node("q_best"), p, "the only stationary point, and the least value")
    least = substituted(page.node(expected), {q: p})
    claim = Equation(Relation(page.node(expected), ">=", least), kind="result")
    page.claims.append(claim)
    words = f"the probabilities {{0}} of K classes with the least expected {title}"
    return page.finish(Words(words, (q,)), {"q_best": p}, closing)


def sigmoid_of_normals_page() -> Derivation:
    """The probability of a class is a sigmoid where the score is normal in both classes."""
    x, m1, m0, pi = named("x"), named("mu_1"), named("mu_0"), named("pi_1", "probability")
    sigma, odds = named("sigma", "positive"), named("z")
    f1, f0 = named("f_1", "positive"), named("f_0", "positive")
    unit = sigma * sqrt(2 * constant("pi"))
    densities = [elementwise("exp", -((x - m) ** 2) / (2 * sigma**2)) / unit for m in (m1, m0)]
    log_odds = elementwise("log", pi * f1 / ((1 - pi) * f0))
    sheet = Sheet(
        Words("probability of the positive class, of prevalence {0}, at a score {1}", (pi, x)),
        named("P"),
        ((f1, densities[0]), (f0, densities[1]), (odds, log_odds)),
    )
    sheet.say(
        "the score is normal in each class, with one deviation",
        Words("{0} and {1} are its densities", (f1, f0)),
    )
    prior = elementwise("log", pi / (1 - pi))
    squares = ((x - m0) ** 2 - (x - m1) ** 2) / (2 * sigma**2)
    line = (m1 - m0) / sigma**2 * (x - (m0 + m1) / 2)
    sheet.equal(
        odds,
        (squares + prior, "insert the densities"),
        (line + prior, "the squares of x cancel"),
    )
    bayes = pi * f1 / (pi * f1 + (1 - pi) * f0)
    result = elementwise("sigmoid", line + prior)
    sheet.define(bayes, "theorem of Bayes")
    sheet.equal(
        bayes,
        (
            elementwise("sigmoid", odds),
            Words("divide by {0}: {1} is the log-odds", (pi * f1, odds)),
        ),
        (result, "insert the log-odds"),
    )
    return sheet.finish(result, posterior, "the share of one density of both")
