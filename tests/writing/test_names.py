"""Names: Greek letters, accents and subscripts in the three notations."""

from __future__ import annotations

import pytest

from derive.writing.names import ascii_name, latex_name, unicode_name

NAMES = [
    # name, Unicode, ASCII, LaTeX scalar, LaTeX vector
    ("w", "w", "w", "w", r"\mathbf{w}"),
    ("lam", "λ", "lam", r"\lambda", r"\boldsymbol{\lambda}"),
    ("λ", "λ", "lambda", r"\lambda", r"\boldsymbol{\lambda}"),
    ("Sigma", "Σ", "Sigma", r"\Sigma", r"\boldsymbol{\Sigma}"),
    ("mu1", "μ₁", "mu1", r"\mu_1", r"\boldsymbol{\mu}_1"),
    ("x12", "x₁₂", "x12", "x_{12}", r"\mathbf{x}_{12}"),
    ("x_i", "xᵢ", "x_i", "x_i", r"\mathbf{x}_i"),
    ("x_k", "xₖ", "x_k", "x_k", r"\mathbf{x}_k"),
    ("w_hat", "ŵ", "w_hat", r"\hat{w}", r"\hat{\mathbf{w}}"),
    ("mu_hat_1", "μ̂₁", "mu_hat_1", r"\hat{\mu}_1", r"\hat{\boldsymbol{\mu}}_1"),
    ("theta_MLE", "θ_MLE", "theta_MLE", r"\theta_{\mathrm{MLE}}",
     r"\boldsymbol{\theta}_{\mathrm{MLE}}"),
    ("x_bar", "x̄", "x_bar", r"\bar{x}", r"\bar{\mathbf{x}}"),
    ("w_star", "w⋆", "w_star", r"{w^{\star}}", r"{\mathbf{w}^{\star}}"),
    ("Sigma_x", "Σₓ", "Sigma_x", r"\Sigma_x", r"\boldsymbol{\Sigma}_x"),
    ("loss", "loss", "loss", r"\mathrm{loss}", r"\mathbf{loss}"),
    ("x_test_2", "x_test,2", "x_test_2", r"x_{\mathrm{test},2}", r"\mathbf{x}_{\mathrm{test},2}"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "unicode", "plain", "scalar", "vector"), NAMES)
def test_a_name_in_every_notation(name, unicode, plain, scalar, vector):
    assert unicode_name(name) == unicode
    assert ascii_name(name) == plain
    assert latex_name(name) == scalar
    assert latex_name(name, "mathbf") == vector


def test_a_letter_without_a_name_still_gives_ascii():
    assert ascii_name("ж").isascii()
    assert latex_name("ж").isascii()
