"""The Jacobian of a vector, and the differential of anything, as derivations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from derive.asking import elaborate, symbols_of
from derive.check.claim import Claim
from derive.check.differentials import DifferentialOf
from derive.check.traces import line_claims
from derive.derivation import Derivation
from derive.engine.index.tensor import NoMatrixFormError
from derive.engine.jacobian import (
    differential_trace,
    is_matrix_valued,
    jacobian_blocks_trace,
    jacobian_trace,
)
from derive.language.expression import Node, multiply, transpose
from derive.language.functions import differential as differential_of
from derive.steps import Trace


def jacobian(function: Any, wrt: Any, shapes: str = "") -> Derivation:
    """Derive the Jacobian of an expression of any shape; rows are outputs.

    Parameters
    ----------
    function : str, SymPy expression or Node
        A vector of m entries, a scalar or a matrix; of unit u.
    wrt : str, SymPy symbol or Node, or a list of them
        The variable: a scalar, vector of d entries or matrix; of unit v.
    shapes : str
        Shapes and facts of the names in a text.

    Returns
    -------
    Derivation
        ``.result`` is the matrix m x d, unit u/v.  By a scalar variable it has the shape of
        the function.  Where function or variable is a matrix, it is the linear map from the
        differential ``dX`` to that of the function, in matrix notation.  Of several
        variables it is a tuple of such blocks, or the map from all differentials together.

    Raises
    ------
    ShapeError
        Shapes disagree.
    NoRuleError
        A node that contains `wrt` has no differential.
    ReadError
        A text cannot be read.
    RefutedError
        A check found the result to be wrong; it is withheld.

    References
    ----------
    magnus2019, Matrix Differential Calculus, chapters 5 and 9.

    Examples
    --------
    >>> J = jacobian("softmax(z)", "z", shapes="z: k")
    >>> print(J.text(detail="result", unicode=False))
    df/dz = diag(softmax(z)) - softmax(z) softmax(z)'
    >>> jacobian("inv(A)", "A", shapes="A: n x n").result
    -A**(-1)*dA*A**(-1)
    """
    node = elaborate(function, shapes, (wrt,))
    variables = symbols_of(wrt, node, shapes)
    if len(variables) > 1:
        return _in_blocks(node, variables)
    (variable,) = variables
    if not is_matrix_valued(node, variable):
        return _map(node, (variable,))
    try:
        trace = jacobian_trace(node, variable)
    except NoMatrixFormError:
        return _map(node, (variable,))
    return _checked(trace, node, (variable,), _moved(node, variable, trace.results[0][1]))


def _in_blocks(node: Node, variables: tuple[Node, ...]) -> Derivation:
    """One block a variable; the differential where one of them is no matrix."""
    if not all(is_matrix_valued(node, variable) for variable in variables):
        return _map(node, variables)
    try:
        trace = jacobian_blocks_trace(node, variables)
    except NoMatrixFormError:
        return _map(node, variables)
    blocks = (
        DifferentialOf(
            differential_of(node),
            _moved(node, variable, block),
            variable=(variable,),
            conditions=trace.conditions,
        )
        for variable, (_, block) in zip(variables, trace.results, strict=True)
    )
    return Derivation(trace, (*line_claims(trace, variables), *blocks))


def _moved(node: Node, variable: Node, block: Node) -> Node:
    """A block of the Jacobian times the differential, in the shape of the function."""
    value = multiply(block, differential_of(variable))
    return value if value.shape == node.shape else transpose(value)


def differential(function: Any, wrt: Any, shapes: str = "") -> Derivation:
    """Derive the differential of an expression of any shape.

    Parameters
    ----------
    function : str, SymPy expression or Node
        Of any shape; of unit u.
    wrt : str, SymPy symbol or Node, or a list of them
        What moves; all else is constant.
    shapes : str
        Shapes and facts of the names in a text.

    Returns
    -------
    Derivation
        ``.result`` has the shape and unit of the function and holds a symbol ``dX`` for the
        differential of each variable ``X``, in which it is linear.

    Raises
    ------
    ShapeError
        Shapes disagree.
    NoRuleError
        A node that contains a variable has no differential.
    ReadError
        A text cannot be read.
    RefutedError
        A check found the result to be wrong; it is withheld.

    References
    ----------
    magnus2019, Matrix Differential Calculus, chapters 5 and 8.

    Examples
    --------
    >>> differential("X'*X", "X", shapes="X: n x d").result
    dX.T*X + X.T*dX
    """
    node = elaborate(function, shapes, (wrt,))
    return _map(node, symbols_of(wrt, node, shapes))


def _map(node: Node, variables: Sequence[Node]) -> Derivation:
    trace = differential_trace(node, variables)
    return _checked(trace, node, tuple(variables), trace.results[0][1])


def _checked(trace: Trace, node: Node, variables: tuple[Node, ...], claimed: Node) -> Derivation:
    """The derivation with a claim for each line and for ``dF = claimed``."""
    whole = DifferentialOf(
        differential_of(node), claimed, variable=variables, conditions=trace.conditions
    )
    claims: tuple[Claim, ...] = (*line_claims(trace, variables), whole)
    return Derivation(trace, claims)
