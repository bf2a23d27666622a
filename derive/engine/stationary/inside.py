"""Unknowns that stand inside one invertible function: solve for that, then undo it.

``n/2 L^-1 - 1/2 C = 0`` is affine in ``L^-1``; ``log(x) + a = 0`` is affine in ``log(x)``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from derive.engine.naming import substituted
from derive.engine.products import times
from derive.engine.stationary.equation import Simplifier, Solved, simplified
from derive.engine.stationary.linear import (
    divided_from_left,
    is_reciprocal,
    reciprocal,
    solve_affine,
)
from derive.language.expression import (
    Node,
    elementwise_power,
    eye,
    negative,
    number,
    product,
    split_product,
    symbol,
)
from derive.language.functions import elementwise, hadamard, postorder
from derive.language.relations import Relation, Words
from derive.steps import Step


@dataclass(frozen=True)
class Undoing:
    """How ``u = phi(x)`` is undone, the facts of ``u``, and the words that say so."""

    undo: Callable[[Node], Node]
    facts: tuple[str, ...]
    words: str


def _undoing(part: Node, variable: Node) -> Undoing | None:
    """The row for a node ``phi(variable)``."""
    if not part.args or part.args[0] is not variable:
        return None
    if part.op == "inverse":
        return Undoing(
            lambda u: divided_from_left(u, eye(u.shape[0]), simplified),
            ("invertible",),
            "invert both sides",
        )
    if part.op == "map" and part.data == "log":
        return Undoing(lambda u: elementwise("exp", u), (), "exponential of both sides")
    if part.op == "map" and part.data == "exp":
        facts = ("nonnegative", "nonzero", "positive")
        return Undoing(lambda u: elementwise("log", u), facts, "logarithm of both sides")
    is_power = part.op == "pow" and part.args[1].is_number and part.args[1].data == -1
    if is_power and not variable.is_scalar:
        return Undoing(reciprocal_entries, ("nonzero",), "reciprocal of both sides")
    return None


def reciprocal_entries(u: Node) -> Node:
    """One over each entry, through products: ``(l (n.^-1)).^-1 = n/l``."""
    coefficient, scalars, chain = split_product(u)
    if len(chain) != 1 or scalars == (u,):
        return elementwise_power(u, number(-1))
    front = reciprocal(product(coefficient, scalars, []))
    factors = chain[0].args if chain[0].op == "had" else chain
    return times(front, hadamard(*map(_reciprocal, factors)))


def _reciprocal(factor: Node) -> Node:
    if factor.op == "ones":
        return factor
    if is_reciprocal(factor):
        return elementwise_power(factor.args[0], negative(factor.args[1]))
    return elementwise_power(factor, number(-1))


def solve_inside(equation: Node, variable: Node, simplify: Simplifier) -> Solved | None:
    """The solution if the variable occurs in one such function alone and nowhere else."""
    parts = postorder(equation)
    for part in parts:
        undoing = _undoing(part, variable)
        if undoing is None:
            continue
        letter = symbol(f"{variable.name}_inside", part.shape, undoing.facts)
        rest = substituted(equation, {part: letter})
        if variable in rest.symbols:
            return None
        found = solve_affine(rest, letter, simplify)
        if found is None:
            return None
        value = simplify(undoing.undo(_opened_sign(found.value)))
        back = {letter: part}
        steps = tuple(_put_back(step, back) for step in found.steps)
        last = Step(None, Relation(variable, "=", value), undoing.words)
        return Solved(variable, value, (*steps, last), found.unique, found.needs)
    return None


def _opened_sign(node: Node) -> Node:
    """``-(a + b)`` as ``-a - b``."""
    coefficient, scalars, chain = split_product(node)
    if coefficient == -1 and not scalars and len(chain) == 1 and chain[0].op == "add":
        return negative(chain[0])
    return node


def _put_back(step: Step, back: dict[Node, Node]) -> Step:
    """A line about the letter as a line about what it stands for."""
    relation = step.after
    assert isinstance(relation, Relation) and isinstance(relation.right, Node)
    left = substituted(relation.left, back)
    rule = step.rule
    if isinstance(rule, Words):
        rule = Words(rule.text, tuple(substituted(node, back) for node in rule.nodes))
    return Step(None, Relation(left, relation.sign, relation.right), rule)
