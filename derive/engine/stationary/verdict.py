"""The verdict of second order: minimum, maximum, saddle, or inconclusive, with the reason.

Three proofs are tried.  A second differential that is a sum of squares settles a quadratic
function as a whole.  A second derivative of one sign at every point settles a function of
one variable as a whole.  At the stationary point itself, variables are taken in the order in
which they were eliminated: the second derivative of what is left after an elimination is a
Schur complement, and the signs of these are the signs of the whole Hessian (Haynsworth).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import sympy

from derive.engine.affine import affine
from derive.engine.conditions import conditions_of
from derive.engine.distribution import distributed
from derive.engine.forward import differentiate
from derive.engine.naming import substituted
from derive.engine.normal import rebuild
from derive.engine.stationary.curvature import (
    Sign,
    hessian_matrix,
    sign_of_map,
    sign_of_matrix,
)
from derive.engine.stationary.equation import Solved, cleared, put_in, simplified
from derive.engine.stationary.linear import scale_of
from derive.engine.stationary.scalar import MOST_NODES, Letters
from derive.engine.stationary.squares import sum_of_squares
from derive.errors import DomainError, NoClosedFormError, NoRuleError
from derive.language.canonical import same
from derive.language.expression import Node, is_zero, product, split_product, symbol
from derive.language.functions import differential, dot, hessian_by_name, postorder
from derive.language.properties import is_invertible, is_positive
from derive.language.relations import Condition, Relation, Words

Kind: TypeAlias = Literal[
    "global minimum",
    "global maximum",
    "local minimum",
    "local maximum",
    "saddle point",
    "inconclusive",
    "constant",
    "no stationary point",
]
PARTING = {"nonzero": {"positive", "negative"}, "invertible": {"spd"}}
"""Facts whose set is in two pieces, and the facts that leave one of them."""


@dataclass(frozen=True)
class Verdict:
    """What a stationary point is, and why.

    `is_strict` says that the second differential is definite everywhere, so that every
    matrix of the equations has an inverse.  `form` is the second differential, where the
    reason is about it as a whole.
    """

    kind: Kind
    reason: Words
    is_strict: bool = False
    form: Node | None = None


@dataclass(frozen=True)
class Block:
    """One elimination: a gradient that was set to zero, and the solution of the equation.

    `place` is the variable of the gradient, as a rule the one that was solved for.
    """

    place: Node
    gradient: Node
    solved: Solved


def verdict_of(
    function: Node, name: Node, variables: Sequence[Node], blocks: Sequence[Block]
) -> Verdict:
    """What the stationary point is."""
    squares = sum_of_squares(function, variables)
    if len(variables) == 1:
        found = _of_one(function, name, blocks[0])
        if found.kind != "inconclusive" or squares is None:
            return found
    if squares is not None:
        return _of_squares(squares.form, squares.sign)
    return _of_blocks(blocks) if len(blocks) > 1 else found


def _kind(sign: Sign, is_everywhere: bool) -> Kind:
    """What a sign of the second derivative, at every point or at this one, says."""
    if is_everywhere and sign.startswith("positive"):
        return "global minimum"
    if is_everywhere and sign.startswith("negative"):
        return "global maximum"
    if sign == "positive definite":
        return "local minimum"
    return "local maximum" if sign == "negative definite" else "inconclusive"


def _of_squares(form: Node, sign: Sign) -> Verdict:
    side = "> 0" if sign.startswith("positive") else "< 0"
    words = f"the second differential {{0}} is {side} unless every direction is 0"
    if sign.endswith("semidefinite"):
        side = ">= 0" if sign.startswith("positive") else "<= 0"
        words = f"the second differential {{0}} is {side}"
    return Verdict(_kind(sign, True), Words(words, (form,)), sign.endswith(" definite"), form)


def _of_one(function: Node, name: Node, block: Block) -> Verdict:
    """One variable: the sign everywhere, else at the point."""
    variable = block.solved.variable
    second = _differential(block)
    if second is None:
        return Verdict("inconclusive", Words("the gradient has no differential"))
    form = dot(differential(variable), second)
    sign = sign_of_map(second, variable)
    kind = _kind(sign, _is_convex(function, variable))
    if kind != "inconclusive":
        return Verdict(kind, _said(name, second, variable, sign), form=form)
    sign = sign_at(block)
    kind = _kind(sign, False)
    if kind != "inconclusive":
        return Verdict(kind, _said_there(name, second, block, sign))
    return Verdict("inconclusive", _unknown(name, second, variable), form=form)


def _said_there(name: Node, second: Node, block: Block, sign: Sign) -> Words:
    """The sign at the point, with the second derivative there if the point holds no data."""
    variable, value = block.solved.variable, block.solved.value
    words = Words(f"there the second derivative is {_of_shape(sign, variable)}")
    matrix = hessian_matrix(second, variable)
    if matrix is None or value.symbols:
        return words
    there = simplified(distributed(put_in(matrix, {variable: value}), lambda whole: False))
    nodes = (hessian_by_name(name, variable), there)
    if not variable.is_scalar:
        return Words(f"there {{0}} = {{1}} is {sign}", nodes)
    side = "> 0" if sign.startswith("positive") else "< 0"
    return Words(f"there {{0}} = {{1}} {side}", nodes)


def _of_shape(sign: Sign, variable: Node) -> str:
    """A number is positive or negative, a matrix definite."""
    return sign.removesuffix(" definite") if variable.is_scalar else sign


def _is_convex(function: Node, variable: Node) -> bool:
    """Whether the values at which the function is defined and smooth form a convex set."""
    if any(not variable.facts & whole for fact, whole in PARTING.items() if fact in variable.facts):
        return False
    conditions = conditions_of(function, (variable,))
    return all(_is_half_space(condition, variable) for condition in conditions)


def _is_half_space(condition: Condition, variable: Node) -> bool:
    """Whether a condition bounds an affine function of the variable from one side, if it does."""
    if not isinstance(condition, Relation):
        return False
    if variable not in condition.left.symbols:
        return True
    try:
        affine(condition.left, (variable,))
    except NoRuleError:
        return False
    return condition.sign in {">", ">="}


def _said(name: Node, second: Node, variable: Node, sign: Sign) -> Words:
    """The second derivative and its sign."""
    matrix = hessian_matrix(second, variable)
    if matrix is None:
        return Words(f"the second derivative, the map {{0}}, is {sign}", (second,))
    if variable.is_scalar:
        side = {"positive": "> 0", "negative": "< 0"}[sign.split()[0]]
        side = side if sign.endswith(" definite") else side.replace(" 0", "= 0")
        return Words(f"{{0}} = {{1}} {side}", (hessian_by_name(name, variable), matrix))
    nodes = (hessian_by_name(name, variable), matrix)
    return Words(f"{{0}} = {{1}} is {sign}", nodes)


def _unknown(name: Node, second: Node, variable: Node) -> Words:
    matrix = hessian_matrix(second, variable)
    if matrix is None:
        return Words("the sign of the second derivative is not settled by the declared facts")
    words = "the declared facts do not settle the sign of {0} = {1}"
    if not variable.is_scalar:
        words += (
            ": a minimum if it is positive definite, a maximum if negative definite, "
            "a saddle point if it has eigenvalues of both signs"
        )
    return Words(words, (hessian_by_name(name, variable), matrix))


def _of_blocks(blocks: Sequence[Block]) -> Verdict:
    """Several variables at the point, by the signs of successive Schur complements."""
    crossed = next((b for b in blocks if b.place is not b.solved.variable), None)
    if crossed is not None:
        return _of_crossed(crossed)
    signs: list[Sign] = []
    for block in blocks:
        second = _differential(block)
        sign: Sign = "unknown" if second is None else sign_of_map(second, block.solved.variable)
        sign = _sharpened(sign, second, block)
        if not sign.endswith(" definite"):
            sign = sign_at(block)
        signs.append(sign)
    nodes = tuple(block.solved.variable for block in blocks)
    pairs = enumerate(zip(signs, nodes, strict=True))
    places = ", then ".join(f"{_of_shape(sign, x)} in {{{k}}}" for k, (sign, x) in pairs)
    said = Words(f"there the second derivative is {places}, each eliminated in turn", nodes)
    if not all(sign.endswith(" definite") for sign in signs):
        unknown = next(b for b, s in zip(blocks, signs, strict=True) if not s.endswith(" definite"))
        words = "the sign of the second derivative in {0} is not settled by the declared facts"
        return Verdict("inconclusive", Words(words, (unknown.solved.variable,)))
    kinds = {sign.split()[0] for sign in signs}
    if len(kinds) == 2:
        return Verdict("saddle point", said)
    return Verdict("local minimum" if kinds == {"positive"} else "local maximum", said)


def _of_crossed(block: Block) -> Verdict:
    """A gradient in one variable that fixes another: with no curvature of its own, a saddle."""
    x, y = block.place, block.solved.variable
    second = _differential(block)
    matrix = None if second is None else hessian_matrix(second, y)
    if x not in block.gradient.symbols and matrix is not None and _is_inverted(matrix, block):
        words = "the second derivative in {0} alone is 0, and that in {0} and {1} is not"
        return Verdict("saddle point", Words(words, (x, y)))
    words = "the equation of {0} gives {1}, and the sign of the second derivative is not settled"
    return Verdict("inconclusive", Words(words, (x, y)))


def _is_inverted(matrix: Node, block: Block) -> bool:
    """Whether a matrix is invertible, by facts or since the solution needs its inverse."""
    if is_invertible(matrix):
        return True
    _, core = scale_of(matrix)
    return core is not None and any(
        part.op == "inverse" and same(part.args[0], core) for part in postorder(block.solved.value)
    )


def _sharpened(sign: Sign, second: Node | None, block: Block) -> Sign:
    """A semidefinite matrix that has an inverse is definite."""
    variable = block.solved.variable
    if second is None or not sign.endswith("semidefinite"):
        return sign
    matrix = hessian_matrix(second, variable)
    if matrix is None or not _is_inverted(matrix, block):
        return sign
    return "positive definite" if sign.startswith("positive") else "negative definite"


def _differential(block: Block) -> Node | None:
    """The differential of the gradient of a block in its variable."""
    try:
        found = differentiate(block.gradient, (block.solved.variable,))
    except NoRuleError:
        return None
    return simplified(found.differential)


# --- at the point ---------------------------------------------------------------------


def sign_at(block: Block) -> Sign:
    """The sign of the second derivative at the solution.

    What the solution is made of becomes one letter with the facts of the variable; for a
    scalar the equation is solved for a part of the data, and that is put in.
    """
    second = _differential(block)
    variable, value = block.solved.variable, simplified(block.solved.value)
    if second is None:
        return "unknown"
    if variable.is_scalar:
        return _scalar_sign_at(block, second)
    coefficient, scalars, chain = split_product(value)
    if value.op == "add" or not chain or is_zero(value):
        held = {variable: value, differential(variable): differential(variable)}
        try:
            return sign_of_map(put_in(second, held), variable)
        except DomainError:
            return "unknown"
    scale = product(coefficient, scalars, [])
    facts = chain[0].facts if len(chain) == 1 else frozenset()
    if is_positive(scale):  # then what the variable is declared to be, this is too
        facts |= variable.facts
    letter = symbol(f"{variable.name}_at", variable.shape, facts)
    second = _with_letter(second, chain, letter)
    put = product(coefficient, scalars, [letter])
    second = substituted(distributed(second, lambda whole: False), {variable: put})
    moved = {differential(put): differential(variable)}
    second = substituted(second, moved)
    for form in (simplified(second), simplified(distributed(simplified(second), lambda s: False))):
        sign = sign_of_map(form, variable)
        if sign != "unknown":
            return sign
    return "unknown"


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


def _sign_put_in(matrix: Node, block: Block) -> Sign:
    """The sign of a second derivative with the value of the variable put in."""
    try:
        there = put_in(matrix, {block.solved.variable: block.solved.value})
    except DomainError:
        return "unknown"
    return sign_of_matrix(there)


def _scalar_sign_at(block: Block, second: Node) -> Sign:
    """The sign of a number at the root of a rational equation."""
    variable = block.solved.variable
    matrix = hessian_matrix(second, variable)
    equation = cleared(simplified(block.gradient), variable).equation
    if matrix is None or len(postorder(matrix, equation)) > MOST_NODES:
        return "unknown"
    sign = _sign_put_in(matrix, block)
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
