"""Differences of two values of one function, which cancel where the values nearly agree.

A row of ``DIFFERENCES`` writes f(u) - f(v) without cancellation.  Where the function has
flat tails (sigmoid, tanh, the normal distribution) that is done for every u and v; elsewhere
u - v must be simpler than u and v are, so that it is known more exactly than their difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import combinations
from typing import TypeAlias

from derive.language.canonical import canonical, power_parts, same
from derive.language.expression import (
    Node,
    add,
    constant,
    elementwise_power,
    make,
    multiply,
    negative,
    number,
)
from derive.language.functions import elementwise, hadamard
from derive.numeric.monomials import monomial_of
from derive.numeric.stable_normal import squares_of
from derive.numeric.stable_parts import (
    collected,
    complements,
    constant_of,
    factors_of,
    is_map,
    leaves_of,
    map_of,
    of_factors,
    simpler_difference,
    spread,
    without,
)

HALF = number(Fraction(1, 2))
ONE_OVER_PI = elementwise_power(constant("pi"), number(-1))
MINUS_HALF = number(Fraction(-1, 2))
FLAT = frozenset({"tanh", "sigmoid", "normcdf", "erf"})
Row: TypeAlias = Callable[[Node, Node], Node | None]


def difference_of_values(node: Node) -> Node | None:
    """c f(u) - c f(v), for the functions of ``DIFFERENCES`` and for powers."""
    parts = [(k, *part) for k, term in enumerate(node.args) for part in _values(term)]
    for left, right in combinations(parts, 2):
        if left[0] == right[0] or left[3] != right[3]:
            continue
        (size, before), (other_size, other) = (
            monomial_of(of_factors(part[1], part[2], node)) for part in (left, right)
        )
        if size != -other_size or before != other:
            continue
        plus, minus = (left, right) if size > 0 else (right, left)
        short = _difference(plus[3], plus[4], minus[4])
        if short is not None:
            others = [t for k, t in enumerate(node.args) if k not in {left[0], right[0]}]
            return add(*others, of_factors(plus[1], (*plus[2], short), node))
    return None


def _values(
    term: Node,
) -> Iterator[tuple[Fraction, tuple[Node, ...], tuple[str, Fraction | None], Node]]:
    """A term as number, other factors, function and its point, in every way there is."""
    coefficient, factors = factors_of(term)
    for k, factor in enumerate(factors):
        others = factors[:k] + factors[k + 1 :]
        if factor.op == "map" and factor.data == "log1p":
            point = add(spread(number(1), factor), factor.args[0])
            yield coefficient, others, ("log", None), point
        elif factor.op == "map" and factor.data == "erfc":
            yield -coefficient, others, ("erf", None), factor.args[0]
        elif factor.op == "map" and factor.data in DIFFERENCES:
            yield coefficient, others, (str(factor.data), None), factor.args[0]
        elif factor.op == "pow" and factor.args[1].is_number:
            base, power = power_parts(factor)
            if power.data == 2 and base.op == "map" and base.data in FLAT:
                yield coefficient, others, (str(base.data), power.data), base.args[0]
            if power.data < 0 or power.data.denominator > 1:
                yield coefficient, others, ("pow", power.data), base


def _difference(function: tuple[str, Fraction | None], u: Node, v: Node) -> Node | None:
    name, exponent = function
    if u.shape != v.shape or same(u, v):
        return None
    if name != "pow":
        short = DIFFERENCES[name](u, v)
        if short is None or exponent is None:
            return short
        return _times(short, add(elementwise(name, u), elementwise(name, v)))
    assert exponent is not None
    d = simpler_difference(u, v)
    return None if d is None else _of_powers(u, v, d, exponent)


def _of_powers(u: Node, v: Node, d: Node, exponent: Fraction) -> Node:
    """u^p - v^p: a quotient where u - v is a number, which does not leave the floats."""
    if constant_of(d):
        if exponent == -1:
            return _times(negative(d), elementwise_power(u, number(-1)), _inverse(v))
        if exponent == Fraction(1, 2):
            return _times(d, _inverse(add(elementwise_power(u, HALF), elementwise_power(v, HALF))))
    return _combined("power_difference", u, v, d, spread(number(exponent), u))


def _inverse(node: Node) -> Node:
    return elementwise_power(node, number(-1))


def _combined(name: str, *args: Node) -> Node:
    return make("combine", args, args[0].shape, name)


def _times(*factors: Node) -> Node:
    return multiply(*factors) if factors[-1].is_scalar else hadamard(*factors)


# --- functions ------------------------------------------------------------------------


def _known_apart(name: str) -> Row:
    """A helper that takes u, v and u - v, if that is simpler than the two."""

    def row(u: Node, v: Node) -> Node | None:
        d = simpler_difference(u, v)
        return None if d is None else _combined(f"{name}_difference", u, v, d)

    return row


def _in_tails(name: str) -> Row:
    """A helper of two points of the normal distribution."""
    return lambda u, v: _combined(f"{name}_difference", u, v)


def _half(node: Node) -> Node:
    return collected(multiply(HALF, node))


def _by_sum(turned: str, of_difference: str, factor: int) -> Row:
    """f(u) - f(v) as a multiple of g((u + v)/2) h((u - v)/2)."""

    def row(u: Node, v: Node) -> Node | None:
        d = simpler_difference(u, v)
        if d is None:
            return None
        middle = elementwise(turned, _half(collected(u, v)))
        return multiply(number(factor), _times(middle, elementwise(of_difference, _half(d))))

    return row


def _of_sigmoids(u: Node, v: Node) -> Node:
    return _combined("sigmoid_difference", u, v, collected(u, negative(v)))


def _of_hyperbolic_tangents(u: Node, v: Node) -> Node:
    return multiply(number(2), _of_sigmoids(multiply(number(2), u), multiply(number(2), v)))


def _of_tangents(u: Node, v: Node) -> Node | None:
    d = simpler_difference(u, v)
    if d is None:
        return None
    below = [_inverse(elementwise("cos", point)) for point in (u, v)]
    return _times(elementwise("sin", d), *below)


DIFFERENCES: dict[str, Row] = {
    "sin": _by_sum("cos", "sin", 2),
    "cos": _by_sum("sin", "sin", -2),
    "sinh": _by_sum("cosh", "sinh", 2),
    "cosh": _by_sum("sinh", "sinh", 2),
    "tan": _of_tangents,
    "tanh": _of_hyperbolic_tangents,
    "sigmoid": _of_sigmoids,
    "normcdf": _in_tails("normcdf"),
    "erf": _in_tails("erf"),
    **{name: _known_apart(name) for name in ("arctan", "exp", "log", "softplus")},
}


# --- a number and a function ----------------------------------------------------------


def number_less_value(node: Node) -> Node | None:
    """c - c cos(x), c - c cosh(x), c +- c tanh(x), c/2 - c sigmoid(x), c - c (1 + x)^p."""
    for value, function, others in complements(node):
        short = _one_less(function)
        if short is not None:
            return add(*others, multiply(number(value), short))
    return None


def _one_less(function: Node) -> Node | None:
    """1 - f, if that cancels."""
    if is_map(function, "cos") or is_map(function, "cosh"):
        sign, name = (2, "sin") if function.data == "cos" else (-2, "sinh")
        half = elementwise(name, _half(function.args[0]))
        return multiply(number(sign), elementwise_power(half, number(2)))
    for sign in (1, -1):
        plain = multiply(number(sign), function)
        if is_map(plain, "tanh"):
            at = multiply(number(-2 * sign), plain.args[0])
            return multiply(number(2), elementwise("sigmoid", at))
    if function.op in {"gammainc", "betainc"}:
        return make("combine", function.args, function.shape, f"{function.op}c")
    halved = multiply(HALF, function)
    if is_map(halved, "sigmoid"):
        return negative(elementwise("tanh", _half(halved.args[0])))
    if is_map(halved, "normcdf"):
        at = multiply(elementwise_power(number(2), number(Fraction(-1, 2))), halved.args[0])
        return negative(map_of("erf", at))
    if function.op == "pow" and not function.args[1].is_number:
        return _one_less_power(*function.args)
    if function.op != "pow":
        return None
    base, exponent = function.args[0], function.args[1].data
    one = spread(number(1), base)
    d = collected(one, negative(base))
    if (exponent > 0 and exponent.denominator == 1) or leaves_of(d) >= leaves_of(base):
        return None
    if exponent == -1 and d.is_scalar and _is_symbolic_power(negative(d)):
        return _inverse(add(one, _inverse(negative(d))))  # the power may overflow
    if exponent == -1:
        return _times(negative(d), _inverse(base))
    return _combined("power_difference", one, base, d, spread(number(exponent), base))


def _is_symbolic_power(node: Node) -> bool:
    return node.op == "pow" and not node.args[1].is_number


def _one_less_power(base: Node, exponent: Node) -> Node | None:
    """1 - (1 + x)^p and 1 - (u/v)^p, where p is no number."""
    rest = without(base, 1)
    if not (base.is_scalar and exponent.is_scalar):
        return None
    if rest is not None:
        return _combined("power_difference", number(1), base, negative(rest), exponent)
    size, powers = monomial_of(base)
    above, below = ({b: s * e for b, e in powers.items() if s * e > 0} for s in (1, -1))
    if size != 1 or len(above) != 1 or len(below) != 1:
        return None
    (u,), (v,) = above, below
    if above[u] != 1 or below[v] != 1:
        return None
    d = simpler_difference(v, u) or collected(v, negative(u))
    return _combined("power_difference", number(1), base, multiply(d, _inverse(v)), exponent)


def right_angle_less_arctan(node: Node) -> Node | None:
    """c pi/2 +- c arctan(x), which is the angle of the point (+-x, 1) for c = 1."""
    for angle in node.args:
        coefficient, factors = factors_of(angle)
        if [f for f in factors if f.op != "ones"] != [constant("pi")]:
            continue
        for term in node.args:
            size, parts = factors_of(term)
            is_arctan = len(parts) == 1 and is_map(parts[0], "arctan")
            if is_arctan and abs(size) == 2 * abs(coefficient):
                x = multiply(number(-size / (2 * coefficient)), parts[0].args[0])
                others = [t for t in node.args if t is not angle and t is not term]
                short = _combined("arctan2", spread(number(1), x), x)
                return add(*others, multiply(number(2 * coefficient), short))
    return _scaled_angle(node)


def _scaled_angle(node: Node) -> Node | None:
    """The same of numbers, where c holds names or a power of pi: ``1/2 - arctan(x)/pi``."""
    for term in node.args if node.is_scalar else ():
        size, parts = factors_of(term)
        arctans = [part for part in parts if is_map(part, "arctan")]
        if len(arctans) != 1:
            continue
        rest = [part for part in parts if part is not arctans[0]]
        over_pi = [part for part in rest if part is ONE_OVER_PI]
        straight = [p for p in rest if p not in over_pi] if over_pi else [constant("pi"), *rest]
        quarter = multiply(number(size / 2), *straight)
        for sign in (1, -1):
            wanted = canonical(multiply(number(sign), quarter))
            for angle in node.args:
                if angle is not term and canonical(angle) is wanted:
                    x = multiply(number(-sign), arctans[0].args[0])
                    others = [t for t in node.args if t is not angle and t is not term]
                    short = _combined("arctan2", number(1), x)
                    return add(*others, multiply(number(sign * size), *rest, short))
    return None


def root_less_term(node: Node) -> Node | None:
    """c sqrt(b^2 + d) - c b, and the same with a sum."""
    for root_term in node.args:
        coefficient, factors = factors_of(root_term)
        if len(factors) != 1 or factors[0].op != "pow" or factors[0].args[1] is not HALF:
            continue
        u = factors[0].args[0]
        for term in node.args:
            b = multiply(number(-1 / coefficient), term)
            if term is root_term or b.shape != u.shape:
                continue
            for square in squares_of(b):
                d = collected(u, negative(square))
                if square.shape == u.shape and leaves_of(d) < leaves_of(u):
                    others = [t for t in node.args if t is not root_term and t is not term]
                    short = _combined("root_difference", u, b, d)
                    return add(*others, multiply(number(coefficient), short))
    return None


def one_less_over_root(node: Node) -> Node | None:
    """c - c b/sqrt(b^2 + d)."""
    for value, function, others in complements(node):
        coefficient, factors = factors_of(function)
        for k, factor in enumerate(factors):
            u, power = power_parts(factor)
            if power is not MINUS_HALF:
                continue
            b = of_factors(coefficient, [*factors[:k], *factors[k + 1 :]], u)
            root = elementwise_power(u, HALF)
            short = root_less_term(add(root, negative(b))) if b.shape == node.shape else None
            if short is not None:
                return add(*others, multiply(number(value), _times(short, _inverse(root))))
    return None


def softplus_less_point(node: Node) -> Node | None:
    """c softplus(x) - c x = c softplus(-x)."""
    for term in node.args:
        coefficient, factors = factors_of(term)
        if len(factors) != 1 or not is_map(factors[0], "softplus"):
            continue
        x = factors[0].args[0]
        rest = collected(*(t for t in node.args if t is not term), multiply(number(coefficient), x))
        others = collected(*(t for t in node.args if t is not term))
        if leaves_of(rest) < leaves_of(others) or constant_of(rest) == 0:
            lower = elementwise("softplus", negative(x))
            return add(rest, multiply(number(coefficient), lower))
    return None


def without_opposites(node: Node) -> Node | None:
    """A sum in which a term and its negative stood."""
    whole = collected(node)
    terms = whole.args if whole.op == "add" else (whole,)
    return whole if len(terms) < len(node.args) else None
