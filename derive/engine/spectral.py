"""Identities between eigenvectors, singular vectors and what they belong to.

They hold for every matrix, so the normal form uses them: ``Q Q' = I``, ``U'U = I``,
``q'q = 1``, ``(lam I - A)^+ q = 0``.
"""

from __future__ import annotations

from fractions import Fraction

from derive.language.expression import Node, eye, matrix_power, transpose, zero
from derive.language.properties import is_symmetric_by_facts

UNIT = frozenset({"eigvec_max", "eigvec_min", "leftvec_max", "rightvec_max"})
ORTHONORMAL = frozenset({"eigvecs", "leftvecs", "rightvecs"})


def neighbours(left: Node, right: Node) -> Node | None:
    """What two neighbouring factors become, or None if they stay."""
    base = right.args[0] if right.op == "transpose" else right
    if base.op in ORTHONORMAL and right is transpose(left):
        is_inner = left.op == "transpose"
        is_square = left.shape[0] == left.shape[1]
        return eye(left.shape[0]) if is_inner or is_square else None
    if _annihilates(left, right) or _annihilates(transpose(right), transpose(left)):
        return zero((left.shape[0], right.shape[1]))
    return None


def _annihilates(left: Node, right: Node) -> bool:
    """Whether a reduced resolvent meets its own eigenvector."""
    if not (left.op.startswith("resolvent") and right.op.startswith("eigvec_")):
        return False
    return left.args == right.args and left.op[-4:] == right.op[-4:]


def power_of_decomposed(left: Node, middle: Node, right: Node) -> Node | None:
    """The matrix that ``U diag(s) V'`` is, or the power that ``Q diag(lam^k) Q'`` is."""
    if _is_singular_decomposition(left, middle, right):
        return left.args[0]
    if left.op != "eigvecs" or right is not transpose(left) or middle.op != "diag":
        return None
    whole, values = left.args[0], middle.args[0]
    exponent = Fraction(1)
    if values.op == "pow" and values.args[1].is_number:
        values, exponent = values.args[0], values.args[1].data
    if values.op != "eigvals" or values.args != left.args or exponent.denominator != 1:
        return None
    return matrix_power(whole, int(exponent)) if is_symmetric_by_facts(whole) else None


def _is_singular_decomposition(left: Node, middle: Node, right: Node) -> bool:
    parts = left, middle.args[0] if middle.op == "diag" else middle, transpose(right)
    if tuple(part.op for part in parts) != ("leftvecs", "svdvals", "rightvecs"):
        return False
    return left.args == parts[1].args == parts[2].args


def is_unit_square(first: Node, last: Node) -> bool:
    """Whether a 1 x 1 product is that of a unit vector with itself."""
    return last.op in UNIT and first is transpose(last)
