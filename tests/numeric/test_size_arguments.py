"""A size used as a number that no argument shows becomes an argument itself."""

from __future__ import annotations

import numpy as np
import pytest

from derive.errors import ShapeError
from derive.language.expression import ones, size_node, symbol
from derive.language.functions import elementwise
from derive.language.sizes import Size
from derive.numeric import compile_function

n = Size.named("n")


def test_a_size_that_no_argument_shows_is_an_argument():
    sigma = symbol("sigma")
    likelihood = size_node(n) * elementwise("log", sigma) + size_node(n) / 2
    f = compile_function([("likelihood", likelihood)], [sigma])
    assert f.arguments == ("sigma", "n")
    assert f(2.0, 7) == pytest.approx(7 * np.log(2) + 3.5)
    assert f(sigma=2.0, n=3) == pytest.approx(3 * np.log(2) + 1.5)


def test_a_size_that_an_argument_shows_is_read_off():
    y = symbol("y", (n, 1))
    f = compile_function([("scaled", y / size_node(n))], [y])
    assert f.arguments == ("y",)
    np.testing.assert_array_equal(f([2.0, 4.0]), [1.0, 2.0])


def test_a_size_that_an_array_needs_is_still_refused():
    with pytest.raises(ShapeError, match="the size n cannot be read off"):
        compile_function([("ones", symbol("s") * ones(n))], [symbol("s")])
