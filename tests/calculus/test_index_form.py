"""Linear maps entry by entry."""

from __future__ import annotations

import pytest

import derive as dv
from derive.errors import ArgumentError

FORMS = {
    ("inv(A)", "A: n x n"): "dF_ij/dA_kl = -(A^-1)_ik (A^-1)_lj",
    ("X'*X", "X: n x d"): "dF_ij/dX_kl = delta_il X_kj + X_ki delta_jl",
    ("X*X*X", "X: n x n"): ("dF_ij/dX_kl = delta_ik (X^2)_lj + X_ik X_lj + (X^2)_ik delta_jl"),
    ("A*X*B*X", "X: n x d, A: m x n, B: d x n"): ("dF_ij/dX_kl = A_ik (BX)_lj + delta_jl (AXB)_ik"),
    ("inv(X'*X)", "X: n x d"): (
        "dF_ij/dX_kl = -((X'X)^-1)_il (X(X'X)^-1)_kj - ((X'X)^-1)_lj ((X'X)^-1 X')_ik"
    ),
    ("diag(X*B)", "X: n x d, B: d x n"): "df_i/dX_jk = delta_ij B_ki",
    ("det(X)*inv(X)", "X: n x n"): (
        "dF_ij/dX_kl = (det X)(X^-1)_lk (X^-1)_ij - (det X)(X^-1)_ik (X^-1)_lj"
    ),
}


@pytest.mark.parametrize(("question", "wanted"), FORMS.items(), ids=[t for t, _ in FORMS])
def test_entries_of_a_map(question, wanted):
    text, shapes = question
    found = dv.jacobian(text, shapes[0], shapes=shapes).index_form()
    assert found.certificate.verdict == "verified"
    written = found.text(unicode=False, width=120, detail="result").splitlines()[0]
    assert written.replace(" ", "") == wanted.replace(" ", "")


def test_entries_of_a_hessian():
    shapes = "X: n x d, W: d x k, Y: n x k"
    found = dv.hessian("norm2(X*W - Y)^2/2", "W", shapes=shapes).index_form()
    assert found.certificate.verdict == "verified"
    assert "G being its gradient" in found.question
    assert "∂G_ij/∂W_lp = (XᵀX)_il δ_jp" in found.text()
    assert r"(\mathbf{X}^\top\mathbf{X})_{il}\delta_{jp}" in found.latex()


@pytest.mark.parametrize(
    ("function", "shapes"),
    [
        ("sum(cholesky(X))", "X: n x n spd"),
        ("tr(eigvecs(X))", "X: n x n symmetric"),
    ],
)
def test_however_many_sums_there_are_letters_do_not_run_out(function, shapes):
    found = dv.hessian(function, "X", shapes=shapes).index_form()
    assert found.certificate.verdict == "verified"


def test_the_gradient_has_a_name_that_is_free():
    found = dv.hessian("tr(G'*X*X)", "X", shapes="X: n x n, G: n x n").index_form()
    assert "H being its gradient" in found.question
    assert found.text(detail="result") == "∂H_ij/∂X_kl = G_il δ_jk + δ_il G_kj"


@pytest.mark.parametrize(
    ("function", "shapes", "indices"),
    [
        ("A*X*X*a*a_i", "A: n x n, X: n x n, a: n, a_i: scalar", "∂fⱼ/∂X_kl"),
        ("A_ij*X*A*X", "X: n x n, A: n x n, A_ij: scalar", "∂F_kl/∂X_pq"),
        ("x_mean*X*X", "X: n x n, x_mean: scalar", "∂F_ij/∂X_kl"),
    ],
)
def test_indices_are_letters_that_no_declared_name_bears_below_it(function, shapes, indices):
    found = dv.jacobian(function, "X", shapes=shapes).index_form()
    assert found.text(detail="result").startswith(f"{indices} = ")


def test_a_sum_that_no_product_of_matrices_says_stays():
    shapes = "A: n x n, B: n x n, C: n x n, x: n"
    found = dv.differential("((A*diag(x)*B).*C)*(A*x)", "x", shapes=shapes).index_form()
    assert found.certificate.verdict == "verified"


@pytest.mark.parametrize(
    "found",
    [
        lambda: dv.gradient("x'*x", "x", shapes="x: d"),
        lambda: dv.differential("X*Y", "X, Y", shapes="X: n x n, Y: n x n"),
        lambda: dv.jacobian("expm(A)", "A", shapes="A: n x n"),
    ],
)
def test_what_is_no_map_of_entries_is_told(found):
    with pytest.raises(ArgumentError, match="index form"):
        found().index_form()


def test_indices_that_spell_a_letter_stand_apart():
    form = dv.jacobian("X'*X", "X", shapes="X: k x l").index_form()
    assert "X_p,i" in form.text(detail="result")
    assert "π" not in form.text()
