"""Notes: names and signs are explained wherever they are shown, and only there."""

from __future__ import annotations

import pytest

import derive as dv
from derive.writing.abbreviations import GIVEN_LETTERS
from derive.writing.latex_page import LONGEST_ROW
from derive.writing.matrix_notes import MEANINGS

DETAILS = ("result", "short", "full")


@pytest.fixture(scope="module")
def largest():
    return dv.hessian("lambda_max(X)", "X", shapes="X: n x n symmetric")


@pytest.fixture(scope="module")
def nuclear():
    return dv.gradient("nucnorm(X)", "X", shapes="X: n x d")


def test_what_is_given_a_letter_has_a_meaning():
    assert set(GIVEN_LETTERS) <= set(MEANINGS)


@pytest.mark.parametrize("detail", DETAILS)
def test_names_are_defined_and_explained_at_every_level_of_detail(largest, detail):
    said = "is the unit eigenvector of the largest eigenvalue of"
    for page, name in (
        (largest.text(detail=detail), "q = eigvec_max(X)"),
        (largest.latex(detail=detail), r"\mathbf{q} &= \operatorname{eigvec}_{\max}(\mathbf{X})"),
        (largest.markdown(detail=detail), r"\mathbf{q} &= \operatorname{eigvec}_{\max}"),
    ):
        assert name in page
        assert said in " ".join(page.split())


def test_the_answer_alone_is_written_as_its_line_is(nuclear):
    assert nuclear.text(detail="result").splitlines()[:3] == [
        "∇f = UVᵀ",
        "with U = leftvecs(X)",
        "     V = rightvecs(X)",
    ]


def test_the_answer_alone_explains_only_what_it_shows():
    stacked = dv.hessian("logdet(X)", "X", shapes="X: n x n")
    assert "stacks columns" in stacked.text()
    assert "stacks columns" not in stacked.text(detail="result")


def test_a_wide_answer_alone_is_written_in_the_names_of_its_lines():
    loss = "-log(sigmoid(b*(w'*(x - y) - r'*(x - y))))"
    wide = dv.hessian(loss, "w", shapes="w: d, x: d, y: d, r: d, b: positive")
    lines = wide.text(detail="result").splitlines()
    assert lines[:2] == [
        "∇²f = b²h(1 − h)(x − y)(x − y)ᵀ",
        "with h = σ(b(wᵀ(x − y) − rᵀ(x − y)))",
    ]


def test_an_answer_of_plain_signs_stays_one_line_of_latex():
    short = dv.gradient("sum(softplus(X*w))", "w", shapes="X: n x d, w: d")
    assert "aligned" not in short.latex(detail="result")


def test_a_function_of_one_letter_is_explained_with_a_free_letter():
    t = dv.gradient("sigmoid(t)", "t", shapes="t: scalar")
    assert "where σ(s) = 1/(1 + exp(−s))" in t.text()
    x = dv.gradient("sigmoid(x)", "x", shapes="x: scalar")
    assert "where σ(t) = 1/(1 + exp(−t))" in x.text()


def test_long_notes_are_rows_of_their_own_in_latex(largest):
    rows = largest.latex().split(r"\text{where } ")[1].splitlines()
    assert len(rows) > 2
    assert all(row.startswith(r"& \quad ") for row in rows[1:-1])
    assert all(len(row) < 3 * LONGEST_ROW for row in rows)
