"""Credible intervals of densities that are singular, heavy-tailed or very narrow."""

from __future__ import annotations

import time

import numpy as np
import pytest
import scipy.stats as st

from derive.check.law_bench import law_variable
from derive.check.tail_mass import Tail
from derive.errors import DomainError, NoRuleError, RefutedError
from derive.language.laws.half_line import Gamma
from derive.language.laws.intervals import Beta
from derive.probability.law_text import as_law
from derive.statistics.bayesian import credible_interval as room
from derive.statistics.bayesian.credible_interval import credible_interval
from derive.statistics.bayesian.posterior import posterior

AWKWARD = [
    ("Gamma(0.01, 1)", st.gamma(0.01)),
    ("Gamma(0.1, 1)", st.gamma(0.1)),
    ("Gamma(50000, 1)", st.gamma(50000)),
    ("InverseGamma(0.1, 1)", st.invgamma(0.1)),
    ("Pareto(1, 0.01)", st.pareto(0.01)),
    ("Lomax(0.05, 2)", st.lomax(0.05, scale=2)),
    ("LogNormal(0, 30)", st.lognorm(30)),
    ("TruncatedNormal(0, 1, 8, 9)", st.truncnorm(8, 9)),
    ("Beta(100000, 100000)", st.beta(1e5, 1e5)),
    ("Beta(100000000, 100000000)", st.beta(1e8, 1e8)),
    ("Uniform(0.1, 0.3)", st.uniform(0.1, 0.2)),
]


@pytest.mark.parametrize(("law", "oracle"), AWKWARD, ids=[text for text, _ in AWKWARD])
@pytest.mark.parametrize("level", [0.9, 0.99])
def test_the_ends_are_the_quantiles_and_come_soon(law, oracle, level):
    start = time.process_time()
    found = credible_interval(law, level)
    assert time.process_time() - start < 2
    wanted = [float(end) for end in oracle.interval(level)]
    assert [found.lower, found.upper] == pytest.approx(wanted, rel=1e-9, abs=0)


def test_posteriors_of_vague_priors_have_intervals():
    rate = posterior("Poisson(lam)", "Gamma(k, theta)")
    found = credible_interval(rate, x=[0, 0, 0], k=0.1, theta=1)
    wanted = [float(end) for end in st.gamma(0.1, scale=1 / 4).interval(0.95)]
    assert [found.lower, found.upper] == pytest.approx(wanted, rel=1e-9, abs=0)
    share = posterior("Bernoulli(p)", "Beta(a, b)")
    found = credible_interval(share, x=[1] * 20, a=0.01, b=0.01)
    assert found.lower == pytest.approx(st.beta(20.01, 0.01).ppf(0.025))
    assert found.upper == 1  # the quantile is 1 but for less than a rounding


def test_a_level_next_to_one_keeps_its_tails():
    found = credible_interval("Normal(0, 1)", 1 - 2.0**-50)
    assert found.upper == pytest.approx(st.norm.isf(2.0**-51), rel=1e-12)


def test_ends_beyond_double_precision_are_refused():
    with pytest.raises(DomainError, match="beyond double precision"):
        credible_interval("Gamma(1e-20, 1)")
    with pytest.raises(DomainError, match="beyond double precision"):
        credible_interval("Pareto(1, 0.001)", 0.99)


def test_the_mass_beyond_a_point_is_that_of_scipy():
    for text, oracle in AWKWARD:
        law = as_law(text, "a test")
        x, (low, high) = law_variable(law, "x"), oracle.interval(0.8)
        for point, edge, width, wanted in (
            (low, law.support.lower, low - high, 0.1),
            (high, law.support.upper, high - low, 0.1),
        ):
            tail = Tail(law.log_density(x), x, edge, float(point), float(width))
            assert tail.mass() == pytest.approx(wanted, rel=1e-7)


def test_a_mass_that_does_not_settle_is_no_mass():
    law = Gamma(1e-5, 1)
    x = law_variable(law, "x")
    with pytest.raises(NoRuleError, match="does not settle"):
        Tail(law.log_density(x), x, law.support.lower, 1e-300, -1.0).mass()


@pytest.mark.parametrize("law", [Beta(20.01, 0.01), Gamma(0.01, 1), Beta(100000, 100000)])
@pytest.mark.parametrize("place", [0, 1])
def test_a_wrong_end_is_refuted(monkeypatch, law, place):
    right = room._ends(law, 0.025)
    moved = list(right)
    moved[place] = right[place] * (1 - 1e-4) if place else right[place] * 1.001
    monkeypatch.setattr(room, "_ends", lambda *_: tuple(moved))
    with pytest.raises(RefutedError, match="the mass of"):
        credible_interval(law)


def test_a_narrow_interval_is_printed_with_its_width():
    found = credible_interval("Normal(1000000, 0.001)")
    low, high = str(found).split("[")[1].rstrip("]").split(", ")
    assert np.isclose(float(high) - float(low), found.upper - found.lower, rtol=1e-2)
