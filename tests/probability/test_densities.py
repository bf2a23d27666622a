"""Densities, distribution functions and quantiles of all laws, against SciPy."""

from __future__ import annotations

import runpy

import numpy as np
import pytest
import scipy.integrate
import scipy.stats
import sympy
from law_oracles import ORACLES

from derive.errors import ArgumentError, DomainError, NoClosedFormError
from derive.language.distributions import LAWS
from derive.language.sympy_out import to_sympy
from derive.probability.densities import density, log_density
from derive.probability.distribution_function import cdf, quantile
from derive.rules.distribution_functions import MASSES_BELOW
from derive.rules.families import KERNEL_BY_NAME

NO_CDF = {"log_series", "von_mises", "zeta"}
NO_QUANTILE = {"inverse_gaussian"}
PLACES = np.array([-3.25, -1.0, -0.5, 0.0, 0.125, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 7.5])
SHARES = np.array([0.01, 0.25, 0.5, 0.875, 0.999])


def given_parameters(law):
    return ORACLES[law.name][1] if law.parameters else [()]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_density_is_that_of_scipy_and_zero_outside_the_support(law):
    make = ORACLES[law.name][0]
    found, logarithm = density(law()), log_density(law())
    assert found.certificate.verdict == logarithm.certificate.verdict == "verified"
    f, g = found.function(), logarithm.function()
    for values in given_parameters(law):
        support, oracle = law(*values).support, make(*values)
        low = -np.inf if support.lower is None else float(to_sympy(support.lower))
        high = np.inf if support.upper is None else float(to_sympy(support.upper))
        inside = (low < PLACES) & (high > PLACES)
        if support.is_whole:
            inside = (low <= PLACES) & (high >= PLACES) & ((PLACES - low) % support.step == 0)
        logs = oracle.logpmf if support.is_whole and hasattr(oracle, "logpmf") else oracle.logpdf
        at = PLACES[inside]
        np.testing.assert_allclose(g(at, *values), logs(at), rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(f(at, *values), np.exp(logs(at)), rtol=1e-9)
        outside = PLACES[(low > PLACES) | (high < PLACES)]
        assert not np.any(f(outside, *values))
        assert np.all(g(outside, *values) == -np.inf)
        if support.is_whole:
            assert not np.any(f(PLACES[~inside], *values))


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_distribution_function_is_that_of_scipy_or_is_refused(law):
    if law.name in NO_CDF:
        with pytest.raises(NoClosedFormError, match="no closed form"):
            cdf(law())
        return
    make = ORACLES[law.name][0]
    found = cdf(law())
    assert found.certificate.verdict == "verified"
    f = found.function()
    for values in given_parameters(law):
        oracle, support = make(*values), law(*values).support
        if hasattr(oracle, "cdf"):
            expected = oracle.cdf(PLACES)
        else:
            expected = [mass_below(oracle, support, x) for x in PLACES]
        np.testing.assert_allclose(f(PLACES, *values), expected, rtol=1e-7, atol=1e-9)


def mass_below(oracle, support, x):
    """The integral of a density that SciPy has no law for."""
    low, high = float(support.lower.data), float(support.upper.data)
    if x <= low or x >= high:
        return float(x >= high)
    return scipy.integrate.quad(lambda s: np.exp(oracle.logpdf(s)), low, x)[0]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_quantile_undoes_the_distribution_function_or_is_refused(law):
    if law.name in NO_CDF | NO_QUANTILE:
        with pytest.raises(NoClosedFormError, match="to fix"):
            quantile(law())
        return
    found = quantile(law())
    assert found.certificate.verdict == "verified"
    q = found.function()
    F = cdf(law()).function()
    if law().support.is_whole:
        return  # below, with the masses of SciPy
    for values in given_parameters(law):
        places = q(SHARES, *values)
        np.testing.assert_allclose(F(places, *values), SHARES, rtol=1e-8)
        oracle = ORACLES[law.name][0](*values)
        if hasattr(oracle, "ppf"):
            np.testing.assert_allclose(places, oracle.ppf(SHARES), rtol=1e-7, atol=1e-9)
            ends = oracle.ppf([0.0, 1.0])
            np.testing.assert_allclose(q(np.array([0.0, 1.0]), *values), ends, atol=1e-12)
        assert np.isnan(q(np.array([-0.5, 2.0]), *values)).all()


@pytest.mark.parametrize(
    "law",
    [law for law in LAWS if law.name not in NO_CDF and law().support.is_whole],
    ids=lambda law: law.name,
)
def test_quantile_of_a_discrete_law_is_the_least_point_with_enough_mass(law):
    q = quantile(law()).function()
    for values in given_parameters(law):
        oracle, support = ORACLES[law.name][0](*values), law(*values).support
        points = float(support.lower.data) + support.step * np.arange(400)
        mass = np.exp([oracle.logpmf(k) for k in points]).cumsum()
        for share in (1e-9, 0.013, 0.25, 0.51, 0.875, 0.999):
            assert q(share, *values) == points[np.argmax(mass >= share)]
        assert np.isnan(q(np.array([-0.5, 2.0, np.nan]), *values)).all()
        low, high = law(*values).support.lower, law(*values).support.upper
        last = np.inf if high is None else float(high.data)
        assert list(q(np.array([0.0, 1.0]), *values)) == [float(low.data), last]


def test_where_a_discrete_distribution_function_is_solved_the_page_says_so():
    assert "x ≥ log(1 − u)/log(1 − p)" in quantile("Geometric(p)").text()
    assert "x ≥ pn" in quantile("DiscreteUniform(n)").text()
    assert repr(quantile("Geometric(p)")) == "the least x with 1 - (1 - p)^x >= u"


def test_quantiles_that_one_solves_by_hand():
    closed = {"Weibull(k, lam)", "Logistic(m, s)", "Gumbel(m, b)", "Pareto(m, a)", "Cauchy(m, s)"}
    for text in sorted(closed):
        assert quantile(text).certificate.verdict == "verified"
    assert str(quantile("Cauchy(m, s)").result) == "m + s*tan(pi*(p - 1/2))"
    assert str(quantile("Uniform(a, b)").result) == "a + p*(-a + b)"


@pytest.mark.parametrize("row", MASSES_BELOW, ids=lambda row: f"{row.kernel}: {row.statement}")
def test_each_row_has_the_density_of_its_kernel_as_derivative(row):
    kernel = KERNEL_BY_NAME[row.kernel]
    given = {
        "truncated_gaussian": (-0.75, 1.5),
        "binomial": (6,),
        "negative_binomial": (1,),
        "first_whole": (5,),
    }
    natural = next(n for n in candidates(len(kernel.features)) if row_holds(row, n, given))
    extra = given.get(row.kernel, ())

    def weight(y):
        at = dict(zip((*kernel.natural, *kernel.given), (*natural, *extra), strict=True))
        exponent = kernel.log_base + sum(
            eta * f for eta, f in zip(kernel.natural, kernel.features, strict=True)
        )
        whole = exponent.xreplace(kernel.letters)
        return float(np.exp(float(whole.xreplace({kernel.value: y}).xreplace(at).evalf())))

    for y in (sympy.Rational(1, 4), sympy.Rational(3, 5)):
        if kernel.support.is_whole:
            break
        h = sympy.Rational(1, 10**6)
        above, below = (
            float(sympy.N(row.mass(y + s, *map(sympy.nsimplify, natural + extra)), 30))
            for s in (h, -h)
        )
        slope = (above - below) / (2 * float(h))
        other = sympy.Rational(2, 5)
        above, below = (
            float(sympy.N(row.mass(other + s, *map(sympy.nsimplify, natural + extra)), 30))
            for s in (h, -h)
        )
        ratio = slope / ((above - below) / (2 * float(h)))
        assert ratio == pytest.approx(weight(y) / weight(other), rel=1e-6)


SUMS = {
    "factorial": ((0.75,), ()),
    "binomial": ((-0.5,), (6,)),
    "negative_binomial": ((-0.5,), (2.5,)),
}


def of_row(row):
    """A name that is the same in every process."""
    return f"{row.kernel}: {row.statement}"


@pytest.mark.parametrize("row", [r for r in MASSES_BELOW if r.kernel in SUMS], ids=of_row)
def test_each_row_of_a_sum_is_the_share_of_its_terms(row):
    kernel, (natural, given) = KERNEL_BY_NAME[row.kernel], SUMS[row.kernel]
    given = given if row.holds(*map(sympy.nsimplify, natural + given)) else (1,)
    at = dict(zip((*kernel.natural, *kernel.given), natural + given, strict=True))
    exponent = kernel.log_base + sum(
        eta * f for eta, f in zip(kernel.natural, kernel.features, strict=True)
    )
    last = given[0] if row.kernel == "binomial" else 120
    terms = [
        float(sympy.exp(exponent.xreplace({kernel.value: sympy.Integer(k)}).xreplace(at)))
        for k in range(last + 1)
    ]
    for k in range(5):
        share = float(row.mass(sympy.Integer(k), *map(sympy.nsimplify, natural + given)))
        assert share == pytest.approx(sum(terms[: k + 1]) / sum(terms), rel=1e-12)


@pytest.mark.parametrize("row", [r for r in MASSES_BELOW if r.place], ids=of_row)
def test_each_stated_place_has_its_share_below_it(row):
    kernel = KERNEL_BY_NAME[row.kernel]
    given = {"truncated_gaussian": (-0.75, 1.5)}
    natural = next(n for n in candidates(len(kernel.features)) if row_holds(row, n, given))
    numbers = tuple(map(sympy.nsimplify, natural + given.get(row.kernel, ())))
    for share in (sympy.Rational(1, 8), sympy.Rational(4, 5)):
        place = sympy.N(row.place(share, *numbers), 30)
        assert float(row.mass(place, *numbers)) == pytest.approx(float(share), rel=1e-12)


def candidates(count):
    numbers = [0, 0.5, -0.5, 2, -1, -1.5, -2.25, 1]
    if count == 0:
        return [()]
    if count == 1:
        return [(-0.75,)]
    return [(a, b) for a in numbers for b in (-2.25, *numbers)]


def row_holds(row, natural, given):
    values = [sympy.nsimplify(v) for v in (*natural, *given.get(row.kernel, ()))]
    kernel = KERNEL_BY_NAME[row.kernel]
    at = dict(zip((*kernel.natural, *kernel.given), values, strict=True))
    inside = all(bound.xreplace(at) > 0 for bound in kernel.domain)
    return inside and row.holds(*values)


def test_a_saved_density_stands_alone(tmp_path):
    path = density("Binomial(n, p)").function().save(tmp_path / "binomial.py")
    saved = runpy.run_path(str(path))["f"]
    np.testing.assert_allclose(
        saved([-1, 0, 0.5, 2, 4, 5], 4, 0.3), [0, 0.2401, 0, 0.2646, 0.0081, 0]
    )
    path = cdf("Weibull(k, lam)").function().save(tmp_path / "weibull.py")
    saved = runpy.run_path(str(path))["f"]
    np.testing.assert_allclose(saved([-1.0, 2.0], 1.5, 2.0), [0, 1 - np.exp(-1)])


def test_the_source_reads_and_runs():
    namespace = {}
    exec(density("Gamma(k, theta)").function().source, namespace)  # noqa: S102 - our own text
    assert namespace["f"](-1.0, 2.0, 3.0) == 0
    assert namespace["f"](3.0, 2.0, 3.0) == pytest.approx(np.exp(-1) / 3)


def test_nan_stays_nan_and_large_counts_do_not_overflow():
    f = density("Binomial(n, p)").function()
    assert np.isnan(f(float("nan"), 4, 0.5))
    assert f(5000, 10000, 0.5) == pytest.approx(0.0079786, rel=1e-4)


def test_bad_input_is_named():
    with pytest.raises(DomainError, match="sigma > 0"):
        density("Normal(0, -1)")
    with pytest.raises(ArgumentError, match="cdf needs a law"):
        cdf(3)
    with pytest.raises(ArgumentError, match="p is a parameter"):
        quantile("Geometric(p)", p="p")
    with pytest.raises(ArgumentError, match="backend"):
        density("Normal()").function(backend="torch")
    with pytest.raises(TypeError):
        density("Normal()").function()(1.0)


@pytest.mark.parametrize(("location", "scale"), [("1", "2"), ("0", "2"), ("1", "1/2")])
def test_a_logistic_law_in_numbers_is_inverted(location, scale):
    law = f"Logistic({location}, {scale})"
    oracle = scipy.stats.logistic(float(location), float(sympy.Rational(scale)))
    np.testing.assert_allclose(cdf(law).function()(0.7), oracle.cdf(0.7), rtol=1e-12)
    np.testing.assert_allclose(quantile(law).function()(0.7), oracle.ppf(0.7), rtol=1e-12)
