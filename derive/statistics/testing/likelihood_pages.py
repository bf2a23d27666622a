"""Pages about Wald, score and likelihood-ratio tests: in general, of a proportion, of a rate.

Letters: theta is the parameter, ell the log likelihood, U its derivative (the score), I the
information, J minus the second derivative at the maximum.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from derive.check.claims import SameValue
from derive.check.gradients import GradientOf
from derive.check.law_bench import LawBench, law_variable
from derive.check.law_claims import MeanClaim, density_claims
from derive.derivation import Derivation
from derive.engine.naming import substituted
from derive.language.expression import Node, eye, inverse, symbol
from derive.language.facts import close_facts
from derive.language.functions import elementwise, expectation, nabla
from derive.language.law import Law
from derive.language.laws.whole_numbers import Bernoulli, Poisson
from derive.language.relations import Relation, Words
from derive.language.sizes import Size
from derive.statistics.page_conditions import successes_in, whole
from derive.statistics.sheet import named
from derive.statistics.testing.page import Page

K, N, P0 = named("k", "nonnegative"), named("n", "positive"), named("p_0", "probability")
EXPOSURE, RATE0 = named("t", "positive"), named("lambda_0", "positive")
WALD, SCORE, RATIO = named("W_wald"), named("W_score"), named("W_ratio")


@dataclass(frozen=True)
class Model:
    """A likelihood of one parameter: what its three tests need."""

    question: Words
    law: Law
    parameter: Node
    null: Node
    estimate: Node
    level: Node
    score: Node
    bend: Node  # the second derivative of the log likelihood
    one_bend: Node  # that of one observation z
    one_information: Node
    information: Node
    arguments: tuple[Node, ...]
    conditions: tuple[Relation, ...]


def _log(node: Node) -> Node:
    return elementwise("log", node)


def proportion_model() -> Model:
    """Successes k of n trials."""
    law = Bernoulli("p")
    (p,) = law.symbols
    z = law_variable(law, "z")
    return Model(
        Words("tests of proportion {0}: {1} successes in {2} independent trials", (P0, K, N)),
        law,
        p,
        P0,
        K / N,
        K * _log(p) + (N - K) * _log(1 - p),
        K / p - (N - K) / (1 - p),
        -K / p**2 - (N - K) / (1 - p) ** 2,
        -z / p**2 - (1 - z) / (1 - p) ** 2,
        1 / (p * (1 - p)),
        N / (p * (1 - p)),
        (K, N, P0),
        successes_in(K, N),
    )


def rate_model() -> Model:
    """A count k over an exposure t."""
    law = Poisson("lambda")
    (rate,) = law.symbols
    z = law_variable(law, "z")
    return Model(
        Words(
            "tests of rate {0}: {1} events in exposure {2}, a Poisson count", (RATE0, K, EXPOSURE)
        ),
        law,
        rate,
        RATE0,
        K / EXPOSURE,
        K * _log(rate) - EXPOSURE * rate,
        K / rate - EXPOSURE,
        -K / rate**2,
        -z / rate**2,
        1 / rate,
        EXPOSURE / rate,
        (K, EXPOSURE, RATE0),
        whole(K),
    )


def score_lines(page: Page, model: Model) -> None:
    """Log likelihood, score, maximum and information, each claimed."""
    theta, level, score = named("ell"), model.level, model.score
    w = model.parameter
    page.tell(theta, level, "log likelihood, without a constant")
    first = GradientOf(level, w, score, kind="line")
    page.tell(nabla(theta, w), score, "the score U", first)
    estimate = model.estimate
    hat = named(f"{w.name}_hat", "positive")
    page.say(Relation(hat, "=", estimate), "U is zero there alone, from positive to negative")
    page.claims.append(SameValue(score, model.information * (estimate - w)))
    page.tell(
        nabla(named("U"), w),
        model.bend,
        "differentiate again",
        GradientOf(score, w, model.bend, kind="line"),
    )
    z = law_variable(model.law, "z")
    bench = LawBench({"z": model.law}, z)
    page.claims.extend(density_claims(bench))
    one = expectation(-model.one_bend, "z", "z")
    each = model.one_information
    page.tell(
        one, each, "information of one observation", MeanClaim(bench, one, each, "the information")
    )
    page.say(Relation(named("I"), "=", model.information), "information adds")
    there = {w: estimate}
    page.claims.append(
        SameValue(substituted(-model.bend, there), substituted(model.information, there))
    )


@cache
def _three_page(make: str) -> Derivation:
    model = MODELS[make]()
    page = Page(model.question, WALD)
    score_lines(page, model)
    w, null, estimate = model.parameter, model.null, model.estimate
    at_null, at_best = (substituted(model.information, {w: point}) for point in (null, estimate))
    wald = (estimate - null) ** 2 * at_best
    score = substituted(model.score, {w: null}) ** 2 / at_null
    short = (estimate - null) ** 2 * at_null
    page.tell(WALD, wald, "distance of the estimate, on the scale of the information there")
    page.tell(SCORE, score, "the score where the null hypothesis is, over its variance")
    page.tell(score, short, "insert", SameValue(score, short))
    gaps = 2 * (substituted(model.level, {w: estimate}) - substituted(model.level, {w: null}))
    if make == "proportion":
        ratio = 2 * (K * _log(K / (N * null)) + (N - K) * _log((N - K) / (N * (1 - null))))
        within: tuple[tuple[Node, Node], ...] = ((K, N * named("q", "probability")),)
    else:
        ratio = 2 * (K * _log(K / (EXPOSURE * null)) - (K - EXPOSURE * null))
        within = ((K, named("q", "positive")),)
    page.tell(RATIO, gaps, "twice the log likelihood given up by the null hypothesis")
    page.tell(gaps, ratio, "collect the logarithms", SameValue(gaps, ratio, within))
    page.say("each has the law ChiSquared(1), nearly", "Taylor: all three agree to first order")
    page.say("p = P(V >= W), V with that law; one side: the signed root is Normal(0, 1)", "p-value")
    page.closing.append(Words("at a count of 0, 0 log 0 is 0 in the likelihood ratio"))
    page.beside = model.conditions
    return page.conclude((WALD, wald), (SCORE, short), (RATIO, ratio), arguments=model.arguments)


MODELS = {"proportion": proportion_model, "rate": rate_model}


def proportion_page() -> Derivation:
    """Three tests of a proportion."""
    return _three_page("proportion")


def rate_page() -> Derivation:
    """Three tests of a Poisson rate."""
    return _three_page("rate")


@cache
def likelihood_ratio_page() -> Derivation:
    """The law of -2 log Lambda by a Taylor polynomial."""
    size = Size.named("q")
    theta, hat = symbol("theta", (size, 1)), symbol("theta_hat", (size, 1))
    null = symbol("theta_0", (size, 1))
    J = symbol("J", (size, size), close_facts(("spd",), "J", (size, size)))
    best, level, second = named("ell_hat"), named("ell"), named("ell_0")
    page = Page(
        Words(
            "law of the likelihood ratio: {0} free parameters {1}, {2} under the null hypothesis",
            (named("q"), theta, null),
        ),
        RATIO,
    )
    model = best - (theta - hat).T @ J @ (theta - hat) / 2
    page.say(
        Words(
            "{0} is the log likelihood, {1} where it is largest, {2} minus its Hessian there",
            (level, hat, J),
        ),
        "maximum likelihood",
    )
    page.say(
        Words("{0} = {1} and smaller terms", (level, model)),
        "Taylor at the maximum: the slope is zero there",
    )
    page.slope(level, model, theta, (-J @ (theta - hat), "of that polynomial"))
    given_up = 2 * (best - second)
    quadratic = (hat - null).T @ J @ (hat - null)
    page.tell(RATIO, given_up, "-2 log of the ratio of the likelihoods")
    at_null = ((second, substituted(model, {theta: null})),)
    page.tell(
        given_up,
        quadratic,
        "insert the polynomial: a quadratic form",
        SameValue(given_up, quadratic, at_null),
    )
    page.say(
        Words("{0} is nearly normal with mean 0 and covariance {1}", (hat - null, inverse(J))),
        Words("the score {0} is a sum with covariance {1}: central limit", (J @ (hat - null), J)),
    )
    root = symbol("L", (size, size), close_facts(("invertible",), "L", (size, size)))
    z = symbol("z", (size, 1))
    own = ((J, root @ root.T), (z, root.T @ (hat - null)))
    page.say(
        Words("let {0} = {1} and {2} = {3}", (J, root @ root.T, z, root.T @ (hat - null))),
        "the entries of z are independent and Normal(0, 1)",
    )
    whitened = root.T @ inverse(root @ root.T) @ root
    page.tell(whitened, eye(size), "covariance of z", SameValue(whitened, eye(size)))
    page.tell(quadratic, z.T @ z, "a sum of q squares", SameValue(quadratic, z.T @ z, own))
    page.law(RATIO, "chi_squared", (named("q"),), "nearly, for a large sample")
    page.say(
        "parameters that stay free are maximised out: J is then a Schur complement, q as before",
        "the same steps",
    )
    page.say(
        "p = P(V >= W_ratio), V with that law", "large values speak against the null hypothesis"
    )
    away = symbol("delta", (size, 1))
    page.say(
        Words(
            "else, {0} from the null hypothesis, its law is noncentral with shift {1}",
            (away, away.T @ J @ away),
        ),
        "power: the mean of z moves",
    )
    page.beside = (Relation(best, ">=", second),)
    return page.conclude((RATIO, 2 * (best - second)), arguments=(best, second))


@cache
def wald_page() -> Derivation:
    """A Wald test from an estimate and its covariance."""
    size = Size.named("q")
    hat, null = symbol("theta_hat", (size, 1)), symbol("theta_0", (size, 1))
    C = symbol("C", (size, size), close_facts(("spd",), "C", (size, size)))
    page = Page(
        Words("Wald test of {0}: estimate {1}, nearly normal with covariance {2}", (null, hat, C)),
        WALD,
    )
    _quadratic_page(page, hat - null, C, "the estimate less the null hypothesis")
    return page.conclude(
        (WALD, (hat - null).T @ inverse(C) @ (hat - null)), arguments=(hat, null, C)
    )


@cache
def score_page() -> Derivation:
    """A score test from the score and the information under the null hypothesis."""
    size = Size.named("q")
    U = symbol("U", (size, 1))
    info = symbol("I_0", (size, size), close_facts(("spd",), "I_0", (size, size)))
    page = Page(
        Words("score test: score {0} and information {1} under the null hypothesis", (U, info)),
        SCORE,
    )
    page.say(
        Words("{0} has mean 0 and covariance {1}", (U, info)),
        "under the null hypothesis; nothing is maximised",
    )
    _quadratic_page(page, U, info, "the score")
    return page.conclude((SCORE, U.T @ inverse(info) @ U), arguments=(U, info))


def _quadratic_page(page: Page, gap: Node, covariance: Node, called: str) -> None:
    """A normal vector measured by its covariance is a sum of squares."""
    size = gap.shape[0]
    root = symbol("L", (size, size), close_facts(("invertible",), "L", (size, size)))
    z = symbol("z", (size, 1))
    form = gap.T @ inverse(covariance) @ gap
    page.say(
        Words("let {0} = {1} and {2} = {3}", (covariance, root @ root.T, z, inverse(root) @ gap)),
        f"{called} in independent units",
    )
    whitened = inverse(root) @ (root @ root.T) @ inverse(root).T
    page.tell(whitened, eye(size), "covariance of z", SameValue(whitened, eye(size)))
    own = ((covariance, root @ root.T), (z, inverse(root) @ gap))
    page.tell(form, z.T @ z, "a sum of q squares", SameValue(form, z.T @ z, own))
    page.define(form, "the statistic")
    page.law(page.answer, "chi_squared", (named("q"),), "nearly: under the null hypothesis")
    page.say("p = P(V >= W), V with that law", "large values speak against the null hypothesis")
