"""Densities as products: what a log density says of numbers and logarithms, taken out of exp."""

from __future__ import annotations

from derive.language.expression import Node, add, multiply, negative, number, power, split_product
from derive.language.functions import elementwise, postorder
from derive.language.law import Law


def density_of(law: Law, x: Node) -> Node:
    """The density (or mass function) of a law as a textbook writes it.

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> from derive.language.laws.half_line import Exponential
    >>> density_of(Exponential("a"), symbol("x", facts=("positive",)))
    a*exp(-a*x)
    """
    return multiply(*density_factors(law, x))


def density_factors(law: Law, x: Node) -> list[Node]:
    """The factors of a density: numbers and powers, what is exponential in x, gamma functions."""
    whole = shown_log_density(law, x)
    factors: list[Node] = []
    exponents: list[Node] = []
    gammas: list[Node] = []
    for term in whole.args if whole.op == "add" else (whole,):
        inside = _log_inside(term)
        if inside is not None:
            factors.append(power(*inside) if inside[1] is not number(1) else inside[0])
        elif _has_gamma(term):
            gammas.append(term)
        else:
            exponents.append(term)
    tails = [elementwise("exp", add(*terms)) for terms in (exponents, gammas) if terms]
    return [*factors, *tails] or [number(1)]


def shown_log_density(law: Law, x: Node) -> Node:
    """The log density without terms that cancel at numbers among the parameters."""
    whole = law.log_density(x)
    kept: list[Node] = []
    for term in whole.args if whole.op == "add" else (whole,):
        opposite = negative(term)
        place = next((k for k, other in enumerate(kept) if other is opposite), None)
        if place is None:
            kept.append(term)
        else:
            del kept[place]
    return add(*kept) if kept else number(0)


def _has_gamma(term: Node) -> bool:
    return any(part.op == "map" and part.data == "loggamma" for part in postorder(term))


def _log_inside(term: Node) -> tuple[Node, Node] | None:
    """(b, c) where a term is c log b with c free of the sum in an exponent, else None."""
    coefficient, scalars, rest = split_product(term)
    parts = [*scalars, *rest]
    logs = [p for p in parts if p.op == "map" and p.data == "log"]
    if len(logs) != 1:
        return None
    others = [p for p in parts if p is not logs[0]]
    return logs[0].args[0], multiply(number(coefficient), *others)
