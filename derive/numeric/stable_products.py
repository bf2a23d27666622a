"""Sums in several symbols that are a product of powers times a function of one product of them.

``1/r - b/(e^(r b) - 1)`` is ``1/r`` times ``1 - t/(e^t - 1)`` with t = r b: where it cancels is
seen from t alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from derive.language.canonical import power_parts
from derive.language.expression import (
    Node,
    add,
    elementwise_power,
    multiply,
    number,
    product,
    split_product,
    symbol,
)
from derive.language.functions import postorder
from derive.numeric.stable_parts import constant_of, factors_of, rebuilt

QUANTITY = symbol("quantity")
Powers = dict[Node, Fraction]
Letters = dict[Node, Node | None]  # nodes as functions of the letter, None of what is none


def products_inside(order: Iterable[Node]) -> dict[Node, Letters]:
    """The products of two symbols or more, without their numbers, that functions are taken of.

    With each comes the room for what is known of the nodes as functions of it.
    """
    found: dict[Node, Letters] = {}
    for part in order:
        if part.op == "map" and part.is_scalar and part.args[0].op == "mul":
            _, scalars, chain = split_product(part.args[0])
            whole = product(Fraction(1), scalars, chain)
            powers = None if chain else _powers_of(scalars)
            if powers is not None and len(powers) > 1:
                found[whole] = {whole: QUANTITY}
    return found


def beside_function(node: Node, quantity: Node, inside: Letters) -> tuple[Node, Node] | None:
    """The sum as a product of powers and a function of the quantity, if it is one.

    The function is in the letter ``QUANTITY``, since a product of symbols is no part of a
    longer product.
    """
    _, scalars, _ = split_product(quantity)
    step = _powers_of(scalars)
    assert step is not None
    parts = [_parted(term, step, quantity, inside) for term in node.args]
    if not any(functions for *_, functions in parts):
        return None
    counts = []
    for _, powers, others, _ in parts:
        count = _multiple(powers, parts[0][1], step)
        if count is None or others != parts[0][2]:
            return None
        counts.append(count)
    least = min(counts)  # so that no pole is made at which the sum has none
    terms = [
        multiply(number(coefficient), QUANTITY ** number(count - least), *functions)
        for (coefficient, _, _, functions), count in zip(parts, counts, strict=True)
    ]
    _, powers, others, _ = parts[0]
    outside = {base: powers[base] + least * step[base] for base in step} | others
    return multiply(*(elementwise_power(b, number(e)) for b, e in outside.items())), add(*terms)


def _powers_of(factors: tuple[Node, ...]) -> Powers | None:
    """The exponents of a product of powers of symbols; None of another product."""
    found: Powers = {}
    for factor in factors:
        base, power = power_parts(factor)
        if base.op != "symbol" or not power.is_number:
            return None
        found[base] = power.data
    return found


def _parted(
    term: Node, step: Powers, quantity: Node, inside: Letters
) -> tuple[Fraction, Powers, Powers, list[Node]]:
    """Number, powers of the symbols in the quantity, other powers, functions of the letter."""
    coefficient, factors = factors_of(term)
    powers, others, functions = dict.fromkeys(step, Fraction(0)), Powers(), list[Node]()
    for factor in factors:
        base, power = power_parts(factor)
        exponent = power.data if power.is_number else Fraction(1)
        if base in step and power.is_number:
            powers[base] += exponent
        elif (function := _in_letter(factor, quantity, inside)) is not None:
            functions.append(function)
        else:
            kept = base if power.is_number else factor
            others[kept] = others.get(kept, Fraction(0)) + exponent
    return coefficient, powers, others, functions


def _in_letter(node: Node, quantity: Node, inside: Letters) -> Node | None:
    """A function of the quantity as one of the letter; None of what is no such function."""
    for part in postorder(node, known=inside):
        if part not in inside:
            coefficient, scalars, chain = split_product(part)
            args = [inside[arg] for arg in part.args]
            found = [arg for arg in args if arg is not None]
            if part.op == "mul" and product(Fraction(1), scalars, chain) is quantity:
                inside[part] = multiply(number(coefficient), QUANTITY)
            elif constant_of(part) is not None:
                inside[part] = part
            else:
                is_made = bool(found) and len(found) == len(args)
                inside[part] = rebuilt(part, tuple(found)) if is_made else None
    return inside[node]


def _multiple(powers: Powers, first: Powers, step: Powers) -> Fraction | None:
    """The whole number k for which the powers are the first ones and k steps."""
    counts = {(powers[base] - first[base]) / step[base] for base in step}
    count = counts.pop()
    return count if not counts and count.denominator == 1 else None
