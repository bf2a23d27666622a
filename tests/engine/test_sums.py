"""Gradients of sums over rows and of named powers: textbook answers, and no wrong ones."""

from __future__ import annotations

import numpy as np
import pytest

import derive as dv
from derive.engine.normal import tidy
from derive.errors import NoRuleError
from derive.language import expression as ex
from derive.language import functions as fn
from derive.language.canonical import same
from derive.language.exponents import symbolic_power
from derive.language.facts import close_facts
from derive.language.indices import entry, index, row, sum_over, unit
from derive.language.sizes import Size
from derive.rules import sums
from derive.rules.differentials import DIFFERENTIALS
from derive.rules.rule import Rule

FAMILY = "x_i: d, y_i: scalar, i: 1..n, w: d, mu: d, S: d x d spd"
POWER = "X: n x n, A: n x n, a: n, b: n, k: positive integer, m: nonnegative integer"

ANSWERS = [
    # loss, variable, shapes, result
    ("sum_i((x_i - mu)'*inv(S)*(x_i - mu))/2", "mu", FAMILY, "-S^-1 (sum_i x_i - n mu)"),
    ("sum_i(x_i'*w - y_i)", "w", FAMILY, "sum_i x_i"),
    ("sum_i((x_i'*w - y_i)^2)/2", "w", FAMILY, "sum_i (x_i' w - y_i) x_i"),
    ("sum_i(norm2(x_i - mu)^2)/2", "x", FAMILY, "x - ones(n) mu'"),
    ("sum_i(exp(y_i))", "y", FAMILY, "exp(y)"),
    ("sum_i(norm2(mu))", "mu", FAMILY, "n mu/||mu||"),
    ("sum_{i,j}(x_i'*x_j)", "x", f"{FAMILY}, j: 1..n", "2 ones(n) sum_j x_j'"),
    ("sum_{i,j}(A[i,j]*y[i]*y[j])", "y", "A: n x n, y: n", "(A + A')y"),
    ("tr(X^k)", "X", POWER, "k(X^(k - 1))'"),
    ("tr(A*X^k)", "X", POWER, "sum_{i=0}^{k - 1} (X^i)' A'(X^(k - 1 - i))'"),
    ("logdet(X^k)", "X", POWER, "k X^-T"),
    ("tr(X^m*X^2*A) + norm2(X^m*a)^2", "a", POWER, "2(X^m)' X^m a"),
]


@pytest.mark.parametrize(("loss", "variable", "shapes", "answer"), ANSWERS)
def test_the_answer_is_that_of_a_textbook(loss, variable, shapes, answer):
    gradient = dv.gradient(loss, variable, shapes=shapes)
    assert gradient.certificate.verdict == "verified"
    result = gradient.text(detail="result", unicode=False).splitlines()[0]
    assert result.removeprefix("grad f = ") == answer


n, d = Size.named("n"), Size.named("d")
X, y, w, A = (
    ex.symbol(name, shape)
    for name, shape in (("X", (n, d)), ("y", (n, 1)), ("w", (d, 1)), ("A", (d, d)))
)
k = ex.symbol("k", (1, 1), close_facts(("integer",), "k", (1, 1)))
i = index("i", n)
x = row(X, i)

NORMAL_FORMS = [
    (sum_over(w.T @ x, i), w.T @ sum_over(x, i)),
    (sum_over(x - w, i), sum_over(x, i) - ex.size_node(n) * w),
    (sum_over(A @ x @ x.T @ A.T, i), A @ sum_over(x @ x.T, i) @ A.T),
    (sum_over(x @ x.T, i), sum_over(x @ x.T, i)),  # rows stay rows
    (sum_over(unit(i), i), ex.ones(n)),
    (sum_over(unit(i) @ unit(i).T, i), ex.eye(n)),
    (sum_over(unit(i) @ x.T, i), X),
    (sum_over(unit(i) * fn.elementwise("exp", entry(y, i)), i), fn.elementwise("exp", y)),
    (symbolic_power(A, k) @ A, symbolic_power(A, k + 1)),
    (ex.inverse(A) @ symbolic_power(A, k), symbolic_power(A, k - 1)),
    (symbolic_power(A, k) @ symbolic_power(A, -k), ex.eye(d)),
    (ex.inverse(ex.power(A, k)), ex.power(A, -k)),
    (fn.determinant(ex.power(A, k)), fn.determinant(A) ** k),
]


@pytest.mark.parametrize(("before", "after"), NORMAL_FORMS, ids=lambda node: repr(node)[:40])
def test_the_normal_form(before, after):
    assert same(tidy(before), after)


@pytest.mark.parametrize("exponent", ["k", "k - 1", "2*k"])
def test_an_exponent_of_unknown_sign_is_refused_with_a_way_out(exponent):
    with pytest.raises(NoRuleError, match="declare the exponent a positive"):
        dv.gradient(f"tr(X^({exponent}))", "X", shapes="X: n x n, k: integer")


def test_a_whole_exponent_is_no_variable():
    with pytest.raises(NoRuleError, match="no differential in its whole exponent"):
        dv.gradient("tr(X^k)", "k", shapes="X: n x n, k: positive integer")


@pytest.mark.parametrize("power", ["X^-k", "inv(X)^k", "inv(X^k)"])
def test_three_ways_to_write_a_negative_power_have_one_gradient(power):
    gradient = dv.gradient(f"tr({power}*A)", "X", shapes=POWER)
    assert gradient.certificate.verdict == "verified"
    assert gradient.conditions
    X, A = np.array([[2.0, 1.0], [0.5, 3.0]]), np.array([[1.0, -2.0], [4.0, 0.5]])
    found = gradient.function()(X=X, A=A, k=3.0)
    B = np.linalg.inv(X)
    terms = (
        np.linalg.matrix_power(B, 1 + p) @ A @ np.linalg.matrix_power(B, 3 - p) for p in range(3)
    )
    np.testing.assert_allclose(found, -sum(terms).T)


def test_a_wrong_power_rule_is_refuted(monkeypatch):
    """The certificate knows powers by block matrices, and does not share the rule."""
    rule = next(rule for rule in sums.SUMS if rule.op == "matpow")

    def wrong(e, args, dargs):
        return symbolic_power(args[0], args[1] - 1) @ dargs[0] + dargs[0]

    broken = Rule(rule.name, rule.op, rule.statement, wrong)
    table = tuple(broken if row is rule else row for row in sums.SUMS)
    monkeypatch.setattr("derive.engine.sweep.DIFFERENTIALS", (*table, *DIFFERENTIALS))
    with pytest.raises(dv.RefutedError):
        dv.gradient("a'*X^k*b", "X", shapes=POWER)


def test_what_depends_on_an_index_gets_no_name_and_no_shared_decomposition():
    """An eigenvector of each term is another one; so are its singular vectors."""
    shapes = "x_i: d, y_i: scalar, i: 1..n, A: d x d, w: d, S: d x d symmetric"
    loss = "sum_i(lambda_max(S + x_i*x_i'))"
    gradient = dv.gradient(loss, "S", shapes=shapes)
    assert gradient.certificate.verdict == "verified"
    assert "eigvec_max(S + x_i x_i')" in gradient.text(detail="result", unicode=False)
    gradient = dv.gradient("sum_i(y_i*specnorm(y_i*A + w*w'))", "A", shapes=shapes)
    assert gradient.certificate.verdict == "verified"
