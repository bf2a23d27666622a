"""Second derivatives of a scalar."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from derive.asking import elaborate, symbols_of
from derive.calculus.scalars import OF_EACH_ENTRY, require_scalar
from derive.check.claim import Claim
from derive.check.differentials import DifferentialOf
from derive.check.gradients import GradientOf
from derive.check.traces import line_claims
from derive.derivation import Derivation
from derive.engine.hessian import SecondOrder, second_order
from derive.errors import ArgumentError
from derive.language.expression import Node, add, multiply
from derive.language.functions import FREE, differential, nabla
from derive.language.kronecker import vec

MOST_BLOCKS = 36  # as many are checked each on its own


def hessian(function: Any, wrt: Any, shapes: str = "", structure: Any = FREE) -> Derivation:
    """Derive the second derivatives of a scalar expression.

    Parameters
    ----------
    function : str, SymPy expression or Node, shape (1, 1)
        The scalar; of unit u.
    wrt : str, SymPy symbol or Node, or a list of them
        The variable or variables; of unit v.
    shapes : str
        Shapes and facts of the names in a text.
    structure : "free"
        Every entry of a variable moves; for another structure see the error.

    Returns
    -------
    Derivation
        ``.result`` is the d x d matrix of second derivatives, unit u/v^2.  Of several
        variables it is a tuple of blocks, row by row.  Where a matrix ``X`` is among them it
        is the linear map from ``dX`` to the differential of the gradient.

    Raises
    ------
    ShapeError
        `function` is not a scalar, or shapes in it disagree.
    NoRuleError
        A node of `function` or of its gradient has no differential.
    ArgumentError
        Another structure is asked for.
    ReadError
        A text cannot be read.
    RefutedError
        A check found the result to be wrong; it is withheld.

    References
    ----------
    magnus2019, Matrix Differential Calculus, chapters 6 and 10.

    Examples
    --------
    >>> H = hessian("norm2(X*w - y)^2/2", "w", shapes="X: n x d, w: d, y: n")
    >>> H.result
    X.T*X
    >>> hessian("logdet(X)", "X", shapes="X: n x n").result
    -X.T**(-1)*dX.T*X.T**(-1)
    """
    if structure != FREE:
        raise ArgumentError(
            f"a Hessian moves every entry of its variables, got structure={str(structure)[:60]!r}\n"
            "  to fix   : for a linear structure (symmetric, diagonal, ...) ask for the\n"
            "             hessian_vector_product along a direction V of that structure and\n"
            "             project the result: (H + H')/2 for symmetric; on a curved one\n"
            "             (orthogonal, sphere, low_rank) a term of the gradient is added"
        )
    node = elaborate(function, shapes, (wrt,))
    require_scalar(node, "a Hessian", OF_EACH_ENTRY)
    variables = symbols_of(wrt, node, shapes)
    found = second_order(node, variables)
    return Derivation(found.trace, _claims(node, variables, found))


def _claims(node: Node, variables: tuple[Node, ...], found: SecondOrder) -> tuple[Claim, ...]:
    """Lines, gradients, and the differential of each gradient."""
    trace = found.trace
    name = trace.definitions[0][0]
    several = len(variables) > 1
    meanings = {}
    for x, G in found.gradients:
        left = differential(nabla(name, x, several))
        meanings[left] = differential(G)
        meanings[vec(left)] = vec(differential(G))
    gradients = (
        GradientOf(node, x, G, conditions=trace.conditions, kind="line") for x, G in found.gradients
    )
    seconds = (
        DifferentialOf(differential(gradient), value, variable=moving, conditions=trace.conditions)
        for gradient, value, moving in _seconds(variables, found)
    )
    return (*line_claims(trace, variables, meanings=meanings), *gradients, *seconds)


def _seconds(
    variables: tuple[Node, ...], found: SecondOrder
) -> Iterator[tuple[Node, Node, tuple[Node, ...]]]:
    """A gradient, its differential and the variables that move: for each block or each map.

    Of very many blocks those of one row are looked at together.
    """
    gradients = dict(found.gradients)
    for x, value in found.maps:
        yield gradients[x], value, variables
    if len(found.blocks) <= MOST_BLOCKS:
        for x, y, block in found.blocks:
            yield gradients[x], multiply(block, differential(y)), (y,)
        return
    for x, gradient in found.gradients:
        row = (multiply(block, differential(y)) for z, y, block in found.blocks if z is x)
        yield gradient, add(*row), variables
