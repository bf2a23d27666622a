"""Explicit matrices in plain text, by rows in brackets or between semicolons."""

from __future__ import annotations

import pytest

from derive.errors import AmbiguousError, NameUnknownError, ReadError, ShapeError
from derive.language.expression import number, symbol
from derive.language.functions import array, sqrt
from derive.reading import read_matrix

a, b, c = symbol("a"), symbol("b"), symbol("c")
ONE, TWO = number(1), number(2)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[[2, 1], [1, 2]]", array([[TWO, ONE], [ONE, TWO]])),
        ("[2, 1; 1, 2]", array([[TWO, ONE], [ONE, TWO]])),
        ("[a, b; b, c]", array([[a, b], [b, c]])),
        ("[[a, b],\n [b, c]]", array([[a, b], [b, c]])),
        ("[[sqrt(2), 1/2], [-a, b^2]]", array([[sqrt(TWO), ONE / 2], [-a, b**2]])),
        ("[1; 2]", array([[ONE], [TWO]])),
        ("[[1], [2]]", array([[ONE], [TWO]])),
        ("[1, 2]", array([[ONE, TWO]])),
        ("[a - b, a-b, -b]", array([[a - b, a - b, -b]])),
        ("[a]", a),
    ],
)
def test_a_matrix_is_its_rows(text, wanted):
    assert read_matrix(text, undeclared="scalar") is wanted


def test_names_are_declared_unless_said_otherwise():
    assert read_matrix("[a, 1; 1, a]", "a: scalar").shape == (2, 2)
    with pytest.raises(NameUnknownError, match="`a` is not declared"):
        read_matrix("[a, 1; 1, a]")


@pytest.mark.parametrize(
    ("text", "error", "message", "marks"),
    [
        ("2", ReadError, "an explicit matrix is expected", "^"),
        ("[1, 2]*2", ReadError, "an explicit matrix is expected", "^^^^^^^^"),
        ("[]", ReadError, "nothing stands between `[` and `]`", "^^"),
        ("[[]]", ReadError, "nothing stands between `[` and `]`", " ^^"),
        ("[1, 2", ReadError, "`[` is never closed", "^"),
        ("[1, 2)", ReadError, "`[` is closed by `)`", "^^^^^^"),
        ("1, 2]", ReadError, "`,` separates nothing here", " ^"),
        ("[1,, 2]", ReadError, "a value is expected after `,`", "   ^"),
        ("[1; 2;]", ReadError, "a value is expected after `;`", "      ^"),
        ("[2 1; 1 2]", AmbiguousError, "2, 1   two entries", " ^^^"),
        ("[[2, 1] [1, 2]]", AmbiguousError, "nothing stands between the entries", " ^^^^^^^^"),
        ("[1 -2]", AmbiguousError, "1 - 2   one entry", " ^^^^"),
        ("[1, 2; 3]", ShapeError, "row 1 has 2 entries, row 2 has 1", "^^^^^^^^^"),
        ("[[1], [2, 3]]", ShapeError, "row 1 has 1 entries, row 2 has 2", "^^^^^^^^^^^^^"),
        ("[[1, 2], 3]", ShapeError, "holds scalars or matrices", " ^^^^^^"),
    ],
)
def test_a_mistake_has_its_error_and_its_place(text, error, message, marks):
    with pytest.raises(error) as caught:
        read_matrix(text, undeclared="scalar")
    assert isinstance(caught.value, ReadError)
    assert message in str(caught.value)
    assert str(caught.value).endswith(f"\n  {text}\n  {marks}"), str(caught.value)
