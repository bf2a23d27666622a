"""Conditions: what an answer needs, no more than that, and never what the facts rule out."""

from __future__ import annotations

import re

import pytest

import derive as dv
from derive.errors import DomainError, NoRuleError, ReadError

ROWS = "x: n x d, w: d, i: 1..n"


def conditions(loss, variable, shapes):
    return dv.gradient(loss, variable, shapes=shapes).conditions


@pytest.mark.parametrize(
    ("loss", "variable", "shapes", "expected"),
    [
        ("log(x)", "x", "x: scalar", ("x > 0",)),
        ("log(x)", "x", "x: positive", ()),
        ("1/x", "x", "x: scalar", ("x != 0",)),
        ("sqrt(s)", "s", "s: scalar", ("s > 0",)),
        ("x/sqrt(s + 1)", "x", "x: scalar, s: scalar", ("s + 1 > 0",)),
        ("log(abs(x))", "x", "x: scalar", ("x != 0",)),
        ("norm2(x)", "x", "x: n", ("norm2(x) != 0",)),
        ("norm1(x)", "x", "x: n", ("x != 0 in every entry",)),
        # kinks that a power smooths away
        ("norm2(x)^2", "x", "x: n", ()),
        ("norm2(x)^3", "x", "x: n", ()),
        ("norm2(x)^4", "x", "x: n", ()),
        ("abs(x)^2", "x", "x: scalar", ()),
        ("sum(relu(x).^2)", "x", "x: n", ()),
        # whole exponents
        ("x^k", "x", "x: scalar, k: integer", ("x != 0",)),
        ("x^k", "x", "x: negative, k: integer", ()),
        ("x^p", "x", "x: scalar, p: scalar", ("x > 0",)),
        ("x^(2*k)", "x", "x: scalar, k: positive integer", ("x != 0",)),
        ("(-1)^(2*k)*x", "x", "x: scalar, k: integer", ()),
        ("(-2)^(k + 1)*x", "x", "x: scalar, k: integer", ()),
        ("a^(k - 1)*x", "x", "x: scalar, a: scalar, k: positive integer", ()),
        ("a^(k - 2)*x", "x", "x: scalar, a: scalar, k: positive integer", ("a != 0",)),
        ("a^p*x", "x", "x: scalar, a: scalar, p: positive", ("a >= 0",)),
        ("0^p*x", "x", "x: scalar, p: positive", ()),
        ("0^p*x", "x", "x: scalar, p: scalar", ("p > 0",)),
        # what does not move has no kink
        ("sum(x) + norm1(x - x)", "x", "x: n", ()),
        ("sum(x) + max(0*x)", "x", "x: n", ()),
        # numbers are decided
        ("x*log(3 - e)", "x", "x: scalar", ()),
        ("x*sqrt(2 - sqrt(2))", "x", "x: scalar", ()),
        ("x*tan(pi/4)", "x", "x: scalar", ()),
        ("x*arcsin(sqrt(2)/2)", "x", "x: scalar", ()),
        # products are not zero if their factors are not
        ("w'*a/(norm2(a)*norm2(w))", "w", "w: d, a: d", ("norm2(a) != 0", "norm2(w) != 0")),
        ("log(ones(n) - sigmoid(x))'*y", "x", "x: n, y: n", ()),
        # an even power is positive where its base is not zero
        ("log(x^2)", "x", "x: scalar", ("x != 0",)),
        ("sum(sqrt(x.^4))", "x", "x: n", ("x != 0 in every entry",)),
    ],
)
def test_what_is_needed_and_no_more(loss, variable, shapes, expected):
    assert sorted(conditions(loss, variable, shapes)) == sorted(expected)


@pytest.mark.parametrize(
    ("loss", "shapes", "expected"),
    [
        # a factor 0, an exponent 0
        ("x + 0*log(x)", "x: scalar", ("x > 0",)),
        ("x - 0*(x + log(x))", "x: scalar", ("x > 0",)),
        ("x + 2*(0*log(x))", "x: scalar", ("x > 0",)),
        ("x + exp(0*log(x))", "x: scalar", ("x > 0",)),
        ("x + 0/x", "x: scalar", ("x != 0",)),
        ("x + (1/x)^0", "x: scalar", ("x != 0",)),
        ("x^0 + x", "x: scalar", ()),
        ("x + 0*log(x)", "x: positive", ()),
        ("sum(x + 0*log(x))", "x: n", ("x > 0",)),
        ("sum(x) + sum(0./x)", "x: n", ("x != 0 in every entry",)),
        ("sum(x) + zeros(n)'*log(x)", "x: n", ("x > 0",)),
        ("0*logdet(X) + tr(X)", "X: n x n", ("det(X) > 0",)),
        ("tr(X*0*inv(X)) + tr(X)", "X: n x n", ("det(X) != 0",)),
        ("tr(inv(X)^0) + tr(X)", "X: n x n", ("det(X) != 0",)),
        # what meets its inverse
        ("x/x + x", "x: scalar", ("x != 0",)),
        ("x^2/x", "x: scalar", ("x != 0",)),
        ("log(exp(x))", "x: scalar", ()),
        ("exp(log(x))", "x: scalar", ("x > 0",)),
        ("sqrt(x)^2", "x: scalar", ("x > 0",)),
        ("log(x) - log(x) + x", "x: scalar", ("x > 0",)),
        ("sum(sqrt(x).*sqrt(x))", "x: n", ("x > 0",)),
        ("norm2(x)/norm2(x) + sum(x)", "x: n", ("norm2(x) != 0",)),
        ("tr(X*inv(X)) + tr(X)", "X: n x n", ("det(X) != 0",)),
        ("tr((X - X)*inv(X)) + tr(X)", "X: n x n", ("det(X) != 0",)),
        ("tr(det(X)*inv(X))", "X: n x n", ("det(X) != 0",)),
        ("det(X)*det(inv(X)) + tr(X)", "X: n x n", ("det(X) != 0",)),
    ],
)
def test_what_cancels_leaves_its_condition(loss, shapes, expected):
    found = dv.gradient(loss, shapes[0], shapes=shapes)
    assert found.conditions == expected
    assert found.certificate.verdict == "verified"


def test_a_product_with_zero_is_read_as_it_stands():
    text = dv.gradient("x^2 + 0*log(x)", "x", shapes="x: scalar").text(unicode=False)
    assert text.startswith("gradient of f = x^2 + 0 log x ")
    with pytest.raises(ReadError, match="divides by zero"):
        dv.parse("1/(0*log(x))", "x: scalar")


@pytest.mark.parametrize(
    ("loss", "shapes"),
    [
        ("log(x)", "x: negative"),
        ("sqrt(x)", "x: negative"),
        ("sum(log(X))", "X: n x n negative"),
        ("log(-x^2)*x", "x: scalar"),
        ("x/(x - x)", "x: scalar"),
        ("logdet(X - X) + tr(X)", "X: n x n"),
        ("(-1)^x", "x: scalar"),
    ],
)
def test_what_the_facts_rule_out_is_refused(loss, shapes):
    with pytest.raises(DomainError, match="defined nowhere"):
        dv.gradient(loss, shapes[0], shapes=shapes)


@pytest.mark.parametrize(
    ("loss", "shapes", "words"),
    [
        ("x*log(e - 3)", "x: scalar", "log(e - 3) is defined nowhere"),
        ("x*tan(pi/2)", "x: scalar", "tan(1/2*pi) is defined nowhere"),
        ("x*arcsin(sqrt(2))", "x: scalar", "is defined nowhere"),
        ("x*logdet(a*a')", "x: scalar, a: n", "logdet(a*a') is defined nowhere"),
        ("x*a'*inv(ones(n, n))*a", "x: scalar, a: n", "is defined nowhere"),
        ("x*tr(logm(-C'*C))", "x: scalar, C: n x n", "is defined nowhere"),
        # 0 for a positive exponent, but log 0 stands in what a rule gives
        ("0^x", "x: positive", "no rule gives the derivative of 0^x: it needs 0 > 0"),
    ],
)
def test_what_is_false_of_numbers_and_forms_is_refused(loss, shapes, words):
    with pytest.raises(DomainError, match=re.escape(words)):
        dv.gradient(loss, "x", shapes=shapes)


@pytest.mark.parametrize(
    ("loss", "shapes", "expected"),
    [
        ("det(u*v'*X)", "u: n, v: n, X: n x n", "v*u'*adj(X'*v*u')"),
        ("det(X*Z')", "X: 3 x 2, Z: 3 x 2", "adj(Z*X')*Z"),
        ("det(X*a*b' + c*d')", "X: n x n, a: n, b: n, c: n, d: n", "adj((X*a*b' + c*d')')*b*a'"),
    ],
)
def test_a_determinant_that_is_singular_by_its_form_is_written_with_cofactors(
    loss, shapes, expected
):
    answer = dv.gradient(loss, "X", shapes=shapes)
    assert repr(answer).startswith(expected)
    assert answer.conditions == ()
    assert answer.certificate.verdict == "verified"


@pytest.mark.parametrize(
    ("loss", "shapes"),
    [
        ("logdet(X*X')", "X: 3 x 2"),
        ("logdet(u*v'*X)", "u: n, v: n, X: n x n"),
        ("tr(inv(X*a*b'))", "X: n x n, a: n, b: n"),
        ("tr(inv(X*Z))", "X: 3 x 2, Z: 2 x 3"),
        ("sum(cholesky(X*X'))", "X: 3 x 2"),
        ("tr(sqrtm(X*X'))", "X: 4 x 3"),
    ],
)
def test_what_no_rank_allows_is_refused(loss, shapes):
    with pytest.raises(DomainError, match="defined nowhere"):
        dv.gradient(loss, "X", shapes=shapes)


@pytest.mark.parametrize(
    ("loss", "shapes", "condition"),
    [
        ("det(X*K)", "X: 3 x 3, K: 3 x 3 skew", "det(X*K) != 0"),
        ("logdet(X - X' + K)", "X: 5 x 5, K: 5 x 5 skew", "det(X - X' + K) > 0"),
        ("tr(inv(X*(eye(n) - ones(n, n)/n)))", "X: n x n", "!= 0"),
        ("sum(eigvals(X*X'))", "X: 4 x 2", "the eigenvalues of X*X' are distinct"),
        ("x*inv(s^2 - 1)", "x: scalar, s: sign", "s^2 - 1 != 0"),
    ],
)
def test_a_condition_that_fails_at_every_point_is_refused(loss, shapes, condition):
    with pytest.raises(DomainError, match=re.escape(condition)) as refused:
        dv.gradient(loss, shapes[0], shapes=shapes)
    assert "which never holds" in str(refused.value)


@pytest.mark.parametrize(
    ("loss", "shapes"),
    [
        ("log(x - 1000)", "x: scalar"),  # beyond the points that are tried
        ("log(relu(x - 1000))", "x: scalar"),
        ("det(X*K)", "X: n x n, K: n x n skew"),  # holds where n is even
        ("logdet(X'*X)", "X: n x d"),  # holds where n >= d
    ],
)
def test_a_condition_that_may_hold_is_printed(loss, shapes):
    assert dv.gradient(loss, shapes[0], shapes=shapes).conditions


@pytest.mark.parametrize(
    ("loss", "shapes", "expected"),
    [
        ("sum(pinv(X*v'))", "X: n, v: n", ("norm2(X) != 0", "norm2(v) != 0")),
        ("sum(pinv(X*V))", "X: 4 x 2, V: 2 x 5", ("X has full rank", "V has full rank")),
        ("sum(pinv(X))", "X: n x d", ("X is of constant rank nearby",)),
    ],
)
def test_a_thin_product_has_constant_rank_where_its_factors_have_full_rank(loss, shapes, expected):
    answer = dv.gradient(loss, "X", shapes=shapes)
    assert answer.conditions[: len(expected)] == expected
    assert answer.certificate.verdict == "verified"


@pytest.mark.parametrize(
    ("loss", "shapes", "expected"),
    [
        # a whole power smooths a root of what is nowhere negative
        ("mahalanobis(w, a, S)^2", "w: d, a: d, S: d x d spd", ("S is positive definite",)),
        ("mahalanobis(w, a, S)^4", "w: d, a: d, S: d x d spd", ("S is positive definite",)),
        ("sum_i(mahalanobis(x_i, w, S)^2)", f"{ROWS}, S: d x d spd", ("S is positive definite",)),
        ("sum(sqrt(w.^2).^2)", "w: n", ()),
        ("sqrt(w'*w + 1)^2", "w: n", ()),
        ("sqrt(w)^4", "w: scalar", ("w > 0",)),  # which ends where w is 0
        # what holds of every term of a sum says so
        ("sum_i(norm2(x_i - w))", ROWS, ("norm2(row(x, i) - w) != 0 for every i",)),
        ("sum_i(log(x_i'*w))", ROWS, ("row(x, i)'*w > 0 for every i",)),
        (
            "sum_i(nucnorm(x_i*w' + A))",
            f"{ROWS}, A: d x d",
            ("row(x, i)*w' + A has full rank for every i",),
        ),
    ],
)
def test_conditions_on_roots_and_on_terms(loss, shapes, expected):
    answer = dv.gradient(loss, "w", shapes=shapes)
    assert answer.conditions == expected
    assert answer.certificate.verdict == "verified"


def test_powers_of_a_singular_matrix_need_no_inverse():
    shapes = "c: n, X: n x n, m: positive integer"
    answer = dv.gradient("sum((c*c')^(m - 1)*X)", "c", shapes=shapes)
    assert answer.conditions == ("m - 2 >= 0",)
    assert answer.certificate.verdict == "verified"


@pytest.mark.parametrize(
    ("loss", "shapes", "result", "expected"),
    [
        ("max((x + a)^2, x^2 + 2*a*x + a^2)", "x: scalar, a: scalar", "2*(x + a)", ()),
        ("max(x*(a + 1), a*x + x, a)", "x: scalar, a: scalar", "(a + 1)*", ("x*(a + 1) - a != 0",)),
        ("abs((x + a)*(x - a) - x^2 + a^2) + x", "x: scalar, a: scalar", "1 ", ()),
        ("sum(minimum((x + a).^2, x.^2 + 2*a.*x + a.^2))", "x: n, a: n", "2*(x + a)", ()),
        ("norm2((x + a).^2 - x.^2 - 2*a.*x - a.^2) + sum(x)", "x: n, a: n", "ones(n)", ()),
        # what is defined everywhere and is one by its normal form
        ("max(exp(x)*exp(a), exp(x + a))", "x: scalar, a: scalar", "exp(", ()),
        ("max(norm2(x)^2, x'*x)", "x: n", "2*x", ()),
        ("abs(sum(softmax(x)) - 1) + sum(x)", "x: n", "ones(n)", ()),
        # an entry that is one of the bounds, bounds that are one
        ("clip(x, x, a)", "x: scalar, a: scalar", "1 ", ("a - x > 0",)),
        ("clip(b*x, a, b*x)", "x: scalar, a: scalar, b: scalar", "b ", ("b*x - a > 0",)),
        ("clip(a, x, x)", "x: scalar, a: scalar", "1 ", ()),
        ("sum(clip(x, -x, x))", "x: n", "ones(n)", ("x > 0",)),
    ],
)
def test_a_tie_that_is_everywhere_is_no_kink(loss, shapes, result, expected):
    answer = dv.gradient(loss, "x", shapes=shapes)
    assert repr(answer).startswith(result)
    assert answer.conditions == expected
    assert answer.certificate.verdict == "verified"


def test_what_cancels_in_a_quotient_keeps_its_domain():
    assert "x != 0" in dv.gradient("abs(x/x + 1) + x", "x", shapes="x: scalar").conditions


@pytest.mark.parametrize(
    ("loss", "shapes", "words"),
    [
        ("norm2(X - X')", "X: n x n symmetric", "it needs norm2(X - X') != 0, which never holds"),
        ("log(1 - X'*X)", "X: n unit", "it needs 1 - (X'*X) > 0, which never holds"),
        ("log(sum(X) - 1)", "X: n simplex", "it needs sum(X) - 1 > 0, which never holds"),
        ("arcsin(norm2(X)/norm2(X))", "X: n", "which never holds"),
        ("max(norm2(X)/2 + 1, norm2(X)^2/(2*norm2(X)) + 1)", "X: n", "which never holds"),
    ],
)
def test_what_fails_by_facts_or_by_its_form_is_named(loss, shapes, words):
    with pytest.raises(DomainError, match=re.escape(words)):
        dv.gradient(loss, "X", shapes=shapes)


def test_a_norm_and_that_of_the_negative_are_one_condition():
    found = conditions("norm2(x - a)/norm2(a - x) + norm2(a)", "x", "x: n, a: n")
    assert found == ("norm2(x - a) != 0",)


def test_the_cofactors_of_a_singular_form_are_not_differentiated():
    with pytest.raises(NoRuleError, match="is singular by its form"):
        dv.hessian("det(u*v' + w*z')", "u", shapes="u: n, v: n, w: n, z: n")


def test_powers_with_whole_exponents_are_equal_where_they_are_defined():
    assert dv.equal("(-1)^(2*k)", "1", "k: integer")
    assert dv.equal("0^x", "0", "x: positive")
    assert dv.equal("x^(2*k)", "(x^2)^k", "x: scalar, k: integer")
    assert not dv.equal("(-1)^k", "1", "k: integer")


def test_all_ones_matrices_multiply_to_their_inner_size():
    g = dv.gradient("mean(X*W + ones(n)*b')", "b", shapes="X: n x k, W: k x m, b: m")
    assert repr(g) == "1/m*ones(m)    # shape (m,)"
    h = dv.gradient("x'*ones(n, n)*ones(n)", "x", shapes="x: n")
    assert repr(h) == "n*ones(n)    # shape (n,)"


@pytest.mark.parametrize(
    "summand",
    [
        "norm2(row(X, i) - row(X, j))",
        "1/norm2(row(X, i) - row(X, j))^2",
        "abs(sum(row(X, i)) - sum(row(X, j)))",
        "log(sum(row(X, j)) - sum(row(X, i)))",
    ],
)
def test_what_fails_where_two_indices_meet_is_refused(summand):
    with pytest.raises(DomainError, match="fails in the terms with j = i"):
        dv.gradient(f"sum_i(sum_j({summand}))", "X", shapes="X: n x d")


def test_the_way_out_at_the_diagonal_works():
    f = "sum_i(sum_j(sqrt(norm2(row(X, i) - row(X, j))^2 + c)))"
    answer = dv.gradient(f, "X", shapes="X: n x d, c: positive")
    assert answer.certificate.verdict == "verified"
    assert not answer.conditions
