"""Of which sign a second derivative is, proved from facts and form, never guessed."""

from __future__ import annotations

from typing import Literal, TypeAlias

from derive.engine.affine import Affine, affine
from derive.engine.distribution import distributed
from derive.engine.naming import substituted
from derive.engine.stationary.equation import simplified
from derive.engine.stationary.sandwiches import Sandwich, column_matrix, sandwiches
from derive.errors import NoRuleError
from derive.language.expression import Node, is_zero, negative, symbol
from derive.language.functions import differential
from derive.language.properties import is_positive_definite, is_positive_semidefinite

Sign: TypeAlias = Literal[
    "positive definite",
    "positive semidefinite",
    "negative definite",
    "negative semidefinite",
    "zero",
    "unknown",
]
FACTS_OF_DIRECTIONS = frozenset({"symmetric"})  # what a direction along spd matrices keeps

OPPOSITE: dict[Sign, Sign] = {
    "positive definite": "negative definite",
    "positive semidefinite": "negative semidefinite",
    "negative definite": "positive definite",
    "negative semidefinite": "positive semidefinite",
    "zero": "zero",
    "unknown": "unknown",
}


def direction(variable: Node) -> Node:
    """A symbol for a direction in which the variable moves."""
    return symbol(f"d{variable.name}", variable.shape, variable.facts & FACTS_OF_DIRECTIONS)


def linear_in(node: Node, variable: Node) -> tuple[Node, Affine] | None:
    """The second differential in its direction, and its form as a linear map of that."""
    moved = direction(variable)
    node = substituted(node, {differential(variable): moved})
    for form in (simplified(node), simplified(distributed(node, lambda whole: False))):
        try:
            return form, affine(form, (moved,))
        except NoRuleError:
            continue
    return None


def hessian_matrix(node: Node, variable: Node) -> Node | None:
    """The matrix of a linear map of ``dx``, for a scalar or a vector."""
    found = linear_in(node, variable)
    if found is None or variable.shape[1] != 1:
        return None
    return column_matrix(found[1].terms)


def sign_of_matrix(matrix: Node) -> Sign:
    """The sign of a quadratic form by its symmetric matrix."""
    if is_zero(matrix):
        return "zero"
    for candidate in (matrix, simplified(distributed(matrix, lambda whole: False))):
        if is_positive_definite(candidate):
            return "positive definite"
        if is_positive_definite(negative(candidate)):
            return "negative definite"
        if is_positive_semidefinite(candidate):
            return "positive semidefinite"
        if is_positive_semidefinite(negative(candidate)):
            return "negative semidefinite"
    return "unknown"


def sign_of_map(node: Node, variable: Node) -> Sign:
    """The sign of ``<dX, L(dX)>`` for the differential ``L(dX)`` of a gradient."""
    found = linear_in(node, variable)
    if found is None:
        return "unknown"
    if not found[1].terms:
        return "zero"
    if variable.shape[1] == 1:
        matrix = hessian_matrix(node, variable)
        return "unknown" if matrix is None else sign_of_matrix(matrix)
    terms = sandwiches(found[1].terms)
    if terms is None:
        return "unknown"
    return _sum_of_signs([_sign_of_sandwich(term) for term in terms])


def sides_of_map(node: Node, variable: Node) -> tuple[Node, ...]:
    """``A`` and ``B`` of a map ``A dX B`` of a matrix; nothing if it is another one."""
    found = linear_in(node, variable)
    terms = None if found is None else sandwiches(found[1].terms)
    if terms is None or len(terms) != 1 or terms[0].is_turned:
        return ()
    return terms[0].left, terms[0].right


def _sign_of_sandwich(term: Sandwich) -> Sign:
    """``tr(X' A X B)`` is not negative for psd A and B, positive for spd ones."""
    if term.is_turned:
        return "unknown"
    left, right = sign_of_matrix(term.left), sign_of_matrix(term.right)
    if "unknown" in (left, right):
        return "unknown"
    if "zero" in (left, right):
        return "zero"
    is_negative = left.startswith("negative") != right.startswith("negative")
    is_definite = left.endswith(" definite") and right.endswith(" definite")
    sign: Sign = "positive definite" if is_definite else "positive semidefinite"
    return OPPOSITE[sign] if is_negative else sign


def _sum_of_signs(signs: list[Sign]) -> Sign:
    """The sign of a sum of quadratic forms."""
    left = [sign for sign in signs if sign != "zero"]
    if not left:
        return "zero"
    if "unknown" in left or len({sign.split()[0] for sign in left}) > 1:
        return "unknown"
    return next((sign for sign in left if sign.endswith(" definite")), left[0])
