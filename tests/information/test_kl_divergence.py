"""Divergences: textbook form, right values, infinity with its reason, readable pages."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import scipy.integrate
import scipy.stats
import sympy

from derive.check.claim import Plan
from derive.check.evaluate import Point, ball_value
from derive.check.law_bench import LawBench
from derive.engine.scalar_algebra import operation_count
from derive.errors import (
    ArgumentError,
    DeclarationError,
    DomainError,
    NeverHoldsError,
    NoClosedFormError,
)
from derive.information.cross_entropy import cross_entropy
from derive.information.entropy import entropy
from derive.information.kl_divergence import kl_divergence
from derive.information.renyi_divergence import hellinger_distance
from derive.language.expression import number, symbol
from derive.language.laws.half_line import Exponential, Gamma
from derive.language.laws.line import Normal
from derive.language.laws.whole_numbers import Bernoulli, Binomial, Poisson
from derive.language.relations import Relation
from derive.writing.plain import plain

# first law, second law, textbook form as printed, operations of the textbook form
TEXTBOOK = [
    (Bernoulli("p"), Bernoulli("q"), "p*log(p/q) + (1 - p)*log((1 - p)/(1 - q))", 10),
    (Exponential("a"), Exponential("b"), "log(a/b) + b/a - 1", 5),
    (
        Gamma("k1", "theta1"),
        Gamma("k2", "theta2"),
        "(k1 - k2)*digamma(k1) - loggamma(k1) + loggamma(k2) + k2*log(theta2/theta1)"
        " + k1*theta1/theta2 - k1",
        15,
    ),
    (
        Normal("mu1", "sigma1"),
        Normal("mu2", "sigma2"),
        "log(sigma2/sigma1) + 1/2*(sigma1^2 + (mu1 - mu2)^2)/sigma2^2 - 1/2",
        12,
    ),
    (Poisson("a"), Poisson("b"), "a*log(a/b) + b - a", 5),
]
CROSS = [
    (Exponential("rate"), Gamma()),
    (Gamma(), Exponential("rate")),
    (Exponential("rate"), Normal()),
    (Gamma(), Normal()),
    (Bernoulli(), Poisson()),
]
INFINITE = [
    (Normal(), Gamma(), "R reaches below 0"),
    (Normal(), Exponential(), "R reaches below 0"),
    (Poisson(), Bernoulli(), "reaches above 1"),
    (Poisson(), Normal(), "single points have mass"),
    (Bernoulli(), Exponential(), "single points have mass"),
    (Gamma(), Poisson(), "no mass to the whole numbers"),
]


def pair_name(pair):
    return f"{pair[0].name}_{pair[1].name}"


def scipy_law(law, values):
    return {
        Bernoulli: lambda p: scipy.stats.bernoulli(p),
        Exponential: lambda rate: scipy.stats.expon(scale=1 / rate),
        Gamma: lambda k, theta: scipy.stats.gamma(k, scale=theta),
        Normal: lambda mu, sigma: scipy.stats.norm(mu, sigma),
        Poisson: lambda lam: scipy.stats.poisson(lam),
    }[type(law)](*values)


def divergence_by_scipy(p, q):
    if hasattr(p, "pmf"):
        k = np.arange(0, 300)
        k = k[p.pmf(k) > 0]
        return float(np.sum(p.pmf(k) * (p.logpmf(k) - q.logpmf(k))))
    cuts = [*p.ppf([1e-12, 1e-4, 0.1, 0.5, 0.9, 1 - 1e-4, 1 - 1e-9]), p.ppf(1 - 1e-14)]
    pieces = pairwise(cuts)

    def integrand(x):
        return p.pdf(x) * (p.logpdf(x) - q.logpdf(x))

    return sum(scipy.integrate.quad(integrand, a, b, epsabs=1e-12)[0] for a, b in pieces)


def draws(p, q):
    rng = np.random.default_rng(seed=11)
    for _ in range(3):
        yield [
            [
                float(
                    {"real": rng.normal(), "probability": rng.uniform(0.1, 0.9)}.get(
                        place.fact, rng.uniform(0.75, 3)
                    )
                )
                for place in law.parameters
            ]
            for law in (p, q)
        ]


@pytest.mark.parametrize(
    ("p", "q", "text", "operations"), TEXTBOOK, ids=lambda v: getattr(v, "name", "")
)
def test_the_result_is_the_textbook_form(p, q, text, operations):
    derivation = kl_divergence(p, q)
    assert plain(derivation.expression) == text
    assert operation_count(derivation.expression) <= operations


@pytest.mark.parametrize("pair", [*((p, q) for p, q, *_ in TEXTBOOK), *CROSS], ids=pair_name)
def test_values_agree_with_scipy_and_the_page_reads(pair, golden):
    derivation = kl_divergence(*pair)
    assert derivation.certificate.verdict == "verified"
    function = derivation.function()
    for first, second in draws(*pair):
        expected = divergence_by_scipy(scipy_law(pair[0], first), scipy_law(pair[1], second))
        values = first + second
        assert float(function(*values)) == pytest.approx(expected, rel=1e-6, abs=1e-9)
    golden(f"kl_divergence/{pair_name(pair)}.txt", derivation.text())
    golden(f"kl_divergence/{pair_name(pair)}.tex", derivation.latex())


@pytest.mark.parametrize(("p", "q", "reason"), INFINITE, ids=lambda v: getattr(v, "name", ""))
def test_a_support_too_small_gives_infinity_and_the_reason(p, q, reason, golden):
    derivation = kl_divergence(p, q)
    assert derivation.result == sympy.oo
    assert derivation.certificate.verdict == "verified"
    assert reason in derivation.text()
    assert derivation.function()(*[0.5] * len(derivation.trace.arguments)) == np.inf
    golden(f"kl_divergence/{pair_name((p, q))}.txt", derivation.text())


@pytest.mark.parametrize("law", [Bernoulli(), Exponential(), Gamma(), Normal(), Poisson()])
def test_a_law_does_not_diverge_from_itself(law):
    derivation = kl_divergence(law, type(law)())
    assert derivation.expression is number(0)
    assert derivation.certificate.verdict == "verified"


@pytest.mark.parametrize(
    ("p", "q", "text"),
    [
        (Normal("m", "s"), Normal("m", "t"), "log(t/s) + 1/2*s^2/t^2 - 1/2"),
        (Normal("m1", "s"), Normal("m2", "s"), "1/2*(m1 - m2)^2/s^2"),
        (Normal(0, 1), Normal(), "log(sigma) + 1/2*(mu^2 + 1)/sigma^2 - 1/2"),
        (Normal(0, 1), Normal(0, 2), "log(2) - 3/8"),
        (Gamma("k", "a"), Gamma("k", "b"), "k*log(b/a) + k*a/b - k"),
        (Normal("m", "s"), Normal("m", 2 * symbol("s")), "log(2) - 3/8"),
    ],
)
def test_shared_parameters_simplify(p, q, text):
    assert plain(kl_divergence(p, q).expression) == text


def test_bits_are_nats_over_log_two():
    nats = kl_divergence(Bernoulli("p"), Bernoulli("q"))
    bits = kl_divergence(Bernoulli("p"), Bernoulli("q"), base=2)
    point = Point(
        {}, dict(zip(nats.trace.arguments, (Fraction(1, 4), Fraction(2, 3)), strict=True))
    )
    ratio = ball_value(nats.expression, point) * (1 / ball_value(bits.expression, point)[0, 0])
    assert float(ratio[0, 0]) == pytest.approx(np.log(2), rel=1e-14)
    assert "in bits" in bits.question


def test_what_is_no_law_is_refused():
    with pytest.raises(ArgumentError, match="kl_divergence needs a law, got int"):
        kl_divergence(Normal(), 1)


def test_text_and_objects_mean_the_same():
    written = kl_divergence("Normal(m1, s1)", "normal(mu=m2, sigma=2*s2)")
    assert written == kl_divergence(Normal("m1", "s1"), Normal("m2", 2 * symbol("s2")))


def test_one_name_with_contradicting_facts_is_refused():
    negative = symbol("a", facts=("negative", "nonzero"))
    with pytest.raises(DeclarationError):
        kl_divergence(Normal(negative, 1), Normal(0, "a"))


def test_conditions_of_both_laws_are_printed_once():
    derivation = kl_divergence(Normal("m", "s"), Normal("n", "s"))
    assert derivation.conditions == ("s > 0",)


def test_a_sum_of_too_many_terms_is_unchecked_with_its_reason():
    found = kl_divergence("Poisson(1e10)", "Poisson(1)")
    assert plain(found.expression) == "10000000000*log(10000000000) - 9999999999"
    assert found.certificate.verdict == "unchecked"
    assert "the sum needs more than 4000 terms" in found.certificate.summary()


def test_a_missing_mean_names_the_law_as_it_was_given():
    with pytest.raises(NoClosedFormError, match=r"Poisson\(10000000000\)"):
        entropy("Poisson(1e10)")


def test_values_of_a_test_stay_below_an_end_that_is_a_parameter():
    """Above the number of trials the density of a binomial law has no value."""
    found = kl_divergence(Binomial("n", "p1"), Binomial("n", "p2"))
    assert found.certificate.verdict == "verified"
    p, q = scipy.stats.binom(7, 0.3), scipy.stats.binom(7, 0.6)
    expected = sum(p.pmf(k) * (p.logpmf(k) - q.logpmf(k)) for k in range(8))
    assert found.function()(n=7, p1=0.3, p2=0.6) == pytest.approx(expected, rel=1e-10)


def test_a_support_that_never_holds_the_other_makes_the_divergence_infinite():
    found = kl_divergence("Pareto(m, k)", "Pareto(2*m, k)")
    assert repr(found.expression) == "infinity"
    assert found.certificate.verdict == "verified"
    assert "m >= 2*m" not in found.conditions
    for ask in (cross_entropy, hellinger_distance):
        with pytest.raises(DomainError, match="reaches below b"):
            ask("Uniform(a, b)", "Uniform(b, c)")


def test_conditions_that_meet_in_one_point_are_found():
    met = kl_divergence("Uniform(a, b)", "Uniform(c, d)").claims[0].bench
    a, b, c, d = met.symbols[:4]
    edge = LawBench(met.laws, met.variable, (*met.needs, Relation(c, ">=", a)))
    points = edge.points(Plan())
    assert points
    for point in points:
        assert point.values[c] == point.values[a]
        assert point.values[d][0, 0] >= point.values[b][0, 0]


def test_an_answer_whose_conditions_nothing_meets_is_refused():
    met = kl_divergence("Uniform(a, b)", "Uniform(c, d)").claims[0].bench
    a, b = met.symbols[:2]
    with pytest.raises(NeverHoldsError, match="b <= a"):
        LawBench(met.laws, met.variable, (Relation(b, "<=", a),)).points(Plan())


@pytest.mark.parametrize("first", ["Uniform(0, b^2 + 1)", "Uniform(0, exp(b))"])
def test_conditions_that_are_not_linear_and_never_met_are_refused(first):
    with pytest.raises(NeverHoldsError, match="no parameters were found to meet"):
        kl_divergence(first, "Uniform(0, b)")
