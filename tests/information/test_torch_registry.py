"""Every pair of laws that PyTorch registers a divergence for, at random parameters.

PyTorch's formulas are written by hand and share nothing with ours.  One of them is left out and
shown to be wrong by quadrature: it calls the divergence of a continuous Bernoulli law from the
uniform law on (0, 1) infinite.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.integrate

import derive as dv
from derive.errors import NoClosedFormError

torch = pytest.importorskip("torch")
laws = pytest.importorskip("torch.distributions")

DRAWS = 3
SPARE = 120


def spd(g: np.random.Generator) -> np.ndarray:
    A = g.normal(size=(3, 3))
    return A @ A.T + np.eye(3)


def tensor(value: Any) -> Any:
    return torch.tensor(value, dtype=torch.float64)


Parameters = Callable[[np.random.Generator], dict[str, Any]]
Made = Callable[..., Any]


def positive(*names: str) -> Parameters:
    return lambda g: {name: g.uniform(0.3, 4) for name in names}


# our name: parameters at random, the law of PyTorch, what it is called there
KINDS: dict[str, tuple[Parameters, Made, str]] = {
    "Bernoulli": (lambda g: {"p": g.uniform(0.1, 0.9)}, laws.Bernoulli, "Bernoulli"),
    "Beta": (positive("a", "b"), laws.Beta, "Beta"),
    "Binomial": (
        lambda g: {"n": 7, "p": g.uniform(0.1, 0.9)},
        lambda n, p: laws.Binomial(n, p),
        "Binomial",
    ),
    "Categorical": (lambda g: {"p": g.dirichlet(np.ones(4))}, laws.Categorical, "Categorical"),
    "Cauchy": (
        lambda g: {"x0": g.normal(), "gamma": g.uniform(0.3, 3)},
        laws.Cauchy,
        "Cauchy",
    ),
    "ContinuousBernoulli": (
        lambda g: {"lam": g.choice([0.15, 0.3, 0.7, 0.85]) + g.uniform(-0.05, 0.05)},
        laws.ContinuousBernoulli,
        "ContinuousBernoulli",
    ),
    "Dirichlet": (lambda g: {"alpha": g.uniform(0.4, 4, 4)}, laws.Dirichlet, "Dirichlet"),
    "Exponential": (positive("rate"), laws.Exponential, "Exponential"),
    "Gamma": (positive("k", "theta"), lambda k, theta: laws.Gamma(k, 1 / theta), "Gamma"),
    "Geometric": (lambda g: {"p": g.uniform(0.1, 0.9)}, laws.Geometric, "Geometric"),
    "Gumbel": (
        lambda g: {"mu": g.normal(), "beta": g.uniform(0.3, 2)},
        laws.Gumbel,
        "Gumbel",
    ),
    "HalfNormal": (positive("sigma"), laws.HalfNormal, "HalfNormal"),
    "Laplace": (lambda g: {"mu": g.normal(), "b": g.uniform(0.3, 2)}, laws.Laplace, "Laplace"),
    "MultivariateNormal": (
        lambda g: {"mu": g.normal(size=3), "Sigma": spd(g)},
        laws.MultivariateNormal,
        "MultivariateNormal",
    ),
    "Normal": (lambda g: {"mu": g.normal(), "sigma": g.uniform(0.3, 2)}, laws.Normal, "Normal"),
    "Pareto": (
        lambda g: {"xm": g.uniform(0.3, 2), "alpha": g.uniform(0.5, 5)},
        laws.Pareto,
        "Pareto",
    ),
    "Poisson": (positive("lam"), laws.Poisson, "Poisson"),
    "Uniform": (
        lambda g: {"a": (a := g.uniform(-0.7, 1.2)), "b": a + g.uniform(0.3, 2)},
        laws.Uniform,
        "Uniform",
    ),
}
REGISTERED = {(p.__name__, q.__name__) for p, q in laws.kl._KL_REGISTRY}
PAIRS = [(p, q) for p in KINDS for q in KINDS if (KINDS[p][2], KINDS[q][2]) in REGISTERED]
WRONG_THERE = {("ContinuousBernoulli", "Uniform")}


def test_all_registered_pairs_of_our_laws_are_compared() -> None:
    assert len(PAIRS) >= 75


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_a_divergence_is_that_of_the_registry(first: str, second: str) -> None:
    generator = np.random.default_rng([len(first), len(second)])
    names = {name: f"{name}_q" for name in KINDS[second][0](generator)}
    shared = {"n": "n"} if first == second == "Binomial" else {}
    names |= shared
    try:
        found = dv.kl_divergence(getattr(dv, first)(), getattr(dv, second)(**names))
        function = None if found.result == math.inf else found.function()
    except NoClosedFormError:
        found = function = None
    compared = 0
    for _ in range(SPARE):
        p, q = KINDS[first][0](generator), KINDS[second][0](generator)
        expected = value_there(first, p, second, q)
        if found is None or (first, second) in WRONG_THERE:
            compared += ours_in_numbers(first, p, second, q, expected, (first, second))
        elif function is None:
            assert expected == math.inf, (p, q)
            compared += 1
        elif math.isfinite(expected) and holds(found, first, p, second, q):
            given = {**p, **{names[key]: value for key, value in q.items()}}
            given = {key: given[key] for key in function.arguments}
            assert function(**given) == pytest.approx(expected, rel=1e-6, abs=1e-9)
            compared += 1
        if compared == DRAWS:
            return
    assert compared, "no draw was comparable"


def value_there(first: str, p: dict[str, Any], second: str, q: dict[str, Any]) -> float:
    one = KINDS[first][1](*map(tensor, p.values()))
    other = KINDS[second][1](*map(tensor, q.values()))
    return float(laws.kl_divergence(one, other))


def holds(found: Any, *given: Any) -> bool:
    """Whether what the answer is stated under holds: the supports nest."""
    first, p, second, q = given
    low, high = ends(first, p)
    outer_low, outer_high = ends(second, q)
    return bool(low >= outer_low and high <= outer_high)


def ends(law: str, values: dict[str, Any]) -> tuple[float, float]:
    """The ends of the support."""
    if law == "Uniform":
        return values["a"], values["b"]
    if law == "Pareto":
        return values["xm"], math.inf
    if law in {"Beta", "ContinuousBernoulli", "Bernoulli"}:
        return 0.0, 1.0
    if law in {"Normal", "Laplace", "Gumbel", "Cauchy", "MultivariateNormal"}:
        return -math.inf, math.inf
    return 0.0, values.get("n", math.inf)


def ours_in_numbers(
    first: str,
    p: dict[str, Any],
    second: str,
    q: dict[str, Any],
    expected: float,
    pair: tuple[str, str],
) -> int:
    """With numbers for parameters; 1 if that says something."""
    if pair in WRONG_THERE:
        unit = dv.kl_divergence(
            getattr(dv, first)(**{k: float(round(v, 3)) for k, v in p.items()}), dv.Uniform(0, 1)
        )
        lam = round(p["lam"], 3)
        law = laws.ContinuousBernoulli(tensor(lam))

        def integrand(x: float) -> float:
            log = float(law.log_prob(tensor(x)))
            return log * math.exp(log)

        assert unit.function()() == pytest.approx(scipy.integrate.quad(integrand, 0, 1)[0])
        return 1
    found = dv.kl_divergence(getattr(dv, first)(**p), getattr(dv, second)(**q))
    value = math.inf if found.result == math.inf else found.function()()
    assert value == pytest.approx(expected, rel=1e-6)
    return 1
