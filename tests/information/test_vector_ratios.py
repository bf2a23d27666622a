"""Renyi divergence and Hellinger distance of laws of vectors and matrices.

Oracle: means of SciPy's density ratios over its own draws, four standard errors wide, and
sums over the values of a categorical law.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.stats

import derive as dv
from derive.errors import ArgumentError, DomainError, NoClosedFormError, RefutedError
from derive.information import vector_ratios

DRAWS = 40_000


def covariance(seed: int, size: int = 2) -> np.ndarray:
    A = np.random.default_rng(seed).normal(size=(size, size))
    return A @ A.T / 4 + np.eye(size)


def pairs() -> list[tuple[str, str, Any, Any, dict[str, Any]]]:
    a, b = np.array([0.2, -0.3]), np.array([0.5, 0.1])
    A, B = covariance(1), covariance(2) + np.eye(2)
    c, d = np.array([2.0, 3.0, 1.5]), np.array([1.5, 2.5, 2.0])
    stats = scipy.stats
    normal = stats.multivariate_normal
    return [
        (
            "MultivariateNormal(a, A)",
            "MultivariateNormal(b, B)",
            normal(a, A),
            normal(b, B),
            {"a": a, "b": b, "A": A, "B": B},
        ),
        ("Dirichlet(a)", "Dirichlet(b)", stats.dirichlet(c), stats.dirichlet(d), {"a": c, "b": d}),
        (
            "Wishart(n, V)",
            "Wishart(m, W)",
            stats.wishart(6.0, A),
            stats.wishart(5.5, B),
            {"n": 6.0, "V": A, "m": 5.5, "W": B},
        ),
        (
            "InverseWishart(n, V)",
            "InverseWishart(m, W)",
            stats.invwishart(6.0, A),
            stats.invwishart(5.5, B),
            {"n": 6.0, "V": A, "m": 5.5, "W": B},
        ),
    ]


def value_of(found: dv.Derivation, values: dict[str, Any]) -> float:
    return float(found.function()(*(values[s.name] for s in found.trace.arguments)))


def log_ratios(p: Any, q: Any) -> np.ndarray:
    draws = p.rvs(DRAWS, random_state=7)
    if draws.ndim == 3:
        draws = np.moveaxis(draws, 0, -1)
    elif isinstance(p, type(scipy.stats.dirichlet([1.0, 1.0]))):
        draws = draws.T
    return np.asarray(q.logpdf(draws) - p.logpdf(draws))


@pytest.mark.parametrize(("p", "q", "one", "other", "values"), pairs())
@pytest.mark.parametrize("order", [0.5, 0.75, 1.25])
def test_a_renyi_divergence_is_a_mean_of_powers(p, q, one, other, values, order):
    found = dv.renyi_divergence(p, q, "r")
    assert found.certificate.verdict == "verified"
    powers = np.exp((1 - order) * log_ratios(one, other))
    mean = np.exp((order - 1) * value_of(found, {**values, "r": order}))
    assert abs(mean - powers.mean()) < 4 * powers.std() / np.sqrt(DRAWS)


@pytest.mark.parametrize(("p", "q", "one", "other", "values"), pairs())
def test_a_hellinger_distance_is_a_mean_of_roots(p, q, one, other, values):
    found = dv.hellinger_distance(p, q)
    assert found.certificate.verdict == "verified"
    roots = np.exp(log_ratios(one, other) / 2)
    mean = 1 - value_of(found, values) ** 2
    assert abs(mean - roots.mean()) < 4 * roots.std() / np.sqrt(DRAWS)


def test_categorical_laws_by_enumeration():
    p, q = np.array([0.2, 0.5, 0.3]), np.array([0.4, 0.4, 0.2])
    for order in (0.5, 2, 3.5):
        found = dv.renyi_divergence("Categorical(p)", "Categorical(q)", order)
        expected = np.log((p**order * q ** (1 - order)).sum()) / (order - 1)
        assert value_of(found, {"p": p, "q": q}) == pytest.approx(expected)
    found = dv.hellinger_distance("Categorical(p)", "Categorical(q)")
    assert value_of(found, {"p": p, "q": q}) == pytest.approx(np.sqrt(1 - np.sqrt(p * q).sum()))


def test_beyond_order_one_the_mixture_must_be_admissible():
    found = dv.renyi_divergence("Dirichlet(a)", "Dirichlet(b)", 2)
    assert "2*a - b positive" in found.conditions
    inside = dv.renyi_divergence("Dirichlet(a)", "Dirichlet(b)", 0.5)
    assert not any("a + b" in condition for condition in inside.conditions)


def test_what_has_no_closed_form_is_named():
    with pytest.raises(NoClosedFormError, match="one family among"):
        dv.hellinger_distance("MultivariateT", "MultivariateT")
    with pytest.raises(ArgumentError, match="different kinds"):
        dv.renyi_divergence("Normal", "Dirichlet")
    with pytest.raises(ArgumentError, match="call the order otherwise"):
        dv.renyi_divergence("Dirichlet", "Dirichlet(b)", "alpha")
    with pytest.raises(ArgumentError, match="K is the order and a parameter or a size"):
        dv.renyi_divergence("Dirichlet(a)", "Dirichlet(b)", "K")


def test_an_order_left_out_has_a_name_of_its_own():
    found = dv.renyi_divergence("Dirichlet", "Dirichlet(b)")
    assert {"r > 0", "r != 1"} <= set(found.conditions)
    assert "order r of" in str(found)


def test_a_mixture_that_is_never_positive_is_refused():
    d = dv.dims("d")
    A = dv.matrix("A", d, d, spd=True)
    with pytest.raises(DomainError, match="mean of the ratio is infinite"):
        dv.renyi_divergence(dv.MultivariateNormal("a", 3 * A), dv.MultivariateNormal("b", A), 2)
    wide = dv.MultivariateNormal("b", 3 * A)
    narrow = dv.renyi_divergence(dv.MultivariateNormal("a", 2 * A), wide, 2)
    assert narrow.result is not None


def test_a_wrong_mixture_is_refuted(monkeypatch):
    real = vector_ratios._mixture
    monkeypatch.setattr(
        vector_ratios, "_mixture", lambda kernel, p, q, alpha: real(kernel, p, q, 1 - alpha)
    )
    with pytest.raises(RefutedError):
        dv.renyi_divergence("Dirichlet(a)", "Dirichlet(b)", 0.25)
