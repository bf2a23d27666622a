"""Pages about metrics that are made of counts: from accuracy to the best threshold of F1.

Letters: TP, FP, FN, TN are true and false positives and negatives, n all examples.
"""

from __future__ import annotations

from collections.abc import Callable

from derive.check.law_bench import LawBench, law_variable
from derive.check.law_claims import MeanClaim, density_claims
from derive.check.metric_cases import (
    Pairs,
    best_threshold,
    counted,
    f1_of,
    f_beta,
    population,
    precision_of,
    recall_of,
    specificity_of,
    standard_error,
)
from derive.derivation import Derivation
from derive.language.expression import Node, number
from derive.language.functions import expectation, sqrt
from derive.language.laws.whole_numbers import Bernoulli
from derive.language.relations import Relation, Words
from derive.statistics.page_conditions import above_zero, between, whole
from derive.statistics.sheet import Sheet, named

TP, FP, FN, TN = (named(name, "nonnegative") for name in ("TP", "FP", "FN", "TN"))
N = named("n", "positive")
SENSITIVITY, SPECIFICITY = named("s", "probability"), named("c", "probability")
PREVALENCE = named("pi_1", "probability")


def accuracy_page() -> Derivation:
    """The standard error of an accuracy, from the variance of a Bernoulli value."""
    law = Bernoulli("p")
    (p,) = law.symbols
    z = law_variable(law, "z")
    bench = LawBench({"z": law}, z)
    sheet = Sheet(Words("standard error of an accuracy"), named("SE"), beside=whole(N))
    sheet.claims.extend(density_claims(bench))

    def mean(node: Node) -> Node:
        return expectation(node, "z", "z")

    def claim(before: Node, after: Node, words: str) -> MeanClaim:
        return MeanClaim(bench, before, after, words)

    variance = mean(z**2) - mean(z) ** 2
    sheet.say(Words("{0} is 1 where the label was predicted, else 0", (z,)), "indicator")
    sheet.say(Words("{0} has the law Bernoulli({1})", (z, p)), "independent examples")
    sheet.tell(mean(z), p, "mean of an indicator", claim(mean(z), p, "the mean"))
    square = claim(mean(z**2), p, "the mean square")
    sheet.tell(mean(z**2), p, "the square of an indicator is itself", square)
    opened = claim(variance, p - p**2, "the variance")
    sheet.tell(variance, p - p**2, "variance of one example", opened)
    sheet.equal(p - p**2, (p * (1 - p), "factor"))
    summed = N * (p * (1 - p)) / N**2
    sheet.define(sqrt(summed), "variances of independent values add; the mean divides by n")
    result = sqrt(p * (1 - p) / N)
    sheet.equal(sqrt(summed), (result, "cancel n"))
    words = "the deviation over all 2^n outcomes of n examples"
    return sheet.finish(result, standard_error, words)


def _share_page(
    name: str, part: Node, other: Node, called: str, metric: Callable[[Pairs], object]
) -> Derivation:
    """A conditional probability of the examples at hand as a ratio of counts."""
    both, condition = named("P_both"), named("P_given")
    given = part + other
    sheet = Sheet(
        Words(f"{name} from counts"),
        named(name),
        ((both, part / N), (condition, given / N)),
        above_zero(given),
        beside=whole(part, other),
    )
    sheet.define(both / condition, f"conditional probability, {called}")
    sheet.equal(both / condition, (part / given, "cancel n"))
    return sheet.finish(part / given, counted(metric), "the share found by counting examples")


def precision_page() -> Derivation:
    """Precision from counts."""
    return _share_page("precision", TP, FP, "P(positive | called positive)", precision_of)


def recall_page() -> Derivation:
    """Recall from counts."""
    return _share_page("recall", TP, FN, "P(called positive | positive)", recall_of)


def specificity_page() -> Derivation:
    """Specificity from counts."""
    rule = "P(called negative | negative)"
    return _share_page("specificity", TN, FP, rule, specificity_of)


def precision_by_bayes_page() -> Derivation:
    """Precision from sensitivity, specificity and prevalence."""
    s, c, pi = SENSITIVITY, SPECIFICITY, PREVALENCE
    hits, alarms = s * pi, (1 - c) * (1 - pi)
    shares = [one for share in (s, c, pi) for one in between(number(0), share, number(1))]
    sheet = Sheet(
        Words("precision from sensitivity {0}, specificity {1} and prevalence {2}", (s, c, pi)),
        named("precision"),
        ((TP, N * hits), (FP, N * alarms)),
        beside=(*shares, *above_zero(hits + alarms)),
    )
    sheet.define(TP / (TP + FP), "definition")
    counts = (N * hits) / (N * hits + N * alarms)
    result = hits / (hits + alarms)
    sheet.equal(
        TP / (TP + FP),
        (
            counts,
            "insert the counts among n examples",
        ),
        (result, "cancel n: the theorem of Bayes"),
    )
    return sheet.finish(result, population, "the share found by counting people")


def f1_page() -> Derivation:
    """F1 as the harmonic mean of precision and recall, in counts."""
    precision, recall = named("P", "positive"), named("R", "positive")
    sheet = Sheet(
        Words("F1 as the harmonic mean of precision P and recall R"),
        named("F_1"),
        ((precision, TP / (TP + FP)), (recall, TP / (TP + FN))),
        above_zero(TP),
        beside=whole(TP, FP, FN),
    )
    harmonic = 2 / (1 / precision + 1 / recall)
    opened = 2 / ((TP + FP) / TP + (TP + FN) / TP)
    result = 2 * TP / (2 * TP + FP + FN)
    sheet.define(harmonic, "harmonic mean")
    sheet.equal(
        harmonic,
        (opened, "insert P and R"),
        (2 / ((2 * TP + FP + FN) / TP), "one denominator"),
        (result, "multiply by TP"),
    )
    return sheet.finish(result, counted(f1_of), "the harmonic mean of two counted shares")


def fbeta_page() -> Derivation:
    """F beta as a weighted harmonic mean, in counts."""
    precision, recall = named("P", "positive"), named("R", "positive")
    beta = named("beta", "positive")
    sheet = Sheet(
        Words("F score with weight {0} on recall", (beta**2,)),
        named("F_beta"),
        ((precision, TP / (TP + FP)), (recall, TP / (TP + FN))),
        above_zero(TP),
        beside=whole(TP, FP, FN),
    )
    weight = 1 + beta**2
    harmonic = weight / (1 / precision + beta**2 / recall)
    opened = weight / ((TP + FP) / TP + beta**2 * (TP + FN) / TP)
    result = weight * TP / (weight * TP + FP + beta**2 * FN)
    sheet.define(harmonic, "weighted harmonic mean")
    sheet.equal(harmonic, (opened, "insert P and R"), (result, "multiply by TP"))
    return sheet.finish(result, f_beta, "the weighted harmonic mean of two counted shares")


def best_f1_threshold_page() -> Derivation:
    """The threshold that makes the expected F1 of calibrated scores largest."""
    hits, total = named("A", "nonnegative"), named("D", "positive")
    weight, score = named("w", "positive"), named("s", "probability")
    best = named("F", "probability")
    sheet = Sheet(
        Words("threshold at which calibrated scores have their best F1, {0}", (best,)),
        named("t"),
        ((hits, best * total / 2),),
    )
    sheet.say(
        Relation(best, "=", 2 * hits / total),
        Words("expected counts: {0} hits, {1} called positive plus positive", (hits, total)),
    )
    sheet.say(
        Words(
            "a share {0} of examples of score {1} adds {2} to {3} and {0} to {4}",
            (weight, score, weight * score, hits, total),
        ),
        Words("calibrated: a share {0} of them is positive", (score,)),
    )
    change = (2 * hits + 2 * weight * score) / (total + weight) - 2 * hits / total
    joined = (2 * weight * score - 2 * hits * weight / total) / (total + weight)
    gain = weight * (2 * score - best) / (total + weight)
    sheet.equal(change, (joined, "one denominator"), (gain, "insert A"))
    sheet.say(
        Words("calling them positive raises {0} exactly where {1} > {2}", (best, score, best / 2)),
        "sign of the change",
    )
    sheet.define(best / 2, "at the best F no change raises it")
    return sheet.finish(best / 2, best_threshold, "where a scan over thresholds finds the best F1")
