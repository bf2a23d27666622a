"""The Lagrangian ``L = f + lam'g + nu'h`` of a problem with affine constraints.

Conventions: the problem is a minimisation, ``g <= 0``, ``h`` is left minus right, and
``lam >= 0``.  A constraint ``left >= right`` enters as ``-lam'(left - right)``.
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.engine.affine import affine
from derive.errors import NoRuleError, ShapeError
from derive.language.expression import Node, add, negative, ones
from derive.language.functions import dot
from derive.language.problems import Problem
from derive.language.relations import Relation, Words
from derive.language.sizes import shape_text
from derive.optimization.names import EQUALITY, INEQUALITY, Names
from derive.writing.plain import plain


@dataclass(frozen=True)
class Multiplier:
    """A multiplier and its constraint; ``sensitivity`` is the sign of dp*/d(right side)."""

    symbol: Node
    constraint: Relation

    @property
    def has_sign(self) -> bool:
        """Whether the multiplier must be nonnegative."""
        return self.constraint.sign != "="

    @property
    def sensitivity(self) -> Node:
        """dp*/db for the right side ``b`` of the constraint, in a minimisation."""
        return self.symbol if self.constraint.sign == ">=" else negative(self.symbol)

    @property
    def residual(self) -> Node:
        """Left minus right."""
        return difference(self.constraint)

    @property
    def term(self) -> Node:
        """What the constraint adds to the Lagrangian."""
        pairing = dot(self.symbol, self.residual)
        return negative(pairing) if self.constraint.sign == ">=" else pairing


@dataclass(frozen=True)
class Lagrangian:
    """``objective + sum of multiplier terms`` of a minimisation."""

    problem: Problem
    objective: Node
    multipliers: tuple[Multiplier, ...]

    @property
    def node(self) -> Node:
        """The Lagrangian as one scalar."""
        return add(self.objective, *(m.term for m in self.multipliers))


def relation_text(relation: Relation) -> str:
    """A relation in plain text, as one types it."""
    right = relation.right if isinstance(relation.right, Words) else plain(relation.right)
    sign = "==" if relation.sign == "=" else relation.sign
    return f"{plain(relation.left)} {sign} {right}"


def difference(constraint: Relation) -> Node:
    """Left minus right of a constraint, a scalar side standing for an array of it."""
    left, right = constraint.left, constraint.right
    assert isinstance(right, Node)
    if right.is_scalar and not left.is_scalar:
        right = right * ones(*left.shape)
    if left.is_scalar and not right.is_scalar:
        left = left * ones(*right.shape)
    if left.shape != right.shape:
        raise ShapeError(
            f"the two sides of {relation_text(constraint)} disagree: the left is "
            f"{shape_text(left.shape)}, the right is {shape_text(right.shape)}"
        )
    return left - right


def lagrangian(problem: Problem, names: Names) -> Lagrangian:
    """The Lagrangian of a problem; a maximisation is flipped to a minimisation first.

    Raises
    ------
    NoRuleError
        A constraint is not affine in the variables.
    """
    flipped = problem.sense == "maximize"
    objective = negative(problem.objective) if flipped else problem.objective
    multipliers = []
    for constraint in problem.constraints:
        try:
            residual = affine(difference(constraint), problem.variables)
        except NoRuleError as error:
            raise NoRuleError(
                f"a constraint is not affine: {relation_text(constraint)}\n  because  : {error}"
            ) from None
        shape = residual.shape
        if constraint.sign == "=":
            multipliers.append(Multiplier(names.fresh(EQUALITY, shape), constraint))
        else:
            letter = names.fresh(INEQUALITY, shape, "nonnegative")
            multipliers.append(Multiplier(letter, constraint))
    return Lagrangian(problem, objective, tuple(multipliers))
