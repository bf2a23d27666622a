"""Linear inequalities: contradictions are proved, and points are found where there are some."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import linprog

from derive.language.expression import add, number, symbol
from derive.language.inequalities import can_hold, implied, point_near
from derive.language.relations import Relation
from derive.language.sympy_out import to_sympy

LETTERS = tuple(symbol(name) for name in "abc")
SIGNS = {
    "<": lambda x, y: x < y,
    "<=": lambda x, y: x <= y,
    ">": lambda x, y: x > y,
    ">=": lambda x, y: x >= y,
}


def _random_system(rng):
    """Rows ``w . x + constant`` with signs, and the relations that say it."""
    weights = rng.integers(-2, 3, size=(6, 3))
    constants = rng.integers(-2, 3, size=6)
    signs = [str(s) for s in rng.choice(list(SIGNS), size=6)]
    relations = []
    for row, constant, sign in zip(weights, constants, signs, strict=True):
        terms = [number(int(w)) * s for w, s in zip(row, LETTERS, strict=True)]
        relations.append(Relation(add(*terms), sign, number(int(constant))))
    return weights, constants, signs, relations


def _has_points(weights, constants, signs):
    """By linear programming: the largest margin by which all strict rows can hold."""
    up = np.array([1 if s[0] == ">" else -1 for s in signs])
    strict = np.array([len(s) == 1 for s in signs], dtype=float)
    rows = np.column_stack([-weights * up[:, None], strict])
    found = linprog([0, 0, 0, -1], rows, -constants * up, bounds=[(None, None)] * 3 + [(None, 1)])
    return found.status == 0 and (not strict.any() or -found.fun > 1e-9)


def test_contradictions_are_those_of_linear_programming():
    rng = np.random.default_rng(5)
    verdicts = []
    for _ in range(60):
        weights, constants, signs, relations = _random_system(rng)
        expected = _has_points(weights, constants, signs)
        assert can_hold(relations) == expected, relations
        verdicts.append(expected)
    assert 10 < sum(verdicts) < 50


def test_points_keep_every_comparison():
    rng = np.random.default_rng(6)
    for _ in range(40):
        weights, constants, signs, relations = _random_system(rng)
        found = point_near(relations, {to_sympy(s): Fraction(3, 2) for s in LETTERS})
        assert (found is not None) == can_hold(relations)
        if found is not None:
            values = [found.get(to_sympy(s), Fraction(3, 2)) for s in LETTERS]
            for row, constant, sign in zip(weights, constants, signs, strict=True):
                total = sum(int(w) * v for w, v in zip(row, values, strict=True))
                assert SIGNS[sign](total, int(constant))


@pytest.mark.parametrize("sign", ["<", "<="])
def test_a_point_on_an_edge_is_found_exactly(sign):
    a, b, c = LETTERS
    pinned = [Relation(a, sign, b), Relation(b, "<=", c), Relation(c, "<=", b)]
    found = point_near(pinned, {to_sympy(a): Fraction(7), to_sympy(c): Fraction(2)})
    assert found[to_sympy(b)] == found[to_sympy(c)]
    assert SIGNS[sign](found[to_sympy(a)], found[to_sympy(b)])


def test_signs_of_letters_and_of_products_count():
    m, k = (symbol(name, facts=("positive",)) for name in "mk")
    assert implied(Relation(m, "<", m + m * k), ())
    assert not can_hold([Relation(m, ">=", 2 * m)])
    assert can_hold([Relation(LETTERS[0], ">=", 2 * LETTERS[0])])
    assert not implied(Relation(LETTERS[0], "!=", number(0)), ())
