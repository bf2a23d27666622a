"""Differences that cancel as they are written, against mpmath over many magnitudes."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

import derive as dv

TOLERANCE = 1e-11
SIZES = [
    sign * lead * 10.0**k
    for k in (-300, -100, -50, -17, -12, -9, -8, -6, -4, -2, -1, 0, 1, 2, 4, 7, 12, 17, 50, 100)
    for lead in (1.0, 4.3)
    for sign in (1, -1)
]
SMALL = [x for x in SIZES if abs(x) < 1e3]
BELOW_ONE = [x for x in SIZES if abs(x) < 1]


def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def softplus(x):
    return mp.log(1 + mp.exp(x))


def below(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def real(function):
    """The function of positive numbers alone."""

    def of_positive(x):
        if x <= 0:
            raise ValueError(f"{x} is not positive")
        return function(x)

    return of_positive


cube_root, log = real(mp.cbrt), real(mp.log)


CASES = [
    ("1-cos(x)", lambda x: 1 - mp.cos(x), SMALL),
    ("(1-cos(x))/x^2", lambda x: (1 - mp.cos(x)) / x**2, SMALL),
    ("cosh(x)-1", lambda x: mp.cosh(x) - 1, SMALL),
    ("(exp(x)-1)/x", lambda x: (mp.exp(x) - 1) / x, SMALL),
    ("exp(x)-1-x", lambda x: mp.exp(x) - 1 - x, SMALL),
    ("(exp(x)-1-x)/x^2", lambda x: (mp.exp(x) - 1 - x) / x**2, SMALL),
    ("exp(x)-exp(-x)", lambda x: mp.exp(x) - mp.exp(-x), SMALL),
    ("exp(x+1)-exp(x)", lambda x: mp.exp(x + 1) - mp.exp(x), SMALL),
    ("x*exp(x)-exp(x)+1", lambda x: x * mp.exp(x) - mp.exp(x) + 1, SMALL),
    ("1/x-1/(exp(x)-1)", lambda x: 1 / x - 1 / (mp.exp(x) - 1), SMALL),
    ("log((exp(x)-1)/x)", lambda x: log((mp.exp(x) - 1) / x), SMALL),
    ("(x-sin(x))/x^3", lambda x: (x - mp.sin(x)) / x**3, SMALL),
    ("sinh(x)-x", lambda x: mp.sinh(x) - x, SMALL),
    ("x-tanh(x)", lambda x: x - mp.tanh(x), SMALL),
    ("x-arctan(x)", lambda x: x - mp.atan(x), SMALL),
    ("log(1+x)-x", lambda x: log(1 + x) - x, SMALL),
    ("tan(x)-sin(x)", lambda x: mp.tan(x) - mp.sin(x), BELOW_ONE),
    ("1-x/tan(x)", lambda x: 1 - x / mp.tan(x), BELOW_ONE),
    ("1/x-1/sin(x)", lambda x: 1 / x - 1 / mp.sin(x), BELOW_ONE),
    ("log(sin(x)/x)", lambda x: log(mp.sin(x) / x), BELOW_ONE),
    ("sin(x+1)-sin(x)", lambda x: mp.sin(x + 1) - mp.sin(x), BELOW_ONE),
    ("1-sqrt(1-x)", lambda x: 1 - mp.sqrt(1 - x), SIZES),
    ("(1-sqrt(1-x^2))/x^2", lambda x: (1 - mp.sqrt(1 - x**2)) / x**2, BELOW_ONE),
    ("sqrt(x+1)-sqrt(x)", lambda x: mp.sqrt(x + 1) - mp.sqrt(x), SIZES),
    ("1/sqrt(x)-1/sqrt(x+1)", lambda x: 1 / mp.sqrt(x) - 1 / mp.sqrt(x + 1), SIZES),
    ("(x+1)^(1/3)-x^(1/3)", lambda x: cube_root(x + 1) - cube_root(x), SIZES),
    ("sqrt(x^2+1)-x", lambda x: mp.sqrt(x * x + 1) - x, SIZES),
    ("2*x-2*sqrt(x^2-3)", lambda x: 2 * x - 2 * mp.sqrt(x * x - 3), SIZES),
    ("log(x+sqrt(x^2+1))", lambda x: log(x + mp.sqrt(x * x + 1)), SIZES),
    ("1/x-1/(x+1)", lambda x: 1 / x - 1 / (x + 1), SIZES),
    ("log(x+1)-log(x)", lambda x: log(x + 1) - log(x), SIZES),
    ("arctan(x+1)-arctan(x)", lambda x: mp.atan(x + 1) - mp.atan(x), SIZES),
    ("pi/2-arctan(x)", lambda x: mp.pi / 2 - mp.atan(x), SIZES),
    ("softplus(x)-x", lambda x: softplus(x) - x, SMALL),
    ("softplus(x+1)-softplus(x)", lambda x: softplus(x + 1) - softplus(x), SMALL),
    ("sigmoid(x)-1/2", lambda x: sigmoid(x) - mp.mpf(1) / 2, SMALL),
    ("sigmoid(x)-sigmoid(-x)", lambda x: sigmoid(x) - sigmoid(-x), SMALL),
    ("log(1-sigmoid(x))", lambda x: mp.log(1 - sigmoid(x)), SMALL),
    ("log(1-exp(-x))", lambda x: mp.log(1 - mp.exp(-x)), SMALL),
    ("log(cosh(x))", lambda x: mp.log(mp.cosh(x)), SMALL),
    ("1-tanh(x)", lambda x: 1 - mp.tanh(x), SMALL),
    ("3+3*tanh(x)", lambda x: 3 + 3 * mp.tanh(x), SMALL),
    ("tanh(x+1)-tanh(x)", lambda x: mp.tanh(x + 1) - mp.tanh(x), SMALL),
    ("normcdf(x)-1/2", lambda x: below(x) - mp.mpf(1) / 2, SMALL),
    ("log(1-normcdf(x))", lambda x: mp.log(below(-x)), SMALL),
    ("lognormcdf(x)", lambda x: mp.log(below(x)), SMALL),
]
NAMES = [case[0] for case in CASES]


def known(function, points):
    """The points at which a function is real and a float holds it, and its values there."""
    found = []
    for x in points:
        with mp.workdps(1000 if abs(x) < 1e-20 or abs(x) > 1e3 else 500):
            try:
                value = function(mp.mpf(x))
            except (ZeroDivisionError, ValueError):
                continue
            if mp.im(value) == 0 and 1e-290 < abs(value) < 1e290:
                found.append((x, float(value.real)))
    assert len(found) > 10
    return np.array(found).T


@pytest.mark.parametrize(("text", "true", "points"), CASES, ids=NAMES)
@pytest.mark.filterwarnings("ignore:.*nan:RuntimeWarning")
def test_a_difference_keeps_its_digits(text, true, points):
    f = dv.function(text, "x: scalar")
    at, values = known(true, points)
    one_by_one = np.array([f(float(x)) for x in at])
    for found in (one_by_one, f(at)):
        # x^3 leaves the floats below 1e-108, which is an inf or nan that is told
        is_number = np.isfinite(found) | (np.abs(at) > 1e-90)
        np.testing.assert_allclose(found[is_number], values[is_number], rtol=TOLERANCE)


@pytest.mark.parametrize(("text", "true", "points"), CASES, ids=NAMES)
@pytest.mark.filterwarnings("ignore:.*nan:RuntimeWarning")
def test_its_gradient_does_too_entry_by_entry(text, true, points):
    slope = dv.gradient(text, "x", shapes="x: scalar").function()
    inner = [x for x in points if 1e-60 < abs(x) < 1e60]
    at, values = known(lambda x: mp.diff(true, x, h=abs(x) * mp.mpf(10) ** -150), inner)
    np.testing.assert_allclose(slope(at), values, rtol=TOLERANCE)


ENDS = [0.0, *(s * x for s in (1, -1) for x in (1e-9, 0.3, 1.0, 1.000001, 9.0, 10.0, 11.0, 40.0))]
PAIRS = [(u, v) for u in ENDS for v in ENDS if u != v]


def gap(u, v):
    """Phi(u) - Phi(v) at the precision at work, which exceeds what cancels."""
    return below(mp.mpf(u)) - below(mp.mpf(v))


def test_the_normal_probability_of_an_interval_its_logarithm_and_its_slopes():
    shapes = "a: scalar, b: scalar"
    plain = dv.function("normcdf(b)-normcdf(a)", shapes)
    errors = dv.function("erf(b)-erf(a)", shapes)
    logarithm = dv.function("log(normcdf(b)-normcdf(a))", shapes)
    slopes = [
        dv.gradient("log(normcdf(b)-normcdf(a))", by, shapes=shapes).function() for by in "ab"
    ]
    with mp.workdps(900):
        for u, v in PAIRS:
            value = gap(u, v)
            root = mp.sqrt(2)
            assert plain(a=v, b=u) == pytest.approx(float(value), rel=1e-12)
            assert errors(a=v, b=u) == pytest.approx(
                float(2 * gap(mp.mpf(u) * root, mp.mpf(v) * root)), rel=1e-12
            )
            at_u, at_v = mp.npdf(u) / value, mp.npdf(v) / value
            assert slopes[1](a=v, b=u) == pytest.approx(float(at_u), rel=1e-12)
            assert slopes[0](a=v, b=u) == pytest.approx(-float(at_v), rel=1e-12)
            if u > v:
                expected = float(mp.log(value))
                assert logarithm(a=v, b=u) == pytest.approx(expected, rel=1e-12)


HAZARD_POINTS = [-1e8, -1e7, -1e6, -1e3, -40.0, -4.1, -3.9, -1.0, 0.0, 1.0, 5.0, 30.0]


def excess_and_hazard(x):
    """x + phi(x)/Phi(x) and phi(x)/Phi(x); the tail by quadrature of its scaled integral."""
    with mp.workdps(60):
        z = mp.mpf(x)
        # the integral of exp(z s - s^2/2), over its own length where z is large
        scale = max(1, -z)
        tail = mp.quad(lambda s: mp.exp(z * s / scale - (s / scale) ** 2 / 2), [0, 1, 10, 50, 200])
        hazard = scale / tail
        return float(z + hazard), float(hazard)


def test_the_hessian_of_the_log_of_a_normal_probability_far_out():
    curves = [
        dv.hessian("lognormcdf(x)", "x", shapes="x: scalar").function(),
        dv.hessian("log(normcdf(x))", "x", shapes="x: scalar").function(),
    ]
    mirrored = dv.hessian("log(1-normcdf(x))", "x", shapes="x: scalar").function()
    error = dv.hessian("log(1-erf(x))", "x", shapes="x: scalar").function()
    whole = dv.hessian("sum(lognormcdf(x))", "x", shapes="x: n").function()
    probit = dv.hessian(
        "-sum(lognormcdf(y.*(X*w)))", "w", shapes="X: n x d, w: d, y: n sign"
    ).function()
    for x in HAZARD_POINTS:
        excess, hazard = excess_and_hazard(x)
        expected = pytest.approx(-excess * hazard, rel=1e-12)
        assert [curve(x) for curve in curves] == [expected, expected]
        assert mirrored(-x) == expected
        assert error(-x / np.sqrt(2)) == pytest.approx(-2 * excess * hazard, rel=1e-11)
        assert whole(np.array([x, x]))[1, 1] == expected
        found = probit(X=np.array([[x]]), w=np.array([-1.0]), y=np.array([-1.0]))
        assert -found[0, 0] == pytest.approx(-(x**2) * excess * hazard, rel=1e-12)


def test_the_slope_of_an_upper_tail_beyond_the_range_of_the_density():
    slope = dv.gradient("log(1-normcdf(x))", "x", shapes="x: scalar").function()
    for x in (20.0, 38.0, 40.0, 1e3, 1e6):
        assert slope(x) == pytest.approx(-excess_and_hazard(-x)[1], rel=1e-13)


def test_forms_of_vectors_and_of_matrix_products():
    x = np.array([1e-9, -1e-9, 0.5, 3.0])
    with mp.workdps(60):
        rest = np.array([float(mp.mpf(v) - mp.sin(v)) for v in x])
        beyond = np.array([float(mp.exp(v) - 1 - mp.mpf(v)) for v in x])
    assert dv.function("sum(x-sin(x))", "x: n")(x[:1]) == pytest.approx(rest[0], rel=1e-14)
    np.testing.assert_allclose(dv.function("x-sin(x)", "x: n")(x), rest, rtol=1e-14)
    f = dv.function("exp(X*w)-X*w-ones(n)", "X: n x d, w: d")
    np.testing.assert_allclose(f(X=x[:, None], w=np.array([1.0])), beyond, rtol=1e-14)
    g = dv.function("a*x-sin(a*x)+b", "a: scalar, b: scalar, x: scalar")
    assert g(a=1e-9, x=1.0, b=0.0) == pytest.approx(rest[0], rel=1e-14)


def test_terms_that_are_opposite_leave_a_sum():
    f = dv.function("log(exp(a)+exp(b))-a", "a: scalar, b: scalar")
    assert f(a=0.0, b=-40.0) == pytest.approx(float(mp.exp(-40)), rel=1e-14)


def test_what_is_undefined_at_zero_stays_so_and_ordinary_forms_stay_as_they_are():
    f = dv.function("(x-sin(x))/x^3", "x: scalar")
    with pytest.warns(RuntimeWarning, match="nan"):
        assert np.isnan(f(0.0))
    assert dv.function("exp(x)-1-x", "x: scalar")(0.0) == 0.0
    text = dv.function("log(a)-log(b)", "a: scalar, b: scalar").text
    assert "math.log(a) - math.log(b)" in text
    assert "expit(x) - b" in dv.function("sigmoid(x)-b", "x: scalar, b: scalar").text


MOMENTS = [
    ("sum(x.^2)/n-mean(x)^2", lambda x, y: var(x, x) / len(x)),
    ("norm2(x)^2/n-mean(x)^2", lambda x, y: var(x, x) / len(x)),
    ("3*norm2(x)^2-3*sum(x)^2/n", lambda x, y: 3 * var(x, x)),
    ("x'*y/n-mean(x)*mean(y)", lambda x, y: var(x, y) / len(x)),
    ("mean(x.*y)-mean(x)*mean(y)", lambda x, y: var(x, y) / len(x)),
    ("sqrt((sum(x.^2)-n*mean(x)^2)/(n-1))", lambda x, y: mp.sqrt(var(x, x) / (len(x) - 1))),
    ("(x'*y-sum(x)*sum(y)/n)/(x'*x-sum(x)^2/n)", lambda x, y: var(x, y) / var(x, x)),
]


def var(x, y):
    """The sum of products less the product of sums, at the precision at work."""
    x, y = [mp.mpf(v) for v in x], [mp.mpf(v) for v in y]
    pairs = zip(x, y, strict=True)
    return mp.fsum(a * b for a, b in pairs) - mp.fsum(x) * mp.fsum(y) / len(x)


@pytest.mark.parametrize(("text", "true"), MOMENTS, ids=[case[0] for case in MOMENTS])
@pytest.mark.parametrize("mean", [0.0, 1e3, 2.0**30])
def test_a_moment_about_a_large_mean_keeps_its_digits(text, true, mean):
    rng = np.random.default_rng(seed=5)
    x = mean + np.round(rng.normal(size=7), 3)
    y = x / 2 + np.round(rng.normal(size=7), 3)
    f = dv.function(text, "x: n, y: n")
    with mp.workdps(60):
        expected = float(true(x, y))
    given = {"x": x, "y": y}
    at = {name: given[name] for name in f.arguments}
    assert f(**at) == pytest.approx(expected, rel=1e-10)
    batch = f(**{name: np.stack([v, v]) for name, v in at.items()})
    assert batch[1] == pytest.approx(expected, rel=1e-10)


def test_sums_that_are_no_moment_stay_apart():
    x, y = np.array([1.0, 2.0, 4.0]), np.array([3.0, -1.0, 0.5])
    shapes = "x: n, y: n"
    assert dv.function("sum(x.^2)/n-mean(y)^2", shapes)(x, y) == pytest.approx(7 - (2.5 / 3) ** 2)
    assert dv.function("sum(x.^2)-mean(x)^2", shapes)(x) == pytest.approx(21 - (7 / 3) ** 2)
    assert dv.function("sum(x.^2)/n+mean(x)^2", shapes)(x) == pytest.approx(7 + (7 / 3) ** 2)
