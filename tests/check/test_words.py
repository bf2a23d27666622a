"""What messages and certificates say: plain text, whole sentences, plans that make sense."""

from __future__ import annotations

import time

import numpy as np
import pytest

import derive as dv
from derive.check.certificate import certify
from derive.check.claim import Plan
from derive.check.gradients import GradientOf
from derive.check.words import brief, condition_words
from derive.errors import ArgumentError
from derive.language.expression import number, symbol, transpose
from derive.language.functions import determinant, elementwise, total
from derive.language.relations import Relation, Words
from derive.language.sizes import Size

n, d = Size.named("n"), Size.named("d")
A, x, t = symbol("A", (n, d)), symbol("x", (n, 1)), symbol("t")


def test_conditions_are_in_plain_text():
    condition = Relation(determinant(transpose(A) @ A), "!=", number(0))
    assert condition_words(condition) == "det(A'*A) != 0"
    assert condition_words(Words("{0} invertible", (A.T @ A,))) == "A'*A invertible"


def test_claims_are_in_plain_text():
    claim = GradientOf(total(elementwise("cosh", x)), x, elementwise("sinh", x))
    assert claim.describe() == "the gradient of sum(cosh(x)) in x is sinh(x)"


def test_long_shared_and_deep_nodes_are_cut_at_once():
    shared, deep = t, t
    for _ in range(60):
        shared = shared * shared + 1
    for _ in range(5000):
        deep = elementwise("sin", deep)
    start = time.perf_counter()
    texts = [brief(shared), brief(deep), brief(sum((t**k for k in range(2, 300)), t))]
    assert time.perf_counter() - start < 1
    assert all(len(text) <= 73 for text in texts)


def test_a_certificate_prints_as_its_summary():
    certificate = certify([GradientOf(t**2, t, 2 * t)])
    assert str(certificate) == certificate.summary()


@pytest.mark.parametrize(
    "given",
    [
        *({"points": value} for value in (-1, 0, 2.5, "many", True, 10**9)),
        *({"precision": value} for value in (-1, 0, 3, 10**6, "high", float("nan"))),
        *({"seed": value} for value in (-1, 0.5, "seed", (1,), True)),
    ],
)
def test_a_plan_that_makes_no_sense_is_an_argument_error(given):
    g = dv.gradient("x^2", "x", shapes="x: scalar")
    with pytest.raises(ArgumentError, match=f"{next(iter(given))} must be a whole number"):
        g.check(**given)


def test_whole_numbers_of_numpy_are_fine():
    assert Plan(points=np.int64(20)).points == 20
    assert dv.gradient("x^2", "x", shapes="x: scalar").check(points=1).verdict == "verified"
