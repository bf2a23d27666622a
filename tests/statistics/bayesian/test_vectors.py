"""Posteriors of vectors, matrices and pairs against SciPy: Bayes at several unknowns."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import scipy.stats as st

import derive as dv
from derive.check.claim import Plan
from derive.errors import ArgumentError, DomainError, NoClosedFormError, ShapeError

RNG = np.random.default_rng(7)
X = RNG.normal(size=(5, 2))
S = np.array([[1.2, 0.3], [0.3, 0.8]])
S0 = np.array([[0.9, -0.2], [-0.2, 1.5]])
M = np.array([0.4, -0.7])
ONEHOT = np.eye(3)[[0, 2, 2, 1]]
COUNTS = np.array([[2.0, 1.0, 0.0], [0.0, 2.0, 1.0]])
ALPHA = np.array([1.5, 0.7, 2.2])


def same_ratio(likelihood, before, after, places):
    """Log likelihood + log prior - log posterior, the same everywhere: the log evidence."""
    gaps = [likelihood(u) + before(u) - after(u) for u in places]
    assert np.ptp(gaps) < 1e-9 * max(1, abs(gaps[0]))
    return gaps[0]


def evaluated(found, **given):
    """The parameters in numbers."""
    compiled = found.function()
    names = compiled.arguments
    got = compiled(**{k: v for k, v in given.items() if k in names})
    return got if isinstance(got, tuple) else (got,)


def places_in(kind, count=5):
    rng = np.random.default_rng(3)
    if kind == "simplex":
        return [rng.dirichlet(np.ones(3)) for _ in range(count)]
    if kind == "spd":
        roots = [rng.normal(size=(2, 2)) for _ in range(count)]
        return [r @ r.T + np.eye(2) for r in roots]
    return [rng.normal(size=2) for _ in range(count)]


@pytest.mark.parametrize(
    ("likelihood", "data", "more", "one"),
    [
        ("Categorical(p)", ONEHOT, {}, lambda p: np.log(ONEHOT @ p).sum()),
        ("Multinomial(N, p)", COUNTS, {"N": 3},
         lambda p: st.multinomial.logpmf(COUNTS, 3, p).sum()),
    ],
)  # fmt: skip
def test_probabilities(likelihood, data, more, one):
    found = dv.posterior(likelihood, "Dirichlet(alpha)")
    (alpha,) = evaluated(found, X=data, alpha=ALPHA)
    np.testing.assert_allclose(alpha, ALPHA + data.sum(axis=0))
    evidence = same_ratio(
        one, lambda p: st.dirichlet.logpdf(p, ALPHA), lambda p: st.dirichlet.logpdf(p, alpha),
        places_in("simplex"),
    )  # fmt: skip
    asked = dv.marginal_likelihood(likelihood, "Dirichlet(alpha)")
    (value,) = evaluated(asked, X=data, alpha=ALPHA, **more)
    assert value == pytest.approx(evidence)
    mode = dv.maximum_a_posteriori(likelihood, "Dirichlet(alpha)")
    (top,) = evaluated(mode, X=data, alpha=ALPHA)
    best = st.dirichlet.logpdf(top, alpha)
    assert all(best > st.dirichlet.logpdf(p, alpha) for p in places_in("simplex", 40))
    assert found.certificate.verdict == asked.certificate.verdict == "verified"


def test_next_category():
    found = dv.posterior_predictive("Categorical(p)", "Dirichlet(alpha)")
    assert type(found.law).__name__ == "Categorical"
    alpha = ALPHA + ONEHOT.sum(axis=0)
    for k in range(3):
        (value,) = evaluated(found, x_new=np.eye(3)[k], X=ONEHOT, alpha=ALPHA)
        assert math.exp(value) == pytest.approx(alpha[k] / alpha.sum())


def test_next_counts():
    found = dv.posterior_predictive("Multinomial(N, p)", "Dirichlet(alpha)")
    assert found.law is None
    new = np.array([1.0, 0.0, 2.0])
    (value,) = evaluated(found, x_new=new, X=COUNTS, alpha=ALPHA, N=3)
    law = st.dirichlet_multinomial(ALPHA + COUNTS.sum(axis=0), 3)
    assert value == pytest.approx(law.logpmf(new.astype(int)))


def test_mean_of_a_normal():
    asked = ("MultivariateNormal(mu, Sigma)", "MultivariateNormal(m0, S0)")
    given = {"X": X, "Sigma": S, "m0": M, "S0": S0}
    found = dv.posterior(*asked)
    mean, spread = evaluated(found, **given)
    evidence = same_ratio(
        lambda u: st.multivariate_normal.logpdf(X, u, S).sum(),
        lambda u: st.multivariate_normal.logpdf(u, M, S0),
        lambda u: st.multivariate_normal.logpdf(u, mean, spread),
        places_in("vectors"),
    )
    (value,) = evaluated(dv.marginal_likelihood(*asked), **given)
    assert value == pytest.approx(evidence)
    joint = np.kron(np.eye(5), S) + np.kron(np.ones((5, 5)), S0)
    assert value == pytest.approx(st.multivariate_normal.logpdf(X.ravel(), np.tile(M, 5), joint))
    (top,) = evaluated(dv.maximum_a_posteriori(*asked), **given)
    np.testing.assert_allclose(top, mean)
    predictive, new = dv.posterior_predictive(*asked), np.array([0.3, 1.1])
    (log_p,) = evaluated(predictive, x_new=new, **given)
    assert log_p == pytest.approx(st.multivariate_normal.logpdf(new, mean, spread + S))
    assert type(predictive.law).__name__ == "MultivariateNormal"


def test_covariance_of_a_normal():
    asked = ("MultivariateNormal(mu, Sigma)", "InverseWishart(nu, Psi)")
    given = {"X": X, "mu": M, "nu": 4.5, "Psi": S0}
    degrees, scale = evaluated(dv.posterior(*asked), **given)
    evidence = same_ratio(
        lambda u: st.multivariate_normal.logpdf(X, M, u).sum(),
        lambda u: st.invwishart.logpdf(u, 4.5, S0),
        lambda u: st.invwishart.logpdf(u, degrees, scale),
        places_in("spd"),
    )
    (value,) = evaluated(dv.marginal_likelihood(*asked), **given)
    assert value == pytest.approx(evidence)
    (top,) = evaluated(dv.maximum_a_posteriori(*asked), **given)
    best = st.invwishart.logpdf(top, degrees, scale)
    assert all(best > st.invwishart.logpdf(u, degrees, scale) for u in places_in("spd", 40))
    predictive, new = dv.posterior_predictive(*asked), np.array([0.3, 1.1])
    (log_p,) = evaluated(predictive, x_new=new, **given)
    law = st.multivariate_t(M, scale / (degrees - 1), degrees - 1)
    assert log_p == pytest.approx(law.logpdf(new))


@pytest.mark.parametrize("of", ["inv(Sigma)", None])
def test_precision_of_a_normal(of):
    normal = dv.MultivariateNormal() if of else dv.MultivariateNormal("mu", precision="Lambda")
    given = {"X": X, "mu": M, "nu": 4.5, "V": S0}
    degrees, scale = evaluated(dv.posterior(normal, dv.Wishart("nu", "V"), of), **given)
    evidence = same_ratio(
        lambda u: st.multivariate_normal.logpdf(X, M, np.linalg.inv(u)).sum(),
        lambda u: st.wishart.logpdf(u, 4.5, S0),
        lambda u: st.wishart.logpdf(u, degrees, scale),
        places_in("spd"),
    )
    (value,) = evaluated(dv.marginal_likelihood(normal, dv.Wishart("nu", "V"), of), **given)
    assert value == pytest.approx(evidence)
    (top,) = evaluated(dv.maximum_a_posteriori(normal, dv.Wishart("nu", "V"), of), **given)
    best = st.wishart.logpdf(top, degrees, scale)
    assert all(best > st.wishart.logpdf(u, degrees, scale) for u in places_in("spd", 40))


PAIRS = {
    "NormalGamma": lambda t, a, b: (st.gamma(a, scale=1 / b).logpdf(t), 1 / t),
    "NormalInverseGamma": lambda t, a, b: (st.invgamma(a, scale=b).logpdf(t), t),
}


@pytest.mark.parametrize("name", PAIRS)
def test_mean_and_spread(name):
    asked = ("Normal(mu, sigma)", f"{name}(m, k, a, b)")
    x = np.array([0.4, -1.7, 2.2, 0.9])
    prior = {"m": 0.3, "k": 1.4, "a": 2.5, "b": 0.8}
    after = tuple(map(float, evaluated(dv.posterior(*asked), x=x, **prior)))
    places = [(0.2, 0.7), (-0.5, 1.8), (1.1, 0.4)]

    def density(u, values):
        m, k, a, b = values
        own, variance = PAIRS[name](u[1], a, b)
        return own + st.norm(m, math.sqrt(variance / k)).logpdf(u[0])

    def likelihood(u):
        _, variance = PAIRS[name](u[1], 1, 1)
        return st.norm(u[0], math.sqrt(variance)).logpdf(x).sum()

    evidence = same_ratio(
        likelihood, lambda u: density(u, prior.values()), lambda u: density(u, after), places
    )
    (value,) = evaluated(dv.marginal_likelihood(*asked), x=x, **prior)
    assert float(value) == pytest.approx(evidence)
    m, k, a, b = after
    (log_p,) = evaluated(dv.posterior_predictive(*asked), x_new=1.3, x=x, **prior)
    scale = math.sqrt(b * (k + 1) / (a * k))
    assert float(log_p) == pytest.approx(st.t(2 * a, m, scale).logpdf(1.3))
    top = tuple(map(float, evaluated(dv.maximum_a_posteriori(*asked), x=x, **prior)))
    best = density(top, after)
    steps = [(0.05, 0), (-0.05, 0), (0, 0.02), (0, -0.02)]
    assert all(best > density((top[0] + h, top[1] + g), after) for h, g in steps)


def test_a_second_sample():
    first = dv.posterior("Categorical(p)", "Dirichlet(alpha)")
    second = dv.posterior("Categorical(p)", first.law)
    assert repr(second.law) == "Dirichlet(alpha + X'*ones(n) + Y'*ones(N))"


@pytest.mark.parametrize(
    ("law", "of", "prior"),
    [
        ("Categorical(p)", None, "Dirichlet(alpha)"),
        ("Multinomial(N, p)", "p", "Dirichlet(alpha)"),
        ("MultivariateNormal(m, S)", "m", "MultivariateNormal(mu, Sigma)"),
        ("MultivariateNormal(m, S)", "S", "InverseWishart(nu, Psi)"),
        ("MultivariateNormal(m, S)", "inv(S)", "Wishart(n, V)"),
        ("Normal(mu, sigma)", "mu, sigma^2", "NormalInverseGamma(m, k, a, b)"),
        ("Normal(mu, sigma)", "mu, 1/sigma^2", "NormalGamma(mu_0, lam, a, b)"),
    ],
)
def test_conjugate_prior(law, of, prior):
    assert repr(dv.conjugate_prior(law, of=of).prior) == prior


@pytest.mark.parametrize(
    ("likelihood", "prior", "of", "error"),
    [
        ("MultivariateNormal", "Dirichlet", None, ArgumentError),
        ("MultivariateNormal", "Dirichlet", "mu", DomainError),
        ("Dirichlet(a)", "MultivariateNormal", "a", DomainError),
        ("MultivariateNormal", "Normal(a, b)", None, ArgumentError),
        ("Normal(mu, sigma)", "MultivariateNormal", None, ArgumentError),
        ("Categorical", "Categorical(q)", None, NoClosedFormError),
        ("MultivariateNormal", "MultivariateNormal(m, S)", "tau", ArgumentError),
        ("MultivariateNormal(mu, S)", "MultivariateNormal(S, T)", "mu", ShapeError),
        ("MultivariateNormal", "MultivariateNormal(mu, T)", "mu", ArgumentError),
        ("Poisson(r)", "NormalGamma", None, ArgumentError),
        ("Wishart", "Wishart(nu, W)", "V", NoClosedFormError),
        ("MultivariateNormal(mu, precision=L)", "InverseWishart", "L", NoClosedFormError),
    ],
)
def test_refusals(likelihood, prior, of, error):
    with pytest.raises(error):
        dv.posterior(likelihood, prior, of=of)


@pytest.mark.parametrize(
    "asked",
    [
        ("Categorical(p)", "Dirichlet(alpha)"),
        ("MultivariateNormal(mu, Sigma)", "MultivariateNormal(m0, S0)"),
        ("MultivariateNormal(mu, Sigma)", "InverseWishart(nu, Psi)"),
        ("Normal(mu, sigma)", "NormalInverseGamma(m, k, a, b)"),
    ],
)
def test_false_claims_are_refuted(asked):
    for verb in (dv.posterior, dv.marginal_likelihood, dv.posterior_predictive):
        found = verb(*asked)
        assert found.certificate.verdict == "verified"
        results = [c for c in found.claims if c.kind == "result"]
        assert results
        for claim in results:
            for wrong in claim.mutants():
                assert wrong.examine(Plan()).verdict == "refuted", wrong.describe()


def test_a_wrong_law_is_refuted():
    found = dv.posterior("Categorical(p)", "Dirichlet(alpha)")
    wrong = dv.Dirichlet(found.law.values[0] * 2)
    claim = next(c for c in found.claims if c.kind == "result")
    bad = replace(claim, after=wrong.log_density(found.unknown))
    assert bad.examine(Plan()).verdict == "refuted"
