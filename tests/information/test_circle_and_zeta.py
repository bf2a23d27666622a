"""The von Mises law and the zeta law, against SciPy's densities."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
import scipy.integrate
import scipy.stats as st

import derive as dv
from derive.errors import DivergentMeanError, DomainError

TURN = math.pi


def over_a_turn(function, mu, kappa):
    density = st.vonmises(kappa, mu)
    return scipy.integrate.quad(
        lambda x: density.pdf(x) * function(x), mu - TURN, mu + TURN, points=[mu], limit=200
    )[0]


def zipf_mean(function, s):
    """The mean under Zeta(s): ten million terms, or Euler and Maclaurin where they fall slowly."""
    if s > 3:
        k = np.arange(1.0, 1e7)
        return float(np.sum(k**-s * function(k)) / mpmath.zeta(s))
    total = mpmath.nsum(
        lambda k: k ** -mpmath.mpf(s) * function(k), [1, mpmath.inf], method="euler-maclaurin"
    )
    return float(total / mpmath.zeta(s))


def log(k):
    return np.log(k) if isinstance(k, np.ndarray) else mpmath.log(k)


def test_the_divergence_of_two_directions_is_on_the_circle():
    found = dv.kl_divergence("VonMises(mu, kappa)", "VonMises(nu, lam)")
    assert found.certificate.verdict == "verified"
    for given in ((0.5, 2.0, -1.0, 0.75), (3.0, 0.2, -3.0, 5.0), (0.0, 30.0, 2.0, 900.0)):
        mu, kappa, nu, lam = given
        p, q = st.vonmises(kappa, mu), st.vonmises(lam, nu)
        expected = over_a_turn(lambda x, p=p, q=q: p.logpdf(x) - q.logpdf(x), mu, kappa)
        assert float(found.function()(*given)) == pytest.approx(expected, rel=1e-7)
    assert "circle" in found.text()


def test_entropy_cross_entropy_and_means_of_an_angle_agree_with_integrals():
    h = dv.entropy("VonMises(mu, kappa)")
    c = dv.cross_entropy("VonMises(mu, kappa)", "VonMises(nu, lam)")
    m = dv.expectation("cos(x)", "VonMises(mu, kappa)")
    v = dv.expectation("sin(x)^2", "VonMises(0, kappa)")
    for each in (h, c, m, v):
        assert each.certificate.verdict == "verified"
    p, q = st.vonmises(2.5, 0.75), st.vonmises(0.5, -2)
    assert float(h.function()(0.75, 2.5)) == pytest.approx(p.entropy(), rel=1e-10)
    expected = over_a_turn(lambda x: -q.logpdf(x), 0.75, 2.5)
    assert float(c.function()(0.75, 2.5, -2.0, 0.5)) == pytest.approx(expected, rel=1e-8)
    expected = over_a_turn(np.cos, 0.75, 2.5)
    assert float(m.function()(0.75, 2.5)) == pytest.approx(expected, rel=1e-8)
    expected = over_a_turn(lambda x: np.sin(x) ** 2, 0, 2.5)
    assert float(v.function()(2.5)) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("alpha", [0.5, 2, 3.5])
def test_the_renyi_divergence_of_angles_agrees_with_an_integral(alpha):
    found = dv.renyi_divergence("VonMises(mu, kappa)", "VonMises(nu, lam)", alpha)
    assert found.certificate.verdict == "verified"
    p, q = st.vonmises(2.0, 0.5), st.vonmises(0.75, -1.0)
    mean = over_a_turn(lambda x: np.exp((alpha - 1) * (p.logpdf(x) - q.logpdf(x))), 0.5, 2.0)
    stated = float(found.function()(0.5, 2.0, -1.0, 0.75))
    assert stated == pytest.approx(math.log(mean) / (alpha - 1), rel=1e-7)


def test_against_a_law_of_numbers_an_angle_lies_in_its_interval():
    assert math.isinf(dv.kl_divergence("VonMises(0, k)", "Uniform(-1, 1)").function()(2.0))
    found = dv.kl_divergence("VonMises(0, k)", "Uniform(-4, 4)")
    assert found.certificate.verdict == "verified"
    assert found.conditions == ("k > 0",)
    expected = over_a_turn(lambda x: st.vonmises(2).logpdf(x) + math.log(8), 0, 2)
    assert float(found.function()(2.0)) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("s", [pytest.param(2.25, marks=pytest.mark.slow), 3.5])
def test_entropy_and_divergences_of_zeta_agree_with_sums(s):
    found = dv.entropy("Zeta(s)")
    assert found.certificate.verdict == "verified"
    expected = zipf_mean(lambda k: s * log(k) + float(mpmath.log(mpmath.zeta(s))), s)
    assert float(found.function()(s)) == pytest.approx(expected, rel=1e-9)
    found = dv.kl_divergence("Zeta(s)", "Zeta(t)")
    assert found.certificate.verdict == "verified"
    expected = zipf_mean(
        lambda k: (4 - s) * log(k) + float(mpmath.log(mpmath.zeta(4) / mpmath.zeta(s))), s
    )
    assert float(found.function()(s, 4.0)) == pytest.approx(expected, rel=1e-9)
    found = dv.kl_divergence("Zeta(s)", "Geometric(p)")
    assert found.certificate.verdict == "verified"
    q = st.geom(0.3)
    expected = zipf_mean(
        lambda k: (
            -s * log(k)
            - float(mpmath.log(mpmath.zeta(s)))
            - math.log(0.3)
            - (k - 1) * math.log(0.7)
        ),
        s,
    )
    assert float(found.function()(s, 0.3)) == pytest.approx(expected, rel=1e-6)
    assert q.logpmf(2) == pytest.approx(math.log(0.3) + math.log(0.7))


def test_moments_of_zeta_exist_where_they_are_said_to():
    found = dv.expectation("x", "Zeta(s)")
    assert found.certificate.verdict == "verified"
    assert "s > 2" in found.conditions
    assert float(found.function()(4.0)) == pytest.approx(st.zipf(4).mean())
    spread = dv.variance("x", "Zeta(s)")
    assert spread.certificate.verdict == "verified"
    assert float(spread.function()(5.0)) == pytest.approx(st.zipf(5).var(), rel=1e-9)
    with pytest.raises(DivergentMeanError, match=r"E\[x\] is infinite under Zeta\(2\)"):
        dv.expectation("x", "Zeta(2)")
    assert math.isinf(dv.kl_divergence("Zeta(3/2)", "Geometric(1/2)").function()())


def test_a_zeta_law_needs_an_exponent_above_one():
    with pytest.raises(DomainError, match="s > 1"):
        dv.Zeta(1)


def test_the_renyi_divergence_of_zeta_laws_is_a_ratio_of_zetas():
    found = dv.renyi_divergence("Zeta(s)", "Zeta(t)", 2)
    assert found.certificate.verdict == "verified"
    stated = float(found.function()(3.0, 2.0))
    mean = zipf_mean(lambda k: mpmath.zeta(2) / mpmath.zeta(3) * mpmath.mpf(k) ** -1, 3.0)
    assert stated == pytest.approx(math.log(mean), rel=1e-9)
