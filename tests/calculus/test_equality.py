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
    narrow = "log(sin(x) - 1 + 1/10^9)"
    answer = dv.equal(narrow, f"{narrow} + sin(x)", "x: scalar")
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
        ("cos(1/10^40)", "1", "", "1 against 1, which differ by 5e-81"),
        ("x*cos(1/10^40)", "x", "x: n", "which differ by"),
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


NUMBER, PAIR, VECTORS = "x: scalar", "x: scalar, y: scalar", "x: n, y: n"


@pytest.mark.parametrize(
    ("left", "right", "shapes", "shown"),
    [
        ("sign(x)^2", "1", NUMBER, "0 against 1 at x = 0"),
        ("closed_step(x) + closed_step(-x)", "1", NUMBER, "2 against 1 at x = 0"),
        ("step(x) + step(-x)", "1", NUMBER, "0 against 1 at x = 0"),
        ("sign(x - y)^2", "1", PAIR, "0 against 1"),
        ("sign(x - 7*y)^2", "1", PAIR, "0 against 1"),
        ("sign((x - 3)^2)", "1", NUMBER, "at x = 3"),
        ("sign(x).^2", "ones(n)", VECTORS, "0 against 1"),
        ("sign(norm2(x - y))", "1", VECTORS, "0 against 1"),
        ("sign(max(x) - min(x))", "1", VECTORS, "0 against 1"),
        ("sign(A*x - y).^2", "ones(n)", SQUARE, "0 against 1"),
        ("sign(x'*x - 1)^2", "1", VECTORS, "0 against 1"),
        ("sign(a - 1)^2", "1", "a: positive", "at a = 1"),
        ("sign(k - 13)^2", "1", "k: positive integer", "at k = 13"),
        ("sign(p - 1/2)^2", "1", "p: probability", "at p = 0.5"),
        ("sign(norm2(S - eye(n)))", "1", "S: n x n spd", "0 against 1"),
        ("sign(norm2(Q - eye(n)))", "1", "Q: n x n orthogonal", "0 against 1"),
    ],
)
def test_a_kink_is_looked_at(left, right, shapes, shown):
    answer = dv.equal(left, right, shapes)
    assert answer.decision == "different"
    assert shown in answer.counterexample


@pytest.mark.parametrize(
    ("left", "right", "shapes", "shown"),
    [
        ("sign(exp(x) - 5)^2", "1", NUMBER, "0 against 1 at x = 1.60944"),
        ("sign(log(x) - 5)^2", "1", "x: positive", "0 against 1 at x = 148.413"),
        ("relu(x - 5000)", "0", NUMBER, "at x = "),
        ("relu(x^2 - 10^8)", "0", NUMBER, "at x = "),
        ("clip(x, -1000, 1000)", "x", NUMBER, "at x = "),
        ("step(k - 100)", "0", "k: positive integer", "1 against 0 at k = 101"),
        ("log(x - 10^9)", "log(x - 10^9) + sin(x)", NUMBER, "at x = "),
    ],
)
def test_both_sides_of_a_branch_are_looked_at_however_far_off(left, right, shapes, shown):
    answer = dv.equal(left, right, shapes)
    assert answer.decision == "different"
    assert shown in answer.counterexample


@pytest.mark.parametrize(
    ("left", "right", "shapes", "shown"),
    [
        ("relu(n - 7)", "0", "x: n", "1 against 0 at n = 8"),
        ("abs(n - 20)", "20 - n", "x: n", "1 against -1 at n = 21"),
        ("relu(n - 123456)", "0", "x: n", "1 against 0 at n = 123457"),
        ("relu(n - d - 20)", "0", "X: n x d", " against 0 at n = "),
        ("sign(n - d)^2", "1", "X: n x d", "0 against 1"),
        ("min(n, 40)", "n", "x: n", "40 against 41 at n = 41"),
        ("max(n, 3)*x", "n*x", "x: n", "at n = "),
        ("sum_i(step(i - 30), 1, n)", "0", "x: n", "against 0 at n = "),
        ("2^n*relu(60 - n)", "2^n*(60 - n)", "x: n", "at n = 61"),
    ],
)
def test_sizes_beyond_the_usual_ones_are_looked_at(left, right, shapes, shown):
    answer = dv.equal(left, right, shapes)
    assert answer.decision == "different"
    assert shown in answer.counterexample


@pytest.mark.parametrize(
    ("left", "right", "shapes"),
    [
        ("logm(expm(A))", "A", "A: n x n"),
        ("logm(expm(A))", "A", "A: n x n skew"),
        ("pinv(A*B)", "pinv(B)*pinv(A)", SQUARE),
        ("pinv(A)*A", "eye(d)", "A: n x d"),
        ("sign(det(A))^2", "1", SQUARE),
        ("sign(specnorm(A))", "1", SQUARE),
        ("sign(norm2(A*B - B*A))", "1", SQUARE),
    ],
)
def test_matrices_that_random_ones_never_are_are_looked_at(left, right, shapes):
    answer = dv.equal(left, right, shapes)
    assert answer.decision == "different"
    assert not answer


@pytest.mark.parametrize(
    ("left", "right", "shapes"),
    [
        ("abs(x)*sign(x)", "x", NUMBER),
        ("closed_step(x) + step(-x)", "1", NUMBER),
        ("step(x)*x", "relu(x)", NUMBER),
        ("x/abs(x)", "sign(x)", NUMBER),
        ("sign(x*y)", "sign(x)*sign(y)", PAIR),
        ("abs(x - y)", "maximum(x, y) - minimum(x, y)", PAIR),
        ("clip(x, -1, 1)", "maximum(-1, minimum(x, 1))", NUMBER),
        ("step(sin(x) - 1)", "0", NUMBER),
        ("max(x)", "-min(-x)", VECTORS),
        ("norm1(x)", "x'*sign(x)", VECTORS),
        ("relu(n - 1)", "n - 1", "x: n"),
        ("min(n, d) + max(n, d)", "n + d", "X: n x d"),
        ("pinv(A)", "inv(A)", "A: n x n"),
        ("pinv(A'*A)*A'", "pinv(A)", "A: n x m"),
        ("pinv(x)*x", "sign(x'*x)", VECTORS),
        ("logm(expm(A))", "A", "A: n x n symmetric"),
        ("det(expm(A))", "exp(tr(A))", "A: n x n"),
        ("sinm(A)*sinm(A) + cosm(A)*cosm(A)", "eye(n)", "A: n x n"),
        ("adjugate(A*B)", "adjugate(B)*adjugate(A)", SQUARE),
        ("sqrtm(A*A)", "A", "A: n x n spd"),
        ("nucnorm(A)", "tr(A)", "A: n x n psd"),
        ("lambda_max(A)", "specnorm(A)", "A: n x n psd"),
        ("polar(A)*sqrtm(A'*A)", "A", "A: n x n"),
        ("abs(det(Q))", "1", "Q: n x n orthogonal"),
        ("norm1(p)", "1", "p: n simplex"),
        ("s^2", "1", "s: sign"),
    ],
)
def test_what_is_equal_also_at_special_points_stays_so(left, right, shapes):
    answer = dv.equal(left, right, shapes)
    assert answer.decision in {"proved", "tested"}
    assert answer.probes > 0
    assert f"and at {answer.probes} special points" in answer.text()


def test_a_point_outside_the_declared_set_is_no_counterexample():
    assert not dv.equal("pinv(A*B)", "pinv(B)*pinv(A)", SQUARE)
    facts = "A: n x n invertible, B: n x n invertible"
    assert dv.equal("pinv(A*B)", "pinv(B)*pinv(A)", facts)
    assert not dv.equal("sign(x)", "1", "x: nonnegative")
    assert dv.equal("sign(x)", "1", "x: positive")


@pytest.mark.parametrize(
    ("left", "shapes", "shown"),
    [
        ("(1 - sign(x)^2)*(1 - sign(y - 1)^2)", PAIR, "1 against 0 at x = 0, y = 1"),
        ("(1 - sign(x - 5)^2)*(1 - sign(y - x - 7)^2)", PAIR, "1 against 0 at x = 5, y = 12"),
        ("1 - sign((x - y)^2 + (y - 3)^2)", PAIR, "1 against 0 at x = 3, y = 3"),
        ("(1 - sign(n - 5)^2)*(1 - sign(d - 7)^2)", "X: n x d", "1 against 0 at n = 5, d = 7"),
        ("(1 - sign(n - 5)^2)*(1 - sign(x - 7)^2)", "x: scalar, y: n", "at n = 5, x = 7"),
        ("relu(n - 9)*relu(x - 1000)", "x: scalar, y: n", " against 0 at n = 10, x = "),
    ],
)
def test_several_things_that_must_come_together_are_looked_at(left, shapes, shown):
    answer = dv.equal(left, "0", shapes)
    assert answer.decision == "different"
    assert shown in answer.counterexample


@pytest.mark.parametrize(
    ("left", "right", "shapes"),
    [
        (
            "[eye(m), -K]*[P, Q; Q', R]*[eye(m), -K]'",
            "P - K*Q' - Q*K' + K*R*K'",
            "K: m x o, P: m x m symmetric, Q: m x o, R: o x o symmetric",
        ),
        (
            "[x; y]'*[A, B; B', C]*[x; y]",
            "x'*A*x + 2*x'*B*y + y'*C*y",
            "x: n, y: m, A: n x n, B: n x m, C: m x m",
        ),
        (
            "[A, B; C, D]*[E; F]",
            "[A*E + B*F; C*E + D*F]",
            "A: n x n, B: n x m, C: m x n, D: m x m, E: n x k, F: m x k",
        ),
    ],
)
def test_products_of_matrices_in_blocks_are_multiplied_out(left, right, shapes):
    assert dv.equal(left, right, shapes).decision == "proved"
    assert dv.equal(left, right.replace("+", "-", 1), shapes).decision == "different"
