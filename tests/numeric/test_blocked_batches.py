"""Long batches in blocks give what one pass gives."""

from __future__ import annotations

import numpy as np
import pytest

import derive as dv
from derive.numeric.blocked_batches import BLOCK, LEAST_BLOCKS, in_blocks

LONG = BLOCK * LEAST_BLOCKS + 17


@pytest.fixture
def generator() -> np.random.Generator:
    return np.random.default_rng(3)


def test_a_long_batch_of_scalars_is_that_of_its_parts(generator: np.random.Generator) -> None:
    kl = dv.kl_divergence("Gamma(k, theta)", "Gamma(k2, theta2)").function()
    values = {name: generator.uniform(0.3, 5, LONG) for name in kl.arguments}
    whole = kl(**values)
    assert whole.shape == (LONG,)
    for k in (0, BLOCK - 1, BLOCK, LONG - 1):
        one = kl(**{name: float(value[k]) for name, value in values.items()})
        assert whole[k] == pytest.approx(one, rel=1e-14)


def test_vectors_and_what_has_no_batch(generator: np.random.Generator) -> None:
    f = dv.function("X'*(X*w - y)", shapes="X: n x d, w: d, y: n")
    X, y = generator.normal(size=(4, 3)), generator.normal(size=4)
    w = generator.normal(size=(LONG, 3))
    result = f(X=X, w=w, y=y)
    np.testing.assert_allclose(result, (w @ X.T - y) @ X, rtol=1e-12, atol=1e-12)


def test_blocks_are_joined_in_order_and_tuples_stay_tuples() -> None:
    x = np.arange(float(LONG))
    seen = []

    def kernel(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, float]:
        seen.append(len(a))
        return a + b, 2.0

    total, two = in_blocks(kernel, [0, 0], [x, np.array(1.0)], [0, 0])
    np.testing.assert_array_equal(total, x + 1)
    assert two == 2.0
    assert sum(seen) == LONG
    assert max(seen) <= BLOCK


def test_a_result_as_long_as_a_block_that_no_batch_reached_stays() -> None:
    x, y = np.arange(float(LONG)), np.arange(float(BLOCK))
    total, same = in_blocks(lambda a, b: (a + 1, 2 * b), [0, 1], [x, y], [0, 1])
    np.testing.assert_array_equal(total, x + 1)
    np.testing.assert_array_equal(same, 2 * y)


def test_several_batch_axes_go_in_one_piece() -> None:
    x = np.ones((LONG, 2))
    assert in_blocks(lambda a: a.shape, [0], [x], [0]) == (LONG, 2)
