"""Entropies: textbook form, right values, honest refusals, readable pages."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
import scipy.stats
import sympy

import derive.check.law_bench as law_bench
from derive.check.evaluate import Point, ball_value
from derive.engine.scalar_algebra import operation_count
from derive.errors import (
    ArgumentError,
    DomainError,
    LimitError,
    NoClosedFormError,
    RefutedError,
)
from derive.information.entropy import entropy
from derive.language.expression import symbol
from derive.language.laws.half_line import Exponential, Gamma
from derive.language.laws.line import Normal
from derive.language.laws.whole_numbers import Bernoulli, Poisson
from derive.probability import mean_of_sum as lines
from derive.writing.plain import plain

# law, textbook form as printed, operations of the textbook form
TEXTBOOK = [
    (Bernoulli(), "-p*log(p) - (1 - p)*log(1 - p)", 7),
    (Exponential("lam"), "1 - log(lam)", 2),
    (Gamma(), "k + log(theta) + loggamma(k) + (1 - k)*digamma(k)", 8),
    (Normal(), "1/2*log(2*pi*e*sigma^2)", 6),
]
IDS = [type(law).__name__ for law, *_ in TEXTBOOK]

ORACLES = [
    (Bernoulli, lambda p: scipy.stats.bernoulli(p), [(0.25,), (0.875,)]),
    (Exponential, lambda rate: scipy.stats.expon(scale=1 / rate), [(0.5,), (4,)]),
    (Gamma, lambda k, theta: scipy.stats.gamma(k, scale=theta), [(0.5, 2), (3.25, 0.125)]),
    (Normal, lambda mu, sigma: scipy.stats.norm(mu, sigma), [(1, 2), (-3, 0.25)]),
]


def number_of(derivation, *values):
    point = Point({}, dict(zip(derivation.trace.arguments, map(Fraction, values), strict=True)))
    return float(ball_value(derivation.expression, point)[0, 0])


@pytest.mark.parametrize(("law", "text", "operations"), TEXTBOOK, ids=IDS)
def test_the_result_is_the_textbook_form(law, text, operations):
    derivation = entropy(law)
    assert plain(derivation.expression) == text
    assert operation_count(derivation.expression) <= operations


@pytest.mark.parametrize(("law", "oracle", "draws"), ORACLES)
def test_symbolic_and_numeric_parameters_agree_with_scipy(law, oracle, draws):
    derivation = entropy(law())
    for values in draws:
        expected = float(oracle(*values).entropy())
        assert number_of(derivation, *values) == pytest.approx(expected, rel=1e-12)
        assert number_of(entropy(law(*values))) == pytest.approx(expected, rel=1e-12)
        assert float(derivation.function()(*map(float, values))) == pytest.approx(expected)


@pytest.mark.parametrize(("law", "text", "operations"), TEXTBOOK, ids=IDS)
def test_every_line_is_checked_and_the_page_reads(law, text, operations, golden):
    derivation = entropy(law)
    certificate = derivation.certificate
    assert certificate.verdict == "verified"
    assert certificate.level == "tested at points"
    assert certificate.points >= 6
    golden(f"entropy/{law.name}.txt", derivation.text())
    golden(f"entropy/{law.name}.tex", derivation.latex())


def test_the_ascii_page_is_ascii():
    assert entropy(Gamma()).text(unicode=False).isascii()


@pytest.mark.parametrize("base", [2, 10, 2.5, Fraction(1, 2), sympy.Integer(3)])
def test_another_base_divides_by_its_logarithm_in_a_step(base):
    nats, other = entropy(Exponential("lam")), entropy(Exponential("lam"), base=base)
    expected = number_of(nats, 0.25) / math.log(base)
    assert number_of(other, 0.25) == pytest.approx(expected, rel=1e-12)
    assert "change of base" in other.steps[-1].rule
    assert other.certificate.verdict == "verified"


def test_the_base_e_is_nats():
    assert entropy(Normal(), base=sympy.E) == entropy(Normal())


@pytest.mark.parametrize(
    ("base", "error"),
    [
        (1, DomainError),
        (0, DomainError),
        (-2, DomainError),
        (math.nan, DomainError),
        ("two", ArgumentError),
        (sympy.Symbol("b"), ArgumentError),
        ([2], ArgumentError),
    ],
)
def test_a_base_that_is_none_is_refused(base, error):
    with pytest.raises(error, match="base"):
        entropy(Normal(), base=base)


@pytest.mark.parametrize("law", [None, 3, Normal])
def test_what_is_no_law_is_refused(law):
    with pytest.raises(ArgumentError, match="needs a law"):
        entropy(law)


@pytest.mark.parametrize("law", [Poisson(), Poisson(3)])
def test_the_poisson_entropy_names_the_mean_that_has_no_closed_form(law):
    with pytest.raises(NoClosedFormError, match=r"E\[log x!\]"):
        entropy(law)


def test_compound_parameters_keep_their_conditions():
    a, b, s = sympy.symbols("a b s")
    derivation = entropy(Gamma(a - b, sympy.exp(s)))
    assert derivation.conditions == ("a - b > 0",)
    expected = float(scipy.stats.gamma(1.5, scale=math.exp(0.25)).entropy())
    assert number_of(derivation, 2, 0.5, 0.25) == pytest.approx(expected, rel=1e-12)


def test_a_positive_multiple_needs_only_its_symbol():
    s = symbol("s", facts=("nonnegative", "nonzero", "positive"))
    assert entropy(Exponential(2 * s)).conditions == ("s > 0",)


def test_letters_stand_back_for_parameter_names():
    derivation = entropy(Gamma("p", "x"))
    names = {name.name for name, _ in derivation.trace.definitions}
    assert names == {"P"}
    assert "E_P[log t]" in derivation.text()


def test_a_wrong_closed_form_is_refuted_and_withheld(monkeypatch):
    right = lines.closed_form
    monkeypatch.setattr(
        lines, "closed_form", lambda terms, algebra, order: -right(terms, algebra, order)
    )
    with pytest.raises(RefutedError):
        entropy(Gamma())


def test_an_integral_that_fails_leaves_the_answer_unchecked(monkeypatch):
    def fails(*arguments):
        raise DomainError("the integral does not settle")

    monkeypatch.setattr(law_bench, "Grid", fails)
    certificate = entropy(Exponential()).certificate
    assert certificate.verdict == "unchecked"
    assert "does not settle" in certificate.reason


LARGE = [
    ("Gamma(1000000, 1)", "1000000 + loggamma(1000000) - 999999*digamma(1000000)"),
    ("Gamma(2001/2, 1)", "2001/2 + loggamma(2001/2) - 1999/2*digamma(2001/2)"),
    ("Gamma(20000, 1)", "20000 + loggamma(20000) - 19999*digamma(20000)"),
    ("Exponential(10^60)", "1 - log(1" + "0" * 60 + ")"),
]


@pytest.mark.parametrize(("law", "text"), LARGE, ids=[law for law, _ in LARGE])
def test_functions_of_large_numbers_are_left_as_they_are(law, text):
    assert plain(entropy(law).expression) == text


def test_functions_of_small_numbers_are_written_out():
    assert plain(entropy("Gamma(2, 1)").expression) == "1 + euler_gamma"
    assert plain(entropy("Gamma(3, 1)").expression) == "log(2) + 2*euler_gamma"


@pytest.mark.parametrize(
    "law", ["Exponential(9^9999)", "Gamma(9^9999, 1)", "Exponential(1/9^9999)", "Normal(9^9999, 1)"]
)
def test_a_parameter_of_thousands_of_digits_is_refused(law):
    with pytest.raises(LimitError, match="over the limit of 100"):
        entropy(law)


def test_a_logarithm_of_one_is_not_printed():
    assert "log 1" not in entropy("Normal(0, 1)").text()
    assert "log 1" not in entropy("Gamma(k, 1)").text()


def test_a_negative_base_is_named():
    with pytest.raises(DomainError, match="base of the logarithm must be positive"):
        entropy("Normal(0, 1)", base=-2)
