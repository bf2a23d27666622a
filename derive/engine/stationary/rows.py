"""Gradients that are sums over an index as matrix expressions, which can be solved.

``sum_i (y_i - w'x_i) x_i`` is ``X'(y - X w)``, where the ``x_i`` are the rows of X.
"""

from __future__ import annotations

from collections.abc import Collection

from derive.engine.gradient import with_declared_facts
from derive.engine.normal import tidy
from derive.engine.rebuilding import rebuild
from derive.language.expression import Node
from derive.language.functions import postorder
from derive.language.indices import apart
from derive.language.lifting import NotLiftedError, summed_at_once
from derive.steps import Step


def with_facts_and_rows(
    free: Node, gradient: Node, kept: Collection[Node]
) -> tuple[list[Step], Node]:
    """The lines in which facts simplify a gradient and sums go, and what is left."""
    steps, result = with_declared_facts(free, gradient, kept)
    summed = without_sums(result)
    if summed is not result:
        steps = [*steps, Step(result, summed, "all rows at once")]
    return steps, summed


def without_sums(node: Node) -> Node:
    """The node with sums over an index as matrix expressions, where they are known."""
    if not any(part.op == "sum_over" for part in postorder(node)):
        return node
    done: dict[Node, Node] = {}
    for part in postorder(node):
        again = rebuild(part, [done[arg] for arg in part.args])
        done[part] = _summed(again) if again.op == "sum_over" else again
    return tidy(done[node])


def _summed(node: Node) -> Node:
    try:
        return tidy(summed_at_once(apart(node.args[0], node.data), node.data))
    except NotLiftedError:
        return node
