"""Gradients, Hessians and third derivatives of functions of matrices, and their closed forms."""

from __future__ import annotations

import random

import flint
import numpy as np
import pytest
from random_expressions import BITS, STEP, _identity, _mid, is_wrong, random_point, value

import derive as dv
from derive.check.claim import Plan
from derive.check.gradients import GradientOf
from derive.engine.gradient import gradient_trace
from derive.engine.sweep import sweep
from derive.language import expression as ex
from derive.language import functions as fn
from derive.language import matrix_functions as mf
from derive.language.canonical import same
from derive.language.facts import close_facts
from derive.language.sizes import Size
from derive.language.sympy_in import from_sympy


def gradient_of(function, variable):
    """The gradient as the engine leaves it, without facts."""
    return sweep(function, (variable,)).gradients[0]


SHAPES = (
    "A: n x n, B: n x n, C: n x n, S: n x n spd, X: n x m, Y: m x n, U: n x k, V: m x k, "
    "x: n, y: n, u: n positive, t: scalar"
)
# question, variable, answer
GRADIENTS = [
    ("tr(B*expm(A))", "A", "expm_frechet(A', B')"),
    ("tr(expm(A))", "A", "expm(A')"),
    ("tr(expm(A)) + tr(A)", "A", "expm(A') + eye(n)"),
    ("tr(B + 2*expm(A))", "A", "2*expm(A')"),
    ("tr(logm(S))", "S", "inv(S)"),
    ("tr(sqrtm(S))", "S", "1/2*inv(sqrtm(S))"),
    ("tr(sinm(A))", "A", "cosm(A')"),
    ("tr(cosm(A))", "A", "-sinm(A')"),
    ("tr(A*expm(A))", "A", "expm(A')*(eye(n) + A')"),
    ("tr(expm(t*A)*B)", "t", "tr(expm(t*A)*A*B)"),
    ("tr(expm(t*A))", "t", "tr(expm(t*A)*A)"),
    ("logdet(expm(A))", "A", "eye(n)"),
    ("det(expm(A))", "A", "det(expm(A))*eye(n)"),
    ("logdet(expm(A + A'))", "A", "2*eye(n)"),
    ("x'*logm(S)*y", "S", "logm_frechet(S, x*y')"),
    ("norm2(expm(A) - B)^2", "A", "2*expm_frechet(A', expm(A) - B)"),
    ("tr(C*expm_frechet(A, B))", "B", "expm_frechet(A', C')"),
    ("tr(C*expm_frechet(A, B))", "A", "expm_frechet(A', B', C')"),
    ("tr(inv(expm(A))*B)", "A", "-expm_frechet(A', expm(-A')*B'*expm(-A'))"),
    ("norm2(inv(cholesky(S))*y)^2", "S", "-inv(S)*y*y'*inv(S)"),
    ("sum(log(diag(cholesky(S))))", "S", "1/2*inv(S)"),
    ("sum(log(diag(cholesky(A))))", "A", "inv(A + A')"),
    ("2*logdet(cholesky(X*X' + S))", "X", "2*inv(X*X' + S)*X"),
    ("sum(digamma(u))", "u", "trigamma(u)"),
    ("sum(trigamma(u))", "u", "polygamma(2, u)"),
    ("sum(polygamma(4, u))", "u", "polygamma(5, u)"),
    ("tr(B*adj(A))", "A", "tr(B*adj(A))*inv(A)' - inv(A)'*B'*adj(A')"),
    ("tr(pinv(pinv(X))*Y)", "X", None),
    ("tr(Y'*pinv(X))", "X", None),
    ("norm2(y - X*pinv(X)*y)^2", "X", None),
    ("tr(Y'*pinv(U*V'))", "U", None),
    ("tr(B*cholesky(S))", "S", None),
    ("sum(cholesky(S + 2*eye(n)))", "S", None),
    ("sum(mask_strict_lower(n).*(A*A))", "A", None),
    ("tr(sqrtm(A'*S*A + eye(n))*B)", "A", None),
    ("x'*sinm(A*B)*cosm(A)*y", "A", None),
]


@pytest.mark.parametrize(("text", "variable", "answer"), GRADIENTS, ids=lambda v: str(v))
def test_a_gradient_is_verified_and_reads_as_in_a_book(text, variable, answer):
    g = dv.gradient(text, variable, shapes=SHAPES)
    assert g.certificate.verdict == "verified"
    if answer is not None:
        wanted = from_sympy(dv.parse(answer, shapes=SHAPES))
        assert same(from_sympy(g.result), wanted), (g.result, wanted)


@pytest.mark.parametrize("text", ["tr(B*expm(A))", "tr(B*adj(A))", "sum(cosm(A)*B)"])
def test_a_changed_sign_or_a_lost_transpose_is_refuted(text):
    function = from_sympy(dv.parse(text, shapes=SHAPES))
    A = next(s for s in function.symbols if s.name == "A")
    right = gradient_of(function, A)
    for wrong in (-right, right.T, 2 * right):
        assert GradientOf(function, A, wrong).examine(Plan()).verdict == "refuted"
    assert GradientOf(function, A, right).examine(Plan()).verdict == "verified"


# --- derivatives of derivatives -------------------------------------------------------

n, m = Size.named("n"), Size.named("m")
A, B, E, F = (ex.symbol(name, (n, n)) for name in "ABEF")
X, Z, W = ex.symbol("X", (n, m)), ex.symbol("Z", (n, m)), ex.symbol("W", (m, n))
u, v = ex.symbol("u", (n, 1), close_facts(("positive",), "u", (n, 1))), ex.symbol("v", (n, 1))
SMOOTH = {
    "expm": (fn.trace(B @ mf.matrix_map("expm", A)), A, E),
    "expm of a product": (fn.trace(mf.matrix_map("expm", A @ B)), A, E),
    "sinm": (fn.trace(B @ mf.matrix_map("sinm", A)), A, E),
    "cosm": (fn.norm2(mf.matrix_map("cosm", A)) ** 2, A, E),
    "logm": (fn.trace(B @ mf.matrix_map("logm", A)), A, E),
    "sqrtm": (fn.trace(B @ mf.matrix_map("sqrtm", A)), A, E),
    "trace of logm": (fn.trace(mf.matrix_map("logm", A)), A, E),
    "cholesky": (fn.trace(B @ mf.cholesky(A)), A, E),
    "adjugate": (fn.trace(B @ mf.adjugate(A)), A, E),
    "pinv": (fn.trace(W.T @ mf.pseudo_inverse(X)), X, Z),
    "digamma": (fn.total(fn.elementwise("digamma", u)), u, v),
}


def slope_of(node, variable, point, direction, sizes):
    """Central difference of the value of a node."""
    ahead = {**point, variable: _mid(point[variable] + STEP * direction)}
    back = {**point, variable: _mid(point[variable] - STEP * direction)}
    return (value(node, ahead, sizes) - value(node, back, sizes)) / (2 * STEP)


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("order", [2, 3])
def test_higher_derivatives_agree_with_differences_of_the_one_below(name, order):
    """The gradient of <gradient, E> is the Hessian along E, which is symmetric; and so on."""
    function, variable, direction = SMOOTH[name]
    below = gradient_of(function, variable)
    for _ in range(order - 2):
        below = gradient_of(fn.dot(below, direction), variable)
    above = gradient_of(fn.dot(below, direction), variable)
    sizes, rng = {"n": 3, "m": 2}, random.Random(11)
    saved, flint.ctx.prec = flint.ctx.prec, BITS
    try:
        whole = fn.dot(below, direction) + fn.total(direction) + fn.total(variable)
        point = random_point(whole, sizes, rng)
        if variable is A:
            point[A] = point[A] + 3 * _identity(3)
        expected = slope_of(below, variable, point, point[direction], sizes)
        found = value(above, point, sizes)
        for left, right in zip(found.flat, expected.flat, strict=True):
            assert abs(left - right) < flint.arb(10) ** -28 * (1 + abs(right))
    finally:
        flint.ctx.prec = saved


def test_a_derivative_does_not_depend_on_the_order_of_its_directions():
    assert same(mf.frechet("expm", A, E, F), mf.frechet("expm", A, F, E))
    assert same(mf.frechet("expm", A, E, F).T, mf.frechet("expm", A.T, F.T, E.T))
    assert mf.frechet("expm", A, 2 * E, -F) is -2 * mf.frechet("expm", A, E, F)
    assert mf.frechet("expm", A, ex.zero((n, n))) is ex.zero((n, n))


# --- conditions -----------------------------------------------------------------------


def conditions(text, variable):
    function = from_sympy(dv.parse(text, shapes=SHAPES))
    moving = next(s for s in function.symbols if s.name == variable)
    return [str(c.right) for c in gradient_trace(function, (moving,)).conditions]


def test_conditions_are_stated_and_discharged_by_facts():
    off = "without eigenvalues on the closed negative real axis"
    assert conditions("tr(logm(A))", "A") == [off]
    assert conditions("tr(B*sqrtm(A + B))", "A") == [off]
    assert conditions("tr(B*sqrtm(S))", "S") == []
    assert conditions("tr(B*logm(X*X' + eye(n)))", "X") == []
    assert conditions("tr(B*expm(A)) + tr(sinm(A)*B) + logdet(expm(A))", "A") == []
    assert conditions("tr(B*inv(expm(A)))", "A") == []
    assert conditions("tr(B*cholesky(A))", "A") == ["positive definite"]
    assert conditions("tr(B*cholesky(S))", "S") == []
    assert conditions("tr(Y'*pinv(X))", "X") == ["of constant rank nearby"]
    assert conditions("tr(B*adj(A))", "A") == ["0"]


def test_a_page_says_what_its_signs_mean_once():
    page = str(dv.gradient("tr(B*logm(A)) + tr(C*logm(A))", "A", shapes=SHAPES))
    assert page.count("is the principal matrix logarithm") == 1
    assert page.count("is the Frechet derivative of the principal matrix logarithm") == 1
    assert "e^A is" not in str(dv.gradient("tr(B*expm(A))", "A", shapes=SHAPES))


# --- rank -----------------------------------------------------------------------------


@pytest.mark.parametrize("sizes", [{"n": 4, "m": 3, "k": 2}, {"n": 3, "m": 5, "k": 1}], ids=str)
def test_the_pseudo_inverse_of_a_product_of_lower_rank(sizes):
    function = from_sympy(dv.parse("tr(Y'*pinv(U*V'))", shapes=SHAPES))
    moving = next(s for s in function.symbols if s.name == "V")
    gradient = gradient_of(function, moving)
    assert is_wrong(function, moving, gradient, sizes, random.Random(5)) is False
    assert is_wrong(function, moving, -gradient, sizes, random.Random(5)) is True


# --- compiled -------------------------------------------------------------------------


def test_compiled_results_are_real_and_refuse_the_cut():
    f = dv.function(dv.parse("logm(A)", shapes=SHAPES))
    rotation = np.array([[0.0, -1.0], [1.0, 0.0]])
    np.testing.assert_allclose(f(rotation), np.pi / 2 * rotation, atol=1e-14)
    assert f(rotation).dtype == np.float64
    for matrix in (np.diag([1.0, -1.0]), np.diag([1.0, 0.0])):
        with pytest.raises(dv.DomainError, match="negative real axis"):
            f(matrix)


def test_a_root_is_shared_with_its_derivative():
    root, slope = dv.sqrtm(SYMBOLS.S), dv.frechet("sqrtm", SYMBOLS.S, SYMBOLS.B)
    source = dv.function([root, slope]).source
    assert source.rpartition("def f")[2].count("matrix_sqrt(") == 1


SYMBOLS = dv.declare(SHAPES)
