"""Parts of a node that the stable forms look for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from derive.language.canonical import canonical
from derive.language.expression import (
    Node,
    add,
    elementwise_power,
    inverse,
    make,
    matrix_power,
    multiply,
    negative,
    number,
    ones,
    product,
    split_product,
    transpose,
    zero,
)
from derive.language.functions import hadamard, postorder
from derive.language.kronecker import kron


def map_of(name: str, node: Node) -> Node:
    """An elementwise function, also of the names that exist in this room only."""
    return make("map", (node,), node.shape, name)


def is_map(node: Node, name: str) -> bool:
    return node.op == "map" and node.data == name


def constant_of(node: Node) -> Fraction | None:
    """The value of a number or of an array of one number."""
    coefficient, scalars, chain = split_product(node)
    is_outer = all(factor.shape[0] == 1 for factor in chain[1:])
    if not scalars and is_outer and all(factor.op == "ones" for factor in chain):
        return coefficient
    return None


def without(node: Node, value: int) -> Node | None:
    """The sum without its constant term, if that is `value`."""
    if node.op != "add":
        return None
    for k, term in enumerate(node.args):
        if constant_of(term) == value:
            return add(*node.args[:k], *node.args[k + 1 :])
    return None


def complements(node: Node) -> Iterator[tuple[Fraction, Node, list[Node]]]:
    """Each way to read a sum as ``c - c f`` and other terms: c, a number, then f and those."""
    for number_term in node.args if node.op == "add" else ():
        value = constant_of(number_term)
        if value:
            for term in node.args:
                others = [t for t in node.args if t is not number_term and t is not term]
                yield value, multiply(number(-1 / value), term), others


def spread(scalar: Node, like: Node) -> Node:
    """A scalar in every entry of the shape of another node."""
    return scalar if like.is_scalar else multiply(scalar, ones(*like.shape))


def factors_of(node: Node) -> tuple[Fraction, tuple[Node, ...]]:
    """A product as its number and its factors, scalars first; an elementwise one is opened.

    Of a product of matrices the chain is one factor, so that factors may change places.
    """
    coefficient, scalars, chain = split_product(node)
    if not chain:
        return coefficient, scalars
    array = multiply(*chain)
    if array.op != "had":
        return coefficient, (*scalars, array)
    inner = [factors_of(arg) for arg in array.args]
    for number_part, _ in inner:
        coefficient *= number_part
    return coefficient, (*scalars, *(factor for _, factors in inner for factor in factors))


def of_factors(coefficient: Fraction, factors: Sequence[Node], like: Node) -> Node:
    """The product of factors that are scalars or have the shape of a node, in that shape."""
    scalars = [factor for factor in factors if factor.is_scalar]
    arrays = [factor for factor in factors if not factor.is_scalar]
    if like.is_scalar:
        return multiply(number(coefficient), *scalars)
    array = hadamard(*arrays) if arrays else ones(*like.shape)
    return multiply(number(coefficient), *scalars, array)


def collected(*terms: Node) -> Node:
    """A sum in which like terms are one term."""
    found: dict[Node, Fraction] = {}
    order: dict[Node, Node] = {}
    for term in add(*terms).args if add(*terms).op == "add" else (add(*terms),):
        coefficient, scalars, chain = split_product(term)
        rest = product(Fraction(1), scalars, chain) if scalars or chain else number(1)
        key = canonical(rest)
        order.setdefault(key, rest)
        found[key] = found.get(key, Fraction(0)) + coefficient
    kept = [multiply(number(c), order[key]) for key, c in found.items() if c]
    return add(*kept) if kept else zero(terms[0].shape)


def leaves_of(node: Node, most: int = 200) -> int:
    """How many leaves the tree of a node has, exponents apart; `most` if there are more."""
    count, pending = 0, [node]
    while pending and count < most:
        part = pending.pop()
        args = part.args[:1] if part.op == "pow" else part.args
        if part.op == "mul":
            args = tuple(arg for arg in args if not arg.is_number)
        pending.extend(args)
        count += not args
    return count


def _opened(node: Node) -> Node:
    """A sum whose squares of sums, and their multiples, are multiplied out."""
    opened = []
    for term in node.args if node.op == "add" else (node,):
        coefficient, factors = factors_of(term)
        squares = [f for f in factors if f.op == "pow" and constant_of(f.args[1]) == 2]
        if len(factors) == 1 and squares and factors[0].args[0].op == "add":
            parts = factors[0].args[0].args
            opened += [of_factors(coefficient, _joined(a, b), term) for a in parts for b in parts]
        else:
            opened.append(term)
    return add(*opened)


def _joined(left: Node, right: Node) -> list[Node]:
    """The factors of a product; those of a square are one."""
    c, factors = factors_of(left)
    if left is right:
        return [number(c * c), *(elementwise_power(factor, number(2)) for factor in factors)]
    d, others = factors_of(right)
    return [number(c * d), *factors, *others]


def simpler_difference(u: Node, v: Node) -> Node | None:
    """u - v, if it is simpler than the two."""
    difference = collected(u, negative(v))
    if any(part.op == "pow" for part in postorder(difference)):
        opened = collected(_opened(difference))
        difference = min(difference, opened, key=leaves_of)
    if difference.op == "add" and difference.is_scalar:
        difference = min(difference, _shared_outside(difference), key=leaves_of)
    return difference if leaves_of(difference) < leaves_of(u) + leaves_of(v) else None


def _shared_outside(total: Node) -> Node:
    """A sum of scalars with the factors that all its terms share in front of it."""
    terms = [factors_of(term) for term in total.args]
    shared = [f for f in dict.fromkeys(terms[0][1]) if all(f in factors for _, factors in terms)]
    if not shared:
        return total
    rest = [multiply(number(c), *(f for f in fs if f not in shared)) for c, fs in terms]
    return multiply(*shared, add(*rest))


def rebuilt(node: Node, args: tuple[Node, ...]) -> Node:
    """The node with other arguments."""
    if args == node.args:
        return node
    if node.op in BUILDERS:
        return BUILDERS[node.op](*args)
    if node.op == "mpow":
        return matrix_power(args[0], node.data)
    return make(node.op, args, node.shape, node.data)


BUILDERS: dict[str, Callable[..., Node]] = {
    "add": add,
    "mul": multiply,
    "had": hadamard,
    "pow": elementwise_power,
    "transpose": transpose,
    "inverse": inverse,
    "kron": kron,
}
