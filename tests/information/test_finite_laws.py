"""Information measures of vectors and joint tables, against sums in floats and SciPy."""

import itertools

import numpy as np
import pytest
from scipy.special import rel_entr
from scipy.stats import entropy as scipy_entropy

import derive as dv
from derive.errors import ArgumentError, DomainError, RefutedError, ShapeError
from derive.information import finite_divergence, finite_entropy, finite_page
from derive.information.log_sums import LogTerm, log_sum
from derive.language.expression import number

RNG = np.random.default_rng(5)


def exact(counts):
    total = int(np.sum(counts))
    return [[f"{int(k)}/{total}" for k in row] for row in np.atleast_2d(counts)]


def value(derivation, **names):
    return float(derivation.function()(**names))


def joint(counts):
    return np.asarray(counts) / np.sum(counts)


def xlogx(p):
    p = np.asarray(p)[np.asarray(p) > 0]
    return -float(np.sum(p * np.log(p)))


@pytest.mark.parametrize("base", [None, 2, 10, 8])
@pytest.mark.parametrize("counts", [[1], [1, 1], [3, 5, 0, 4], [1, 2, 3, 4, 5], list(range(12))])
def test_entropy_of_a_vector_is_that_of_scipy(counts, base):
    found = dv.entropy(exact(counts)[0], base)
    assert found.certificate.verdict == "verified"
    assert value(found) == pytest.approx(scipy_entropy(counts, base=base), abs=1e-14)


@pytest.mark.parametrize("shape", [(1, 3), (2, 2), (3, 2), (2, 4), (5, 5)])
def test_measures_of_a_table_are_sums_over_its_cells(shape):
    counts = RNG.integers(0, 9, shape)
    counts[0, 0] += 1
    P = joint(counts)
    hx, hy, hxy = xlogx(P.sum(1)), xlogx(P.sum(0)), xlogx(P)
    table = exact(counts)
    ratio = rel_entr(P, np.outer(P.sum(1), P.sum(0))).sum()
    assert value(dv.joint_entropy(table)) == pytest.approx(hxy, abs=1e-13)
    assert value(dv.conditional_entropy(table)) == pytest.approx(hxy - hx, abs=1e-13)
    assert value(dv.conditional_entropy(table, "Y")) == pytest.approx(hxy - hy, abs=1e-13)
    assert value(dv.mutual_information(table)) == pytest.approx(ratio, abs=1e-13)
    assert value(dv.mutual_information(table, 2)) == pytest.approx(ratio / np.log(2), abs=1e-13)


def test_symbolic_tables_have_the_textbook_form():
    channel = "[[p/2, (1 - p)/2], [(1 - p)/2, p/2]]"
    assert repr(dv.conditional_entropy(channel)).startswith("-p*log(p) - (1 - p)*log(1 - p)")
    found = dv.mutual_information(channel)
    assert repr(found).startswith("p*log(p) + (1 - p)*log(1 - p) + log(2)")
    assert found.conditions == ("0 < p < 1",)
    assert found.certificate.verdict == "verified"


def test_symbolic_measures_compile_and_agree_with_cells():
    table = "[[a, b], [c, 1 - a - b - c]]"
    found, left = dv.mutual_information(table), dv.conditional_entropy(table, "Y")
    for a, b, c in itertools.product((0.1, 0.25), repeat=3):
        P = np.array([[a, b], [c, 1 - a - b - c]])
        names = {"a": a, "b": b, "c": c}
        ratio = rel_entr(P, np.outer(P.sum(1), P.sum(0))).sum()
        assert value(found, **names) == pytest.approx(ratio, rel=1e-12)
        assert value(left, **names) == pytest.approx(xlogx(P) - xlogx(P.sum(0)), rel=1e-12)


def test_independent_variables_tell_nothing():
    found = dv.mutual_information("[[p*q, p*(1 - q)], [(1 - p)*q, (1 - p)*(1 - q)]]")
    assert found.result == 0
    assert "independent" in str(found)
    assert dv.mutual_information(exact([[1, 2], [3, 6]])).result == 0


@pytest.mark.parametrize("rho", [0.0, 0.3, -0.8])
def test_jointly_normal_variables_by_monte_carlo(rho):
    found = dv.mutual_information(correlation="rho")
    assert repr(found) == "-1/2*log(1 - rho^2)    # scalar"
    x, z = RNG.standard_normal((2, 200_000))
    y = rho * x + np.sqrt(1 - rho**2) * z
    square = (x**2 - 2 * rho * x * y + y**2) / (1 - rho**2)
    ratio = -square / 2 - np.log(1 - rho**2) / 2 + (x**2 + y**2) / 2
    error = max(ratio.std() / np.sqrt(ratio.size), 1e-12)
    assert abs(value(found, rho=rho) - ratio.mean()) < 4 * error


@pytest.mark.parametrize("n", [1, 2, 3, 7])
def test_divergence_and_cross_entropy_of_vectors_are_those_of_scipy(n):
    p, q = RNG.integers(0, 6, n) + (np.arange(n) == 0), RNG.integers(1, 6, n)
    one, other = exact(p)[0], exact(q)[0]
    divergence = scipy_entropy(p, q)
    assert value(dv.kl_divergence(one, other)) == pytest.approx(divergence, abs=1e-14)
    assert value(dv.kl_divergence(one, other, 2)) == pytest.approx(
        divergence / np.log(2), abs=1e-14
    )
    expected = divergence + scipy_entropy(p)
    assert value(dv.cross_entropy(one, other)) == pytest.approx(expected, abs=1e-14)


def test_divergence_is_infinite_where_mass_is_missing():
    found = dv.kl_divergence("[p, 0, 1 - p]", "[q, 1 - q, 0]")
    assert repr(found).startswith("infinity")
    assert "value 3 has mass under p and none under q" in str(found)
    assert dv.kl_divergence("[p, 1 - p]", "[p, 1 - p]").result == 0
    with pytest.raises(DomainError, match="value 2 has mass 4/5"):
        dv.cross_entropy(["1/5", "4/5"], [1, 0])


def test_entropy_of_a_simplex_vector_compiles():
    p = dv.vector("p", dv.dims("K"), simplex=True)
    found = dv.entropy(p, 2)
    masses = RNG.dirichlet(np.ones(6))
    assert value(found, p=masses) == pytest.approx(scipy_entropy(masses, base=2), rel=1e-13)
    with pytest.raises(DomainError, match="simplex=True"):
        dv.entropy(dv.vector("w", dv.dims("K")))


@pytest.mark.parametrize(
    ("ask", "error", "words"),
    [
        (lambda: dv.entropy([0.2, 0.9]), DomainError, "sum to 11/10"),
        (lambda: dv.entropy([0.2, -0.1, 0.9]), DomainError, "at least 0"),
        (lambda: dv.entropy([[0.2, 0.3], [0.5, 0]]), ShapeError, "joint_entropy"),
        (lambda: dv.entropy([]), ArgumentError, "list of probabilities"),
        (lambda: dv.mutual_information([0.5, 0.5]), ShapeError, "joint table"),
        (lambda: dv.mutual_information(), ArgumentError, "one of them"),
        (lambda: dv.mutual_information(correlation=1), DomainError, "between -1 and 1"),
        (lambda: dv.joint_entropy([[0.5, 0.5], [0.5]]), ShapeError, "one length"),
        (lambda: dv.conditional_entropy([[1, 0]], "Z"), ArgumentError, "X or Y"),
        (lambda: dv.kl_divergence([1], [0.5, 0.5]), ShapeError, "one length"),
    ],
)
def test_bad_input_is_refused_by_name(ask, error, words):
    with pytest.raises(error, match=words):
        ask()


def test_a_wrong_sign_is_refuted(monkeypatch):
    def wrong(masses):
        return [LogTerm(m, m, 1 if k else -1) for k, m in enumerate(masses)]

    monkeypatch.setattr(finite_entropy, "surprise", wrong)
    with pytest.raises(RefutedError):
        dv.entropy("[p, 1 - p]")


def test_a_wrong_divergence_is_refuted(monkeypatch):
    monkeypatch.setattr(finite_divergence, "positive_quotient", lambda above, below: below / above)
    with pytest.raises(RefutedError):
        dv.kl_divergence("[p, 1 - p]", "[q, 1 - q]")


def test_logarithms_are_collected_by_primes():
    terms = [LogTerm(number(1) / 6, number(6), 1), LogTerm(number(1) / 6, number(3), -1)]
    assert repr(log_sum(terms)) == "1/6*log(2)"
    assert repr(log_sum(terms, number(2))) == "1/6"
    assert repr(log_sum(terms, number(4))) == "1/12"
    assert finite_page.entropy_by_splitting([number(1)]) is number(0)
