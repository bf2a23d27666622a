"""oo, inf and nan are no names of parameters, orders or probabilities."""

from __future__ import annotations

import pytest

import derive as dv


@pytest.mark.parametrize(
    "ask",
    [
        lambda: dv.entropy("Uniform(0, oo)"),
        lambda: dv.expectation("x", "Uniform(0, inf)"),
        lambda: dv.expectation("oo*x", "Normal(0, 1)"),
        lambda: dv.entropy("[nan, 1 - nan]"),
        lambda: dv.MarkovChain([["1 - Inf", "Inf"], [0, 1]]),
        lambda: dv.gradient("infinity*x", "x", shapes="x: scalar"),
    ],
)
def test_in_a_text_the_place_is_marked(ask):
    with pytest.raises(dv.ReadError, match="is no number here") as caught:
        ask()
    assert "^" in str(caught.value)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: dv.Normal(0, "oo"),
        lambda: dv.MultivariateNormal("nan"),
        lambda: dv.renyi_divergence("Exponential(2)", "Exponential(1)", "oo"),
        lambda: dv.moment("Normal(0, 1)", "inf"),
        lambda: dv.Dirichlet([float("inf"), 1]),
        lambda: dv.MultivariateNormal([float("nan"), 0], 1),
    ],
)
def test_as_a_name_they_are_not_finite(ask):
    with pytest.raises(dv.DomainError, match="must be finite"):
        ask()


def test_the_order_of_a_norm_and_the_end_of_a_support_may_be_infinite():
    assert "is_max" in repr(dv.gradient("norm(x, inf)", "x", shapes="x: n"))
    assert repr(dv.maximum_entropy({"x": "m"}, "(0, oo)").law) == "Exponential(1/m)"
