"""Posteriors where the sample cuts the support, by way of a function of the unknown or not."""

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from derive import conjugate_prior, maximum_a_posteriori, posterior


@pytest.mark.parametrize("rate", [6.0, 9.5])
def test_a_cut_through_a_logarithm_is_at_the_logarithm_of_the_least_value(rate):
    found = posterior("Pareto(xm, alpha)", "TruncatedExponential(r, b)", of="log(xm)")
    x, alpha, b = np.array([2.0, 3.5, 1.7]), 1.5, 2.0

    def product(v):
        values = stats.pareto.pdf(x, alpha, scale=np.exp(v)).prod()
        return values * stats.truncexpon.pdf(v, rate * b, scale=1 / rate)

    end = np.log(x.min())
    mass = quad(product, 0, end)[0]
    mean = quad(lambda v: v * product(v), 0, end)[0] / mass
    new_rate, new_end = found.function()(x=x, alpha=alpha, r=rate, b=b)
    assert stats.truncexpon(new_rate * new_end, scale=1 / new_rate).mean() == pytest.approx(mean)
    assert "r - alpha*n > 0" in map(str, found.conditions)


@pytest.mark.parametrize(
    ("law", "end"),
    [("Uniform(0, b)", 5.0), ("Uniform(0, 2*b)", 2.5), ("Uniform(-b, b)", 5.0)],
)
def test_a_cut_is_where_the_end_meets_the_extreme_value(law, end):
    found = posterior(law, "Pareto(xm, a)", of="b")
    x = np.array([0.5, 5.0, 3.0])
    arguments = {"x": x, "xm": 1.0, "a": 2.0, "n": 3}
    needed = {s.name: arguments[s.name] for s in found.trace.arguments if s.name in arguments}
    scale, index = found.function()(**needed)
    assert (scale, index) == (pytest.approx(end), 5.0)


def test_conditions_that_every_sample_meets_are_not_printed():
    assert [str(c) for c in posterior("Bernoulli(p)", "Beta(a, b)").conditions] == [
        "a > 0",
        "b > 0",
    ]


def test_the_largest_of_scalars_reads_as_a_call():
    assert repr(conjugate_prior("Uniform(0, b)", of="b").law) == (
        "Pareto(max(xm, max(x)), alpha + n)"
    )


def test_a_mode_is_written_with_what_is_positive():
    found = maximum_a_posteriori("Normal(mu, sigma)", "InverseGamma(a, b)", of="sigma")
    assert "*(a + n + 1)" in repr(found)
    assert "- 4*" not in repr(found)
