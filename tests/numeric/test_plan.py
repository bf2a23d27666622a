"""What the generated text does: order of products, factors, sharing, no inverse, readable."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest

from derive.errors import DomainError
from derive.language import expression as ex
from derive.language import functions as fn
from derive.language.facts import close_facts
from derive.language.sizes import Size
from derive.numeric import compile_function

N, D, K = (Size.named(name) for name in "ndk")
HALF = Fraction(1, 2)


def symbol(name, shape=(1, 1), *facts):
    return ex.symbol(name, shape, close_facts(facts, name, shape))


lam = symbol("lam", (1, 1), "positive")
u, v, w, x, y = (
    symbol("u", (N, 1)),
    symbol("v", (N, 1)),
    symbol("w", (D, 1)),
    symbol("x", (D, 1)),
    symbol("y", (N, 1)),
)
X, A, B, C = symbol("X", (N, D)), symbol("A", (D, D)), symbol("B", (D, D)), symbol("C", (D, K))
S, G = symbol("S", (D, D), "spd"), symbol("G", (N, N), "psd")
Q, Y, W = symbol("Q", (D, D), "orthogonal"), symbol("Y", (N, K)), symbol("W", (D, K))


def body(*nodes, **options):
    """The lines of the function after its docstring."""
    symbols = sorted(set().union(*(node.symbols for node in nodes)), key=lambda s: s.name)
    outputs = [(f"out{k}", node) for k, node in enumerate(nodes)]
    text = compile_function(outputs, symbols, **options).source
    function = text[text.index("def f(") :]
    return [line.strip() for line in function.split('"""')[2].strip().splitlines()]


ONE_LINE = {
    "ridge gradient": (X.T @ (X @ w - y) + lam * w, "X.T.dot(X.dot(w) - y) + lam * w"),
    "vector first": (X.T @ X @ w, "X.T.dot(X.dot(w))"),
    "diagonal as a vector": (X.T @ fn.diag(v) @ X, "X.T @ (v[:, None] * X)"),
    "diagonal and vector": (X.T @ fn.diag(v) @ X @ w, "X.T.dot(v * X.dot(w))"),
    "trace of a product": (fn.trace(A @ B), "np.vdot(A, B.T)"),
    "trace of a square": (fn.trace(X.T @ X), "np.vdot(X, X)"),
    "trace of an outer product": (fn.trace(w @ x.T @ A), "w.dot(A.T.dot(x))"),
    "diagonal of a product": (
        fn.diagonal_vector(X @ A @ X.T),
        'np.einsum("ij,ij->i", X, X @ A.T)',
    ),
    "sums by ones": (ex.ones(1, N) @ X @ ex.ones(D), "X.sum()"),
    "column sums": (X.T @ ex.ones(N), "X.sum(axis=0)"),
    "ones are not filled in": (X - v @ ex.ones(1, D), "X - v[:, None]"),
    "squared norm": (fn.norm2(w) ** 2, "w.dot(w)"),
    "scalars on the smaller side": (lam * u @ w.T, "u[:, None] * (lam * w)"),
    "scalars gathered": (2 * lam * w / 3, "2 / 3 * lam * w"),
    "cube": (ex.elementwise_power(w, ex.number(3)), "w ** 2 * w"),
    "reciprocal": (ex.elementwise_power(w, ex.number(-1)), "1 / w"),
    "solve": (ex.inverse(A) @ w, "checked_solve(A, w)"),
    "solve from the right": (x.T @ ex.inverse(A) @ w, "x.dot(checked_solve(A, w))"),
    "orthogonal": (ex.inverse(Q) @ w, "Q.T.dot(w)"),
    "power times a vector": (ex.matrix_power(A, 2) @ w, "A.dot(A.dot(w))"),
    "identity on the diagonal": (A + lam * ex.eye(D), "add_diagonal(A, lam)"),
    "diagonal matrix": (fn.diag(w) + ex.eye(D), "np.diag(w + 1)"),
    "sign in front": (-HALF * w + x, "x - 0.5 * w"),
}


@pytest.mark.parametrize(("node", "text"), ONE_LINE.values(), ids=ONE_LINE.keys())
def test_one_line_as_an_expert_writes_it(node, text):
    assert body(node)[-1] == f"return {text}"


def test_value_and_gradient_share_the_residual():
    residual = X @ w - y
    assert body(HALF * fn.norm2(residual) ** 2, X.T @ residual) == [
        "r = X.dot(w) - y",
        "out0 = 0.5 * r.dot(r)",
        "out1 = X.T.dot(r)",
        "return out0, out1",
    ]


def test_a_product_that_two_results_need_is_made_once():
    scores = fn.elementwise("sigmoid", X @ w)
    lines = body(y.T @ X @ w, X.T @ scores, X.T @ fn.diag(scores) @ X)
    assert sum("X.dot(w)" in line for line in lines) == 1
    assert sum("expit" in line for line in lines) == 1


def test_the_product_of_a_matrix_and_its_transpose_makes_the_factor_once():
    assert body(X @ C @ C.T @ X.T) == ["M = X @ C", "return M @ M.T"]


def test_one_cholesky_serves_logdet_solve_and_inverse():
    r = x - w
    value = -HALF * fn.logdet(S) - HALF * (r.T @ ex.inverse(S) @ r)
    gradient = -HALF * ex.inverse(S) + HALF * (ex.inverse(S) @ r @ r.T @ ex.inverse(S))
    assert body(value, gradient) == [
        "chol_S = cholesky(S)",
        "r = x - w",
        "p = cholesky_solve(chol_S, r)",
        "out0 = -0.5 * cholesky_logdet(chol_S) - 0.5 * r.dot(p)",
        "out1 = (0.5 * p)[:, None] * p - 0.5 * cholesky_inverse(chol_S)",
        "return out0, out1",
    ]


def test_one_lu_serves_several_solves_and_a_transposed_one():
    lines = body(ex.inverse(A) @ w + ex.inverse(A.T) @ w)
    assert lines == [
        "lu_A = lu_factor(A)",
        "return lu_solve(lu_A, w) + lu_solve(lu_A, w, transposed=True)",
    ]


PROVABLE = {
    "psd plus a positive multiple of the identity": G + lam * ex.eye(N),
    "gram plus ridge": X @ X.T + lam * ex.eye(N),
    "gram in spd plus positive diagonal": X @ S @ X.T + fn.diag(fn.elementwise("exp", u)),
    "inverse of spd": X @ ex.inverse(S) @ X.T + ex.eye(N),
}
UNPROVABLE = {
    "unknown sign": X @ X.T + symbol("c") * ex.eye(N),
    "gram alone": X @ X.T,
    "psd alone": G,
    "difference": G - lam * ex.eye(N),
}


@pytest.mark.parametrize("matrix", PROVABLE.values(), ids=PROVABLE.keys())
def test_cholesky_where_it_is_provable(matrix):
    assert any("= cholesky(" in line for line in body(ex.inverse(matrix) @ u))


@pytest.mark.parametrize("matrix", UNPROVABLE.values(), ids=UNPROVABLE.keys())
def test_lu_where_it_is_not(matrix):
    lines = body(ex.inverse(matrix) @ u)
    assert not any("cholesky" in line for line in lines)
    assert any("checked_solve" in line for line in lines)


def test_no_inverse_is_written_out_where_a_solve_will_do():
    nodes = [
        ex.inverse(A) @ B @ ex.inverse(A),
        fn.trace(ex.inverse(S) @ B),
        X @ ex.inverse(X.T @ X + lam * ex.eye(D)) @ X.T,
        ex.inverse(A) @ ex.inverse(B) @ w,
    ]
    for node in nodes:
        assert not any("inv(" in line or "inverse" in line for line in body(node))


def test_typical_sizes_decide_the_order():
    node = A @ C @ W.T
    wide = body(node, typical_sizes={"d": 10, "k": 1000})
    thin = body(node, typical_sizes={"d": 1000, "k": 10})
    assert wide == ["return A @ (C @ W.T)"]
    assert thin == ["return A @ C @ W.T"]


def test_cross_entropy_never_fills_in_ones():
    loss = -1 * fn.trace(Y.T @ fn.elementwise("log", fn.rowsoftmax(X @ W))) / ex.size_node(N)
    text = "\n".join(body(loss, X.T @ (fn.rowsoftmax(X @ W) - Y) / ex.size_node(N)))
    assert text.count("np.exp") == 1
    assert "ones" not in text


def test_a_size_is_read_off_the_first_argument_that_has_it():
    assert body(ex.size_node(N) * w, X @ w)[0] == "n = X.shape[0]"
    z = symbol("z", (2 * N + 1, 1))
    assert body(ex.size_node(N) * z)[0] == "n = (z.shape[0] - 1) // 2"
    assert compile_function([("f", ex.size_node(N) * z)], [z])(np.ones(7)).tolist() == [3.0] * 7


def test_a_number_too_small_for_floats_is_refused():
    with pytest.raises(DomainError, match="too small"):
        compile_function([("f", w / ex.number(10**400))], [w])


def test_a_number_whose_reciprocal_is_too_large_for_floats_is_kept():
    f = compile_function([("f", w / ex.number(10**310))], [w])
    np.testing.assert_allclose(f([1e300]), [1e-10])


def test_a_number_too_large_for_floats_is_refused():
    with pytest.raises(DomainError, match="too large"):
        compile_function([("f", ex.number(10**400) * w)], [w])


def test_lines_are_short_and_every_temporary_is_used():
    long = fn.total(
        fn.hadamard(
            fn.elementwise("sin", X @ A @ B),
            fn.elementwise("cos", X @ B @ A) + fn.elementwise("exp", X @ (A + B)),
            fn.elementwise("tanh", fn.elementwise("sin", X) - fn.elementwise("cos", X)),
        )
    )
    lines = body(long / (1 + fn.norm2(X @ A) ** 2) + lam * w.T @ A @ w * fn.norm1(x))
    assert max(map(len, lines)) <= 92
    text = "\n".join(lines)
    for line in lines[:-1]:
        name = line.split(" = ")[0]
        assert text.count(name) > 1


def test_deep_and_long_expressions_compile():
    deep = w
    for _ in range(600):
        deep = fn.elementwise("sin", deep) + x
    expected = np.ones(2)
    for _ in range(600):
        expected = np.sin(expected) + 2.0
    found = compile_function([("f", deep)], [w, x])(np.ones(2), np.full(2, 2.0))
    np.testing.assert_allclose(found, expected)


def test_the_text_does_not_depend_on_the_hash_seed():
    code = (
        "from derive.language.expression import *; from derive.language.functions import *;"
        "from derive.numeric import compile_function;"
        "A, B, s = symbol('A', (3, 3)), symbol('B', (3, 3)), symbol('s');"
        "f = compile_function([('p', trace(A @ B @ A.T) * s + norm2(A @ B)),"
        " ('q', inverse(A @ B) @ B + s * A @ B)], [A, B, s]); print(f.source)"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(texts) == 1


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (fn.norm2(ex.ones(N) @ x.T), lambda x, n: np.sqrt(n) * np.linalg.norm(x)),
        (fn.norm2(ex.ones(N, N) @ u @ x.T), lambda x, n: n**1.5 * np.linalg.norm(x)),
        (fn.total(fn.hadamard(ex.ones(N) @ x.T, u @ ex.ones(1, D))), lambda x, n: n * x.sum()),
    ],
)
def test_an_inner_product_of_repeated_rows_and_columns(node, expected):
    f = compile_function([("f", node)], [x, u])
    at = np.array([1.0, -2.0, 3.0])
    assert f(at, np.ones(5)) == pytest.approx(expected(at, 5))


S2 = ex.ones(2, 2) + ex.eye(2)


@pytest.mark.parametrize("constant", [ex.ones(2, 2), ex.zero((2, 2))])
@pytest.mark.parametrize(
    "of", [lambda A: fn.trace(ex.inverse(A)), fn.logdet, lambda A: fn.total(ex.inverse(A) @ S2)]
)
def test_a_constant_matrix_that_is_singular_is_refused_at_the_call(constant, of):
    f = compile_function([("f", lam * of(constant))], [lam])
    with pytest.raises(DomainError):
        f(1.0)
    with pytest.raises(DomainError):
        f([1.0, 2.0])
