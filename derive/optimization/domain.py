"""The domain of a dual: its equations and inequalities in the order a person writes them.

``A'lam + mu = c`` with ``mu >= 0`` in no other place says ``A'lam <= c``: such a multiplier
is eliminated.  Multipliers go to the left, data to the right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from derive.engine.affine import affine
from derive.engine.normal import tidy
from derive.language.expression import (
    Node,
    add,
    is_zero,
    negative,
    number,
    product,
    split_product,
    zero,
)
from derive.language.functions import dot
from derive.language.relations import Relation


@dataclass(frozen=True)
class Elimination:
    """``multiplier = value >= 0``, printed as `relation`."""

    multiplier: Node
    value: Node
    relation: Relation


def eliminate_signs(
    equations: Sequence[Relation],
    objective: Node,
    multipliers: Sequence[Node],
    duals: Sequence[Node],
) -> tuple[tuple[Relation, ...], tuple[Elimination, ...]]:
    """Solve each equation for a nonnegative multiplier that occurs nowhere else.

    Returns the domain relations, one for each equation, and the eliminations made.
    """
    relations: list[Relation] = []
    made: list[Elimination] = []
    for equation in equations:
        others = [e for e in equations if e is not equation]
        free = [
            m
            for m in multipliers
            if "nonnegative" in m.facts
            and not objective.depends_on(m)
            and not any(other.left.depends_on(m) for other in others)
        ]
        solved = next((v for m in free if (v := _solve_for(equation.left, m)) is not None), None)
        if solved is None:
            relations.append(arranged(equation, duals))
        else:
            multiplier, value = solved
            relation = arranged(Relation(value, ">=", zero(value.shape)), duals)
            made.append(Elimination(multiplier, value, relation))
            relations.append(relation)
    return tuple(relations), tuple(made)


def _solve_for(left: Node, multiplier: Node) -> tuple[Node, Node] | None:
    """``left = 0`` solved for a multiplier that stands there bare, up to its sign."""
    terms = left.args if left.op == "add" else (left,)
    mine = [t for t in terms if t.depends_on(multiplier)]
    rest = [t for t in terms if not t.depends_on(multiplier)]
    if len(mine) != 1 or not rest:
        return None
    if mine[0] is multiplier:
        return multiplier, negative(add(*rest))
    if mine[0] is negative(multiplier):
        return multiplier, add(*rest)
    return None


def arranged(relation: Relation, multipliers: Sequence[Node]) -> Relation:
    """``left sign 0`` with the multipliers on the left, mostly positive, and data on the right."""
    moving = frozenset(multipliers)
    terms = relation.left.args if relation.left.op == "add" else (relation.left,)
    left = [t for t in terms if t.symbols & moving]
    right = [negative(t) for t in terms if not t.symbols & moving]
    sign = relation.sign
    if not left:
        return relation
    signs = [split_product(term)[0] < 0 for term in left]
    if all(signs) or (sign == "=" and signs[0]):
        left, right = [negative(t) for t in left], [negative(t) for t in right]
        sign = {">=": "<=", "<=": ">=", "=": "="}[sign]
    bound = add(*right) if right else zero(relation.left.shape)
    return Relation(tidy(tidy(add(*left))), sign, _as_scalar(bound))


def _as_scalar(node: Node) -> Node:
    """``C`` for ``C 1``: an array is compared with a scalar entry by entry."""
    coefficient, scalars, chain = split_product(node)
    if len(chain) == 1 and chain[0].op == "ones":
        return product(coefficient, scalars, [])
    return node


def linear_part(node: Node, multipliers: Sequence[Node]) -> tuple[Node, ...]:
    """The terms of an affine scalar, one ``a'nu`` for each multiplier and the constant last."""
    parts = affine(node, multipliers)
    terms = []
    for multiplier in multipliers:
        if parts.part(multiplier):
            slope = parts.adjoint(multiplier, number(1))
            pieces = slope.args if slope.op == "add" else (slope,)
            terms += [_pairing(piece, multiplier) for piece in pieces]
    return tuple(t for t in (*terms, parts.constant) if not is_zero(t))


def _pairing(slope: Node, multiplier: Node) -> Node:
    """``<slope, multiplier>`` with the number in front."""
    coefficient, scalars, chain = split_product(slope)
    if slope.is_scalar:
        return slope * multiplier
    core = product(Fraction(1), [], chain)
    return product(coefficient, scalars, []) * dot(core, multiplier)
