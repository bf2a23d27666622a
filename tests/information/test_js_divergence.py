"""Jensen-Shannon divergences, against SciPy and quadrature in floats."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, stats
from scipy.spatial.distance import jensenshannon

import derive as dv
from derive.check.claim import Plan
from derive.errors import DomainError, NoClosedFormError, ShapeError


@pytest.mark.parametrize("base", [None, 2])
def test_vectors_are_those_of_scipy(base):
    p, q = [0.5, 0.25, 0.25, 0], [0.1, 0.2, 0, 0.7]
    found = dv.js_divergence(p, q, base=base)
    assert float(found.function()()) == pytest.approx(jensenshannon(p, q, base) ** 2, rel=1e-12)
    assert found.certificate.verdict == "verified"


def test_symbols_and_weights():
    found = dv.js_divergence("Bernoulli(p)", "Bernoulli(q)", weights=("w", "1 - w"))
    p, q, w = 0.2, 0.7, 0.3
    vectors = np.array([[1 - p, p], [1 - q, q]])
    mixed = w * vectors[0] + (1 - w) * vectors[1]
    expected = w * stats.entropy(vectors[0], mixed) + (1 - w) * stats.entropy(vectors[1], mixed)
    assert float(found.function()(p=p, q=q, w=w)) == pytest.approx(expected, rel=1e-12)
    same = dv.js_divergence("[p, 1 - p]", "[p, 1 - p]")
    assert same.result == 0


def test_laws_apart_and_equal_laws():
    assert repr(dv.js_divergence("Uniform(0, 1)", "Uniform(1, 3)")).startswith("log(2)")
    assert dv.js_divergence("Poisson(a)", "Exponential(b)", base=2).result == 1
    assert dv.js_divergence("Normal(m, s)", "Normal(m, s)").result == 0


PAIRS = [
    ("Normal(0, 1)", "Normal(1, 2)", stats.norm(0, 1), stats.norm(1, 2)),
    ("Cauchy(0, 1)", "Normal(0, 1)", stats.cauchy(0, 1), stats.norm(0, 1)),
    ("Gamma(2, 1)", "Exponential(1)", stats.gamma(2), stats.expon()),
    ("Normal(0, 1/100)", "Normal(1/10, 1/100)", stats.norm(0, 0.01), stats.norm(0.1, 0.01)),
]


@pytest.mark.parametrize(("p", "q", "f", "g"), PAIRS, ids=[" ".join(x[:2]) for x in PAIRS])
def test_laws_of_numbers_by_quadrature(p, q, f, g):
    found = dv.js_divergence(p, q)
    assert found.certificate.verdict == "verified"
    assert "by quadrature" in str(found)

    def density(x):
        a, b = f.pdf(x), g.pdf(x)
        terms = [v * np.log(2 * v / (a + b)) / 2 for v in (a, b) if v > 0]
        return sum(terms)

    cuts = sorted({-1e3, -30, -3, -0.2, -0.02, 0, 0.05, 0.1, 0.2, 1, 5, 30, 1e3})
    total = sum(integrate.quad(density, a, b)[0] for a, b in pairwise(cuts))
    assert float(found.result) == pytest.approx(total, abs=4e-4 if "Cauchy" in p else 1e-8)
    assert 0 <= found.result <= np.log(2)


def test_whole_numbers_by_summation():
    k = np.arange(200)
    expected = jensenshannon(stats.poisson(1).pmf(k), stats.poisson(3).pmf(k)) ** 2
    found = dv.js_divergence("Poisson(1)", "Poisson(3)")
    assert float(found.result) == pytest.approx(expected, abs=1e-9)
    assert all(m.examine(Plan()).verdict == "refuted" for m in found.claims[-1].mutants())


def test_what_has_no_closed_form_is_refused():
    with pytest.raises(NoClosedFormError, match="give numbers"):
        dv.js_divergence("Normal(a, 1)", "Normal(0, 1)")
    with pytest.raises(NoClosedFormError, match="overlap in part"):
        dv.js_divergence("Exponential(1)", "Normal(0, 1)")
    with pytest.raises(ShapeError, match="one length"):
        dv.js_divergence([1, 0], [1])
    with pytest.raises(DomainError, match="two positive weights"):
        dv.js_divergence([1, 0], [0, 1], weights=(1, 0))
