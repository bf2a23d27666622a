"""Answers in the form of a textbook, with the conditions a person would state."""

from __future__ import annotations

import pytest

import derive as dv
from derive.writing.plain import plain

CASES = [
    (dv.variance, "StudentT(nu)", "nu/(nu - 2)", ("nu > 2",)),
    (dv.variance, "Geometric(p)", "(1 - p)/p^2", ("0 < p < 1",)),
    (dv.variance, "Rayleigh(s)", "1/2*s^2*(4 - pi)", ("s > 0",)),
    (dv.variance, "LogNormal(m, s)", "(exp(s^2) - 1)*exp(2*m + s^2)", ("s > 0",)),
    (dv.entropy, "HalfNormal(s)", "1/2*log(1/2*pi*e*s^2)", ("s > 0",)),
    (dv.entropy, "LogNormal(m, s)", "m + 1/2*log(2*pi*e*s^2)", ("s > 0",)),
    (
        dv.entropy,
        "InverseGamma(a, b)",
        "a + log(b) + loggamma(a) - (a + 1)*digamma(a)",
        ("a > 0", "b > 0"),
    ),
    (
        dv.moment_generating_function,
        "Exponential(r)",
        "r/(r - t)",
        ("r > 0", "t < r"),
    ),
    (
        dv.entropy,
        "TruncatedExponential(r, b)",
        "1 + r*b/(1 - exp(r*b)) + log((1 - exp(-r*b))/r)",
        ("r > 0", "b > 0"),
    ),
]


@pytest.mark.parametrize(("verb", "law", "answer", "conditions"), CASES)
def test_an_answer_and_where_it_holds(verb, law, answer, conditions):
    found = verb(law)
    assert plain(found.expression) == answer
    assert found.conditions == conditions
    assert found.certificate.verdict == "verified"


def test_the_mean_of_a_rayleigh_value_has_one_root():
    assert plain(dv.expectation("x", "Rayleigh(s)").expression) == "sqrt(1/2*pi)*s"
