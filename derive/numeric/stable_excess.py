"""Sums with logarithms of quotients that vanish to second order where the quotient is 1.

``x - 1 - log(x)`` has no digit left next to x = 1, and is at the heart of divergences between
members of one family.  The combined function ``log_excess`` is ``u - v - v log(u/v)``; each
logarithm in a sum is written with it where the rest of the sum gets shorter thereby.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product as choices

from derive.language.canonical import canonical
from derive.language.expression import Node, add, make, multiply, negative, number
from derive.numeric.monomials import inverse_of, monomial_of, node_of, own_writing, product_of
from derive.numeric.stable_parts import (
    collected,
    factors_of,
    is_map,
    simpler_difference,
)

POWERS = (1, -1, 2, -2)
MOST = 3  # logarithms in one sum


@dataclass(frozen=True)
class _Logarithm:
    """The term ``p log(u/v)`` of a sum."""

    p: Node
    u: Node
    v: Node


def excess_over_log(node: Node) -> Node | None:
    """A sum with ``p log(u/v)``, by ``(u/v)^n - 1 - log((u/v)^n)`` for some n."""
    if not node.is_scalar:
        return None
    read = [_logarithm(term) for term in node.args]
    logarithms = [log for log in read if log is not None]
    if not 0 < len(logarithms) <= MOST:
        return None
    others = [
        part
        for term, log in zip(node.args, read, strict=True)
        if log is None
        for part in _distributed(term)
    ]
    for powers in choices(POWERS, repeat=len(logarithms)):
        taken = [_taken(log, n) for log, n in zip(logarithms, powers, strict=True)]
        rest = collected(*others, *(part for linear, _ in taken for part in linear), number(0))
        left = 0 if rest is number(0) else len(rest.args) if rest.op == "add" else 1
        if left < len(others) or left == len(others) == 0:
            return add(rest, *(excess for _, excess in taken))
    return None


def _logarithm(term: Node) -> _Logarithm | None:
    """A term as a multiple of the logarithm of a quotient."""
    coefficient, factors = factors_of(term)
    found = [k for k, factor in enumerate(factors) if is_map(factor, "log")]
    if len(found) != 1:
        return None
    (place,) = found
    inside = factors[place].args[0]
    size, powers = monomial_of(inside)
    writing = own_writing(inside)
    u, v = (
        node_of(
            (Fraction(number_part), {b: sign * e for b, e in powers.items() if sign * e > 0}),
            inside,
            writing,
        )
        for number_part, sign in ((size.numerator, 1), (size.denominator, -1))
    )
    if not (u.symbols and v.symbols):
        return None
    others = (*factors[:place], *factors[place + 1 :])
    rest = [_by_one_of(powers, _over_one_denominator(factor)) for factor in others]
    p = multiply(number(coefficient), *rest)
    return _Logarithm(p, u, v)


def _over_one_denominator(factor: Node) -> Node:
    """A sum with powers of symbols below its terms as one quotient."""
    if factor.op != "add":
        return factor
    terms = [monomial_of(term) for term in factor.args]
    below: dict[Node, Fraction] = {}
    for _, powers in terms:
        for base, exponent in powers.items():
            if base.op == "symbol" and exponent < below.get(base, Fraction(0)):
                below[base] = exponent
    less, writing = inverse_of((Fraction(1), below)), own_writing(factor)
    above = add(*(node_of(product_of(term, less), factor, writing) for term in terms))
    return multiply(node_of((Fraction(1), below), factor, writing), above) if below else factor


def _by_one_of(bases: Iterable[Node], factor: Node) -> Node:
    """A sum that is a multiple of another one as that multiple: 2 a - 2 as -2 (1 - a)."""
    own = dict(_multiples(factor))
    for base in bases:
        other = dict(_multiples(base))
        if base.op == factor.op == "add" and own.keys() == other.keys():
            ratios = {own[key] / other[key] for key in own}
            if len(ratios) == 1:
                return multiply(number(ratios.pop()), base)
    return factor


def _multiples(total: Node) -> Iterator[tuple[Node, Fraction]]:
    for term in total.args if total.op == "add" else ():
        coefficient, factors = factors_of(term)
        yield canonical(multiply(*factors) if factors else number(1)), coefficient


def _distributed(term: Node) -> Iterator[Node]:
    """A term, or the terms of its sum, if one factor is a sum."""
    coefficient, factors = factors_of(term)
    sums = [k for k, factor in enumerate(factors) if factor.op == "add"]
    if len(sums) != 1:
        yield term
        return
    (place,) = sums
    outside = monomial_of(multiply(number(coefficient), *factors[:place], *factors[place + 1 :]))
    for part in factors[place].args:
        yield node_of(product_of(outside, monomial_of(part)), term, own_writing(term))


def _taken(log: _Logarithm, n: int) -> tuple[list[Node], Node]:
    """``p/n (x - 1)`` with x = (u/v)^n, term by term, and what it is more than p log(u/v)."""
    u, v = (log.u, log.v) if n > 0 else (log.v, log.u)
    d = simpler_difference(u, v) or add(u, negative(v))
    if abs(n) == 2:
        d = multiply(d, add(u, v))
        u, v = u ** number(2), v ** number(2)
    share = multiply(number(Fraction(1, n)), log.p)
    writing = {**own_writing(share), **own_writing(u), **own_writing(v)}
    over = product_of(monomial_of(share), inverse_of(monomial_of(v)))
    ahead = node_of(over, share, writing)
    linear = node_of(product_of(over, monomial_of(u)), share, writing)
    excess = make("combine", (u, v, d), share.shape, "log_excess")
    opened = [part for term in (linear, negative(share)) for part in _distributed(term)]
    return opened, negative(multiply(ahead, excess))
