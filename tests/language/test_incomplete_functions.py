"""Incomplete functions and inverse distribution functions: values, slopes, what is refused."""

from __future__ import annotations

import flint
import mpmath
import pytest
import scipy.special
import sympy

import derive as dv
from derive.check.incomplete_functions import betaincinv, gammaincinv, normquantile
from derive.errors import DomainError, NoRuleError, ReadError, ShapeError


def gamma_share(a, x):
    return mpmath.gammainc(a, 0, x, regularized=True)


def beta_share(a, b, x):
    return mpmath.betainc(a, b, 0, x, regularized=True)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: dv.gammainc(0, sympy.Symbol("x")), DomainError, "shapes > 0"),
        (lambda: dv.gammainc(1, -1), DomainError, "x >= 0"),
        (lambda: dv.betainc(1, 2, 2), DomainError, "0 <= x <= 1"),
        (lambda: dv.normquantile(1), DomainError, "0 < p < 1"),
        (lambda: dv.gammaincinv(2, dv.vector("u", dv.dims("n"))), ShapeError, "scalar"),
        (lambda: dv.parse("betaincinv(1, 2, 3)"), ReadError, "0 < p < 1"),
        (lambda: dv.parse("gammainc(1, u)", shapes="u: n"), ShapeError, "write gammainc of one"),
        (
            lambda: dv.gradient("betainc(a, 2, 1/3)", "a", shapes="a: positive"),
            NoRuleError,
            "betainc has no differential in its shapes",
        ),
    ],
)
def test_what_is_out_of_reach_is_refused_by_name(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize(
    ("text", "slope"),
    [
        ("gammainc(5/2, x)", lambda x: gamma_share(2.5, x)),
        ("log(1 - gammainc(3/2, x^2))", lambda x: mpmath.log(1 - gamma_share(1.5, x * x))),
        ("betainc(1/2, 3, x)", lambda x: beta_share(0.5, 3, x)),
        ("normquantile(x)^2", lambda x: 2 * mpmath.erfinv(2 * x - 1) ** 2),
    ],
)
def test_gradients_are_verified_and_agree_with_differences(text, slope):
    found = dv.gradient(text, "x", shapes="x: probability")
    assert found.certificate.verdict == "verified"
    for place in (0.125, 0.5, 0.9375):
        assert float(found.function()(place)) == pytest.approx(
            float(mpmath.diff(slope, place)), rel=1e-11
        )


@pytest.mark.parametrize("p", [0.01, 0.4, 0.999])
def test_the_slope_of_an_inverse_is_one_over_that_of_the_function(p):
    found = dv.gradient("gammaincinv(a, p)", "p", shapes="a: positive, p: probability")
    assert found.certificate.verdict == "verified"
    place = scipy.special.gammaincinv(2.5, p)
    expected = 1 / float(mpmath.diff(lambda x: gamma_share(2.5, x), place))
    assert float(found.function()(2.5, p)) == pytest.approx(expected, rel=1e-11)
    found = dv.gradient(
        "betaincinv(a, b, p)", "p", shapes="a: positive, b: positive, p: probability"
    )
    assert found.certificate.verdict == "verified"
    place = scipy.special.betaincinv(2.5, 0.75, p)
    expected = 1 / float(mpmath.diff(lambda x: beta_share(2.5, 0.75, x), place))
    assert float(found.function()(2.5, 0.75, p)) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("p", [1e-12, 0.3, 1 - 2**-40])
def test_an_inverse_is_a_ball_around_the_place(p):
    before = flint.ctx.prec
    flint.ctx.prec = 120
    try:
        share = flint.arb(p)
        for ball, share_below in (
            (normquantile().ball(share), lambda x: mpmath.ncdf(x)),
            (gammaincinv(flint.arb(0.25)).ball(share), lambda x: gamma_share(0.25, x)),
            (
                betaincinv(flint.arb(3), flint.arb(0.5)).ball(share),
                lambda x: 1 - beta_share(0.5, 3, 1 - x),
            ),
        ):
            assert ball.rel_accuracy_bits() > 60
            with mpmath.workprec(200):
                low, high = (
                    mpmath.mpf(end.str(50, radius=False)) for end in (ball.lower(), ball.upper())
                )
                assert share_below(low) <= p * (1 + mpmath.mpf(2) ** -50)
                assert share_below(high) >= p * (1 - mpmath.mpf(2) ** -50)
    finally:
        flint.ctx.prec = before


def test_small_shares_above_keep_their_digits():
    left = dv.function("1 - gammainc(a, x)", shapes="a: positive, x: positive")
    assert float(left(3.0, 80.0)) == pytest.approx(scipy.special.gammaincc(3, 80), rel=1e-13)
    left = dv.function("1 - betainc(2, 9, x)", shapes="x: probability")
    assert float(left(0.999)) == pytest.approx(scipy.special.betaincc(2, 9, 0.999), rel=1e-12)
    place = dv.function("normquantile(1 - p)", shapes="p: probability")
    assert float(place(1e-30)) == pytest.approx(-scipy.special.ndtri(1e-30), rel=1e-13)
    place = dv.function("gammaincinv(a, 1 - p)", shapes="a: positive, p: probability")
    assert float(place(2.0, 1e-30)) == pytest.approx(scipy.special.gammainccinv(2, 1e-30))


def test_sympy_takes_derivatives_and_values():
    x = sympy.Symbol("x", positive=True)
    assert sympy.simplify(dv.gammainc(1, x).diff(x) - sympy.exp(-x)) == 0
    assert float(dv.gammaincinv(2, sympy.Rational(1, 3)).evalf(20)) == pytest.approx(
        scipy.special.gammaincinv(2, 1 / 3), rel=1e-14
    )
    assert float(dv.betaincinv(2, 3, sympy.Rational(1, 3)).evalf(20)) == pytest.approx(
        scipy.special.betaincinv(2, 3, 1 / 3), rel=1e-14
    )
    assert dv.normquantile(sympy.Rational(1, 2)) == 0
