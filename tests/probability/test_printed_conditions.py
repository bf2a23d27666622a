"""Compiled answers refuse numbers against a condition on the page; saved files do so alone."""

from __future__ import annotations

import importlib.util
import re

import numpy as np
import pytest

import derive as dv
from derive.errors import DomainError

CASES = {
    "mean": (
        lambda: dv.expectation("x", "Pareto(m, a)"),
        {"m": 1.0, "a": 2.0},
        {"a": 0.5},
        "a > 1",
    ),
    "variance": (lambda: dv.variance("StudentT(nu)"), {"nu": 3.0}, {"nu": 1.5}, "nu > 2"),
    "generating function": (
        lambda: dv.moment_generating_function("Exponential(r)"),
        {"t": 0.5, "r": 1.0},
        {"t": 2.0},
        "t",
    ),
    "order of the parameters": (
        lambda: dv.entropy("Uniform(a, b)"),
        {"a": 0.0, "b": 1.0},
        {"b": -1.0},
        "a < b",
    ),
    "divergence that needs a mean": (
        lambda: dv.kl_divergence("Pareto(1, a)", "LogNormal(m, s)"),
        {"a": 2.0, "m": 0.0, "s": 1.0},
        {"s": -1.0},
        "s > 0",
    ),
    "ratio beyond the two laws": (
        lambda: dv.renyi_divergence("Exponential(a)", "Exponential(b)", "r"),
        {"a": 2.0, "b": 1.0, "r": 2.0},
        {"b": 9.0},
        "r",
    ),
    "posterior": (
        lambda: dv.posterior("Bernoulli(p)", "Beta(a, b)"),
        {"x": [1.0, 0.0], "a": 1.0, "b": 1.0},
        {"x": [1.0, 0.5]},
        "every entry of x lies in {0, 1}",
    ),
    "estimate": (
        lambda: dv.maximum_likelihood("Exponential(r)"),
        {"x": [1.0, 2.0]},
        {"x": [1.0, -2.0]},
        "every entry of x lies in",
    ),
    "rows on the simplex": (
        lambda: dv.log_likelihood(dv.Dirichlet()),
        {"X": np.full((3, 2), 0.5), "alpha": [1.0, 2.0]},
        {"X": np.full((3, 2), 0.4)},
        "each row of X",
    ),
    "rows of whole numbers": (
        lambda: dv.log_likelihood(dv.Multinomial()),
        {"X": [[1.0, 2.0]], "n": 3.0, "p": [0.5, 0.5]},
        {"n": 4.0},
        "sum to n",
    ),
    "weights on the simplex": (
        lambda: dv.entropy(dv.Categorical()),
        {"p": [0.5, 0.5]},
        {"p": [0.5, 0.6]},
        "p simplex",
    ),
    "covariance of a law": (
        lambda: dv.variance(dv.MultivariateNormal()),
        {"mu": [0.0, 0.0], "Sigma": np.eye(2)},
        {"Sigma": -np.eye(2)},
        "Sigma positive definite",
    ),
    "factored covariance": (
        lambda: dv.log_likelihood(dv.MultivariateNormal()),
        {"X": np.eye(2), "mu": [0.0, 0.0], "Sigma": np.eye(2)},
        {"Sigma": -np.eye(2)},
        "not positive definite",
    ),
    "degrees of freedom": (
        lambda: dv.entropy(dv.Wishart()),
        {"n": 4.0, "V": np.eye(3)},
        {"n": 1.5},
        "n > p - 1",
    ),
    "unit direction": (
        lambda: dv.entropy(dv.VonMisesFisher()),
        {"mu": [0.6, 0.8, 0.0], "kappa": 1.0},
        {"mu": [1.0, 1.0, 0.0]},
        "mu of length one",
    ),
    "density": (
        lambda: dv.density("Pareto(m, a)"),
        {"x": [0.5, 2.0], "m": 1.0, "a": 1.0},
        {"a": -1.0},
        "a > 0",
    ),
    "characteristic function": (
        lambda: dv.characteristic_function("Gamma(k, s)"),
        {"t": 0.0, "k": 1.0, "s": 1.0},
        {"k": -1.0},
        "k > 0",
    ),
}


def saved(derivation, folder):
    """The function of a saved file, which knows nothing of the library."""
    path = derivation.save(folder / "saved.py")
    assert "import derive" not in path.read_text()
    spec = importlib.util.spec_from_file_location("saved", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.f


@pytest.mark.parametrize(("made", "good", "bad", "said"), CASES.values(), ids=CASES)
def test_a_condition_of_the_page_is_asked_of_the_numbers(made, good, bad, said, tmp_path):
    derivation = made()
    function, alone = derivation.function(), saved(derivation, tmp_path)
    function(**good)
    alone(**good)
    with pytest.raises(DomainError, match=re.escape(said)):
        function(**{**good, **bad})
    with pytest.raises(ValueError, match=re.escape(said)):
        alone(**{**good, **bad})


def test_the_gradient_of_an_expression_asks_nothing():
    assert (
        "require" not in dv.gradient("log(x)", "x", shapes="x: scalar positive").function().source
    )
