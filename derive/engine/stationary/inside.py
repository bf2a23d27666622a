"""Unknowns that stand inside one invertible function: solve for that, then undo it.

``n/2 L^-1 - 1/2 C = 0`` is affine in ``L^-1``; ``log(x/a) + 1 = 0`` is affine in ``log(x/a)``.
How a function is undone is in ``undoing.py``.
"""

from __future__ import annotations

from dataclasses import replace

from derive.engine.conditions import conditions_of
from derive.engine.naming import substituted
from derive.engine.stationary.equation import Simplifier, Solved, joined_lines
from derive.engine.stationary.linear import solve_affine
from derive.engine.stationary.scalar import solve_scalar
from derive.engine.stationary.undoing import (
    Undoing,
    is_out_of_reach,
    is_whole_power,
    undoing_of,
)
from derive.errors import DomainError
from derive.language.expression import Node, is_zero, negative, split_product, symbol
from derive.language.functions import postorder
from derive.language.relations import Relation, Words
from derive.steps import Step


def solve_inside(equation: Node, variable: Node, simplify: Simplifier) -> Solved | None:
    """The solution if the variable occurs in one such function alone and nowhere else."""
    return _solve_inside(equation, variable, simplify, is_whole=False)


def solve_inside_power(equation: Node, variable: Node, simplify: Simplifier) -> Solved | None:
    """The same, whole powers of a scalar included: ``(x - a)^3 = 0``."""
    return _solve_inside(equation, variable, simplify, is_whole=True)


def _solve_inside(
    equation: Node, variable: Node, simplify: Simplifier, is_whole: bool
) -> Solved | None:
    for part in postorder(equation):
        if variable not in part.symbols or (is_whole_power(part) and not is_whole):
            continue
        undoing = undoing_of(part)
        if undoing is not None:
            letter = symbol(f"{variable.name}_inside", part.shape, undoing.facts)
            rest = substituted(equation, {part: letter})
            if variable not in rest.symbols:
                found = solve_affine(rest, letter, simplify)
                return None if found is None else _undone(found, part, undoing, variable, simplify)
    return None


def _undone(
    found: Solved, part: Node, undoing: Undoing, variable: Node, simplify: Simplifier
) -> Solved | None:
    """The solution from that for ``part = phi(u)``: first u, then the variable in it."""
    right = _opened_sign(found.value)
    if is_out_of_reach(right, undoing):
        if found.unique or conditions_of(right):
            return None
        but = "" if is_zero(right) or right.is_scalar else ", but for sizes of 1"
        raise DomainError(
            f"no stationary point: the gradient is 0 only where {part!r:.120} = {right!r:.120}, "
            f"which no {variable.name} gives{but}\n"
            f"  to fix   : the least or largest value is not inside; look at the boundary"
        )
    value = undoing.undo(right)
    if value is None:
        return None
    value, inner = simplify(value), part.args[0]
    steps = [_put_back(step, {found.variable: part}) for step in found.steps]
    steps.append(Step(None, Relation(inner, "=", value), undoing.words))
    needs = (*found.needs, *((condition, right) for condition in undoing.needs(right)))
    if inner is variable:
        return Solved(variable, value, tuple(steps), found.unique, needs)
    for way in (solve_affine, solve_inside, solve_scalar):
        solved = way(simplify(inner - value), variable, simplify)
        if solved is not None:
            unique = (*found.unique, *solved.unique)
            needs = (*needs, *solved.needs)
            return replace(
                solved, steps=tuple(joined_lines(steps, solved.steps)), unique=unique, needs=needs
            )
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
