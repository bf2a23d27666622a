"""The normal distribution in its tails, where the plain formulas cancel or underflow.

``1 - erf(x)`` is erfc(x); ``phi(x)/Phi(x)`` is ``sqrt(2/pi) / erfcx(-x/sqrt(2))``, whose
denominator does not underflow: dlmf, section 7.2.
"""

from __future__ import annotations

from fractions import Fraction

from derive.language.canonical import canonical, power_parts
from derive.language.expression import (
    Node,
    add,
    constant,
    elementwise_power,
    make,
    multiply,
    negative,
    number,
    product,
    split_product,
)
from derive.language.functions import elementwise, hadamard, sqrt
from derive.numeric.stable_parts import complements, is_map, map_of, spread

SQRT_2 = sqrt(number(2))


def one_minus_error(node: Node) -> Node | None:
    """c - c erf(x), c + c erf(x) and c - c Phi(x), which cancel; c is a number."""
    for value, function, others in complements(node):
        turned = negative(function)
        if is_map(function, "erf"):
            left = map_of("erfc", function.args[0])
        elif is_map(turned, "erf"):
            left = map_of("erfc", negative(turned.args[0]))
        elif is_map(function, "normcdf"):
            left = elementwise("normcdf", negative(function.args[0]))
        else:
            continue
        return add(*others, multiply(number(value), left))
    return None


def log_of_normal(inside: Node) -> Node | None:
    """log of Phi(x), phi(x) and c erfc(x)."""
    if is_map(inside, "normcdf"):
        return elementwise("lognormcdf", inside.args[0])
    if inside.op == "combine" and inside.data in {"normcdf_difference", "erf_difference"}:
        return _log_of_difference(inside)
    if is_map(inside, "normpdf"):
        x = inside.args[0]
        constant_part = elementwise("log", 2 * constant("pi")) / 2
        square = elementwise_power(x, number(2))
        return add(multiply(number(Fraction(-1, 2)), square), -spread(constant_part, x))
    coefficient, tail = _number_and_map(inside)
    if coefficient <= 0 or not is_map(tail, "erfc"):
        return None
    x = tail.args[0]
    plain = elementwise("lognormcdf", negative(_times_root_of_two(x)))
    if coefficient == Fraction(1, 2):
        return plain
    return add(spread(elementwise("log", number(2 * coefficient)), x), plain)


def _log_of_difference(inside: Node) -> Node:
    """log of Phi(u) - Phi(v) and of erf(u) - erf(v)."""
    if inside.data == "normcdf_difference":
        return make("combine", inside.args, inside.shape, "log_normcdf_difference")
    ends = tuple(map(_times_root_of_two, inside.args))
    plain = make("combine", ends, inside.shape, "log_normcdf_difference")
    return add(spread(elementwise("log", number(2)), inside), plain)


def _times_root_of_two(x: Node) -> Node:
    """sqrt(2) x; z where x is z/sqrt(2) or sqrt(2) z/2."""
    coefficient, scalars, chain = split_product(x)
    for k, scalar in enumerate(scalars):
        base, exponent = power_parts(scalar)
        if base is number(2) and exponent.is_number and exponent.data.denominator == 2:
            grown = elementwise_power(base, number(exponent.data + Fraction(1, 2)))
            others = product(coefficient, [*scalars[:k], *scalars[k + 1 :]], chain)
            return multiply(grown, others)
    return multiply(SQRT_2, x)


def normal_ratio(node: Node) -> Node | None:
    """phi(x)/Phi(x) and exp(-x^2)/erfc(x) in a product, to any whole power."""
    factors = node.args
    for k, below in enumerate(factors):
        if below.op != "pow" or not below.args[1].is_number or below.args[1].data > -1:
            continue
        size, tail = _number_and_map(below.args[0])
        power = -below.args[1].data
        for j, above in enumerate(factors):
            base, times = above.args if above.op == "pow" else (above, number(1))
            scale = _scale(base, tail) if times.is_number and times.data >= 1 else None
            if scale is None or power.denominator != 1 or times.data.denominator != 1:
                continue
            count = min(power, times.data)
            x = tail.args[0]
            scaled = negative(x) / SQRT_2 if tail.data == "normcdf" else x
            kept = [f for i, f in enumerate(factors) if i not in {k, j}]
            kept.append(elementwise_power(tail, number(count - power)))
            kept.append(elementwise_power(base, number(times.data - count)))
            kept.append(elementwise_power(map_of("erfcx", scaled), number(-count)))
            builder = multiply if node.op == "mul" else hadamard
            return multiply(number(size**-power), scale ** number(count), builder(*kept))
    return None


def _number_and_map(node: Node) -> tuple[Fraction, Node]:
    """A node as a number times one factor; of another product the node itself."""
    coefficient, scalars, chain = split_product(node)
    factors = (*scalars, *chain)
    return (coefficient, factors[0]) if len(factors) == 1 else (Fraction(1), node)


def squares_of(x: Node) -> tuple[Node, ...]:
    """The square of a node as it may be written."""
    coefficient, scalars, chain = split_product(x)
    squares = [elementwise_power(f, number(2)) for f in (*scalars, *chain)]
    opened = multiply(number(coefficient**2), *squares)
    return opened, elementwise_power(x, number(2)), elementwise_power(negative(x), number(2))


def _scale(above: Node, tail: Node) -> Node | None:
    """What a quotient is times 1/erfcx, if it is one of the two."""
    if is_map(tail, "normcdf") and is_map(above, "normpdf"):
        points = (tail.args[0], canonical(negative(tail.args[0])))
        is_one = above.args[0] is points[0] or canonical(above.args[0]) is points[1]
        return sqrt(2 / constant("pi")) if is_one else None
    if is_map(tail, "erfc") and is_map(above, "exp"):
        exponent = canonical(negative(above.args[0]))
        squares = map(canonical, squares_of(tail.args[0]))
        return number(1) if any(square is exponent for square in squares) else None
    return None
