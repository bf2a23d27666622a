"""Wide formulas in LaTeX are cut at signs, never inside braces or arrays."""

from __future__ import annotations

import pytest

import derive as dv
from derive.writing.latex_wrapping import wrapped_latex

A, B = r"\mathbf{A}\mathbf{B}^\top", r"\tfrac{1 + \exp x}{2 - y}"


@pytest.mark.parametrize(
    ("formula", "width", "expected"),
    [
        (rf"{A} + {A} - {B}", 8, [rf"{A}", rf"+ {A}", rf"- {B}"]),
        (rf"\mathbf{{X}}({A} + {A})", 8, [rf"\mathbf{{X}}({A}", rf"+ {A})"]),
        # a bracket that closes in another row is not stretched, one that does not is
        (
            rf"\left({B} + {B} - {A}\right)\left(x\right)",
            14,
            [rf"\biggl({B}", rf"+ {B}", rf"- {A}\biggr)\left(x\right)"],
        ),
        # what stands in braces and in arrays is one piece
        (rf"\frac{{{A} + {A} + {A} + {A}}}{{x}}", 8, [rf"\frac{{{A} + {A} + {A} + {A}}}{{x}}"]),
        (
            r"\begin{pmatrix} x - y & 0 \\ 0 & y + z \end{pmatrix} + x",
            6,
            [r"\begin{pmatrix} x - y & 0 \\ 0 & y + z \end{pmatrix}", "+ x"],
        ),
    ],
)
def test_a_formula_is_cut_at_its_signs(formula, width, expected):
    assert wrapped_latex(formula, width) == expected


def test_the_rows_of_a_wide_page_put_together_are_its_formula():
    found = dv.gradient(
        "norm2(rowsoftmax(X*W*X')*X*V - Y)^2/2 + norm2(tanh(X*W)*W - X)^2",
        "X, W, V",
        shapes="X: n x d, W: d x d, V: d x m, Y: n x m",
    )
    for row in found.latex().splitlines():
        assert row.count(r"\left") == row.count(r"\right")
        assert row.count("{") == row.count("}")
        assert row.count(r"\begin") == row.count(r"\end") or "aligned" in row
