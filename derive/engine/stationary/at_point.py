"""The sign of a second derivative at the solution of one equation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy

from derive.engine.distribution import distributed
from derive.engine.forward import differentiate
from derive.engine.naming import substituted
from derive.engine.rebuilding import rebuild
from derive.engine.stationary.curvature import Sign, hessian_matrix, sign_of_map, sign_of_matrix
from derive.engine.stationary.equation import Block, cleared, put_in, simplified
from derive.engine.stationary.scalar import MOST_NODES, Letters
from derive.errors import DomainError, NoClosedFormError, NoRuleError
from derive.language.expression import Node, is_zero, product, split_product, symbol
from derive.language.functions import differential, postorder
from derive.language.properties import is_positive


def differential_of(block: Block) -> Node | None:
    """The differential of the gradient of a block in its variable."""
    try:
        found = differentiate(block.gradient, (block.solved.variable,))
    except NoRuleError:
        return None
    return simplified(found.differential)


def sign_at(block: Block) -> Sign:
    """The sign of the second derivative at the solution.

    What the solution is made of becomes one letter with the facts of the variable; for a
    scalar the equation is solved for a part of the data, and that is put in.
    """
    second = differential_of(block)
    variable, value = block.solved.variable, simplified(block.solved.value)
    if second is None:
        return "unknown"
    if variable.is_scalar:
        return _scalar_sign_at(block, second)
    coefficient, scalars, chain = split_product(value)
    if value.op == "add" or not chain or is_zero(value):
        return sign_put_in(second, variable, {variable: value})
    scale = product(coefficient, scalars, [])
    facts = chain[0].facts if len(chain) == 1 else frozenset()
    if is_positive(scale):  # then what the variable is declared to be, this is too
        facts |= variable.facts
    letter = symbol(f"{variable.name}_at", variable.shape, facts)
    lettered = _with_letter(second, chain, letter)
    put = product(coefficient, scalars, [letter])
    lettered = substituted(distributed(lettered, lambda whole: False), {variable: put})
    moved = {differential(put): differential(variable)}
    lettered = substituted(lettered, moved)
    short = simplified(lettered)
    for form in (short, simplified(distributed(short, lambda whole: False))):
        sign = sign_of_map(form, variable)
        if sign != "unknown":
            return sign
    return sign_put_in(second, variable, {variable: value})


def _with_letter(node: Node, chain: Sequence[Node], letter: Node) -> Node:
    """The node with every stretch of a product that is `chain` written as a letter."""
    done: dict[Node, Node] = {}
    stretch = list(chain)
    for part in postorder(node):
        again = rebuild(part, [done[arg] for arg in part.args])
        if len(stretch) == 1:
            done[part] = letter if again is stretch[0] else again
        else:
            done[part] = _with_stretch(again, stretch, letter) if again.op == "mul" else again
    return done[node]


def _with_stretch(node: Node, stretch: list[Node], letter: Node) -> Node:
    """A product with each occurrence of a stretch of its matrices as the letter."""
    coefficient, scalars, factors = split_product(node)
    kept = list(factors)
    for k in range(len(kept) - len(stretch), -1, -1):
        if kept[k : k + len(stretch)] == stretch:
            kept[k : k + len(stretch)] = [letter]
    return node if len(kept) == len(factors) else product(coefficient, scalars, kept)


def sign_put_in(second: Node, variable: Node, values: Mapping[Node, Node]) -> Sign:
    """The sign of a second derivative with values of the variables put in."""
    held = {**values, differential(variable): differential(variable)}
    try:
        return sign_of_map(put_in(second, held), variable)
    except DomainError:
        return "unknown"


def _scalar_sign_at(block: Block, second: Node) -> Sign:
    """The sign of a number at the root of a rational equation."""
    variable = block.solved.variable
    matrix = hessian_matrix(second, variable)
    equation = cleared(simplified(block.gradient), variable).equation
    if matrix is None or len(postorder(matrix, equation)) > MOST_NODES:
        return "unknown"
    sign = sign_put_in(second, variable, {variable: block.solved.value})
    if sign.endswith(" definite"):
        return sign
    letters = Letters()
    x = letters.letter(variable)
    left, slope = letters.expr(equation), letters.expr(matrix)
    above, _ = sympy.fraction(sympy.together(left))
    found: Sign = "unknown"
    for letter in letters.nodes:
        there = None if letter == x else _without_letter(above, slope, letter)
        if there is None:
            continue
        try:
            sign = sign_of_matrix(simplified(letters.node(there)))
        except (NoClosedFormError, NoRuleError):
            continue
        if sign.endswith(" definite"):
            return sign
        found = sign if found == "unknown" else found
    return found


def _without_letter(above: sympy.Expr, slope: sympy.Expr, letter: sympy.Symbol) -> Any:
    """The slope with a letter put in from ``above = 0``, where that fixes its value or square."""
    degree = sympy.degree(above, letter)
    if degree == 2 and all(p % 2 == 0 for (p,) in sympy.Poly(above, letter).monoms()):
        square = sympy.Symbol("square")
        above, slope = (sympy.expand(e).subs(letter**2, square) for e in (above, slope))
        if slope.has(letter):
            return None
        letter = square
    elif degree not in {1, 2}:
        return None
    roots = sympy.solve(above, letter, dict=False)
    if len(roots) != 1:
        return None
    return sympy.factor(sympy.cancel(slope.subs(letter, roots[0])))
