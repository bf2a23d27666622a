"""How an invertible function is undone: ``phi(u) = v`` as ``u = phi^-1(v)``.

To add a function of entries, add a row to ``MAPS``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from derive.engine.products import times
from derive.engine.stationary.equation import simplified
from derive.engine.stationary.linear import divided_from_left, is_reciprocal, reciprocal
from derive.engine.stationary.rank import is_singular_by_shape
from derive.language.expression import (
    Node,
    elementwise_power,
    eye,
    is_zero,
    negative,
    number,
    ones,
    product,
    split_product,
    zero,
)
from derive.language.functions import elementwise, hadamard, hadamard_quotient
from derive.language.properties import is_inside_unit, is_nonnegative, is_positive
from derive.language.relations import Condition, Relation

POSITIVE = ("nonnegative", "nonzero", "positive")


def _nothing(value: Node) -> tuple[Condition, ...]:
    return ()


@dataclass(frozen=True)
class Undoing:
    """How ``v = phi(u)`` is undone, the facts of ``v``, and the words that say so.

    `undo` gives None where the sign of the value leaves it open; `needs` is what the value
    must satisfy beyond what its inverse image needs to be defined.
    """

    undo: Callable[[Node], Node | None]
    facts: tuple[str, ...]
    words: str
    needs: Callable[[Node], tuple[Condition, ...]] = _nothing


def _one(value: Node) -> Node:
    return number(1) if value.is_scalar else ones(*value.shape)


def _logit(value: Node) -> Node:
    rest = _one(value) - value
    if value.is_scalar and is_inside_unit(value):
        return elementwise("log", hadamard_quotient(value, rest))
    return elementwise("log", value) - elementwise("log", rest)


def _area_tangent(value: Node) -> Node:
    if is_zero(value):
        return value
    above, below = (elementwise("log", side) for side in (_one(value) + value, _one(value) - value))
    return (above - below) / number(2)


MAPS: dict[str, Undoing] = {
    "log": Undoing(lambda v: elementwise("exp", v), (), "exponential of both sides"),
    "exp": Undoing(lambda v: elementwise("log", v), POSITIVE, "logarithm of both sides"),
    "sigmoid": Undoing(_logit, POSITIVE, "log-odds of both sides"),
    "softplus": Undoing(
        lambda v: elementwise("log", elementwise("exp", v) - _one(v)),
        POSITIVE,
        "undo the softplus",
    ),
    "tanh": Undoing(_area_tangent, (), "inverse hyperbolic tangent of both sides"),
    "sinh": Undoing(lambda v: v if is_zero(v) else None, (), "sinh is 0 at 0 alone"),
}


def undoing_of(part: Node) -> Undoing | None:
    """How a node ``phi(u)`` is undone, if it can be."""
    if part.op == "map":
        return MAPS.get(part.data)
    if part.op == "inverse":
        return Undoing(
            lambda v: divided_from_left(v, eye(v.shape[0]), simplified),
            ("invertible",),
            "invert both sides",
        )
    if part.op == "pow" and part.args[1].is_number:
        return _undoing_of_power(part.args[0], part.args[1].data)
    return None


def is_out_of_reach(value: Node, undoing: Undoing) -> bool:
    """Whether a value is certainly none of ``phi``, by the facts that every value of it has."""
    if "invertible" in undoing.facts:
        return is_zero(value) or is_singular_by_shape(value)
    if "positive" in undoing.facts:
        return is_nonnegative(negative(value))
    if "nonnegative" in undoing.facts:
        return is_positive(negative(value))
    return "nonzero" in undoing.facts and is_zero(value)


def is_whole_power(part: Node) -> bool:
    """Whether a node is a whole power of a scalar, which its rational equation solves better."""
    is_power = part.op == "pow" and part.args[1].is_number and part.is_scalar
    return bool(is_power and part.args[1].data.denominator == 1)


# --- powers -------------------------------------------------------------------------------


def _undoing_of_power(base: Node, exponent: Fraction) -> Undoing | None:
    if exponent == -1:
        return Undoing(reciprocal_entries, ("nonzero",), "reciprocal of both sides")
    is_root = exponent.denominator == 1 and exponent > 0
    words = (
        f"root of order {exponent} of both sides"
        if is_root
        else f"power {1 / exponent} of both sides"
    )
    if exponent.denominator != 1 or is_nonnegative(base):
        return Undoing(
            lambda v: _power_of(v, 1 / exponent),
            POSITIVE if exponent < 0 else ("nonnegative",),
            words,
            _needs_no_sign if exponent < 0 else _needs_no_minus,
        )
    if exponent > 0:
        return Undoing(lambda v: _root(v, exponent), (), words)
    return None


def _power_of(value: Node, exponent: Fraction) -> Node:
    """A whole power of a product of scalars factor by factor: ``(2/a)^-2 = a^2/4``."""
    coefficient, scalars, chain = split_product(value)
    if exponent.denominator != 1 or chain or not value.is_scalar or not coefficient:
        return elementwise_power(value, number(exponent))
    powers = [
        elementwise_power(s.args[0], number(s.args[1].data * exponent))
        if s.op == "pow" and s.args[1].is_number
        else elementwise_power(s, number(exponent))
        for s in scalars
    ]
    return product(coefficient**exponent.numerator, powers, [])


def _root(value: Node, exponent: Fraction) -> Node | None:
    """The real root of a whole power, where there is one alone."""
    if is_zero(value):
        return number(0) if value.is_scalar else zero(value.shape)
    if exponent % 2 == 0:
        return None
    if is_nonnegative(value):
        return elementwise_power(value, number(1 / exponent))
    if is_nonnegative(negative(value)):
        return negative(elementwise_power(negative(value), number(1 / exponent)))
    return None


def _needs_no_sign(value: Node) -> tuple[Condition, ...]:
    return () if is_positive(value) else (Relation(value, ">", number(0)),)


def _needs_no_minus(value: Node) -> tuple[Condition, ...]:
    return () if is_nonnegative(value) else (Relation(value, ">=", number(0)),)


def reciprocal_entries(u: Node) -> Node:
    """One over each entry, through products: ``(l (n.^-1)).^-1 = n/l``."""
    coefficient, scalars, chain = split_product(u)
    if len(chain) != 1 or scalars == (u,):
        return elementwise_power(u, number(-1))
    front = reciprocal(product(coefficient, scalars, []))
    factors = chain[0].args if chain[0].op == "had" else chain
    return times(front, hadamard(*map(_reciprocal, factors)))


def _reciprocal(factor: Node) -> Node:
    if factor.op == "ones":
        return factor
    if is_reciprocal(factor):
        return elementwise_power(factor.args[0], negative(factor.args[1]))
    return elementwise_power(factor, number(-1))
