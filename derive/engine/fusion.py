"""Fusion: quotients that a reader knows by name.

``exp(z) / (1 + exp(z))`` is the sigmoid of z, ``exp(v) / sum(exp(v))`` the softmax of v, and
``QUOTIENTS`` lists quotients of two functions.  Besides being shorter, the named forms do
not overflow.  A product of exponentials is the exponential of one sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derive.engine.terms import merged
from derive.language.canonical import canonical, power_parts, same
from derive.language.cost import cost
from derive.language.expression import (
    ONE,
    Node,
    add,
    elementwise_power,
    is_zero,
    multiply,
    negative,
    number,
    ones,
    split_product,
    transpose,
)
from derive.language.functions import elementwise, hadamard, softmax


def numeric_power(node: Node) -> tuple[Node, Fraction]:
    """A factor as (base, numeric exponent)."""
    if node.op != "pow":
        return node, ONE
    base, exponent = power_parts(node)
    return (base, exponent.data) if exponent.op == "number" else (node, ONE)


# numerator, denominator, their quotient
QUOTIENTS = (("sin", "cos", "tan"), ("sinh", "cosh", "tanh"))


def fused_quotients(exponents: dict[Node, Fraction], bases: dict[Node, Node]) -> None:
    """Replace f(z) g(z)^-1 by its name among powers, in place."""
    for above, below, name in QUOTIENTS:
        for key in [k for k, e in exponents.items() if e >= 1 and k.op == "map"]:
            if key.data != above:
                continue
            under = canonical(elementwise(below, key.args[0]))
            if exponents.get(under, Fraction(0)) <= -1:
                _fuse(exponents, bases, key, under, elementwise(name, _argument(key, bases)))


def _argument(key: Node, bases: dict[Node, Node]) -> Node:
    """What the function of a canonical base is of: as written, unless it stands transposed."""
    written = bases[key]
    return written.args[0] if written.op == "map" else key.args[0]


def _fuse(
    exponents: dict[Node, Fraction],
    bases: dict[Node, Node],
    above: Node,
    below: Node,
    fused: Node,
) -> None:
    """Take as many of above/below out as there are and put `fused` in."""
    times = Fraction(int(min(exponents[above], -exponents[below])))
    exponents[above] -= times
    exponents[below] += times
    key = canonical(fused)
    exponents[key] = exponents.get(key, Fraction(0)) + times
    bases.setdefault(key, fused)


def fused_signs(exponents: dict[Node, Fraction], bases: dict[Node, Node]) -> None:
    """Replace sign(x) abs(x)^p by x abs(x)^(p-1) for odd whole p among powers, in place.

    What is left of sign(x) x is abs(x).
    """
    for key in [k for k, e in exponents.items() if e == 1 and k.op == "map" and k.data == "sign"]:
        inner, modulus = canonical(key.args[0]), canonical(elementwise("abs", key.args[0]))
        power = exponents.get(modulus, Fraction(0))
        if power == 0 and exponents.get(inner) == 1:
            exponents[key] = exponents[inner] = Fraction(0)
            exponents[modulus] = ONE
            bases.setdefault(modulus, elementwise("abs", _argument(key, bases)))
            continue
        if power.denominator != 1 or power % 2 == 0:
            continue
        exponents[key] = exponents[modulus] = Fraction(0)
        exponents[inner] = exponents.get(inner, Fraction(0)) + power
        bases.setdefault(inner, _argument(key, bases))


def fused_exponentials(exponents: dict[Node, Fraction], bases: dict[Node, Node]) -> None:
    """Replace exp(a)^k exp(b)^m by exp(k a + m b) among powers where that costs no more."""
    keys = [k for k, e in exponents.items() if e and k.op == "map" and k.data == "exp"]
    if len(keys) < 2:
        return
    terms = [multiply(number(exponents[k]), _argument(k, bases)) for k in keys]
    fused = elementwise("exp", merged(terms))
    separate = [elementwise_power(bases[k], number(exponents[k])) for k in keys]
    if cost(fused) > sum(map(cost, separate)) + len(keys) - 1:
        return
    for key in keys:
        exponents[key] = Fraction(0)
    key = canonical(fused)
    if not is_zero(fused.args[0]):
        exponents[key] = ONE
        bases.setdefault(key, fused)


def fused_sigmoids(exponents: dict[Node, Fraction], bases: dict[Node, Node]) -> None:
    """Replace exp(z) (1 + exp(z))^-1 by sigmoid(z) among powers, in place.

    A further (1 + exp(z))^-1 is 1 - sigmoid(z), and of sigmoid(-z) too, so that both are written
    with one sigmoid.
    """
    for key in [k for k, e in exponents.items() if e <= -1 and k.op == "add"]:
        growth = _one_plus(key)
        if growth is None or exponents.get(growth, Fraction(0)) < 1:
            continue
        z = _argument(growth, bases)
        fused = elementwise("sigmoid", z)
        rest = exponents[key] + Fraction(int(min(exponents[growth], -exponents[key])))
        if rest == 0 or rest.denominator != 1:
            _fuse(exponents, bases, growth, key, fused)
            continue
        count = -exponents[key] + rest  # of sigmoids
        exponents[growth] -= count
        exponents[key] = Fraction(0)
        if _is_negative(z):
            fused = elementwise("sigmoid", negative(z))
            powers = {fused: -rest, _one_minus(fused): count}
        else:
            powers = {fused: count, _one_minus(fused): -rest}
        for base, amount in powers.items():
            found = canonical(base)
            exponents[found] = exponents.get(found, Fraction(0)) + amount
            bases.setdefault(found, base)


def _is_negative(node: Node) -> bool:
    """Whether a node, or every term of it, begins with a minus."""
    return all(split_product(term)[0] < 0 for term in (node.args if node.op == "add" else [node]))


def _one_minus(node: Node) -> Node:
    one = number(ONE) if node.is_scalar else ones(*node.shape)
    return add(one, negative(node))


def _one_plus(node: Node) -> Node | None:
    """The exponential in ``1 + exp(z)``."""
    if len(node.args) != 2:
        return None
    for one, other in (node.args, reversed(node.args)):
        if (one.op == "ones" or one is number(ONE)) and other.op == "map" and other.data == "exp":
            return canonical(other)
    return None


def fused_softmax(
    scalars: Sequence[Node], chain: Sequence[Node]
) -> tuple[list[Node], tuple[Node, ...]]:
    """Replace exp(v) in a chain and 1/sum(exp(v)) among the scalars by softmax(v)."""
    left, rest = list(scalars), list(chain)
    for k, scalar in enumerate(left):
        base, exponent = numeric_power(scalar)
        if base.op != "total" or exponent > -1 or exponent.denominator != 1:
            continue
        for place, factor in enumerate(rest):
            fused = _with_softmax(factor, base.args[0])
            if fused is not None:
                rest[place] = fused
                left[k] = elementwise_power(base, number(exponent + 1))
                return [s for s in left if s is not number(ONE)], tuple(rest)
    return left, tuple(rest)


def _with_softmax(factor: Node, growth: Node) -> Node | None:
    """The factor with exp(v) replaced by softmax(v), if it holds exp(v) as a factor."""
    if growth.op != "map" or growth.data != "exp" or growth.shape[1] != 1:
        return None
    if factor.shape[0] == 1 and factor.shape[1] != 1:
        turned = _with_softmax(transpose(factor), growth)
        return None if turned is None else transpose(turned)
    if same(factor, growth):
        return softmax(growth.args[0])
    if factor.op == "had":
        for k, part in enumerate(factor.args):
            if same(part, growth):
                return hadamard(*factor.args[:k], softmax(growth.args[0]), *factor.args[k + 1 :])
    return None
