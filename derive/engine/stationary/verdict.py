"""The verdict of second order: minimum, maximum, saddle, or inconclusive, with the reason.

Three proofs are tried.  A second differential that is a sum of squares settles a quadratic
function as a whole.  A second derivative of one sign at every point settles a function of
one variable as a whole.  At the stationary point itself, variables are taken in the order in
which they were eliminated: the second derivative of what is left after an elimination is a
Schur complement, and the signs of these are the signs of the whole Hessian (Haynsworth).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from derive.engine.affine import affine
from derive.engine.conditions import conditions_of
from derive.engine.distribution import distributed
from derive.engine.stationary.at_point import differential_of, sign_at, sign_put_in
from derive.engine.stationary.curvature import (
    Sign,
    hessian_matrix,
    sides_of_map,
    sign_of_map,
)
from derive.engine.stationary.equation import Block, put_in, simplified
from derive.engine.stationary.hessian_of_numbers import hessian_at, sign_of_form
from derive.engine.stationary.linear import scale_of
from derive.engine.stationary.squares import sum_of_squares
from derive.errors import NoRuleError
from derive.language.canonical import same
from derive.language.expression import Node, number
from derive.language.functions import array, differential, dot, hessian_by_name, postorder
from derive.language.properties import is_invertible
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


def verdict_of(
    function: Node,
    name: Node,
    gradients: Sequence[tuple[Node, Node]],
    values: Sequence[tuple[Node, Node]],
    blocks: Sequence[Block],
) -> Verdict:
    """What the stationary point is."""
    squares = sum_of_squares(function, [x for x, _ in values])
    if len(values) == 1:
        found = _of_one(function, name, blocks[0])
        if found.kind != "inconclusive" or squares is None:
            return found
    if squares is not None:
        return _of_squares(squares.form, squares.sign)
    if len(blocks) == 1:
        return found
    verdict = _of_blocks(blocks, dict(values))
    return verdict if verdict.kind != "inconclusive" else _of_numbers(gradients, values) or verdict


def _of_numbers(
    gradients: Sequence[tuple[Node, Node]], values: Sequence[tuple[Node, Node]]
) -> Verdict | None:
    """Scalars at a point in numbers, by the numbers of the Hessian."""
    rows = hessian_at(gradients, values)
    sign = "unknown" if rows is None else sign_of_form(rows)
    if rows is None or sign == "unknown":
        return None
    kinds: dict[str, Kind] = {
        "positive definite": "local minimum",
        "negative definite": "local maximum",
        "indefinite": "saddle point",
    }
    said = "has eigenvalues of both signs" if sign == "indefinite" else f"is {sign}"
    there = array([[number(x) for x in row] for row in rows])
    return Verdict(kinds[sign], Words(f"there the Hessian {{0}} {said}", (there,)))


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
    second = differential_of(block)
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


def _of_blocks(blocks: Sequence[Block], values: Mapping[Node, Node]) -> Verdict:
    """Several variables at the point, by the signs of successive Schur complements."""
    crossed = next((b for b in blocks if b.place is not b.solved.variable), None)
    if crossed is not None:
        return _of_crossed(crossed)
    signs: list[Sign] = []
    for block in blocks:
        second = differential_of(block)
        sign: Sign = "unknown" if second is None else sign_of_map(second, block.solved.variable)
        sign = _sharpened(sign, second, block)
        if not sign.endswith(" definite"):
            sign = sign_at(block)
        if second is not None and not sign.endswith(" definite"):
            sign = sign_put_in(second, block.solved.variable, values)
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
    second = differential_of(block)
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
    parts = sides_of_map(second, variable) if matrix is None else (matrix,)
    if not parts or not all(_is_inverted(part, block) for part in parts):
        return sign
    return "positive definite" if sign.startswith("positive") else "negative definite"
