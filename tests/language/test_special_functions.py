"""Bessel functions and zeta: public functions, signs, and what is refused."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import scipy.special
import sympy

import derive as dv
from derive.errors import ArgumentError, DomainError, NoRuleError, ReadError, ShapeError
from derive.language.expression import number, symbol
from derive.language.properties import range_of
from derive.language.special_functions import besseli, zeta

x, t = symbol("x"), symbol("t", facts=("positive",))


def test_signs_are_known_where_they_are_certain():
    assert range_of(besseli(number(1), t)).is_positive
    assert range_of(besseli(number(2), x)).is_positive
    assert not range_of(besseli(number(1), x)).is_nonnegative
    assert range_of(zeta(0, x)).is_positive and range_of(zeta(2, x)).is_positive
    assert range_of(zeta(1, x)).is_negative


def test_values_at_zero_are_numbers():
    assert besseli(number(0), number(0)) is number(1)
    assert besseli(number(2), number(0)) is number(0)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: dv.besseli(-1, sympy.Symbol("x")), DomainError, "order >= 0"),
        (lambda: dv.besseli(0, dv.vector("u", dv.dims("n"))), ShapeError, "scalar"),
        (lambda: dv.riemann_zeta(1), DomainError, "argument > 1"),
        (lambda: dv.zetaderiv(-1, sympy.Symbol("x")), ArgumentError, "whole number"),
        (lambda: dv.parse("riemann_zeta(1/2)"), ReadError, "argument > 1"),
        (lambda: dv.parse("zetaderiv(x, 2)", shapes="x: scalar"), ReadError, "whole order"),
        (lambda: dv.parse("besseli(0, u)", shapes="u: n"), ShapeError, "write besseli of one"),
        (lambda: dv.gradient("besseli(v, 2)", "v", shapes="v: positive"), NoRuleError, "order"),
    ],
)
def test_what_is_out_of_reach_is_refused_by_name(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize(
    ("text", "shapes", "slope"),
    [
        ("log(besseli(0, x))", "x: scalar", lambda v: mpmath.log(mpmath.besseli(0, v))),
        ("besseli(1, x)^2", "x: scalar", lambda v: mpmath.besseli(1, v) ** 2),
        ("besseli(1/2, x)", "x: positive", lambda v: mpmath.besseli(0.5, v)),
        ("log(riemann_zeta(x))", "x: scalar", lambda v: mpmath.log(mpmath.zeta(v))),
        ("zetaderiv(2, x)", "x: scalar", lambda v: mpmath.zeta(v, 1, 2)),
    ],
)
def test_gradients_are_verified_and_agree_with_differences(text, shapes, slope):
    found = dv.gradient(text, "x", shapes=shapes)
    assert found.certificate.verdict == "verified"
    for place in (1.25, 3.0, 7.5):
        assert float(found.function()(place)) == pytest.approx(
            float(mpmath.diff(slope, place)), rel=1e-12
        )


def test_a_named_order_is_verified_and_stated_with_its_condition():
    found = dv.gradient("besseli(v, x)", "x", shapes="v: scalar, x: scalar")
    assert found.certificate.verdict == "verified"
    assert {"v >= 0", "x > 0"} <= set(found.conditions)
    expected = scipy.special.ivp(1.7, 2.3)
    assert float(found.function()(1.7, 2.3)) == pytest.approx(expected, rel=1e-12)


def test_large_arguments_do_not_overflow():
    value = dv.function("log(besseli(0, x))", shapes="x: scalar")
    slope = dv.gradient("log(besseli(0, x))", "x", shapes="x: scalar").function()
    for place in (5.0, 800.0, -1e6):
        exact = mpmath.log(mpmath.besseli(0, abs(place)))
        assert float(value(place)) == pytest.approx(float(exact), rel=1e-13)
        ratio = mpmath.besseli(1, place) / mpmath.besseli(0, place)
        assert float(slope(place)) == pytest.approx(float(ratio), rel=1e-13)


@pytest.mark.parametrize("times", range(5))
def test_derivatives_of_zeta_keep_their_digits(times):
    places = np.array([1 + 1e-9, 1.01, 1.5, 2.0, 3.7, 12.0, 60.0])
    found = dv.function(f"zetaderiv({times}, x)", shapes="x: scalar")
    for place in places:
        expected = float(mpmath.zeta(mpmath.mpf(float(place)), 1, times))
        assert float(found(float(place))) == pytest.approx(expected, rel=2e-13)


def test_sympy_takes_a_derivative_of_our_node():
    s = sympy.Symbol("s", positive=True)
    assert dv.zetaderiv(1, s).diff(s) == dv.zetaderiv(2, s)
    assert float(dv.zetaderiv(1, sympy.Integer(3)).evalf()) == pytest.approx(-0.19812624288563685)
