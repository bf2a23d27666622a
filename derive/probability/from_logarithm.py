"""Densities from their logarithms: coefficients of logarithms become powers."""

from __future__ import annotations

from derive.language.expression import Node, add, multiply, number, power
from derive.language.functions import determinant, elementwise


def density_of_logarithm(logarithm: Node) -> Node:
    """``exp(c log(A) + log Gamma(B) + r)`` as ``A^c Gamma(B) exp(r)``."""
    powers: list[Node] = []
    gammas: list[Node] = []
    rest: list[Node] = []
    for term in _summands(logarithm):
        found = _logarithm_in(term)
        if found is not None:
            powers.append(power(*found))
        elif (term.op == "map" and term.data == "loggamma") or _is_negated_gamma(term):
            gammas.append(term)
        elif term is not number(0):
            rest.append(term)
    exponentials = [elementwise("exp", add(*terms)) for terms in (gammas, rest) if terms]
    return multiply(*powers, *exponentials)


def _summands(logarithm: Node) -> list[Node]:
    """The terms of a sum, a multiple of a sum of logarithms term by term."""
    terms: list[Node] = []
    for term in logarithm.args if logarithm.op == "add" else (logarithm,):
        sums = [f for f in _factors(term) if f.op == "add" and all(map(_logarithm_in, f.args))]
        if len(sums) == 1:
            ahead = multiply(*(f for f in _factors(term) if f is not sums[0]))
            terms += [ahead * part for part in sums[0].args]
        else:
            terms.append(term)
    return terms


def _factors(term: Node) -> tuple[Node, ...]:
    return term.args if term.op == "mul" else (term,)


def _is_negated_gamma(term: Node) -> bool:
    factors = _factors(term)
    return len(factors) == 2 and factors[0] is number(-1) and factors[1].data == "loggamma"


def _logarithm_in(term: Node) -> tuple[Node, Node] | None:
    """A and c, if the term is c log(A)."""
    factors = _factors(term)
    logs = [f for f in factors if f.is_scalar and (f.op == "logdet" or f.data == "log")]
    if len(logs) != 1:
        return None
    inside = logs[0].args[0]
    base = determinant(inside) if logs[0].op == "logdet" else inside
    return base, multiply(*(f for f in factors if f is not logs[0]))
