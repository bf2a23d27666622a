"""Sums in which a quotient takes up what it is subtracted from: ``1 - u/(c + u) = c/(c + u)``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from derive.engine.fusion import numeric_power
from derive.engine.products import cheapest, tidy_hadamard, times
from derive.engine.terms import Factored, merged
from derive.language.canonical import canonical
from derive.language.cost import cost
from derive.language.expression import Node, add, elementwise_power, number, split_product

MOST_OPENED = 48  # terms that are looked at together


def over_one_sum(node: Node, factored: Factored, once: Factored) -> Node | None:
    """Terms over a sum by which one of them is divided, where fewer terms are left than it has.

    The denominator is a scalar, or an array by which is divided elementwise.  What is divided
    once less is `factored` again, whole sums only `once`.
    """
    candidates = [
        found for below in _sums_below(node) for found in _over(node, below, factored, once)
    ]
    candidates = [found for found in candidates if cost(found) < cost(node)]
    return cheapest(candidates) if candidates else None


def _over(node: Node, below: Node, factored: Factored, once: Factored) -> Iterator[Node]:
    """The sum with the terms that are divided, and all or one of the others, over `below`."""
    inverted = elementwise_power(below, number(-1))
    exponents = {term: _exponent(term, below) for term in node.args}
    divided = [term for term in node.args if exponents[term] <= -1]
    bare = [term for term in node.args if term not in divided]
    if bare and len({exponents[term] for term in divided}) > 1:
        inner = factored(merged([_multiplied(term, below) for term in divided]))
        if inner.op != "add":
            yield _placed(node, divided, _multiplied(inner, inverted), once)
    if len(bare) * len(below.args) > MOST_OPENED:
        return
    for chosen in [bare, *([term] for term in bare if len(bare) > 1)]:
        opened = [_multiplied(term, part) for term in chosen for part in below.args]
        above = merged([*(_multiplied(term, below) for term in divided), *opened])
        count = len(above.args) if above.op == "add" else 1
        if chosen and count < len(below.args):
            quotient = _multiplied(once(above), inverted)
            yield _placed(node, [*divided, *chosen], quotient, once)


def _placed(node: Node, taken: Sequence[Node], quotient: Node, factored: Factored) -> Node:
    """The sum with the quotient at the place of the first of the terms that it takes in."""
    place = min(map(node.args.index, taken))
    kept = [
        quotient if k == place else term
        for k, term in enumerate(node.args)
        if k == place or term not in taken
    ]
    return factored(add(*kept)) if len(kept) > 1 else quotient


def _multiplied(term: Node, factor: Node) -> Node:
    return times(factor, term) if factor.is_scalar else tidy_hadamard([term, factor])


def _sums_below(node: Node) -> list[Node]:
    """The sums by which terms are divided, each once."""
    found: dict[Node, Node] = {}
    for term in node.args:
        for factor in _factors(term):
            base, exponent = numeric_power(factor)
            if base.op == "add" and exponent <= -1:
                found.setdefault(canonical(base), base)
    return list(found.values())


def _exponent(term: Node, base: Node) -> Fraction:
    """The exponent of a base among the factors of a term."""
    powers = map(numeric_power, _factors(term))
    return sum((e for b, e in powers if canonical(b) is canonical(base)), Fraction(0))


def _factors(term: Node) -> Sequence[Node]:
    """The scalar factors of a term, and of an array its elementwise ones."""
    _, scalars, chain = split_product(term)
    arrays = chain[0].args if len(chain) == 1 and chain[0].op == "had" else chain[:1]
    return (*scalars, *(arrays if len(chain) == 1 else ()))
