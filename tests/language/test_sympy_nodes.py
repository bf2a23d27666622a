"""Arithmetic on declared symbols: what a user expects, though SymPy does otherwise."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
import sympy
from sympy import Expr, ImmutableDenseMatrix, MatrixExpr, MatrixSymbol, Symbol, latex, pretty, srepr

import derive as f
from derive.errors import ArgumentError, NoRuleError, ShapeError
from derive.language.symbols import dims, matrix, scalar, vector

n, d = dims("n d")
X, w, y = matrix("X", n, d), vector("w", d), vector("y", n)
S, lam = matrix("S", d, d, spd=True), scalar("lam", positive=True)
r = X * w - y

SCALARS = {
    "w.T*w + lam": w.T * w + lam,
    "lam + w.T*w": lam + w.T * w,
    "(r.T*r)/2 + lam": (r.T * r) / 2 + lam,
    "w.T*S*w": w.T * S * w,
    "w.T*(S*w)": w.T * (S * w),
    "1 - w.T*w": 1 - w.T * w,
    "(w.T*w)**2": (w.T * w) ** 2,
    "sqrt(w.T*w)": sympy.sqrt(w.T * w),
    "exp(-w.T*S*w/2)": sympy.exp(-w.T * S * w / 2),
    "lam/(w.T*w)": lam / (w.T * w),
    "(w.T*w)[0, 0]": (w.T * w)[0, 0],
    "(w.T*w).T": (w.T * w).T,
    "norm(r)**2/2 + lam*norm(w)**2/2": f.norm(r) ** 2 / 2 + lam * f.norm(w) ** 2 / 2,
    "norm(w, 1)": f.norm(w, 1),
    "trace(S)": f.trace(S),
    "det(S)": f.det(S),
    "logdet(S)": f.logdet(S),
    "total(r)": f.total(r),
    "mean(y)": f.mean(y),
    "logsumexp(w)": f.logsumexp(w),
    "sigmoid(w.T*w)": f.sigmoid(w.T * w),
    "softplus": f.softplus(lam),
    "relu": f.relu(lam - 1),
    "step": f.step(lam - 1),
    "normpdf": f.normpdf(lam - 1),
    "normcdf": f.normcdf(lam - 1),
    "lognormcdf": f.lognormcdf(lam - 1),
    "closed_step": f.closed_step(lam - 1),
}
MATRICES = {
    "X*w - y": (r, (n, 1)),
    "X@w": (X @ w, (n, 1)),
    "X.T": (X.T, (d, n)),
    "lam*w": (lam * w, (d, 1)),
    "w*lam": (w * lam, (d, 1)),
    "2*w": (2 * w, (d, 1)),
    "w/lam": (w / lam, (d, 1)),
    "w/(w.T*w)": (w / (w.T * w), (d, 1)),
    "S*(w.T*w)": (S * (w.T * w), (d, d)),
    "w*w.T*w": (w * w.T * w, (d, 1)),
    "S**-1": (S**-1, (d, d)),
    "S.inv()": (S.inv(), (d, d)),
    "S.I*w": (S.I * w, (d, 1)),
    "S**2": (S**2, (d, d)),
    "S**-3": (S**-3, (d, d)),
    "(S + S.T).T": ((S + S.T).T, (d, d)),
    "X.T*X + lam*eye(d)": (X.T * X + lam * f.eye(d), (d, d)),
    "-w": (-w, (d, 1)),
    "0 + w": (sum([w, w]), (d, 1)),
    "hadamard(y, r)": (f.hadamard(y, r), (n, 1)),
    "hadamard_power(w, 3)": (f.hadamard_power(w, 3), (d, 1)),
    "hadamard_quotient": (f.hadamard_quotient(y, r), (n, 1)),
    "sqrt(w)": (f.sqrt(w), (d, 1)),
    "exp(r)": (f.exp(r), (n, 1)),
    "diag(w)": (f.diag(w), (d, d)),
    "diag(S)": (f.diag(S), (d, 1)),
    "softmax(w)": (f.softmax(w), (d, 1)),
    "rowsoftmax(X)": (f.rowsoftmax(X), (n, d)),
    "logsumexp_rows(X)": (f.logsumexp_rows(X), (n, 1)),
    "expm(S)": (f.expm(S), (d, d)),
    "logm(S)": (f.logm(S), (d, d)),
    "frechet('expm', S, X.T*X)": (f.frechet("expm", S, X.T * X), (d, d)),
    "cholesky(S)": (f.cholesky(S), (d, d)),
    "adjugate(S)": (f.adjugate(S), (d, d)),
    "pinv(X)": (f.pinv(X), (d, n)),
    "polygamma(2, w)": (f.polygamma(2, w), (d, 1)),
    "mask('lower', n, d)": (f.mask("lower", n, d), (n, d)),
    "outer(y, w)": (f.outer(y, w), (n, d)),
    "ones(n)": (f.ones(n), (n, 1)),
    "zeros(n, d)": (f.zeros(n, d), (n, d)),
}
OBJECTS = [*SCALARS.values(), *(expr for expr, _ in MATRICES.values())]
NAMES = [*SCALARS, *MATRICES]


@pytest.mark.parametrize("name", SCALARS)
def test_a_product_that_is_one_by_one_is_a_scalar(name):
    expr = SCALARS[name]
    assert isinstance(expr, Expr) and not isinstance(expr, MatrixExpr)
    assert expr.is_commutative
    assert (expr + lam - lam) == expr


@pytest.mark.parametrize("name", MATRICES)
def test_a_matrix_has_its_shape(name):
    expr, shape = MATRICES[name]
    assert isinstance(expr, MatrixExpr)
    assert expr.shape == shape


@pytest.mark.parametrize("expr", OBJECTS, ids=NAMES)
def test_every_object_rebuilds_hashes_pickles_and_prints(expr):
    assert expr.func(*expr.args) == expr
    assert hash(expr.func(*expr.args)) == hash(expr)
    assert pickle.loads(pickle.dumps(expr)) == expr  # noqa: S301 - our own bytes
    for printed in (str(expr), latex(expr), srepr(expr), pretty(expr)):
        assert printed


@pytest.mark.parametrize("expr", OBJECTS, ids=NAMES)
def test_what_is_printed_can_be_typed_again(expr):
    names = {name: thing for name, thing in vars(f).items() if not name.startswith("_")}
    names |= {"n": n, "d": d, "X": X, "w": w, "y": y, "S": S, "lam": lam}
    typed = eval(str(expr), {"__builtins__": {}}, names)  # noqa: S307 - our own text
    assert sympy.nsimplify(typed) == expr if expr.is_scalar else typed.shape == expr.shape


@pytest.mark.parametrize("expr", OBJECTS, ids=NAMES)
def test_sympy_may_work_on_every_object(expr):
    assert expr.free_symbols
    assert expr.subs(lam, 2) is not None
    assert expr.doit() == expr or isinstance(expr.doit(), Expr)
    assert expr.expand() is not None
    assert sympy.simplify(expr) is not None
    assert expr.xreplace({w: vector("v", d)}).has(w) is False


def test_products_with_plain_sympy_objects_are_scalars_too():
    A, b = MatrixSymbol("A", n, d), MatrixSymbol("b", d, 1)
    assert isinstance(w.T * b + Symbol("c"), sympy.Add)
    assert (A * w).shape == (n, 1)
    assert not isinstance((A * w).T * (A * w), MatrixExpr)
    assert isinstance(b.T * w + 1, sympy.Add)


def test_operators_keep_sides_when_the_left_operand_is_of_sympy():
    b, A = MatrixSymbol("b", d, 1), MatrixSymbol("A", d, d)
    assert (b - w).args == (b, -w)
    assert (b + w).args == (b, w)
    assert (A * w).args == (A, w)
    assert (A @ w).args == (A, w)
    assert str(w - b) == "w - b"
    assert 0 - w == -w
    assert (ImmutableDenseMatrix([1, 2]) - vector("u", 2)).args[1] == -vector("u", 2)


def test_sums_and_products_keep_their_order():
    a, b, c = (vector(name, d) for name in "abc")
    assert (c - a + b).args == (c, -a, b)
    assert str(c - a + b) == "c - a + b"
    assert str(lam * f.eye(d) + X.T * X) == "lam*eye(d) + X.T*X"


def test_a_transpose_goes_into_products_and_stays_on_sums():
    assert (X * w).T == w.T * X.T
    assert r.T.args == (r,)
    assert r == r.T.T


@pytest.mark.parametrize(
    ("build", "first", "second"),
    [
        (lambda: X * y, "n x d", "shape n"),
        (lambda: X + w, "shape d", "n x d"),
        (lambda: X + S, "d x d", "n x d"),
        (lambda: w + lam, "lam of shape scalar", "shape d"),
        (lambda: lam + X, "X of shape n x d", "scalar"),
        (lambda: y / w, "shape n", "shape d"),
        (lambda: 1 / S, "scalar", "d x d"),
        (lambda: 2**S, "exponent", "d x d"),
        (lambda: X**2, "n rows", "d columns"),
        (lambda: X.inv(), "n rows", "d columns"),
        (lambda: f.hadamard(y, w), "shape n", "shape d"),
        (lambda: f.dot(y, w), "shape n", "shape d"),
        (lambda: f.trace(X), "square", "n x d"),
        (lambda: f.det(X), "square", "n x d"),
        (lambda: f.logdet(X), "square", "n x d"),
        (lambda: f.inv(w), "square", "shape d"),
        (lambda: f.diag(X), "square", "n x d"),
        (lambda: f.softmax(X), "vector", "n x d"),
        (lambda: f.logsumexp(X), "vector", "n x d"),
        (lambda: f.outer(X, w), "vector", "n x d"),
        (lambda: f.hadamard_power(w, w), "exponent", "shape d"),
    ],
)
def test_wrong_shapes_are_refused_when_the_expression_is_built(build, first, second):
    with pytest.raises(ShapeError) as error:
        build()
    assert first in str(error.value)
    assert second in str(error.value)


def test_a_remedy_is_offered_for_a_scalar_beside_a_vector():
    with pytest.raises(ShapeError, match=r"ones\(d\)"):
        w + 1


def test_a_matrix_power_needs_a_whole_exponent():
    with pytest.raises(NoRuleError, match="whole exponent"):
        S**lam


@pytest.mark.parametrize("bad", ["w", np.ones(3), True, None, object(), sympy.true])
def test_texts_arrays_and_truth_values_are_no_operands(bad):
    with pytest.raises(TypeError):
        f.norm(bad)
    with pytest.raises(TypeError):
        w * bad
    with pytest.raises(TypeError):
        bad + w


def test_a_text_is_pointed_to_parse():
    with pytest.raises(ArgumentError, match="parse"):
        f.exp("x")


@pytest.mark.parametrize("expr", OBJECTS, ids=NAMES)
def test_sympy_never_differentiates_in_a_declared_matrix(expr):
    for variable in (w, X, S):
        with pytest.raises(NoRuleError, match="gradient"):
            sympy.diff(expr, variable)


@pytest.mark.parametrize(
    "node", [f.norm(lam * w), f.trace(lam * S), f.exp(lam * w), lam * w, f.logsumexp(lam * w)]
)
def test_a_node_that_holds_a_scalar_is_never_taken_for_a_constant_in_it(node):
    with pytest.raises(NoRuleError, match="gradient"):
        sympy.diff(node, lam)


def test_sympy_may_differentiate_around_a_node_in_a_scalar():
    assert sympy.diff(lam**2 * f.norm(w), lam) == 2 * lam * f.norm(w)
    assert sympy.diff((lam * w).T * w, lam) == w.T * w


def test_scalar_functions_have_their_derivatives():
    x = Symbol("x")
    for function in (f.sigmoid, f.softplus):
        expr = function(x)
        slope = expr.diff(x).subs(x, 0.3).evalf()
        ahead, behind = (expr.subs(x, 0.3 + h).evalf() for h in (1e-6, -1e-6))
        assert slope == pytest.approx((ahead - behind) / 2e-6, rel=1e-8)
    assert f.relu(x).diff(x) == f.step(x)
    with pytest.raises(NoRuleError):
        f.step(x).diff(x)


def test_numbers_are_worked_out_for_explicit_matrices():
    u, v = ImmutableDenseMatrix([3, -4]), ImmutableDenseMatrix([1, 2])
    A = ImmutableDenseMatrix([[2, 1], [1, 3]])
    assert f.norm(u).doit() == 5
    assert f.norm(u, 1).doit() == 7
    assert f.dot(u, v).doit() == -5
    assert f.trace(A).doit() == 5
    assert f.det(A).doit() == 5
    assert f.logdet(A).doit() == sympy.log(5)
    assert f.total(A).doit() == 7
    assert f.mean(A).doit() == sympy.Rational(7, 4)
    assert f.logsumexp(v).doit() == sympy.log(sympy.E + sympy.exp(2))
    assert f.inv(A).doit() == A.inv()
    assert f.diag(u).doit() == ImmutableDenseMatrix([[3, 0], [0, -4]])
    assert f.diag(A).doit() == ImmutableDenseMatrix([2, 3])
    assert f.hadamard(u, v).doit() == ImmutableDenseMatrix([3, -8])
    assert f.hadamard_power(v, 2).doit() == ImmutableDenseMatrix([1, 4])
    assert f.abs(u).doit() == ImmutableDenseMatrix([3, 4])
    assert f.relu(u).doit() == ImmutableDenseMatrix([3, 0])
    assert f.step(u).doit() == ImmutableDenseMatrix([1, 0])
    assert sum(f.softmax(v).doit()).simplify() == 1
    assert (f.rowsoftmax(A).doit() * ImmutableDenseMatrix([1, 1])).applyfunc(
        sympy.simplify
    ) == ImmutableDenseMatrix([1, 1])
    assert f.logsumexp_rows(A).doit()[0].evalf() == pytest.approx(np.logaddexp(2, 1))


def test_functions_of_explicit_matrices_are_worked_out():
    D, E = sympy.diag(4, 9), ImmutableDenseMatrix([[0, 1], [0, 0]])
    half = sympy.Rational(1, 2)
    assert f.expm(E).doit() == ImmutableDenseMatrix([[1, 1], [0, 1]])
    assert f.logm(D).doit() == sympy.diag(2 * sympy.log(2), 2 * sympy.log(3))
    assert f.sqrtm(D).doit() == sympy.diag(2, 3)
    assert (f.sinm(D).doit() - sympy.diag(sympy.sin(4), sympy.sin(9))).applyfunc(
        lambda x: sympy.simplify(x.rewrite(sympy.cos))
    ) == sympy.zeros(2, 2)
    assert f.frechet("sqrtm", D, E).doit() == E / 5
    assert f.cholesky(sympy.Matrix([[4, 2], [2, 5]])).doit() == sympy.Matrix([[2, 0], [1, 2]])
    assert f.adjugate(D).doit() == sympy.diag(9, 4)
    assert f.pinv(sympy.Matrix([3, 4])).doit() == sympy.Matrix([[3, 4]]) / 25
    assert f.mask("lower_half", 2, 2).doit() == ImmutableDenseMatrix([[half, 0], [1, half]])
    assert f.polygamma(2, sympy.Matrix([1, 2])).doit()[0] == sympy.polygamma(2, 1)
    assert f.expm(3) == sympy.exp(3) and f.adjugate(7) == 1 and f.pinv(4) == half / 2
    with pytest.raises(ArgumentError, match="no matrix function is called"):
        f.frechet("tanm", D, E)
    with pytest.raises(ShapeError, match="directions of the shape"):
        f.frechet("expm", D, sympy.eye(3))


def test_symbols_can_be_replaced_by_numbers():
    u = vector("u", 2)
    assert (u.T * u).subs(u, ImmutableDenseMatrix([3, 4])).doit() == 25
    assert (2 * u - u).subs(u, ImmutableDenseMatrix([3, 4])).doit() == ImmutableDenseMatrix([3, 4])
    assert f.norm(u).subs(u, ImmutableDenseMatrix([3, 4])).doit() == 5


def test_functions_of_a_scalar_are_what_they_say():
    x = scalar("x")
    assert f.norm(x) == f.norm(x, 1) == sympy.Abs(x)
    assert f.trace(x) == f.det(x) == f.total(x) == f.mean(x) == f.diag(x) == f.logsumexp(x) == x
    assert f.logdet(x) == sympy.log(x)
    assert f.inv(x) == 1 / x
    assert f.softmax(x) == f.eye(1) == f.ones(1) == 1
    assert f.zeros(1) == 0
    assert f.hadamard(x, 2) == 2 * x
    assert f.dot(x, x) == x**2
    with pytest.raises(ArgumentError, match="ord"):
        f.norm(w, 3)
