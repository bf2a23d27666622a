"""What is claimed to be provable is true of numbers, and what is plain is claimed."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from random_properties import Builder, D, MatrixBuilder, N, letters, points, value_where_defined

from derive.language import expression as ex
from derive.language import functions as fn
from derive.language import kronecker as kr
from derive.language import properties as known
from derive.language.blocks import block
from derive.language.combined import COMBINED, combined
from derive.language.extremes import largest, norminf, peak, smallest
from derive.language.facts import close_facts
from derive.language.operators import ELEMENTWISE, OPERATORS
from derive.language.properties import properties
from derive.language.property_base import MAP_RANGES
from derive.language.property_rules import RULES, SAYS_NOTHING
from derive.language.ranges import REAL

CLOSE = 1e-9
NAMES = (
    *("nonzero", "symmetric", "psd", "spd", "invertible", "orthogonal", "diagonal"),
    *("lower", "upper"),
)

QUESTIONS = {
    "positive": known.is_positive,
    "nonnegative": known.is_nonnegative,
    "negative": known.is_negative,
    "nonzero": known.is_nonzero,
    "inside_unit": known.is_inside_unit,
    "symmetric": known.is_symmetric_by_facts,
    "psd": known.is_positive_semidefinite,
    "spd": known.is_positive_definite,
    "invertible": known.is_invertible,
    "orthogonal": known.is_orthogonal,
}


def claims(node) -> set[str]:
    return {name for name, question in QUESTIONS.items() if question(node)}


def letter(name, shape, facts=""):
    return ex.symbol(name, shape, close_facts(tuple(facts.split()), name, shape))


# --- truth ----------------------------------------------------------------------------


def is_in(entries, value) -> bool:
    """Whether values lie in a range; an end that is left out is not met exactly."""
    slack = CLOSE * max(1.0, np.abs(value).max())
    low, high = float(entries.low), float(entries.high)
    if (value < low - slack).any() or (value > high + slack).any():
        return False
    return (entries.has_low or (value != low).all()) and (entries.has_high or (value != high).all())


def is_true(name, value) -> bool:
    scale = max(1.0, np.abs(value).max())
    if name == "nonzero":
        return (value != 0).all()
    rows = len(value)
    if value.shape != (rows, rows):
        return False
    if name == "symmetric":
        return np.allclose(value, value.T, atol=CLOSE * scale)
    if name == "diagonal":
        return np.allclose(value * (1 - np.eye(rows)), 0, atol=CLOSE * scale)
    if name in {"lower", "upper"}:
        zeros = np.triu(value, 1) if name == "lower" else np.tril(value, -1)
        return np.allclose(zeros, 0, atol=CLOSE * scale)
    if name == "orthogonal":
        return np.allclose(value @ value.T, np.eye(rows), atol=CLOSE)
    if name == "invertible":
        singular = np.linalg.svd(value, compute_uv=False)
        return singular[-1] > 1e-11 * singular[0]
    smallest = np.linalg.eigvalsh((value + value.T) / 2)[0]
    if name == "spd":
        return is_true("symmetric", value) and smallest > 1e-11 * scale
    return is_true("symmetric", value) and smallest > -CLOSE * scale


def is_claimed(node) -> bool:
    """Whether anything is said that the shape alone does not say."""
    found = properties(node)
    return found.entries != REAL or bool(found.names - {"symmetric", "diagonal", "lower", "upper"})


def failures(node, seed, wanted=5):
    """Number of points tried, and the claims that fail at one of them."""
    found, wrong, tried = properties(node), set(), 0
    for sizes, values in itertools.islice(points(node.symbols, seed), 40):
        value = value_where_defined(node, values, sizes)
        if value is None:
            continue
        tried += 1
        if not is_in(found.entries, value):
            wrong.add(str(found.entries))
        wrong |= {name for name in found.names if not is_true(name, value)}
        if tried == wanted:
            break
    return tried, wrong


def test_a_proved_property_holds_at_random_points():
    proved, named = Counter(), Counter()
    for seed in range(24):
        builder = Builder(seed)
        for node in filter(is_claimed, builder.grow(160)):
            tried, wrong = failures(node, seed)
            assert not wrong, (seed, node, wrong)
            if tried == 5:
                proved[node.op] += 1
                named.update(properties(node).names)
    assert proved.total() >= 1500
    assert all(named[name] > 10 for name in NAMES)


def test_a_proved_property_of_a_function_of_matrices_holds_at_random_points():
    proved = Counter()
    for seed in range(300, 306):
        for node in filter(is_claimed, MatrixBuilder(seed).grow(120)):
            tried, wrong = failures(node, seed)
            assert not wrong, (seed, node, wrong)
            proved[node.op] += tried == 5
    assert all(proved[op] > 3 for op in ("matrixmap", "cholesky", "adjugate", "pinv"))


def test_every_rule_is_tried_at_random_points():
    tried = set()
    for seed in range(100, 118):
        for node in (Builder if seed < 110 else MatrixBuilder)(seed).grow(120):
            count, wrong = failures(node, seed, wanted=2)
            assert not wrong, (seed, node, wrong)
            tried |= {part.op for part in fn.postorder(node)} if count else set()
    own_test = (
        "max min norminf peak combine array block part kron vec unvec commutation besseli zeta "
        "gammainc betainc normquantile gammaincinv betaincinv"
    )
    assert set(RULES) - tried == set(own_test.split())


def lyapunov(A, C):
    """The solution of ``A X + X A = C``, stacked; of another equation if A is not symmetric."""
    system = kr.kron(ex.eye(N), A) + kr.kron(A, ex.eye(N))
    return kr.unvec(ex.inverse(system) @ kr.vec(C), N, N)


def of_even_system(A, C):
    """The solution of ``2 A X C' + 2 C X A' + X = C``, stacked."""
    system = 2 * kr.kron(C, A) + 2 * kr.kron(A, C) + kr.kron(ex.eye(N), ex.eye(N))
    return kr.unvec(ex.inverse(system) @ kr.vec(C), N, N)


def test_a_proved_property_of_products_blocks_and_extremes_holds_at_random_points():
    squares = letters()[N, N]
    nodes = [kr.kron(A, B) for A, B in itertools.product(squares, repeat=2)]
    nodes += [kr.vec(A) for A in squares]
    nodes += [kr.unvec(kr.kron(v, w), N, N) for v in letters()[N, 1] for w in letters()[N, 1]]
    nodes += [lyapunov(A, C) for A, C in itertools.product(squares, repeat=2)]
    nodes += [of_even_system(A, C) for A, C in itertools.product(squares, repeat=2)]
    nodes += [kr.commutation(N, D)]
    nodes += [largest(A) for A in squares] + [smallest(A) for A in squares]
    nodes += [
        combined(name, A, B)
        for name in COMBINED
        for A, B in itertools.product(squares, repeat=2)
        if name != "clip"
    ] + [combined("clip", A, ex.number(-1), B) for A, B in itertools.product(squares, repeat=2)]
    nodes += [block([[A], [B]]) for A, B in itertools.product(squares, repeat=2)]
    nodes += [norminf(v) for v in letters()[N, 1]] + [peak(A) for A in squares]
    tried = Counter()
    for seed, node in enumerate(filter(is_claimed, nodes)):
        count, wrong = failures(node, seed, wanted=2)
        assert not wrong, (node, wrong)
        tried[node.op] += bool(count)
    assert tried["kron"] > 100
    assert min(tried["vec"], tried["unvec"]) > 3
    assert tried["commutation"]


def test_every_operator_has_a_rule_or_says_nothing():
    assert RULES.keys() | SAYS_NOTHING == OPERATORS.keys()
    assert not RULES.keys() & SAYS_NOTHING
    assert {row.range for row in ELEMENTWISE.values()} <= MAP_RANGES.keys()


# --- what is plain --------------------------------------------------------------------

x, y, s = ex.symbol("x"), ex.symbol("y"), ex.symbol("s")
t, u = letter("t", (1, 1), "positive"), letter("u", (1, 1), "nonnegative")
p, q = letter("p", (1, 1), "probability"), letter("q", (1, 1), "probability")
m, z = letter("m", (1, 1), "negative"), letter("z", (1, 1), "nonzero")
v, w = ex.symbol("v", (N, 1)), letter("w", (N, 1), "positive")
nu, h = letter("nu", (N, 1), "nonzero"), letter("h", (N, 1), "nonnegative")
X, A, B = ex.symbol("X", (N, D)), ex.symbol("A", (N, N)), letter("B", (N, N), "invertible")
S, P, T = letter("S", (N, N), "spd"), letter("P", (N, N), "psd"), letter("T", (N, N), "symmetric")
Q, W = letter("Q", (N, N), "orthogonal"), letter("W", (N, N), "positive")
R = letter("R", (D, D), "spd")
sigmoid = fn.elementwise("sigmoid", x)

POSITIVE = "positive nonnegative nonzero symmetric psd spd invertible"  # of a scalar
NONNEGATIVE = "nonnegative symmetric psd"
SPD, PSD = "symmetric psd spd invertible", "symmetric psd"

PLAIN = [
    # scalars
    (1 - sigmoid, f"{POSITIVE} inside_unit"),
    (1 - p, f"{POSITIVE} inside_unit"),
    (p * q, f"{POSITIVE} inside_unit"),
    (2 - p - q, POSITIVE),
    (1 - p - q, "symmetric"),
    (1 - fn.elementwise("tanh", x) ** 2, POSITIVE),
    (2 + fn.elementwise("sin", x), POSITIVE),
    (1 + fn.elementwise("cos", x), NONNEGATIVE),
    (fn.elementwise("exp", x), POSITIVE),
    (1 / (1 + fn.elementwise("exp", -x)), f"{POSITIVE} inside_unit"),
    (x**2, NONNEGATIVE),
    (x**2 + t, POSITIVE),
    (x * x, NONNEGATIVE),
    (z**2, POSITIVE),
    (z**3, "nonzero symmetric invertible"),
    (x * z, "symmetric"),
    (m * m, POSITIVE),
    (m * t, "negative nonzero symmetric invertible"),
    (-m, POSITIVE),
    (t - u, "symmetric"),
    (fn.elementwise("abs", z), POSITIVE),
    (ex.size_node(N), POSITIVE),
    (ex.size_node(N) - 1, NONNEGATIVE),
    (fn.determinant(S), POSITIVE),
    (fn.determinant(P), NONNEGATIVE),
    (fn.determinant(B), "nonzero symmetric invertible"),
    (fn.determinant(Q), "nonzero symmetric invertible"),
    (fn.trace(S), POSITIVE),
    (fn.trace(X.T @ X), NONNEGATIVE),
    (fn.total(w), POSITIVE),
    (fn.total(S), POSITIVE),
    (fn.norm2(v), NONNEGATIVE),
    (fn.norm2(nu), POSITIVE),
    (v.T @ v, NONNEGATIVE),
    (v.T @ S @ v, NONNEGATIVE),
    (nu.T @ S @ nu, POSITIVE),
    (nu.T @ B @ nu, "symmetric"),
    (nu.T @ letter("U", (N, N), "symmetric invertible") @ nu, "symmetric"),
    (v.T @ A @ v, "symmetric"),
    (w.T @ W @ w, POSITIVE),
    (v.T @ w, "symmetric"),
    # arrays
    (fn.softmax(v), "positive nonnegative nonzero"),
    (ex.ones(N) - p * ex.ones(N), "positive nonnegative nonzero inside_unit"),
    (fn.hadamard(v, v), "nonnegative"),
    (fn.hadamard(v, v) + w, "positive nonnegative nonzero"),
    (W @ w, "positive nonnegative nonzero"),
    (A @ w, ""),
    (fn.diagonal_vector(S), "positive nonnegative nonzero"),
    # square matrices
    (X @ X.T, PSD),
    (X @ X.T + t * ex.eye(N), SPD),
    (X @ X.T + u * ex.eye(N), PSD),
    (X.T @ ex.inverse(S) @ X + R, SPD),
    (X @ R @ X.T, PSD),
    (B @ S @ B.T, SPD),
    (B @ T @ B.T, "symmetric"),
    (B.T @ B, SPD),
    (ex.inverse(B).T @ S @ ex.inverse(B), SPD),
    (S @ T @ S, "symmetric"),
    (S @ S, SPD),
    (T @ T, PSD),
    (S @ T, ""),
    (A + A.T, "symmetric"),
    (A @ T + T @ A.T, ""),
    (A @ P @ B + B.T @ P.T @ A.T, "symmetric"),
    (A + A, ""),
    (s * S, "symmetric"),
    (z * S, "symmetric invertible"),
    (-S, "symmetric invertible"),
    (t * S, SPD),
    (u * S, PSD),
    (S + P, SPD),
    (S - P, "symmetric"),
    (fn.hadamard(S, S), f"{SPD} nonnegative"),
    (fn.hadamard(P, S), PSD),
    (fn.hadamard(T, A), ""),
    (fn.hadamard(B, B), "nonnegative"),
    (fn.hadamard(Q, Q), "nonnegative"),
    (fn.elementwise("abs", P), "symmetric nonnegative"),
    (ex.elementwise_power(P, ex.number(3)), PSD),
    (ex.elementwise_power(S, ex.number(-1)), "symmetric nonzero"),
    (ex.inverse(P), SPD),
    (ex.inverse(T), "symmetric invertible"),
    (ex.matrix_power(T, 2), PSD),
    (ex.matrix_power(T, 3), "symmetric"),
    (ex.matrix_power(P, 3), PSD),
    (ex.matrix_power(-W, 3), ""),
    (fn.diagonal_matrix(w), f"{SPD} nonnegative"),
    (fn.diagonal_matrix(h), f"{PSD} nonnegative"),
    (fn.diagonal_matrix(v), "symmetric"),
    (fn.diagonal_matrix(nu), "symmetric invertible"),
    (fn.diagonal_matrix(w) @ fn.diagonal_matrix(w), f"{SPD} nonnegative"),
    (fn.elementwise("exp", T), "symmetric positive nonnegative nonzero"),
    (Q @ Q, "orthogonal invertible"),
    (-Q, "orthogonal invertible"),
    (2 * Q, "invertible"),
    (S @ B, "invertible"),
    (X @ X.T @ B, ""),
    (ex.ones(N, N), f"{PSD} positive nonnegative nonzero"),
    (ex.eye(N), f"{SPD} nonnegative orthogonal"),
    (ex.zero((N, N)), f"{PSD} nonnegative"),
    (W, "positive nonnegative nonzero"),
    (W @ W.T, f"{PSD} positive nonnegative nonzero"),
    (fn.array([[t, x], [x, t]]), "symmetric"),
    (fn.array([[t, x], [y, t]]), ""),
    (fn.array([[t, p], [z**2, t]]), "positive nonnegative nonzero"),
]


@pytest.mark.parametrize(("node", "expected"), PLAIN, ids=lambda value: repr(value)[:60])
def test_what_is_plain_is_claimed_and_no_more(node, expected):
    assert claims(node) == set(expected.split())


def test_a_scalar_is_a_matrix_of_one_entry():
    assert known.is_positive(letter("k", (1, 1), "spd"))
    assert known.is_nonzero(letter("k", (1, 1), "invertible"))
    assert known.is_nonnegative(letter("k", (1, 1), "psd"))


def test_no_power_that_does_not_exist_is_claimed_to_be_nonzero_by_its_base():
    half = ex.elementwise_power(x, ex.number(Fraction(1, 2)))
    assert claims(half) == {"nonnegative", "symmetric", "psd"}
    assert claims(ex.elementwise_power(x, y)) == {"symmetric"}
    assert "nonzero" in claims(1 / x)


# --- size of the work -----------------------------------------------------------------


def alternating(depth):
    """Sums and products in turn: of each node there are 2^depth readings."""
    node = t
    for _ in range(depth):
        node = (node + t) * (node + y * y)
    return node


def sandwich(depth):
    node = S
    for _ in range(depth):
        node = A @ node @ A.T + S
    return node


def nested_inverses(depth):
    node = A
    for _ in range(depth):
        node = ex.inverse(node @ A + A.T)
    return node


@pytest.mark.parametrize(
    ("build", "answer"), [(alternating, "positive"), (sandwich, "spd"), (nested_inverses, None)]
)
def test_deep_nodes_take_linear_time_and_no_recursion(build, answer):
    def seconds(depth):
        node = build(depth)
        start = time.process_time()
        found = properties(node)
        assert answer is None or answer in claims(node)
        assert found is properties(node)
        return time.process_time() - start

    seconds(5)
    assert seconds(200) < 0.1
    assert seconds(4000) < 2.0
