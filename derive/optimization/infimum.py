"""The infimum of a quadratic over one block of variables.

With ``F(x) = 1/2 <x, P x> + <q, x> + r`` there are three cases:

* ``P = 0``: the infimum is ``r`` where ``q = 0``, else -oo, so ``q = 0`` joins the domain;
* ``P`` positive definite: ``x = -P^-1 q`` and the infimum is ``r - 1/2 <q, P^-1 q>``;
* ``P`` positive semidefinite: the infimum is ``r - 1/2 <z, P z>`` for any ``z`` with
  ``P z + q = 0``, and -oo if there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from derive.engine.facts import with_facts
from derive.engine.normal import tidy
from derive.engine.quadratic import Quadratic
from derive.language.expression import (
    Node,
    add,
    inverse,
    is_zero,
    multiply,
    negative,
    number,
    power,
    product,
    split_product,
    transpose,
    zero,
)
from derive.language.functions import dot, norm2
from derive.language.relations import Relation
from derive.optimization.convexity import Curvature, curvature
from derive.optimization.names import RANGE, Names


@dataclass(frozen=True)
class Infimum:
    """What the infimum over `variable` is.

    Attributes
    ----------
    curvature : "affine", "definite" or "semidefinite"
    hessian, slope : Node
        ``P`` and ``q``; the gradient is ``P x + q``.
    minimizer : Node or None
        ``x`` as a function of the multipliers (of ``z`` if only semidefinite; None if affine).
    gain : Node
        What is subtracted: ``1/2 <q, P^-1 q>``; zero if affine.
    domain : Relation or None
        What must hold for the infimum to be finite.
    """

    variable: Node
    curvature: Curvature
    hessian: Node
    slope: Node
    minimizer: Node | None
    gain: Node
    domain: Relation | None


def hessian_of(form: Quadratic, variable: Node) -> Node:
    """``P`` of ``1/2 <x, P x>``, simplified by facts."""
    parts = []
    for weight, matrix in form.hessian_terms(variable):
        parts += [weight * matrix, weight * transpose(matrix)]
    if not parts:
        return zero((variable.shape[0], variable.shape[0]))
    return tidy(with_facts(add(*parts))[0])


def infimum(form: Quadratic, variable: Node, names: Names) -> Infimum:
    """Minimise over one block; other variables stay as they are.

    Raises
    ------
    NoRuleError, DomainError
        See ``curvature``.
    """
    hessian, slope = hessian_of(form, variable), form.gradient_at_zero(variable)
    kind = curvature(hessian, variable)
    if kind == "affine":
        domain = Relation(slope, "=", zero(slope.shape))
        return Infimum(variable, kind, hessian, slope, None, number(0), domain)
    if kind == "definite":
        solved = minimizer(hessian, slope)
        return Infimum(variable, kind, hessian, slope, solved, half_square(hessian, slope), None)
    point = names.fresh(RANGE, variable.shape)
    gain = number(Fraction(1, 2)) * _quadratic_form(hessian, point)
    domain = Relation(add(multiply(hessian, point), slope), "=", zero(slope.shape))
    return Infimum(variable, kind, hessian, slope, point, gain, domain)


def minimizer(hessian: Node, slope: Node) -> Node:
    """``-P^-1 q``, a multiple of the identity dividing entry by entry."""
    scale, rest = _scale_of(hessian)
    turned, sign = _unsigned(slope)
    point = turned if rest is None else multiply(inverse(rest), turned)
    if scale.is_number and scale.data == 1 and rest is None:
        return turned if sign < 0 else negative(turned)
    return number(-sign) * _reciprocal(scale) * point


def half_square(hessian: Node, slope: Node) -> Node:
    """``1/2 <q, P^-1 q>``; a multiple of the identity gives a squared norm."""
    if is_zero(slope):
        return number(0)
    scale, rest = _scale_of(hessian)
    front = number(Fraction(1, 2)) * _reciprocal(scale)
    turned, _ = _unsigned(slope)
    if rest is None:
        return front * squared_norm(turned)
    coefficient, scalars, chain = split_product(turned)
    core = product(Fraction(1), [], chain) if turned.op == "mul" else turned
    outside = product(coefficient, scalars, []) if turned.op == "mul" else number(1)
    return front * outside**2 * dot(core, multiply(inverse(rest), core))


def squared_norm(node: Node) -> Node:
    """The square of a scalar, or the squared norm with scalar factors taken out."""
    if node.is_scalar:
        return power(node, number(2))
    coefficient, scalars, chain = split_product(node)
    outside = product(coefficient**2, [power(s, number(2)) for s in scalars], [])
    return outside * power(norm2(product(Fraction(1), [], chain)), number(2))


def opened_square(one: Infimum, moving: frozenset[Node]) -> tuple[Node, Node, Node] | None:
    """``1/(2c) |a + u|^2`` opened: ``1/(2c) |a|^2``, ``-1/(2c) |u|^2``, ``-1/c <a, u>``.

    ``u`` holds the symbols of `moving`; None unless the Hessian is a multiple of the identity.
    """
    scale, rest = _scale_of(one.hessian)
    if one.curvature != "definite" or rest is not None:
        return None
    terms = one.slope.args if one.slope.op == "add" else (one.slope,)
    fixed = [t for t in terms if not t.symbols & moving]
    moved = [t for t in terms if t.symbols & moving]
    if not fixed or not moved:
        return None
    (a, _), (u, _) = _unsigned(add(*fixed)), _unsigned(add(*moved))
    part = _reciprocal(scale)
    half = number(Fraction(1, 2)) * part
    cross = part * dot(add(*fixed), add(*moved))
    return half * squared_norm(a), negative(half * squared_norm(u)), negative(cross)


def _quadratic_form(matrix: Node, point: Node) -> Node:
    """``<z, M z>``, a squared norm where ``M = B'B``."""
    coefficient, scalars, chain = split_product(matrix)
    half = len(chain) // 2
    if chain and len(chain) % 2 == 0 and not matrix.is_scalar:
        right = multiply(*chain[half:])
        if transpose(right) is multiply(*chain[:half]):
            return product(coefficient, scalars, []) * power(norm2(right @ point), number(2))
    return dot(point, multiply(matrix, point))


def _scale_of(hessian: Node) -> tuple[Node, Node | None]:
    """``P`` as scalar times matrix; the matrix is None for a multiple of the identity."""
    if hessian.is_scalar:
        return hessian, None
    coefficient, scalars, chain = split_product(hessian)
    scale = product(coefficient, scalars, [])
    if len(chain) == 1 and chain[0].op == "eye":
        return scale, None
    return scale, product(Fraction(1), [], chain)


def _unsigned(node: Node) -> tuple[Node, int]:
    """The node with its sign taken out if its first term is negative."""
    first = node.args[0] if node.op == "add" else node
    return (negative(node), -1) if split_product(first)[0] < 0 else (node, 1)


def _reciprocal(scale: Node) -> Node:
    """``1/scale`` of a positive scalar, factor by factor."""
    coefficient, scalars, _ = split_product(scale)
    inverted = [
        s.args[0] if s.op == "pow" and s.args[1] is number(-1) else power(s, number(-1))
        for s in scalars
    ]
    return product(1 / coefficient, inverted, [])
