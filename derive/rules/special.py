"""Differentials of special functions of a scalar: modified Bessel functions and zeta.

Letters as in ``differentials.py``; ``v`` is an order.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.errors import NoRuleError
from derive.language.expression import Node, is_zero, number
from derive.language.special_functions import besseli, zeta
from derive.rules.rule import Rule


def _require_fixed(e: Node, dv: Node) -> None:
    """Refuse a derivative in the order, which is none of these functions."""
    if not is_zero(dv):
        raise NoRuleError(
            f"a Bessel function has no differential in its order: {e!r:.120}\n"
            f"  to fix   : differentiate by what its argument holds"
        )


def _between_orders(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    """By both neighbours, which exist from order 1 on."""
    (v, x), (dv, dx) = args, dargs
    _require_fixed(e, dv)
    return (besseli(v - 1, x) + besseli(v + 1, x)) / 2 * dx


def _next_order(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    """By the next order alone, which exists for every order."""
    (v, x), (dv, dx) = args, dargs
    _require_fixed(e, dv)
    following = besseli(v + 1, x)
    return following * dx if v is number(0) else (following + v / x * e) * dx


def _is_from_one(e: Node, variables: frozenset[Node]) -> bool:
    order = e.args[0]
    return bool(order.is_number and order.data >= 1)


SPECIAL_RULES: tuple[Rule, ...] = (
    Rule(
        "Bessel function from order one",
        "besseli",
        "d I_v(x) = (I_(v-1)(x) + I_(v+1)(x))/2 dx",
        _between_orders,
        fits=_is_from_one,
        reference="dlmf",
    ),
    Rule(
        "Bessel function",
        "besseli",
        "d I_v(x) = (I_(v+1)(x) + v/x I_v(x)) dx",
        _next_order,
        reference="dlmf",
    ),
    Rule(
        "zeta",
        "zeta",
        "d zeta^(k)(s) = zeta^(k+1)(s) ds",
        lambda e, a, d: zeta(e.data + 1, a[0]) * d[0],
        reference="dlmf",
    ),
)
