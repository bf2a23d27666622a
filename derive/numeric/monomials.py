"""Products as a number and the exponents of their factors, so that two can be compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction

from derive.language.canonical import canonical
from derive.language.expression import Node, elementwise_power, number
from derive.language.functions import postorder
from derive.numeric.stable_parts import factors_of, of_factors

Monomial = tuple[Fraction, dict[Node, Fraction]]


def monomial_of(node: Node) -> Monomial:
    """A product as its number and the exponents of its factors; roots of numbers are opened."""
    coefficient, factors = factors_of(node)
    found: Counter[Node] = Counter()
    for factor in factors:
        part = _power_of_monomial(factor)
        coefficient *= part[0]
        for base, exponent in part[1].items():
            found[base] += exponent  # type: ignore[assignment]  # a Counter of fractions
    return _tidy(coefficient, dict(found))  # type: ignore[arg-type]  # a Counter of fractions


def _power_of_monomial(factor: Node) -> Monomial:
    if factor.op != "pow" or not factor.args[1].is_number:
        return Fraction(1), {canonical(factor): Fraction(1)} if factor.op != "ones" else {}
    base, exponent = factor.args[0], factor.args[1].data
    if base.op == "number" or not base.symbols or exponent.denominator == 1:
        coefficient, factors = monomial_of(base) if base.op != "number" else (base.data, {})
        powers = {b: e * exponent for b, e in factors.items()}
        for part, sign in ((coefficient.numerator, 1), (coefficient.denominator, -1)):
            key = number(part)
            powers[key] = powers.get(key, Fraction(0)) + sign * exponent
        return Fraction(1), powers
    return Fraction(1), {canonical(factor): Fraction(1)}


def _tidy(coefficient: Fraction, factors: dict[Node, Fraction]) -> Monomial:
    """Whole powers of numbers join the coefficient; squares of signs are 1."""
    kept: dict[Node, Fraction] = {}
    for base, exponent in factors.items():
        if base.is_number:
            whole = exponent.numerator // exponent.denominator
            coefficient *= base.data**whole
            exponent -= whole
        elif base.op == "symbol" and "sign" in base.facts and exponent.denominator == 1:
            exponent %= 2
        if exponent and not (base.is_number and base.data == 1):
            kept[base] = exponent
    return coefficient, kept


def product_of(*monomials: Monomial) -> Monomial:
    """The product of monomials."""
    coefficient, joined = Fraction(1), dict[Node, Fraction]()
    for number_part, factors in monomials:
        coefficient *= number_part
        for base, exponent in factors.items():
            joined[base] = joined.get(base, Fraction(0)) + exponent
    return _tidy(coefficient, joined)


def inverse_of(monomial: Monomial) -> Monomial:
    """One over a monomial."""
    coefficient, factors = monomial
    return _tidy(1 / coefficient, {base: -exponent for base, exponent in factors.items()})


def node_of(monomial: Monomial, like: Node, written: Mapping[Node, Node]) -> Node:
    """A monomial as a product of the shape of a node, its factors as they are written."""
    coefficient, factors = monomial
    powers = [
        elementwise_power(written.get(base, base), number(exponent))
        for base, exponent in factors.items()
    ]
    return of_factors(coefficient, powers, like)


def own_writing(node: Node) -> dict[Node, Node]:
    """The factors of monomials as they are written in a node."""
    return {canonical(part): part for part in postorder(node)}
