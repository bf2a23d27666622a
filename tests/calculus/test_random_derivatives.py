"""Differentials, Jacobians and Hessians of random expressions against differences."""

from __future__ import annotations

import contextlib
import random

import pytest
from random_derivatives import (
    direction_of,
    is_wrong_differential,
    is_wrong_matrix,
    is_wrong_second,
)
from random_expressions import LETTERS, SIZES, Generator, case

from derive.engine.hessian import second_order
from derive.engine.index.tensor import NoMatrixFormError
from derive.engine.jacobian import differential_trace, is_matrix_valued, jacobian_trace
from derive.engine.naming import substituted
from derive.errors import DomainError, NoRuleError
from derive.language import expression as ex
from derive.language import functions as fn

CASES = 600
FIRST_ARRAY_SEED = 1_000_000


def array_case(seed):
    """A random vector or matrix, a variable of it and the random source."""
    generator = Generator(FIRST_ARRAY_SEED + seed)
    rng = random.Random(seed)
    shape = (generator.size(), rng.choice([1, generator.size()]))
    while True:
        node = generator.make(shape, rng.randint(2, 5))
        moving = (s for s in node.symbols if "integer" not in s.facts)
        symbols = sorted(moving, key=lambda s: s.name)
        if symbols:
            return node, rng.choice(symbols), rng


def spoken(node, variable):
    return substituted(node, {fn.differential(variable): direction_of(variable)})


def wrong_second(function, variable, rng):
    found = second_order(function, (variable,))
    sizes = rng.choice(SIZES)
    if found.blocks:
        return is_wrong_matrix(function, variable, found.blocks[0][2], sizes, rng)
    return is_wrong_second(function, variable, spoken(found.maps[0][1], variable), sizes, rng)


def wrong_first(function, variable, rng):
    sizes = rng.choice(SIZES)
    claimed = spoken(differential_trace(function, (variable,)).results[0][1], variable)
    if is_matrix_valued(function, variable):
        with contextlib.suppress(NoMatrixFormError):
            matrix = jacobian_trace(function, variable).results[0][1]
            claimed = ex.multiply(matrix, direction_of(variable))
            if claimed.shape != function.shape:
                claimed = claimed.T
    return is_wrong_differential(function, variable, claimed, sizes, rng)


def failures(make, examine, seeds):
    wrong, refused, unchecked = [], [], 0
    for seed in seeds:
        function, variable, rng = make(seed)
        try:
            verdict = examine(function, variable, rng)
        except (NoRuleError, DomainError) as error:
            refused.append((seed, str(error).splitlines()[0]))
            continue
        unchecked += verdict is None
        if verdict:
            wrong.append(seed)
    return wrong, refused, unchecked


@pytest.mark.parametrize(
    "start", [0, *(pytest.param(k, marks=pytest.mark.slow) for k in range(200, CASES, 200))]
)
def test_random_second_derivatives_agree_with_differences(start):
    wrong, refused, unchecked = failures(case, wrong_second, range(start, start + 200))
    assert not wrong, f"replay with case(seed): {wrong}"
    assert len(refused) < 4, refused
    assert unchecked < 10


@pytest.mark.parametrize("start", range(0, CASES, 200))
def test_random_jacobians_agree_with_differences(start):
    wrong, refused, unchecked = failures(array_case, wrong_first, range(start, start + 200))
    assert not wrong, f"replay with array_case(seed): {wrong}"
    assert len(refused) < 4, refused
    assert unchecked < 10


def test_the_oracle_sees_a_changed_sign():
    x, A, u = LETTERS["x"], LETTERS["A"], LETTERS["u"]
    function = fn.norm2(A @ x - u) ** 2
    rng = random.Random(1)
    assert is_wrong_matrix(function, x, 2 * A.T @ A, SIZES[0], rng) is False
    assert is_wrong_matrix(function, x, -2 * A.T @ A, SIZES[0], rng) is True
    inverse = ex.inverse(LETTERS["S"])
    d = direction_of(LETTERS["S"])
    claimed = inverse @ d @ inverse
    assert is_wrong_differential(inverse, LETTERS["S"], -claimed, SIZES[0], rng) is False
    assert is_wrong_differential(inverse, LETTERS["S"], claimed, SIZES[0], rng) is True


@pytest.mark.slow
@pytest.mark.parametrize("start", range(CASES, 10_000, 500))
def test_many_more_random_derivatives_agree_with_differences(start):
    for make, examine in ((case, wrong_second), (array_case, wrong_first)):
        wrong, refused, unchecked = failures(make, examine, range(start, start + 500))
        assert not wrong, f"replay with {make.__name__}(seed): {wrong}"
        assert len(refused) < 10, refused
        assert unchecked < 25
