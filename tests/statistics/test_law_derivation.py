"""Known facts about laws: what is printed, what it equals, and that a wrong line is seen."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

import derive as dv
from derive.check.claim import Plan
from derive.statistics.law_derivation import PAGES

RESULTS = {
    "binomial_mean": "n*p",
    "normal_constant": "sigma*sqrt(2*pi)",
    "exponential_memoryless": "exp(-r*t)",
    "minimum_of_exponentials": "(a + b)*exp(-(a + b)*x)",
    "exponential_mean_by_parts": "1/r^2",
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_verified_at_several_precisions(name):
    found = dv.law_derivation(name)
    assert found.certificate.verdict == "verified"
    assert "altered claims refuted" in found.certificate.control
    assert len(found.steps) > 2 and found.latex() and found.markdown()
    assert found.check(precision=20, seed=3).verdict == "verified"


@pytest.mark.parametrize("name", RESULTS)
def test_the_answer_is_the_textbook_formula(name):
    assert repr(dv.law_derivation(name)).partition("    #")[0] == RESULTS[name]


@pytest.mark.parametrize("name", PAGES)
def test_every_wrong_line_is_refuted(name):
    for claim in dv.law_derivation(name).claims:
        assert "refuted" in {mutant.examine(Plan()).verdict for mutant in claim.mutants()}


def test_results_are_those_of_scipy():
    f = dv.law_derivation("binomial_from_bernoullis").function()
    assert f(n=7, k=3, p=0.3) == pytest.approx(stats.binom.pmf(3, 7, 0.3), rel=1e-12)
    f = dv.law_derivation("poisson_limit").function()
    assert f(lam=2.0, k=3) == pytest.approx(stats.poisson.pmf(3, 2), rel=1e-12)
    assert f(lam=2.0, k=3) == pytest.approx(stats.binom.pmf(3, 10**6, 2e-6), rel=2e-6)
    f = dv.law_derivation("normal_sum").function()
    found = f(s=0.5, a=1.0, b=-0.25, sigma=2.0, tau=1.0)
    assert found == pytest.approx(stats.norm.pdf(0.5, 0.75, np.sqrt(5)), rel=1e-12)
    f = dv.law_derivation("minimum_of_exponentials").function()
    beyond = integrate.quad(lambda x: f(a=0.5, b=1.5, x=x), 1, np.inf)[0]
    assert beyond == pytest.approx(stats.expon.sf(1, scale=2) * stats.expon.sf(1, scale=2 / 3))


def test_the_limit_shows_numbers_at_a_million():
    text = str(dv.law_derivation("poisson_limit"))
    near = stats.binom.pmf(3, 10**6, 2e-6)
    assert f"{near:.8f}" in text and f"{stats.poisson.pmf(3, 2):.8f}" in text


def test_a_name_that_is_none_is_refused_with_the_names():
    with pytest.raises(dv.ArgumentError, match="poisson_limit"):
        dv.law_derivation("poisson")
