"""Eigenvalues and singular values: what may be asked, shapes, and what is plain."""

from __future__ import annotations

import pytest

import derive as dv
from derive.errors import DeriveError, DomainError, ShapeError
from derive.language import expression as ex
from derive.language import functions as fn
from derive.language import spectral as sp
from derive.language.facts import close_facts
from derive.language.sizes import Size, least
from derive.reading import parse

n, d = Size.named("n"), Size.named("d")
A, X = ex.symbol("A", (n, n)), ex.symbol("X", (n, d))
S = ex.symbol("S", (n, n), close_facts(("symmetric",), "S", (n, n)))
v = ex.symbol("v", (n, 1))

OF_SYMMETRIC = [op for op in sp.BUILDERS if op.startswith(("eig", "lambda", "resolvent"))]


@pytest.mark.parametrize("op", OF_SYMMETRIC)
def test_eigenvalues_are_of_matrices_that_are_certainly_symmetric(op):
    for symmetric in (S, X.T @ X, A + A.T, A @ S @ A.T, fn.diag(v), A + X @ X.T + A.T, S + S):
        assert sp.BUILDERS[op](symmetric).args == (symmetric,)
    with pytest.raises(DomainError, match=rf"{op}.*symmetric, got A\n.*declare A symmetric"):
        sp.BUILDERS[op](A)
    with pytest.raises(DomainError, match=r"take the symmetric part"):
        sp.BUILDERS[op](A @ S)
    with pytest.raises(ShapeError, match="square"):
        sp.BUILDERS[op](X)


def test_sums_below_a_transpose_are_opened_before_symmetry_is_denied():
    B = ex.symbol("B", (n, n))
    assert sp.lambda_max(A + B + (A + B).T).op == "lambda_max"
    assert sp.lambda_max(S + B + (S + B).T).op == "lambda_max"
    with pytest.raises(DomainError):
        sp.lambda_max(A + B + (A - B).T)


@pytest.mark.parametrize(
    ("text", "place"), [("2*lambda_max(A)", "A"), ("sum(eig(A*S))", "A*S"), ("eigvecs(X)", "X")]
)
def test_a_text_that_asks_for_other_eigenvalues_is_refused_at_the_argument(text, place):
    with pytest.raises(DeriveError, match="symmetric") as caught:
        parse(text, "A: n x n, S: n x n symmetric, X: n x d")
    assert text[caught.value.start : caught.value.stop] == place


def test_shapes_follow_from_the_argument():
    rank = least(n, d)
    assert sp.svdvals(X).shape == (rank, 1)
    assert sp.leftvecs(X).shape == (n, rank)
    assert sp.rightvecs(X).shape == (d, rank)
    assert sp.leftvecs(A).shape == (n, n)
    assert sp.polar(X).shape == (n, d)
    assert (sp.leftvecs(X) @ fn.diag(sp.svdvals(X)) @ sp.rightvecs(X).T).shape == X.shape


def test_of_a_vector_every_matrix_norm_is_its_length():
    for norm in (sp.specnorm, sp.nucnorm, sp.svdvals, lambda a: sp.schatten(a, ex.number(3))):
        assert norm(v) is fn.norm2(v)
    assert sp.polar(v) is v / fn.norm2(v)
    with pytest.raises(ShapeError, match="a/norm2"):
        sp.leftvec_max(v)


def test_of_a_scalar_and_of_the_identity_all_is_plain():
    a = ex.symbol("a")
    assert sp.lambda_max(a) is a
    assert sp.eigvecs(a) is ex.number(1)
    assert sp.resolvent_min(a) is ex.number(0)
    assert sp.eigvals(ex.eye(n)) is ex.ones(n)
    assert sp.lambda_min(ex.eye(n)) is ex.number(1)
    assert sp.nucnorm(ex.eye(n)) is ex.size_node(n)
    assert sp.specnorm(ex.zero((n, d))) is ex.number(0)


def test_schatten_norms_are_what_they_are_called():
    assert sp.schatten(X, ex.number(1)) is sp.nucnorm(X)
    assert sp.schatten(X, ex.number(2)) is fn.norm2(X)
    assert sp.schatten(X, ex.number(4)) is parse("tr((X'*X)^2)^(1/4)", "X: n x d")
    with pytest.raises(DomainError, match="p >= 1"):
        sp.schatten(X, ex.number(ex.Fraction(1, 2)))
    with pytest.raises(ShapeError, match="scalar"):
        sp.schatten(X, v)


def test_public_functions_ask_the_same():
    rows, columns = dv.dims("n d")
    M, W = dv.matrix("M", rows, rows), dv.matrix("W", rows, columns)
    assert str(dv.lambda_max(M + M.T)) == "lambda_max(M + M.T)"
    assert str(dv.eigvals(W.T * W)) == "eigvals(W.T*W)"
    with pytest.raises(DomainError, match="symmetric"):
        dv.lambda_min(M)
    with pytest.raises(DeriveError, match="parse"):
        dv.nucnorm("W")
