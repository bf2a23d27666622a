"""The second differential of a quadratic function as a sum of squares, if it is one.

``|X dw + db 1|^2 + lam |dw|^2`` shows by itself that it is not negative.  It is zero only
where every square is, and squares that force one direction to zero leave less to the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derive.engine.affine import Affine, LinearTerm
from derive.engine.normal import tidy
from derive.engine.quadratic import Pair, quadratic
from derive.engine.stationary.curvature import OPPOSITE, Sign, sign_of_matrix
from derive.errors import NoRuleError
from derive.language.canonical import same
from derive.language.expression import Node, add, chain_of, eye, multiply, number
from derive.language.functions import differential, dot, norm2
from derive.language.properties import is_invertible, is_negative, is_nonzero, is_positive


@dataclass(frozen=True)
class Squares:
    """The second differential, its sign, and whether it is the same everywhere: it is."""

    form: Node
    sign: Sign


def sum_of_squares(function: Node, variables: Sequence[Node]) -> Squares | None:
    """The second differential as a sum of terms of one sign, None if it is not seen to be that."""
    try:
        pairs = quadratic(function, variables).pairs
    except NoRuleError:
        return None
    terms, signs, forced = [], [], []
    for pair in pairs:
        left, right = _moved(pair.left), _moved(pair.right)
        if left is None or right is None:
            continue
        middle = _middle(left, right)
        sign = _sign(pair, middle)
        if sign == "unknown":
            return None
        terms.append(number(2) * pair.weight * _square(left, right))
        signs.append(sign)
        if sign.endswith(" definite"):
            forced.append(pair.left.terms)
    if not terms or len({sign.split()[0] for sign in signs}) != 1:
        return None
    is_negative_form = signs[0].startswith("negative")
    definite: Sign = "negative definite" if is_negative_form else "positive definite"
    weaker: Sign = "negative semidefinite" if is_negative_form else "positive semidefinite"
    is_definite = _force_all(forced) >= set(variables)
    return Squares(tidy(add(*terms)), definite if is_definite else weaker)


def _moved(side: Affine) -> Node | None:
    """The linear part of an affine expression at the differentials of the variables."""
    if not side.terms:
        return None
    return tidy(add(*(term.apply(differential(term.variable)) for term in side.terms)))


def _middle(left: Node, right: Node) -> Node | None:
    """``M`` with ``right = M left``."""
    if same(left, right):
        return eye(left.shape[0])
    inner, outer = chain_of(left) or (left,), chain_of(right) or (right,)
    count = len(outer) - len(inner)
    if left.op == "add" or count < 1 or multiply(*outer[count:]) is not multiply(*inner):
        return None
    if right is not multiply(*outer):
        return None
    return multiply(*outer[:count])


def _sign(pair: Pair, middle: Node | None) -> Sign:
    """The sign of ``weight <u, M u>``."""
    if middle is None:
        return "unknown"
    sign = sign_of_matrix(middle)
    if is_positive(pair.weight):
        return sign
    return OPPOSITE[sign] if is_negative(pair.weight) else "unknown"


def _square(left: Node, right: Node) -> Node:
    if same(left, right):
        return left**2 if left.is_scalar else norm2(left) ** 2
    return dot(left, right)


def _force_all(squares: Sequence[Sequence[LinearTerm]]) -> set[Node]:
    """The variables whose directions are zero where all these squares are."""
    zero: set[Node] = set()
    while True:
        left = [[t for t in terms if t.variable not in zero] for terms in squares]
        new = {t[0].variable for t in left if len(t) == 1 and _is_injective(t[0])}
        if not new:
            return zero
        zero |= new


def _is_injective(term: LinearTerm) -> bool:
    """Whether the map gives zero at zero alone."""
    for one in term.maps:
        if one.name in {"left", "right"} and not is_invertible(one.matrix):
            return False
        if one.name == "scale" and not is_nonzero(one.matrix):
            return False
        if one.name in {"spread", "hadamard"} and not is_nonzero(one.matrix):
            return False
        if one.name in {"trace", "total", "diagonal"} and one.source != (1, 1):
            return False
    return True
