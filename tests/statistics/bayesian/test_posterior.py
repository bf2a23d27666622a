"""Posteriors, evidence and predictions against quadrature of SciPy densities."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import scipy.integrate
import scipy.stats as st

import derive as dv
from derive.check.claim import Plan
from derive.engine.law_reading import Parts
from derive.errors import ArgumentError, DomainError, NoClosedFormError, RefutedError
from derive.numeric import compile_function
from derive.statistics.bayesian import posterior as page
from derive.statistics.bayesian.conjugate_prior import conjugate_prior
from derive.statistics.bayesian.evidence import marginal_likelihood, posterior_predictive
from derive.statistics.bayesian.posterior import posterior


@dataclass(frozen=True)
class Case:
    """A pair, and the same in SciPy: values of the known letters, the data, places to look."""

    likelihood: str
    prior: str
    of: str | None
    law: str  # family of the posterior
    next_law: str | None  # family of the next value
    letters: dict[str, float]
    data: tuple[float, ...]
    value: Any  # frozen law of one value at an unknown
    before: Any  # frozen prior
    places: tuple[float, ...]
    new: float


RATE = {"k": 2.5, "theta": 0.75}
SHAPES = {"a": 2.0, "b": 3.5}
CASES = [
    Case("Bernoulli(p)", "Beta(a, b)", None, "Beta", "Bernoulli", SHAPES, (1, 0, 1, 1),
         lambda p: st.bernoulli(p), st.beta(2, 3.5), (0.2, 0.7), 1),
    Case("Binomial(N, p)", "Beta(a, b)", "p", "Beta", None, SHAPES | {"N": 7}, (3, 5),
         lambda p: st.binom(7, p), st.beta(2, 3.5), (0.2, 0.7), 4),
    Case("Geometric(p)", "Beta(a, b)", None, "Beta", None, SHAPES, (1, 4, 2),
         lambda p: st.geom(p), st.beta(2, 3.5), (0.2, 0.7), 3),
    Case("NegativeBinomial(r, p)", "Beta(a, b)", "p", "Beta", None, SHAPES | {"r": 1.5}, (3, 1),
         lambda p: st.nbinom(1.5, p), st.beta(2, 3.5), (0.2, 0.7), 2),
    Case("Poisson(lam)", "Gamma(k, theta)", None, "Gamma", "NegativeBinomial", RATE, (2, 0, 3),
         lambda r: st.poisson(r), st.gamma(2.5, scale=0.75), (0.5, 2.0), 2),
    Case("Exponential(rate)", "Gamma(k, theta)", None, "Gamma", "Lomax", RATE, (0.4, 1.7, 0.2),
         lambda r: st.expon(scale=1 / r), st.gamma(2.5, scale=0.75), (0.5, 2.0), 0.9),
    Case("Normal(mu, sigma)", "Normal(m, s)", "mu", "Normal", "Normal",
         {"m": 0.3, "s": 1.2, "sigma": 0.8}, (0.4, -1.7, 2.2),
         lambda mu: st.norm(mu, 0.8), st.norm(0.3, 1.2), (-0.5, 0.4), 1.1),
    Case("Normal(mu, sigma)", "InverseGamma(a, b)", "sigma^2", "InverseGamma", None,
         SHAPES | {"mu": 0.5}, (0.4, -1.7, 2.2),
         lambda v: st.norm(0.5, np.sqrt(v)), st.invgamma(2, scale=3.5), (0.8, 2.5), 1.1),
    Case("Gamma(c, theta)", "Gamma(a, b)", "1/theta", "Gamma", None, SHAPES | {"c": 1.5},
         (0.4, 1.7), lambda r: st.gamma(1.5, scale=1 / r), st.gamma(2, scale=3.5), (0.8, 2.5), 1.1),
    Case("Pareto(xm, alpha)", "Gamma(k, theta)", "alpha", "Gamma", None, RATE | {"xm": 0.5},
         (0.9, 1.7), lambda a: st.pareto(a, scale=0.5), st.gamma(2.5, scale=0.75), (0.8, 2.5), 1.1),
    Case("Uniform(0, b)", "Pareto(xm, alpha)", "b", "Pareto", None, {"xm": 1.0, "alpha": 2.0},
         (0.9, 1.7, 0.2), lambda b: st.uniform(0, b), st.pareto(2, scale=1), (1.8, 2.5), 2.4),
    Case("Weibull(k, lam)", "InverseGamma(a, b)", "lam^k", "InverseGamma", "BurrXII",
         SHAPES | {"k": 1.5}, (0.9, 1.7),
         lambda v: st.weibull_min(1.5, scale=v ** (1 / 1.5)), st.invgamma(2, scale=3.5),
         (0.8, 2.5), 1.1),
    Case("Laplace(mu, b)", "InverseGamma(c, d)", "b", "InverseGamma", None,
         {"c": 2.0, "d": 3.5, "mu": 0.5}, (0.4, -1.7),
         lambda b: st.laplace(0.5, b), st.invgamma(2, scale=3.5), (0.8, 2.5), 1.1),
    Case("Rayleigh(sigma)", "InverseGamma(a, b)", "sigma^2", "InverseGamma", "BurrXII", SHAPES,
         (0.4, 1.7), lambda v: st.rayleigh(scale=np.sqrt(v)), st.invgamma(2, scale=3.5),
         (0.8, 2.5), 1.1),
    Case("Normal(mu, sigma)", "Uniform(c, d)", "mu", "TruncatedNormal", None,
         {"c": -1.0, "d": 2.0, "sigma": 0.8}, (0.4, 1.7),
         lambda mu: st.norm(mu, 0.8), st.uniform(-1, 3), (-0.5, 0.4), 1.1),
    Case("Bernoulli(p)", "Uniform(0, 1)", None, "Beta", "Bernoulli", {}, (1, 0, 1),
         lambda p: st.bernoulli(p), st.uniform(0, 1), (0.2, 0.7), 0),
]  # fmt: skip
EACH = pytest.mark.parametrize(
    "case", CASES, ids=lambda c: f"{c.likelihood}-{c.prior}".replace(" ", "")
)


def mass(law, x):
    return law.pmf(x) if hasattr(law, "pmf") else law.pdf(x)


def likelihood_at(case, unknown, data):
    return float(np.prod([mass(case.value(unknown), x) for x in data]))


def evidence_of(case, data):
    low, high = case.before.support()
    cuts = [max(data)] if case.likelihood.startswith("Uniform") else [case.before.median()]
    ends = [low, *[c for c in cuts if low < c < high], high]
    pieces = [
        scipy.integrate.quad(
            lambda t: likelihood_at(case, t, data) * case.before.pdf(t), a, b,
            epsabs=0, epsrel=1e-11, limit=200,
        )[0]
        for a, b in pairwise(ends)
    ]  # fmt: skip
    return sum(pieces)


def numbers(function, case, **more):
    known = {"x": np.array(case.data, float)} | case.letters | more
    return function(**{name: known[name] for name in function.arguments})


@EACH
def test_the_posterior_is_likelihood_times_prior_over_its_integral(case):
    found = posterior(case.likelihood, case.prior, case.of)
    assert found.certificate
    assert type(found.law).__name__ == case.law
    whole = evidence_of(case, case.data)
    unknown = found.unknown
    arguments = tuple(dict.fromkeys((unknown, *found.trace.arguments)))
    density = compile_function([("density", found.density)], arguments)
    for place in case.places:
        expected = likelihood_at(case, place, case.data) * case.before.pdf(place) / whole
        value = numbers(density, case, **{unknown.name: place})
        assert value == pytest.approx(expected, rel=1e-8)


@EACH
def test_the_evidence_is_the_mean_likelihood(case):
    found = marginal_likelihood(case.likelihood, case.prior, case.of)
    assert found.certificate
    value = numbers(found.function(), case)
    assert np.exp(value) == pytest.approx(evidence_of(case, case.data), rel=1e-8)


@EACH
def test_the_next_value_has_the_mean_density_under_the_posterior(case):
    found = posterior_predictive(case.likelihood, case.prior, case.of)
    assert found.certificate
    assert (found.law and type(found.law).__name__) == case.next_law
    ratio = evidence_of(case, (*case.data, case.new)) / evidence_of(case, case.data)
    value = numbers(found.function(), case, x_new=case.new)
    assert np.exp(value) == pytest.approx(ratio, rel=1e-8)


def test_textbook_forms():
    assert repr(posterior("Bernoulli(p)", "Beta(a, b)").law) == "Beta(a + sum(x), b - sum(x) + n)"
    assert repr(posterior("Poisson(lam)", "Gamma(k, theta)").law) == (
        "Gamma(k + sum(x), 1/(1/theta + n))"
    )
    assert repr(posterior_predictive("Bernoulli(p)", "Beta(a, b)").law) == (
        "Bernoulli((a + sum(x))/(a + b + n))"
    )


FAMILIES = [
    ("Bernoulli(p)", None, "Beta"),
    ("Poisson(lam)", None, "Gamma"),
    ("Geometric(p)", None, "Beta"),
    ("Normal(mu, sigma)", "mu", "Normal"),
    ("Normal(mu, sigma)", "sigma^2", "InverseGamma"),
    ("Normal(mu, sigma)", "1/sigma^2", "Gamma"),
    ("Gamma(k, theta)", "theta", "InverseGamma"),
    ("Uniform(0, b)", "b", "Pareto"),
    ("Pareto(xm, alpha)", "alpha", "Gamma"),
    ("Weibull(k, lam)", "lam^k", "InverseGamma"),
]


@pytest.mark.parametrize(("law", "of", "family"), FAMILIES)
def test_the_conjugate_family_is_found(law, of, family):
    found = conjugate_prior(law, of)
    assert type(found.prior).__name__ == family
    assert type(found.law).__name__ == family
    assert found.certificate


REFUSED = [
    (("Cauchy(x0, gamma)", "Normal(m, s)", "x0"), NoClosedFormError, "no product of functions"),
    (("Exponential(rate)", "Lomax(a, b)"), NoClosedFormError, r"kernel   : .*log\(rate\)"),
    (("Bernoulli(p)", "Normal(m, s)"), DomainError, "mass where 0 < p < 1 fails"),
    (("Poisson(lam)", "Normal(m, s)"), DomainError, "mass where lam > 0 fails"),
    (("Poisson(lam)", "Poisson(m)"), DomainError, "bayes_theorem"),
    (("Binomial(N, p)", "Gamma(k, theta)", "N"), DomainError, "whole number"),
    (("Normal(mu, sigma)", "Normal(m, s)"), ArgumentError, "which parameter"),
    (("Normal(mu, sigma)", "Normal(m, s)", "tau"), ArgumentError, "names no parameter"),
    (("Gamma(k, theta)", "Gamma(k, theta)", "theta"), ArgumentError, "also a parameter"),
    (("Poisson(lam)", 3), ArgumentError, "needs a law"),
    (("Normal(mu, sigma)", "Normal(m, s)", 7), ArgumentError, "of is the name"),
]


@pytest.mark.parametrize(("asked", "error", "words"), REFUSED)
def test_what_is_refused_says_why(asked, error, words):
    with pytest.raises(error, match=words):
        posterior(*asked)


def test_a_family_that_is_none_names_a_way_out():
    with pytest.raises(NoClosedFormError, match="of='sigma\\^2', for which InverseGamma"):
        conjugate_prior("Normal(mu, sigma)", "sigma")


def test_a_size_may_have_another_name_and_gives_way_to_a_parameter():
    assert "N" in repr(posterior("Binomial(n, p)", "Beta(a, b)", "p").law)
    assert "T" in repr(posterior("Poisson(lam)", "Gamma(k, theta)", n="T").law)
    with pytest.raises(ArgumentError, match="n is a parameter"):
        posterior("Binomial(n, p)", "Beta(a, b)", "p", n="n")


def test_every_claim_refutes_its_mutants():
    found = posterior_predictive("Poisson(lam)", "Gamma(k, theta)")
    for claim in found.claims:
        for mutant in claim.mutants():
            assert mutant.examine(Plan()).verdict == "refuted", mutant.words


def test_the_verbs_are_public():
    assert dv.posterior.__wrapped__ is posterior
    assert dv.conjugate_prior.__wrapped__ is conjugate_prior


def test_a_posterior_is_the_prior_of_the_next_sample():
    first = posterior("Bernoulli(p)", "Beta(a, b)")
    again = posterior("Bernoulli(p)", first.law)
    assert repr(again.law) == "Beta(sum(y) + a + sum(x), N - sum(y) + b - sum(x) + n)"
    assert again.certificate


@pytest.mark.parametrize("n", ["n d", 3, ""])
def test_a_size_that_is_no_name_is_refused(n):
    with pytest.raises(ArgumentError, match="n is the name"):
        posterior("Poisson(lam)", "Gamma(k, theta)", n=n)


def test_a_sign_in_the_sample_is_noticed(monkeypatch):
    def with_other_sign(one, other, pairing):
        wrong = {f: -c for f, c in one.coefficients.items()}
        return genuine(Parts(wrong, one.constant), other, pairing)

    genuine = page.added
    monkeypatch.setattr(page, "added", with_other_sign)
    with pytest.raises(RefutedError):
        page.posterior("Normal(mu, sigma)", "TruncatedNormal(m, s, 0, 1)", "mu", "T")


@pytest.mark.parametrize(
    ("likelihood", "prior", "law"),
    [
        ("Bernoulli(p)", "Beta(a, b)",
         lambda v, x: st.beta(v["a"] + sum(x), v["b"] + len(x) - sum(x))),
        ("Poisson(lam)", "Gamma(k, theta)",
         lambda v, x: st.gamma(v["k"] + sum(x), scale=1 / (1 / v["theta"] + len(x)))),
    ],
)  # fmt: skip
def test_entropy_of_a_posterior(likelihood: str, prior: str, law: Any) -> None:
    letters = {"a": 1.5, "b": 2.5, "k": 2.0, "theta": 0.7}
    x = np.array([1.0, 0.0, 1.0])
    found = dv.entropy(posterior(likelihood, prior).law)
    assert found.certificate.verdict == "verified"
    compiled = found.function()
    given = {"x": x, "n": 3, **letters}
    got = float(compiled(**{name: given[name] for name in compiled.arguments}))
    assert got == pytest.approx(float(law(letters, x).entropy()))


def test_conditions_speak_of_the_sample_and_not_of_the_unknown():
    for verb in (posterior, marginal_likelihood, posterior_predictive, dv.maximum_a_posteriori):
        assert "lies in" not in verb("Uniform(0, b)", "Pareto(xm, alpha)").text()
    page_of_shift = posterior_predictive("Levy(m, c)", "Gamma(k, theta)", of="c").text()
    assert "every entry of x lies in (m, ∞), x_new lies in (m, ∞)" in page_of_shift


def test_the_next_value_has_no_density_where_it_cannot_lie():
    x, held = np.array([1.0, 2.0]), {"xm": 1.0, "k": 2.0, "theta": 1.0}
    found = posterior_predictive("Pareto(xm, alpha)", "Gamma(k, theta)", of="alpha").function()

    def of_log(u):
        return np.exp(u + found(np.exp(u), x, **held))

    assert scipy.integrate.quad(of_log, 0.0, 200.0)[0] == pytest.approx(1, rel=1e-3)
    assert list(np.isinf(found(np.array([0.5, 1.5, -3.0]), x, **held))) == [True, False, True]
    uniform = posterior_predictive("Uniform(0, b)", "Pareto(xm, alpha)").function()
    assert uniform(-1.0, x, 1.0, 2.0) == -np.inf < uniform(5.0, x, 1.0, 2.0)
    counts = posterior_predictive("Poisson(lam)", "Gamma(k, theta)").function()
    assert counts(0.5, x, 2.0, 1.0) == -np.inf < counts(0, x, 2.0, 1.0)


@pytest.mark.parametrize(
    "verb", [posterior, marginal_likelihood, posterior_predictive, dv.maximum_a_posteriori]
)
def test_impossible_samples_are_refused(verb):
    found = verb("Uniform(0, b)", "Pareto(xm, alpha)").function()
    held = {"x": np.array([1.0, -2.0]), "xm": 1.0, "alpha": 2.0}
    given = {name: held[name] for name in found.arguments if name in held}
    given |= {name: 1.0 for name in found.arguments if name not in held}
    with pytest.raises(DomainError, match=r"lies in \[0, .*\n.*x = -2 at index 1"):
        found(**given)
