"""Elements of a field as a person writes them, and their signs.

For a probability p that is ``1 - p``, not ``-(p - 1)``.
"""

from __future__ import annotations

from typing import Any

from derive.language.expression import Node, divide, elementwise_power, multiply, number
from derive.language.properties import is_negative, is_positive
from derive.linear_algebra.exact_field import Field, fraction_of


def written(field: Field, element: Any) -> Node:
    """An element with factors turned so that they are positive, where that is known.

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> p = symbol("p", facts=("positive", "probability"))
    >>> field = Field.of([p])
    >>> field.node((1 - field.elements[0]) ** 3), written(field, (1 - field.elements[0]) ** 3)
    (-(p - 1)^3, (1 - p)^3)
    """
    if not field.domain.is_FractionField or not element:
        return field.node(element)
    upper, above = _turned(field, element.numer)
    lower, below = _turned(field, element.denom)
    if upper * lower == 1:
        return divide(above, below)
    flipped = _flipped(field, element.numer, upper)
    if flipped is not None:
        return divide(flipped, below)
    return divide(multiply(number(-1), above), below)


def sign(field: Field, element: Any) -> int | None:
    """The sign of an element: of a number by its value, else by facts; None if they do not tell."""
    if not element:
        return 0
    if not field.expression(element).free_symbols:
        return 1 if field.expression(element).evalf(30) > 0 else -1
    node = field.node(element)
    return 1 if is_positive(node) else -1 if is_negative(node) else field.sign(element)


def _turned(field: Field, polynomial: Any) -> tuple[int, Node]:
    """A sign, and the rest of a polynomial with factors that are not known to be negative."""
    content, factors = polynomial.factor_list()
    side = -1 if content < 0 else 1
    lengths = [len(factor.terms()) for factor, _ in factors]
    long = sum(length for length in lengths if length > 1)
    if long > len(polynomial.terms()) or max(lengths, default=1) == 1:
        return _turned_whole(field, polynomial)
    nodes = []
    for factor, times in factors:
        turn = _known_sign(field, factor)
        side *= turn**times
        nodes.append(elementwise_power(field.polynomial_node(factor * turn), number(times)))
    return side, multiply(number(abs(fraction_of(content))), *nodes)


def _turned_whole(field: Field, polynomial: Any) -> tuple[int, Node]:
    """The polynomial as a sum, or its negative where that is known, or likely, to be positive."""
    negative = sum(c < 0 for c in polynomial.coeffs())
    turn = _known_sign(field, polynomial)
    if turn == 1 and not is_positive(field.polynomial_node(polynomial)):
        turn = -1 if 2 * negative > len(polynomial.coeffs()) else 1
    return turn, field.polynomial_node(polynomial * turn)


def _known_sign(field: Field, polynomial: Any) -> int:
    """-1 where facts say that the values are negative."""
    return -1 if is_negative(field.polynomial_node(polynomial)) else 1


def _flipped(field: Field, polynomial: Any, upper: int) -> Node | None:
    """Minus a sum as the sum of the opposite terms, where a term of it is positive."""
    if len(polynomial.terms()) == 1:
        return None
    opposite = -polynomial if upper == 1 else polynomial
    _, factors = opposite.factor_list()
    if len(factors) > 1 or factors[0][1] > 1 or all(c < 0 for c in opposite.coeffs()):
        return None
    return field.polynomial_node(opposite)
