"""Cross-entropies, Renyi divergences and Hellinger distances against integrals and known forms."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
import scipy.integrate
import scipy.stats as st

import derive as dv
from derive.errors import ArgumentError, DomainError
from derive.information.cross_entropy import cross_entropy
from derive.information.kl_divergence import kl_divergence
from derive.information.renyi_divergence import hellinger_distance, renyi_divergence
from derive.writing.plain import plain


def at(derivation, **numbers):
    return float(derivation.function()(**numbers))


def integral(function, low, high):
    return scipy.integrate.quad(function, low, high, limit=200)[0]


PAIRS = [
    ("Normal(0, 1)", "Normal(1, 2)", st.norm(0, 1), st.norm(1, 2), -12, 12),
    ("Exponential(2)", "Gamma(3, 1)", st.expon(scale=0.5), st.gamma(3), 0, 40),
    ("Beta(2, 3)", "Beta(1.5, 2)", st.beta(2, 3), st.beta(1.5, 2), 0, 1),
    ("Laplace(0, 1)", "Laplace(0, 2)", st.laplace(), st.laplace(scale=2), -40, 40),
    ("Weibull(2, 1)", "Weibull(2, 3)", st.weibull_min(2), st.weibull_min(2, scale=3), 0, 12),
]


@pytest.mark.parametrize(("p", "q", "one", "other", "low", "high"), PAIRS)
@pytest.mark.parametrize("alpha", [0.5, 0.75])
def test_the_renyi_divergence_is_that_of_an_integral(p, q, one, other, low, high, alpha):
    found = renyi_divergence(p, q, alpha)
    power = integral(lambda x: one.pdf(x) ** alpha * other.pdf(x) ** (1 - alpha), low, high)
    assert found.certificate.verdict == "verified"
    assert at(found) == pytest.approx(math.log(power) / (alpha - 1), rel=1e-6)


@pytest.mark.parametrize(("p", "q", "one", "other", "low", "high"), PAIRS)
def test_the_hellinger_distance_is_that_of_an_integral(p, q, one, other, low, high):
    apart = integral(lambda x: (math.sqrt(one.pdf(x)) - math.sqrt(other.pdf(x))) ** 2, low, high)
    assert at(hellinger_distance(p, q)) == pytest.approx(math.sqrt(apart / 2), rel=1e-6)


@pytest.mark.parametrize(("p", "q", "one", "other", "low", "high"), PAIRS)
def test_the_cross_entropy_is_that_of_an_integral(p, q, one, other, low, high):
    def integrand(x):
        return -one.pdf(x) * other.logpdf(x) if one.pdf(x) > 0 else 0.0

    found = cross_entropy(p, q)
    assert found.certificate.verdict == "verified"
    assert at(found) == pytest.approx(integral(integrand, low, high), rel=1e-6)


def test_textbook_forms():
    assert plain(renyi_divergence("Exponential(a)", "Exponential(b)", 2).expression) == (
        "2*log(a) - log(b*(2*a - b))"
    )
    assert plain(hellinger_distance("Bernoulli(p)", "Bernoulli(q)").expression) == (
        "sqrt(1 - sqrt(p)*sqrt(q) - sqrt(1 - p)*sqrt(1 - q))"
    )
    assert plain(cross_entropy("Exponential(a)", "Exponential(b)").expression) == "b/a - log(b)"


def test_near_order_1_the_renyi_divergence_is_near_the_kullback_leibler_divergence():
    near = at(renyi_divergence("Gamma(2, 1)", "Gamma(3, 2)", 1.0001))
    assert near == pytest.approx(at(kl_divergence("Gamma(2, 1)", "Gamma(3, 2)")), rel=1e-3)


def test_the_condition_on_the_order_is_part_of_the_answer():
    found = renyi_divergence("Normal(m1, s1)", "Normal(m2, s2)")
    assert any("alpha" in condition and "> 0" in condition for condition in found.conditions)
    numbers = {"m1": 0.5, "s1": 1.5, "m2": -1.0, "s2": 2.0, "alpha": 0.3}
    one, other = st.norm(0.5, 1.5), st.norm(-1, 2)
    power = integral(lambda x: one.pdf(x) ** 0.3 * other.pdf(x) ** 0.7, -20, 20)
    assert at(found, **numbers) == pytest.approx(math.log(power) / -0.7, rel=1e-6)


@pytest.mark.parametrize(
    ("ask", "error", "named"),
    [
        (lambda: renyi_divergence("Normal", "Normal(a, b)", 1), DomainError, "not 1"),
        (lambda: renyi_divergence("Normal", "Normal(a, b)", -2), DomainError, "order > 0"),
        (lambda: renyi_divergence("Normal", "Exponential"), DomainError, "reaches below 0"),
        (lambda: hellinger_distance("Poisson", "Normal"), DomainError, "single points"),
        (lambda: cross_entropy("Normal", "Exponential"), DomainError, "infinite"),
        (lambda: cross_entropy(3, "Normal"), ArgumentError, "needs a law"),
    ],
)
def test_bad_questions_are_refused(ask, error, named):
    with pytest.raises(error) as refused:
        ask()
    assert named in str(refused.value)


def total_power(name, p, q, order):
    """The total of P^order Q^(1 - order), by sums and a quadrature."""
    if name == "Bernoulli":
        return p**order * q ** (1 - order) + (1 - p) ** order * (1 - q) ** (1 - order)
    if name == "ContinuousBernoulli":

        def density(x, a):
            scale = (math.log(1 - a) - math.log(a)) / (1 - 2 * a)
            return scale * a**x * (1 - a) ** (1 - x)

        return integral(lambda x: density(x, p) ** order * density(x, q) ** (1 - order), 0, 1)
    law = {"Geometric": st.geom, "LogSeries": st.logser}[name]
    return sum(
        math.exp(order * law.logpmf(k, p) + (1 - order) * law.logpmf(k, q)) for k in range(1, 400)
    )


@pytest.mark.parametrize("name", ["Bernoulli", "Geometric", "LogSeries", "ContinuousBernoulli"])
@pytest.mark.parametrize("order", [3, 4, 5])
def test_logarithms_of_whole_orders_are_of_positive_numbers(name, order):
    found = renyi_divergence(f"{name}(p)", f"{name}(q)", order)
    p, q = (0.5, 0.45) if name == "Geometric" else (0.3, 0.4)
    wanted = math.log(total_power(name, p, q, order)) / (order - 1)
    assert found.certificate.verdict == "verified"
    assert at(found, p=p, q=q) == pytest.approx(wanted, rel=1e-6)


def test_an_order_left_out_has_a_name_that_no_parameter_has():
    found = renyi_divergence("Pareto(alpha, 2)", "Pareto(b, 3)")
    assert {"r > 0", "r != 1"} <= set(found.conditions)
    assert {"alpha > 0", "alpha != 1"} <= set(renyi_divergence("Normal(a)", "Normal(b)").conditions)
    with pytest.raises(ArgumentError, match="alpha is the order and a parameter"):
        renyi_divergence("Exponential(alpha)", "Exponential(b)", "alpha")


@pytest.mark.parametrize("law", ["Normal(m, s)", "Poisson(a)", "Cauchy(0, 1)"])
def test_a_law_is_at_distance_nothing_from_itself(law):
    found = hellinger_distance(law, law)
    assert found.result == 0
    assert found.certificate.verdict == "verified"


PAIRS = {
    "Normal(a, s)": 2,
    "Gamma(k, th)": 2,
    "Beta(k, th)": 2,
    "Exponential(r)": 1,
    "Poisson(r)": 1,
    "Bernoulli(p)": 1,
}


@pytest.mark.parametrize("law", PAIRS)
def test_the_compiled_distance_of_equal_laws_is_zero_and_never_nan(law):
    other = re.sub(r"(\w+)(?=[,)])", r"\g<1>2", law)
    function = dv.hellinger_distance(law, other).function()
    given = np.random.default_rng(3).uniform(0.2, 0.9, (PAIRS[law], 500))
    found = function(*given, *given)
    assert np.all((found >= 0) & (found < 5e-8))
    beside = function(*given, *(given * (1 + 1e-3)))
    assert np.all((beside > 1e-5) & (beside < 1e-2))


def test_the_compiled_distance_of_equal_vectors_is_zero():
    f = dv.hellinger_distance("MultivariateNormal(a, A)", "MultivariateNormal(b, B)").function()
    spread = np.array([[0.7, 0.1], [0.1, 0.3]])
    assert f(np.zeros(2), spread, np.zeros(2), spread) < 5e-8
    with pytest.raises(dv.ArgumentError, match="no other value"):
        dv.hellinger_distance("Normal(a, s)", "Normal(b, t)").function(value=True)
