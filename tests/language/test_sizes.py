"""Sizes: polynomials in names, with equal ones equal."""

from __future__ import annotations

import pytest

from derive.language.sizes import Size, shape_text, size_names, size_value

n, d = Size.named("n"), Size.named("d")


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (n, "n"),
        (n + 1, "n + 1"),
        (1 + n, "n + 1"),
        (n * 2 + 3, "2*n + 3"),
        (n * d + n, "d*n + n"),
        (n + d * -1, "-1*d + n"),
        (n * 0, "0"),
        (n + n * -1 + 4, "4"),
        ((n + 1) * (n + 1), "n*n + 2*n + 1"),
    ],
)
def test_a_size_has_a_normal_form(size, text):
    assert str(size) == text


def test_equal_sizes_are_equal_objects_in_value():
    assert n * d == d * n
    assert hash(n + d) == hash(d + n)
    assert n + n == n * 2
    assert n != d
    assert n + n * -1 == 0


def test_a_size_has_a_value_and_names():
    assert (n * d + 2).value({"n": 3, "d": 4}) == 14
    assert size_value(5, {}) == 5
    assert (n * d).names == {"n", "d"}
    assert n.name == "n"
    assert (n + 1).name is None
    assert size_names((n, 3)) == {"n"}


def test_shapes_are_written_for_people():
    assert shape_text((1, 1)) == "scalar"
    assert shape_text((n, 1)) == "n"
    assert shape_text((1, n)) == "1 x n"
    assert shape_text((n + 1, d)) == "n + 1 x d"
