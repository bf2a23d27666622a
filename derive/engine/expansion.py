"""The expanded form: every product multiplied out, so that equal polynomials look equal.

The normal form for people (``tidy``) never expands.  To decide whether two expressions are
equal, both are multiplied out, which is longer and leaves fewer ways to write one thing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product as choices
from math import prod

from derive.engine.blocks import blocks_multiplied
from derive.engine.inverses import swapped_inverses
from derive.engine.normal import tidy, tidy_one
from derive.engine.products import tidy_hadamard, times
from derive.engine.terms import merged
from derive.language.canonical import canonical, digest
from derive.language.expression import (
    Node,
    elementwise_power,
    is_zero,
    number,
    product,
    split_product,
    transpose,
)
from derive.language.functions import postorder, trace

MOST_TERMS = 3000  # of one sum; a product with more stays as it is
MOST_COPIES = 6  # of one base; a higher power stays a power
LINEAR = {"transpose", "trace", "total", "diag", "diagonal"}


def is_identity(left: Node, right: Node) -> bool:
    """Whether two nodes are equal by their normal forms, at whatever values of their symbols."""
    return is_zero(difference(left, right))


def difference(left: Node, right: Node) -> Node:
    """The difference of two nodes multiplied out, so that like terms have cancelled."""
    return expanded(tidy(left - right))


def expanded(node: Node) -> Node:
    """The node multiplied out, like terms merged."""
    done: dict[Node, Node] = {}
    for part in postorder(node):
        args = [done[arg] for arg in part.args]
        done[part] = _expanded(part, args) if args else part
    return done[node]


def _expanded(node: Node, args: Sequence[Node]) -> Node:
    """One operator whose arguments are expanded."""
    if node.op == "add":
        return merged(args)
    if node.op in {"mul", "had"}:
        return _multiplied_out(node, args)
    if node.op in {"pow", "mpow"}:
        return _power(node, args)
    if node.op in LINEAR and args[0].op == "add":
        return merged([tidy_one(node, [term]) for term in args[0].args])
    return tidy_one(node, list(args))


def _multiplied_out(node: Node, args: Sequence[Node]) -> Node:
    if node.op == "mul":
        joined = blocks_multiplied(args, times)
        if len(joined) < len(args):
            return expanded(times(*joined))
    terms = [arg.args if arg.op == "add" else (arg,) for arg in args]
    if prod(map(len, terms)) > MOST_TERMS:
        return tidy_one(node, list(args))
    if node.op == "had":
        return merged([tidy_hadamard(factors) for factors in choices(*terms)])
    return merged([_settled(times(*factors)) for factors in choices(*terms)])


def _settled(term: Node) -> Node:
    """Of the two sides on which an inverse may stand by push-through, always the same one."""
    coefficient, scalars, chain = split_product(term)
    swapped = [product(coefficient, scalars, other) for other in swapped_inverses(chain)]
    return min((term, *map(tidy, swapped)), key=lambda n: digest(canonical(n)))


def _power(node: Node, args: Sequence[Node]) -> Node:
    """A whole power as a product; of a norm, the square as ``tr(A'A)``."""
    exponent = node.data if node.op == "mpow" else args[1].data if args[1].is_number else None
    if exponent is None or exponent != int(exponent) or abs(exponent) < 2:
        return tidy_one(node, list(args))
    base = args[0]
    if base.op == "norm2" and exponent % 2 == 0:
        square = expanded(tidy(trace(transpose(base.args[0]) @ base.args[0])))
        half = elementwise_power(square, number(int(exponent) // 2))
        return expanded(half) if exponent > 2 else half
    if base.op != "add" or not 2 <= exponent <= MOST_COPIES:
        return tidy_one(node, list(args))
    whole = base
    for _ in range(int(exponent) - 1):
        pair = [whole, base]
        terms = [arg.args if arg.op == "add" else (arg,) for arg in pair]
        if prod(map(len, terms)) > MOST_TERMS:
            return tidy_one(node, list(args))
        is_elementwise = node.op == "pow" and not node.is_scalar
        join = tidy_hadamard if is_elementwise else _chained
        whole = merged([join(factors) for factors in choices(*terms)])
    return whole


def _chained(factors: Sequence[Node]) -> Node:
    return times(*factors)
