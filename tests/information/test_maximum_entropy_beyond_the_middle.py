"""Laws of largest entropy with means in the middle of an interval, beyond it, and on the circle."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, optimize

from derive.errors import NoClosedFormError
from derive.information.maximum_entropy import maximum_entropy


def multiplier(function, mean, low, high):
    """The eta at which exp(eta f) on an interval has a given mean of f, by root finding."""

    def gap(eta):
        total, first = (
            integrate.quad(lambda x, k=k: function(x) ** k * np.exp(eta * function(x)), low, high)[
                0
            ]
            for k in (0, 1)
        )
        return first / total - mean

    return optimize.brentq(gap, -30, 30, xtol=1e-13)


def number_found(found, name):
    """The decimals that a page prints for a letter."""
    words = next(str(line) for line in str(found).splitlines() if "≈" in line)
    assert words.split("≈")[0].strip() == name
    return float(words.split("≈")[1].split()[0])


@pytest.mark.parametrize("mean", ["51/100", "2/3", "9/10"])
def test_a_mean_beyond_the_middle_of_the_unit_interval(mean):
    found = maximum_entropy({"x": mean}, "[0, 1]")
    lam = number_found(found, "lam")
    above, below = map(float, mean.split("/"))
    expected = multiplier(lambda x: x, above / below, 0, 1)
    assert np.log(lam / (1 - lam)) == pytest.approx(expected, rel=1e-7)
    assert found.certificate.verdict == "verified"


@pytest.mark.parametrize(
    ("means", "support", "law"),
    [
        ({"x": "1/2"}, "[0, 1]", "Uniform(0, 1)"),
        ({"x": "3"}, "[0, 6]", "Uniform(0, 6)"),
        ({"x": "0"}, "[-1, 1]", "Uniform(-1, 1)"),
        ({"x": "1/2", "x^2": "1/3"}, "[0, 1]", "Uniform(0, 1)"),
        ({"log(x)": "-1"}, "[0, 1]", "Uniform(0, 1)"),
    ],
)
def test_means_that_the_uniform_law_has_need_no_multipliers(means, support, law):
    found = maximum_entropy(means, support)
    assert repr(found.law) == law
    assert found.certificate.verdict == "verified"


@pytest.mark.parametrize(
    ("text", "mean", "function", "law"),
    [
        ("cos(x)", "1/2", np.cos, "VonMises(0, kappa)"),
        ("cos(x)", "-1/2", lambda x: -np.cos(x), "VonMises(pi, kappa)"),
        ("sin(x)", "1/2", np.sin, "VonMises(1/2*pi, kappa)"),
    ],
)
def test_one_mean_on_the_circle(text, mean, function, law):
    found = maximum_entropy({text: mean}, "[-pi, pi]")
    assert repr(found.law) == law
    expected = multiplier(function, 0.5, -np.pi, np.pi)
    assert number_found(found, "κ") == pytest.approx(expected, rel=1e-7)
    assert found.certificate.verdict == "verified"


def test_two_means_on_an_interval_are_refused_by_the_exponent():
    with pytest.raises(NoClosedFormError, match=r"exp\(eta1\*x \+ eta2\*x\^2\)/Z"):
        maximum_entropy({"x": "m", "x^2": "s"}, "[0, 1]")
