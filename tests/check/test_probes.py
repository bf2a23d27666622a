"""Special points: in the declared set, at zeros and kinks, with values by other routes."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb, arb_mat, fmpq_mat

from derive.check.branch_points import (
    Line,
    enclosed_root,
    linear_roots,
    sign_changes,
    size_breaks,
)
from derive.check.claim import Plan
from derive.check.edge_values import EdgeEvaluation, pinv_of_rationals
from derive.check.evaluate import Point
from derive.check.membership import breaks
from derive.check.points import Setting
from derive.check.precision import working_precision
from derive.check.probes import Probes
from derive.check.probing import probe
from derive.check.relations import Equation
from derive.check.special_values import has_facts, special_values
from derive.language.expression import number, size_node, symbol
from derive.language.extremes import largest, smallest
from derive.language.facts import FACTS
from derive.language.functions import elementwise
from derive.language.relations import Relation
from derive.language.sizes import Size
from derive.language.spectral import spectral_node
from derive.reading import parse as read

SHAPES = ((1, 1), (3, 1), (1, 3), (2, 2), (3, 3), (3, 2))


def floats(A):
    return np.array([[float(x.p) / float(x.q) for x in row] for row in A.tolist()])


def closure(name):
    """A fact with all that follows from it."""
    found, new = set(), {name}
    while new:
        found |= new
        new = {other for fact in new for other in FACTS[fact].implies} - found
    return frozenset(found)


TAKES = {
    "any": lambda rows, columns: True,
    "square": lambda rows, columns: rows == columns,
    "tall": lambda rows, columns: rows >= columns,
    "vector": lambda rows, columns: columns == 1,
    "scalar": lambda rows, columns: rows == columns == 1,
}


@pytest.mark.parametrize("fact", FACTS)
def test_special_values_have_the_facts(fact):
    facts = closure(fact)
    for shape in SHAPES:
        if not all(TAKES[FACTS[name].shapes](*shape) for name in facts):
            continue
        for A in special_values(facts, shape):
            assert (A.nrows(), A.ncols()) == shape
            assert not any(breaks(name, arb_mat(A)) for name in facts)


def test_nearly_definite_is_not_definite():
    ones = fmpq_mat(3, 3, [1] * 9)
    assert has_facts(closure("psd"), ones)
    assert not has_facts(closure("spd"), ones)
    assert not has_facts(closure("invertible"), ones)
    assert not has_facts(closure("psd"), fmpq_mat(2, 2, [1, 2, 2, 1]))


def test_what_is_not_dyadic_has_no_certain_facts():
    third = fmpq_mat(1, 1, [1]) * fmpq_mat(1, 1, [3]).inv()
    assert not has_facts(frozenset({"positive"}), third)


@pytest.mark.parametrize(
    "rows", [[[1, 1], [0, 0]], [[0, 0], [0, 0]], [[1, 2, 3], [2, 4, 6]], [[1, 0], [0, 2], [1, 1]]]
)
def test_pseudo_inverse_of_any_rank(rows):
    A = fmpq_mat(len(rows), len(rows[0]), [x for row in rows for x in row])
    np.testing.assert_allclose(floats(pinv_of_rationals(A)), np.linalg.pinv(floats(A)), atol=1e-14)


def test_values_at_edges():
    n = Size.named("n")
    A, x = symbol("A", (n, n)), symbol("x", (n, 1))
    singular = [[3, 3, 0], [3, 3, 0], [0, 0, 0]]
    point = EdgeEvaluation(Point({"n": 3}, {A: singular, x: [2, 2, -2]}))
    with working_precision(170):
        singular_values = point.value(spectral_node("svdvals", A)).entries()
        nuclear = point.value(spectral_node("nucnorm", A))[0, 0]
    np.testing.assert_allclose([float(v) for v in singular_values], [6, 0, 0], atol=1e-20)
    assert nuclear.contains(6)
    assert point.value(largest(x))[0, 0] == 2
    assert point.value(smallest(x))[0, 0] == -2


def test_a_zero_that_is_known_is_used():
    x = symbol("x")
    gap = elementwise("exp", x) - number(5)
    at = EdgeEvaluation(Point({}, {x: arb(1.5)}), (), [gap])
    assert at.value(elementwise("sign", gap))[0, 0] == 0


def test_roots_of_affine_nodes_are_exact():
    n = Size.named("n")
    A, x, b = symbol("A", (n, n)), symbol("x", (n, 1)), symbol("b", (n, 1))
    values = {A: [[2, 1], [0, 1]], x: [3, -1], b: [5, 7]}
    by_b = list(linear_roots(Line(A @ x - b, b, Point({"n": 2}, values))))
    assert by_b[0].entries() == [5, -1]
    by_x = list(linear_roots(Line(A @ x - b, x, Point({"n": 2}, values))))
    assert by_x[0].entries() == [-1, 7]
    assert linear_roots(Line(x.T @ x, x, Point({"n": 2}, values))) is None


def test_a_change_of_sign_is_bisected():
    x = symbol("x")
    line = Line(elementwise("exp", x) - number(5), x, Point({}, {x: 1}))
    *_, (low, high) = sign_changes(line)
    root = enclosed_root(line, low, high)
    assert root[0, 0].overlaps(arb(5).log())
    jump = Line(elementwise("sign", x) - number(1) / 2, x, Point({}, {x: 1}))
    *_, (low, high) = sign_changes(jump)
    assert enclosed_root(jump, low, high) is None


def test_sizes_about_a_break():
    n = size_node(Size.named("n"))
    assert {19, 20, 21} <= set(size_breaks(n - number(20), "n", {}))
    assert {99_999, 100_001} & set(size_breaks(n - number(100_000), "n", {}))


def test_probes_are_the_same_each_time():
    x, y = symbol("x"), symbol("y")
    setting = Setting((elementwise("abs", x - y),))
    one, other = ([str(p.point.values) for p in Probes(setting).all()] for _ in range(2))
    assert one == other


def test_a_point_that_breaks_a_condition_or_has_no_value_is_left_out():
    x = symbol("x")
    one = Relation(x * x**-1, "=", number(1))
    safe = Equation(Relation(elementwise("sign", x) ** 2, "=", number(1)))
    told = Equation(safe.relation, conditions=(Relation(x, "!=", number(0)),))
    assert probe(Equation(one), Plan()).failure is None
    assert probe(safe, Plan()).failure is not None
    assert probe(told, Plan()).failure is None


def test_a_number_that_bounds_a_sum_stays_small():
    node = read("sum_i(step(i - 30), 1, k)", "k: positive integer")
    found = probe(Equation(Relation(node, "=", number(0))), Plan())
    assert "k = 50" in found.failure.counterexample
