"""Products in which multiplying into a sum makes the whole cheaper; nothing else is expanded."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction

from derive.engine.factor import factored
from derive.engine.fusion import numeric_power
from derive.engine.products import cheapest, tidy_hadamard, times
from derive.engine.terms import merged, summands
from derive.language.canonical import canonical, same
from derive.language.cost import cost
from derive.language.expression import (
    ZERO,
    Node,
    chain_of,
    elementwise_power,
    number,
    product,
    split_product,
)
from derive.language.functions import elementwise


def opened(node: Node, fixed: Collection[Node] = frozenset()) -> Node:
    """A tidy product, with a factor multiplied into a sum beside it where that is cheaper.

    ``A^-1 (A x + b)`` becomes ``x + A^-1 b``, and ``s (a - b/s)`` becomes ``s a - b``.
    Denominators among the sums `fixed` stay.
    """
    if node.op not in {"mul", "had"} or not _has_sum(node):
        return node
    candidates = [
        *_into_neighbours(node),
        *_into_quotients(node),
        *_into_divided(node),
        *_into_exponentials(node),
        *_into_denominators(node, fixed),
    ]
    candidates = [found for found in candidates if cost(found) < cost(node)]
    return opened(cheapest(candidates), fixed) if candidates else node


def _has_sum(node: Node) -> bool:
    return any(
        summands(arg) or (arg.op in {"mul", "had", "pow"} and _has_sum(arg)) for arg in node.args
    )


def _into_neighbours(node: Node) -> Iterator[Node]:
    """A neighbour in the chain multiplied into a sum with a term that takes it up."""
    if node.is_scalar and node.args[0].is_scalar:
        yield from _inside_scalars(node)
        return
    coefficient, scalars, _ = split_product(node)
    chain = chain_of(node)
    outside = number(1) if node.is_scalar else product(coefficient, scalars, [])
    for k, factor in enumerate(chain):
        terms = summands(factor)
        if k > 0 and any(_meet(chain[k - 1], _chain(term)[0]) for term in terms):
            inner = factored(merged([times(chain[k - 1], term) for term in terms]))
            yield times(outside, *chain[: k - 1], inner, *chain[k + 1 :])
        if k + 1 < len(chain) and any(_meet(_chain(t)[-1], chain[k + 1]) for t in terms):
            inner = factored(merged([times(term, chain[k + 1]) for term in terms]))
            yield times(outside, *chain[:k], inner, *chain[k + 2 :])


def _inside_scalars(node: Node) -> Iterator[Node]:
    """The same within a 1 x 1 chain among the scalars of a product."""
    for k, arg in enumerate(node.args):
        if arg.op == "mul" and not arg.args[0].is_scalar:
            for found in _into_neighbours(arg):
                if cost(found) < cost(arg):
                    yield times(*node.args[:k], found, *node.args[k + 1 :])


def _chain(term: Node) -> tuple[Node, ...]:
    return split_product(term)[2]


def _meet(left: Node, right: Node) -> bool:
    """Whether two neighbours simplify each other: ones with anything, an inverse with its own."""
    if "ones" in {left.op, right.op}:
        return True
    if left.op == "inverse" and same((chain_of(left.args[0]) or left.args)[0], right):
        return True
    return right.op == "inverse" and same((chain_of(right.args[0]) or right.args)[-1], left)


def _into_quotients(node: Node) -> Iterator[Node]:
    """A scalar multiplied into a sum some terms of which are divided by it."""
    coefficient, scalars, chain = split_product(node)
    powers = [numeric_power(scalar) for scalar in scalars]
    factors = [*scalars, *chain]
    for place, factor in enumerate(factors):
        terms = summands(factor)
        for k, (base, exponent) in enumerate(powers):
            below = _below(terms, base) if exponent > 0 and k != place else ZERO
            if below:
                taken = elementwise_power(base, number(min(below, exponent)))
                left = elementwise_power(base, number(exponent - min(below, exponent)))
                inner = factored(merged([times(taken, term) for term in terms]))
                others = [
                    inner if j == place else left if j == k else f for j, f in enumerate(factors)
                ]
                yield times(number(coefficient), *others)


def _into_denominators(node: Node, fixed: Collection[Node]) -> Iterator[Node]:
    """A scalar multiplied into the power of a sum: ``1/(s (1 + a/s))`` is ``1/(s + a)``."""
    coefficient, scalars, chain = split_product(node)
    powers = [numeric_power(scalar) for scalar in scalars]
    for place, (inside, outer) in enumerate(powers):
        if inside.op != "add" or inside in fixed or outer.denominator != 1 or outer > -1:
            continue
        for k, (base, exponent) in enumerate(powers):
            below = _below(inside.args, base) if exponent < 0 and k != place else ZERO
            if below:
                taken = elementwise_power(base, number(below))
                terms = [(term, times(taken, term)) for term in inside.args]
                # what is no longer divided by it must not be multiplied by it elsewhere
                if any(cost(new) > cost(old) for old, new in terms if old.op != "number"):
                    continue
                inner = factored(merged([new for _, new in terms]))
                left = elementwise_power(base, number(exponent - below * outer))
                lower = elementwise_power(inner, number(outer))
                others = [
                    lower if j == place else left if j == k else f for j, f in enumerate(scalars)
                ]
                yield times(number(coefficient), *others, *chain)


def _into_divided(node: Node) -> Iterator[Node]:
    """The same of elementwise factors: ``s o (a - b ./ s)`` is ``s o a - b``."""
    coefficient, scalars, chain = split_product(node)
    if len(chain) != 1 or chain[0].op != "had":
        return
    factors = chain[0].args
    outside = product(coefficient, scalars, [])
    for place, factor in enumerate(factors):
        terms = summands(factor)
        for k, (base, exponent) in enumerate(map(numeric_power, factors)):
            below = _below(terms, base) if terms and exponent > 0 and k != place else ZERO
            if below:
                taken = elementwise_power(base, number(min(below, exponent)))
                left = elementwise_power(base, number(exponent - min(below, exponent)))
                inner = factored(merged([tidy_hadamard([taken, term]) for term in terms]))
                others = [
                    inner if j == place else left if j == k else f for j, f in enumerate(factors)
                ]
                yield times(outside, tidy_hadamard(others))


def _into_exponentials(node: Node) -> Iterator[Node]:
    """An exponential multiplied into a sum that holds its inverse: ``e^a (b - e^-a)``."""
    coefficient, scalars, chain = split_product(node)
    is_array = len(chain) == 1 and chain[0].op == "had"
    factors = chain[0].args if is_array else scalars
    outside = product(coefficient, scalars if is_array else [], [])
    after = () if is_array else chain
    join = tidy_hadamard if is_array else _joined
    for k, growth in enumerate(factors):
        if growth.op != "map" or growth.data != "exp":
            continue
        inverse = canonical(elementwise("exp", times(number(-1), growth.args[0])))
        everywhere = [*factors, *after]
        for place, factor in enumerate(everywhere):
            if any(inverse in _exponentials(term) for term in summands(factor)):
                inner = factored(merged([join([growth, t]) for t in summands(factor)]))
                others = [inner if j == place else f for j, f in enumerate(everywhere) if j != k]
                yield times(outside, join(others))


def _joined(factors: Sequence[Node]) -> Node:
    return times(*factors)


def _exponentials(term: Node) -> Iterator[Node]:
    """The exponentials among the factors of a term, canonical."""
    _, scalars, chain = split_product(term)
    arrays = chain[0].args if len(chain) == 1 and chain[0].op == "had" else chain
    for factor in (*scalars, *arrays):
        if factor.op == "map" and factor.data == "exp":
            yield canonical(factor)


def _below(terms: Sequence[Node], base: Node) -> Fraction:
    """The largest power of a base by which a term of a sum is divided."""
    found = ZERO
    for term in terms:
        _, scalars, chain = split_product(term)
        arrays = chain[0].args if len(chain) == 1 and chain[0].op == "had" else chain[:1]
        for factor in scalars if base.is_scalar else arrays:
            inner, exponent = numeric_power(factor)
            if exponent < 0 and canonical(inner) is canonical(base):
                found = max(found, -exponent)
    return found
