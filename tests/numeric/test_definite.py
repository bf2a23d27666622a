"""What is claimed to be provable is true of numbers."""

from __future__ import annotations

import numpy as np
import pytest
from naive_numpy import naive_value, random_values
from random_expressions import SIZES, D, Generator, N

from derive.language import expression as ex
from derive.language import functions as fn
from derive.numeric.definite import properties

TOLERANCE = 1e-8


def holds(fact, value):
    scale = max(1.0, np.abs(value).max())
    if fact == "positive":
        return (value > 0).all()
    if fact == "nonnegative":
        return (value >= -TOLERANCE * scale).all()
    if fact == "symmetric":
        return np.allclose(value, value.T, rtol=1e-9, atol=TOLERANCE * scale)
    smallest = np.linalg.eigvalsh((value + value.T) / 2).min()
    if fact == "psd":
        return smallest >= -TOLERANCE * scale
    return smallest > 0 or smallest >= -TOLERANCE * scale


@pytest.mark.parametrize("block", range(6))
def test_a_proved_property_holds_at_random_points(block):
    proved = 0
    for seed in range(40 * block, 40 * block + 40):
        generator = Generator(seed)
        size = generator.pick([D, N])
        matrix = generator.make((size, size), 4)
        roots = [matrix @ matrix.T, matrix, generator.make((1, 1), 4)]
        known = properties(*roots)
        sizes = SIZES[seed % len(SIZES)]
        for root in roots:
            symbols = sorted(root.symbols, key=lambda s: s.name)
            values = random_values(symbols, sizes, np.random.default_rng(seed))
            for node in fn.postorder(root):
                facts = known[node] & {"positive", "nonnegative", "symmetric", "psd", "spd"}
                with np.errstate(all="ignore"):
                    value = naive_value(node, values, sizes)
                if not np.isfinite(value).all() or np.abs(value).max() > 1e8:
                    continue
                for fact in sorted(facts):
                    underflow = fact == "positive" and np.abs(value).min() < 1e-200
                    assert underflow or holds(fact, value), (seed, fact, node)
                    proved += 1
    assert proved > 100


def test_what_is_not_always_true_is_not_claimed():
    s, A = ex.symbol("s"), ex.symbol("A", (3, 3))
    T = ex.symbol("T", (3, 3), ("symmetric",))
    nodes = [
        s * (A @ A.T),
        A @ A,
        A @ T @ A.T,
        A + A.T,
        fn.diag(ex.symbol("v", (3, 1))),
        ex.matrix_power(T, 3),
        -1 * (A @ A.T),
        fn.elementwise("exp", T),
    ]
    known = properties(*nodes)
    assert [("psd" in known[node]) for node in nodes] == [False] * len(nodes)
    assert "spd" not in known[nodes[0]] | properties(A @ A.T)[A @ A.T]
