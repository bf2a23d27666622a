"""The Jacobian of a vector, and the differential of anything, as derivations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from derive.asking import elaborate, symbol_of, symbols_of
from derive.check.claim import Claim
from derive.check.differentials import DifferentialOf
from derive.check.traces import line_claims
from derive.derivation import Derivation
from derive.engine.index.tensor import NoMatrixFormError
from derive.engine.jacobian import (
    differential_trace,
    is_matrix_valued,
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
    wrt : str, SymPy symbol or Node
        The variable: a scalar, vector of d entries or matrix; of unit v.
    shapes : str
        Shapes and facts of the names in a text.

    Returns
    -------
    Derivation
        ``.result`` is the matrix m x d, unit u/v.  By a scalar variable it has the shape of
        the function.  Where function or variable is a matrix, it is the linear map from the
        differential ``dX`` to that of the function, in matrix notation.

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
    node = elaborate(function, shapes)
    variable = symbol_of(wrt, node, shapes)
    if not is_matrix_valued(node, variable):
        return _map(node, (variable,))
    try:
        trace = jacobian_trace(node, variable)
    except NoMatrixFormError:
        return _map(node, (variable,))
    d = differential_of(variable)
    result = trace.results[0][1]
    value = multiply(result, d)
    claimed = value if value.shape == node.shape else transpose(value)
    return _checked(trace, node, (variable,), claimed)


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
    node = elaborate(function, shapes)
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
