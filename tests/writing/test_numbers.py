"""Numbers as a person writes them: fractions, and decimals where these are exact and shorter."""

from __future__ import annotations

from fractions import Fraction

import pytest

import derive as dv
from derive.language.expression import number
from derive.reading import parse
from derive.writing.plain import plain

CASES = {
    "1281749731/10000000000": "0.1281749731",
    "-522951/1000000": "-0.522951",
    "1/1024": "1/1024",
    "1/3": "1/3",
    "2/7": "2/7",
    "13/10": "13/10",
    "1234/625": "1234/625",
}


@pytest.mark.parametrize(("given", "written"), CASES.items())
def test_a_number_alone(given, written):
    assert plain(number(Fraction(given))) == written


@pytest.mark.parametrize("given", CASES)
def test_what_is_written_is_read_back_exactly(given):
    assert parse(plain(number(Fraction(given)))) is number(Fraction(given))


def test_an_answer_by_numbers_is_a_decimal_in_text_and_latex():
    found = dv.js_divergence("Normal(0, 1)", "Normal(1, 2)")
    assert "≈ 0.1281749731 within 0.0000000001" in str(found)
    assert r"\approx" in found.latex() and "u2248" not in found.latex()
