"""Is a Hessian block positive definite?  Decided from declared facts, never by trying numbers."""

from __future__ import annotations

from typing import Literal

from derive.errors import DomainError, NoRuleError
from derive.language.expression import Node, is_zero, negative
from derive.language.properties import is_positive_definite, is_positive_semidefinite
from derive.writing.plain import plain

Curvature = Literal["affine", "definite", "semidefinite"]


def curvature(hessian: Node, variable: Node) -> Curvature:
    """How a quadratic with this Hessian curves in `variable`.

    Raises
    ------
    DomainError
        The Hessian is negative semidefinite and not zero: the problem is not convex.
    NoRuleError
        The facts do not settle it; the message names what has to be declared.
    """
    if is_zero(hessian):
        return "affine"
    if is_positive_definite(hessian):
        return "definite"
    if is_positive_semidefinite(hessian):
        return "semidefinite"
    if is_positive_semidefinite(negative(hessian)):
        raise DomainError(
            f"not convex in {variable.name}: the Hessian {plain(hessian)} is negative "
            f"semidefinite, so the infimum is -oo wherever it is not zero\n"
            f"  to fix   : minimise a convex objective, or maximise a concave one"
        )
    open_terms = [t for t in _terms(hessian) if not is_positive_semidefinite(t)]
    names = sorted({s.name for term in open_terms for s in term.symbols})
    raise NoRuleError(
        f"convexity in {variable.name} is not settled: the Hessian is {plain(hessian)}, and "
        f"nothing declared makes it positive semidefinite\n"
        f"  open     : {', '.join(map(plain, open_terms))}\n"
        f"  to fix   : declare facts of {', '.join(names)}: spd or psd for a matrix, positive or "
        f"nonnegative for a scalar"
    )


def _terms(node: Node) -> tuple[Node, ...]:
    return node.args if node.op == "add" else (node,)
