"""Tree to SymPy and back: the same value, by an evaluator that knows nothing of either."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import numpy as np
import pytest
import scipy.special
from matrix_doubles import matrix_value
from naive_numpy import block_values

from derive.errors import NoRuleError
from derive.language import functions as build
from derive.language import kronecker as kr
from derive.language import matrix_functions as mf
from derive.language.blocks import block, part_of
from derive.language.expression import (
    Node,
    add,
    constant,
    elementwise_power,
    eye,
    inverse,
    matrix_power,
    multiply,
    number,
    ones,
    size_node,
    symbol,
    transpose,
    zero,
)
from derive.language.extremes import largest, norminf, peak, smallest
from derive.language.facts import close_facts
from derive.language.functions import postorder
from derive.language.operators import ELEMENTWISE, OPERATORS
from derive.language.sizes import Size, size_value
from derive.language.spectral import BUILDERS
from derive.language.sympy_in import from_sympy
from derive.language.sympy_out import FORMS, to_sympy
from derive.language.toeplitz import toeplitz_part

SIZES = {"n": 4, "d": 3}
N, D = Size.named("n"), Size.named("d")
SYMBOLS = [
    symbol("X", (N, D)),
    symbol("A", (D, D)),
    symbol("S", (D, D), close_facts(("spd",), "S", (D, D))),
    symbol("w", (D, 1)),
    symbol("u", (D, 1), close_facts(("positive",), "u", (D, 1))),
    symbol("y", (N, 1)),
    symbol("a"),
    symbol("lam", facts=close_facts(("positive",), "lam", (1, 1))),
]
SAYS_NO_VALUE = {"differential", "nabla", "derivative", "expectation"}

MAPS = {
    "exp": np.exp, "log": np.log, "abs": np.abs, "sign": np.sign, "sin": np.sin, "cos": np.cos,
    "tan": np.tan, "arcsin": np.arcsin, "arccos": np.arccos, "arctan": np.arctan,
    "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "erf": scipy.special.erf,
    "normpdf": scipy.stats.norm.pdf, "normcdf": scipy.stats.norm.cdf,
    "lognormcdf": scipy.stats.norm.logcdf,
    "sigmoid": scipy.special.expit, "softplus": lambda x: np.logaddexp(0, x),
    "relu": lambda x: np.maximum(x, 0), "step": lambda x: np.where(x > 0, 1.0, 0.0),
    "closed_step": lambda x: np.where(x >= 0, 1.0, 0.0),
    "loggamma": scipy.special.gammaln, "digamma": scipy.special.digamma,
    "trigamma": lambda x: scipy.special.polygamma(1, x),
}  # fmt: skip


def softmax(x):
    return np.exp(x - x.max()) / np.exp(x - x.max()).sum()


def logsumexp(x):
    return np.array([[np.log(np.exp(x).sum())]])


def chain(factors):
    result = factors[0]
    for factor in factors[1:]:
        scalar = result.shape == (1, 1) or factor.shape == (1, 1)
        result = result * factor if scalar else result @ factor
    return result


VALUES = {
    "number": lambda node: np.array([[float(node.data)]]),
    "constant": lambda node: np.array(
        [[{"pi": math.pi, "e": math.e, "euler_gamma": np.euler_gamma}[node.data]]]
    ),
    "size": lambda node: np.array([[float(size_value(node.data, SIZES))]]),
    "eye": lambda node: np.eye(size_value(node.shape[0], SIZES)),
    "ones": lambda node: np.ones([size_value(s, SIZES) for s in node.shape]),
    "zero": lambda node: np.zeros([size_value(s, SIZES) for s in node.shape]),
    "add": lambda node, *terms: sum(terms[1:], terms[0]),
    "mul": lambda node, *factors: chain(factors),
    "had": lambda node, *factors: math.prod(factors),
    "pow": lambda node, base, exponent: base**exponent,
    "mpow": lambda node, base: np.linalg.matrix_power(base, node.data),
    "transpose": lambda node, a: a.T,
    "inverse": lambda node, a: np.linalg.inv(a),
    "map": lambda node, a: MAPS[node.data](a),
    "trace": lambda node, a: np.array([[np.trace(a)]]),
    "det": lambda node, a: np.array([[np.linalg.det(a)]]),
    "logdet": lambda node, a: np.array([[np.log(np.linalg.det(a))]]),
    "total": lambda node, a: np.array([[a.sum()]]),
    "norm2": lambda node, a: np.array([[np.sqrt((a**2).sum())]]),
    "norm1": lambda node, a: np.array([[np.abs(a).sum()]]),
    "logsumexp": lambda node, a: logsumexp(a),
    "diag": lambda node, a: np.diag(a.ravel()),
    "diagonal": lambda node, a: np.diag(a).reshape(-1, 1),
    "softmax": lambda node, a: softmax(a),
    "rowsoftmax": lambda node, a: np.vstack([softmax(row) for row in a]),
    "rowlogsumexp": lambda node, a: np.vstack([logsumexp(row) for row in a]),
    "max": lambda node, a: np.array([[a.max()]]),
    "min": lambda node, a: np.array([[a.min()]]),
    "norminf": lambda node, a: np.array([[np.abs(a).max()]]),
    "peak": lambda node, a: (a == getattr(a, node.data)()) * 1.0,
    "block": lambda node, *entries: np.block(
        [list(entries[k : k + node.data[1]]) for k in range(0, len(entries), node.data[1])]
    ),
    "kron": lambda node, a, b: np.kron(a, b),
    "vec": lambda node, a: a.T.reshape(-1, 1),
    "toeplitz": lambda node, a: np.array(
        [[np.diagonal(a, j - i).mean() for j in range(a.shape[1])] for i in range(a.shape[0])]
    ),
    "unvec": lambda node, a: a.reshape([size_value(s, SIZES) for s in node.shape[::-1]]).T,
    "commutation": lambda node: np.eye(size_value(node.shape[0], SIZES))[
        np.arange(size_value(node.shape[0], SIZES))
        .reshape([size_value(s, SIZES) for s in node.data[::-1]])
        .T.ravel()
    ],
    "block_inner": lambda node, w, b: block_values(
        w, [size_value(s, SIZES) for s in node.shape], lambda block, i, j: (block * b).sum()
    ),
    "block_sum": lambda node, w, a: sum(
        block * a[i, j]
        for i, row in enumerate(np.split(w, len(a), axis=0))
        for j, block in enumerate(np.split(row, a.shape[1], axis=1))
    ),
    **{
        op: lambda node, *args: matrix_value(node, args, [size_value(s, SIZES) for s in node.shape])
        for op in (
            "mask",
            "polygamma",
            "besseli",
            "zeta",
            "gammainc",
            "betainc",
            "normquantile",
            "gammaincinv",
            "betaincinv",
            "matrixmap",
            "frechet",
            "cholesky",
            "adjugate",
            "pinv",
        )
    },
    "array": lambda node, *entries: np.block(
        [list(entries[k : k + node.shape[1]]) for k in range(0, len(entries), node.shape[1])]
    ),
}


def value(node: Node, at: dict[str, np.ndarray]) -> np.ndarray:
    done: dict[Node, np.ndarray] = {}
    for part in postorder(node):
        if part.op == "symbol":
            done[part] = at[part.name]
        else:
            done[part] = VALUES[part.op](part, *(done[arg] for arg in part.args))
    return done[node]


def point(seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    at = {}
    for s in SYMBOLS:
        shape = [size_value(size, SIZES) for size in s.shape]
        at[s.name] = rng.normal(size=shape)
        if "spd" in s.facts:
            at[s.name] = at[s.name] @ at[s.name].T + np.eye(shape[0])
        if "positive" in s.facts:
            at[s.name] = np.abs(at[s.name]) + 0.3
    return at


def random_node(rng: random.Random, shape: tuple, depth: int) -> Node:
    """A node of this shape; anything the tree can hold may occur."""
    leaves = [s for s in SYMBOLS if s.shape == shape]
    if depth == 0:
        if shape == (1, 1):
            leaves = [*leaves, number(Fraction(rng.randint(1, 5), 2)), size_node(N), constant("pi")]
        if shape[0] == shape[1] != 1:
            leaves = [*leaves, eye(shape[0])]
        return rng.choice(leaves or [ones(*shape)])

    def part(of=shape):
        return random_node(rng, of, depth - 1)

    positive = lambda: build.elementwise("exp", build.elementwise("sin", part()))  # noqa: E731
    choices = [
        lambda: add(part(), part()),
        lambda: add(part(), -part()),
        lambda: multiply(part((1, 1)), part()),
        lambda: build.hadamard(part(), part()),
        lambda: transpose(part((shape[1], shape[0]))),
        lambda: build.elementwise(
            rng.choice(["sin", "tanh", "sigmoid", "softplus", "abs"]), part()
        ),
        lambda: build.elementwise("log", positive()),
        lambda: elementwise_power(positive(), number(Fraction(rng.randint(-3, 3), 2))),
        lambda: elementwise_power(part(), number(2)),
        lambda: multiply(part((shape[0], D)), part((D, shape[1]))),
        lambda: multiply(part((shape[0], 1)), part((1, shape[1]))),
    ]
    if shape == (1, 1):
        choices += [
            lambda: build.trace(part((D, D))),
            lambda: build.total(part((N, D))),
            lambda: build.mean(part((N, 1))),
            lambda: build.norm2(part((N, D))),
            lambda: build.norm1(part((D, 1))),
            lambda: build.logsumexp(part((D, 1))),
            lambda: build.determinant(part((D, D))),
            lambda: build.logdet(SYMBOLS[2]),
        ]
    elif shape[1] == 1:
        choices += [
            lambda: build.softmax(part()),
            lambda: build.rowlogsumexp(part((shape[0], D))),
        ]
        choices += [lambda: build.diagonal_vector(part((shape[0], shape[0])))]
    elif shape[0] == shape[1]:
        choices += [
            lambda: build.diagonal_matrix(part((shape[0], 1))),
            lambda: inverse(SYMBOLS[2]) if shape[0] == D else eye(shape[0]),
            lambda: matrix_power(part(), rng.randint(2, 3)),
            lambda: mf.matrix_map(rng.choice(["sinm", "cosm"]), part()),
            lambda: mf.frechet("expm", multiply(number(Fraction(1, 20)), part()), part()),
            lambda: (
                mf.matrix_map(rng.choice(["logm", "sqrtm", "expm"]), SYMBOLS[2])
                if shape[0] == D
                else mf.mask("lower", *shape)
            ),
            lambda: mf.cholesky(SYMBOLS[2]) if shape[0] == D else mf.mask("upper_half", *shape),
            lambda: mf.adjugate(part()),
            lambda: mf.pseudo_inverse(part()),
        ]
    else:
        choices += [lambda: build.rowsoftmax(part())]
    return rng.choice(choices)()


@pytest.mark.parametrize("seed", range(150))
def test_a_random_node_keeps_its_value_on_the_way_to_sympy_and_back(seed):
    rng = random.Random(seed)
    shape = rng.choice([(1, 1), (D, 1), (N, D), (D, D), (1, D), (N, 1)])
    node = random_node(rng, shape, rng.randint(1, 4))
    again = from_sympy(to_sympy(node))
    assert again.shape == node.shape
    at = point(seed)
    with np.errstate(all="ignore"):
        expected, found = value(node, at), value(again, at)
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("op", OPERATORS)
def test_every_operator_has_a_sympy_form_or_refuses_by_name(op):
    assert (op in FORMS) != (op in SAYS_NO_VALUE)
    if op in SAYS_NO_VALUE:
        w = SYMBOLS[3]
        node = {
            "differential": lambda: build.differential(w),
            "nabla": lambda: build.nabla(symbol("f"), w),
            "derivative": lambda: build.jacobian_by_name(w, w),
            "expectation": lambda: build.expectation(symbol("a"), "p", "a"),
        }[op]()
        with pytest.raises(NoRuleError, match=op):
            to_sympy(node)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_every_elementwise_function_keeps_its_value(name):
    inside = build.elementwise("sigmoid", SYMBOLS[3])
    node = build.elementwise(name, inside)
    again = from_sympy(to_sympy(node))
    np.testing.assert_allclose(value(again, point(1)), value(node, point(1)), rtol=1e-12)


FAMILIES = (
    "max min norminf peak block part kron vec toeplitz unvec commutation block_inner block_sum"
)


@pytest.mark.parametrize("op", FAMILIES.split())
def test_a_node_of_a_family_of_its_own_comes_back_as_it_was(op):
    A, B = symbol("A", (N, D)), symbol("B", (D, N))
    whole = kr.kron(A, B) + kr.kron(A, B)
    node = {
        "max": largest(A),
        "min": smallest(symbol("s"), symbol("t")),
        "norminf": norminf(kr.vec(A)),
        "peak": peak(A, "min"),
        "block": block([[A, A @ B], [B @ A, B]]),
        "part": part_of(A, 1, 0, N + -2, D),
        "kron": kr.kron(A, B),
        "vec": kr.vec(A),
        "toeplitz": toeplitz_part(A + A),
        "unvec": kr.unvec(kr.vec(A) + kr.vec(B), N, D),
        "commutation": kr.commutation(N, D),
        "block_inner": kr.block_inner(whole, B, N, D),
        "block_sum": kr.block_sum(whole, A, D, N),
    }[op]
    assert any(part.op == op for part in postorder(node))
    assert from_sympy(to_sympy(node)) is node


@pytest.mark.parametrize("op", BUILDERS)
def test_a_spectral_operator_comes_back_as_it_was(op):
    X, _, S, w = SYMBOLS[:4]
    argument = w if op == "gaps" else S if op.startswith(("eig", "lambda", "resolvent")) else X
    node = BUILDERS[op](argument)
    again = to_sympy(node)
    assert from_sympy(again) is node
    assert again.func(*again.args) == again


def test_leaves_and_arrays_come_back_as_they_were():
    a, lam = SYMBOLS[6], SYMBOLS[7]
    for node in (
        *SYMBOLS, number(Fraction(-2, 7)), constant("e"), constant("euler_gamma"),
        eye(D), ones(N), ones(1, D), zero((N, D)), build.array([[a, lam], [number(1), a * lam]]),
    ):  # fmt: skip
        assert from_sympy(to_sympy(node)) is node
