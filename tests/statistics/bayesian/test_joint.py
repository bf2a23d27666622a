"""A mean and a covariance at once against SciPy: Bayes at several places, t laws, modes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.stats as st

import derive as dv
from derive.check.claim import Plan
from derive.errors import ArgumentError, DomainError, NoClosedFormError

RNG = np.random.default_rng(11)
X = RNG.normal(size=(5, 2)) @ np.array([[1.2, 0.4], [0.0, 0.7]]) + np.array([0.5, -1.0])
SCALE = np.array([[0.9, -0.2], [-0.2, 1.5]])
GIVEN: dict[str, Any] = {"X": X, "mu0": np.array([0.4, -0.7]), "kappa": 1.6, "nu": 4.5}
NEW = np.array([0.3, 1.1])
NORMAL = "MultivariateNormal(m, S)"
PRIORS = {
    "NormalInverseWishart": ("NormalInverseWishart(mu0, kappa, Psi, nu)", "Psi", None),
    "NormalWishart": ("NormalWishart(mu0, kappa, V, nu)", "V", "m, inv(S)"),
}


def log_prior(name: str, values: Any, m: Any, S: Any) -> float:
    """The log density at a mean and a covariance; of the precision for the Wishart law."""
    mean, weight, scale, degrees = values
    if name == "NormalWishart":
        first = st.wishart.logpdf(np.linalg.inv(S), degrees, scale)
    else:
        first = st.invwishart.logpdf(S, degrees, scale)
    return float(first + st.multivariate_normal.logpdf(m, mean, S / weight))


def places() -> list[tuple[Any, Any]]:
    rng = np.random.default_rng(3)
    roots = [rng.normal(size=(2, 2)) for _ in range(5)]
    return [(rng.normal(size=2), r @ r.T + np.eye(2) / 2) for r in roots]


def numbers(found: Any, **given: Any) -> Any:
    compiled = found.function()
    got = compiled(**{k: v for k, v in given.items() if k in compiled.arguments})
    return got if isinstance(got, tuple) else (got,)


def asked(name: str) -> tuple[tuple[str, str], str | None, dict[str, Any], tuple[Any, ...]]:
    prior, scale, of = PRIORS[name]
    given = {**GIVEN, scale: SCALE}
    return (NORMAL, prior), of, given, (GIVEN["mu0"], GIVEN["kappa"], SCALE, GIVEN["nu"])


def as_values(after: Any) -> tuple[Any, float, Any, float]:
    mean, weight, scale, degrees = after
    return np.ravel(mean), float(weight), scale, float(degrees)


@pytest.mark.parametrize("name", PRIORS)
def test_posterior_and_evidence(name: str) -> None:
    laws, of, given, prior = asked(name)
    found = dv.posterior(*laws, of=of)
    after = as_values(numbers(found, **given))
    assert after[1] == pytest.approx(6.6)
    gaps = [
        st.multivariate_normal.logpdf(X, m, S).sum()
        + log_prior(name, prior, m, S)
        - log_prior(name, after, m, S)
        for m, S in places()
    ]
    assert np.ptp(gaps) < 1e-9
    evidence = dv.marginal_likelihood(*laws, of=of)
    (value,) = numbers(evidence, **given)
    assert float(value) == pytest.approx(gaps[0])
    assert found.certificate.verdict == evidence.certificate.verdict == "verified"


def test_evidence_is_a_mean_under_the_prior() -> None:
    laws, of, given, (mean, weight, scale, degrees) = asked("NormalInverseWishart")
    given = {**given, "X": X[:2]}
    (value,) = numbers(dv.marginal_likelihood(*laws, of=of), **given)
    rng = np.random.default_rng(5)
    S = st.invwishart.rvs(degrees, scale, size=40_000, random_state=rng)
    roots = np.linalg.cholesky(S / weight)
    m = mean + np.einsum("kij,kj->ki", roots, rng.normal(size=(len(S), 2)))
    gaps = X[:2][:, None] - m
    forms = np.einsum("nki,kij,nkj->k", gaps, np.linalg.inv(S), gaps)
    density = np.exp(-forms / 2) / ((2 * np.pi) ** 2 * np.linalg.det(S))
    error = density.std() / np.sqrt(len(S))
    assert np.exp(float(value)) == pytest.approx(density.mean(), abs=4 * error)


@pytest.mark.parametrize("name", PRIORS)
def test_next_value(name: str) -> None:
    laws, of, given, _ = asked(name)
    found = dv.posterior_predictive(*laws, of=of)
    assert type(found.law).__name__ == "MultivariateT"
    (log_p,) = numbers(found, x_new=NEW, **given)
    one = {**given, "X": np.vstack([X, NEW])}
    evidence = dv.marginal_likelihood(*laws, of=of)
    (before,), (after,) = numbers(evidence, **given), numbers(evidence, **one)
    assert float(log_p) == pytest.approx(float(after) - float(before))
    assert found.certificate.verdict == "verified"


@pytest.mark.parametrize("name", PRIORS)
def test_joint_mode(name: str) -> None:
    laws, of, given, _ = asked(name)
    after = as_values(numbers(dv.posterior(*laws, of=of), **given))
    found = dv.maximum_a_posteriori(*laws, of=of)
    mean, spread = numbers(found, **given)
    mean = np.ravel(mean)
    is_precision = name == "NormalWishart"

    def height(m: Any, T: Any) -> float:
        return log_prior(name, after, m, np.linalg.inv(T) if is_precision else T)

    best, rng = height(mean, spread), np.random.default_rng(2)
    for _ in range(40):
        shift, turn = 0.03 * rng.normal(size=2), 0.03 * rng.normal(size=(2, 2))
        assert best > height(mean + shift, spread + turn + turn.T)
    assert found.certificate.verdict == "verified"


def test_the_page_completes_the_square() -> None:
    text = str(dv.posterior(*asked("NormalInverseWishart")[0]))
    assert "Ψ + κn/(κ + n) (xbar − μ₀)(xbar − μ₀)ᵀ + Q" in text
    assert "complete the square in m, collect in S" in text


def test_a_second_sample() -> None:
    """Two samples one after the other are one sample."""
    laws, _, given, _ = asked("NormalInverseWishart")
    first = as_values(numbers(dv.posterior(*laws), **{**given, "X": X[:2]}))
    held = dict(zip(("mu0", "kappa", "Psi", "nu"), first, strict=True))
    second = as_values(numbers(dv.posterior(*laws), X=X[2:], **held))
    whole = as_values(numbers(dv.posterior(*laws), **given))
    for one, other in zip(second, whole, strict=True):
        np.testing.assert_allclose(one, other)


def test_the_precision_is_found_without_its_name() -> None:
    found = dv.posterior(NORMAL, "NormalWishart(mu0, kappa, V, nu)")
    assert "Λ = S⁻¹" in str(found)


def test_parts_that_are_scaled() -> None:
    """A covariance that is a multiple of the unknown is read like the unknown."""
    d = dv.dims("d")
    law = dv.MultivariateNormal("m", 2 * dv.matrix("S", d, d, spd=True))
    found = dv.posterior(law, "NormalInverseWishart(mu0, kappa, Psi, nu)")
    given = {**GIVEN, "Psi": SCALE}
    after = as_values(numbers(found, **given))
    prior = (GIVEN["mu0"], GIVEN["kappa"], SCALE, GIVEN["nu"])
    gaps = [
        st.multivariate_normal.logpdf(X, m, 2 * S).sum()
        + log_prior("NormalInverseWishart", prior, m, S)
        - log_prior("NormalInverseWishart", after, m, S)
        for m, S in places()
    ]
    assert np.ptp(gaps) < 1e-9


def test_conjugate_prior() -> None:
    assert type(dv.conjugate_prior(NORMAL, of="m, S").prior) is dv.NormalInverseWishart
    assert type(dv.conjugate_prior(NORMAL, of="m, inv(S)").prior) is dv.NormalWishart


@pytest.mark.parametrize(
    ("likelihood", "prior", "of", "error"),
    [
        ("MultivariateT(nu0, m, S)", "NormalInverseWishart", None, NoClosedFormError),
        (NORMAL, "NormalInverseWishart", "m", ArgumentError),
        (NORMAL, "NormalInverseWishart", "q, S", ArgumentError),
        (NORMAL, "NormalInverseWishart", "m, inv(S)", NoClosedFormError),
        (NORMAL, "NormalInverseWishart(mu0, kappa, S, nu)", "m, S", ArgumentError),
        (NORMAL, "NormalInverseGamma", None, ArgumentError),
        ("Normal(mu, sigma)", "NormalInverseWishart", None, ArgumentError),
        ("NormalInverseWishart", "MultivariateNormal(a, B)", None, ArgumentError),
        ("MatrixNormal(M, U, V)", "NormalInverseWishart", None, NoClosedFormError),
        (NORMAL, "NormalInverseWishart(mu0, kappa, Psi, 1, d=3)", None, DomainError),
        (NORMAL, "NormalInverseWishart(mu0, -1, Psi, nu)", None, DomainError),
    ],
)
def test_refusals(likelihood: str, prior: str, of: str | None, error: type[Exception]) -> None:
    with pytest.raises(error):
        dv.posterior(likelihood, prior, of=of)


@pytest.mark.parametrize("verb", ["posterior", "marginal_likelihood", "posterior_predictive"])
def test_false_claims_are_refuted(verb: str) -> None:
    found = getattr(dv, verb)(*asked("NormalInverseWishart")[0])
    results = [c for c in found.claims if c.kind == "result"]
    assert results
    for claim in results:
        for wrong in claim.mutants():
            assert wrong.examine(Plan()).verdict == "refuted", wrong.describe()
