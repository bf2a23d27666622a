"""Marginals, conditionals, affine maps and products of normal laws.

Oracle: SciPy's densities.  The density of a part is that of the whole over that of the rest;
nothing of the block inverse is used.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.stats
import sympy

import derive as dv
from derive.errors import (
    ArgumentError,
    DeriveError,
    DomainError,
    NoClosedFormError,
    NoRuleError,
    RefutedError,
    ShapeError,
)
from derive.probability.normal_laws import conditional

CLOSE = 1e-9


def spd(generator: np.random.Generator, size: int) -> np.ndarray:
    A = generator.normal(size=(size, size))
    return A @ A.T + np.eye(size) * 0.5


def log_pdf(x: Any, mean: Any, covariance: Any) -> float:
    return float(scipy.stats.multivariate_normal(mean, covariance).logpdf(x))


def called(found: dv.Derivation, **values: Any) -> tuple[np.ndarray, np.ndarray]:
    f = found.function()
    names = [s.name for s in found.trace.arguments]
    mean, covariance = f(*(values[name] for name in names))
    return np.asarray(mean, dtype=float), np.asarray(covariance, dtype=float)


def blocks_of(matrix: np.ndarray, cuts: dict[str, slice], letter: str) -> dict[str, np.ndarray]:
    return {f"{letter}_{a}{b}": matrix[cuts[a], cuts[b]] for a in cuts for b in cuts if a <= b}


CUTS = {"x": slice(0, 2), "y": slice(2, 5), "z": slice(5, 6)}


def numbers(generator: np.random.Generator, letter: str = "S") -> tuple[Any, Any, dict[str, Any]]:
    mean, covariance = generator.normal(size=6), spd(generator, 6)
    matrix = covariance if letter == "S" else np.linalg.inv(covariance)
    values: dict[str, Any] = blocks_of(matrix, CUTS, letter)
    values |= {f"mu_{a}": mean[cut] for a, cut in CUTS.items()}
    return mean, covariance, values


@pytest.mark.parametrize(
    ("of", "given"), [("x", "y"), ("y", "x"), ("x", "y, z"), ("x z", "y"), ("z", "x"), ("y", None)]
)
def test_a_conditional_density_is_a_ratio_of_densities(of, given):
    generator = np.random.default_rng(1)
    mean, covariance, values = numbers(generator)
    joint = dv.JointNormal("x: d1, y: d2, z: 1")
    found = dv.conditional_law(joint, of, given)
    assert found.certificate.verdict == "verified"
    point = generator.normal(size=6)
    values |= {a: point[cut] if a != "z" else float(point[5]) for a, cut in CUTS.items()}
    values = {k: np.squeeze(v) for k, v in values.items()}
    m, S = called(found, **values)
    rows = [k for a in of.split() for k in range(*CUTS[a].indices(6))]
    names = [a for a in CUTS if a not in of.split()] if given is None else given.split(", ")
    others = [k for a in names for k in range(*CUTS[a].indices(6))]
    both = rows + others
    whole = log_pdf(point[both], mean[both], covariance[np.ix_(both, both)])
    rest = log_pdf(point[others], mean[others], covariance[np.ix_(others, others)])
    assert log_pdf(point[rows], m.ravel(), np.atleast_2d(S)) == pytest.approx(
        whole - rest, abs=CLOSE
    )


def test_blocks_of_the_precision_lead_to_the_same_law():
    generator = np.random.default_rng(2)
    mean, covariance = generator.normal(size=5), spd(generator, 5)
    cuts = {"x": slice(0, 2), "y": slice(2, 5)}
    P, S = (blocks_of(M, cuts, k) for M, k in ((np.linalg.inv(covariance), "P"), (covariance, "S")))
    means = {"mu_x": mean[:2], "mu_y": mean[2:], "y": generator.normal(size=3)}
    by_P = dv.JointNormal("x: d1, y: d2", precision=True)
    by_S = dv.JointNormal("x: d1, y: d2")
    for verb in (lambda j: dv.conditional_law(j, "x"), lambda j: dv.marginal_law(j, "x")):
        one = called(verb(by_P), **P, **means)
        other = called(verb(by_S), **S, **means)
        for left, right in zip(one, other, strict=True):
            np.testing.assert_allclose(left, right, atol=1e-10)
    np.testing.assert_allclose(called(dv.marginal_law(by_S, "x"), **S, **means)[1], S["S_xx"])


def test_a_marginal_keeps_its_blocks():
    found = dv.marginal_law(dv.JointNormal("x: d1, y: d2, z: d3"), "x, z")
    assert found.certificate.verdict == "verified"
    assert repr(found.expression[0]) == "[[mu_x], [mu_z]]"
    assert repr(found.expression[1]) == "[[S_xx, S_xz], [S_xz', S_zz]]"
    assert repr(dv.marginal_law(dv.JointNormal(), "y").law) == "MultivariateNormal(mu_y, S_yy)"


def test_entries_of_a_law_with_numbers_are_exact():
    law = dv.MultivariateNormal([0, 1, 2], [[2, 1, 0], [1, 2, "1/2"], [0, "1/2", 3]])
    found = dv.conditional_law(law, [0, 2], {1: "t"})
    t = sympy.Symbol("t")
    mean, covariance = found.result
    mean = mean.subs(dict.fromkeys(mean.free_symbols, t))
    assert sympy.simplify(mean - sympy.Matrix([(t - 1) / 2, (t + 7) / 4])) == sympy.zeros(2, 1)
    quarter = sympy.Rational(1, 4)
    assert covariance == sympy.Matrix([[6 * quarter, -quarter], [-quarter, 23 * quarter / 2]])
    assert repr(dv.marginal_law(law, 1).law) == "MultivariateNormal(1, 2)"


def test_entries_of_a_law_with_letters():
    rho = sympy.Symbol("rho")
    law = dv.MultivariateNormal(0, sympy.Matrix([[1, rho], [rho, 1]]))
    found = dv.conditional_law(law, 0)
    assert repr(found.expression) == "(rho*x_B, 1 - rho^2)"
    named = dv.conditional_law(dv.MultivariateNormal(d=3), [0, 2], 1)
    generator = np.random.default_rng(3)
    mean, covariance = generator.normal(size=3), spd(generator, 3)
    m, S = called(named, mu=mean, Sigma=covariance, x_B=0.4)
    point = generator.normal(size=3)
    point[1] = 0.4
    whole = log_pdf(point, mean, covariance)
    rest = log_pdf(point[1], mean[1], covariance[1, 1])
    assert log_pdf(point[[0, 2]], m, S) == pytest.approx(whole - rest, abs=CLOSE)


def test_one_letter_in_two_places_is_one_matrix():
    joint = dv.JointNormal("x: d, y: d", covariance={"x": "S", "y": "S", ("x", "y"): "C"})
    found = dv.conditional_law(joint, "x")
    assert repr(found.expression[1]) == "S - C*inv(S)*C'"


def test_an_affine_map_of_a_normal_vector():
    found = dv.affine_map("MultivariateNormal", "A*x + b", shapes="A: m x d, b: m")
    assert found.certificate.verdict == "verified"
    generator = np.random.default_rng(4)
    mean, covariance = generator.normal(size=3), spd(generator, 3)
    A, b = generator.normal(size=(2, 3)), generator.normal(size=2)
    m, C = called(found, mu=mean, Sigma=covariance, A=A, b=b)
    draws = generator.multivariate_normal(mean, covariance, size=40_000) @ A.T + b
    spread = np.sqrt(np.diag(C) / len(draws))
    assert (np.abs(draws.mean(axis=0) - m) < 4 * spread).all()
    angles = generator.normal(size=2)
    waves = np.cos(draws @ angles)
    expected = np.cos(angles @ m) * np.exp(-angles @ C @ angles / 2)
    assert abs(waves.mean() - expected) < 4 * waves.std() / 200


def test_a_singular_affine_map_is_named():
    law = dv.MultivariateNormal([0, 1], [[2, 1], [1, 2]])
    with pytest.raises(DomainError, match="is singular"):
        dv.affine_map(law, "[[1,1],[1,1]]*x")
    with pytest.raises(DomainError, match="3 entries, functions of 2"):
        dv.affine_map(law, "[[1,1],[1,1],[2,3]]*x")
    with pytest.raises(NoClosedFormError, match="not affine"):
        dv.affine_map(law, "x'*x")


def test_a_product_of_densities():
    found = dv.product_of_densities("MultivariateNormal(a, A)", "MultivariateNormal(b, B)")
    assert found.certificate.verdict == "verified"
    generator = np.random.default_rng(5)
    a, b, x = generator.normal(size=(3, 3))
    A, B = spd(generator, 3), spd(generator, 3)
    c, C, constant = found.function()(a, A, b, B)
    left = log_pdf(x, a, A) + log_pdf(x, b, B)
    assert left == pytest.approx(float(constant) + log_pdf(x, c, C), abs=CLOSE)
    exact = dv.product_of_densities(
        dv.MultivariateNormal([0, 1], [[2, 1], [1, 2]]), dv.MultivariateNormal([0, 3], 2)
    )
    assert exact.result[0] == sympy.Matrix([sympy.Rational(4, 15), sympy.Rational(29, 15)])
    assert repr(exact.log_constant) == "-log(2*pi) - 1/2*log(15) - 8/15"


@pytest.mark.parametrize(
    ("ask", "error", "words"),
    [
        (lambda: dv.conditional_law(dv.JointNormal(), "w"), ArgumentError, "no block 'w'"),
        (lambda: dv.conditional_law(dv.JointNormal(), "x", "x"), ArgumentError, "both groups"),
        (lambda: dv.conditional_law(dv.JointNormal(), "x, x"), ArgumentError, "there twice"),
        (lambda: dv.conditional_law(dv.JointNormal(), "x, y"), ArgumentError, "nothing is given"),
        (lambda: dv.conditional_law(dv.JointNormal(), 1.5), ArgumentError, "name or an index"),
        (lambda: dv.marginal_law(dv.JointNormal(), "x y"), ArgumentError, "no part is left out"),
        (lambda: dv.marginal_law("MultivariateNormal", 0), ArgumentError, "no number to index"),
        (lambda: dv.marginal_law("Normal", 0), ArgumentError, "normal law of a vector"),
        (lambda: dv.JointNormal("x: d"), ArgumentError, "two blocks"),
        (lambda: dv.JointNormal("x: d, y: n x m"), ArgumentError, "must be a vector"),
        (lambda: dv.JointNormal(mean={"w": 0}), ArgumentError, "no block is called"),
        (lambda: dv.JointNormal(covariance={("y", "x"): "C"}), ArgumentError, "transpose of"),
        (lambda: dv.JointNormal(covariance={"x": "y"}), ArgumentError, "used for two things"),
        (lambda: dv.JointNormal(covariance={}, precision=True), ArgumentError, "not both"),
        (lambda: dv.JointNormal(covariance={"x": [[1, 2], [2, 9]]}), ShapeError, "block x"),
        (
            lambda: dv.JointNormal("x: 2, y: 1", covariance={"x": [[1, 2], [3, 9]]}),
            DomainError,
            "block x: Sigma must be symmetric",
        ),
        (
            lambda: dv.JointNormal("x: 1, y: 1", covariance={"x": 1, "y": 1, ("x", "y"): 1}),
            DomainError,
            "covariance matrix must be positive definite",
        ),
        (
            lambda: dv.MultivariateNormal(0, [[1, "a b"], ["a b", 1]]),
            ArgumentError,
            "an entry is a number, a name",
        ),
        (
            lambda: dv.conditional_law(
                dv.JointNormal("x: a, y: b, z: c", precision=True), "x", "y"
            ),
            NoRuleError,
            "name every block",
        ),
    ],
)
def test_what_cannot_be_answered_is_named(ask, error, words):
    with pytest.raises(error, match=words):
        ask()


def test_every_refusal_is_one_of_ours():
    for given in (None, [], {}, True, [0, True]):
        with pytest.raises(DeriveError):
            dv.conditional_law(dv.JointNormal(), given)


def test_a_wrong_sign_is_refuted(monkeypatch):
    """The certificate sees a regression with the other sign."""
    real = conditional.inverse
    monkeypatch.setattr(conditional, "inverse", lambda A: -real(A))
    with pytest.raises(RefutedError):
        dv.conditional_law(dv.JointNormal(), "x")
