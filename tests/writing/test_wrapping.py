"""Long lines are broken where a reader would break them."""

from __future__ import annotations

import re

import pytest

import derive as dv
from derive.writing.wrapping import wrapped

LAYER = "((1 − H∘²)∘(XV + 1ₙcᵀ))W"


@pytest.mark.parametrize(
    ("body", "width", "expected"),
    [
        # a sum breaks before its own signs
        (f"{LAYER} + {LAYER}", 40, [f"f = {LAYER}", f"    + {LAYER}"]),
        # a short bracket stays whole; a product breaks behind its sign
        ("Xᵀ((1 − H∘²)∘((1 − G∘²)∘(PWᵀ)))", 24, ["f = Xᵀ((1 − H∘²)∘", "    ((1 − G∘²)∘(PWᵀ)))"]),
        # nothing but short brackets: the line is broken all the same
        ("(a + b + c + d + e)", 14, ["f = (a + b + c", "    + d + e)"]),
    ],
)
def test_a_line_breaks_outside_short_brackets(body, width, expected):
    assert wrapped("f = ", body, width) == expected


def test_a_long_left_side_does_not_push_its_formula_to_the_right():
    lines = wrapped("  D_(V₁, c₁, V₂, c₂) ∇f = ", " + ".join([LAYER] * 8), 60)
    assert lines[1].startswith("      + ((1 − H")
    assert max(map(len, lines)) <= 60


def test_no_line_of_a_wide_answer_is_a_sign_alone():
    page = dv.hessian_vector_product(
        "sum(logsumexp_rows(tanh(tanh(X*W1 + ones(n)*b1')*W2)*W3))",
        "W1, b1, W2, W3",
        "V1, c1, V2, V3",
        shapes="X: n x d, W1: d x h, b1: h, W2: h x m, W3: m x k",
    ).text(detail="result")
    assert max(map(len, page.splitlines())) <= 100
    assert not re.search(r"^\s*[−+∘]\s*$", page, re.MULTILINE)
    assert not re.search(r"\(1$|^\s*− H₁∘²\)", page, re.MULTILINE)
