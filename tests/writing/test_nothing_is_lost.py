"""Nothing is lost: every name of a node stands in its text as often as in the node."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest
from random_expressions import LETTERS, D, Generator, N

from derive.language import expression as ex
from derive.language import functions as fn
from derive.writing.latex import latex
from derive.writing.text import text

MARKED = {
    s: ex.symbol(f"{name}77", s.shape, s.facts) for name, s in LETTERS.items()
}  # no function and no number holds the 77
NOTATIONS = {
    "unicode": (text, r"([A-Za-z])(?:₇₇|_77,)"),
    "ascii": (lambda node: text(node, unicode=False), r"([A-Za-z])77"),
    "latex": (latex, r"([A-Za-z])\}?_\{77[,}]"),
}


def marked(node):
    """The node with names that are easy to find."""
    done = {}
    for part in fn.postorder(node):
        args = tuple(done[a] for a in part.args)
        done[part] = MARKED.get(part) or ex.make(part.op, args, part.shape, part.data)
    return done[node]


def occurrences(node):
    """How often each name stands in the node when it is written out."""
    counts = {}
    for part in fn.postorder(node):
        own = Counter({part.name[0]: 1}) if part.op == "symbol" else Counter()
        # some are written with their argument twice: (lambda_max(A) I - A)^+, 1[x = max(x)]
        times = 2 if part.op.startswith("resolvent") or part.op == "peak" else 1
        counts[part] = sum((counts[a] for a in part.args * times), own)
    return counts[node]


def assert_complete(node):
    node = marked(node)
    wanted = occurrences(node)
    for write, pattern in NOTATIONS.values():
        # the rows of A and B are written a and b
        found = re.findall(pattern, write(node))
        names = [name.upper() if name in "ab" else name for name in found]
        assert Counter(names) == wanted, write(node)


def product(rng):
    """A number, powers of scalars and powers of arrays, in any order that has a shape."""
    s, t, x, u, A = (LETTERS[name] for name in "stxuA")
    scalars = [s, t, s + t, 1 + s**2, fn.norm2(x), fn.total(x), fn.dot(x, x), ex.size_node(N)]
    powers = [1, -1, 2, -2, ex.Fraction(1, 2), ex.Fraction(-1, 2)]
    node = ex.number(rng.choice([1, -1, 3, ex.Fraction(-2, 3)]))
    for _ in range(rng.randint(0, 3)):
        node = node * rng.choice(scalars) ** rng.choice(powers)
    array = rng.choice([x, fn.elementwise("tanh", x), A, A.T @ u, x + ex.ones(D), s * x])
    raised = ex.elementwise_power(array, ex.number(rng.choice(powers)))
    return node * rng.choice([array, raised, fn.hadamard(raised, array), raised + array])


@pytest.mark.parametrize("start", range(0, 500, 100))
def test_every_factor_of_a_random_product_is_written(start):
    for seed in range(start, start + 100):
        assert_complete(product(random.Random(seed)))


@pytest.mark.parametrize("start", range(0, 500, 100))
def test_every_name_of_a_random_expression_is_written(start):
    for seed in range(start, start + 100):
        generator = Generator(seed)
        assert_complete(generator.make(generator.pick([(1, 1), (D, 1), (N, D)]), 1 + seed % 5))


def test_the_sign_of_a_negated_reciprocal_is_kept():
    x, y = LETTERS["x"], LETTERS["y"]
    reciprocal = ex.elementwise_power(x, ex.number(-1))
    node = ex.make("had", (y, ex.make("mul", (ex.number(-1), reciprocal), x.shape)), x.shape)
    assert text(node) == "y∘(−x∘⁻¹)"
