"""A size that no argument shows becomes an argument: one positive whole number."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from derive.errors import ArgumentError, ShapeError
from derive.language.expression import eye, inverse, ones, size_node, symbol, transpose
from derive.language.functions import elementwise, logdet, norm1, total
from derive.language.sizes import Size, least
from derive.numeric import CompiledFunction, compile_function

n, m, k = Size.named("n"), Size.named("m"), Size.named("k")
b, s = symbol("b", (k, 1)), symbol("s")


def saved(function: CompiledFunction, folder):
    """The function of the saved file."""
    spec = importlib.util.spec_from_file_location("saved", function.save(folder / "f.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, function.name)


def test_a_size_that_no_argument_shows_is_an_argument():
    sigma = symbol("sigma")
    likelihood = size_node(n) * elementwise("log", sigma) + size_node(n) / 2
    f = compile_function([("likelihood", likelihood)], [sigma])
    assert f.arguments == ("sigma", "n")
    assert f(2.0, 7) == pytest.approx(7 * np.log(2) + 3.5)
    assert f(sigma=2.0, n=3) == pytest.approx(3 * np.log(2) + 1.5)


def test_the_least_of_two_sizes_may_come_before_the_argument_that_shows_them():
    v, A = symbol("v", (least(n, m), 1)), symbol("A", (n, m))
    f = compile_function([("f", total(v) * total(A))], [v, A])
    for rows, columns in ((2, 3), (3, 2)):
        assert f(np.ones(2), np.ones((rows, columns))) == 12
    with pytest.raises(ShapeError, match="argument v must be"):
        f(np.ones(3), np.ones((2, 3)))


def test_a_size_that_an_argument_shows_is_read_off():
    y = symbol("y", (n, 1))
    f = compile_function([("scaled", y / size_node(n))], [y])
    assert f.arguments == ("y",)
    np.testing.assert_array_equal(f([2.0, 4.0]), [1.0, 2.0])


def test_a_size_that_an_array_needs_is_an_argument(tmp_path):
    f = compile_function([("all", s * ones(n, m))], [s])
    assert f.arguments == ("s", "n", "m")
    for function in (f, saved(f, tmp_path)):
        np.testing.assert_array_equal(function(2.0, 2, 3), np.full((2, 3), 2.0))
        np.testing.assert_array_equal(function([1.0, 2.0], 1, 1), [[[1.0]], [[2.0]]])


def test_a_size_of_an_inner_array_is_an_argument(tmp_path):
    spread = ones(n) @ transpose(b)
    A = total(spread) * eye(m) + ones(m, m)
    values = [("norm", norm1(spread)), ("logdet", logdet(A)), ("sum", total(inverse(A)))]
    f = compile_function(values, [b])
    assert sorted(f.arguments) == ["b", "m", "n"]
    point = np.array([1.0, 2.0, 0.5])
    matrix = 4 * point.sum() * np.eye(3) + 1
    expected = (4 * point.sum(), np.log(np.linalg.det(matrix)), np.linalg.inv(matrix).sum())
    for function in (f, saved(f, tmp_path)):
        np.testing.assert_allclose(function(b=point, n=4, m=3), expected)
        batch = function(b=np.stack([point, point]), n=4, m=np.int64(3))
        np.testing.assert_allclose(batch, np.stack([expected, expected], axis=1))


@pytest.mark.parametrize("size", [0, -1, 2.5, np.nan, np.inf, "2", [2], None])
def test_a_size_is_one_positive_whole_number(size, tmp_path):
    f = compile_function([("all", s * ones(n))], [s])
    with pytest.raises(ArgumentError, match="argument n"):
        f(1.0, size)
    with pytest.raises(ValueError, match="argument n"):
        saved(f, tmp_path)(1.0, size)


def test_a_size_that_is_told_is_compared_with_the_shapes():
    x = symbol("x", (n + m, 1))
    f = compile_function([("f", total(x) * size_node(n) * size_node(m))], [x])
    assert sorted(f.arguments) == ["m", "n", "x"]
    assert f([1.0, 2.0, 3.0], n=1, m=2) == 12.0
    with pytest.raises(ShapeError, match="argument x must be"):
        f([1.0, 2.0, 3.0], n=2, m=2)


def test_a_size_with_the_name_of_an_argument_is_refused():
    with pytest.raises(ShapeError, match="the size n cannot be read off"):
        compile_function([("all", symbol("n") * ones(n))], [symbol("n")])


def test_products_of_constant_matrices_of_told_sizes(tmp_path):
    squares = ones(m, n) @ ones(n, m) + ones(m, m) @ ones(m, m)
    node = s * total(inverse(squares + eye(m)) @ ones(m))
    f = compile_function([("f", node)], [s])
    matrix = np.full((3, 3), 2.0 + 3.0) + np.eye(3)
    expected = np.linalg.inv(matrix).sum()
    for function in (f, saved(f, tmp_path)):
        assert function(1.0, m=3, n=2) == pytest.approx(expected)
        np.testing.assert_allclose(function([1.0, 2.0], m=3, n=2), [expected, 2 * expected])


def test_a_function_of_a_size_outside_its_domain_is_not_a_crash():
    f = compile_function([("f", s + elementwise("log", size_node(n) - 1))], [s])
    assert f(1.0, 1) == -np.inf
    np.testing.assert_array_equal(f([1.0, 2.0], 1), [-np.inf, -np.inf])
