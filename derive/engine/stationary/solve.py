"""One equation ``G(x) = 0``: what may be divided out, then each way to solve it in turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from derive.engine.stationary.disagreement import factors_without
from derive.engine.stationary.equation import (
    Cleared,
    Simplifier,
    Solved,
    cleared,
    equals_zero,
    joined_lines,
    multiplied,
)
from derive.engine.stationary.inside import solve_inside, solve_inside_power
from derive.engine.stationary.linear import solve_affine
from derive.engine.stationary.logarithms import solve_logarithms
from derive.engine.stationary.riccati import solve_riccati
from derive.engine.stationary.scalar import solve_scalar
from derive.errors import DomainError
from derive.language.expression import Node, elementwise_power, negative
from derive.language.properties import is_nonzero
from derive.language.relations import Words
from derive.steps import Step

WAYS: tuple[Callable[[Node, Node, Simplifier], Solved | None], ...] = (
    solve_affine,
    solve_inside,
    solve_scalar,
    solve_inside_power,
    solve_logarithms,
    solve_riccati,
)


def solve(gradient: Node, variable: Node, simplify: Simplifier) -> Solved | None:
    """The value of the variable at which the gradient is zero; None if no way leads there.

    Raises
    ------
    NoClosedFormError
        There are several, and no fact chooses.
    DomainError
        There is none.
    """
    equation = simplify(gradient)
    if factors_without(equation, (variable,)):
        return None  # a factor without the variable may be 0, and then anything solves it
    try:
        solved = None if is_nonzero(equation) else _solved(equation, variable, simplify)
    except DomainError:
        if not cleared(equation, variable).unique:
            raise
        return None  # the rest has no solution, and what was divided by may be 0
    if solved is None and factors_without(equation, (variable,)) == ():
        raise DomainError(
            f"no stationary point: {equation!r:.200} is zero nowhere\n"
            f"  to fix   : the least or largest value is not inside; look at the boundary"
        )
    return solved


def _solved(equation: Node, variable: Node, simplify: Simplifier) -> Solved | None:
    """The value by the first way that leads there."""
    found = cleared(equation, variable)
    if variable not in found.equation.symbols:
        return None
    steps: list[Step] = []
    if found.equation is not equation:
        steps.append(Step(None, equals_zero(found.equation), _divided_words(found)))
    for way in WAYS:
        solved = way(found.equation, variable, simplify)
        if solved is not None:
            unique = (*found.unique, *solved.unique)
            return replace(solved, steps=tuple(joined_lines(steps, solved.steps)), unique=unique)
    turned = multiplied(found.equation, variable, simplify)
    if turned is None:
        return None
    equation, words = turned
    for way in (solve_affine, solve_riccati):
        solved = way(equation, variable, simplify)
        if solved is not None:
            steps.append(Step(None, equals_zero(equation), words))
            unique = (*found.unique, *solved.unique)
            return replace(solved, steps=(*steps, *solved.steps), unique=unique)
    return None


def _divided_words(found: Cleared) -> str | Words:
    """What was divided out, if it is more than a number."""
    divided, implied = found.divided, found.implied
    if not divided and not implied:
        return "divide by the number"
    inverted = [_inverse_of(factor) for factor in divided]
    nodes = [f if i is None else i for f, i in zip(divided, inverted, strict=True)]
    said = [f"{{{len(nodes) + k}}} is 0 only where the rest is" for k in range(len(implied))]
    nodes.extend(implied)
    for verb, is_wanted in (("multiply by", True), ("divide by", False)):
        places = [f"{{{k}}}" for k, i in enumerate(inverted) if (i is not None) is is_wanted]
        said += [f"{verb} {', '.join(places)}"] if places else []
    return Words("; ".join(said), tuple(nodes))


def _inverse_of(factor: Node) -> Node | None:
    """What a factor is the inverse of."""
    if factor.op == "inverse":
        return factor.args[0]
    if factor.op == "pow" and factor.args[1].is_number and factor.args[1].data < 0:
        return elementwise_power(factor.args[0], negative(factor.args[1]))
    return None
