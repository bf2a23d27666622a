"""Who asks in decimals reads decimals, who asks in fractions reads fractions."""

from __future__ import annotations

import pytest

import derive as dv
from derive.reading import parse
from derive.writing.latex import latex


def test_a_page_about_decimals_is_in_decimals():
    found = dv.entropy("Gamma(1.1858, 2.5)")
    page = str(found)
    assert "1.1858 + log 2.5 + log Γ(1.1858) − 0.1858 ψ(1.1858)" in page
    assert "5929" not in page
    assert "5929" not in found.latex()


@pytest.mark.parametrize("law", ["Gamma(9/5, 5/2)", "Beta(1/3, 1/20)", "Normal(1/8, 3)"])
def test_a_page_about_fractions_is_in_fractions(law):
    page = str(dv.variance("x", law)).partition("checked")[0]
    assert "." not in page.replace("...", "")


def test_halves_of_formulas_stay_halves():
    page = str(dv.entropy("Normal(0.15, 1.25)"))
    assert "1/2 log(2π)" in page
    assert "0.5" not in page


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("x^(1/2*(n + 1))", r"x^{\tfrac12(n + 1)}"),
        ("x^(3/2)", "x^{3/2}"),
        ("x^(11/12)", "x^{11/12}"),
    ],
)
def test_exponents_with_a_fraction_before_a_sum(text, script):
    assert latex(parse(text, shapes="x: positive, n: positive")) == script
