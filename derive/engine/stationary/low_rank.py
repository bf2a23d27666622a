"""Linear systems whose matrix no entries make invertible: ``X'X w = X'y`` with X of 3 x 5.

They have no one solution, so no formula is given; the system itself is the answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.engine.affine import LinearTerm, affine
from derive.engine.products import times
from derive.engine.stationary.equation import simplified
from derive.engine.stationary.linear import one_sided, scale_of
from derive.engine.stationary.rank import is_singular_by_shape
from derive.engine.stationary.sandwiches import Sandwich, column_matrix, sandwiches
from derive.errors import NoRuleError
from derive.language.expression import Node, eye, negative, number, transpose
from derive.language.relations import Relation


def low_rank_system(equation: Node, variable: Node) -> tuple[Relation, Node] | None:
    """``A X B = C`` for an affine equation, and the one of A and B that has no inverse.

    None if the equation is not of that form, or both may have one.
    """
    try:
        form = affine(equation, (variable,))
    except NoRuleError:
        return None
    term = _one_term(form.terms, variable) if form.terms else None
    if term is None:
        return None
    scale, core = scale_of(term.left)
    if not scale.is_number:
        scale, core = number(1), term.left
    elif core is None:
        core = eye(term.left.shape[0])
    right = simplified(times(number(1) / scale, negative(form.constant)))
    unknown = transpose(variable) if term.is_turned else variable
    for matrix in (core, term.right):
        if matrix.shape[0] == matrix.shape[1] and is_singular_by_shape(matrix):
            return Relation(times(core, unknown, term.right), "=", right), matrix
    return None


def _one_term(terms: Sequence[LinearTerm], variable: Node) -> Sandwich | None:
    """The linear part as one product around the variable."""
    if variable.shape[1] == 1:
        matrix = column_matrix(terms, simplified)
        return None if matrix is None else Sandwich(matrix, eye(1))
    found = sandwiches(terms, simplified)
    together = () if found is None else one_sided(found, simplified)
    return together[0] if len(together) == 1 else None
