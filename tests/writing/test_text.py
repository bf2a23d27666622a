"""Text: what a person would write, one row a form."""

from __future__ import annotations

import pytest
from writing_samples import WRITTEN, A, X, d, w

from derive.language.expression import eye, ones, symbol
from derive.writing.text import text


@pytest.mark.parametrize(("node", "wanted"), [row[:2] for row in WRITTEN], ids=lambda v: str(v))
def test_unicode(node, wanted):
    assert text(node) == wanted


@pytest.mark.parametrize(
    ("node", "wanted"), [(row[0], row[2]) for row in WRITTEN], ids=lambda v: str(v)
)
def test_ascii(node, wanted):
    assert text(node, unicode=False) == wanted
    assert wanted.isascii()


def test_the_identity_shows_its_size_where_a_symbol_is_called_I():
    assert text(A + eye(d)) == "A + I"
    assert text(symbol("I", (d, d)) + eye(d)) == "I + I_d"


def test_a_matrix_of_ones_shows_its_shape():
    assert text(X + ones(*X.shape)) == "X + 1_(n×d)"
    assert text(ones(d).T @ w) == "1_dᵀ w"


def test_names_of_several_letters_stand_off():
    assert text(symbol("rate") * symbol("x_train", (d, 1)), unicode=False) == "rate x_train"
