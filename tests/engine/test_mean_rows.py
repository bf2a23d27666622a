"""The rows behind means by parts, by partial totals and by mean values, against quadrature."""

from __future__ import annotations

import itertools

import mpmath
import pytest
import sympy

from derive.engine.distances import PARTIAL_TOTALS
from derive.engine.polynomial_densities import ANTIDERIVATIVES
from derive.rules.families import KERNEL_BY_NAME

#: The function of each row of ANTIDERIVATIVES, and what it is given.
FUNCTIONS = {
    "power": (lambda u, s: u**s, 2),
    "positive power": (lambda u, s: u**s, sympy.Rational(1, 3)),
    "log": (lambda u, given: mpmath.log(u), 0),
    "reciprocal": (lambda u, given: 1 / u, 0),
    "exp": (lambda u, given: mpmath.exp(u), 0),
    "cos": (lambda u, shift: mpmath.cos(u) if shift == 0 else mpmath.sin(u), 1),
    "modulus": (lambda u, s: abs(u) ** s, sympy.Rational(3, 2)),
    "sign": (lambda u, given: mpmath.sign(u), 0),
    "ramp": (lambda u, s: max(u, 0) ** s, sympy.Rational(3, 2)),
    "squares": (lambda u, g: mpmath.log(u**2 + g**2), sympy.Rational(7, 5)),
}
SIDED = {"exp", "cos", "modulus", "sign", "ramp", "squares"}  # known below zero too
PLACES = (-2.3, -0.4, 0.7, 3.1)


def test_every_antiderivative_is_tried():
    assert set(FUNCTIONS) == set(ANTIDERIVATIVES)


@pytest.mark.parametrize("number", [1, 2, 3, 4])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_antiderivative_has_the_one_before_as_its_slope(name, number):
    function, given = FUNCTIONS[name]
    u = sympy.Symbol("u", real=True)

    def at(k):
        found = ANTIDERIVATIVES[name](u, sympy.sympify(given), k)
        return sympy.lambdify(u, found, [{"relu": lambda v: max(v, 0)}, "mpmath"])

    before = at(number - 1) if number > 1 else lambda v: function(v, mpmath.mpf(given))
    for place in PLACES if name in SIDED else PLACES[2:]:
        slope = mpmath.diff(at(number), mpmath.mpf(place))
        assert float(slope) == pytest.approx(float(before(mpmath.mpf(place))), rel=1e-9)


#: Natural parameters at which the part of a kernel below a place is known.
NATURALS = {
    "gamma": [(0, -2), (3, -0.5), ("-1/2", -1.5), ("1/2", -2), ("5/2", -0.75)],
    "beta": [(0.7, 0), (2.5, 2), (1, -0.3), (2, 0.4), (-0.5, 1)],
    "beta_prime": [(0, -1.5), (1, -3.2), (2, -4.5)],
    "gaussian": [(0, -0.5), (1.5, -2), (-2, -0.75)],
}


def test_every_kernel_with_a_part_is_tried():
    assert set(NATURALS) == set(PARTIAL_TOTALS)


@pytest.mark.parametrize(
    ("name", "natural"), [(n, eta) for n, found in NATURALS.items() for eta in found], ids=str
)
def test_the_part_below_a_place_is_the_integral_up_to_it(name, natural):
    kernel = KERNEL_BY_NAME[name]
    y, eta = kernel.value, [sympy.nsimplify(e) for e in natural]
    exponent = sum(e * f for e, f in zip(eta, kernel.features, strict=True))
    integrand = sympy.lambdify(y, sympy.exp(exponent).xreplace(kernel.letters), "mpmath")
    start = -mpmath.inf if name == "gaussian" else 0
    for place in (0.2, 0.85) if name != "gaussian" else (-1.2, 0.6):
        stated = PARTIAL_TOTALS[name](*eta, sympy.Rational(str(place))).evalf(20)
        points = [start, -4, place] if name == "gaussian" else [0, place / 100, place / 4, place]
        assert float(stated) == pytest.approx(float(mpmath.quad(integrand, points)), rel=1e-8)


@pytest.mark.parametrize(
    ("m", "g", "c", "w"), [(0.5, 1.5, -1, 2), (-2, 0.25, 0, 1), (3, 0.1, 2, 0.5)]
)
def test_the_poisson_integral_of_a_logarithm_of_squares(m, g, c, w):
    def integrand(angle):
        return mpmath.log((c + w * mpmath.tan(angle) - m) ** 2 + g**2) / mpmath.pi

    half = mpmath.pi / 2
    found = mpmath.quad(integrand, [-half, -1.4, -1, 0, 1, 1.4, half])
    assert float(found) == pytest.approx(float(mpmath.log((c - m) ** 2 + (w + g) ** 2)), rel=1e-6)


@pytest.mark.parametrize(("u", "v"), [(0, 2), (0.3, 5), (7, 1)])
def test_the_mean_logarithm_under_the_arcsine_law(u, v):
    def integrand(angle):
        return mpmath.log(u + (v - u) * mpmath.sin(angle) ** 2) * 2 / mpmath.pi

    found = mpmath.quad(integrand, [0, 0.01, 0.3, mpmath.pi / 2])
    stated = 2 * mpmath.log((mpmath.sqrt(u) + mpmath.sqrt(v)) / 2)
    assert float(found) == pytest.approx(float(stated), rel=1e-8)


@pytest.mark.parametrize(("order", "h"), list(itertools.product([0, 0.5, 1, 2.25], [0.4, 3])))
def test_the_mean_exponential_under_equal_beta_parameters(order, h):
    def mean(function):  # y is the square of a sine
        def integrand(angle):
            y = mpmath.sin(angle) ** 2
            return (y * (1 - y)) ** order * function(y)

        return mpmath.quad(integrand, [0, 0.1, 0.8, 1.5, mpmath.pi / 2])

    found = mean(lambda y: mpmath.exp(2 * h * y - h)) / mean(lambda y: 1)
    stated = mpmath.gamma(order + 1) * (2 / mpmath.mpf(h)) ** order * mpmath.besseli(order, h)
    assert float(found) == pytest.approx(float(stated), rel=1e-8)
