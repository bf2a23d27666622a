"""Taylor polynomials against mpmath's coefficients and differences, and what is refused."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import scipy.linalg

import derive as dv
from derive.check.claim import Plan
from derive.check.taylor import TaylorOf
from derive.engine.normal import tidy
from derive.errors import ArgumentError, DomainError, LimitError, ShapeError
from derive.language.expression import inverse, number, symbol, zero
from derive.language.functions import elementwise, eye, logdet
from derive.language.matrix_functions import frechet
from derive.numeric import compile_function

FUNCTIONS = {
    "exp(x)": mpmath.exp,
    "log(1 + x)": lambda x: mpmath.log(1 + x),
    "sqrt(1 + x)": lambda x: mpmath.sqrt(1 + x),
    "tanh(x)": mpmath.tanh,
    "sigmoid(x)": lambda x: 1 / (1 + mpmath.exp(-x)),
    "1/(1 + x^2)": lambda x: 1 / (1 + x**2),
    "sin(x)*exp(x)": lambda x: mpmath.sin(x) * mpmath.exp(x),
    "softplus(x)": lambda x: mpmath.log(1 + mpmath.exp(x)),
}


@pytest.mark.parametrize("text", FUNCTIONS)
@pytest.mark.parametrize("point", ["0", "1/2"])
def test_coefficients_of_a_scalar_function(text, point):
    found = dv.taylor_series(text, "x", point, 6, shapes="x: scalar")
    assert found.certificate.verdict == "verified"
    at = mpmath.mpf(1) / 2 if point == "1/2" else mpmath.mpf(0)
    wanted = mpmath.taylor(FUNCTIONS[text], at, 6)
    for x in (0.3, -0.2, 0.11):
        value = sum(float(c) * (x - float(at)) ** k for k, c in enumerate(wanted))
        assert found.function()(x=x) == pytest.approx(value, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_the_error_falls_with_one_order_more(order):
    found = dv.taylor_series("logsumexp(A*x)", "x", "a", order, shapes="A: n x d, x: d, a: d")
    assert found.certificate.verdict == "verified"
    rng = np.random.default_rng(order)
    A, a, h = rng.normal(size=(5, 3)), rng.normal(size=3), rng.normal(size=3)
    p = found.function()

    def error(t):
        x = a + t * h
        return abs(p(A=A, a=a, x=x) - np.logaddexp.reduce(A @ x))

    slope = np.log(error(0.2) / error(0.1)) / np.log(2)
    assert slope == pytest.approx(order + 1, abs=0.35)


def test_the_neumann_series():
    found = dv.taylor_series("inv(eye(n) - A)", "A", 0, 4, shapes="A: n x n")
    assert found.text(detail="result", unicode=False).startswith(
        "F near 0 = I + A + A^2 + A^3 + A^4"
    )


def test_a_step_where_no_point_is_given():
    found = dv.taylor_series("logdet(X)", "X", order=2, shapes="X: n x n")
    assert str(found.result) == "logdet(X) + trace(X**(-1)*H) - trace(X**(-1)*H*X**(-1)*H)/2"


def test_a_form_in_the_hessian():
    found = dv.taylor_series("logsumexp(x)", "x", "a", shapes="x: d, a: d")
    text = found.text(detail="result", unicode=False, width=200)
    assert "1/2 (x - a)'(diag(softmax(a)) - softmax(a) softmax(a)')(x - a)" in text


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: dv.taylor_series("abs(x)", "x", 0, shapes="x: scalar"), DomainError, "not smooth"),
        (lambda: dv.taylor_series("norm2(x)", "x", 0, shapes="x: d"), DomainError, "not smooth"),
        (lambda: dv.taylor_series("log(x)", "x", 0, shapes="x: scalar"), DomainError, "log"),
        (lambda: dv.taylor_series("x", "x", 0, -1, shapes="x: scalar"), ArgumentError, "order"),
        (lambda: dv.taylor_series("x", "x", 0, 2.5, shapes="x: scalar"), ArgumentError, "order"),
        (lambda: dv.taylor_series("x'*x", "x", 1, shapes="x: d"), ShapeError, "needed   : d"),
        (lambda: dv.taylor_series("x^2", "x", "x", shapes="x: scalar"), ArgumentError, "itself"),
    ],
)
def test_bad_questions_are_told_what_to_do(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize(
    ("function", "variable", "point", "shapes", "condition"),
    [
        ("lambda_max(S)", "S", "A", "S: n x n symmetric, A: n x n symmetric", "eigenvalue of A"),
        ("lambda_max(S)", "S", "diag(a)", "S: n x n symmetric, a: n", "eigenvalue of diag(a)"),
        ("nucnorm(X)", "X", "A", "X: n x d, A: n x d", "A has full rank"),
        ("pinv(X)", "X", "A", "X: n x d, A: n x d", "A is of constant rank"),
        ("max(x)", "x", "a", "x: n, a: n", "a is largest in one entry only"),
        ("norm2(x)", "x", "a - b", "x: n, a: n, b: n", "norm2(a - b) != 0"),
        ("inv(X)", "X", "diag(a)", "X: n x n, a: n", "a != 0 in every entry"),
    ],
)
@pytest.mark.parametrize("order", [1, 2])
def test_conditions_speak_of_the_point(function, variable, point, shapes, condition, order):
    found = dv.taylor_series(function, variable, point, order, shapes=shapes)
    assert found.certificate.verdict != "refuted"
    (printed,) = found.conditions
    assert condition in printed


@pytest.mark.parametrize(
    ("function", "variable", "point", "shapes"),
    [
        # decided by numbers
        ("arcsin(x)", "x", "1/2", "x: scalar"),
        ("tan(x)", "x", "pi/4", "x: scalar"),
        ("log(x)", "x", "pi - 3", "x: scalar"),
        ("sqrt(x)", "x", "sqrt(2) - 1", "x: scalar"),
        ("log(x)", "x", "c", "x: scalar, c: positive"),
        ("lambda_max(S)", "S", "[2, 1; 1, 2]", "S: 2 x 2 symmetric"),
        ("lambda_max(S)", "S", "[2, 0, 0; 0, 1, 0; 0, 0, 1]", "S: 3 x 3 symmetric"),
        ("logdet(S)", "S", "[2, 1; 1, 2]", "S: 2 x 2"),
        ("max(x)", "x", "[1, 3, 1]'", "x: 3"),
        ("inv(X)", "X", "2*eye(n)", "X: n x n"),
    ],
)
def test_conditions_that_hold_at_the_point_are_not_printed(function, variable, point, shapes):
    found = dv.taylor_series(function, variable, point, 1, shapes=shapes)
    assert found.conditions == ()


@pytest.mark.parametrize(
    ("function", "variable", "point", "shapes", "words"),
    [
        # by numbers
        ("arcsin(x)", "x", 1, "x: scalar", "not smooth at 1"),
        ("arcsin(x)", "x", 2, "x: scalar", "not defined at 2"),
        ("tan(x)", "x", "pi/2", "x: scalar", r"not defined at 1/2\*pi"),
        ("loggamma(x)", "x", 0, "x: scalar", "not defined at 0"),
        ("log(x)", "x", "3 - pi", "x: scalar", "not defined at 3 - pi"),
        ("1/(x^2 - 2)", "x", "sqrt(2)", "x: scalar", "not defined at"),
        ("logdet(S)", "S", "[1, 2; 2, 1]", "S: 2 x 2", "not defined at"),
        ("lambda_max(S)", "S", "[2, 0, 0; 0, 2, 0; 0, 0, 1]", "S: 3 x 3 symmetric", "not smooth"),
        ("max(x)", "x", "[1, 3, 3]'", "x: 3", "not smooth"),
        # by the form of the point
        ("sum(eigvals(S))", "S", "eye(n)", "S: n x n symmetric", "fails at eye"),
        ("logm(A)", "A", 0, "A: n x n", "not defined at zeros"),
        ("sqrtm(S)", "S", "-eye(n)", "S: n x n symmetric", "not defined at -eye"),
        ("logm(S)", "S", "-eye(n)", "S: n x n symmetric", "not defined at -eye"),
        ("logdet(S)", "S", "-eye(3)", "S: 3 x 3 symmetric", "not defined at -eye"),
        ("inv(S)", "S", "ones(n, n)", "S: n x n", "not defined at ones"),
        ("logdet(S)", "S", "a*a'", "S: n x n, a: n", "not defined at a"),
        ("max(x)", "x", 0, "x: d", "not smooth at zeros"),
        ("lambda_max(S)", "S", 0, "S: n x n symmetric", "not smooth at zeros"),
        ("lambda_max(S)", "S", "eye(n)", "S: n x n symmetric", "not smooth at eye"),
        ("specnorm(X)", "X", 0, "X: n x d", "not smooth at zeros"),
        ("pinv(A)", "A", 0, "A: n x d", "not smooth at zeros"),
        # a polynomial, whose derivatives are written with an inverse
        ("det(A)", "A", 0, "A: 2 x 2", r"derivatives by rule where det\(A\) != 0"),
        ("adj(A)", "A", 0, "A: n x n", r"derivatives by rule where det\(A\) != 0"),
        # a power of a kink has no derivatives of its own order
        ("relu(x)^3", "x", 0, "x: scalar", "fails at 0"),
        ("abs(x)^3", "x", 0, "x: scalar", "fails at 0"),
    ],
)
def test_a_point_where_a_condition_fails_is_refused(function, variable, point, shapes, words):
    with pytest.raises(DomainError, match=words):
        dv.taylor_series(function, variable, point, 3, shapes=shapes)


@pytest.mark.parametrize(
    ("function", "variable", "point", "order", "shapes", "expected"),
    [
        ("sqrt(x)", "x", 4, 2, "x: scalar", "2 + 1/4 (x - 4) - 1/64 (x - 4)^2"),
        ("x^(-1/3)", "x", 8, 1, "x: scalar", "1/2 - 1/48 (x - 8)"),
        ("log(x)", "x", 1, 2, "x: scalar", "x - 1 - 1/2 (x - 1)^2"),
        ("arccos(x)", "x", 0, 3, "x: scalar", "pi/2 - x - x^3/6"),
        ("arctan(x)", "x", 1, 1, "x: scalar", "pi/4 + 1/2 (x - 1)"),
        ("sin(x)", "x", "pi/6", 1, "x: scalar", "1/2 + sqrt(3)/2 (x - pi/6)"),
        ("tan(x)", "x", "pi/4", 1, "x: scalar", "1 + 2(x - pi/4)"),
        ("exp(x)", "x", 1, 1, "x: scalar", "e + e(x - 1)"),
        ("logsumexp(x)", "x", 0, 1, "x: d", "log d + sum(x)/d"),
        ("norm2(x)", "x", "ones(n)", 1, "x: n", "sqrt(n) + (sum(x) - n)/sqrt(n)"),
        ("nucnorm(X)", "X", "eye(n)", 1, "X: n x n", "tr(X)"),
        ("nucnorm(X)", "X", "-2*eye(n)", 1, "X: n x n", "-tr(X)"),
        ("det(X)", "X", "2*eye(3)", 1, "X: 3 x 3", "8 + 4(tr(X) - 6)"),
        ("logdet(X)", "X", "2*eye(n)", 1, "X: n x n", "n log 2 + 1/2 (tr(X) - 2n)"),
        ("sum(tanh(x))", "x", "ones(n)", 0, "x: n", "tanh(1) n"),
        ("sum(logsumexp_rows(X))", "X", 0, 0, "X: n x d", "(log d)n"),
    ],
)
def test_numbers_at_a_point_are_evaluated(function, variable, point, order, shapes, expected):
    found = dv.taylor_series(function, variable, point, order, shapes=shapes)
    assert found.certificate.verdict == "verified"
    text = found.text(detail="result", unicode=False).splitlines()[0]
    assert text.split(" = ", 1)[1].split("    ")[0] == expected


def test_a_power_of_a_kink_has_the_derivatives_below_it():
    found = dv.taylor_series("relu(x)^3", "x", 0, 2, shapes="x: scalar")
    assert found.result == 0
    assert found.certificate.verdict == "verified"
    found = dv.taylor_series("norm2(x)^4", "x", 0, 4, shapes="x: d")
    assert found.conditions == ()
    assert found.certificate.verdict == "verified"


def test_a_polynomial_that_nobody_reads_is_refused():
    with pytest.raises(LimitError, match="ask for the order 6 or less"):
        dv.taylor_series("exp(exp(exp(sin(x))))", "x", 0, 8, shapes="x: scalar")


def test_a_step_between_letters_stays_in_one_piece():
    found = dv.taylor_series("logdet(X)", "X", "A", 1, shapes="X: n x n, A: n x n")
    assert "tr(inv(A) (X - A))" in found.text(detail="result", unicode=False).replace(
        "A^-1", "inv(A)"
    )


def test_the_claim_sees_a_wrong_coefficient_of_every_order():
    x = symbol("x")
    f = elementwise("exp", x)
    right = 1 + x + x**2 / 2 + x**3 / 6
    at = elementwise("exp", number(0))
    assert TaylorOf(f, x, number(0), at, right, 3).examine(Plan()).verdict == "verified"
    for wrong in (right + x**3 / 100, right - x**2, right + x, right + 1, right + x**3):
        assert TaylorOf(f, x, number(0), at, wrong, 3).examine(Plan()).verdict == "refuted"


def test_the_claim_holds_for_matrices():
    A = symbol("A", (3, 3))
    f = inverse(eye(3) - A)
    p = eye(3) + A + A @ A
    assert TaylorOf(f, A, zero((3, 3)), eye(3), p, 2).examine(Plan()).verdict == "verified"
    assert TaylorOf(f, A, zero((3, 3)), eye(3), eye(3) + A, 2).examine(Plan()).verdict == "refuted"
    g = logdet(eye(3) - A)
    assert g.is_scalar


@pytest.mark.parametrize(
    ("text", "point", "order", "expected"),
    [
        ("expm(X)", 0, 3, "I + X + 1/2 X^2 + 1/6 X^3"),
        ("expm(X)", "c*eye(n)", 1, "exp(c) I + exp(c) (X - cI)"),
        ("sinm(X)", 0, 3, "X - 1/6 X^3"),
        ("cosm(X)", 0, 2, "I - 1/2 X^2"),
        ("logm(eye(n) + X)", 0, 2, "X - 1/2 X^2"),
        ("sqrtm(4*eye(n) + X)", 0, 3, "2I + 1/4 X - 1/64 X^2 + 1/512 X^3"),
        ("expm(X)*A*expm(X)", 0, 1, "A + XA + AX"),
        ("tr(A*expm(X))", 0, 2, "tr(A) + tr(AX) + 1/2 tr(A X^2)"),
    ],
)
def test_functions_of_matrices_at_multiples_of_the_identity(text, point, order, expected):
    shapes = "X: n x n, A: n x n, c: scalar"
    found = dv.taylor_series(text, "X", point, order, shapes=shapes)
    line = next(row for row in found.text(unicode=False).splitlines() if " near " in row)
    assert line.partition(" = ")[2].startswith(expected)
    assert found.certificate.verdict == "verified"


@pytest.mark.parametrize("name", ["expm", "sinm", "cosm", "sqrtm", "logm"])
def test_second_derivatives_at_a_multiple_of_the_identity_agree_with_differences(name):
    rng, h = np.random.default_rng(3), 1e-3
    E, F = rng.normal(size=(2, 3, 3)) / 2
    X = symbol("X", (3, 3))
    node = frechet(name, 2 * eye(3), X, symbol("Y", (3, 3)))
    closed = tidy(node)
    assert closed is not node
    value = compile_function([("D", closed)], (X, symbol("Y", (3, 3))))(X=E, Y=F)

    def at(s, t):
        return getattr(scipy.linalg, name)(2 * np.eye(3) + s * E + t * F)

    differences = (at(h, h) - at(h, -h) - at(-h, h) + at(-h, -h)) / (4 * h * h)
    np.testing.assert_allclose(value, differences, atol=1e-5)


def test_a_derivative_of_the_logarithm_at_zero_is_left():
    node = frechet("logm", zero((3, 3)), symbol("X", (3, 3)))
    assert tidy(node) is node


@pytest.mark.parametrize(
    ("function", "around", "shapes"),
    [
        ("norminf(x)", "[1; -1]", "x: 2"),
        ("polar(x)", "eye(n)", "x: n x n"),
        ("norm2(x)^3", "0", "x: n"),
    ],
)
def test_what_the_derivatives_divide_by_must_not_vanish_at_the_point(function, around, shapes):
    with pytest.raises(DomainError):
        dv.taylor_series(function, "x", around, 2, shapes=shapes)


@pytest.mark.parametrize(
    ("function", "point", "order", "shapes", "expected"),
    [
        ("nucnorm(X)", "eye(n)", 2, "X: n x n", "tr(X) + 1/4*tr(X*(X' - X))"),
        ("nucnorm(X)", "-eye(n)", 2, "X: n x n", "-tr(X) - 1/4*tr(X*(X - X'))"),
        ("nucnorm(X)", "2*eye(3)", 2, "X: 3 x 3", "tr(X) + 1/8*tr(X*(X' - X))"),
        ("nucnorm(X)", "a*eye(n)", 2, "X: n x n, a: positive", "tr(X) + 1/2*"),
        ("nucnorm(X)", "Q", 2, "X: n x n, Q: n x n orthogonal", "n + tr(Q'*(X - Q)) + 1/4*"),
        ("polar(X)", "eye(n)", 1, "X: n x n", "eye(n) + 1/2*(X - X')"),
        ("polar(X)", "-a*Q", 1, "X: n x n, Q: n x n orthogonal, a: positive", "-Q"),
    ],
)
def test_where_all_singular_values_are_one_the_vectors_are_a_limit(
    function, point, order, shapes, expected
):
    answer = dv.taylor_series(function, "X", point, order, shapes=shapes)
    assert repr(answer).startswith(expected)
    assert answer.certificate.verdict == "verified"


@pytest.mark.parametrize(
    ("function", "point", "order", "shapes"),
    [
        ("nucnorm(X)", "diag([1, 1, 2]')", 2, "X: 3 x 3"),
        ("nucnorm(X)", "eye(n)", 3, "X: n x n"),
        ("polar(X)", "Q", 2, "X: n x n, Q: n x n orthogonal"),
        ("specnorm(X)", "2*Q", 1, "X: n x n, Q: n x n orthogonal"),
    ],
)
def test_singular_values_that_meet_are_named_where_the_vectors_stay(function, point, order, shapes):
    with pytest.raises(DomainError, match=r"singular value"):
        dv.taylor_series(function, "X", point, order, shapes=shapes)


def test_a_declared_symmetry_shortens_the_polynomial_and_lone_names_have_no_number():
    shapes = "S: n x n symmetric, A: n x n symmetric"
    found = dv.taylor_series("lambda_max(S)", "S", "A", 2, shapes=shapes)
    assert found.certificate.verdict == "verified"
    answer = found.text(detail="result", unicode=False).splitlines()
    assert answer[0] == "f near A = lambda_max(A) + q'(S - A)q + q'(S - A)R(S - A)q"
    assert answer[1] == "with q = eigvec_max(A)"


@pytest.mark.parametrize("facts", ["S: n x n symmetric, A: n x n", "S: n x n, A: n x n symmetric"])
def test_a_symmetry_that_the_step_has_not_is_not_used(facts):
    found = dv.taylor_series("tr(S*S)/2", "S", "A", 2, shapes=facts)
    assert found.certificate.verdict == "verified"
    assert "norm" not in repr(found)


def test_a_name_has_no_number_where_its_letter_stands_for_nothing_else():
    shapes = "X: n x d, w: d, w0: d"
    found = dv.taylor_series("sum(softplus(X*w))", "w", "w0", 2, shapes=shapes)
    assert "with h = sigmoid(X w0)" in found.text(detail="result", unicode=False)
    assert "h2 = sigmoid(X w0)" in found.text(unicode=False)


def test_powers_of_the_identity_are_the_identity():
    found = dv.taylor_series("tr(inv(S))", "S", "eye(n)", 3, shapes="S: n x n")
    assert repr(found).startswith("2*n - tr(S) + tr((S - eye(n))^2) - tr((S - eye(n))^3)")
