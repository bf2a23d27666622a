"""Forty textbook gradients: each is verified, no altered one is.

An alteration changes one node of the answer: a sign, a factor, a transpose, a dropped
term, another function, another power.  Alterations that are equal in value (seen by NumPy
at sizes and points of the test's own) are not errors and are left out.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from derive.check.certificate import certify
from derive.check.claim import Plan
from derive.check.evaluate import FloatEvaluation
from derive.check.gradients import GradientOf
from derive.language import expression as ex
from derive.language import functions as fn
from derive.language.expression import Node, inverse, number, ones
from derive.language.facts import close_facts
from derive.language.functions import diag, elementwise, hadamard, postorder
from derive.language.sizes import Size, size_value

n, d, k = Size.named("n"), Size.named("d"), Size.named("k")
HALF = Fraction(1, 2)


def declare(name, shape=(1, 1), *facts):
    return ex.symbol(name, shape, close_facts(facts, name, shape))


X, w, y, u = declare("X", (n, d)), declare("w", (d, 1)), declare("y", (n, 1)), declare("u", (n, 1))
A, B = declare("A", (n, n)), declare("B", (n, n))
W, Z = declare("W", (k, d)), declare("Z", (n, k))
c, z, b = declare("c", (k, 1)), declare("z", (d, 1)), declare("b", (n, 1), "sign")
K, S = declare("K", (n, n), "spd"), declare("S", (n, n), "symmetric")
p, h = declare("p", (k, 1), "simplex"), declare("h", (k, 1), "onehot")
t, s = declare("t"), declare("s", (1, 1), "positive")
q = declare("q", (n, 1), "positive")


def f(name, node):
    return elementwise(name, node)


def squared(node):
    return ex.elementwise_power(node, number(2))


r = X @ w - y
margin = hadamard(b, X @ w)
act = f("tanh", W @ z)
FORMULAS = [
    (HALF * fn.norm2(r) ** 2 + HALF * s * fn.norm2(w) ** 2, w, X.T @ r + s * w),
    (fn.norm2(r), w, fn.norm2(r) ** -1 * X.T @ r),
    (fn.norm1(r), w, X.T @ f("sign", r)),
    (fn.total(f("softplus", -margin)), w, -X.T @ hadamard(b, f("sigmoid", -margin))),
    (fn.total(f("relu", ones(n) - margin)), w, -X.T @ hadamard(b, f("step", ones(n) - margin))),
    (fn.logsumexp(W @ z), z, W.T @ fn.softmax(W @ z)),
    (fn.logsumexp(W @ z) - h.T @ W @ z, W, (fn.softmax(W @ z) - h) @ z.T),
    (u.T @ A @ u, u, A @ u + A.T @ u),
    (u.T @ A @ y, A, u @ y.T),
    (u.T @ S @ y + y.T @ S @ u, S, u @ y.T + y @ u.T),
    (fn.trace(A @ B), A, B.T),
    (fn.trace(A @ B @ A.T), A, A @ B.T + A @ B),
    (fn.trace(A @ A @ A), A, 3 * A.T @ A.T),
    (fn.trace(inverse(A) @ B), A, -(inverse(A) @ B @ inverse(A)).T),
    (fn.determinant(A), A, fn.determinant(A) * inverse(A).T),
    (fn.logdet(K), K, inverse(K).T),
    (
        -HALF * fn.logdet(K) - HALF * (u - y).T @ inverse(K) @ (u - y),
        K,
        -HALF * inverse(K).T + HALF * inverse(K).T @ (u - y) @ (u - y).T @ inverse(K).T,
    ),
    (HALF * (u - y).T @ inverse(K) @ (u - y), u, HALF * (inverse(K) + inverse(K).T) @ (u - y)),
    (fn.norm2(X) ** 2, X, 2 * X),
    (fn.norm2(X), X, fn.norm2(X) ** -1 * X),
    (HALF * fn.norm2(act - c) ** 2, W, hadamard(act - c, ones(k) - squared(act)) @ z.T),
    (HALF * fn.norm2(Z @ W - X) ** 2, W, Z.T @ (Z @ W - X)),
    (fn.total(f("exp", X @ w)), w, X.T @ f("exp", X @ w)),
    (f("log", fn.total(f("exp", w))), w, fn.softmax(w)),
    (fn.total(hadamard(q, f("log", q))), q, f("log", q) + ones(n)),
    (-p.T @ f("log", fn.softmax(c)), c, fn.total(p) * fn.softmax(c) - p),
    (
        (w.T @ X.T @ X @ w) / (w.T @ w),
        w,
        2 / (w.T @ w) * X.T @ X @ w - 2 * (w.T @ X.T @ X @ w) * (w.T @ w) ** -2 * w,
    ),
    (
        (u.T @ y) / (fn.norm2(u) * fn.norm2(y)),
        u,
        1 / (fn.norm2(u) * fn.norm2(y)) * y
        - (u.T @ y) * fn.norm2(u) ** -3 * fn.norm2(y) ** -1 * u,
    ),
    (f("exp", -HALF * fn.norm2(u - y) ** 2), u, -f("exp", -HALF * fn.norm2(u - y) ** 2) * (u - y)),
    (fn.total(f("sin", w)), w, f("cos", w)),
    (fn.total(f("sigmoid", w)), w, hadamard(f("sigmoid", w), ones(d) - f("sigmoid", w))),
    (fn.total(f("arctan", w)), w, ex.elementwise_power(ones(d) + squared(w), number(-1))),
    (fn.total(f("loggamma", q)), q, f("digamma", q)),
    (u.T @ diag(y) @ A @ u, y, hadamard(u, A @ u)),
    (fn.total(fn.diagonal_vector(A @ B)), A, B.T),
    (fn.total(fn.rowlogsumexp(X)), X, fn.rowsoftmax(X)),
    (fn.total(f("abs", w)) ** 2, w, 2 * fn.norm1(w) * f("sign", w)),
    (t**3 * f("exp", -t), t, 3 * t**2 * f("exp", -t) - t**3 * f("exp", -t)),
    (f("log", s) * s**HALF, s, s**-HALF + HALF * f("log", s) * s**-HALF),
    (-fn.total(f("log", ones(n) - X @ w)), w, X.T @ ex.elementwise_power(
        ones(n) - X @ w, number(-1))),
    (fn.logdet(X.T @ X), X, 2 * X @ inverse(X.T @ X)),
]  # fmt: skip


REBUILD = {
    "add": lambda node, a: ex.add(*a),
    "mul": lambda node, a: ex.multiply(*a),
    "had": lambda node, a: hadamard(*a),
    "pow": lambda node, a: ex.elementwise_power(*a),
    "mpow": lambda node, a: ex.matrix_power(a[0], node.data),
    "transpose": lambda node, a: ex.transpose(*a),
    "inverse": lambda node, a: inverse(*a),
    "map": lambda node, a: elementwise(node.data, *a),
    "trace": lambda node, a: fn.trace(*a),
    "det": lambda node, a: fn.determinant(*a),
    "total": lambda node, a: fn.total(*a),
    "norm1": lambda node, a: fn.norm1(*a),
    "norm2": lambda node, a: fn.norm2(*a),
    "diag": lambda node, a: diag(*a),
    "softmax": lambda node, a: fn.softmax(*a),
    "rowsoftmax": lambda node, a: fn.rowsoftmax(*a),
}
OTHER = {
    "sin": "cos",
    "cos": "sin",
    "exp": "cosh",
    "sigmoid": "tanh",
    "tanh": "arctan",
    "step": "relu",
    "sign": "tanh",
    "log": "digamma",
    "digamma": "log",
    "abs": "relu",
}


def altered(node: Node) -> list[Node]:
    """What may stand wrongly for one node."""
    variants = [ex.negative(node), Fraction(3, 2) * node]
    if node.op == "add":
        variants += [ex.add(*node.args[:-1]), ex.add(*node.args[1:])]
    if node.op == "map" and node.data in OTHER:
        variants.append(elementwise(OTHER[node.data], *node.args))
    if node.op == "pow":
        variants.append(ex.elementwise_power(node.args[0], node.args[1] + 1))
    if node.op in {"softmax", "inverse", "rowsoftmax"}:
        variants.append(node.args[0])
    turned = ex.transpose(node)
    if turned.shape == node.shape and turned is not node:
        variants.append(turned)
    return [variant for variant in variants if variant.shape == node.shape]


def alterations(root: Node) -> list[Node]:
    """The root with one of its nodes altered."""
    found: dict[Node, None] = {}
    for place in postorder(root):
        if place.op == "number":
            continue
        for variant in altered(place):
            new: dict[Node, Node] = {}
            for node in postorder(root):
                if node is place:
                    new[node] = variant
                elif any(new[arg] is not arg for arg in node.args):
                    new[node] = REBUILD[node.op](node, [new[arg] for arg in node.args])
                else:
                    new[node] = node
            found[new[root]] = None
    found.pop(root, None)
    return list(found)


SIZES = {"n": 4, "d": 3, "k": 6}


def sample(symbol: Node, rng) -> np.ndarray:
    shape = tuple(size_value(size, SIZES) for size in symbol.shape)
    value = rng.normal(size=(5, *shape)) / 2
    if "spd" in symbol.facts:
        return value @ np.swapaxes(value, 1, 2) + np.eye(shape[0])
    if "symmetric" in symbol.facts:
        return value + np.swapaxes(value, 1, 2)
    if "onehot" in symbol.facts:
        return np.broadcast_to(np.eye(shape[0])[:, :1], value.shape)
    if "simplex" in symbol.facts:
        return np.exp(value) / np.exp(value).sum(axis=1, keepdims=True)
    if "sign" in symbol.facts:
        return np.sign(value)
    return np.abs(value) + 0.1 if "positive" in symbol.facts else value


def is_equal(left: Node, right: Node) -> bool:
    """Whether two nodes agree in floats, where the points are usable."""
    rng = np.random.default_rng(3)
    symbols = sorted(left.symbols | right.symbols, key=lambda symbol: symbol.name)
    with np.errstate(all="ignore"):
        evaluation = FloatEvaluation(SIZES, {symbol: sample(symbol, rng) for symbol in symbols})
        one, other = evaluation.value(left), evaluation.value(right)
    return np.allclose(one, other, rtol=1e-9, atol=1e-12, equal_nan=True)


def named(formula) -> str:
    return f"{formula[0]!r}"[:50]


@pytest.mark.parametrize("formula", FORMULAS, ids=named)
def test_the_gradient_is_verified_and_no_altered_one_is(formula):
    function, variable, result = formula
    certificate = certify([GradientOf(function, variable, result)])
    assert certificate.verdict == "verified", certificate.reason
    tried = 0
    for wrong in alterations(result):
        if is_equal(result, wrong):
            continue
        finding = GradientOf(function, variable, wrong).examine(Plan())
        assert finding.verdict == "refuted", f"{wrong!r}: {finding}"
        tried += 1
    assert tried >= 2


def test_there_are_forty_formulas_over_most_operators():
    assert len(FORMULAS) >= 40
    used = {node.op for function, _, _ in FORMULAS for node in postorder(function)}
    assert len(used) >= 20
