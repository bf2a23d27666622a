"""Gradients of random expressions against differences of the input at 60 digits."""

from __future__ import annotations

import random

import pytest
from random_expressions import LETTERS, SIZES, case, case_of_sums, is_wrong
from random_matrix_functions import case as matrix_case
from random_special import case as special_case

from derive.engine.gradient import gradient_trace
from derive.errors import DomainError, NoRuleError
from derive.language import functions as fn
from derive.language.expression import is_zero, symbol
from derive.language.operators import OPERATORS

CASES, MATRIX_CASES, SPECIAL_CASES = 2000, 50, 60


def failures(seeds, case=case):
    wrong, refused, unchecked = [], [], 0
    for seed in seeds:
        function, variable, rng = case(seed)
        try:
            gradient = gradient_trace(function, (variable,)).results[0][1]
        except (NoRuleError, DomainError) as error:
            refused.append((seed, str(error).splitlines()[0]))
            continue
        verdict = is_wrong(function, variable, gradient, rng.choice(SIZES), rng)
        if verdict is None:
            unchecked += 1
        elif verdict:
            wrong.append(seed)
    return wrong, refused, unchecked


@pytest.mark.parametrize("start", range(0, CASES, 500))
def test_random_gradients_agree_with_differences(start):
    wrong, refused, unchecked = failures(range(start, start + 500))
    assert not wrong, f"replay with case(seed): {wrong}"
    assert len(refused) < 10, refused
    assert unchecked < 10


def test_random_gradients_with_functions_of_matrices_agree_with_differences():
    wrong, refused, unchecked = failures(range(MATRIX_CASES), matrix_case)
    assert not wrong, f"replay with matrix_case(seed): {wrong}"
    assert not refused, refused
    assert unchecked < 3


def test_random_gradients_with_special_functions_agree_with_differences():
    wrong, refused, unchecked = failures(range(SPECIAL_CASES), special_case)
    assert not wrong, f"replay with special_case(seed): {wrong}"
    assert not refused, refused
    assert unchecked < 6


@pytest.mark.parametrize("start", range(0, 600, 200))
def test_random_sums_and_powers_agree_with_differences(start):
    wrong, refused, unchecked = failures(range(start, start + 200), case_of_sums)
    assert not wrong, f"replay with case_of_sums(seed): {wrong}"
    assert len(refused) < 4, refused
    assert unchecked < 10


@pytest.mark.parametrize("start", range(0, 200, 100))
def test_gradients_of_gradients_of_sums_agree_with_differences(start):
    """The differentials of sums and powers are sums and powers again."""
    wrong, refused = [], []
    for seed in range(start, start + 100):
        function, variable, rng = case_of_sums(seed)
        try:
            gradient = gradient_trace(function, (variable,)).results[0][1]
            slope = fn.dot(gradient, symbol("direction", variable.shape))
            second = gradient_trace(slope, (variable,)).results[0][1]
        except (NoRuleError, DomainError) as error:
            refused.append((seed, str(error).splitlines()[0]))
            continue
        if variable not in slope.symbols:
            assert is_zero(second)
        elif is_wrong(slope, variable, second, rng.choice(SIZES), rng):
            wrong.append(seed)
    assert not wrong
    assert len(refused) < 4, refused


def test_the_generator_reaches_every_operator_of_a_question():
    spoken = {"differential", "nabla", "derivative", "expectation", "array", "constant"}
    reached = set()
    for seed in range(CASES):
        reached.update(node.op for node in fn.postorder(case(seed)[0]))
    for seed in range(MATRIX_CASES):
        reached.update(node.op for node in fn.postorder(matrix_case(seed)[0]))
    for seed in range(SPECIAL_CASES):
        reached.update(node.op for node in fn.postorder(special_case(seed)[0]))
    assert set(OPERATORS) - reached <= spoken | {"zero"}


def test_the_oracle_sees_a_changed_sign():
    x, A, u = LETTERS["x"], LETTERS["A"], LETTERS["u"]
    function = fn.norm2(A @ x - u) ** 2
    right = 2 * A.T @ (A @ x - u)
    rng = random.Random(1)
    assert is_wrong(function, x, right, SIZES[0], rng) is False
    assert is_wrong(function, x, -right, SIZES[0], rng) is True


@pytest.mark.slow
@pytest.mark.parametrize("start", range(CASES, 22_000, 1000))
def test_many_more_random_gradients_agree_with_differences(start):
    wrong, refused, unchecked = failures(range(start, start + 1000))
    assert not wrong, f"replay with case(seed): {wrong}"
    assert len(refused) < 20, refused
    assert unchecked < 20
