"""Factors of equal base as one power: of scalars, and of arrays that are multiplied elementwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain

from derive.engine.fusion import (
    fused_exponentials,
    fused_quotients,
    fused_sigmoids,
    fused_signs,
    numeric_power,
)
from derive.engine.indicators import fused_indicators
from derive.errors import DivisionByZeroError
from derive.language.canonical import canonical
from derive.language.expression import (
    ONE,
    Node,
    add,
    elementwise_power,
    multiply,
    number,
    product,
    scaled,
    split_product,
)

Exponents = dict[Node, Fraction]


def gathered(factors: Iterable[Node]) -> tuple[Fraction, list[Node]]:
    """A number, and one power of each base in the order of first appearance."""
    factors = list(factors)
    coefficient = ONE
    if not factors or (len(factors) == 1 and factors[0].op not in {"number", "pow"}):
        return coefficient, factors
    exponents: Exponents = {}
    symbolic: dict[Node, list[Node]] = {}
    bases: dict[Node, Node] = {}
    single: dict[Node, Node] = {}
    for factor, base, exponent in _powers(factors):
        if base.op == "number":
            if not base.data and exponent < 0:
                raise DivisionByZeroError(
                    "a part of the expression is divided by what is 0 everywhere\n"
                    "  to fix   : leave that part out, such as a term minus itself"
                )
            power_of_number = base.data if exponent is ONE else base.data**exponent
            coefficient = scaled(coefficient, power_of_number)
            continue
        growth = None
        if (
            base.op == "pow" and base.args[0].op != "number" and exponent.denominator == 1
        ):  # x^p with a letter p
            base, growth = base.args
        key = canonical(base)
        # a factor that meets no other of its base stays as it was written
        if key in bases:
            single.pop(key, None)
        else:
            bases[key], single[key] = base, factor
        if growth is None:
            exponents[key] = exponents[key] + exponent if key in exponents else exponent
        else:
            exponents.setdefault(key, Fraction(0))
            symbolic.setdefault(key, []).append(multiply(number(exponent), growth))
    before = dict(exponents)
    fused_sigmoids(exponents, bases)
    fused_quotients(exponents, bases)
    fused_signs(exponents, bases)
    fused_indicators(exponents, bases)
    fused_exponentials(exponents, bases)
    found: list[Node] = []
    # numerators stand before denominators, each in the order of appearance
    for key, exponent in sorted(exponents.items(), key=lambda item: item[1] < 0):
        if key in single and before.get(key) == exponent:
            power = single[key]
        elif key in symbolic:
            power = elementwise_power(bases[key], _total(symbolic[key], exponent))
        elif exponent == 0:
            continue
        else:
            power = elementwise_power(bases[key], number(exponent))
        c, s, part = split_product(power)
        coefficient = scaled(coefficient, c)
        found.extend(s if not part else (product(ONE, s, part),))
    return coefficient, found


def _total(terms: list[Node], constant: Fraction) -> Node:
    """The sum of exponents, like terms as one."""
    amounts: dict[Node, Fraction] = {}
    opened = chain.from_iterable(t.args if t.op == "add" else (t,) for t in terms)
    for term in opened:
        coefficient, scalars, _ = split_product(term)
        core = product(ONE, scalars, [])
        key = next((known for known in amounts if canonical(known) is canonical(core)), core)
        amounts[key] = amounts.get(key, Fraction(0)) + coefficient
    kept = [multiply(number(amount), core) for core, amount in amounts.items()]
    return add(*kept, number(constant))


def _powers(factors: Iterable[Node]) -> Iterator[tuple[Node, Node, Fraction]]:
    """Factors with base and exponent; a whole power of a product is a product of powers."""
    for factor in factors:
        base, exponent = numeric_power(factor)
        is_product = (base.op == "mul" and base.args[0].is_scalar and base.is_scalar) or (
            base.op == "had"
        )
        if is_product and exponent != 1 and exponent.denominator == 1:
            for _, inner, power in _powers(base.args):
                total = power * exponent
                yield elementwise_power(inner, number(total)), inner, total
        elif base.op == "number" and exponent.denominator != 1:
            yield factor, factor, ONE
        else:
            yield factor, base, exponent
