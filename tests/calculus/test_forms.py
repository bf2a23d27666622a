"""How results read: one form for one mathematical thing, as a textbook prints it."""

from __future__ import annotations

import pytest

import derive as dv


def result(*question, **options):
    """The lines of the result without its conditions, each from its equals sign on."""
    found = dv.gradient(*question, **options)
    assert found.certificate.verdict == "verified"
    lines = found.text(detail="result", unicode=False).splitlines()
    return tuple(line.partition(" = ")[2] for line in lines if line.startswith("grad"))


@pytest.mark.parametrize(
    ("loss", "shapes", "structure", "expected"),
    [
        ("-c'*x", "x: n, c: n", "simplex", "sum(c)/n ones(n) - c"),
        ("-c'*x", "x: n, c: n", "sphere", "(c'x)x - c"),
        ("-x'*A*x", "x: n, A: n x n symmetric", "sphere", "2((x'Ax)x - Ax)"),
        ("-tr(A'*X)", "X: n x n, A: n x n", "orthogonal", "1/2 (XA'X - A)"),
        ("-logdet(X)", "X: n x n", "entries", "diag(diag(X^-1)) - 2 X^-1"),
        # no term is positive
        ("-tr(A'*X)", "X: n x n, A: n x n", "symmetric", "-1/2 (A + A')"),
        # a difference that stands alone with a minus before it is turned round
        ("norm2(A - X)^2/2", "X: n x d, A: n x d", "free", "X - A"),
    ],
)
def test_a_result_begins_with_a_positive_term(loss, shapes, structure, expected):
    assert result(loss, shapes[0], shapes, structure=structure) == (expected,)


@pytest.mark.parametrize(
    ("loss", "variable", "shapes", "expected"),
    [
        # a difference that is subtracted is turned round, a sum stays whole
        (
            "norm2(y - K*a)^2 + lam*a'*K*a",
            "a",
            "K: n x n symmetric, y: n, a: n, lam: positive",
            "2K(lam a + Ka - y)",
        ),
        (
            "logsumexp(z) - ((1 - s)*t + s/k*ones(k))'*z",
            "z",
            "z: k, t: k onehot, s: probability",
            "softmax(z) - ((1 - s)t + s/k ones(k))",
        ),
        # 1 - p stays one thing
        (
            "-sum((ones(n) - sigmoid(z)).^2 .* log(sigmoid(z)))",
            "z",
            "z: n",
            "(1 - sigmoid(z)).^2 .* (2(sigmoid(z) .* log(sigmoid(z))) - (1 - sigmoid(z)))",
        ),
    ],
)
def test_what_is_subtracted(loss, variable, shapes, expected):
    assert result(loss, variable, shapes=shapes) == (expected,)


@pytest.mark.parametrize(
    ("loss", "variable", "shapes", "expected"),
    [
        (
            "sum(logsumexp_rows(Q*K')) - tr(Q*K')",
            "Q",
            "Q: n x d, K: n x d",
            "(rowsoftmax(QK') - I)K",
        ),
        ("norm2(X)^2/2 - tr(X'*A*X)/2", "X", "X: n x d, A: n x n symmetric", "(I - A)X"),
        # a vector by itself stays, and so does a sandwich
        ("x'*A*x/2 - x'*x/2", "x", "x: n, A: n x n symmetric", "Ax - x"),
        ("logdet(S) + x'*inv(S)*x", "S", "S: n x n spd, x: n", "S^-1 - S^-1 xx' S^-1"),
    ],
)
def test_a_term_that_is_the_factor_alone_counts_as_an_identity(loss, variable, shapes, expected):
    assert result(loss, variable, shapes=shapes) == (expected,)


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        ("x*(1 + erf(x/sqrt(2)))/2", "1/2 (1 + erf(x/sqrt(2))) + exp(-x^2/2) x/sqrt(2 pi)"),
        ("erf(x/sqrt(2))", "sqrt(2/pi) exp(-x^2/2)"),
        ("x^2*sqrt(2*pi)*sqrt(pi)", "2x pi sqrt(2)"),
        ("x^2/sqrt(2)", "x sqrt(2)"),
        ("x*sqrt(2*pi)/(2*pi)", "1/sqrt(2 pi)"),
        ("sqrt(2)*x/sqrt(3)", "sqrt(2/3)"),
        ("x/sqrt(3)/sqrt(5)/sqrt(7)", "1/sqrt(105)"),
        # one root stays as it was written, and so does a part of the question
        ("x/(sqrt(3)*sqrt(5))", "1/(sqrt(3) sqrt(5))"),
        ("sqrt(8)*x", "sqrt(8)"),
        ("-2*x*sqrt(3)", "-2 sqrt(3)"),
    ],
)
def test_roots_of_numbers_are_one_root(loss, expected):
    assert result(loss, "x", shapes="x: scalar") == (expected,)


@pytest.mark.parametrize(
    "loss",
    [
        "r*log(a'*softmax(W*x))",
        "-r*log(1/(softmax(W*x)'*a))",
        "r*(a'*W*x - logsumexp(W*x))",
        "r*a'*log(softmax(W*x))",
        "r*sum(a.*log(softmax(W*x)))",
    ],
)
def test_the_policy_gradient_knows_that_its_action_is_one_hot(loss):
    shapes = "W: k x d, x: d, a: k onehot, r: scalar"
    (found,) = result(loss, "W", shapes=shapes)
    assert found in {"r(a - p)x'", "r(a - softmax(Wx))x'"}


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        ("det(X^3)", "3(det X^3) X^-T"),
        ("logdet(X*X)", "2 X^-T"),
        ("tr(inv(X))", "-(X^-2)'"),
        ("tr(X^3)", "3(X^2)'"),
    ],
)
def test_powers_meet_their_inverses_and_are_turned_as_a_whole(loss, expected):
    assert result(loss, "X", shapes="X: n x n") == (expected,)


def test_a_multiple_of_a_vector_is_squared_as_a_whole_where_that_is_shorter():
    shapes = "x: n, c: positive"
    assert result("sum(erf(x/sqrt(2)))", "x", shapes=shapes) == ("sqrt(2/pi) exp(-1/2 x.^2)",)
    huber = dv.gradient("sum(sqrt(ones(n) + (x/c).^2) - ones(n))", "x", shapes=shapes)
    assert "f = sum(sqrt(1 + (1/c x).^2) - 1) " in huber.text(unicode=False)


def test_gradients_in_factors_begin_with_the_product():
    in_factors = result("norm2(A - X)^2/2", "X", "X: n x m, A: n x m", structure="low_rank")
    assert in_factors == ("(UV' - A)V", "(UV' - A)' U")


def test_an_outer_product_is_written_the_same_beside_a_differential():
    page = dv.differential("a*b'*X'*A", "X", shapes="X: n x d, a: n, b: d, A: n x n")
    lines = page.text(unicode=False).splitlines()
    assert lines[0].startswith("differential of F = ab'X'A ")
    assert lines[2].strip().startswith("dF = ab' dX' A ")
