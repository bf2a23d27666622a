"""Means that no rule gives: SymPy's integral is shown only where quadrature agrees."""

from __future__ import annotations

import math

import pytest
import scipy.integrate
import sympy

import derive as dv
from derive.engine import searched_means
from derive.errors import ArgumentError, NoClosedFormError, RefutedError


def test_an_integral_that_sympy_finds_is_checked_and_said_to_be_his():
    with pytest.raises(NoClosedFormError):
        dv.expectation("cos(x)", "Exponential(rate)")
    found = dv.expectation("cos(x)", "Exponential(rate)", integrate=60)
    assert found.certificate.verdict == "verified"
    assert "found by SymPy" in found.text()
    expected, _ = scipy.integrate.quad(lambda x: math.cos(x) * 1.3 * math.exp(-1.3 * x), 0, 60)
    assert found.function()(rate=1.3) == pytest.approx(expected, rel=1e-8)


def test_a_wrong_integral_is_withheld(monkeypatch):
    wrong = lambda tasks, seconds: (sympy.Symbol("rate", positive=True, real=True) / 2,)  # noqa: E731
    monkeypatch.setattr(searched_means, "integrals", wrong)
    with pytest.raises((RefutedError, NoClosedFormError)):
        dv.expectation("cos(x)", "Exponential(rate)", integrate=1)


def test_what_is_not_found_in_time_is_refused_as_before():
    with pytest.raises(NoClosedFormError, match="no closed form"):
        dv.expectation("tanh(x)", "Normal(0, 1)", integrate=0.01)


@pytest.mark.parametrize("seconds", ["a", -1, True, 1e9])
def test_the_time_is_a_number_of_seconds(seconds):
    with pytest.raises(ArgumentError, match="seconds"):
        dv.expectation("x", "Normal(0, 1)", integrate=seconds)
