"""Factors where powers have large or broken exponents."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
import sympy
from sympy import Rational, Symbol, exp, factor, simplify

import derive as dv
from derive.engine.factoring import cancelled, factored
from derive.errors import NoClosedFormError

x, b = Symbol("x", positive=True), Symbol("b", positive=True)
ODD = Rational(21713, 10000)


@pytest.mark.parametrize(
    "expr",
    [
        x**ODD - x ** (ODD - 1),
        (exp(ODD) - 1) * (x + 1) / (exp(ODD) * x + exp(ODD)),
        exp(-ODD * b) * x + exp(ODD * b) * x**2,
        (x**500 - x**499) / (x - 1),
        Rational(3, 7) ** ODD * x + Rational(3, 7) ** ODD,
    ],
)
def test_the_value_stays_and_time_is_short(expr: sympy.Expr) -> None:
    start = time.process_time()
    forms = [factored(expr), cancelled(expr)]
    assert time.process_time() - start < 2
    at = {x: 1.7, b: 0.6}
    for form in forms:
        assert abs(complex(form.subs(at)) / complex(expr.subs(at)) - 1) < 1e-9


def test_common_powers_are_taken_out() -> None:
    assert factored(x**ODD + 2 * x**ODD * b) == x**ODD * (1 + 2 * b)
    assert factored(x**500 - x**499) == x**499 * (x - 1)
    assert cancelled(exp(-ODD) * exp(ODD) - 1) == 0


def test_other_expressions_go_to_sympy_as_they_are() -> None:
    expr = (x**3 - b**3) / (x**2 - b**2) + sympy.sqrt(x)
    assert factored(expr) == factor(sympy.cancel(expr))
    assert simplify(factored(expr) - expr) == 0


@pytest.mark.parametrize(
    ("question", "value"),
    [  # by quadrature, summation and SciPy
        (lambda: dv.expectation("x", "TruncatedExponential(2.17, 0.5)"), 0.2056545215379592),
        (lambda: dv.variance("LogNormal(0.532, 1.1814)"), 35.546704997403815),
        (lambda: dv.moment("Bernoulli(3/10)", 100), 0.3),
        (lambda: dv.moment("Poisson(2)", 20), 2.4016181943732412e16),
        (lambda: dv.entropy("TruncatedExponential(0.7226, 0.5)"), -0.6985685619728582),
    ],
)
def test_decimals_and_high_orders_take_no_time(
    question: Callable[[], dv.Derivation], value: float
) -> None:
    start = time.process_time()
    answer = question()
    assert time.process_time() - start < 5
    assert float(answer.result) == pytest.approx(value, rel=1e-9)


def test_numbers_too_long_to_read_are_refused_by_name() -> None:
    with pytest.raises(NoClosedFormError, match="factorial of 1000000"):
        dv.variance("Binomial(1000000, 1/2)")
    with pytest.raises(NoClosedFormError, match="give the parameter a name"):
        dv.expectation("exp(-x)", "Gamma(1.1858, 1.6838)")
    assert dv.variance("Binomial(1000, 1/2)").result == 250


def test_a_law_that_the_places_of_an_integral_miss_is_not_called_wrong() -> None:
    found = dv.entropy("Gamma(1e20, 1)")
    assert found.certificate.verdict == "unchecked"
