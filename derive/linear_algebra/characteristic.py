"""The characteristic polynomial of an exact symmetric matrix, and its roots in square roots.

A factor of the polynomial is solved by one idea: centre it, ``lam = h + y``; if only even
powers of ``y`` are left, then ``y`` is plus or minus the square root of a root of a
polynomial of half the degree.  A linear factor ends it, a quadratic one is the
quadratic formula.  The roots of a real symmetric matrix are real, and a real root of an
irreducible cubic has no expression in real radicals, so nothing is lost at degree 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import Any

from sympy import Dummy, Expr, Pow, Rational, Symbol, expand
from sympy.polys.matrices import DomainMatrix
from sympy.polys.polytools import Poly

from derive.errors import NoClosedFormError
from derive.language.expression import Node, add, elementwise_power, multiply, number
from derive.language.functions import elementwise, sqrt
from derive.linear_algebra.exact_field import Field
from derive.linear_algebra.letters import free_letter, spelled
from derive.linear_algebra.squares import sum_of_squares

LAM = Dummy("lam")  # a dummy, since a matrix may hold a symbol of this name


@dataclass(frozen=True)
class Root:
    """A root of an irreducible `modulus` over the field: ``h + sign*sqrt(inner)``, or ``h``.

    `shift` is ``h``; `inner` is a root of a polynomial of half the degree, None for a
    root in the field itself.
    """

    field: Field
    modulus: Poly
    shift: Any
    inner: Root | None = None
    sign: int = 1

    @property
    def node(self) -> Node:
        """The root written out."""
        return self.written(polynomial([1, 0], self.field))

    @property
    def expression(self) -> Expr:
        """The root as a SymPy expression, for its decimal value."""
        shift = self.field.expression(self.shift)
        if self.inner is None:
            return shift
        return shift + self.sign * Pow(self.inner.expression, Rational(1, 2))

    def written(self, value: Poly) -> Node:
        """A polynomial in the root, written out and simplified in the field of the root."""
        even, odd = self._parts(value)
        if self.inner is None:
            return self.field.node(value_at(even, self.field.whole(0), self.field))
        if self.inner.inner is not None:
            nested = multiply(number(self.sign), sqrt(self.inner.node))
            return add(self.inner.written(even), multiply(self.inner.written(odd), nested))
        inside = self.inner.shift
        if self.field.is_surd:
            return self.field.surd_node(self._simplified(even, odd))
        outside, root = square_root(inside, self.field)
        first = value_at(even, inside, self.field)
        factor = value_at(odd, inside, self.field) * outside * self.field.whole(self.sign)
        return _binomial(self.field, first, factor, root)

    def _simplified(self, even: Poly, odd: Poly) -> Expr:
        """``even + odd*sqrt(inside)`` in a number field, roots multiplied out by SymPy."""
        assert self.inner is not None
        inside, field = self.inner.shift, self.field
        first, factor = (field.expression(value_at(part, inside, field)) for part in (even, odd))
        return expand(first + self.sign * factor * Pow(field.expression(inside), Rational(1, 2)))

    def _parts(self, value: Poly) -> tuple[Poly, Poly]:
        """Even and odd part of a polynomial in the root, about the centre."""
        centred = value.rem(self.modulus).compose(polynomial([1, self.shift], self.field))
        rising = coefficients(centred)[::-1]
        return (
            polynomial(rising[0::2][::-1], self.field),
            polynomial(rising[1::2][::-1], self.field),
        )


def polynomial(coefficients: Sequence[Any], field: Field) -> Poly:
    """A polynomial in ``lam`` over the field, highest power first."""
    domain = field.domain
    converted = [domain.convert(c) for c in coefficients] or [domain.zero]
    return Poly.from_list(converted, LAM, domain=domain)


def coefficients(value: Poly) -> list[Any]:
    """The coefficients as elements of the field, highest power first."""
    return list(value.rep.to_list())


def value_at(value: Poly, point: Any, field: Field) -> Any:
    """The value at an element of the field."""
    total = field.whole(0)
    for coefficient in coefficients(value):
        total = total * point + coefficient
    return total


def characteristic_polynomial(rows: Sequence[Sequence[Any]], field: Field) -> Poly:
    """det(lam I - A), monic."""
    size = len(rows)
    matrix = DomainMatrix([list(row) for row in rows], (size, size), field.domain)
    return polynomial(matrix.charpoly(), field)


def factors_of(monic: Poly) -> list[tuple[Poly, int]]:
    """The irreducible monic factors with their multiplicities, in a fixed order."""
    _, factors = monic.factor_list()
    found = [(factor.monic(), multiplicity) for factor, multiplicity in factors]
    # The root of lam - a - b is a + b, which a person writes before a - b.
    minus_first = str.maketrans("+-", "-+")
    return sorted(
        found,
        key=lambda pair: (
            pair[0].degree(),
            -pair[1],
            str(pair[0].as_expr()).translate(minus_first)[::-1],
        ),
    )


def roots_of(modulus: Poly, field: Field) -> list[Root]:
    """The roots of an irreducible monic polynomial; with a ``+`` sign before a ``-`` sign.

    Raises
    ------
    NoClosedFormError
        The roots are not made of square roots; the message names the polynomial.
    """
    degree = modulus.degree()
    shift = -coefficients(modulus)[1] / field.whole(degree)
    if degree == 1:
        return [Root(field, modulus, shift)]
    centred = coefficients(modulus.compose(polynomial([1, shift], field)))
    if degree % 2 or any(centred[1::2]):
        raise no_radicals(modulus)
    inner = roots_of(polynomial(centred[0::2], field), field)
    return [
        Root(field, modulus, shift, each, sign)
        for sign in (1, -1)
        for each in (inner if sign > 0 else reversed(inner))
    ]


def splitting_square(modulus: Poly, field: Field) -> Fraction | None:
    """A rational z such that a quartic splits into quadratics once sqrt(z) is adjoined.

    With ``lam = h + y`` the quartic is ``y^4 + p y^2 + q y + r``; z is a rational root of
    its resolvent ``z^3 + 2p z^2 + (p^2 - 4r) z - q^2``.  None if there is none.
    """
    if modulus.degree() != 4 or not field.domain.is_QQ:
        return None
    shift = -coefficients(modulus)[1] / field.whole(4)
    _, _, p, q, r = coefficients(modulus.compose(polynomial([1, shift], field)))
    resolvent = polynomial([1, 2 * p, p**2 - 4 * r, -(q**2)], field)
    for factor, _ in resolvent.factor_list()[1]:
        if factor.degree() == 1:
            return field.rational(-coefficients(factor.monic())[1])
    return None


def no_radicals(modulus: Poly) -> NoClosedFormError:
    """Why there is no closed form."""
    reason = (
        "all its roots are real, and such roots of an irreducible cubic need complex numbers"
        if modulus.degree() == 3
        else "its roots are not made of square roots alone"
    )
    factor = modulus.as_expr()
    letter = free_letter("root", [symbol.name for symbol in factor.free_symbols - {LAM}])
    text = str(factor.subs(LAM, Symbol(spelled(letter)))).replace("**", "^")
    return NoClosedFormError(
        f"the factor {text} of the characteristic polynomial has no roots in real radicals\n"
        f"  because  : {reason}\n"
        f"  to fix   : use numpy.linalg.eigh for decimal values"
    )


def descending(roots: list[tuple[Root, int]]) -> tuple[list[tuple[Root, int]], bool]:
    """The roots in descending order where that is decidable, and whether it was."""
    field = roots[0][0].field
    if not field.has_symbols:
        return sorted(roots, key=lambda pair: -pair[0].expression.evalf(60, maxn=10_000)), True
    return _by_declared_signs(roots)


def _by_declared_signs(roots: list[tuple[Root, int]]) -> tuple[list[tuple[Root, int]], bool]:
    """Insertion by the signs of differences; the order as found where one is unknown."""
    placed: list[tuple[Root, int]] = []
    for root, multiplicity in roots:
        place = 0
        for other, _ in placed:
            sign = _compared(other, root)
            if sign is None:
                return roots, False
            place += sign > 0
        placed.insert(place, (root, multiplicity))
    return placed, True


def _compared(one: Root, other: Root) -> int | None:
    """The sign of the difference of two roots ``h + s*sqrt(u)``, where signs alone tell it."""
    slopes = [root.sign if root.inner is not None else 0 for root in (one, other)]
    centres = one.field.sign(one.shift - other.shift)
    if one.modulus == other.modulus:
        return slopes[0] if slopes[0] != slopes[1] else None
    if slopes[0] == slopes[1]:
        return centres if not slopes[0] else None
    roots = 1 if slopes[0] > slopes[1] else -1
    return roots if centres in (0, roots) else None


def square_root(element: Any, field: Field) -> tuple[Any, Node]:
    """``sqrt(element) = outside * root``: known squares outside, the rest as a node."""
    one = field.whole(1)
    if not field.domain.is_FractionField:
        rational = field.rational(element)
        if rational is None:
            return one, sqrt(field.node(element))
        root, rest = _square_of_integer(rational.numerator * rational.denominator)
        return field.whole(root) / field.whole(rational.denominator), sqrt(number(rest))
    top, bottom = element.numer, element.denom
    if not bottom.is_ground:
        return one, sqrt(field.node(element))
    content, factors = (top * bottom).factor_list()
    root, rest = _square_of_integer(int(content))
    outside, inside = field.whole(root) / field.domain.convert(bottom), top.ring.one
    magnitudes = []
    for factor, multiplicity in factors:
        half, odd = divmod(multiplicity, 2)
        sign = field.sign(field.domain.convert(factor))
        if sign:
            outside *= (field.domain.convert(factor) * field.whole(sign)) ** half
        elif half:
            magnitude = elementwise("abs", field.polynomial_node(factor))
            magnitudes.append(elementwise_power(magnitude, number(half)))
        inside *= factor**odd
    under = multiply(number(rest), sum_of_squares(inside, field))
    return outside, multiply(sqrt(under), *magnitudes)


def _square_of_integer(value: int) -> tuple[int, int]:
    """``value = root^2 * rest`` with `rest` free of the squares of small primes."""
    whole = isqrt(abs(value))
    if whole * whole == value:
        return whole, 1
    root, rest = 1, value
    for prime in range(2, min(whole, 1000) + 1):
        while rest % (prime * prime) == 0:
            root, rest = root * prime, rest // (prime * prime)
    return root, rest


def _binomial(field: Field, first: Any, factor: Any, root: Node) -> Node:
    """``first + factor*root`` with a common denominator and a common minus in front."""
    if not factor:
        return field.node(first)
    if not first:
        return multiply(field.node(factor), root)
    below = field.denominator(first)
    if below != field.denominator(factor):
        below = 1
    signs = field.sign(first), field.sign(factor)
    common = -1 if signs == (-1, -1) else 1
    scale = field.whole(below * common)
    terms = [field.node(first * scale), multiply(field.node(factor * scale), root)]
    if signs == (-1, 1):
        terms.reverse()
    return multiply(number(Fraction(common, below)), add(*terms))
