"""Transposes and traces: moved inside, turned and opened where that is cheaper."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from derive.engine.factor import REMEMBERED, factored
from derive.engine.inverses import merged_powers
from derive.engine.products import tidy_hadamard, tidy_product, tidy_total, times
from derive.engine.terms import merged, summands
from derive.language.canonical import is_symmetric
from derive.language.cost import cost
from derive.language.expression import Node, make, number, size_node, split_product, transpose
from derive.language.functions import trace


def tidy_transpose(node: Node) -> Node:
    """A transpose moved into what is transposed, where that is cheaper."""
    if node.op != "transpose":
        return node
    inner = node.args[0]
    if inner.shape[0] == inner.shape[1] and is_symmetric(inner):
        return inner
    if inner.op == "gaps":
        return -inner
    if inner.op not in {"add", "had", "map", "polygamma", "pow"}:
        return node
    count = len(inner.args) if inner.op in {"add", "had"} else 1
    if sum(cost(transpose(arg)) - cost(arg) for arg in inner.args[:count]) > 0:
        return node
    if inner.op == "add":
        pushed = factored(merged([turned(arg) for arg in inner.args]))
    elif inner.op == "had":
        pushed = tidy_hadamard([turned(arg) for arg in inner.args])
    else:
        pushed = make(inner.op, (turned(inner.args[0]), *inner.args[1:]), node.shape, inner.data)
    return pushed if cost(pushed) < cost(node) else node


def turned(node: Node) -> Node:
    """The tidy transpose of a tidy node."""
    other = transpose(node)
    if other.op == "mul":
        return times(*map(tidy_transpose, other.args))
    return tidy_transpose(other)


def tidy_trace(node: Node) -> Node:
    """A trace opened at a thin place, or moved to the other side of what is cheaper."""
    return _tidy_trace(node) if node.op == "trace" else node


@lru_cache(maxsize=REMEMBERED)
def _tidy_trace(node: Node) -> Node:
    inner = node.args[0]
    if inner.op == "transpose":
        return tidy_trace(trace(inner.args[0]))
    if inner.op == "diag":
        return tidy_total(inner.args[0])
    if inner.op == "ones":
        return size_node(inner.shape[0])
    if inner.op == "add":
        joined = factored(merged([_fewer_transposes(term) for term in inner.args]))
        return _term_by_term(trace(joined)) if joined.op == "add" else _outside(trace(joined))
    chain = split_product(inner)[2]
    for k in range(1, len(chain)):
        if chain[k].shape[0] == 1:
            return tidy_product(Fraction(1), [], [*chain[k:], *chain[:k]])
    if len(chain) > 2:
        ends = (
            merged_powers(chain[-1], chain[0]) if chain[0].shape[0] == chain[0].shape[1] else None
        )
        if ends is not None and cost(ends) <= cost(chain[0]) + cost(chain[-1]):
            return tidy_trace(trace(times(ends, *chain[1:-1])))
    if any("differential" in {factor.op, *(arg.op for arg in factor.args)} for factor in chain):
        return node
    upright = times(*map(turned, reversed(chain))) if len(chain) > 1 else inner
    if cost(upright) < cost(inner):
        return _outside(trace(upright))
    return _opened_trace(node, chain)


def _opened_trace(node: Node, chain: tuple[Node, ...]) -> Node:
    """The trace of a product with a sum, multiplied out where that is cheaper."""
    for k, factor in enumerate(chain):
        if terms := summands(factor):
            opened_terms = [times(*chain[:k], term, *chain[k + 1 :]) for term in terms]
            found = factored(merged([_outside(trace(term)) for term in opened_terms]))
            if cost(found) < cost(node):
                return found
    return node


def _outside(node: Node) -> Node:
    """The trace in a product of scalars tidied."""
    coefficient, scalars, _ = split_product(node)
    return times(number(coefficient), *(tidy_trace(scalar) for scalar in scalars))


def _fewer_transposes(term: Node) -> Node:
    """A square term or its transpose, the cheaper."""
    other = turned(term)
    return other if cost(other) < cost(term) else term


def _term_by_term(node: Node) -> Node:
    """The trace of a sum as a sum of traces, where that is no more to read."""
    inner = node.args[0]
    parts = factored(merged([_outside(trace(term)) for term in inner.args]))
    return parts if cost(parts) <= cost(node) else node
