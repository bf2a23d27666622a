"""A parameter written as an expression brings the condition under which it has a value."""

from __future__ import annotations

import pytest

import derive as dv
from derive.errors import DomainError

ASKED = [
    (lambda: dv.expectation("exp(x)", "Normal(log(m), s)"), "m > 0"),
    (lambda: dv.expectation("x^2", "Normal(sqrt(m), s)"), "m >= 0"),
    (lambda: dv.moment("LogNormal(log(m), s)", 2), "m > 0"),
    (lambda: dv.quantile("LogNormal(log(m), s)"), "m > 0"),
    (lambda: dv.density("Normal(1/m, s)"), "m != 0"),
    (lambda: dv.kl_divergence("Normal(sqrt(m), s)", "Normal(0, 1)"), "m >= 0"),
    (lambda: dv.entropy("NormalGamma(log(m), r, a, b)"), "m > 0"),
]


@pytest.mark.parametrize(("question", "condition"), ASKED, ids=[str(k) for k in range(len(ASKED))])
def test_the_condition_of_an_expression_is_stated(question, condition):
    found = question().conditions
    assert condition in found
    assert len(set(found)) == len(found)


def test_no_law_no_number():
    found = dv.expectation("exp(x)", "Normal(log(m), s)").function()
    with pytest.raises(DomainError, match="m > 0"):
        found(-1.0, 0.5)


def test_names_alone_bring_nothing():
    assert dv.entropy("Normal(m, sqrt(v))").conditions == ("v > 0",)
    assert dv.expectation("x", "Gamma(1/k, t)").conditions == ("k > 0", "t > 0")
