"""Taylor polynomials with symbolic sizes."""

from __future__ import annotations

from typing import Any

from derive.asking import elaborate, elaborate_all, symbol_of
from derive.check.claim import Claim
from derive.check.directional import DirectionalOf
from derive.check.taylor import TaylorOf
from derive.derivation import Derivation
from derive.engine.conditions import conditions_of, written_with
from derive.engine.naming import substituted
from derive.engine.taylor import Taylor, taylor
from derive.errors import ArgumentError, ShapeError
from derive.language.expression import Node, add, zero
from derive.language.sizes import shape_text

MOST_ORDERS = 8


def taylor_series(
    function: Any, wrt: Any, around: Any = None, order: int = 2, shapes: str = ""
) -> Derivation:
    """Derive the Taylor polynomial of an expression of any shape.

    Parameters
    ----------
    function : str, SymPy expression or Node
        Of any shape; of unit u.
    wrt : str, SymPy symbol or Node
        The variable: a scalar, vector or matrix symbol.
    around : str, SymPy expression, Node or number, of the shape of `wrt`, optional
        The point; the number 0 stands for the zero of any shape.  Without it the answer is
        a polynomial in a step ``h`` from ``x`` (``H`` from a matrix).
    order : int
        The highest order kept, from 0 to 8.
    shapes : str
        Shapes and facts of the names in a text.

    Returns
    -------
    Derivation
        ``.result`` has the shape and unit of the function.

    Raises
    ------
    ArgumentError
        The order is no whole number in its range.
    ShapeError
        The point has not the shape of `wrt`.
    DomainError
        The function is not defined or not smooth at the point.
    NoRuleError
        A derivative up to the order has no rule.
    LimitError
        A derivative up to the order has more parts than anyone reads.
    RefutedError
        A check found the result to be wrong; it is withheld.

    References
    ----------
    magnus2019, Matrix Differential Calculus, chapter 6.

    Examples
    --------
    >>> taylor_series("exp(x)", "x", 0, 3, shapes="x: scalar").result
    x**3/6 + x**2/2 + x + 1
    >>> taylor_series("log(1 + x'*x)", "x", 0, 2, shapes="x: d").result
    x.T*x
    """
    if isinstance(order, bool) or not isinstance(order, int) or not 0 <= order <= MOST_ORDERS:
        raise ArgumentError(
            f"the order must be a whole number from 0 to {MOST_ORDERS}, got {order}"
        )
    node = elaborate(function, shapes, (wrt, around))
    variable = symbol_of(wrt, node, shapes)
    point = _point(around, node, variable, shapes)
    found = taylor(node, variable, point, order)
    return Derivation(found.trace, _claims(node, variable, point, order, found))


def _point(around: Any, node: Node, variable: Node, shapes: str) -> Node | None:
    """The point of expansion as a node of the shape of the variable."""
    if around is None:
        return None
    _, point = elaborate_all([node, around], shapes)
    if point.op == "number" and point.data == 0:
        point = zero(variable.shape)
    if point.shape != variable.shape:
        raise ShapeError(
            f"the point {point!r:.80} has shape {shape_text(point.shape)}\n"
            f"  needed   : {shape_text(variable.shape)}, the shape of {variable.name}"
        )
    if variable in point.symbols:
        raise ArgumentError(f"the point holds the variable {variable.name} itself")
    return point


def _claims(
    node: Node, variable: Node, point: Node | None, order: int, found: Taylor
) -> tuple[Claim, ...]:
    """Each derivative along h, and the polynomial."""
    trace, h = found.trace, found.direction
    pairs = zip(found.derivatives, found.derivatives[1:], strict=False)
    needed = conditions_of(node, [variable])
    lines = [
        DirectionalOf(one, variable, h, following, needed, kind="line") for one, following in pairs
    ]
    polynomial = trace.results[0][1]
    conditions = (*trace.conditions, *written_with(polynomial))
    if point is None:
        # f(x + h) as a function of h around 0
        moved = substituted(node, {variable: add(variable, h)})
        whole = TaylorOf(moved, h, zero(h.shape), node, polynomial, order, conditions)
        return (*lines, whole)
    there = substituted(node, {variable: point})
    whole = TaylorOf(
        *(node, variable, point, there, polynomial, order, conditions),
        structure=found.structure,
    )
    return (*lines, whole)
