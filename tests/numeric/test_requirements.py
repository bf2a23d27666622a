"""What a compiled function refuses numbers without: every comparison and every property."""

from __future__ import annotations

import copy
import importlib.util

import numpy as np
import pytest

from derive.errors import DomainError
from derive.language.expression import Size, number, size_node, symbol
from derive.language.extremes import largest, smallest
from derive.language.facts import close_facts
from derive.language.functions import elementwise, total
from derive.language.law import symbol_conditions
from derive.language.relations import Relation, Words
from derive.numeric import compile_function
from derive.numeric.requirements import PROPERTIES, Requirement, requirements_of, strongest
from derive.writing.plain_data import worded

n = Size.named("n")
a, b, x, S = symbol("a"), symbol("b"), symbol("x", (n, 1)), symbol("S", (n, n))
X = symbol("X", (n, Size.named("d")))


def compiled(node, arguments, *conditions):
    required = [one for c in conditions for one in requirements_of(c, str(c))]
    return compile_function([("f", node)], arguments, requirements=required)


@pytest.mark.parametrize(
    ("sign", "inside", "outside"),
    [
        (">", 2.0, (1.0, 0.0, np.nan)),
        (">=", 1.0, (0.5, np.nan)),
        ("<", 0.0, (1.0, 3.0, np.nan)),
        ("<=", 1.0, (1.5, np.nan)),
        ("!=", 0.5, (1.0,)),
    ],
)
def test_comparisons(sign, inside, outside):
    f = compiled(a * b, (a, b), Relation(a, sign, b))
    assert f(inside, 1.0) == inside
    for value in outside:
        with pytest.raises(DomainError, match="the answer holds where"):
            f(value, 1.0)
        with pytest.raises(DomainError, match=r"at index 1$"):
            f(np.array([inside, value]), 1.0)


@pytest.mark.parametrize("name", ["normcdf", "exp", "tanh", "arctan"])
def test_values_that_rounding_makes_equal_are_told_apart_by_their_points(name):
    far = elementwise(name, a) - elementwise(name, b)
    f = compiled(a * b, (a, b), Relation(far, "!=", number(0)))
    assert f(-1001.0, -1000.0) == 1001000.0
    with pytest.raises(DomainError):
        f(2.0, 2.0)


PROPERTY_CASES = {
    "probability": (a, 0.5, [0.0, 1.0, -1.0, np.nan]),
    "binary": (a, 1.0, [0.5, 2.0, np.nan]),
    "sign": (a, -1.0, [0.0, np.nan]),
    "integer": (a, 3.0, [2.5, np.inf, np.nan]),
    "finite": (a, 3.0, [np.inf, np.nan]),
    "simplex": (x, [0.25, 0.75], [[0.5, 0.6], [-0.5, 1.5], [np.nan, 1.0]]),
    "onehot": (x, [0.0, 1.0], [[1.0, 1.0], [0.5, 0.5]]),
    "unit": (x, [0.6, 0.8], [[1.0, 1.0], [np.nan, 0.0]]),
    "counts": (x, [2.0, 0.0], [[2.5, 0.0], [-1.0, 3.0]]),
    "total": (x, [2.0, 1.0], [[2.0, 2.0]]),
    "varied": (x, [1.0, 2.0], [[2.0, 2.0], [-0.0, 0.0]]),
    "psd": (
        S,
        [[1.0, 1.0], [1.0, 1.0]],
        [-np.eye(2), [[1.0, 2.0], [2.0, 1.0]], [[1.0, 0.5], [0.0, 1.0]]],
    ),
    "spd": (S, np.eye(2), [-np.eye(2), [[1.0, 2.0], [2.0, 1.0]], [[1.0, 0.5], [0.0, 1.0]]]),
}


def test_every_property_has_a_case():
    assert PROPERTY_CASES.keys() == PROPERTIES.keys()


@pytest.mark.parametrize("check", PROPERTIES)
def test_properties(check):
    node, inside, outside = PROPERTY_CASES[check]
    nodes = (node, number(3)) if check == "total" else (node,)
    f = compile_function(
        [("f", node + node)], (node,), requirements=[Requirement("it is so", check, nodes)]
    )
    np.testing.assert_allclose(f(inside), 2 * np.asarray(inside))
    stack = np.array([inside, inside, outside[0]])
    for value in outside:
        with pytest.raises(DomainError, match="it is so"):
            f(value)
    with pytest.raises(DomainError, match="at index 2"):
        f(stack)


def test_rows_of_a_sample_are_named_by_their_place():
    f = compiled(X, (X,), Words("each row of {0}: entries > 0 with sum 1", (X,)))
    rows = np.full((4, 2), 0.5)
    rows[3] = 0.25, 0.25
    with pytest.raises(DomainError, match=r"X = \[0.25 0.25\] at index 3"):
        f(rows)


def test_the_place_is_that_in_the_whole_of_a_long_batch():
    f = compiled(elementwise("log", a), (a,), Relation(a, ">", number(0)))
    values = np.ones(200_000)
    values[[150_001, 190_000]] = -2.0
    with pytest.raises(DomainError, match="a = -2 at index 150001"):
        f(values)
    with pytest.raises(DomainError, match=r"at index \(1, 2\)"):
        f(np.where(np.arange(6).reshape(2, 3) == 5, -1.0, 1.0))


def test_a_row_may_have_zeros_where_the_condition_says_so():
    rows = [[0.0, 1.0], [0.25, 0.75]]
    compiled(X, (X,), Words("each row of {0}: entries >= 0 with sum 1", (X,)))(rows)
    f = compiled(X, (X,), Words("each row of {0}: entries > 0 with sum 1", (X,)))
    with pytest.raises(DomainError, match=r"X = 0 at index \(0, 0\)"):
        f(rows)


def test_sizes_are_asked_and_named():
    f = compiled(total(x), (x,), Relation(size_node(n), ">=", number(2)))
    assert f([1.0, 2.0]) == 3.0
    with pytest.raises(DomainError, match=r"\n  got      : n = 1$"):
        f([1.0])


def test_a_single_value_is_not_varied():
    f = compiled(total(x), (x,), Relation(largest(x), ">", smallest(x)))
    assert f([1.0, 2.0]) == 3.0
    with pytest.raises(DomainError, match=r"x = \[1.\]"):
        f([1.0])


def test_sides_broadcast_over_samples():
    f = compiled(x * b, (x, b), Relation(x, "<=", b))
    assert f([1.0, 2.0], np.array([2.0, 3.0])).shape == (2, 2)
    with pytest.raises(DomainError, match=r"x = 2, b = 1 at index \(1, 1\)"):
        f([1.0, 2.0], np.array([2.0, 1.0]))


def test_an_argument_that_nothing_reads_is_a_number():
    f = compiled(a, (a, b), Relation(a, ">", number(0)))
    assert f(1.0, 2.0) == 1.0
    with pytest.raises(DomainError, match="b is finite"):
        f(1.0, np.nan)


def test_without_requirements_nothing_is_asked():
    f = compile_function([("f", a)], (a, b))
    assert f(1.0, np.nan) == 1.0
    assert "require" not in f.source


def test_the_weaker_of_two_bounds_is_not_written():
    relations = [Relation(a - k, ">", number(0)) for k in (0, 2, 1)]
    said = [one.said for c in relations for one in strongest(requirements_of(c, str(c)))]
    assert len(said) == 3
    f = compiled(a, (a,), *relations)
    assert f.source.count("require(a") == 1
    assert "a - 2 > 0" in f.source


def test_a_saved_file_and_the_printed_source_refuse_alone(tmp_path):
    f = compiled(x * a, (x, a), Relation(x, ">", a), Words("{0} integer", (a,)))
    spec = importlib.util.spec_from_file_location("saved", f.save(tmp_path / "saved.py"))
    saved = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(saved)
    assert "derive" not in (tmp_path / "saved.py").read_text().partition('"""')[2]
    printed: dict = {}
    exec(f.source, printed)  # noqa: S102  # text that the library wrote
    for function in (saved.f, printed["f"]):
        with pytest.raises(ValueError, match="x = 1, a = 2 at index 1"):
            function(np.array([3.0, 1.0]), 2.0)
        with pytest.raises(ValueError, match="a integer"):
            function(np.array([3.0, 4.0]), 2.5)
    np.testing.assert_allclose(saved.f([3.0, 4.0], 2.0), [6.0, 8.0])


def test_a_function_that_requires_is_copied_with_what_it_requires():
    f = copy.deepcopy(compiled(a, (a,), Relation(a, ">", number(0))))
    with pytest.raises(DomainError):
        f(-1.0)


@pytest.mark.parametrize(("fact", "said"), [("binary", "a in {0, 1}"), ("sign", "a in {-1, 1}")])
def test_a_declared_set_is_said_as_it_is_printed(fact, said):
    declared = symbol("a", facts=close_facts((fact,), "a", (1, 1)))
    (condition,) = symbol_conditions(declared)
    assert worded(condition) == said


def test_conditions_that_speak_of_other_names_are_left_to_the_reader():
    f = compiled(a, (a,), Relation(b, ">", number(0)), Words("{0} is the largest", (a,)))
    assert f(-1.0) == -1.0
