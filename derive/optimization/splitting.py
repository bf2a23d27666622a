"""Splitting: a new variable for the affine argument of a square, tied by an equality.

Without constraints the Lagrangian is the objective and its dual the constant ``p*``.  With
``u = X w - y`` and the constraint ``X w - y = u`` there is a multiplier to maximise over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from derive.engine.affine import Affine, affine
from derive.engine.quadratic import scalar_terms
from derive.errors import NoRuleError
from derive.language.canonical import canonical, same
from derive.language.expression import Node, add, chain_of, multiply, number, power, transpose
from derive.language.functions import dot, norm2
from derive.language.problems import Problem
from derive.language.relations import Relation
from derive.optimization.names import FITTED, SPLIT, Names
from derive.writing.plain import plain

SplitMode = Literal["auto", "residual", "fit", "none"]
MODES: tuple[SplitMode, ...] = ("auto", "residual", "fit", "none")


@dataclass(frozen=True)
class Split:
    """The problem after splitting and the equalities ``expression = symbol`` that were added."""

    problem: Problem
    added: tuple[Relation, ...]


@dataclass(frozen=True)
class _Square:
    """``<E, M E>`` with ``E`` affine; ``M`` is None for the identity."""

    inner: Node
    weight: Node | None

    def at(self, point: Node) -> Node:
        if self.weight is None:
            return power(point if point.is_scalar else norm2(point), number(2))
        return dot(point, multiply(self.weight, point))


def has_composite_square(problem: Problem) -> bool:
    """Whether some square has an argument that mixes or scales the variables."""
    wanted = frozenset(problem.variables)
    return any(
        square is not None and _is_composite(affine(square.inner, problem.variables))
        for square in (_square_of(atom) for _, atom in scalar_terms(problem.objective, wanted))
    )


def split_squares(problem: Problem, names: Names, mode: SplitMode) -> Split:
    """Give every composite square a variable of its own.

    ``mode="residual"`` names the whole argument (``u = X w - y``), ``mode="fit"`` its linear
    part (``z = X w``).

    Raises
    ------
    NoRuleError
        No square has an affine argument to split.
    """
    objective: list[Node] = []
    introduced: dict[Node, Relation] = {}
    for weight, atom in scalar_terms(problem.objective, frozenset(problem.variables)):
        square = _square_of(atom)
        parts = affine(square.inner, problem.variables) if square else None
        if square is None or parts is None or not _is_composite(parts):
            objective.append(weight * atom)
            continue
        key = canonical(square.inner)
        if key not in introduced:
            introduced[key] = _equality(square.inner, parts, names, mode)
        point = introduced[key].right
        assert isinstance(point, Node)
        offset = parts.constant if mode == "fit" else None
        objective.append(weight * square.at(point if offset is None else add(point, offset)))
    if not introduced:
        raise NoRuleError(
            f"nothing to split: no square in {plain(problem.objective)} has an argument such as "
            f"X*w - y"
        )
    added = tuple(introduced.values())
    fresh = tuple(relation.right for relation in added if isinstance(relation.right, Node))
    again = Problem(
        problem.sense,
        add(*objective),
        (*problem.variables, *fresh),
        (*problem.constraints, *added),
    )
    return Split(again, added)


def _equality(inner: Node, parts: Affine, names: Names, mode: SplitMode) -> Relation:
    """``X w - y = u``, or ``X w = z`` where only the linear part is named."""
    if mode == "fit":
        linear = add(*(term.apply(term.variable) for term in parts.terms))
        return Relation(linear, "=", names.fresh(FITTED, inner.shape))
    return Relation(inner, "=", names.fresh(SPLIT, inner.shape))


def _is_composite(parts: Affine) -> bool:
    """Whether the argument is more than one variable plus data."""
    return len(parts.terms) > 1 or any(term.maps for term in parts.terms)


def _square_of(atom: Node) -> _Square | None:
    """The square that a moving scalar is: ``||E||^2``, ``E^2``, ``sum(E.^2)`` or ``E'ME``."""
    base = atom.args[0] if atom.op in {"pow", "total"} else None
    if atom.op == "pow" and atom.args[1].is_number and atom.args[1].data == 2 and base:
        is_norm = base.op == "norm2" or (base.op == "map" and base.data == "abs")
        return _Square(base.args[0] if is_norm else base, None)
    if atom.op == "total" and base and base.op == "pow" and base.args[1] is number(2):
        return _Square(base.args[0], None)
    chain = chain_of(atom) if atom.op == "mul" else ()
    half = len(chain) // 2
    if not chain:
        return None
    inner = multiply(*chain[len(chain) - half :])
    if not same(transpose(inner), multiply(*chain[:half])):
        return None
    centre = chain[half] if len(chain) % 2 else None
    return _Square(inner, centre)
