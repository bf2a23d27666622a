"""Equations of several logarithms in one scalar: ``log u - log v + r = 0`` is ``u = exp(-r) v``."""

from __future__ import annotations

from fractions import Fraction

from derive.engine.stationary.equation import Simplifier, Solved, joined_lines
from derive.engine.stationary.linear import solve_affine
from derive.engine.stationary.scalar import solve_scalar
from derive.language.expression import Node, add, multiply, number, product, split_product
from derive.language.functions import elementwise
from derive.language.relations import Relation
from derive.steps import Step


def solve_logarithms(equation: Node, variable: Node, simplify: Simplifier) -> Solved | None:
    """The solution if the scalar stands in logarithms of one weight alone, up to its sign."""
    if not variable.is_scalar or equation.op != "add":
        return None
    above: list[Node] = []
    below: list[Node] = []
    rest: list[Node] = []
    weights: set[Fraction] = set()
    for term in equation.args:
        if variable not in term.symbols:
            rest.append(term)
            continue
        coefficient, scalars, chain = split_product(term)
        if len(scalars) != 1 or chain or not _is_logarithm(scalars[0]):
            return None
        weights.add(abs(coefficient))
        (above if coefficient > 0 else below).append(scalars[0].args[0])
    if len(weights) != 1:
        return None
    constant = add(*rest) * number(-1 / weights.pop()) if rest else number(0)
    sides = [_product(above), multiply(elementwise("exp", constant), _product(below))]
    left, right = (simplify(side) for side in (sides if above else sides[::-1]))
    step = Step(None, Relation(left, "=", right), "exponential of both sides")
    for way in (solve_affine, solve_scalar):
        solved = way(simplify(left - right), variable, simplify)
        if solved is not None:
            steps = tuple(joined_lines([step], solved.steps))
            return Solved(variable, solved.value, steps, solved.unique, solved.needs)
    return None


def _is_logarithm(node: Node) -> bool:
    return bool(node.op == "map" and node.data == "log")


def _product(factors: list[Node]) -> Node:
    return product(Fraction(1), factors, [])
