"""Exponential families: read off, minimal, with the moments of their statistics by SciPy."""

from __future__ import annotations

import numpy as np
import pytest
import sympy
from law_oracles import ORACLES

from derive.errors import ArgumentError, NoRuleError
from derive.language.distributions import LAWS, distribution
from derive.probability.exponential_family import exponential_family

HELD = {
    "asymmetric_laplace": ("mu", "kappa"),
    "von_mises": ("mu",),
    "binomial": ("n",),
    "burr12": ("c", "lam"),
    "frechet": ("alpha",),
    "generalized_gamma": ("p",),
    "generalized_normal": ("mu", "beta"),
    "gompertz": ("b",),
    "gumbel": ("beta",),
    "kumaraswamy": ("a",),
    "laplace": ("mu",),
    "levy": ("mu",),
    "lomax": ("lam",),
    "moyal": ("sigma",),
    "negative_binomial": ("r",),
    "pareto": ("xm",),
    "truncated_exponential": ("b",),
    "weibull": ("k",),
}
NO_FAMILY = {
    "arcsine",
    "cauchy",
    "dagum",
    "discrete_uniform",
    "f",
    "gev",
    "generalized_pareto",
    "half_cauchy",
    "hyperbolic_secant",
    "log_logistic",
    "log_uniform",
    "logistic",
    "student_t",
    "triangular",
    "uniform",
    "wigner_semicircle",
}


def value(expr, at):
    """The number of an expression where its names have values."""
    return float(expr.xreplace({s: sympy.sympify(at[s.name]) for s in expr.free_symbols}))


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_eta_T_A_and_h_give_the_density_of_scipy(law):
    if not law.parameters or law.name == "truncated_normal":
        return
    if law.name in NO_FAMILY:
        with pytest.raises(NoRuleError, match="no exponential family"):
            exponential_family(law())
        return
    found = exponential_family(law(), known=HELD.get(law.name, ()))
    assert found.certificate.verdict == "verified"
    compiled = found.function()
    make, drawn, places = ORACLES[law.name]
    for values in drawn:
        oracle = make(*values)
        *eta, partition = compiled(*values)
        given = {place.name: v for place, v in zip(law.parameters, values, strict=True)}
        logs = oracle.logpmf if law(*values).support.is_whole else oracle.logpdf
        for place in places:
            at = {**given, "x": place}
            total = sum(n * value(t, at) for n, t in zip(eta, found.statistics, strict=True))
            total += float(np.log(value(found.base, at))) - partition
            assert total == pytest.approx(float(logs(place)), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "known", "statistics"),
    [
        ("Normal(mu, sigma)", (), "x x**2"),
        ("Normal(mu, sigma)", "sigma", "x"),
        ("Gamma(k, theta)", (), "x log(x)"),
        ("Beta(a, b)", (), "log(x) log(1-x)"),
        ("InverseGaussian(m, l)", (), "x 1/x"),
        ("Bernoulli(p)", (), "x"),
    ],
)
def test_sufficient_statistics_are_those_of_the_textbook(text, known, statistics):
    found = exponential_family(text, known=known)
    named = {s.name: s for t in found.statistics for s in t.free_symbols}
    assert found.statistics == tuple(sympy.sympify(s, locals=named) for s in statistics.split())


def test_the_log_partition_of_the_natural_parameter():
    found = exponential_family("Bernoulli(p)")
    assert str(found.log_partition) == "log(exp(eta) + 1)"
    found = exponential_family("Normal(mu, sigma)")
    eta1, eta2 = sorted(found.log_partition.free_symbols, key=str)
    value = found.log_partition.xreplace({eta1: sympy.Rational(1, 2), eta2: -sympy.Rational(1, 8)})
    assert float(value) == pytest.approx(0.5 + np.log(2))


def test_a_curved_family_keeps_the_partition_of_its_parameter():
    found = exponential_family("Normal(m, m)")
    assert len(found.natural) == 2
    assert {s.name for s in found.log_partition.free_symbols} == {"m"}
    assert found.certificate.verdict == "verified"


def test_the_moments_of_the_statistics_are_lines():
    rules = [str(step.rule) for step in exponential_family("Gamma(k, theta)").steps]
    assert sum("second derivative" in rule for rule in rules) == 3


@pytest.mark.parametrize(
    ("text", "known", "words"),
    [
        ("Laplace(mu, b)", (), r"abs\(mu - x\).*\n.*known='mu'"),
        ("Uniform(a, b)", (), "moves with a, b"),
        ("Binomial(n, p)", (), "known='n'"),
        ("StudentT(nu)", (), "no parameter is left"),
        ("Cauchy(m, s)", (), "does not split"),
    ],
)
def test_what_is_no_family_is_refused_with_the_part_that_does_not_split(text, known, words):
    with pytest.raises(NoRuleError, match=words):
        exponential_family(text, known=known)


def test_a_parameter_that_is_not_there_cannot_be_held():
    with pytest.raises(ArgumentError, match="no parameter 'z'"):
        exponential_family("Laplace(mu, b)", known="z")
    with pytest.raises(ArgumentError, match="every parameter"):
        exponential_family(distribution("exponential"), known="rate")


def test_the_support_of_an_angle_does_not_move():
    found = exponential_family("VonMises(mu, kappa)")
    mu, kappa, x = sympy.symbols("mu kappa x")
    plain = {s: sympy.Symbol(s.name) for eta in found.natural for s in eta.free_symbols}
    plain |= {s: sympy.Symbol(s.name) for t in found.statistics for s in t.free_symbols}
    assert [eta.xreplace(plain) for eta in found.natural] == [
        kappa * sympy.cos(mu),
        kappa * sympy.sin(mu),
    ]
    assert [t.xreplace(plain) for t in found.statistics] == [sympy.cos(x), sympy.sin(x)]
    assert found.certificate.verdict == "verified"
