"""Laws: what they declare, what they accept, what they refuse."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy
from law_oracles import ORACLES

from derive.check.evaluate import Point, ball_value
from derive.errors import ArgumentError, DeclarationError, DomainError, ShapeError
from derive.language.distributions import LAWS, distribution
from derive.language.expression import add, constant, number, symbol
from derive.language.law import merge_symbols
from derive.language.laws.half_line import Exponential, Gamma
from derive.language.laws.line import Normal
from derive.language.laws.whole_numbers import Bernoulli, Binomial, Poisson
from derive.probability.moments import moment_generating_function


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_log_density_agrees_with_scipy(law):
    make, parameters, values = ORACLES[law.name]
    x = symbol("x")
    for given in parameters:
        oracle, ours = make(*given), law(*given)
        log_density = oracle.logpmf if ours.support.is_whole else oracle.logpdf
        for value in values:
            found = ball_value(ours.log_density(x), Point({}, {x: value}))[0, 0]
            assert float(found) == pytest.approx(log_density(value), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_a_law_without_arguments_uses_its_parameter_names(law):
    given = law()
    assert [v.name for v in given.values] == [p.name for p in law.parameters]
    for place, value in zip(law.parameters, given.values, strict=True):
        assert place.fact == "real" or set(place.facts) <= value.facts
    assert distribution(law.name) == given
    assert hash(distribution(law.__name__)) == hash(given)


@pytest.mark.parametrize(
    ("law", "text"),
    [
        (Gamma(), "Gamma(k, theta): shape k, scale theta"),
        (Gamma(2, "s"), "Gamma(2, s): shape 2, scale s"),
        (Exponential("lam"), "Exponential(lam): rate lam"),
        (Exponential(), "Exponential(rate): rate"),
        (Normal(0, 2), "Normal(0, 2): mean 0, standard deviation 2"),
        (Bernoulli("q"), "Bernoulli(q): success probability q"),
    ],
)
def test_a_law_prints_its_parametrisation(law, text):
    assert str(law) == text


def test_numbers_are_exact_and_expressions_become_nodes():
    assert Normal(0.1, np.float64(0.5)).values == (number(Fraction(1, 10)), number(Fraction(1, 2)))
    assert Normal(np.int64(3), Fraction(2, 3)).values == (number(3), number(Fraction(2, 3)))
    a = sympy.Symbol("a")
    assert Normal(sympy.exp(a), sympy.pi).values[1] is constant("pi")
    assert Normal(mu=2 * a).values[0] is 2 * symbol("a")


def test_a_symbol_gets_the_fact_of_its_place():
    assert "positive" in Normal("m", symbol("s")).values[1].facts
    assert Normal("m", "s").values[0].facts == frozenset()


@pytest.mark.parametrize(
    ("make", "error", "named"),
    [
        (lambda: Normal(sigma=0), DomainError, "sigma > 0"),
        (lambda: Normal(sigma=-1.5), DomainError, "-3/2"),
        (lambda: Exponential(0), DomainError, "rate > 0"),
        (lambda: Poisson(-2), DomainError, "lam > 0"),
        (lambda: Gamma(0, 1), DomainError, "k > 0"),
        (lambda: Gamma(1, -1), DomainError, "theta > 0"),
        (lambda: Bernoulli(1), DomainError, "0 < p < 1"),
        (lambda: Bernoulli(2), DomainError, "0 < p < 1"),
        (lambda: Bernoulli(-0.5), DomainError, "0 < p < 1"),
        (lambda: Normal(math.nan), DomainError, "mu"),
        (lambda: Normal(1, math.inf), DomainError, "sigma"),
        (lambda: Normal(1, -sympy.pi), DomainError, "sigma > 0"),
        (lambda: Normal(1, symbol("s", facts=("negative", "nonzero"))), DomainError, "sigma"),
        (lambda: Normal(1, 2, 3), ArgumentError, "takes 2 parameters, got 3"),
        (lambda: Normal(tau=1), ArgumentError, "'tau'"),
        (lambda: Normal(1, mu=2), ArgumentError, "mu twice"),
        (lambda: Normal("2x"), ArgumentError, "mu"),
        (lambda: Normal("a+b"), ArgumentError, "'a+b'"),
        (lambda: Normal(""), ArgumentError, "mu"),
        (lambda: Normal("a" * 65), ArgumentError, "64"),
        (lambda: Normal(None), ArgumentError, "NoneType"),
        (lambda: Normal([1]), ArgumentError, "list"),
        (lambda: Normal(True), ArgumentError, "True"),
        (lambda: Normal(1j), ArgumentError, "complex"),
        (lambda: Normal(sympy.I), ArgumentError, "mu"),
        (lambda: Normal(np.array([1.0, 2.0])), ArgumentError, "ndarray"),
        (lambda: Normal(symbol("w", (3, 1))), ShapeError, "mu must be a scalar"),
        (lambda: distribution("nope"), ArgumentError, "known    : arcsine, asymmetric_laplace"),
        (lambda: distribution("normal", 1, -1), DomainError, "sigma"),
    ],
)
def test_bad_parameters_are_refused_by_name(make, error, named):
    with pytest.raises(error) as refused:
        make()
    assert named in str(refused.value)


def test_a_law_does_not_change():
    with pytest.raises(AttributeError, match="does not change"):
        Normal().values = ()


def test_equal_names_of_two_laws_are_one_symbol_with_the_facts_of_both():
    p, q = merge_symbols(Normal("a", "b"), Gamma("a", "c"))
    assert p.values[0] is q.values[0]
    assert "positive" in p.values[0].facts
    compound, _ = merge_symbols(Normal(add(symbol("a"), number(1)), 1), Gamma("a", "b"))
    assert "positive" in compound.symbols[0].facts


def test_equal_names_in_one_law_are_one_symbol():
    assert [s.name for s in Normal("mu", "mu").symbols] == ["mu"]
    n = symbol("n", (1, 1), facts=("real",))
    law = Binomial("n", symbol("lam") / n)
    assert [s.name for s in law.symbols] == ["n", "lam"]
    assert "integer" in law.symbols[0].facts
    f = moment_generating_function("Binomial(n, lam/n)").function()
    assert f.arguments == ("n", "lam", "t")
    assert f(n=3, lam=0.6, t=0.5) == pytest.approx((0.8 + 0.2 * math.exp(0.5)) ** 3, rel=1e-14)
    with pytest.raises(DeclarationError, match="n cannot be both integer and probability"):
        Binomial("n", "n")


def test_names_with_contradicting_facts_are_refused():
    negative = symbol("a", facts=("negative", "nonzero"))
    with pytest.raises(DeclarationError, match="a cannot be both"):
        merge_symbols(Normal(negative, 1), Gamma("a", "b"))
