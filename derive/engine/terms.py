"""Terms of a sum as number, scalars and chain, and the merging of like ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import TypeAlias

from derive.engine.matrix_forms import joined_masks
from derive.language.canonical import canonical, digest
from derive.language.expression import (
    ONE,
    Node,
    add,
    multiply,
    negative,
    number,
    product,
    split_product,
    transpose,
    zero,
)
from derive.language.functions import hadamard

Term: TypeAlias = tuple[Fraction, tuple[Node, ...], tuple[Node, ...]]
Factored: TypeAlias = Callable[[Node], Node]


def merged(terms: Sequence[Node]) -> Node:
    """The sum with like terms merged at the place of the first, zeros dropped.

    A sum that is subtracted stays whole, unless its terms meet their like outside; a
    difference that is subtracted is turned round and added, but for ``1 - p``.
    """
    whole = _merged(terms)
    opened = [_signed_sum(term) for term in terms]
    if any(one is not other for one, other in zip(opened, terms, strict=True)):
        flat = _merged(opened)
        if _count(flat) < _count(add(*opened)):
            return flat
        return _merged([term if _is_complement(term) else difference(term) for term in terms])
    return whole


def _is_complement(term: Node) -> bool:
    """Whether what is subtracted is ``1 - p``, which reads as one thing."""
    constants = {"number", "ones", "eye"}
    subtracted = term.args[-1].args if term.op == "mul" else ()
    return any(part.op in constants for part in subtracted)


def _count(node: Node) -> int:
    return len(node.args) if node.op == "add" else 1


def _merged(terms: Sequence[Node]) -> Node:
    joined = add(*terms)
    parts = joined.args if joined.op == "add" else (joined,)
    amounts: dict[Node, Fraction] = {}
    first: dict[Node, tuple[Node, int]] = {}
    has_sums = sum(any(map(summands, part.args)) for part in parts) > 1
    for term in parts:
        coefficient, scalars, chain = split_product(term)
        core, sign = product(ONE, scalars, chain), 1
        key = canonical(core)
        if has_sums and core.op == "mul":
            key, sign = _unsigned(core)
        amount = coefficient if sign == 1 else -coefficient
        if key in first:
            amounts[key] += amount
        else:
            amounts[key], first[key] = amount, (core, sign)
    kept = [multiply(number(c), core) for c, core in _present(amounts, first)]
    return add(*joined_masks(kept)) if kept else zero(joined.shape)


def _present(
    amounts: dict[Node, Fraction], first: dict[Node, tuple[Node, int]]
) -> Iterator[tuple[Fraction, Node]]:
    """The amounts that are not zero, with their terms as first written."""
    for key, amount in amounts.items():
        if amount:
            core, sign = first[key]
            yield (amount if sign == 1 else -amount), core


def _unsigned(core: Node) -> tuple[Node, int]:
    """A canonical node that ``(a - b) x`` and ``(b - a) x`` share, and the sign between them."""
    sign, factors = 1, []
    for factor in core.args:
        if summands(factor):
            other = transpose(negative(transpose(factor)))
            if digest(canonical(other)) < digest(canonical(factor)):
                sign, factor = -sign, other
        factors.append(factor)
    return canonical(multiply(*factors)), sign


def summands(factor: Node) -> tuple[Node, ...]:
    """The terms of a sum or of a transposed sum; nothing for another factor."""
    if factor.op == "add":
        return factor.args
    if factor.op == "transpose" and factor.args[0].op == "add":
        return tuple(map(transpose, factor.args[0].args))
    return ()


def _signed_sum(term: Node) -> Node:
    """``-(a - b)`` as the terms ``b - a``; another term as it is."""
    if term.op == "mul" and len(term.args) == 2 and term.args[1].op == "add":
        sign, total = term.args
        if sign.op == "number" and sign.data == -1:
            return positive_lead(negative(total))
    return term


def positive_lead(node: Node) -> Node:
    """A result that begins with a positive term if it has one.

    ``-a + b`` is ``b - a``, and ``-A (x - y)`` is ``A (y - x)``.
    """
    if node.op == "add":
        signs = [split_product(term)[0] > 0 for term in node.args]
        k = signs.index(True) if True in signs else 0
        return add(node.args[k], *node.args[:k], *node.args[k + 1 :])
    coefficient, scalars, chain = split_product(node)
    if coefficient < 0:
        factors, count = [*scalars, *chain], len(scalars)
        for k, factor in enumerate(factors):
            if (turned := _turned_round(factor)) is not None:
                factors[k] = turned
                return product(-coefficient, factors[:count], factors[count:])
    return node


def difference(node: Node) -> Node:
    """``-(a - b)`` as ``b - a``; another node as it is."""
    return positive_lead(node) if _signed_sum(node) is not node else node


def _turned_round(factor: Node) -> Node | None:
    """Minus a factor that is, or holds, a difference; nothing if it holds none."""
    if factor.op == "transpose":
        inner = _turned_round(factor.args[0])
        return None if inner is None else transpose(inner)
    if factor.op == "had":
        for k, part in enumerate(factor.args):
            if (turned := _turned_round(part)) is not None:
                return hadamard(*factor.args[:k], turned, *factor.args[k + 1 :])
    if factor.op != "add" or len({split_product(term)[0] > 0 for term in factor.args}) == 1:
        return None
    return positive_lead(negative(factor))


def joined(terms: Sequence[Term]) -> Node:
    """The merged sum of terms."""
    return merged([product(*term) for term in terms])
