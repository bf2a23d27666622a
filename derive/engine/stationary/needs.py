"""What must hold for the values to exist, and to be where the function is defined."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derive.engine.conditions import conditions_of
from derive.engine.gradient import facts_used
from derive.engine.naming import substituted
from derive.engine.stationary.elimination import Eliminated
from derive.engine.stationary.equation import simplified
from derive.errors import DomainError
from derive.language.canonical import same
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
from derive.language.functions import postorder
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
from derive.rules.domains import follows


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
        found[condition] = None
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
    return tuple(found)


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
    left = simplified(substituted(condition.left, values))
    inside = left.args[0] if left.op in {"norm2", "norm1", "det"} else left
    if condition.sign in {"!=", ">"} and is_zero(inside):
        found = ", ".join(f"{x.name} = {value!r:.80}" for x, value in values.items())
        raise DomainError(
            f"no stationary point: the gradient is 0 at {found} alone, where the function is not "
            f"smooth: it needs {condition.left!r:.80} {condition.sign} 0"
        )
    relation = Relation(left, condition.sign, condition.right)
    return None if follows(relation) else relation


def _facts_kept(variable: Node, value: Node) -> list[Condition]:
    """The declared facts of a variable as conditions on its value, where they are not sure.

    Raises
    ------
    DomainError
        A fact certainly fails.
    """
    facts = variable.facts
    found: list[Condition] = []
    if "probability" in facts:
        if not is_positive(value):
            found.append(_short(value, ">"))
        if not is_positive(number(1) - value):
            found.append(_below_one(value))
    elif "positive" in facts and not is_positive(value):
        if is_nonnegative(-value):
            raise DomainError(
                f"no stationary point: {variable.name} is declared positive, and the gradient is "
                f"0 at {value!r} alone\n  to fix   : the least or largest value is not inside"
            )
        found.append(_short(value, ">"))
    elif "nonnegative" in facts and not is_nonnegative(value):
        found.append(_short(value, ">="))
    elif "negative" in facts and not is_negative(value):
        found.append(_short(value, "<"))
    elif "nonzero" in facts and not is_nonzero(value):
        found.append(_short(value, "!="))
    if "spd" in facts and not is_positive_definite(value):
        found.append(Relation(value, "is", Words("positive definite")))
    elif "psd" in facts and not is_positive_semidefinite(value):
        found.append(Relation(value, "is", Words("positive semidefinite")))
    elif "symmetric" in facts and not _is_symmetric(value):
        found.append(Relation(value, "is", Words("symmetric")))
    if "invertible" in facts and "spd" not in facts and not is_invertible(value):
        found.append(Relation(value, "is", Words("invertible")))
    return found


def _is_symmetric(value: Node) -> bool:
    """Whether a value certainly equals its transpose."""
    return is_symmetric_by_facts(value) or same(simplified(transpose(value)), simplified(value))


def _short(value: Node, sign: str) -> Relation:
    """A comparison with zero, without factors that are certainly positive."""
    if not value.is_scalar:
        return Relation(value, sign, number(0))
    coefficient, scalars, chain = split_product(value)
    if scalars == (value,) or chain:
        return Relation(value, sign, number(0))
    kept = [s for s in scalars if not is_positive(s)]
    left = product(Fraction(1 if coefficient > 0 else -1), kept, [])
    if sign == ">" and left.op in {"norm2", "norm1"}:
        return Relation(left.args[0], "is", Words("not zero"))
    return Relation(left, sign, number(0))


def _below_one(value: Node) -> Relation:
    """``value < 1`` with positive denominators at the other side."""
    coefficient, scalars, _ = split_product(value)
    below = [s for s in scalars if _is_reciprocal(s) and is_positive(s)]
    above = [s for s in scalars if s not in below]
    left = product(Fraction(coefficient.numerator), above, [])
    right = product(
        Fraction(coefficient.denominator),
        [elementwise_power(s.args[0], negative(s.args[1])) for s in below],
        [],
    )
    return Relation(left, "<", simplified(right))


def _is_reciprocal(node: Node) -> bool:
    return node.op == "pow" and node.args[1].is_number and node.args[1].data < 0
