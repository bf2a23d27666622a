"""Which means a law with one letter that is not solved for can have."""

from __future__ import annotations

import sympy
from sympy import Expr

from derive.engine.scalar_algebra import ScalarAlgebra
from derive.errors import DeriveError
from derive.language.expression import Node
from derive.language.relations import Relation


def mean_range(
    mean: Expr, multiplier: Expr, letter: Expr, value: Node, algebra: ScalarAlgebra
) -> tuple[Relation, ...]:
    """The open range of a mean, where its ends are found.

    The mean of the function before a multiplier grows with the multiplier (its slope is a
    variance).  Where that is linear in a positive letter, the range lies between the limits.
    """
    slope = sympy.diff(multiplier, letter)
    if not letter.is_positive or slope.has(letter) or not slope.is_nonzero:
        return ()
    try:
        ends = [sympy.limit(mean, letter, end, "+") for end in (0, sympy.oo)]
    except NotImplementedError:
        return ()
    low, high = ends if slope.is_positive else ends[::-1]
    found = []
    for end, sign in ((low, ">"), (high, "<")):
        if end.is_finite and not end.has(letter, sympy.Limit):
            try:
                found.append(Relation(value, sign, algebra.node(end)))
            except DeriveError:  # an end without a form here
                continue
    return tuple(found)
