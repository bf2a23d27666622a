"""Derivatives through eigenvalues, singular values and their vectors, of first and second order."""

from __future__ import annotations

import numpy as np
import pytest
from random_expressions import SIZES, Generator, is_wrong

import derive as dv
from derive.engine.gradient import gradient_trace
from derive.language import spectral

CASES = 200


def test_random_spectral_gradients_agree_with_differences():
    wrong, unchecked, reached = [], 0, set()
    for seed in range(CASES):
        generator = Generator(seed)
        function = generator.spectral(seed % 3)
        moving = [s for s in function.symbols if "integer" not in s.facts]
        variable = generator.pick(sorted(moving, key=lambda s: s.name))
        gradient = gradient_trace(function, (variable,)).results[0][1]
        reached |= {part.op for part in parts_of(function)}
        rng = generator.rng
        verdict = is_wrong(function, variable, gradient, rng.choice(SIZES), rng)
        unchecked += verdict is None
        if verdict:
            wrong.append(seed)
    assert not wrong, f"replay with Generator(seed).spectral(seed % 3): {wrong}"
    assert unchecked < CASES // 50
    assert set(spectral.BUILDERS) <= reached


def parts_of(node):
    """Every part of a node."""
    return [node, *(part for arg in node.args for part in parts_of(arg))]


CLOSED_FORMS = {
    "lambda_max(X'*X)": ("X", "X: n x d", "2*X*eigvec_max(X'*X)*eigvec_max(X'*X)'"),
    "sum(eig(S))": ("S", "S: n x n symmetric", "eye(n)"),
    "sum(eig(X'*X))": ("X", "X: n x d", "2*X"),
    "sum(eig(S).^3)": ("S", "S: n x n symmetric", "3*S^2"),
    "sum(log(eig(S)))": ("S", "S: n x n spd", "inv(S)"),
    "sum(1./eig(S))": ("S", "S: n x n spd", "-inv(S)^2"),
    "norm2(svdvals(A))^2": ("A", "A: n x d", "2*A"),
    "nucnorm(A)": ("A", "A: n x d", "polar(A)"),
    "specnorm(A)": ("A", "A: n x d", "leftvec_max(A)*rightvec_max(A)'"),
    "lambda_min(A + diag(x))": ("x", "A: n x n symmetric, x: n", "eigvec_min(A + diag(x)).^2"),
    "schatten(A, 4)^4": ("A", "A: n x d", "4*A*A'*A"),
}


@pytest.mark.parametrize("text", CLOSED_FORMS)
def test_a_gradient_has_its_closed_form(text):
    variable, shapes, expected = CLOSED_FORMS[text]
    found = dv.gradient(text, variable, shapes=shapes)
    assert found.certificate.verdict == "verified"
    assert str(found.result) == str(dv.parse(expected, shapes=shapes))


@pytest.mark.parametrize(
    ("text", "variable", "shapes"),
    [
        ("lambda_max(A + diag(x))", "x", "A: n x n symmetric, x: n"),
        ("lambda_min(X'*X)", "X", "X: n x d"),
        ("nucnorm(A)", "A", "A: n x d"),
        ("specnorm(A)", "A", "A: n x d"),
        ("schatten(A, 3)", "A", "A: n x d"),
        ("c'*eigvec_max(A + diag(x))", "x", "A: n x n symmetric, x: n, c: n"),
        ("tr(C*eigvecs(X + X'))", "X", "X: n x n, C: n x n"),
        ("sum(exp(eig(X'*X)))", "X", "X: n x d"),
    ],
)
def test_second_derivatives_are_verified(text, variable, shapes):
    assert dv.hessian(text, variable, shapes=shapes).certificate.verdict == "verified"


def test_compiled_gradients_agree_with_differences_of_compiled_values():
    rng = np.random.default_rng(5)
    A, E, B = (rng.normal(size=(5, 3)) for _ in range(3))
    for text in ("nucnorm(A) + specnorm(A)", "lambda_max(A'*A)", "sum(B.*polar(A))"):
        names = {"A": A, "B": B} if "B" in text else {"A": A}
        value = dv.function(text, shapes="A: n x d, B: n x d")
        gradient = dv.gradient(text, "A", shapes="A: n x d, B: n x d").function()
        ahead, back = (value(**{**names, "A": A + h * E}) for h in (1e-6, -1e-6))
        slope = (gradient(**names) * E).sum()
        np.testing.assert_allclose((ahead - back) / 2e-6, slope, rtol=1e-6)
