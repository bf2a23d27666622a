"""What a result divides by must not vanish: the factors that nothing declared keeps from 0."""

from __future__ import annotations

from collections.abc import Iterable

import sympy
from sympy import Expr, Mul

from derive.engine.conditions import open_parts
from derive.engine.factoring import cancelled, in_factors
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.language.expression import Node, number
from derive.language.functions import postorder
from derive.language.relations import Condition, Relation


def divisors_of(
    result: Node, algebra: ScalarAlgebra, known: Iterable[Condition] = ()
) -> tuple[Relation, ...]:
    """The conditions ``u != 0`` of the factors of denominators.

    Parameters
    ----------
    result : Node
    algebra : ScalarAlgebra
        What knows the signs of the letters.
    known : iterable of Condition
        What is asked for already; a gap between two that have an order is not 0.
    """
    apart = [gap for c in known for gap in _kept_apart(c, algebra)]
    found: dict[Relation, None] = {}
    for part in postorder(result):
        if part.op != "pow" or not part.is_scalar or not algebra.has_form(part):
            continue
        base, exponent = (algebra.expr(arg) for arg in part.args)
        if exponent.is_negative:
            for factor in _factors(base):
                if not (factor.is_nonzero or _is_among(factor, apart)):
                    need = Relation(algebra.node(factor), "!=", number(0))
                    open_now = (r for r in open_parts(need) if isinstance(r, Relation))
                    found.update(dict.fromkeys(open_now))
    return tuple(found)


def _factors(base: Expr) -> list[Expr]:
    """The factors of a divisor; ``exp(u) - 1`` is 0 where u is."""
    found: list[Expr] = []
    for factor in Mul.make_args(in_factors(base)):
        inner = factor.base if factor.is_Pow and factor.exp.is_positive else factor
        exponent = _of_expm1(inner)
        found += [inner] if exponent is None else _factors(exponent)
    return found


def _of_expm1(factor: Expr) -> Expr | None:
    """The u of ``exp(u) - 1`` or its negative, for real u."""
    for turned in (factor, -factor):
        rest = sympy.expand(turned + 1)
        if isinstance(rest, sympy.exp) and rest.args[0].is_real:
            return rest.args[0]
    return None


def _kept_apart(condition: Condition, algebra: ScalarAlgebra) -> list[Expr]:
    """Differences that a condition keeps from 0."""
    if not isinstance(condition, Relation) or condition.sign not in {"<", ">", "!="}:
        return []
    left, right = condition.left, condition.right
    if not isinstance(right, Node) or not (left.is_scalar and algebra.has_form(left - right)):
        return []
    return [algebra.expr(left - right)]


def _is_among(factor: Expr, apart: Iterable[Expr]) -> bool:
    return any(cancelled(factor / gap).is_nonzero for gap in apart if gap != 0)
