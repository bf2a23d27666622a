"""Distribution functions and quantiles as they are compiled, which keep their digits in the tails.

In ``p - 1/2`` a small p is lost, and next to a pole of the tangent its argument; so is a small
mass in ``1/2 + G(x)``.  Here each branch is taken with the mass in its own tail, and a tangent
is a quotient of two sines of the distances from its zero and from its pole.
"""

from __future__ import annotations

import sympy
from sympy import Expr

from derive.engine.factoring import in_factors
from derive.language.combined import combined
from derive.language.expression import Node
from derive.language.functions import elementwise
from derive.probability.law_parts import Part, solved_place, tidied
from derive.probability.question import Question


def share_from_tails(parts: tuple[Part, ...], question: Question) -> Node | None:
    """F as it is compiled; None where the answer serves."""
    algebra = question.algebra
    x = algebra.expr(question.variable)
    if len(parts) == 1:
        (part,) = parts
        if part.row.compiled is None:
            return None
        natural = tuple(
            algebra.expr(algebra.closed(algebra.node(value), "natural", ("real",)))
            for value in part.branch.natural
        )
        share = part.small_share(x, natural, True)
        return algebra.node(share if part.change.rises else 1 - share)
    first, second = parts
    meeting = first.change.upper
    u = sympy.Dummy("u", positive=True)
    low = first.branch.weight * first.small_share(meeting - u, first.branch.natural, True)
    high = second.branch.weight * second.small_share(meeting + u, second.branch.natural, False)
    beyond = algebra.node(sympy.expand(x - meeting))
    distance = algebra.closed(elementwise("abs", beyond), "distance", ("positive",))
    sides = [
        algebra.node(tidied(side).xreplace({u: algebra.expr(distance)})) for side in (low, high)
    ]
    return elementwise("step", -beyond) * sides[0] + elementwise("closed_step", beyond) * (
        1 - sides[1]
    )


def place_from_tails(parts: tuple[Part, ...], question: Question, p: Expr) -> Node | None:
    """The place with mass p below it as it is compiled; None where the answer serves."""
    algebra = question.algebra
    if len(parts) == 1:
        plain = tidied(solved_place(parts[0], p, question))
        found = _tangents_opened(plain, question, p)
        return None if found == plain else algebra.node(found)
    shares = [in_factors(sympy.together(part.branch.weight)) for part in parts]
    sides = []
    for part, share, tail, is_low in zip(parts, shares, (p, 1 - p), (True, False), strict=True):
        held = combined("minimum", algebra.node(tail), algebra.node(share))
        mass = algebra.expr(algebra.closed(held, "tail", ("positive",)))
        below = mass / share if is_low else 1 - mass / share
        place = tidied(solved_place(part, below, question))
        sides.append(algebra.node(_tangents_opened(place, question, mass)))
    beyond = algebra.node(p - shares[0])
    low, high = sides
    return elementwise("step", -beyond) * low + elementwise("closed_step", beyond) * high


def _tangents_opened(expr: Expr, question: Question, v: Expr) -> Expr:
    """``tan(b (v - z))`` as ``sin(b (v - z))/sin(b (q - v))``, and cotangents likewise."""
    algebra, opened = question.algebra, {}
    for function in expr.atoms(sympy.tan, sympy.cot):
        (angle,) = function.args
        slope = sympy.diff(angle, v)
        if slope == 0 or slope.has(v):
            continue
        zero = v - sympy.expand(angle / slope)
        ends = (v - zero, zero + sympy.pi / (2 * slope) - v)
        sines = []
        for distance in map(sympy.expand, ends):
            node = algebra.node(distance)
            letter = algebra.expr(algebra.closed(node, "distance", ("real",)))
            sines.append(sympy.sin(slope * letter))
        quotient = sines[0] / sines[1]
        opened[function] = quotient if isinstance(function, sympy.tan) else 1 / quotient
    return expr.xreplace(opened)
