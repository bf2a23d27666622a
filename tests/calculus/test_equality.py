"""Equality of two expressions: proved by normal forms, else decided by numbers."""

from __future__ import annotations

import pytest

import derive as dv
from derive.calculus.equality import Equality
from derive.errors import NoRuleError, ShapeError

SQUARE = "A: n x n, B: n x n, x: n, y: n"


@pytest.mark.parametrize(
    ("left", "right", "shapes"),
    [
        ("(A + B)*(A + B)", "A*A + A*B + B*A + B*B", SQUARE),
        ("norm2(x - y)^2", "x'*x - 2*x'*y + y'*y", SQUARE),
        ("norm2(X - Y)^2", "tr(X'*X) - 2*tr(X'*Y) + norm2(Y)^2", "X: n x d, Y: n x d"),
        ("inv(A*B)*A*x", "inv(B)*x", SQUARE),
        ("inv(X'*X)*X'*X*w", "w", "X: n x d, w: d"),
        ("eye(n) - X*inv(eye(d) + X'*X)*X'", "inv(eye(n) + X*X')", "X: n x d"),
        ("(x + y).^3", "x.^3 + 3*x.^2.*y + 3*x.*y.^2 + y.^3", SQUARE),
        ("tr(A*B*A)", "tr(A'*A'*B')", SQUARE),
        ("x*x^(p - 1)", "x^p", "x: positive, p: scalar"),
        ("1 - sum(softmax(z))", "0", "z: d"),
    ],
)
def test_proved_by_normal_form(left, right, shapes):
    answer = dv.equal(left, right, shapes)
    assert answer.decision == "proved"
    assert answer.certificate.verdict in {"verified", "unchecked"}


@pytest.mark.parametrize(
    ("left", "right", "shapes"),
    [
        ("log(x*y)", "log(x) + log(y)", "x: positive, y: positive"),
        ("softplus(x) - softplus(-x)", "x", "x: scalar"),
        ("nucnorm(A)", "tr(sqrtm(A'*A))", SQUARE),
    ],
)
def test_tested_where_no_normal_form_proves_it(left, right, shapes):
    answer = dv.equal(left, right, shapes)
    assert answer.decision == "tested"
    assert bool(answer)
    assert "not proved" in answer.text()


@pytest.mark.parametrize(
    ("left", "right", "shapes"),
    [
        ("A*B", "B*A", SQUARE),
        ("abs(x)", "x", "x: scalar"),
        ("norm2(x + y)", "norm2(x) + norm2(y)", SQUARE),
        ("inv(A + B)", "inv(A) + inv(B)", SQUARE),
        ("sqrt(x^2)", "x", "x: scalar"),
        ("tr(A*B)", "tr(A)*tr(B)", SQUARE),
    ],
)
def test_a_counterexample_is_shown(left, right, shapes):
    answer = dv.equal(left, right, shapes)
    assert answer.decision == "different"
    assert not answer
    assert "against" in answer.counterexample
    assert answer.counterexample in str(answer)


def test_a_fact_is_named_and_needed():
    shapes = "Q: n x n{}, x: n"
    answer = dv.equal("Q'*Q*x", "x", shapes.format(" orthogonal"))
    assert answer.decision == "proved"
    assert "since Q orthogonal" in answer.text()
    assert dv.equal("Q'*Q*x", "x", shapes.format("")).decision == "different"


def test_equality_is_meant_where_both_sides_are_defined():
    answer = dv.equal("x/x", "1", "x: scalar")
    assert answer.decision == "proved"
    assert answer.conditions == ("x != 0",)
    assert dv.equal("log(x^2)", "2*log(x)", "x: scalar").decision == "tested"


def test_three_ways_of_writing():
    n = dv.dims("n")
    A, x = dv.matrix("A", n, n), dv.vector("x", n)
    answer = dv.equal(x.T * A * x, "x'*A'*x", "A: n x n, x: n")
    assert isinstance(answer, Equality)
    assert answer.decision == "proved"
    assert dv.equal(answer.left, answer.right).decision == "proved"


def test_an_undecided_question_has_no_truth_value():
    answer = dv.equal("log(x - 10^9)", "log(x - 10^9) + sin(x)", "x: scalar")
    assert answer.decision == "undecided"
    with pytest.raises(NoRuleError, match="not decided"):
        bool(answer)


def test_shapes_must_agree():
    with pytest.raises(ShapeError):
        dv.equal("x", "x'", "x: n")


def test_a_range_that_another_index_bounds_is_gone_through_inside_that_index():
    shapes = "X: n x n, a: n, b: n, k: positive integer"
    inner = "sum_i(a'*X^i*X^(p - 1 - i)*b, 0, p - 1)"
    assert dv.equal(f"sum_p({inner}, 0, k)", f"sum_p({inner}, 0, k)", shapes).decision == "proved"
    slope = dv.gradient("sum_p(a'*X^p*b, 0, k)", "X", shapes=shapes)
    assert dv.equal(slope, slope).certificate.verdict == "verified"
    assert not dv.equal(slope, 2 * slope.result)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("nucnorm(A)", "tr(sqrtm(A'*A))"),
        ("nucnorm(A)", "tr(sqrtm(A*A'))"),
        ("polar(A)", "A*inv(sqrtm(A'*A))"),
    ],
)
def test_a_point_at_which_one_side_has_no_value_is_no_counterexample(left, right):
    answer = dv.equal(left, right, "A: n x m")
    assert answer.decision == "tested"
    assert not dv.equal(left, f"2*({right})", "A: n x m")


@pytest.mark.parametrize(
    ("left", "right", "shapes", "shown"),
    [
        ("(n - 1)*(n - 3)*(n - 4)", "0", "x: n", "at n = 2"),
        ("(n - 1)*(n - 2)*(n - 3)*(n - 4)*(n - 6)", "0", "x: n", "24 against 0 at n = 5"),
        ("(n - 1)*(n - 3)*(n - 4)*x", "0*x", "x: n", " against 0"),
        ("1 + 1/10^200", "1", "", "1 against 1, which differ by 1e-200"),
        ("x", "x*(1 + 1/10^100)", "x: scalar", "e-100 at x = "),
        ("x", "x + 1/10^60", "x: scalar", "which differ by 1e-60 at x = "),
        ("0", "1/10^500", "", "0 against 1.00000e-500"),
        ("x^10000", "0", "x: scalar", " against 0 at x = "),
        ("exp(-1000 - x^2)", "0", "x: scalar", " against 0 at x = "),
    ],
)
def test_what_rounding_or_the_usual_sizes_would_hide_is_seen(left, right, shapes, shown):
    answer = dv.equal(left, right, shapes)
    assert answer.decision == "different"
    assert shown in answer.counterexample
    assert not answer.counterexample.startswith("0 against 0")


def test_equal_polynomials_in_sizes_are_proved():
    answer = dv.equal("n^3 - 8*n^2 + 19*n - 12", "(n - 1)*(n - 3)*(n - 4)", "x: n")
    assert answer.decision == "proved"


@pytest.mark.parametrize(
    ("left", "right", "shapes"),
    [
        ("sum(A .* B)", "tr(A'*B)", "A: n x m, B: n x m"),
        ("exp(a)*exp(-a)", "1", "a: scalar"),
        ("exp(a + b)", "exp(a)*exp(b)", "a: scalar, b: scalar"),
        ("sigmoid(-x)", "ones(n) - sigmoid(x)", "x: n"),
        ("tanh(x)", "2*sigmoid(2*x) - ones(n)", "x: n"),
        ("cosh(x)^2 - sinh(x)^2", "1", "x: scalar"),
        ("sin(x)^2 + cos(x)^2", "1", "x: scalar"),
        ("tan(x - y)*cos(y - x)", "sin(x - y)", "x: scalar, y: scalar"),
        ("logsumexp(x)", "log(sum(exp(x)))", "x: n"),
        ("norm2(x)", "sqrt(x'*x)", "x: n"),
        ("inv(L*L')", "inv(L')*inv(L)", "L: n x n"),
        ("det(2*A)", "2^n*det(A)", "A: n x n"),
        ("det(A*B)", "det(B')*det(A)", "A: n x n, B: n x n"),
        ("det(inv(A)*B*A)", "det(B)", "A: n x n, B: n x n"),
        ("sum_i(x_i*x_i')", "x'*x", "x_i: d, i: 1..n"),
        ("(eye(n) - ones(n, n)/n)*(eye(n) - ones(n, n)/n)", "eye(n) - ones(n, n)/n", "x: n"),
    ],
)
def test_proved_once_definitions_are_opened(left, right, shapes):
    answer = dv.equal(left, right, shapes)
    assert answer.decision == "proved"
    assert answer.certificate.verdict == "verified"


@pytest.mark.parametrize(
    ("left", "right", "shapes"),
    [
        ("sum(A .* B)", "tr(A*B)", "A: n x n, B: n x n"),
        ("sigmoid(-x)", "sigmoid(x) - ones(n)", "x: n"),
        ("sin(x)^2 - cos(x)^2", "1", "x: scalar"),
        ("det(2*A)", "2*det(A)", "A: n x n"),
        ("sum_i(x_i*x_i', 1, n)", "n*x'*x", "x_i: d, i: 1..n"),
        ("exp(x)*exp(y)", "exp(x*y)", "x: scalar, y: scalar"),
        ("x'*K*y", "0", "K: n x n skew, x: n, y: n"),
    ],
)
def test_what_is_not_equal_is_not_proved(left, right, shapes):
    assert dv.equal(left, right, shapes).decision == "different"


def test_a_form_of_a_skew_symmetric_matrix_is_zero():
    answer = dv.equal("x'*B'*K*B*x", "0", "K: n x n skew, B: n x n, x: n")
    assert answer.decision == "proved"
    assert "since K skew-symmetric" in answer.text()


def test_high_powers_stay_closed():
    answer = dv.equal("(1 + exp(x))^1000*(1 + exp(y))^900", "exp(x)", "x: scalar, y: scalar")
    assert answer.decision == "different"
