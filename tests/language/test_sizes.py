"""Sizes: polynomials in names, with equal ones equal."""

from __future__ import annotations

import pytest

from derive.language.sizes import Size, least, shape_text, size_names, size_value
from derive.language.sympy_shapes import size_expr, size_of

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


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (least(n, d), "min(d, n)"),
        (least(d, n), "min(d, n)"),
        (least(n, n), "n"),
        (least(n, n + 1), "n"),
        (least(n, n * 2, d), "min(d, n)"),
        (least(1, n), "1"),
        (least(5, 3), "3"),
        (least(n, 3), "min(3, n)"),
        (least(n, least(d, 3)), "min(3, d, n)"),
        (least(n, d) * 2 + 1, "2*min(d, n) + 1"),
        (least(n, n * d), "n"),
    ],
)
def test_the_least_of_sizes_has_a_normal_form(size, text):
    assert str(size) == text


@pytest.mark.parametrize("sizes", [{"n": 1, "d": 1}, {"n": 2, "d": 5}, {"n": 7, "d": 3}])
def test_the_least_of_sizes_is_their_minimum(sizes):
    for some in ((n, d), (n, 3), (n + 1, d * 2, 4), (n * d, d), (n + 2, n * 3), (1, n * d)):
        numbers = [size_value(size, sizes) for size in some]
        assert size_value(least(*some), sizes) == min(numbers)
    assert (least(n, d) * n).names == {"n", "d"}


def test_the_least_of_sizes_keeps_its_meaning_in_sympy():
    for size in (least(n, d), least(n, d) * 2 + n, least(n, 3) * d):
        assert size_of(size_expr(size)) == size


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
