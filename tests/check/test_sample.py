"""Sampled matrices satisfy their facts, exactly; size sets are distinct; seeds count."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from derive.check.sample import MOODS, PREDICATES, free_direction, sample_symbol
from derive.check.size_sets import size_sets
from derive.check.stream import Stream, fingerprint
from derive.errors import NoRuleError
from derive.language.expression import symbol
from derive.language.facts import FACTS, close_facts
from derive.language.sizes import Size, size_value

n = Size.named("n")
SHAPES = {"any": (n, 2), "square": (n, n), "tall": (n, 3), "vector": (n, 1), "scalar": (1, 1)}


def stream(seed: int = 0) -> Stream:
    return Stream(seed.to_bytes(4, "little"))


def sample(facts, shape, size=4):
    """Exact matrices (lists of rows of Fractions) that satisfy the facts."""
    declared = symbol("M", shape, close_facts(facts, "M", shape))
    batch = sample_symbol(declared, {"n": size}, stream(), MOODS)
    matrices = []
    for k in np.flatnonzero(batch.is_usable):
        value = batch.point(int(k))
        if isinstance(value, np.ndarray):
            matrices.append([[Fraction(float(v)) for v in row] for row in value])
        else:
            matrices.append([[Fraction(int(v.p), int(v.q)) for v in row] for row in value.tolist()])
    return matrices


def turned(A):
    return [list(column) for column in zip(*A, strict=True)]


def product(A, B):
    return [[sum(a * b for a, b in zip(r, c, strict=True)) for c in turned(B)] for r in A]


def entries(A):
    return [v for row in A for v in row]


def leading_minors(A):
    return [np.linalg.det(np.array(A, float)[:k, :k]) for k in range(1, len(A) + 1)]


def places(A, condition):
    return [A[i][j] for i in range(len(A)) for j in range(len(A[0])) if condition(i, j)]


HOLDS = {  # what each fact means, written apart from the sampler's own predicates
    "symmetric": lambda A: turned(A) == A,
    "spd": lambda A: min(leading_minors(A)) > 0,
    "psd": lambda A: np.linalg.eigvalsh(np.array(A, float))[0] > -1e-9 * max(entries(A)),
    **dict.fromkeys(
        ("orthogonal", "orthonormal", "unit"),
        lambda A: (
            product(turned(A), A)
            == [[Fraction(i == j) for j in range(len(A[0]))] for i in range(len(A[0]))]
        ),
    ),
    "skew": lambda A: turned(A) == [[-v for v in row] for row in A],
    "toeplitz": lambda A: not places(A, lambda i, j: i and j and A[i][j] != A[i - 1][j - 1]),
    "diagonal": lambda A: not any(places(A, lambda i, j: i != j)),
    "lower": lambda A: not any(places(A, lambda i, j: i < j)),
    "upper": lambda A: not any(places(A, lambda i, j: i > j)),
    "invertible": lambda A: abs(np.linalg.det(np.array(A, float))) > 0,
    "positive": lambda A: min(entries(A)) > 0,
    "nonnegative": lambda A: min(entries(A)) >= 0,
    "negative": lambda A: max(entries(A)) < 0,
    "nonzero": lambda A: all(entries(A)),
    "simplex": lambda A: min(entries(A)) >= 0 and sum(entries(A)) == 1,
    "onehot": lambda A: sorted(entries(A)) == [0] * (len(A) - 1) + [1],
    "onehot_rows": lambda A: all(sorted(r) == [0] * (len(r) - 1) + [1] for r in A),
    "probability": lambda A: all(0 < v < 1 for v in entries(A)),
    "sign": lambda A: all(abs(v) == 1 for v in entries(A)),
    "binary": lambda A: set(entries(A)) <= {0, 1},
    "integer": lambda A: all(v.denominator == 1 for v in entries(A)),
    "real": lambda A: True,
}


def test_every_fact_has_a_predicate():
    assert set(PREDICATES) == set(FACTS) == set(HOLDS)


@pytest.mark.parametrize("fact", FACTS)
def test_sampled_matrices_satisfy_the_fact_and_all_that_follows(fact):
    matrices = sample((fact,), SHAPES[FACTS[fact].shapes])
    assert len(matrices) >= 4
    for A in matrices:
        for implied in close_facts((fact,), "M", SHAPES[FACTS[fact].shapes]):
            assert HOLDS[implied](A), (implied, A)


@pytest.mark.parametrize(
    "facts",
    [
        ("spd", "diagonal"),
        ("spd", "positive"),
        ("spd", "integer"),
        ("orthogonal", "symmetric"),
        ("orthogonal", "diagonal"),
        ("orthogonal", "spd"),
        ("symmetric", "upper"),
        ("lower", "invertible"),
        ("lower", "upper"),
        ("symmetric", "negative"),
        ("integer", "positive"),
        ("binary", "invertible"),
        ("toeplitz", "symmetric"),
        ("toeplitz", "spd"),
        ("toeplitz", "lower"),
        ("toeplitz", "skew"),
        ("toeplitz", "diagonal"),
        ("toeplitz", "integer"),
    ],
)
def test_facts_hold_together(facts):
    shape = (n, n)
    matrices = sample(facts, shape, size=3)
    assert matrices
    for A in matrices:
        assert all(HOLDS[fact](A) for fact in facts), A


def test_facts_that_no_matrix_has_give_no_points():
    assert sample(("orthogonal", "positive"), (n, n)) == []


def test_a_fact_without_a_predicate_is_named():
    odd = symbol("M", (n, n), ("circulant",))
    with pytest.raises(NoRuleError, match="circulant"):
        sample_symbol(odd, {"n": 2}, stream(), MOODS)


def test_general_matrices_have_both_signs_several_scales_and_no_symmetry():
    A = symbol("A", (n, n))
    values = sample_symbol(A, {"n": 4}, stream(), MOODS).values
    sizes = np.abs(values).max(axis=(1, 2))
    assert sizes.max() > 100 * sizes.min()
    assert (values > 0).any()
    assert (values < 0).any()
    assert not np.isclose(values, np.swapaxes(values, 1, 2)).all(axis=(1, 2)).any()
    assert (values * 2**17 == np.round(values * 2**17)).all()


def test_directions_have_no_zero_and_no_symmetry():
    E = free_direction((4, 4), stream())
    assert E.all()
    assert not np.array_equal(E, E.T)


def test_orthogonal_matrices_of_both_determinants_occur():
    dets = {round(np.linalg.det(np.array(Q, float))) for Q in sample(("orthogonal",), (n, n))}
    assert dets == {-1, 1}


@pytest.mark.parametrize("count", range(1, 9))
def test_sizes_are_distinct_in_each_of_at_least_three_sets(count):
    names = [f"n{k}" for k in range(count)]
    sets = size_sets(names, [])
    assert len(sets) >= 3
    for chosen in sets:
        assert len(set(chosen.values())) == count
    for name in names[:6]:
        assert {chosen[name] % 2 for chosen in sets[:3]} == {0, 1}
    assert any(1 in chosen.values() for chosen in sets[:3])
    if count == 2:
        assert {chosen["n0"] > chosen["n1"] for chosen in sets[:3]} == {True, False}


@pytest.mark.parametrize(
    ("names", "tall"),
    [
        ("np", [("n", "p")]),
        ("pn", [("n", "p")]),
        ("mnp", [("n", "p"), ("m", "n")]),
        ("n", [("n", 7)]),
        ("p", [(6, "p")]),
    ],
)
def test_tall_shapes_are_tall_in_every_size_set(names, tall):
    shapes = [tuple(Size.named(s) if isinstance(s, str) else s for s in shape) for shape in tall]
    sets = size_sets(list(names), shapes, shapes)
    assert len(sets) >= 3
    for chosen in sets:
        assert all(size_value(r, chosen) >= size_value(c, chosen) for r, c in shapes)


def test_symbolic_sizes_differ_from_fixed_ones_and_stay_positive():
    sets = size_sets(["n"], [(n, 3), (n + -1, 1)])
    assert all(chosen["n"] not in {1, 3} for chosen in sets)
    assert size_sets([], [(3, 3)]) == [{}]


def test_points_depend_on_content_and_seed_only():
    a, b = symbol("a"), symbol("b")
    assert fingerprint([a + b]) != fingerprint([b + a])
    assert fingerprint([a + b]) != fingerprint([a + b], seed=1)
    key = fingerprint([a * b])
    first, second = Stream(key).integers(0, 9, (50,)), Stream(key).integers(0, 9, (50,))
    assert first.tolist() == second.tolist()
    assert set(first.tolist()) == set(range(9))
    # pinned: a change of these would change every printed certificate
    assert Stream(b"pinned").integers(0, 1000, (5,)).tolist() == [214, 265, 57, 888, 759]
