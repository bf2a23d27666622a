"""What must hold for the values to exist, and to be where the function is defined."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import TypeGuard

import sympy

from derive.engine.conditions import asked, conditions_of, without_weaker
from derive.engine.decisions import decided
from derive.engine.distribution import distributed
from derive.engine.gradient import facts_used
from derive.engine.stationary.elimination import Eliminated
from derive.engine.stationary.equation import put_in, simplified
from derive.engine.stationary.linear import is_reciprocal
from derive.engine.stationary.rank import is_singular_by_shape
from derive.errors import DomainError
from derive.language.canonical import canonical, same
from derive.language.expression import (
    Node,
    elementwise_power,
    is_zero,
    negative,
    number,
    product,
    split_product,
    transpose,
)
from derive.language.functions import determinant, postorder
from derive.language.properties import (
    is_invertible,
    is_negative,
    is_nonnegative,
    is_nonzero,
    is_positive,
    is_positive_definite,
    is_positive_semidefinite,
    is_symmetric_by_facts,
)
from derive.language.relations import Condition, Relation, Words
from derive.language.sympy_out import to_sympy
from derive.language.whole_numbers import is_whole

MOST_NODES = 60  # of a number whose sign is read off its digits
DIGITS = 30


def needed(
    function: Node, values: Sequence[tuple[Node, Node]], solved: Eliminated, is_strict: bool
) -> tuple[Condition, ...]:
    """What must hold for the values to exist, and to be where the function is defined."""
    said = [need for block in solved.blocks for need in block.solved.needs]
    covered = {matrix for _, matrix in said}
    variables = {x for x, _ in values}
    found: dict[Condition, None] = {}
    for condition in facts_used(function):
        if not (isinstance(condition, Relation) and condition.left in variables):
            found[condition] = None
    for condition, _ in said:
        found[_shortened(condition)] = None
    for variable, value in values:
        for condition in (*facts_used(value), *conditions_of(value)):
            if not (_is_covered(condition, covered) or (is_strict and _is_of_inverse(condition))):
                found[condition] = None
        for condition in _facts_kept(variable, value):
            found[condition] = None
    for condition in conditions_of(function, tuple(variables)):
        there = _put_into(condition, dict(values))
        if there is not None:
            found[there] = None
    _require_room(found)
    return distinct(found)


def _require_room(conditions: Iterable[Condition]) -> None:
    """Raise if whole numbers would have to lie between neighbours: ``y > 0`` and ``1 - y > 0``.

    Raises
    ------
    DomainError
        Two conditions exclude each other.
    """
    positive = [
        (c, c.left) for c in conditions if _is_with_zero(c) and c.sign == ">" and is_whole(c.left)
    ]
    for (one, left), (other, right) in combinations(positive, 2):
        total = simplified(left + right)
        if left.is_scalar and total.is_number and total.data < 2:
            raise DomainError(
                f"the function needs {asked(one)} and {asked(other)} there, which no whole "
                f"number keeps"
            )


def distinct(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """The conditions once each, without those that another one says too."""
    others: dict[Condition, None] = {}
    compared: dict[tuple[Node, str], Relation] = {}
    for condition in conditions:
        if _is_with_zero(condition):
            condition = Relation(_upright(condition.left), condition.sign, condition.right)
            key = canonical(condition.left), condition.sign
            condition = compared.setdefault(key, condition)
        others[condition] = None
    kept = set(without_weaker(compared))
    dropped = {c for c in compared.values() if c not in kept}
    return tuple(c for c in others if c not in dropped)


def _is_with_zero(condition: Condition) -> TypeGuard[Relation]:
    return (
        isinstance(condition, Relation)
        and isinstance(condition.right, Node)
        and is_zero(condition.right)
    )


def _upright(left: Node) -> Node:
    """``det A`` for ``det A'`` and ``det A^-1``, which have its sign."""
    inside = left.args[0] if left.op == "det" else left
    while left.op == "det" and inside.op in {"transpose", "inverse"}:
        inside = inside.args[0]
    return determinant(inside) if left.op == "det" else left


def require_inside(function: Node, values: Sequence[tuple[Node, Node]]) -> None:
    """Raise if the values are certainly not where the function is defined and smooth.

    Raises
    ------
    DomainError
        A condition of the function, or a declared fact of a variable, certainly fails.
    """
    for condition in conditions_of(function, tuple(x for x, _ in values)):
        _put_into(condition, dict(values))
    for variable, value in values:
        _facts_kept(variable, value)


def _is_of_inverse(condition: Condition) -> bool:
    """Whether a condition asks for a matrix to be invertible."""
    return isinstance(condition, Relation) and condition.sign == "!=" and condition.left.op == "det"


def _is_covered(condition: Condition, matrices: set[Node]) -> bool:
    """Whether a determinant is not zero by a condition said in other words."""
    if not isinstance(condition, Relation) or condition.sign != "!=":
        return False
    left = condition.left
    return left.op == "det" and any(left.args[0] in postorder(M) for M in matrices)


def _put_into(condition: Condition, values: dict[Node, Node]) -> Condition | None:
    """A condition on the variables as one on the data; None where it holds by itself."""
    if not isinstance(condition, Relation) or not isinstance(condition.right, Node):
        return condition
    if not condition.left.symbols & values.keys():
        return condition
    relation = Relation(put_in(condition.left, values), condition.sign, condition.right)
    holds = decided(relation)
    if holds is False:
        found = ", ".join(f"{x.name} = {value!r:.80}" for x, value in values.items())
        raise DomainError(
            f"no stationary point: the gradient is 0 at {found} alone, where the function is not "
            f"{'smooth' if condition.sign == '!=' else 'defined'}: it needs {asked(condition)}"
        )
    return None if holds else relation


@dataclass(frozen=True)
class Kept:
    """A declared fact of a variable: what makes it sure of a value, what rules it out."""

    holds: Callable[[Node], bool]
    fails: Callable[[Node], bool]
    condition: Callable[[Node], Condition]


def _is_below_zero(value: Node) -> bool:
    return is_nonnegative(negative(value)) or is_number_below_zero(value)


def is_number_below_zero(value: Node) -> bool:
    """Whether a scalar without symbols, ``log(1/3)``, is negative by its digits."""
    if value.symbols or not value.is_scalar or len(postorder(value)) > MOST_NODES:
        return False
    return bool(to_sympy(value).evalf(DIGITS) < -1 / sympy.Integer(10) ** (DIGITS // 2))


def _is_never_definite(value: Node) -> bool:
    """Whether ``x'Ax <= 0`` for an x that is not zero."""
    return is_singular_by_shape(value) or is_positive_semidefinite(negative(value))


def _sign_kept(sign: str, holds: Callable[[Node], bool], fails: Callable[[Node], bool]) -> Kept:
    return Kept(holds, fails, lambda value: _short(value, sign))


def _property_kept(
    words: str, holds: Callable[[Node], bool], fails: Callable[[Node], bool]
) -> Kept:
    return Kept(holds, fails, lambda value: Relation(value, "is", Words(words)))


# the first fact of a group that a variable has says what the others of the group say
SIGNS: dict[str, Kept] = {
    "positive": _sign_kept(">", is_positive, _is_below_zero),
    "nonnegative": _sign_kept(
        ">=",
        is_nonnegative,
        lambda value: is_positive(negative(value)) or is_number_below_zero(value),
    ),
    "negative": _sign_kept(
        "<",
        is_negative,
        lambda value: is_nonnegative(value) or is_number_below_zero(negative(value)),
    ),
    "nonzero": _sign_kept("!=", is_nonzero, is_zero),
}
FORMS: dict[str, Kept] = {
    "spd": _property_kept("positive definite", is_positive_definite, _is_never_definite),
    "psd": _property_kept(
        "positive semidefinite",
        is_positive_semidefinite,
        lambda value: is_positive_definite(negative(value)),
    ),
    "symmetric": _property_kept(
        "symmetric", lambda value: _is_symmetric(value), lambda value: False
    ),
}
INVERSES: dict[str, Kept] = {
    "spd": Kept(lambda value: True, lambda value: False, FORMS["spd"].condition),
    "invertible": _property_kept("invertible", is_invertible, is_singular_by_shape),
}
BELOW_ONE = Kept(
    lambda value: _is_surely_below_one(value),
    lambda value: is_nonnegative(value - number(1)) or is_whole(value),
    lambda value: _below_one(value),
)


def _facts_kept(variable: Node, value: Node) -> list[Condition]:
    """The declared facts of a variable as conditions on its value, where they are not sure.

    Raises
    ------
    DomainError
        A fact certainly fails.
    """
    found: list[Condition] = []
    for fact, row in _rows_of(variable):
        if row.fails(value):
            is_thin = not variable.is_scalar and not is_zero(value) and is_singular_by_shape(value)
            rank = ", which has no inverse but for sizes of 1" if is_thin else ""
            raise DomainError(
                f"no stationary point: {variable.name} is declared {fact}, and the gradient is "
                f"0 at {value!r:.200} alone{rank}\n"
                f"  to fix   : the least or largest value is not inside"
            )
        if not row.holds(value):
            found.append(row.condition(value))
    return found


def is_surely_inside(variable: Node, value: Node) -> bool:
    """Whether a value certainly keeps the declared facts of a variable."""
    return all(row.holds(value) for _, row in _rows_of(variable))


def _rows_of(variable: Node) -> list[tuple[str, Kept]]:
    """The strongest declared fact of each group."""
    rows = []
    for group in (SIGNS, FORMS, INVERSES):
        rows += [(fact, row) for fact, row in group.items() if fact in variable.facts][:1]
    return [*rows, *([("probability", BELOW_ONE)] if "probability" in variable.facts else [])]


def _is_symmetric(value: Node) -> bool:
    """Whether a value certainly equals its transpose."""
    return is_symmetric_by_facts(value) or same(simplified(transpose(value)), simplified(value))


def _short(value: Node, sign: str) -> Relation:
    """A comparison with zero, without factors that are certainly positive."""
    if not value.is_scalar:
        return Relation(value, sign, number(0))
    coefficient, scalars, chain = split_product(value)
    if chain:
        return Relation(value, sign, number(0))
    kept = [s for s in scalars if not is_positive(s)]
    if sign in {">", "<"}:  # 1/c has the sign of c
        kept = [s.args[0] if is_reciprocal(s) and _is_odd(s.args[1]) else s for s in kept]
    left = product(Fraction(1 if coefficient > 0 else -1), kept, [])
    if sign == ">" and left.op in {"norm2", "norm1"}:
        return Relation(left.args[0], "is", Words("not zero"))
    if sign == ">" and left.op == "pow" and left.args[1].is_number and left.args[1].data % 2 == 0:
        return Relation(left.args[0], "!=", number(0))
    return Relation(left, sign, number(0))


def _shortened(condition: Condition) -> Condition:
    """A comparison of a scalar with zero without its certain factors."""
    if _is_with_zero(condition) and condition.sign in {">", ">=", "<"}:
        return _short(condition.left, condition.sign)
    return condition


def _below_one(value: Node) -> Relation:
    """``value < 1`` with positive denominators at the other side."""
    coefficient, scalars, _ = split_product(value)
    below = [s for s in scalars if is_reciprocal(s) and is_positive(s)]
    above = [s for s in scalars if s not in below]
    left = product(Fraction(coefficient.numerator), above, [])
    right = product(
        Fraction(coefficient.denominator),
        [elementwise_power(s.args[0], negative(s.args[1])) for s in below],
        [],
    )
    return Relation(left, "<", simplified(right))


def _is_surely_below_one(value: Node) -> bool:
    relation = _below_one(value)
    assert isinstance(relation.right, Node)
    gap = simplified(distributed(relation.right - relation.left, lambda whole: False))
    return is_positive(number(1) - value) or is_positive(gap)


def _is_odd(exponent: Node) -> bool:
    return bool(exponent.data.denominator == 1 and exponent.data % 2)
