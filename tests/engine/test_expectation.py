"""Means by kernels, for laws that are in no list: the mechanism, not the five families."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
import scipy.stats
import sympy

from derive.check.evaluate import Point, ball_value
from derive.engine.expectation import expect
from derive.engine.monomials import read_monomials
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.engine.standard_form import standard_form
from derive.errors import NoClosedFormError, NoRuleError, RefutedError
from derive.information.entropy import entropy
from derive.information.kl_divergence import kl_divergence
from derive.language.expression import constant, number, power, symbol
from derive.language.functions import elementwise
from derive.language.law import Law, Parameter, Piece
from derive.language.laws.half_line import Exponential, Gamma
from derive.language.laws.line import Normal
from derive.language.laws.terms import log
from derive.language.laws.whole_numbers import Bernoulli, Poisson
from derive.language.support import POSITIVE_LINE


class Lognormal(Law):
    """log X is normal: the Gaussian kernel with x = exp(y)."""

    name = "test_lognormal"
    parameters = (Parameter("mu", "real", "location"), Parameter("sigma", "positive", "scale"))
    pieces = (Piece("gaussian", lambda y, mu, sigma: elementwise("exp", y)),)
    support_at = staticmethod(lambda mu, sigma: POSITIVE_LINE)

    @staticmethod
    def log_density_terms(x, mu, sigma):
        spread = (log(x) - mu) ** 2 / (2 * sigma**2)
        return -log(2 * constant("pi")) / 2 - log(sigma) - log(x) - spread


class Weibull(Law):
    """The gamma kernel with x = lam y^(1/k)."""

    name = "test_weibull"
    parameters = (Parameter("k", "positive", "shape"), Parameter("lam", "positive", "scale"))
    pieces = (Piece("gamma", lambda y, k, lam: lam * power(y, 1 / k)),)
    support_at = staticmethod(lambda k, lam: POSITIVE_LINE)

    @staticmethod
    def log_density_terms(x, k, lam):
        return log(k / lam) + (k - 1) * log(x / lam) - power(x / lam, k)


class Unnormalised(Exponential):
    """A density whose constant is wrong."""

    @staticmethod
    def log_density_terms(x, rate):
        return 2 * log(rate) - rate * x


def value(derivation, **numbers):
    symbols = {s.name: s for s in derivation.trace.arguments}
    point = Point({}, {symbols[name]: Fraction(v) for name, v in numbers.items()})
    return float(ball_value(derivation.expression, point)[0, 0])


@pytest.mark.parametrize(("mu", "sigma"), [(0.5, 2), (-1, 0.25)])
def test_entropy_of_a_law_in_standard_form_by_an_exponential(mu, sigma):
    ours = value(entropy(Lognormal()), mu=mu, sigma=sigma)
    theirs = scipy.stats.norm(mu, sigma).entropy() + mu
    assert ours == pytest.approx(float(theirs), rel=1e-12)


@pytest.mark.parametrize(("k", "lam"), [(0.5, 2), (3, 0.25)])
def test_entropy_of_a_law_in_standard_form_by_a_power(k, lam):
    ours = value(entropy(Weibull()), k=k, lam=lam)
    theirs = scipy.stats.weibull_min(k, scale=lam).entropy()
    assert ours == pytest.approx(float(theirs), rel=1e-9)


def test_divergence_with_a_shifted_total():
    """E x^k under a gamma law is a ratio of totals."""
    derivation = kl_divergence(Exponential("rate"), Weibull(2, "lam"))
    assert derivation.certificate.verdict == "verified"
    law = scipy.stats.expon(scale=1 / 1.5)
    other = scipy.stats.weibull_min(2, scale=0.75)
    theirs = law.expect(lambda x: law.logpdf(x) - other.logpdf(x))
    assert value(derivation, rate=1.5, lam=0.75) == pytest.approx(theirs, rel=1e-7)


def test_a_wrong_constant_in_a_declaration_is_refuted():
    with pytest.raises(RefutedError, match="total mass 1"):
        entropy(Unnormalised())


def form_of(law):
    x = symbol("x", facts=law.support.facts)
    algebra = ScalarAlgebra((x, *law.symbols))
    return standard_form(law, x, algebra), algebra


@pytest.mark.parametrize("power_of_x", [1, 2, 3, 4])
def test_moments_of_the_gamma_law_are_rising_factorials(power_of_x):
    law = Gamma()
    form, algebra = form_of(law)
    k, theta = (algebra.expr(v) for v in law.values)
    mean = expect(form.variable**power_of_x, form, algebra).value
    stated = sympy.expand_func(sympy.rf(k, power_of_x)) * theta**power_of_x
    assert sympy.expand(mean - stated) == 0


@pytest.mark.parametrize("order", [1, 2, 3])
def test_powers_of_log_are_derivatives_of_the_total(order):
    form, algebra = form_of(Gamma(Fraction(5, 2), 3))
    mean = float(expect(sympy.log(form.variable) ** order, form, algebra).value)
    law = scipy.stats.gamma(2.5, scale=3)
    assert mean == pytest.approx(law.expect(lambda x: math.log(x) ** order), rel=1e-6)


def test_an_exponential_shifts_the_natural_parameter():
    form, algebra = form_of(Normal())
    mean = expect(sympy.exp(form.variable), form, algebra).value
    mu, sigma = (algebra.expr(v) for v in form.law.values)
    assert sympy.simplify(mean - sympy.exp(mu + sigma**2 / 2)) == 0


def test_a_shift_out_of_the_domain_is_refused_with_what_it_needs():
    form, algebra = form_of(Gamma(Fraction(1, 2), 1))
    with pytest.raises(NoClosedFormError, match="infinite"):
        expect(1 / form.variable, form, algebra)


def test_a_shift_whose_domain_is_open_says_what_it_needs():
    form, algebra = form_of(Gamma())
    (need,) = expect(1 / form.variable, form, algebra).requires
    assert str(need) == "k - 1"


def test_an_exact_sum_over_a_finite_support():
    form, algebra = form_of(Bernoulli())
    p = algebra.expr(form.law.values[0])
    assert expect(sympy.cos(form.variable), form, algebra).value == p * sympy.cos(1) - p + 1


def test_a_mean_without_closed_form_is_refused_by_name():
    form, algebra = form_of(Poisson())
    with pytest.raises(NoClosedFormError, match=r"E\[log x!\] under Poisson\(lam\)"):
        expect(sympy.loggamma(form.variable + 1), form, algebra)


def test_what_is_no_feature_is_refused_by_name():
    form, _ = form_of(Normal())
    with pytest.raises(NoRuleError, match="gaussian"):
        read_monomials(sympy.log(form.variable), form.variable, form.branches[0])


def test_a_density_that_is_not_of_its_kernel_is_refused():
    class Odd(Exponential):
        @staticmethod
        def log_density_terms(x, rate):
            return log(rate) - rate * x - number(1) * x**2

    with pytest.raises(NoRuleError, match="does not fit"):
        form_of(Odd())
