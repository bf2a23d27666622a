"""Compiled quantiles far in the tails and next to the middle, against SciPy and mpmath."""

from __future__ import annotations

import math
from functools import cache

import mpmath as mp
import numpy as np
import pytest
import scipy.stats as st

import derive as dv

LAWS = {
    "Normal(1, 2)": st.norm(1, 2),
    "Laplace(1, 2)": st.laplace(1, 2),
    "Cauchy(0, 3)": st.cauchy(0, 3),
    "StudentT(3)": st.t(3),
    "Logistic(0, 1)": st.logistic(),
    "HyperbolicSecant(1)": st.hypsecant(),
    "GeneralizedNormal(0, 1, 3/2)": st.gennorm(1.5),
    "Moyal(0, 1)": st.moyal(),
    "HalfCauchy(1)": st.halfcauchy(),
    "Triangular(0, 3, 1)": st.triang(1 / 3, 0, 3),
    "Gamma(3/2, 1)": st.gamma(1.5),
    "Beta(2, 3)": st.beta(2, 3),
    "FisherF(3, 5)": st.f(3, 5),
    "BetaPrime(2, 3)": st.betaprime(2, 3),
    "Levy(0, 1)": st.levy(),
}
TAILS = (1e-20, 1e-100, 1e-10)
UPPER = (2.0**-53, 2.0**-40)


@cache
def compiled(name):
    return dv.quantile(name).function()


@pytest.mark.parametrize("name", LAWS)
def test_quantiles_keep_their_digits_in_both_tails(name):
    quantile, law = compiled(name), LAWS[name]
    low = [p for p in TAILS if law.cdf(law.ppf(p)) == pytest.approx(p, rel=1e-10, abs=0)]
    assert low
    np.testing.assert_allclose(quantile(np.array(low)), law.ppf(low), rtol=1e-12)
    high = [e for e in UPPER if law.sf(law.isf(e)) == pytest.approx(e, rel=1e-10, abs=0)]
    places = [quantile(1 - e) for e in high]
    np.testing.assert_allclose(law.sf(places), high, rtol=2e-10)


def test_tails_where_scipy_has_none():
    e = 2.0**-50
    assert compiled("Triangular(0, 3, 1)")(1 - e) == pytest.approx(3 - (6 * e) ** 0.5, rel=1e-15)
    shifted = dv.quantile("Triangular(-3, 0, -1)").function()
    assert shifted(1 - e) == pytest.approx(-((3 * e) ** 0.5), rel=1e-14)
    place = -np.log(e * 5) / (0.5 * 2)  # mass 1/(1 + 4) above 0, of rate lam kappa
    skewed = dv.quantile("AsymmetricLaplace(0, 1/2, 2)").function()
    assert skewed(1 - e) == pytest.approx(place, rel=1e-14)
    assert skewed(1e-20) == pytest.approx(np.log(1e-20 * 5 / 4) * 4, rel=1e-14)
    folded = dv.quantile("HalfNormal(1)").function()
    assert folded(1e-20) == pytest.approx(1e-20 * np.sqrt(np.pi / 2), rel=1e-14)
    assert folded(1 - e) == pytest.approx(st.norm.isf(e / 2), rel=1e-14)


@pytest.mark.parametrize("name", ["Laplace(0, 1)", "Cauchy(0, 1)", "StudentT(3)"])
@pytest.mark.parametrize("step", [2.0**-40, -(2.0**-40)])
def test_quantiles_keep_their_digits_next_to_the_middle(name, step):
    density_there = {"Laplace(0, 1)": 0.5, "Cauchy(0, 1)": 1 / np.pi, "StudentT(3)": st.t(3).pdf(0)}
    assert compiled(name)(0.5 + step) == pytest.approx(step / density_there[name], rel=1e-10)


# --- a normal law cut far from its middle ---------------------------------------------------

ENDS = [(10, 11), (20, 21), (40, 41), (40, 40.01), (-41, -40), (38, 100), (-40, 40), (-1, 2)]
CUT = "TruncatedNormal(0, 1, a, b)"


def _nearest(a, b):
    """The place from a to b that is next to zero."""
    return min(max(a, mp.mpf(0)), b)


def _moment(k, a, b, centre, top):
    """The integral of (x - centre)^k exp((top^2 - x^2)/2), by quadrature."""
    near = _nearest(a, b)
    grid = sorted({a, b, *(p for j in range(-60, 61) if a < (p := near + mp.mpf(j) / 10) < b)})
    return mp.quad(lambda x: (x - centre) ** k * mp.exp((top**2 - x**2) / 2), grid)


@pytest.mark.parametrize("ends", ENDS)
def test_a_normal_law_cut_far_away(ends):
    a, b = map(mp.mpf, ends)
    x = a + (b - a) / 256 if a > 0 else b - (b - a) / 256 if b < 0 else mp.mpf("0.5")
    with mp.workdps(40):
        top = _nearest(a, b)
        whole, below = _moment(0, a, b, 0, top), _moment(0, a, x, 0, top)
        share = below / whole
        log_density = (top * top - x * x) / 2 - mp.log(whole)
        mean = _moment(1, a, b, 0, top) / whole
    place, *at = float(x), float(a), float(b)
    assert dv.cdf(CUT).function()(place, *at) == pytest.approx(float(share), rel=1e-11)
    assert dv.quantile(CUT).function()(float(share), *at) == pytest.approx(place, rel=1e-12)
    assert dv.log_density(CUT).function()(place, *at) == pytest.approx(float(log_density))
    assert dv.expectation("x", CUT).function()(*at) == pytest.approx(float(mean), abs=1e-13)


def test_the_variance_of_a_normal_law_cut_far_away():
    a, b = mp.mpf(40), mp.mpf(41)
    with mp.workdps(40):
        moments = [_moment(k, a, b, 40, 40) for k in range(3)]
        variance = moments[2] / moments[0] - (moments[1] / moments[0]) ** 2
    found = dv.variance(CUT).function()(40.0, 41.0)
    assert found == pytest.approx(float(variance), rel=1e-7)


def test_a_saved_quantile_stands_alone(tmp_path):
    for name, at in (("HalfNormal(s)", (1e-20, 2.0)), (CUT, (0.25, 40.0, 41.0))):
        function = dv.quantile(name).function()
        path = function.save(tmp_path / f"place_{len(at)}.py")
        space: dict = {}
        exec(compile(path.read_text(), str(path), "exec"), space)  # noqa: S102 - our own text
        assert space[function.name](*at) == pytest.approx(function(*at), rel=1e-15)


# --- distribution functions where little lies below -------------------------------------------

SMALL = {
    "Laplace(1, 2)": (st.laplace(1, 2), (-45.0, -460.0, 0.9, 1.0, 1.1)),
    "Cauchy(0, 3)": (st.t(1, scale=3), (-1e10, -1e100, -1.0, 0.0, 2.0)),
    "StudentT(3)": (st.t(3), (-2e3, -2e33, -0.1, 0.0, 2.0)),
    "StudentT(7/10)": (st.t(0.7), (-4e13, -1e90, 0.5)),
    "GeneralizedNormal(0, 1, 3/2)": (st.gennorm(1.5), (-7.5, -37.0, -0.1, 0.0, 2.0)),
    "Gamma(3/2, 1)": (st.gamma(1.5), (1e-67, 1e-9, 1.0, 5.0)),
    "Maxwell(1)": (st.chi(3), (1e-33, 1e-5, 1.0)),
}


@pytest.mark.parametrize("name", SMALL)
def test_distribution_functions_keep_their_digits_in_the_lower_tail(name):
    law, places = SMALL[name]
    found = dv.cdf(name).function()
    wanted = [_below(law, x) for x in places]
    assert [float(found(x)) for x in places] == pytest.approx(wanted, rel=2e-13, abs=0)
    np.testing.assert_allclose(found(np.array(places)), wanted, rtol=2e-13)


def _below(law, x):
    """The mass below x by SciPy; of Maxwell's law and the gamma law near 0 by its first terms."""
    if law.dist.name == "chi" and x < 1e-4:
        return np.sqrt(2 / np.pi) * (x**3 / 3 - x**5 / 10)
    return law.cdf(x)


def test_a_share_of_a_segment_keeps_its_digits():
    for name, lam in (("ContinuousBernoulli(1/3)", 1 / 3), ("ContinuousBernoulli(lam)", 0.9)):
        found = dv.cdf(name).function()
        more = (lam,) if found.arguments[1:] else ()
        for x in (1e-100, 1e-10, 0.5):
            odds = mp.log(mp.mpf(lam) / (1 - mp.mpf(lam)))
            wanted = mp.expm1(odds * x) / mp.expm1(odds)
            assert found(x, *more) == pytest.approx(float(wanted), rel=1e-13, abs=0)


def test_a_geometric_law_far_beyond_its_mass():
    found = dv.cdf("Geometric(p)").function()
    assert found([1e3, 1e5, 1e10, 1e300], 0.117).tolist() == [1.0, 1.0, 1.0, 1.0]
    least = dv.quantile("Geometric(p)").function()
    high = 1 - 2**-45
    assert float(least(high, 0.235)) == math.ceil(mp.log(2**-45) / mp.log1p(-0.235))
