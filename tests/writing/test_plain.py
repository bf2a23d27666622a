"""Plain text: what is printed is read back to the same node."""

from __future__ import annotations

import pytest
from random_expressions import LETTERS, D, Generator, N
from writing_samples import WRITTEN, A, a, b, c

from derive.language.expression import add, constant, multiply, number
from derive.language.functions import contains
from derive.reading import parse
from derive.writing.plain import plain

# the sizes n, d and k are known from these, and not a name of any sample
KNOWN = LETTERS
NOT_TYPED = ("differential", "nabla", "derivative", "expectation")  # what only a derivation writes


def read_back(node):
    return parse(plain(node), {**KNOWN, **{symbol.name: symbol for symbol in node.symbols}})


@pytest.mark.parametrize(
    ("node", "wanted"), [(row[0], row[3]) for row in WRITTEN], ids=lambda v: str(v)
)
def test_plain_text(node, wanted):
    assert plain(node) == wanted
    assert wanted.isascii()


TYPED = [row[0] for row in WRITTEN if not any(contains(row[0], op) for op in NOT_TYPED)]
SIZE_SUM = "(n + 1)*a"  # a size that is a sum is read as a sum of sizes, equal in value


@pytest.mark.parametrize("node", [t for t in TYPED if plain(t) != SIZE_SUM], ids=plain)
def test_a_sample_is_read_back_as_the_same_node(node):
    assert read_back(node) is node


@pytest.mark.parametrize("start", range(0, 600, 100))
def test_random_expressions_are_read_back_as_the_same_nodes(start):
    for seed in range(start, start + 100):
        generator = Generator(seed)
        node = generator.make(generator.pick([(1, 1), (D, 1), (N, D)]), 1 + seed % 6)
        assert read_back(node) is node, f"replay with seed {seed}: {plain(node)}"
        assert plain(node).isascii()


def signed_nodes():
    """Every way of negating, dividing and raising a sum, a product and a power."""
    parts = [a, add(a, b), multiply(a, b), a**2, a**-1, (a + b) ** -1, number(-2), constant("pi")]
    for part in parts:
        yield from (multiply(number(-1), part), multiply(number(-2), part), -part, c - part)
        yield from (add(c, multiply(number(-1), part)), multiply(part, c), c * part, 1 / part)
        yield from (part**2, part**c, part**-2, 1 / (1 / part), c / part, (c / part) / part)
        yield from (number(2) ** part, (-part) ** 2, c ** (-part), multiply(number(-1), part) * A)


@pytest.mark.parametrize("node", dict.fromkeys(signed_nodes()), ids=repr)
def test_precedence_is_that_of_the_reader(node):
    assert read_back(node) is node, plain(node)
