"""Sizes that enter a claim as numbers: a polynomial may vanish at the few sizes that are tried.

A polynomial of degree k has at most k roots, so where a size occurs to a higher power one more
size is tried, larger than the others and drawn from the seed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import product
from typing import TypeAlias

from derive.check.stream import Stream
from derive.language.expression import Node
from derive.language.functions import postorder
from derive.language.sizes import Size

Sizes: TypeAlias = dict[str, int]

LEAST_DEGREE = 3  # as many sizes are tried of every claim
LARGER, MOST_LARGER = 6, 12  # where the further size is drawn
MOST_TRIED = 20_000  # sizes at which a polynomial is looked at

ARITHMETIC = {"number", "size", "add", "mul", "had", "pow", "mpow"}


def degree_in_sizes(nodes: Iterable[Node]) -> int:
    """At most how high a power of a size some nodes have as numbers.

    A determinant counts as one more, as det(c A) holds a power of c.
    """
    roots = list(nodes)
    degrees: dict[Node, int] = {}
    for node in postorder(*roots):
        inside = [degrees[arg] for arg in node.args]
        if node.op == "size":
            degrees[node] = 1
        elif node.op == "add":
            degrees[node] = max(inside)
        elif node.op == "pow" and node.args[1].is_number:
            degrees[node] = inside[0] * max(1, abs(int(node.args[1].data)))
        elif node.op == "mpow":
            degrees[node] = inside[0] * max(1, abs(int(node.data)))
        else:
            degrees[node] = sum(inside) + (node.op == "det")
    return max((degrees[root] for root in roots), default=0)


def larger_sizes(names: Sequence[str], stream: Stream, tried: Iterable[Sizes]) -> Sizes:
    """One more number for each name, all distinct and larger than any tried, in their order."""
    past = max((number for sizes in tried for number in sizes.values()), default=0)
    ranks = _order(next(iter(tried), {}), names)
    start = max(LARGER, past + 1)
    chosen = start + int(stream.integers(0, MOST_LARGER - LARGER, (1,))[0])
    return {name: chosen + ranks[name] for name in names}


def _order(sizes: Sizes, names: Sequence[str]) -> Sizes:
    """The place of each name among the numbers of a set, so that tall stays tall."""
    ordered = sorted(names, key=lambda name: sizes.get(name, 0))
    return {name: place for place, name in enumerate(ordered)}


def is_polynomial_in_sizes(node: Node) -> bool:
    """Whether a scalar is made of numbers and sizes by sums, products and whole powers."""
    parts = postorder(node)
    powers = (part.args[1] for part in parts if part.op == "pow")
    return all(part.op in ARITHMETIC and part.is_scalar for part in parts) and all(
        exponent.is_number and exponent.data.denominator == 1 and exponent.data > 0
        for exponent in powers
    )


def where_not_zero(polynomial: Node) -> Sizes | None:
    """Sizes at which a polynomial in sizes is not zero; None if it is zero at all that count.

    A polynomial of degree k that vanishes at k + 1 numbers of each name is zero.
    """
    names = _names(polynomial)
    count = degree_in_sizes([polynomial]) + 1
    for k, numbers in enumerate(product(range(1, count + 1), repeat=len(names))):
        sizes = dict(zip(names, numbers, strict=True))
        if _exact(polynomial, sizes):
            return sizes
        if k == MOST_TRIED:
            break
    return None


def _names(node: Node) -> tuple[str, ...]:
    sizes = (part.data for part in postorder(node) if part.op == "size")
    found = (name for size in sizes if isinstance(size, Size) for name in size.names_in_order)
    return tuple(dict.fromkeys(found))


def _exact(polynomial: Node, sizes: Sizes) -> Fraction:
    """The value of a polynomial in sizes, exactly."""
    values: dict[Node, Fraction] = {}
    for node in postorder(polynomial):
        args = [values[arg] for arg in node.args]
        if node.op == "number":
            values[node] = Fraction(node.data)
        elif node.op == "size":
            values[node] = Fraction(node.data.value(sizes))
        elif node.op == "add":
            values[node] = sum(args, Fraction(0))
        elif node.op == "pow":
            values[node] = args[0] ** int(node.args[1].data)
        elif node.op == "mpow":
            values[node] = args[0] ** int(node.data)
        else:
            found = Fraction(1)
            for arg in args:
                found *= arg
            values[node] = found
    return values[polynomial]
