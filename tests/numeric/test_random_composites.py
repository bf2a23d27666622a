"""Random composites against 100-digit arithmetic, one point and with a leading axis."""

from __future__ import annotations

import random
import warnings

import flint
import numpy as np
import pytest
from naive_numpy import as_argument, random_values
from random_expressions import LETTERS, SIZES, KinkError, case, value

from derive.language.functions import postorder
from derive.language.indices import free_indices
from derive.numeric import compile_function

SEEDS_PER_TEST = 40


def exact(node, values, sizes):
    """The value in ball arithmetic, rounded to a float64 array."""
    point = {
        symbol: np.vectorize(flint.arb, otypes=[object])(values[symbol.name])
        for symbol in node.symbols
    }
    old, flint.ctx.prec = flint.ctx.prec, 340
    try:
        return np.vectorize(float, otypes=[float])(value(node, point, sizes))
    finally:
        flint.ctx.prec = old


def assert_close(found, node, values, sizes):
    expected = np.asarray(as_argument(node, exact(node, values, sizes)))
    assert np.shape(found) == expected.shape
    if np.abs(expected).max(initial=0) < 1e100:
        scale = max(1.0, np.abs(expected).max(initial=0))
        np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-8 * scale)


@pytest.mark.parametrize("block", range(12))
def test_a_function_and_a_part_of_it_share_work_and_keep_their_values(block):
    for seed in range(block * SEEDS_PER_TEST, (block + 1) * SEEDS_PER_TEST):
        function, _, _ = case(seed)
        parts = [node for node in postorder(function) if node.symbols and not free_indices(node)]
        part = random.Random(seed).choice(parts)
        symbols = sorted(function.symbols, key=lambda s: s.name)
        symbols += [s for s in (LETTERS["A"], LETTERS["C"]) if s not in symbols]
        sizes, rng = SIZES[seed % len(SIZES)], np.random.default_rng(seed)
        compiled = compile_function([("f", function), ("g", part)], symbols)
        points = [random_values(symbols, sizes, rng) for _ in range(2)]
        is_shared = dict(zip(symbols, rng.random(len(symbols)) < 0.4, strict=True))
        for symbol in symbols:
            if is_shared[symbol]:
                points[1][symbol.name] = points[0][symbol.name]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            one = compiled(*(as_argument(s, points[0][s.name]) for s in symbols))
            stacked = compiled(
                *(
                    as_argument(s, points[0][s.name])
                    if is_shared[s]
                    else np.stack([as_argument(s, point[s.name]) for point in points])
                    for s in symbols
                )
            )
        try:
            for node, alone, batch in zip((function, part), one, stacked, strict=True):
                assert_close(alone, node, points[0], sizes)
                if not all(is_shared.values()):
                    for result, point in zip(batch, points, strict=True):
                        assert_close(result, node, point, sizes)
        except KinkError:
            continue
