"""Facts: what follows, what contradicts, what fits a shape; tried on numbers."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from derive.errors import DeclarationError
from derive.language.facts import CONTRADICTIONS, FACTS, close_facts
from derive.language.sizes import Size

SHAPES = {"any": (3, 3), "square": (3, 3), "tall": (4, 3), "vector": (3, 1), "scalar": (1, 1)}
PREDICATES = {
    "symmetric": lambda a: np.allclose(a, a.T),
    "spd": lambda a: np.allclose(a, a.T) and np.linalg.eigvalsh(a).min() > 0,
    "psd": lambda a: np.allclose(a, a.T) and np.linalg.eigvalsh(a).min() > -1e-9,
    "orthogonal": lambda a: np.allclose(a @ a.T, np.eye(len(a))),
    "orthonormal": lambda a: np.allclose(a.T @ a, np.eye(a.shape[1])),
    "unit": lambda a: np.isclose(np.linalg.norm(a), 1),
    "skew": lambda a: np.allclose(a, -a.T),
    "toeplitz": lambda a: np.allclose(a[1:, 1:], a[:-1, :-1]),
    "diagonal": lambda a: np.allclose(a, np.diag(np.diag(a))),
    "lower": lambda a: np.allclose(a, np.tril(a)),
    "upper": lambda a: np.allclose(a, np.triu(a)),
    "invertible": lambda a: abs(np.linalg.det(a)) > 1e-9,
    "positive": lambda a: (a > 0).all(),
    "nonnegative": lambda a: (a >= 0).all(),
    "negative": lambda a: (a < 0).all(),
    "nonzero": lambda a: (a != 0).all(),
    "simplex": lambda a: (a >= 0).all() and np.isclose(a.sum(), 1),
    "onehot": lambda a: sorted(a.ravel()) == [0] * (a.size - 1) + [1],
    "onehot_rows": lambda a: np.isin(a, [0, 1]).all() and (a.sum(axis=1) == 1).all(),
    "probability": lambda a: ((a > 0) & (a < 1)).all(),
    "sign": lambda a: np.isin(a, [-1, 1]).all(),
    "binary": lambda a: np.isin(a, [0, 1]).all(),
    "integer": lambda a: np.allclose(a, np.round(a)),
    "real": lambda a: True,
}


def values(shape):
    """Arrays of every kind: random, whole, signs, structured."""
    rng = np.random.default_rng(3)
    out = [rng.normal(size=shape), np.abs(rng.normal(size=shape)) + 0.1, -np.ones(shape)]
    out += [np.ones(shape), np.zeros(shape), rng.integers(-2, 3, shape), rng.random(shape)]
    out += [rng.choice([-1, 1], shape), rng.choice([0, 1], shape)]
    out += [np.linalg.qr(rng.normal(size=shape))[0]]
    if shape[1] == 1:
        out += [np.eye(shape[0])[:, :1], np.full(shape, 1 / shape[0])]
    if shape[0] == shape[1]:
        base = rng.normal(size=shape)
        out += [base + base.T, base @ base.T, base @ base.T + np.eye(len(base)), np.eye(len(base))]
        out += [np.tril(base), np.triu(base), np.linalg.qr(base)[0], np.diag(base[0])]
        out += [base - base.T]
    return out


def test_every_fact_has_a_predicate_here():
    assert set(PREDICATES) == set(FACTS)


@pytest.mark.parametrize("fact", FACTS.values(), ids=lambda fact: fact.name)
def test_what_a_fact_implies_is_true_wherever_the_fact_is(fact):
    shape = SHAPES[fact.shapes]
    met = [a for a in values(shape) if PREDICATES[fact.name](a)]
    assert met
    for other in close_facts((fact.name,), "A", shape):
        assert all(PREDICATES[other](a) for a in met)


@pytest.mark.parametrize("pair", CONTRADICTIONS, ids=lambda pair: " ".join(sorted(pair)))
def test_contradicting_facts_hold_of_no_scalar_and_are_refused(pair):
    one, other = sorted(pair)
    numbers = [np.array([[x]]) for x in (-2, -1, -0.5, 0, 0.25, 0.5, 1, 2, 3.5)]
    both = [a.item() for a in numbers if PREDICATES[one](a) and PREDICATES[other](a)]
    # 1 is a sign and nonnegative, 0 is skew and symmetric, but these are constants
    assert both in ([], [0], [1])
    with pytest.raises(DeclarationError, match=f"{one} and {other}"):
        close_facts((one, other), "a", (1, 1))


def test_facts_that_go_together_are_accepted():
    for one, other in itertools.combinations(("spd", "diagonal", "integer"), 2):
        assert {one, other} <= close_facts((one, other), "A", (3, 3))
    assert {"spd", "positive"} <= close_facts(("spd", "positive"), "A", (3, 3))


@pytest.mark.parametrize("pattern", ["diagonal", "lower", "upper"])
@pytest.mark.parametrize("sign", ["positive", "negative", "nonzero", "sign"])
def test_a_matrix_with_a_pattern_of_zeros_has_no_sign_in_every_entry(pattern, sign):
    with pytest.raises(DeclarationError, match=pattern):
        close_facts((pattern, sign), "A", (3, 3))
    assert close_facts((pattern, sign), "a", (1, 1))


@pytest.mark.parametrize(
    ("fact", "shape"),
    [
        ("spd", (Size.named("n"), 2)),
        ("simplex", (3, 3)),
        ("simplex", (1, 1)),
        ("skew", (3, 2)),
        ("unit", (3, 2)),
        ("probability", (3, 1)),
    ],
)
def test_a_fact_that_does_not_fit_the_shape_is_refused(fact, shape):
    with pytest.raises(DeclarationError, match="needs a"):
        close_facts((fact,), "A", shape)


def test_orthonormal_columns_need_as_many_rows_and_are_orthogonal_if_square():
    with pytest.raises(DeclarationError, match="at least as many rows"):
        close_facts(("orthonormal",), "X", (2, 3))
    assert "orthogonal" in close_facts(("orthonormal",), "X", (3, 3))
    assert "orthogonal" not in close_facts(("orthonormal",), "X", (Size.named("n"), 3))


def test_an_unknown_fact_is_refused_with_the_known_ones():
    with pytest.raises(DeclarationError, match="spd"):
        close_facts(("symetric",), "A", (3, 3))
