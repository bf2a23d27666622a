"""A stationary point is in the set that its variables declare, whoever found it."""

import pytest
from flint import arb_mat

from derive.check.claim import Plan
from derive.check.membership import is_outside
from derive.check.stationary import StationaryAt
from derive.language import functions as fn
from derive.language.expression import inverse, symbol, zero
from derive.language.facts import close_facts
from derive.language.relations import Relation, Words
from derive.language.sizes import Size
from derive.language.spectral import polar

N = Size.named("n")
SQUARE = (N, N)


def letter(name, *facts):
    return symbol(name, SQUARE, tuple(sorted(close_facts(facts, name, SQUARE))))


def verdict(function, variable, value, structure="free", conditions=()):
    claim = StationaryAt(function, ((variable, value),), (structure,), conditions)
    return claim.examine(Plan()).verdict


S, A = letter("S", "spd"), letter("A", "spd")


@pytest.mark.parametrize("fact", ["spd", "invertible", "psd"])
def test_a_point_outside_the_declared_set_is_refuted(fact):
    X = letter("X", fact)
    structure = "symmetric" if "symmetric" in X.facts else "free"
    if fact != "psd":
        assert verdict(fn.norm2(X) ** 2, X, zero(SQUARE), structure) == "refuted"
    if fact != "invertible":
        assert verdict(fn.norm2(X + S) ** 2, X, -S, structure) == "refuted"
        value = -inverse(A)
        assert verdict(fn.logdet(X) + fn.trace(A @ X), X, value, structure) == "refuted"


def test_a_point_outside_says_the_value_and_where():
    p, y = symbol("p", facts=("positive", "probability")), symbol("y", facts=("binary",))
    finding = StationaryAt((p - y) ** 2, ((p, y),), ("free",)).examine(Plan())
    assert finding.verdict == "refuted"
    assert finding.counterexample in {"p = 0 at y = 0", "p = 1 at y = 1"}


def test_a_false_condition_does_not_save_a_point_outside():
    X = letter("X", "spd")
    condition = Relation(-S, "is", Words("positive definite"))
    assert verdict(fn.norm2(X + S) ** 2, X, -S, "symmetric", (condition,)) == "refuted"


def test_a_condition_that_holds_at_some_data_leaves_those():
    X = letter("X", "spd")
    condition = Relation(A - S, "is", Words("positive definite"))
    assert verdict(fn.norm2(X - A + S) ** 2, X, A - S, "symmetric", (condition,)) == "verified"
    assert verdict(fn.norm2(X - A + S) ** 2, X, A - S, "symmetric") == "refuted"


@pytest.mark.parametrize("fact", ["symmetric", "diagonal", "spd", "lower", "skew"])
def test_every_fact_of_an_orthogonal_variable_counts(fact):
    B, C = symbol("B", SQUARE), symbol("C", SQUARE)
    for facts, expected in ((("orthogonal", fact), "refuted"), (("orthogonal",), "verified")):
        Q = letter("Q", *facts)
        function = fn.norm2(B @ Q - C) ** 2
        assert verdict(function, Q, polar(B.T @ C), "orthogonal") == expected


@pytest.mark.parametrize(
    ("fact", "inside", "outside"),
    [
        ("symmetric", [[1, 2], [2, 1]], [[1, 2], [3, 1]]),
        ("skew", [[0, 2], [-2, 0]], [[1, 2], [-2, 0]]),
        ("diagonal", [[1, 0], [0, 2]], [[1, 0], [1, 2]]),
        ("lower", [[1, 0], [1, 2]], [[1, 1], [0, 2]]),
        ("upper", [[1, 1], [0, 2]], [[1, 0], [1, 2]]),
        ("toeplitz", [[1, 2], [3, 1]], [[1, 2], [3, 4]]),
        ("orthonormal", [[0, 1], [1, 0]], [[1, 1], [1, 0]]),
        ("spd", [[2, 1], [1, 2]], [[1, 1], [1, 1]]),
        ("psd", [[1, 1], [1, 1]], [[1, 2], [2, 1]]),
        ("psd", [[0, 0], [0, 0]], [[0, 0], [0, -1]]),
        ("invertible", [[1, 2], [2, 1]], [[1, 1], [1, 1]]),
        ("positive", [[1, 2]], [[1, 0]]),
        ("nonnegative", [[1, 0]], [[1, -1]]),
        ("negative", [[-1, -2]], [[-1, 0]]),
        ("nonzero", [[1, -1]], [[1, 0]]),
        ("integer", [[1, 3]], [[1, 0.5]]),
        ("binary", [[1, 0]], [[1, 2]]),
        ("sign", [[1, -1]], [[1, 0]]),
        ("probability", [[0.5]], [[1]]),
        ("simplex", [[0.5], [0.5]], [[0.5], [0.25]]),
        ("onehot", [[0], [1]], [[1], [1]]),
        ("onehot_rows", [[0, 1], [1, 0]], [[0, 1], [1, 1]]),
    ],
)
def test_a_value_is_outside_a_fact_or_it_is_not(fact, inside, outside):
    assert not is_outside([fact], arb_mat(inside))
    assert is_outside([fact], arb_mat(outside))
