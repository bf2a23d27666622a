"""Identities of Kronecker products are used in the direction that is shorter to read."""

from __future__ import annotations

import random

import flint
import pytest
from random_expressions import BITS, random_point, value

from derive.engine.facts import with_facts
from derive.engine.gradient import gradient_trace
from derive.engine.normal import tidy
from derive.language import expression as ex
from derive.language import functions as fn
from derive.language.canonical import same
from derive.language.facts import close_facts
from derive.language.kronecker import (
    block_inner,
    block_sum,
    commutation,
    kron,
    unvec,
    vec,
)
from derive.language.sizes import Size

m, n, p, q = map(Size.named, "mnpq")
SIZES = {"m": 2, "n": 3, "p": 4, "q": 5}
A, B = ex.symbol("A", (m, n)), ex.symbol("B", (p, q))
C, D = ex.symbol("C", (n, m)), ex.symbol("D", (q, p))
X, Z = ex.symbol("X", (q, n)), ex.symbol("Z", (m, n))
P, Q = ex.symbol("P", (m, m)), ex.symbol("Q", (p, p))
R, b, z = ex.symbol("R", (p, m)), ex.symbol("b", (n, 1)), ex.symbol("z", (m * n, 1))
x, y, s = ex.symbol("x", (m, 1)), ex.symbol("y", (p, 1)), ex.symbol("s")
u, v, w = ex.symbol("u", (m * p, 1)), ex.symbol("v", (n * q, 1)), ex.symbol("w", (p * m, 1))
W = ex.symbol("W", (m * p, n * q))
U, V = unvec(u, p, m), unvec(v, q, n)

IDENTITIES = {
    "transpose": (kron(A, B).T, kron(A.T, B.T)),
    "inverse": (ex.inverse(kron(P, Q)), kron(ex.inverse(P), ex.inverse(Q))),
    "mixed product": (kron(A, B) @ kron(C, D), kron(A @ C, B @ D)),
    "mixed product that cancels": (kron(P, Q) @ kron(ex.inverse(P), Q.T), kron(ex.eye(m), Q @ Q.T)),
    "of a stacked matrix": (kron(A, B) @ vec(X), vec(B @ X @ A.T)),
    "between stacked matrices": (
        vec(R).T @ kron(A, B) @ vec(X),
        fn.trace(R.T @ B @ X @ A.T),
    ),
    "inner product": (vec(A).T @ vec(Z), fn.trace(A.T @ Z)),
    "quadratic form": (vec(A).T @ kron(b, x), x.T @ A @ b),
    "trace": (fn.trace(kron(P, Q)), fn.trace(P) * fn.trace(Q)),
    "determinant": (
        fn.determinant(kron(P, Q)),
        fn.determinant(P) ** ex.size_node(p) * fn.determinant(Q) ** ex.size_node(m),
    ),
    "norm": (fn.norm2(kron(A, B)), fn.norm2(A) * fn.norm2(B)),
    "norm of a stacked matrix": (fn.norm2(vec(A)), fn.norm2(A)),
    "sum of entries": (fn.total(kron(A, B)), fn.total(A) * fn.total(B)),
    "diagonal": (
        fn.diagonal_vector(kron(P, Q)),
        kron(fn.diagonal_vector(P), fn.diagonal_vector(Q)),
    ),
    "elementwise product": (
        fn.hadamard(kron(A, B), kron(Z, B)),
        kron(fn.hadamard(A, Z), ex.elementwise_power(B, ex.number(2))),
    ),
    "commutation": (commutation(m, n) @ vec(A), vec(A.T)),
    "commutation from the right": (vec(A).T @ commutation(n, m), vec(A.T).T),
    "two commutations": (commutation(m, n) @ commutation(n, m), ex.eye(m * n)),
    "inverse of a commutation": (ex.inverse(commutation(m, n)), commutation(n, m)),
    "exchange of factors": (
        commutation(p, m) @ kron(A, B) @ commutation(n, q),
        kron(B, A),
    ),
    "exchange with a column": (commutation(p, m) @ kron(A, y), kron(y, A)),
    "stacked outer product": (vec(x @ y.T), kron(y, x)),
    "column and row": (kron(x, y.T), x @ y.T),
    "row and column": (kron(x.T, y), y @ x.T),
    "unstacked": (unvec(kron(A, B) @ v, p, m), B @ V @ A.T),
    "unstacked sum": (unvec(vec(A) - z, m, n), A - unvec(z, m, n)),
    "unstacked commutation": (unvec(commutation(m, p) @ w, p, m), unvec(w, m, p).T),
    "scalars": (kron(2 * s * A, 3 * B), 6 * s * kron(A, B)),
    "identities": (kron(ex.eye(m), ex.eye(n)), ex.eye(m * n)),
    "blocks of a product": (block_inner(kron(A, B), D.T, m, n), fn.trace(B.T @ D.T) * A),
    "blocks of the identity": (block_inner(ex.eye(m * p), Q, m, m), fn.trace(Q) * ex.eye(m)),
    "blocks of rank one": (block_inner(u @ v.T, B, m, n), U.T @ B @ V),
    "sum over blocks of rank one": (block_sum(u @ v.T, A, p, q), U @ A @ V.T),
    "sum over blocks of a product": (block_sum(kron(Z, B), A, p, q), fn.trace(Z.T @ A) * B),
    "blocks of a sum": (
        block_inner(u @ v.T - kron(A, B), B, m, n),
        U.T @ B @ V - fn.trace(B.T @ B) * A,
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _precision():
    saved, flint.ctx.prec = flint.ctx.prec, BITS
    yield
    flint.ctx.prec = saved


def assert_equal(left, right):
    for seed in range(3):
        point = random_point(left + right, SIZES, random.Random(seed))
        one, two = value(left, point, SIZES), value(right, point, SIZES)
        for a, b in zip(one.flat, two.flat, strict=True):
            assert abs(a - b) < flint.arb(10) ** -50 * (1 + abs(a))


@pytest.mark.parametrize("name", IDENTITIES)
def test_an_identity_is_used_and_true(name):
    left, right = IDENTITIES[name]
    assert same(tidy(left), tidy(right)), tidy(left)
    assert tidy(tidy(left)) is tidy(left)
    assert_equal(left, right)


def test_what_does_not_conform_is_left_alone():
    other = ex.symbol("E", (n * q, p))
    for node in (kron(A, B) @ other, commutation(n, m) @ vec(A), kron(A, B) @ v, unvec(v, n, q)):
        assert tidy(node) is node


def test_the_log_determinant_of_definite_factors_is_a_fact():
    S, T = (ex.symbol(k, (d, d), close_facts(("spd",), k, (d, d))) for k, d in (("S", m), ("T", p)))
    found, used = with_facts(fn.logdet(kron(S, T)))
    assert same(found, ex.size_node(p) * fn.logdet(S) + ex.size_node(m) * fn.logdet(T))
    assert len(used) == 2
    # both determinants of an even product may be negative
    assert with_facts(fn.logdet(kron(P, Q)))[0] is fn.logdet(kron(P, Q))


GRADIENTS = {
    "left factor": (fn.norm2(kron(A, B) @ v - u) ** 2 / 2, A, None),
    "trace, left": (fn.trace(W.T @ kron(A, B)), A, block_inner(W, B, m, n)),
    "trace, right": (fn.trace(W.T @ kron(A, B)), B, block_sum(W, A, p, q)),
    "square": (fn.norm2(kron(A, B)) ** 2, A, 2 * fn.trace(B.T @ B) * A),
    "log-determinant": (fn.logdet(kron(P, Q)), P, ex.size_node(p) * ex.inverse(P).T),
    "stacked": (fn.norm2(vec(A @ C) - vec(P)) ** 2 / 2, C, A.T @ (A @ C - P)),
    "commuted": (vec(P).T @ commutation(m, m) @ vec(P), P, 2 * P.T),
}


@pytest.mark.parametrize("name", GRADIENTS)
def test_gradients_read_as_in_a_book(name):
    function, variable, expected = GRADIENTS[name]
    found = gradient_trace(function, (variable,)).results[0][1]
    if expected is None:
        residual = kron(A, B) @ v - u
        expected = unvec(residual, p, m).T @ B @ V
    assert same(found, expected), found
