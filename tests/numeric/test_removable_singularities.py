"""Answers about laws where formulas cancel, overflow or divide 0 by 0, against mpmath."""

from __future__ import annotations

from functools import cache

import mpmath as mp
import numpy as np
import pytest

import derive as dv
from derive.language.expression import elementwise_power, symbol
from derive.language.functions import elementwise
from derive.numeric.function import compile_function

CUT = "TruncatedExponential(r, b)"


@cache
def compiled(verb, *args):
    return getattr(dv, verb)(*args).function()


def cut_moments(rate, end):
    """Mean, variance and entropy of the law r e^(r x) on (0, b), by integrals."""
    with mp.workdps(60):
        r, b = mp.mpf(rate), mp.mpf(end)
        kernel = lambda x: mp.exp(-r * x)  # noqa: E731 - a formula
        whole = mp.quad(kernel, [0, b])
        mean = mp.quad(lambda x: x * kernel(x), [0, b]) / whole
        variance = mp.quad(lambda x: (x - mean) ** 2 * kernel(x), [0, b]) / whole
        return mean, variance, r * mean + mp.log(whole)


@pytest.mark.parametrize("rate", [1e-15, 1e-9, 1e-6, 1e-3, 0.3, 1.0, 7.0])
@pytest.mark.parametrize("end", [1.0, 2.5])
def test_a_cut_exponential_law_of_small_rate(rate, end):
    mean, variance, entropy = cut_moments(rate, end)
    assert compiled("expectation", "x", CUT)(rate, end) == pytest.approx(float(mean), rel=1e-13)
    assert compiled("variance", CUT)(rate, end) == pytest.approx(float(variance), rel=1e-12)
    assert compiled("entropy", CUT)(rate, end) == pytest.approx(float(entropy), abs=1e-14)


def test_a_power_beside_a_function_of_a_product_makes_no_pole():
    r, b = symbol("r"), symbol("b")
    inner = r**2 * b * elementwise("exp", r * b) - r * elementwise("exp", r * b) + r
    function = compile_function([("f", inner)], (r, b))
    assert function(0.0, 2.0) == function(2.0, 0.0) == 0.0
    assert function(1e-9, 1.0) == pytest.approx(0.5e-27, rel=1e-8)


@pytest.mark.parametrize("t", [1e-300, 1e-12, -1e-9, 1e-4, 0.5])
def test_generating_functions_next_to_zero(t):
    with mp.workdps(700):
        uniform = (mp.exp(3 * mp.mpf(t)) - mp.exp(2 * mp.mpf(t))) / t
    found = compiled("moment_generating_function", "Uniform(a, b)", "t")
    assert found(2.0, 3.0, t) == pytest.approx(float(uniform), rel=1e-14)


@pytest.mark.parametrize("t", [-0.5, 1e-12, 0.7, 0.7 * (1 + 1e-10), 3.0])
def test_a_generating_function_next_to_the_rate(t):
    r, b = mp.mpf(0.7), mp.mpf(2)
    with mp.workdps(60):
        whole = mp.quad(lambda x: mp.exp(-r * x), [0, b])
        wanted = mp.quad(lambda x: mp.exp((mp.mpf(t) - r) * x), [0, b]) / whole
    if t != 0.7:
        found = compiled("moment_generating_function", CUT, "t")(0.7, 2.0, t)
        assert found == pytest.approx(float(wanted), rel=1e-13)


# --- divergences between laws that nearly agree ---------------------------------------------


def ratio_excess(x):
    return x - 1 - mp.log(x)


def bernoulli(a, b):
    return a * mp.log(a / b) + (1 - a) * mp.log((1 - a) / (1 - b))


DIVERGENCES = {
    ("Normal(0, s)", "Normal(0, t)"): lambda s, t: ratio_excess((s / t) ** 2) / 2,
    ("LogNormal(1, s)", "LogNormal(1, t)"): lambda s, t: ratio_excess((s / t) ** 2) / 2,
    ("Exponential(s)", "Exponential(t)"): lambda s, t: ratio_excess(t / s),
    ("Gamma(3, s)", "Gamma(3, t)"): lambda s, t: 3 * ratio_excess(s / t),
    ("Poisson(s)", "Poisson(t)"): lambda s, t: s * ratio_excess(t / s),
    ("Rayleigh(s)", "Rayleigh(t)"): lambda s, t: ratio_excess((s / t) ** 2),
    ("Laplace(0, s)", "Laplace(0, t)"): lambda s, t: ratio_excess(s / t),
    ("Bernoulli(s)", "Bernoulli(t)"): bernoulli,
    ("Binomial(3, s)", "Binomial(3, t)"): lambda s, t: 3 * bernoulli(s, t),
    ("Geometric(s)", "Geometric(t)"): lambda s, t: bernoulli(s, t) / s,
}


@pytest.mark.parametrize("pair", DIVERGENCES, ids=" to ".join)
@pytest.mark.parametrize("places", [(0.5, 0.5 * (1 + 1e-9)), (0.3, 0.3 - 1e-5), (0.2, 0.9)])
def test_divergences_keep_their_digits_where_the_laws_nearly_agree(pair, places):
    with mp.workdps(60):
        wanted = DIVERGENCES[pair](*map(mp.mpf, places))
    assert compiled("kl_divergence", *pair)(*places) == pytest.approx(float(wanted), rel=1e-13)
    assert compiled("kl_divergence", *pair)(places[0], places[0]) == 0.0


def test_divergences_at_the_ends_of_the_floats():
    assert compiled("kl_divergence", "Bernoulli(s)", "Bernoulli(t)")(1e-310, 0.5) == pytest.approx(
        float(mp.log(2)), rel=1e-15
    )
    assert compiled("kl_divergence", "Poisson(s)", "Poisson(t)")(1e-320, 5.0) == 5.0


# --- places far away ------------------------------------------------------------------------

LOG = mp.log
FAR = {
    "Cauchy(a, b)": lambda x, a, b: -LOG(mp.pi * b * (1 + ((x - a) / b) ** 2)),
    "HalfCauchy(b)": lambda x, b: LOG(2 / (mp.pi * b * (1 + (x / b) ** 2))),
    "StudentT(a)": lambda x, a: (
        mp.loggamma((a + 1) / 2)
        - mp.loggamma(a / 2)
        - LOG(a * mp.pi) / 2
        - (a + 1) / 2 * LOG(1 + x**2 / a)
    ),
    "LogLogistic(a, b)": lambda x, a, b: (
        LOG(b / a) + (b - 1) * LOG(x / a) - 2 * LOG(1 + (x / a) ** b)
    ),
    "BurrXII(a, b, c)": lambda x, a, b, c: (
        LOG(a * b / c) + (a - 1) * LOG(x / c) - (b + 1) * LOG(1 + (x / c) ** a)
    ),
    "Dagum(c, a, b)": lambda x, c, a, b: (
        LOG(a * c / x) + a * c * LOG(x / b) - (c + 1) * LOG(1 + (x / b) ** a)
    ),
    "InverseGaussian(a, b)": lambda x, a, b: (
        LOG(b / (2 * mp.pi * x**3)) / 2 - b * (x - a) ** 2 / (2 * a**2 * x)
    ),
    "Normal(a, b)": lambda x, a, b: -(((x - a) / b) ** 2) / 2 - LOG(b) - LOG(2 * mp.pi) / 2,
}
GIVEN = (1.25, 2.5, 0.75)


@pytest.mark.parametrize("name", FAR)
@pytest.mark.parametrize("place", [1e-200, 0.3, 1.25, 7.0, 1e150, 1e170, 1e300])
def test_log_densities_are_finite_where_squares_are_not(name, place):
    given = GIVEN[: name.count(",") + 1]
    with mp.workdps(400):
        wanted = FAR[name](mp.mpf(place), *map(mp.mpf, given))
    if abs(wanted) < 1e300:
        found = compiled("log_density", name)(place, *given)
        assert found == pytest.approx(float(wanted), rel=3e-15)


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_log_densities_of_laws_that_are_narrow_or_wide(scale):
    for name in ("Cauchy(a, b)", "Normal(a, b)"):
        with mp.workdps(30):
            wanted = FAR[name](2 * mp.mpf(scale), mp.mpf(0), mp.mpf(scale))
        assert compiled("log_density", name)(2 * scale, 0.0, scale) == pytest.approx(float(wanted))


@pytest.mark.parametrize(
    ("name", "given"),
    [("Poisson(a)", (2.0,)), ("NegativeBinomial(r, p)", (2.0, 0.5)), ("Zeta(s)", (2.0,))],
)
def test_infinity_is_outside_every_support(name, given, tmp_path):
    for verb, outside in (("density", 0.0), ("log_density", -mp.inf)):
        function = compiled(verb, name)
        space: dict = {}
        path = function.save(tmp_path / f"{verb}.py")
        exec(compile(path.read_text(), str(path), "exec"), space)  # noqa: S102 - our own text
        short: dict = {}
        exec(function.source, short)  # noqa: S102 - our own text
        for one in (function, space[function.name], short[function.name]):
            assert one(float("inf"), *given) == one(-float("inf"), *given) == outside


def test_a_distribution_function_of_counts_is_one_at_infinity():
    assert compiled("cdf", "Poisson(a)")(float("inf"), 2.0) == 1.0


@pytest.mark.parametrize("ends", [(30.0, 31.0), (-40.0, -39.0), (-1.0, 1.0), (0.0, 1e-3)])
def test_the_variance_of_a_cut_normal_law_of_any_parameters(ends):
    with mp.workdps(40):
        low, high = map(mp.mpf, ends)
        grid = [low + (high - low) * k / 50 for k in range(51)]
        top = min(max(mp.mpf(0), low), high)
        parts = [mp.quad(lambda x, k=k: x**k * mp.exp((top**2 - x**2) / 2), grid) for k in range(3)]
        wanted = parts[2] / parts[0] - (parts[1] / parts[0]) ** 2
    found = compiled("variance", "TruncatedNormal(mu, sigma, a, b)")(0.0, 1.0, *ends)
    assert found == pytest.approx(float(wanted), rel=1e-8)


# --- a pole that is none --------------------------------------------------------------------


@pytest.mark.parametrize("lam", [0.1, 0.3, 0.4999, 0.5 - 1e-13, 0.50000001, 0.50001, 0.7, 0.72])
def test_a_continuous_bernoulli_law_next_to_one_half(lam):
    with mp.workdps(60):
        p = mp.mpf(lam)
        scale = mp.log((1 - p) / p) / (1 - 2 * p)
        density = lambda x: scale * p**x * (1 - p) ** (1 - x)  # noqa: E731 - a formula
        mean = mp.quad(lambda x: x * density(x), [0, 1])
        variance = mp.quad(lambda x: (x - mean) ** 2 * density(x), [0, 1])
        entropy = -mp.quad(lambda x: density(x) * mp.log(density(x)), [0, 1])
    law = "ContinuousBernoulli(lam)"
    assert compiled("expectation", "x", law)(lam) == pytest.approx(float(mean), rel=1e-14)
    assert compiled("variance", law)(lam) == pytest.approx(float(variance), rel=1e-13)
    assert compiled("entropy", law)(lam) == pytest.approx(float(entropy), rel=1e-13, abs=0)


X = symbol("x")
LOG_X = elementwise("log", X)


@pytest.mark.parametrize(
    ("node", "formula", "pole"),
    [
        (1 / (X - 1) - 1 / LOG_X, lambda x: 1 / (x - 1) - 1 / mp.log(x), 1.0),
        ((X * LOG_X - X + 1) / (X - 1) ** 2, lambda x: (x * mp.log(x) - x + 1) / (x - 1) ** 2, 1.0),
        (
            1 / (2 - X) + 1 / elementwise("log", X / 2) / 2,
            lambda x: 1 / (2 - x) + 1 / mp.log(x / 2) / 2,
            2.0,
        ),
    ],
)
@pytest.mark.parametrize("step", [1e-12, -1e-7, 1e-3, 0.4])
def test_poles_of_other_functions_that_cancel(node, formula, pole, step):
    x = pole + step
    with mp.workdps(60):
        wanted = formula(mp.mpf(x))
    function = compile_function([("f", node)], (X,))
    assert function(x) == pytest.approx(float(wanted), rel=1e-13)


# --- distribution functions with symbolic powers ----------------------------------------------

BELOW = {
    "LogLogistic(a, b)": lambda x, a, b: 1 / (1 + (x / a) ** -b),
    "BurrXII(a, b, c)": lambda x, a, b, c: 1 - (1 + (x / c) ** a) ** -b,
    "Lomax(a, b)": lambda x, a, b: 1 - (1 + x / b) ** -a,
    "GeneralizedPareto(d, a, b)": lambda x, d, a, b: 1 - (1 + b * (x - d) / a) ** (-1 / b),
    "Pareto(d, a)": lambda x, d, a: 1 - (d / x) ** a,
    "Kumaraswamy(a, b)": lambda x, a, b: 1 - (1 - x**a) ** b,
}


@pytest.mark.parametrize("name", BELOW)
@pytest.mark.parametrize("step", [1e-30, 1e-12, 1e-3, 0.5, 40.0, 1e200, 1e300])
def test_distribution_functions_with_symbolic_powers(name, step):
    given = {"a": 1.25, "b": 2.5, "c": 0.75, "d": 2.0}
    letters = name[name.index("(") + 1 : -1].split(", ")
    values = [given[letter] for letter in letters]
    x = step + (2.0 if "d" in letters else 0.0)
    if name.startswith("Kumaraswamy") and x >= 1:
        wanted = 1.0
    else:
        with mp.workdps(700):
            wanted = float(BELOW[name](mp.mpf(x), *map(mp.mpf, values)))
    assert compiled("cdf", name)(x, *values) == pytest.approx(wanted, rel=3e-14, abs=0)


def test_a_power_of_what_is_negative_stays():
    k = symbol("k")
    function = compile_function([("f", 1 - elementwise_power(1 - X, k))], (X, k))
    assert function(1.5, 3.0) == 1.125
    assert function(1e-20, 3.0) == pytest.approx(3e-20, rel=1e-15)
    np.testing.assert_allclose(function(1e-20, np.array([2.0, 5.0])), [2e-20, 5e-20], rtol=1e-15)


# --- quantiles at 0 and 1 -----------------------------------------------------------------------

INF = float("inf")
ENDS_OF_SUPPORT = {
    "Normal(m, s)": ((2.0, 3.0), -INF, INF),
    "Exponential(r)": ((2.0,), 0.0, INF),
    "Uniform(a, b)": ((2.0, 3.0), 2.0, 3.0),
    "Pareto(a, k)": ((2.0, 3.0), 2.0, INF),
    "Triangular(a, b, c)": ((0.0, 3.0, 1.0), 0.0, 3.0),
    "Beta(a, b)": ((2.0, 3.0), 0.0, 1.0),
    "Arcsine(a, b)": ((-2.0, 3.0), -2.0, 3.0),
}


@pytest.mark.parametrize("name", ENDS_OF_SUPPORT)
def test_quantiles_at_zero_and_one_are_the_ends_of_the_support(name, tmp_path):
    given, low, high = ENDS_OF_SUPPORT[name]
    function = compiled("quantile", name)
    saved: dict = {}
    path = function.save(tmp_path / "saved.py")
    exec(compile(path.read_text(), str(path), "exec"), saved)  # noqa: S102 - our own text
    for one in (function, saved[function.name]):
        found = one(np.array([0.0, 0.5, 1.0, -0.1, 1.1, np.nan]), *given)
        assert (found[0], found[2]) == (low, high)
        assert low < found[1] < high
        assert np.isnan(found[3:]).all()
    short: dict = {}
    exec(function.source, short)  # noqa: S102 - our own text
    assert (short[function.name](0.0, *given), short[function.name](1.0, *given)) == (low, high)
