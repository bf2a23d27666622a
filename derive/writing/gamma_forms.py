"""Exponentials of log-gammas, which people write as products of gamma functions."""

from __future__ import annotations

from derive.language.expression import Node, split_product

MOST_POWER = 9


def gamma_powers(exponent: Node) -> tuple[tuple[Node, int], ...]:
    """The arguments and whole powers whose product is the exponential; none if it is another.

    ``exp(log Gamma(a) - 2 log Gamma(b))`` is ``Gamma(a)/Gamma(b)^2``.
    """
    found = []
    for term in exponent.args if exponent.op == "add" else (exponent,):
        coefficient, scalars, chain = split_product(term)
        factors = (*scalars, *chain)
        if len(factors) != 1 or factors[0].op != "map" or factors[0].data != "loggamma":
            return ()
        if coefficient.denominator != 1 or not 0 < abs(coefficient) <= MOST_POWER:
            return ()
        found.append((factors[0].args[0], int(coefficient)))
    return tuple(found)
