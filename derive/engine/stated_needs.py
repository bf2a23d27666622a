"""What must be positive for a mean to exist, as a person says it: ``nu > 2``, ``t < 1/theta``.

Factors whose sign is known are left out.  A need that is linear in a letter is solved for it:
for the one of open sign (the argument of a generating function), or for the only one.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import sympy
from sympy import Expr, Mul

from derive.engine.factoring import in_factors
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.language.expression import Node, number
from derive.language.relations import Relation


def stated_need(need: Expr, algebra: ScalarAlgebra) -> Relation:
    """``need > 0`` in its simplest form.

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> nu, t = symbol("nu", facts=("positive",)), symbol("t")
    >>> algebra = ScalarAlgebra((nu, t))
    >>> stated_need((algebra.expr(nu) - 1) / 2, algebra)
    Relation(left=nu, sign='>', right=1)
    >>> stated_need(1 / algebra.expr(nu) - algebra.expr(t), algebra)
    Relation(left=t, sign='<', right=1/nu)
    """
    core = _without_known_factors(need)
    algebra.note_positive(core)
    letters = sorted(core.free_symbols, key=str)
    still_open = [s for s in letters if s.is_positive is None and s.is_negative is None]
    alone = letters if len(letters) == 1 else []
    for letter in still_open if len(still_open) == 1 else alone:
        slope = sympy.expand(core).coeff(letter, 1)
        rest = sympy.expand(core - slope * letter)
        if rest.has(letter) or not (slope.is_positive or slope.is_negative):
            continue
        sign = ">" if slope.is_positive else "<"
        return Relation(algebra.node(letter), sign, algebra.node(in_factors(-rest / slope)))
    return Relation(algebra.node(core), ">", number(0))


def _without_known_factors(need: Expr) -> Expr:
    """The need without its factors of known sign."""
    above, below = sympy.fraction(in_factors(sympy.together(need)))
    kept, sign = [], 1
    for factor in (*Mul.make_args(above), *Mul.make_args(below)):
        if factor.is_negative:
            sign = -sign
        elif not factor.is_positive:
            kept.append(factor)
    whole = Mul(sign, *kept)
    return sympy.expand(whole) if kept else need


def without_implied(needs: Sequence[Relation]) -> tuple[Relation, ...]:
    """The needs without ``nu > 1`` where there is ``nu > 2``."""
    return tuple(n for n in needs if not any(_follows(n, other) for other in needs))


def follows_from(condition: Relation, needs: Sequence[Relation]) -> bool:
    """Whether a condition is a weaker bound than one of the needs, or the same one."""
    return condition not in needs and any(_follows(condition, need) for need in needs)


def _follows(weak: Relation, strong: Relation) -> bool:
    if weak.left is not strong.left or weak.sign != strong.sign or weak is strong:
        return False
    low, high = _bound(weak), _bound(strong)
    if low is None or high is None:
        return False
    return low < high if weak.sign == ">" else low > high


def _bound(relation: Relation) -> Fraction | None:
    right = relation.right
    is_bound = relation.sign in {"<", ">"} and isinstance(right, Node) and right.op == "number"
    return right.data if is_bound and isinstance(right, Node) else None
