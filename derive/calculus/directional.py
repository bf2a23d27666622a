"""Derivatives in a direction, without the Jacobian or the Hessian being formed."""

from __future__ import annotations

from typing import Any

from derive.asking import elaborate, elaborate_all, require_one_meaning, symbols_of
from derive.calculus.scalars import OF_EACH_ENTRY, require_scalar
from derive.check.claim import Claim
from derive.check.directional import AdjointOf, DirectionalOf
from derive.check.gradients import GradientOf
from derive.check.traces import line_claims
from derive.derivation import Derivation
from derive.engine.directional import adjoint_trace, directional_trace, hessian_vector_trace
from derive.errors import ArgumentError, ShapeError
from derive.language.expression import Node, symbol
from derive.language.functions import differential, nabla
from derive.language.sizes import Shape, shape_text
from derive.reading import read_shapes
from derive.reading.tokens import split_outside, tokenize


def directional_derivative(function: Any, wrt: Any, direction: Any, shapes: str = "") -> Derivation:
    """Derive the rate of change of a scalar along a direction.

    Parameters
    ----------
    function : str, SymPy expression or Node, shape (1, 1)
        The scalar; of unit u.
    wrt : str, SymPy symbol or Node, or a list of them
        The variable, or several (``"W, b"``); of unit v.
    direction : str, SymPy expression or Node, of the shape of `wrt`, or a list of them
        A direction, of any length; of unit v.  A name that is not declared is taken to be
        a symbol of the shape of `wrt`.  Of several variables, one for each (``"V, c"``).
    shapes : str
        Shapes and facts of the names in a text.

    Returns
    -------
    Derivation
        ``.result`` is the scalar ``<gradient, direction>``, unit u.

    Raises
    ------
    ShapeError
        `function` is not a scalar, or the direction has not the shape of `wrt`.
    ArgumentError
        There are not as many directions as variables.
    NoRuleError
        A node that contains `wrt` has no differential.
    RefutedError
        A check found the result to be wrong; it is withheld.

    References
    ----------
    magnus2019, Matrix Differential Calculus, chapter 5.

    Examples
    --------
    >>> directional_derivative("x'*A*x", "x", "v", shapes="A: n x n, x: n").result
    x.T*(A + A.T)*v
    """
    node = elaborate(function, shapes, (wrt, direction))
    require_scalar(node, "a directional derivative", "use jvp() for a vector or a matrix")
    return jvp(function, wrt, direction, shapes)


def jvp(function: Any, wrt: Any, direction: Any, shapes: str = "") -> Derivation:
    """Derive the Jacobian of an expression times a direction, without the Jacobian.

    Parameters
    ----------
    function : str, SymPy expression or Node
        Of any shape; of unit u.
    wrt : str, SymPy symbol or Node, or a list of them
        The variable, or several (``"W, b"``); of unit v.
    direction : str, SymPy expression or Node, of the shape of `wrt`, or a list of them
        As for ``directional_derivative``; of unit v.
    shapes : str
        Shapes and facts of the names in a text.

    Returns
    -------
    Derivation
        ``.result`` has the shape and unit of the function.

    Raises
    ------
    ShapeError
        The direction has not the shape of `wrt`.
    ArgumentError
        There are not as many directions as variables.
    NoRuleError
        A node that contains `wrt` has no differential.
    RefutedError
        A check found the result to be wrong; it is withheld.

    References
    ----------
    griewank2008, Evaluating Derivatives, chapter 3.

    Examples
    --------
    >>> jvp("inv(A)", "A", "V", shapes="A: n x n").result
    -A**(-1)*V*A**(-1)
    """
    node, variables, directions = _question(function, wrt, direction, shapes)
    trace = directional_trace(node, variables, directions)
    result = trace.results[0][1]
    claims = (
        *line_claims(trace, variables),
        DirectionalOf(node, variables, directions, result, trace.conditions),
    )
    return Derivation(trace, claims)


def vjp(function: Any, wrt: Any, weights: Any, shapes: str = "") -> Derivation:
    """Derive the transposed Jacobian of an expression times weights on its outputs.

    Parameters
    ----------
    function : str, SymPy expression or Node
        Of any shape; of unit u.
    wrt : str, SymPy symbol or Node, or a list of them
        The variable, or several (``"W, b"``); of unit v.
    weights : str, SymPy expression or Node, of the shape of the function
        A name that is not declared is taken to be a symbol of that shape; of unit w.  They are
        held: where `wrt` occurs in them it does not move.
    shapes : str
        Shapes and facts of the names in a text.

    Returns
    -------
    Derivation
        ``.result`` has the shape of `wrt`, unit u w/v: the gradient of ``<weights, function>``
        with the weights held; a tuple for several variables.

    Raises
    ------
    ShapeError
        The weights have not the shape of the function.
    NoRuleError
        A node that contains `wrt` has no differential.
    RefutedError
        A check found the result to be wrong; it is withheld.

    References
    ----------
    griewank2008, Evaluating Derivatives, chapter 3.

    Examples
    --------
    >>> vjp("tanh(W*x)", "x", "u", shapes="W: k x d, x: d").result
    W.T*(hadamard(ones(k, 1) - hadamard_power(tanh(W*x), 2), u))
    """
    node = elaborate(function, shapes, (wrt, weights))
    variables = symbols_of(wrt, node, shapes)
    u = _like(weights, node.shape, node, shapes, "weights")
    trace, meanings = adjoint_trace(node, variables, u)
    claims = (
        AdjointOf(node, x, u, result, trace.conditions)
        for x, (_, result) in zip(variables, trace.results, strict=True)
    )
    return Derivation(trace, (*line_claims(trace, variables, meanings=meanings), *claims))


def hessian_vector_product(function: Any, wrt: Any, direction: Any, shapes: str = "") -> Derivation:
    """Derive the Hessian of a scalar times a direction, without the Hessian.

    Parameters
    ----------
    function : str, SymPy expression or Node, shape (1, 1)
        The scalar; of unit u.
    wrt : str, SymPy symbol or Node, or a list of them
        The variable, or several (``"W, b"``); of unit v.
    direction : str, SymPy expression or Node, of the shape of `wrt`, or a list of them
        As for ``directional_derivative``; of unit v.
    shapes : str
        Shapes and facts of the names in a text.

    Returns
    -------
    Derivation
        ``.result`` has the shape of `wrt`, unit u/v: the derivative of the gradient along
        the direction.  A tuple for several variables, all of which move at once.

    Raises
    ------
    ShapeError
        `function` is not a scalar, or the direction has not the shape of `wrt`.
    ArgumentError
        There are not as many directions as variables.
    NoRuleError
        A node of `function` or of its gradient has no differential.
    RefutedError
        A check found the result to be wrong; it is withheld.

    References
    ----------
    pearlmutter1994, Fast Exact Multiplication by the Hessian.

    Examples
    --------
    >>> f = "norm2(X*w - y)^2/2"
    >>> hessian_vector_product(f, "w", "v", shapes="X: n x d, w: d, y: n").result
    X.T*X*v
    """
    node, variables, directions = _question(function, wrt, direction, shapes)
    require_scalar(node, "a Hessian", OF_EACH_ENTRY)
    trace, gradients = hessian_vector_trace(node, variables, directions)
    name, several = trace.definitions[0][0], len(variables) > 1
    meanings, claims = {}, list[Claim]()
    for x, gradient, (_, result) in zip(variables, gradients, trace.results, strict=True):
        meanings[differential(nabla(name, x, several))] = differential(gradient)
        claims += [
            GradientOf(node, x, gradient, conditions=trace.conditions, kind="line"),
            DirectionalOf(gradient, variables, directions, result, trace.conditions),
        ]
    return Derivation(trace, (*line_claims(trace, variables, meanings=meanings), *claims))


def _question(
    function: Any, wrt: Any, direction: Any, shapes: str
) -> tuple[Node, tuple[Node, ...], tuple[Node, ...]]:
    """The function, the variables and a direction for each of them."""
    node = elaborate(function, shapes, (wrt, direction))
    variables = symbols_of(wrt, node, shapes)
    given = direction if isinstance(direction, list | tuple) else [direction]
    if isinstance(direction, str) and len(cut := _cut(direction)) > 1:
        given = cut
    if len(given) != len(variables):
        names = ", ".join(variable.name for variable in variables)
        raise ArgumentError(
            f"each variable has one direction: {names} against {len(given)}\n"
            f"  to fix   : give {len(variables)}, separated by commas or in a list"
        )
    directions = tuple(
        _like(one, variable.shape, node, shapes, "direction")
        for one, variable in zip(given, variables, strict=True)
    )
    require_one_meaning((node, *directions))
    return node, variables, directions


def _cut(text: str) -> list[str]:
    """The expressions of a text between commas outside brackets."""
    runs = split_outside(tokenize(text), {","})
    return [text[run[0].start : run[-1].stop] if run else "" for run in runs]


def _like(value: Any, shape: Shape, node: Node, shapes: str, word: str) -> Node:
    """An expression of a given shape; an undeclared name is a symbol of that shape."""
    if isinstance(value, str) and value.strip().isidentifier():
        name = value.strip()
        known = {symbol.name: symbol for symbol in node.symbols}
        declared = read_shapes(shapes) if shapes else {}
        if name not in known and name not in declared:
            value = symbol(name, shape)
    _, found = elaborate_all([node, value], shapes)
    if found.shape != shape:
        raise ShapeError(
            f"the {word} {found!r:.80} has shape {shape_text(found.shape)}\n"
            f"  needed   : {shape_text(shape)}"
        )
    return found
