"""Whole exponents of matrices: sums of them collected, and how small they can be."""

from __future__ import annotations

from fractions import Fraction
from math import prod

from derive.language.canonical import canonical
from derive.language.expression import (
    Node,
    add,
    elementwise_power,
    eye,
    inverse,
    make,
    matrix_power,
    multiply,
    number,
    product,
    split_product,
)
from derive.language.indices import last_value


def symbolic_power(base: Node, exponent: Node) -> Node:
    """A square matrix to a whole power; an exponent with a minus sign inverts."""
    exponent = collected(exponent)
    if base.is_scalar:
        return elementwise_power(base, exponent)
    if exponent.op == "number":
        return matrix_power(base, int(exponent.data))
    if base.op == "inverse" and is_never_positive(exponent):
        base, exponent = base.args[0], collected(-exponent)
    elif base.op != "inverse" and is_never_positive(exponent):
        base, exponent = inverse(base), collected(-exponent)
    if base.op == "matpow":
        return symbolic_power(base.args[0], multiply(base.args[1], exponent))
    if base.op == "eye":
        return eye(base.shape[0])
    return make("matpow", (base, exponent), base.shape)


def collected(*terms: Node) -> Node:
    """The sum of scalars with like terms merged, what is added first."""
    amounts, first = _terms(*terms)
    # k - i, not -i + k; k + 1, not 1 + k
    signed = sorted(amounts.items(), key=lambda item: 2 if item[1] < 0 else item[0].is_number)
    kept = [multiply(number(c), first[key]) for key, c in signed if c]
    return add(*kept) if kept else number(0)


def _terms(*nodes: Node) -> tuple[dict[Node, Fraction], dict[Node, Node]]:
    """The amount of each part of a sum, and how the part is written."""
    amounts: dict[Node, Fraction] = {}
    first: dict[Node, Node] = {}
    pending = list(reversed(nodes))
    while pending:
        term = pending.pop()
        if term.op == "add":
            pending.extend(reversed(term.args))
            continue
        coefficient, scalars, _ = split_product(term)
        if len(scalars) == 1 and scalars[0].op == "add":
            pending.extend(multiply(number(coefficient), t) for t in reversed(scalars[0].args))
            continue
        core = product(Fraction(1), scalars, [])
        key = canonical(core)
        amounts[key] = amounts.get(key, Fraction(0)) + coefficient
        first.setdefault(key, core)
    return amounts, first


def least_value(node: Node) -> Fraction | None:
    """A number that a whole scalar never lies below; None where none is known."""
    amounts, _ = _terms(node)
    for key in list(amounts):
        if key.op == "index":  # an index is worst at one of its ends
            amount = amounts.pop(key)
            end = last_value(key) if amount < 0 else number(key.data.first)
            return least_value(add(collected_from(amounts), multiply(number(amount), end)))
    least = Fraction(0)
    for key, amount in amounts.items():
        if amount == 0:
            continue
        if key is number(1):
            least += amount
            continue
        bound = _least_of(key)
        if amount < 0 or bound is None:
            return None
        least += amount * bound
    return least


def collected_from(amounts: dict[Node, Fraction]) -> Node:
    """The sum that amounts of parts stand for."""
    kept = [multiply(number(c), key) for key, c in amounts.items() if c]
    return add(*kept) if kept else number(0)


def _least_of(node: Node) -> Fraction | int | None:
    if node.op == "mul":
        least = [least_value(factor) for factor in node.args]
        kept = [value for value in least if value is not None and value >= 0]
        return prod(kept) if len(kept) == len(least) else None
    if node.op == "pow" and node.args[1].is_number and node.args[1].data % 2 == 0:
        return 0
    if node.op == "size" or "positive" in node.facts:
        return 1
    return 0 if "nonnegative" in node.facts else None


def is_never_negative(exponent: Node) -> bool:
    """Whether a whole exponent is certainly at least 0."""
    least = least_value(exponent)
    return least is not None and least >= 0


def is_never_positive(exponent: Node) -> bool:
    """Whether a whole exponent is certainly at most 0."""
    return is_never_negative(multiply(number(-1), exponent))


def whole_power_of_root(node: Node) -> Node | None:
    """The whole exponent of ``(x^p)^q`` in x, for numbers p and q; None of other powers.

    Examples
    --------
    >>> from derive.language.expression import elementwise_power, make, symbol
    >>> root = elementwise_power(symbol("x"), number(Fraction(1, 2)))
    >>> whole_power_of_root(make("pow", (root, number(4)), root.shape))
    2
    """
    if node.op != "pow" or node.args[0].op != "pow":
        return None
    inner, outer = node.args[0].args[1], node.args[1]
    if inner.op != "number" or outer.op != "number" or inner.data.denominator == 1:
        return None
    whole = inner.data * outer.data
    return number(whole) if whole.denominator == 1 and whole > 0 else None
