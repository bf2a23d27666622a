"""Truth: every operator and every elementwise function has a numeric form, or is refused."""

from __future__ import annotations

import numpy as np
import pytest
from naive_numpy import as_argument, naive_value, random_values

from derive.errors import NoRuleError
from derive.language import expression as ex
from derive.language import functions as fn
from derive.language import kronecker as kr
from derive.language import matrix_functions as mf
from derive.language import spectral as sp
from derive.language.blocks import block, hstack, part_of, vstack
from derive.language.combined import combined
from derive.language.extremes import largest, norminf, peak, smallest
from derive.language.facts import close_facts
from derive.language.incomplete_functions import (
    betainc,
    betaincinv,
    gammainc,
    gammaincinv,
    normquantile,
)
from derive.language.indices import entry, index, row, sum_over, unit
from derive.language.operators import ELEMENTWISE, MASKS, OPERATORS
from derive.language.sizes import Size, least
from derive.language.special_functions import besseli, zeta
from derive.language.toeplitz import toeplitz_part
from derive.numeric import compile_function
from derive.numeric.forms import FUNCTIONS
from derive.numeric.lower import LOWERED

N, D, K = (Size.named(name) for name in "ndk")
SIZES = {"n": 4, "d": 3, "k": 2}


def symbol(name, shape=(1, 1), *facts):
    return ex.symbol(name, shape, close_facts(facts, name, shape))


a, b = symbol("a"), symbol("b", (1, 1), "positive")
u, v, w = symbol("u", (N, 1)), symbol("v", (N, 1)), symbol("w", (D, 1))
A, B, C = symbol("A", (N, D)), symbol("B", (N, D)), symbol("C", (D, K))
M, S = symbol("M", (D, D)), symbol("S", (D, D), "spd")
r = symbol("r", (1, D))
m = symbol("m", (1, 1), "positive", "integer")
i, j, k = index("i", N), index("j", N), index("k", m - 1, 0)

SHARE = 1 / (b * b + 2)

EXAMPLES = {
    "symbol": [a, w, A, r, ex.transpose(r)],
    "number": [ex.number(3), ex.number(0)],
    "constant": [ex.constant("pi"), ex.constant("e") * a, ex.constant("euler_gamma")],
    "size": [ex.size_node(N), ex.size_node(N * D + 1) * a],
    "eye": [ex.eye(D), 3 * ex.eye(D), M + a * ex.eye(D)],
    "ones": [ex.ones(N), ex.ones(N, D), ex.ones(N, D) @ C, A + a * ex.ones(N, D), ex.ones(1, D)],
    "zero": [ex.zero((N, 1)), ex.zero((N, D)), ex.zero((1, D))],
    "add": [u + v, u - v, -u - v, A - B + A, a - 2, r + ex.transpose(w)],
    "mul": [A @ w, 2 * u, a * b * A, u @ w.T, u.T @ A @ w, A @ C, -1 * A.T @ B, r @ w, u @ r],
    "had": [
        fn.hadamard(u, v),
        fn.hadamard(A, B, A),
        fn.hadamard_quotient(u, v),
        fn.hadamard(-u, v),
        fn.hadamard(-u, -v),
    ],
    "pow": [u**2 if u.is_scalar else ex.elementwise_power(u, ex.number(k)) for k in (2, 3, -1, -3)]
    + [a**2, b ** ex.number(-2), ex.power(b, a), ex.elementwise_power(fn.hadamard(u, u), b)],
    "mpow": [ex.matrix_power(M, 2), ex.matrix_power(M, 5), ex.matrix_power(M, 5) @ w],
    "transpose": [A.T, w.T, A.T @ u, (A + B).T, r.T],
    "inverse": [
        ex.inverse(M) @ w + ex.inverse(M.T) @ (w + w),
        A @ ex.inverse(M) + A,
        ex.inverse(M),
        ex.inverse(S),
        ex.inverse(M) @ w,
        M @ ex.inverse(M.T) @ C,
    ],
    "max": [
        largest(A),
        largest(u),
        largest(a, b),
        largest(A @ w) * u,
        largest(r),
        largest(2 * a * u),
    ],
    "min": [smallest(A), smallest(u), smallest(a, b, a * b), a * smallest(A @ C)],
    "norminf": [norminf(u), norminf(A @ w)],
    "combine": [
        combined("maximum", A, B),
        combined("minimum", A, a),
        combined("clip", u, -1 * a**2, a**2 + b**2),
        combined("clip", a, ex.number(0), b**2),
        combined("huber", A, u @ ex.ones(1, D)),
        combined("huber", a * A @ C, b**2),
    ],
    "peak": [peak(A), peak(u, "min"), peak(A @ w), peak(C, "min").T @ w],
    "block": [
        block([[A, u], [w.T, a]]),
        block([[M, ex.zero((D, N))], [A, ex.eye(N)]]),
        vstack(u, w),
        vstack(u, a, w) @ vstack(u, a, w).T,
        hstack(r, u.T),
        hstack(A, u) @ vstack(w, a),
        block([[u, v], [w, 2 * w]]),
    ],
    "part": [
        part_of(A, 1, 0, N + -2, D),
        part_of(A, 0, 1, N, D + -1),
        part_of(u, 1, 0, N + -1, 1),
        part_of(A, 0, 1, N, 1),
        part_of(A, 2, 0, 1, D) @ w,
        part_of(A @ M, 1, 1, 1, 1) * a,
        part_of(r, 0, 1, 1, 2),
        part_of(fn.elementwise("sin", block([[A, u], [w.T, a]])), 1, 1, N, D),
    ],
    "kron": [
        kr.kron(A, C),
        kr.kron(A, w),
        kr.kron(w.T, A),
        kr.kron(u, w),
        kr.kron(u, w.T),
        kr.kron(r, w),
        kr.kron(C, A) @ kr.vec(A.T @ u @ r @ C),
        kr.kron(A, u) @ w,
        kr.kron(u, w) @ ex.transpose(kr.vec(A)),
        kr.vec(A) @ kr.kron(w.T, u.T),
        kr.kron(u, w) @ kr.kron(w.T, u.T) + kr.vec(A.T) @ ex.transpose(kr.vec(A)),
        kr.kron(A, u.T) @ kr.kron(w, v),
        kr.kron(A, C) @ kr.kron(w, C.T @ w),
        kr.kron(u, v).T @ kr.kron(A, B) @ kr.vec(M),
        kr.kron(kr.kron(A, M), C) @ kr.kron(kr.kron(w, w), C.T @ w),
        kr.kron(A, M) @ kr.kron(M, C),
        kr.kron(A, ex.ones(1, D)) @ kr.vec(M) + kr.kron(u, r) @ w,
        kr.kron(ex.inverse(M), S) @ kr.vec(M),
        kr.kron(ex.eye(N), C) @ kr.vec(C.T @ M @ A.T),
        ex.inverse(kr.kron(M, S)) @ kr.vec(M),
        fn.logdet(kr.kron(S, S + ex.eye(D))),
        fn.determinant(kr.kron(M, S)),
        fn.trace(kr.kron(M, S)) * fn.norm2(kr.kron(A, u)) + fn.total(kr.kron(A, C)),
    ],
    "toeplitz": [toeplitz_part(A), toeplitz_part(A.T), toeplitz_part(u @ w.T) @ w],
    "vec": [kr.vec(A), kr.vec(A.T), kr.vec(A @ C), a * kr.vec(r), kr.vec(A + B).T],
    "unvec": [
        kr.unvec(kr.vec(A.T), N, D),
        kr.unvec(kr.kron(u, w), D, N),
        kr.unvec(kr.kron(u, w), D, N).T @ w,
    ],
    "commutation": [
        kr.commutation(N, D) + ex.eye(N * D),
        kr.commutation(N, D) @ kr.vec(A),
        kr.vec(A).T @ kr.commutation(D, N),
        kr.commutation(N, D) @ kr.kron(A, M),
    ],
    "block_inner": [
        kr.block_inner(kr.kron(A, C), C, N, D),
        kr.block_inner(kr.kron(A, C), C @ C.T @ C, N, D),
        kr.block_inner(kr.kron(u, C), C, N, 1),
        kr.block_inner(kr.kron(A, w.T), w.T, N, D),
    ],
    "block_sum": [
        kr.block_sum(kr.kron(A, C), B, D, K),
        kr.block_sum(kr.kron(A, w), B, D, 1),
        kr.block_sum(kr.kron(u, C) + kr.kron(v, C), u, D, K),
    ],
    "trace": [
        fn.trace(ex.inverse(M) @ M.T),
        fn.trace(C @ C.T @ ex.inverse(M) @ C @ C.T),
        fn.trace(M),
        fn.trace(A.T @ B),
        fn.trace(u @ v.T @ A @ B.T),
        fn.trace(M @ S + M),
    ],
    "det": [fn.determinant(M), fn.determinant(S), fn.determinant(M) * ex.inverse(M)],
    "logdet": [fn.logdet(S), fn.logdet(A.T @ A + ex.eye(D)), fn.logdet(fn.diag(b * ex.ones(D)))],
    "total": [fn.total(A), fn.total(A @ C), fn.total(fn.hadamard(A, B)), fn.total(u @ w.T)],
    "norm2": [fn.norm2(u), fn.norm2(A), fn.norm2(u) ** 2, fn.norm2(A) ** ex.number(-3)],
    "norm1": [fn.norm1(u), fn.norm1(A)],
    "logsumexp": [fn.logsumexp(u), fn.logsumexp(ex.transpose(r))],
    "diag": [fn.diag(w), fn.diag(w) @ M, M @ fn.diag(w), A @ fn.diag(w) @ A.T, fn.diag(w) + M],
    "diagonal": [
        fn.diagonal_vector(w @ ex.ones(1, D)),
        fn.diagonal_vector(fn.elementwise("exp", w @ ex.ones(1, D))),
        fn.diagonal_vector(fn.elementwise("exp", ex.ones(D) @ w.T)),
        fn.diagonal_vector(ex.ones(D, D) @ fn.diag(w)),
        fn.diagonal_vector(A @ ex.inverse(M) @ B.T),
        fn.diagonal_vector(A @ ex.inverse(M.T) @ B.T @ u @ v.T),
        fn.diagonal_vector(M),
        fn.diagonal_vector(A @ A.T),
        fn.diagonal_vector(u @ v.T),
    ],
    "softmax": [fn.softmax(u), A.T @ fn.softmax(A @ w)],
    "rowsoftmax": [fn.rowsoftmax(A), fn.rowsoftmax(ex.transpose(u))],
    "rowlogsumexp": [fn.rowlogsumexp(A), A - fn.rowlogsumexp(A) @ ex.ones(1, D)],
    "array": [fn.array([[a, b], [a * b, ex.number(2)]]), fn.array([[a], [b]])],
    "eigvals": [sp.eigvals(S), fn.total(sp.eigvals(A.T @ A))],
    "eigvecs": [sp.eigvecs(S), sp.eigvecs(S) @ fn.diag(sp.eigvals(S)) @ sp.eigvecs(S).T],
    "lambda_max": [sp.lambda_max(S), sp.lambda_max(M + M.T) * sp.lambda_min(M + M.T)],
    "lambda_min": [sp.lambda_min(S), sp.lambda_min(M + M.T)],
    "eigvec_max": [sp.eigvec_max(S), sp.eigvec_max(S) @ sp.eigvec_max(S).T],
    "eigvec_min": [sp.eigvec_min(M + M.T), A @ sp.eigvec_min(S)],
    "resolvent_max": [sp.resolvent_max(S), sp.resolvent_max(S) @ w],
    "resolvent_min": [sp.resolvent_min(S), fn.trace(sp.resolvent_min(M + M.T) @ S)],
    "gaps": [sp.gaps(w), fn.hadamard(sp.gaps(sp.eigvals(S)), M)],
    "svdvals": [sp.svdvals(A), fn.diag(sp.svdvals(A)), ex.ones(1, least(D, N)) @ sp.svdvals(A)],
    "leftvecs": [sp.leftvecs(A), sp.leftvecs(A.T), A.T @ sp.leftvecs(A)],
    "rightvecs": [sp.rightvecs(A), sp.leftvecs(A) @ sp.rightvecs(A).T],
    "specnorm": [sp.specnorm(A), sp.specnorm(M) ** 2],
    "leftvec_max": [sp.leftvec_max(A), sp.leftvec_max(A) @ sp.rightvec_max(A).T],
    "rightvec_max": [sp.rightvec_max(A.T)],
    "nucnorm": [sp.nucnorm(A), sp.nucnorm(A) - sp.specnorm(A)],
    "polar": [sp.polar(A), sp.polar(M) @ w],
    "matpow": [
        ex.power(M, m),
        ex.power(M, m - 1) @ w,
        fn.trace(ex.power(S, -m)),
        ex.power(M, ex.size_node(K)),
    ],
    "index": [sum_over(i * entry(u, i), i), sum_over(i**2, i)],
    "unit": [
        sum_over(unit(i) * fn.norm2(row(A, i)), i),
        sum_over(fn.norm2(unit(i) * a - u), i),
        sum_over(i * (A.T @ unit(i)) @ (A.T @ unit(i)).T, i),
        sum_over(i * entry(A @ A.T, i, i) * (A @ A.T) @ unit(i), i),
    ],
    "sum_over": [
        sum_over(entry(u, i) * row(A, i), i),
        sum_over(fn.elementwise("log", 1 + fn.elementwise("exp", entry(u, i) * a)), i),
        sum_over(fn.logsumexp(C.T @ row(A, i)) - row(B, i).T @ w, i),
        sum_over(row(A, i) @ row(B, i).T, i),
        sum_over(entry(u, i) * row(A, i) @ row(B, i).T @ M, i),
        sum_over(fn.softmax(row(A, i) - w), i),
        sum_over(sum_over(fn.elementwise("exp", -(fn.norm2(row(A, i) - row(B, j)))), j), i),
        sum_over(sum_over(entry(u, i) * entry(v, j) * i * row(A, j), j), i),
        sum_over(entry(u, i), i) * sum_over(entry(v, i) * i, i),
        sum_over(fn.logdet(S + entry(u, i) ** 2 * ex.eye(D)), i),
        sum_over(ex.power(M, k) @ M.T @ ex.power(M, m - 1 - k), k),
        sum_over(i * row(A, i).T, i),
        sum_over(unit(i) @ (i * row(A, i)).T, i),
    ],
    "map": [fn.elementwise("tanh", A), fn.elementwise("exp", u @ w.T)],
    "mask": [
        mf.mask("lower", N, D),
        *(fn.hadamard(mf.mask(kind, D, D), M) for kind in MASKS),
        mf.mask("lower_half", D, D) + M,
        A @ mf.mask("strict_upper", D, D),
    ],
    "besseli": [besseli(b * b, b * b + 1), besseli(ex.number(2), b) * a],
    "gammainc": [gammainc(b * b + 1, b * b), a - a * gammainc(ex.number(2), b * b)],
    "betainc": [betainc(b * b + 1, ex.number(2), SHARE), 1 - betainc(b * b, b * b, SHARE)],
    "normquantile": [normquantile(SHARE), normquantile(1 - SHARE)],
    "gammaincinv": [gammaincinv(b * b + 1, SHARE), gammaincinv(ex.number(2), 1 - SHARE)],
    "betaincinv": [
        betaincinv(b * b + 1, ex.number(2), SHARE),
        betaincinv(b * b, b * b, 1 - SHARE),
    ],
    "zeta": [zeta(0, 1 + b * b), zeta(1, 1 + b * b), zeta(3, 2 + b * b)],
    "polygamma": [mf.polygamma(2, b * ex.ones(N)), mf.polygamma(3, b)],
    "matrixmap": [
        mf.matrix_map("expm", M),
        mf.matrix_map("expm", M.T) @ w + mf.matrix_map("expm", M) @ w,
        mf.matrix_map("logm", S),
        mf.matrix_map("sqrtm", S) @ M,
        mf.matrix_map("sinm", M),
        mf.matrix_map("cosm", a * M),
    ],
    "frechet": [
        mf.frechet("expm", M, S),
        mf.frechet("logm", S, M),
        mf.frechet("sqrtm", S, M) + mf.matrix_map("sqrtm", S),
        mf.frechet("sinm", M, w @ w.T),
        mf.frechet("cosm", M, M.T, S),
        mf.frechet("sqrtm", S, M, M.T),
    ],
    "cholesky": [mf.cholesky(S), ex.inverse(mf.cholesky(S)) @ w, ex.inverse(S) @ mf.cholesky(S)],
    "adjugate": [mf.adjugate(M), mf.adjugate(w @ w.T), mf.adjugate(M.T) @ w],
    "pinv": [
        mf.pseudo_inverse(A),
        mf.pseudo_inverse(A.T),
        mf.pseudo_inverse(u),
        u @ mf.pseudo_inverse(u),
    ],
}
REFUSED = {
    "differential": ex.make("differential", (w,), w.shape),
    "nabla": fn.nabla(a, w),
    "derivative": fn.jacobian_by_name(w, w),
    "expectation": fn.expectation(a, "p", "x"),
}
INSIDE = {"all": "all", "positive": "positive", "nonnegative": "positive"}


def compile_one(node, *more):
    symbols = sorted({A, C, *node.symbols, *more}, key=lambda s: s.name)
    return compile_function([("f", node)], symbols), symbols


def assert_equals_naive(node, seed=0):
    function, symbols = compile_one(node)
    values = random_values(symbols, SIZES, np.random.default_rng(seed))
    found = function(*(as_argument(s, values[s.name]) for s in symbols))
    expected = as_argument(node, naive_value(node, values, SIZES))
    assert np.shape(found) == np.shape(expected)
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)
    return found


def assert_batch_equals_loop(node, seed=1):
    """Every second argument has a leading axis; the others are shared."""
    function, symbols = compile_one(node)
    rng = np.random.default_rng(seed)
    points = [random_values(symbols, SIZES, rng) for _ in range(3)]
    args = []
    for k, s in enumerate(symbols):
        if k % 2:
            for point in points:
                point[s.name] = points[0][s.name]
            args.append(as_argument(s, points[0][s.name]))
        else:
            args.append(np.stack([as_argument(s, point[s.name]) for point in points]))
    found = function(*args)
    assert len(found) == 3
    for result, point in zip(found, points, strict=True):
        expected = as_argument(node, naive_value(node, point, SIZES))
        assert np.shape(result) == np.shape(expected)
        np.testing.assert_allclose(result, expected, rtol=1e-9, atol=1e-11)


CASES = [(op, node) for op, nodes in EXAMPLES.items() for node in nodes]
NAMES = [f"{op}-{k}" for k, (op, _) in enumerate(CASES)]


def test_every_operator_has_a_row_and_an_example_here():
    assert set(LOWERED) == set(OPERATORS)
    assert set(EXAMPLES) | set(REFUSED) == set(OPERATORS)
    for op, nodes in EXAMPLES.items():
        assert all(any(p.op == op for p in fn.postorder(node)) for node in nodes[:1]), op


@pytest.mark.parametrize(("op", "node"), CASES, ids=NAMES)
def test_an_operator_has_the_value_of_its_definition(op, node):
    assert_equals_naive(node)


@pytest.mark.parametrize(("op", "node"), CASES, ids=NAMES)
def test_leading_axes_are_a_loop(op, node):
    assert_batch_equals_loop(node)


@pytest.mark.parametrize("op", sorted(REFUSED))
def test_what_is_no_number_is_refused_by_name(op):
    with pytest.raises(NoRuleError, match=op):
        compile_one(REFUSED[op])


def test_an_unknown_operator_is_refused_by_name():
    with pytest.raises(NoRuleError, match="besselk"):
        compile_one(ex.make("besselk", (a,), (1, 1)))


def test_an_unknown_elementwise_function_is_refused_by_name():
    with pytest.raises(NoRuleError, match="besselk"):
        compile_one(ex.make("map", (a,), (1, 1), "besselk"))


def test_every_elementwise_function_has_a_form():
    assert set(ELEMENTWISE) <= set(FUNCTIONS)


def inside_domain(name, node):
    """The node moved into the domain of an elementwise function."""
    domain = ELEMENTWISE[name].domain
    if domain in {"positive", "nonnegative", "not_a_pole"}:
        moved = fn.elementwise("abs", node)
        return moved + (ex.number(1) if node.is_scalar else ex.ones(*node.shape))
    return fn.elementwise("sin", node) if domain == "inside_one" else node


@pytest.mark.parametrize("node", [a, u, A], ids=["scalar", "vector", "matrix"])
@pytest.mark.parametrize("name", sorted(ELEMENTWISE))
def test_an_elementwise_function_of_every_shape(name, node):
    wanted = fn.elementwise(name, inside_domain(name, node))
    assert_equals_naive(wanted)
    assert_batch_equals_loop(wanted)


def test_every_result_has_memory_of_its_own():
    function = compile_function([("p", w), ("q", w), ("r", M.T), ("s", fn.diag(M))], [w, M])
    x, matrix = np.ones(3), np.eye(3)
    for result in function(x, matrix):
        assert result.flags.writeable
        result += 1
    assert x.tolist() == [1, 1, 1]
    assert (matrix == np.eye(3)).all()


def test_a_constant_result_keeps_its_shape_and_follows_the_batch():
    function = compile_function([("f", ex.ones(D)), ("g", ex.number(2))], [w])
    value, number = function(np.zeros(3))
    assert value.shape == (3,)
    assert isinstance(number, float)
    value, number = function(np.zeros((5, 3)))
    assert value.shape == (5, 3)
    assert number.tolist() == [2.0] * 5


def test_a_function_without_arguments():
    assert compile_function([("f", ex.constant("pi") / 2)], [])() == np.pi / 2


def test_two_batch_axes_broadcast():
    function = compile_function([("f", A @ w)], [A, w])
    rng = np.random.default_rng(3)
    X, z = rng.normal(size=(5, 1, 4, 3)), rng.normal(size=(2, 3))
    assert function(X, z).shape == (5, 2, 4)
    np.testing.assert_allclose(function(X, z), np.einsum("aznd,bd->abn", X, z))
