"""``X M X = N`` for positive definite X, M and N: the geometric mean of ``M^-1`` and N.

``X = M^-1/2 (M^1/2 N M^1/2)^1/2 M^-1/2`` is the one positive definite solution (higham2008,
section 2.10); without M it is the square root of N.
"""

from __future__ import annotations

from derive.engine.products import times
from derive.engine.stationary.equation import Simplifier, Solved
from derive.engine.stationary.linear import divided_from_left, scale_of
from derive.errors import DomainError
from derive.language.expression import (
    Node,
    add,
    eye,
    inverse,
    negative,
    product,
    split_product,
)
from derive.language.matrix_functions import matrix_map
from derive.language.properties import is_positive_definite, is_positive_semidefinite
from derive.language.relations import Relation, Words
from derive.steps import Step


def solve_riccati(equation: Node, variable: Node, simplify: Simplifier) -> Solved | None:
    """The positive definite solution of ``X M X = N``.

    Raises
    ------
    DomainError
        N is certainly not positive definite.
    """
    if "spd" not in variable.facts or variable.is_scalar or equation.op != "add":
        return None
    moving = [term for term in equation.args if variable in term.symbols]
    rest = [term for term in equation.args if variable not in term.symbols]
    middle = _middle(moving[0], variable) if len(moving) == 1 and rest else None
    if middle is None:
        return None
    M, N = middle, simplify(negative(add(*rest)))
    if is_positive_definite(negative(M)):
        M, N = simplify(negative(M)), simplify(negative(N))
    if not is_positive_definite(M):
        return None
    if is_positive_semidefinite(negative(N)):
        raise DomainError(
            f"no stationary point: {times(variable, M, variable)!r:.80} is positive definite, and "
            f"{N!r:.80} is not\n  to fix   : the least or largest value is not inside"
        )
    _, core = scale_of(M)
    steps = [
        Step(
            None, Relation(times(variable, M, variable), "=", N), Words("collect {0}", (variable,))
        )
    ]
    if core is None:
        N = divided_from_left(M, N, simplify)
        value = simplify(matrix_map("sqrtm", N))
    else:
        root = matrix_map("sqrtm", M)
        inner = matrix_map("sqrtm", simplify(times(root, N, root)))
        value = times(inverse(root), inner, inverse(root))
    said = "the positive definite square root" if core is None else "the geometric mean"
    steps.append(Step(None, Relation(variable, "=", value), said))
    condition = Relation(N, "is", Words("positive definite"))
    needs = () if is_positive_definite(N) else ((condition, value),)
    return Solved(variable, value, tuple(steps), (), needs)


def _middle(term: Node, variable: Node) -> Node | None:
    """``M`` of a term ``X M X``."""
    coefficient, scalars, chain = split_product(term)
    if chain and chain[0].op == "mpow" and len(chain) == 1:
        base, exponent = chain[0].args[0], chain[0].data
        chain = (base, base) if exponent == 2 else ()
    if len(chain) < 2 or chain[0] is not variable or chain[-1] is not variable:
        return None
    inside = chain[1:-1] or (eye(variable.shape[0]),)
    M = product(coefficient, scalars, list(inside))
    return None if variable in M.symbols else M
