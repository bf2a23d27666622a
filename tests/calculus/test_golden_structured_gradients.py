"""Pages of gradients in a structure, compared with tests/golden/structured; refusals by name."""

from __future__ import annotations

import numpy as np
import pytest

import derive as dv
from derive import cli
from derive.errors import ArgumentError, DeclarationError, ShapeError

GAUSSIAN = "n*logdet(S) + tr(inv(S)*A)"
# name: (function, variable, structure, shapes)
QUESTIONS = {
    "log_determinant_symmetric": ("logdet(S)", "S", "symmetric", "S: n x n"),
    "log_determinant_by_entries": ("logdet(S)", "S", "entries", "S: n x n spd"),
    "trace_form_symmetric": ("tr(A*S*B*S)", "S", "symmetric", "S: n x n, A: n x n, B: n x n"),
    "trace_form_by_entries": (
        "tr(A*S*B*S)",
        "S",
        "entries",
        "S: n x n, A: n x n symmetric, B: n x n symmetric",
    ),
    "gaussian_covariance": (GAUSSIAN, "S", "symmetric", "S: n x n spd, A: n x n psd"),
    "gaussian_variances": (GAUSSIAN, "S", "diagonal", "S: n x n spd, A: n x n psd"),
    "gaussian_cholesky": (
        "logdet(L*L')/2 + x'*inv(L*L')*x/2",
        "L",
        "lower",
        "L: n x n, x: n",
    ),
    "log_determinant_upper": ("logdet(U)", "U", "upper", "U: n x n"),
    "procrustes": ("norm2(A*Q - B)^2/2", "Q", "orthogonal", "A: m x n, Q: n x n, B: m x n"),
    "linear_on_orthogonal": ("tr(M'*Q)", "Q", "orthogonal", "M: n x n, Q: n x n"),
    "principal_components": (
        "tr(X'*A*X)/2",
        "X",
        "orthogonal",
        "X: n x p, A: n x n symmetric",
    ),
    "rayleigh_quotient": ("x'*A*x/(x'*x)", "x", "sphere", "x: n, A: n x n symmetric"),
    "entropy_on_simplex": ("-sum(p .* log(p))", "p", "simplex", "p: n"),
    "toeplitz_least_squares": (
        "norm2(T*x - b)^2/2",
        "T",
        "toeplitz",
        "T: m x n, x: n, b: m",
    ),
    "matrix_completion": (
        "norm2(P .* (X - M))^2/2",
        "X",
        "low_rank",
        "X: n x d, P: n x d binary, M: n x d",
    ),
    "rotation_generator": ("norm2(y - x - K*x)^2/2", "K", "skew", "K: n x n, x: n, y: n"),
    "covariance_and_mean": (
        "logdet(S) + (x - mu)'*inv(S)*(x - mu)",
        "S, mu",
        "S: symmetric",
        "S: n x n spd, x: n, mu: n",
    ),
}


def asked(name):
    function, variable, structure, shapes = QUESTIONS[name]
    return dv.gradient(function, variable, shapes=shapes, structure=structure)


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_page_is_the_one_on_file(name, golden):
    page = asked(name)
    assert page.certificate.verdict == "verified"
    assert page.certificate.level == "enclosed at points"
    golden(f"structured/{name}.txt", page.text())
    golden(f"structured/{name}.tex", page.latex())


def test_the_free_gradient_stands_above_and_uses_no_fact_of_the_variable():
    lines = asked("log_determinant_symmetric").text(unicode=False).splitlines()
    assert "grad f = S^-T" in " ".join(lines[3].split())
    assert "grad_sym f = 1/2 (S^-T + S^-1)" in " ".join(lines[4].split())


def test_the_variable_has_the_fact_of_its_structure():
    assert "symmetric" in asked("log_determinant_symmetric").result.arg.facts
    shapes = "X: n x p, A: n x n"
    found = dv.gradient("tr(X'*A*X)", "X", shapes=shapes, structure="orthogonal")
    assert "orthonormal" in {f for s in found.trace.arguments for f in s.facts}


def test_free_is_the_default():
    shapes = "S: n x n symmetric, A: n x n"
    free = dv.gradient("tr(A*S)", "S", shapes=shapes)
    assert dv.gradient("tr(A*S)", "S", shapes=shapes, structure="free") == free


def test_a_structure_by_variable_leaves_the_others_free():
    text, shapes = "x'*S*x + b'*S*b", "S: n x n, x: n, b: n"
    both = dv.gradient(text, ["S", "b"], shapes=shapes, structure={"S": "skew", "b": "free"})
    again = dv.gradient(text, "S, b", shapes=shapes, structure="S: skew")
    assert both == again
    assert [result.shape[1] for result in both.result] == [both.result[0].shape[0], 1]


def test_compiled_functions_of_a_structure_agree_with_the_projection_of_the_free_one():
    shapes, rng = "T: m x n, x: n, b: m", np.random.default_rng(5)
    values = rng.normal(size=(4, 3)), rng.normal(size=3), rng.normal(size=4)
    free = dv.gradient("norm2(T*x - b)^2/2", "T", shapes=shapes).function()(*values)
    found = asked("toeplitz_least_squares").function()(*values)
    expected = sum(np.eye(4, 3, k) * np.diagonal(free, k).mean() for k in range(-3, 3))
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_the_value_of_a_function_of_factors_is_compiled_with_the_gradients():
    rng = np.random.default_rng(2)
    P, M = np.ones((4, 3)), rng.normal(size=(4, 3))
    U, V = rng.normal(size=(4, 2)), rng.normal(size=(3, 2))
    f = asked("matrix_completion").function(value=True)
    value, in_U, in_V = f(P=P, U=U, V=V, M=M)
    np.testing.assert_allclose(value, ((U @ V.T - M) ** 2).sum() / 2)
    np.testing.assert_allclose(in_U, (U @ V.T - M) @ V)
    np.testing.assert_allclose(in_V, (U @ V.T - M).T @ U)


def test_factors_take_letters_that_are_free():
    found = dv.gradient("sum(U .* X) + k", "X", "U: n x d, X: n x d, k: scalar", "low_rank")
    assert [symbol.name for symbol in found.trace.arguments] == ["U", "L", "R", "k"]
    assert str(found.trace.arguments[1].shape[1]) == "r"


@pytest.mark.parametrize(
    ("structure", "shapes", "error", "message"),
    [
        ("symetric", "X: n x n", ArgumentError, "symmetric, entries, diagonal"),
        ("symmetric", "X: n x d", ShapeError, "needs a square matrix"),
        ("orthogonal", "X: 2 x 3", ShapeError, "at least as many rows"),
        ("simplex", "X: n x d", ShapeError, "needs a vector"),
        ("toeplitz", "X: n", ShapeError, "needs a matrix"),
        ("diagonal", "X: scalar", ShapeError, "got X of shape scalar"),
        ("skew", "X: n x n symmetric", DeclarationError, "X is declared symmetric"),
        ("symmetric", "X: n x n lower", DeclarationError, "X is declared lower"),
        ("lower", "X: n x n upper", DeclarationError, "X is declared upper"),
        ("diagonal", "X: n x n positive", DeclarationError, "cannot be both"),
        ("low_rank", "X: n x d positive", DeclarationError, "need not be"),
        ("Y: symmetric", "X: n x n", ArgumentError, "'Y', which is no variable"),
        ("X: symmetric, X: lower", "X: n x n", ArgumentError, "given once"),
        (7, "X: n x n", ArgumentError, "a name or a mapping"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_remedy(structure, shapes, error, message):
    with pytest.raises(error, match=message):
        dv.gradient("sum(X .* X)", "X", shapes=shapes, structure=structure)


def test_factors_are_of_one_variable():
    with pytest.raises(ArgumentError, match="for one variable"):
        dv.gradient("sum(X .* Y)", "X, Y", "X: n x d, Y: n x d", structure="low_rank")


def test_the_command_takes_a_structure(capsys):
    words = ["gradient", "logdet(S)", "--wrt", "S", "--shapes", "S: n x n", "--detail", "result"]
    assert cli.main([*words, "--structure", "entries", "--ascii"]) == 0
    assert "grad_entries f = 2 S^-1 - diag(diag(S^-1))" in capsys.readouterr().out
    assert cli.main([*words, "--structure", "none"]) == 2
    assert "no structure is called 'none'" in capsys.readouterr().err
