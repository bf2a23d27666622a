"""A result that lost all its digits is told, and only such a one."""

from __future__ import annotations

import math
import warnings

import mpmath as mp
import numpy as np
import pytest

import derive as dv

LOST = [
    ("loggamma(x+1)-loggamma(x)", 1e20, lambda x: mp.log(x)),
    ("lognormcdf(x)+x^2/2", -1e9, lambda x: -mp.log(-x * mp.sqrt(2 * mp.pi))),
    ("digamma(x)-log(x)", 1e17, lambda x: -1 / (2 * x)),
    ("3*(digamma(x)-log(x))^2/x", 1e17, lambda x: 3 / (4 * x**3)),
    ("log(loggamma(x+1)-loggamma(x))", 1e20, lambda x: mp.log(mp.log(x))),
    # each term is far larger than the whole; the exponents have lost more than that
    (
        "x-exp(2*loggamma(x+1/2)-2*loggamma(x))",
        7.8e8,
        lambda x: x - mp.exp(2 * mp.loggamma(x + 0.5) - 2 * mp.loggamma(x)),
    ),
]


@pytest.mark.parametrize(("text", "at", "true"), LOST, ids=[case[0] for case in LOST])
def test_a_difference_without_a_right_digit_is_told(text, at, true):
    f = dv.function(text, "x: scalar")
    with mp.workdps(60):
        about = f"{float(true(mp.mpf(at))):.6g}"
    with pytest.warns(RuntimeWarning, match="no digit of value") as told:
        assert f(at) != pytest.approx(float(about), rel=0.5, abs=0)
    assert str(told[0].message).endswith(f"it is about {about}") and told[0].filename == __file__
    with pytest.warns(RuntimeWarning, match="no digit of value"):
        f(np.array([1.5, at]))


def test_an_entry_of_a_vector_a_matrix_and_a_batch_is_told():
    f = dv.function("log(x)-digamma(x)", "x: n")
    for given in ([2.0, 1e17], [[2.0, 3.0], [1e17, 5.0]]):
        with pytest.warns(RuntimeWarning, match="it is about 5e-18"):
            f(np.array(given))
    curve = dv.hessian("log(normcdf(b)-normcdf(a))", "b", shapes="a: scalar, b: scalar").function()
    with pytest.warns(RuntimeWarning, match="it is about -1"):
        curve(a=-1.1e9, b=-1e9)
    slopes = dv.hessian("sum(loggamma(x)-x.*log(x))", "x", shapes="x: n").function()
    with pytest.warns(RuntimeWarning, match="no digit"):
        slopes(np.array([2.0, 1e17]))


SILENT = [
    ("exp(x)-2", math.log(2)),  # the last digit of x decides
    ("log(x)-log(2)", 2 + 4e-16),
    ("sin(x)-1/2", math.asin(0.5)),
    ("x-1-log(x)", 1.0),  # right: it is zero
    ("sin(x)^2+cos(x)^2-1", 0.3),
    ("exp(x)-x-cos(x)", 0.0),
    ("digamma(x)-log(x)", 2.0),
    ("x^2-3*x+2", 1.0),
    ("(x-sin(x))/x^3", 1e-9),  # right, by another form
    ("log(x+1)-log(x)", 1e17),
]


@pytest.mark.parametrize(("text", "at"), SILENT)
def test_what_is_right_or_as_uncertain_as_its_argument_is_silent(text, at):
    f = dv.function(text, "x: scalar")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(100):  # more often than suspicions are followed
            f(at)
        f(np.array([at, at]))


def test_the_text_holds_no_alarm_and_ordinary_functions_are_not_watched():
    assert "lost" not in dv.function("digamma(x)-log(x)", "x: scalar").source
    loss = dv.gradient("sum(log(ones(n)+exp(-y.*(X*w))))", "w", shapes="X: n x d, w: d, y: n")
    f = loss.function()
    assert f._kernel.__code__.co_filename == f"<{f.name}>"  # what runs is the text alone
