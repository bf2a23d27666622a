"""Large fixed sizes: twins with small sizes, doubles at full size, or an honest refusal."""

from __future__ import annotations

import time

import numpy as np
import pytest

import derive as dv
from derive.check.certificate import Certificate, certify
from derive.check.claim import Plan
from derive.check.claims import SameValue
from derive.check.doubles import STABLE
from derive.check.full_size import examine_in_doubles
from derive.check.gradients import GradientOf
from derive.check.relations import Equation
from derive.check.twins import twin_of
from derive.errors import RefutedError
from derive.language import functions as fn
from derive.language.expression import Node, eye, inverse, make, number, ones, symbol
from derive.language.facts import close_facts
from derive.language.relations import Relation

A, x, b = symbol("A", (1000, 500)), symbol("x", (500, 1)), symbol("b", (1000, 1))
S = symbol("S", (100, 100), close_facts({"spd"}, "S", (100, 100)))
X, W, Y = symbol("X", (2000, 784)), symbol("W", (784, 10)), symbol("Y", (2000, 10))
COUNT = ones(1000).T @ ones(1000)  # a size that is a number only after a derivation
TRACE = fn.trace(make("transpose", (eye(100),), (100, 100)))

CASES = {
    "least squares": GradientOf(fn.norm2(A @ x - b) ** 2, x, 2 * A.T @ (A @ x - b)),
    "mean": GradientOf(
        fn.mean(fn.elementwise("exp", A @ x)),
        x,
        number(1) / number(1000) * A.T @ fn.elementwise("exp", A @ x),
    ),
    "absolute values": GradientOf(fn.norm1(A @ x - b), x, A.T @ fn.elementwise("sign", A @ x - b)),
    "determinant": GradientOf(fn.logdet(S), S, inverse(S).T),
    "softmax": GradientOf(
        fn.total(fn.rowlogsumexp(X @ W)) - fn.trace(Y.T @ X @ W),
        W,
        X.T @ (fn.rowsoftmax(X @ W) - Y),
    ),
}
# the answer holds a number that stands for a size: the twin is false, the claim is true
COUNTED = {
    "least squares": GradientOf(fn.norm2(A @ x - b) ** 2 * COUNT, x, 2000 * A.T @ (A @ x - b)),
    "determinant": GradientOf(fn.logdet(S) * TRACE, S, 100 * inverse(S).T),
    "symmetric": GradientOf(fn.logdet(S) * TRACE, S, 100 * inverse(S), structure="symmetric"),
    "line": SameValue(COUNT * (A @ x), 1000 * A @ x),
}


def timed(claim: GradientOf | SameValue | Equation) -> tuple[Certificate, float]:
    start = time.perf_counter()
    certificate = certify([claim])
    return certificate, time.perf_counter() - start


@pytest.mark.parametrize("name", CASES)
def test_large_sizes_are_checked_by_a_twin_in_a_second(name):
    certificate, seconds = timed(CASES[name])
    assert certificate.verdict == "verified"
    assert certificate.level == "enclosed at points"
    assert "replaced by" in certificate.note
    assert certificate.note in certificate.summary()
    assert certificate.as_dict()["note"] == certificate.note
    assert seconds < 5


def test_the_summary_says_which_sizes_stand_for_which():
    certificate = certify([CASES["least squares"]])
    assert "sizes 1000 x 500 replaced by 4 x 3, 2 x 5, 1 x 4" in certificate.summary()


@pytest.mark.parametrize("name", ["least squares", "absolute values", "determinant", "softmax"])
def test_wrong_results_at_large_sizes_are_refuted_at_full_size(name):
    for mutant in CASES[name].mutants()[:2]:
        certificate = certify([mutant])
        assert certificate.verdict == "refuted"
        assert certificate.note == "in double precision at full size"


@pytest.mark.parametrize("name", COUNTED)
def test_a_false_twin_of_a_true_claim_does_not_refute_it(name):
    claim = COUNTED[name]
    twin = twin_of([claim])
    assert twin is not None
    assert certify(twin.claims).verdict == "refuted"
    certificate, seconds = timed(claim)
    assert certificate.verdict == "verified"
    assert certificate.level == "tested at points"
    assert "15 digits" in certificate.summary()
    assert "in double precision at full size" in certificate.summary()
    assert "altered claims refuted" in certificate.control
    assert seconds < 10


@pytest.mark.parametrize("name", COUNTED)
def test_no_mutant_passes_in_double_precision(name):
    for mutant in COUNTED[name].mutants():
        (finding,), _ = examine_in_doubles([mutant], Plan())
        assert finding.verdict != "verified"


@pytest.mark.parametrize("count", [999, 1001, 4, 3])
def test_a_wrong_number_for_a_size_is_refuted(count):
    wrong = GradientOf(fn.norm2(A @ x - b) ** 2 * COUNT, x, 2 * number(count) * A.T @ (A @ x - b))
    assert certify([wrong]).verdict == "refuted"


def test_what_is_too_large_for_both_is_unchecked_and_names_the_way_out():
    many = symbol("X", (60000, 784))
    loss = fn.total(fn.rowlogsumexp(many @ W))
    right, wrong = many.T @ fn.rowsoftmax(many @ W), many.T @ fn.rowsoftmax(-many @ W)
    assert certify([GradientOf(loss, W, right)]).verdict == "verified"
    certificate, seconds = timed(GradientOf(loss, W, wrong))
    assert certificate.verdict == "unchecked"
    assert "too large to check with the fixed sizes 60000, 784, 10" in certificate.reason
    assert "name the sizes" in certificate.reason
    assert seconds < 2


def test_an_inequality_has_no_twin():
    u = symbol("u", (2000, 2000))
    bound = Equation(Relation(fn.total(fn.elementwise("sigmoid", u)), "<=", number(100)))
    assert twin_of([bound]) is None
    assert certify([bound]).verdict != "verified"


def test_a_branch_that_only_many_entries_reach_is_not_verified_by_few():
    r = fn.elementwise("sigmoid", A @ x)
    inside = fn.total(r) - 100
    function = fn.elementwise("relu", inside)
    wrong = GradientOf(function, x, 0 * x)
    assert certify([wrong]).verdict != "verified"


def test_sizes_of_matrices_given_by_entries_stay():
    t = symbol("t")
    rows = fn.array([[t + k] for k in range(8)])
    B, v = symbol("B", (900, 8)), symbol("v", (900, 1))
    twin = twin_of([SameValue(v.T @ B @ rows, v.T @ B @ rows)])
    assert twin is not None
    assert twin.replaced == (900,)


def test_conditions_hold_where_doubles_compare():
    w = symbol("w", (400, 400))
    c = symbol("c")
    left, right = fn.elementwise("abs", c) * fn.trace(w @ w), c * fn.trace(w @ w)
    assert certify([SameValue(left, right)]).verdict == "refuted"
    claim = SameValue(left, right, conditions=(Relation(c, ">", number(0)),))
    (finding,), _ = examine_in_doubles([claim], Plan())
    assert finding.verdict != "refuted"


@pytest.mark.parametrize("name", STABLE)
def test_stable_forms_agree_with_plain_ones(name):
    value = np.array([[[2.0, 0.5], [0.25, 3.0]]])
    exponentials = np.exp(value)
    expected = {
        "logdet": np.log(np.linalg.det(value)),
        "logsumexp": np.log(exponentials.sum()),
        "softmax": exponentials / exponentials.sum(),
        "rowlogsumexp": np.log(exponentials.sum(axis=2)),
        "rowsoftmax": exponentials / exponentials.sum(axis=2, keepdims=True),
        "adjugate": [[[3.0, -0.5], [-0.25, 2.0]]],
    }[name]
    np.testing.assert_allclose(STABLE[name](value).ravel(), np.ravel(expected), rtol=1e-14)


def test_a_derivation_with_large_sizes_is_verified():
    g = dv.gradient("logdet(S) + tr(inv(S)*A)", "S", shapes="S: 100 x 100 spd, A: 100 x 100")
    assert g.certificate.verdict == "verified"
    assert "size 100 replaced by 4, 3, 1" in str(g.certificate)


def test_certificates_at_large_sizes_are_reproducible():
    claims: list[Node | GradientOf] = [COUNTED["least squares"]]
    assert certify(claims) == certify(claims)


def test_the_error_of_a_refuted_large_claim_shows_both_values():
    with pytest.raises(RefutedError, match="against"):
        dv.check.certificate.require_not_refuted(certify(CASES["least squares"].mutants()[:1]))


def test_a_branch_not_seen_in_double_precision_is_unchecked():
    inside = fn.total(fn.elementwise("sigmoid", A @ x))
    claim = SameValue(fn.elementwise("abs", inside - 10) * COUNT, 1000 * (inside - 10))
    certificate = certify([claim])
    assert certificate.verdict == "unchecked"
    assert "not every branch of the formula was seen" in certificate.reason
