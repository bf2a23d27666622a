"""The gradient of a scalar, in one variable or in several at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from derive.asking import elaborate, symbols_of
from derive.calculus.structures import (
    require_factors,
    structures_of,
    with_facts_of_structures,
)
from derive.check.gradients import GradientOf
from derive.check.traces import line_claims
from derive.derivation import Derivation
from derive.engine.gradient import gradient_trace
from derive.engine.low_rank import factored_trace
from derive.engine.structured import structured_trace
from derive.language.expression import Node
from derive.language.functions import FREE
from derive.rules.structures import FACTORS


def gradient(
    function: Any, wrt: Any, shapes: str = "", structure: str | Mapping[str, str] = FREE
) -> Derivation:
    """Derive the gradient of a scalar expression.

    Parameters
    ----------
    function : str, SymPy expression or Node, shape (1, 1)
        The scalar; of unit u.  A text is read with `shapes`.
    wrt : str, SymPy symbol or Node, or a list of them
        The variable: a scalar, vector or matrix symbol; of unit v.  All else is constant.
        Of several (``"W, b"`` or ``["W", "b"]``) the gradients share lines and work.
    shapes : str
        Shapes and facts of the names in a text, e.g. ``"X: n x d, w: d, lam: positive"``.
    structure : str or mapping of name to str
        What may vary.  ``"free"``: every entry.  The others are projections of the free
        gradient on the directions left to the variable: ``"symmetric"``, ``"diagonal"``,
        ``"lower"``, ``"upper"``, ``"skew"``, ``"toeplitz"``, ``"orthogonal"`` (along
        ``X'X = I``), ``"sphere"`` (along ``x'x = 1``), ``"simplex"`` (``sum(x) = 1``).
        ``"entries"`` differentiates by each free entry of a symmetric matrix, ``"low_rank"``
        by the factors of ``X = U V'``.  Of several variables: ``"S: symmetric, b: free"``.

    Returns
    -------
    Derivation
        ``.result`` has the shape of `wrt`, unit u/v; a tuple for several.  A declared fact
        of `wrt` (symmetric, say) simplifies the result and does not change what may vary;
        with a structure the variable has the fact that goes with it.

    Raises
    ------
    ShapeError
        `function` is not a scalar, shapes in it disagree, or a structure does not fit.
    ArgumentError
        A structure is not known.
    DeclarationError
        A declared fact contradicts the structure.
    NoRuleError
        A node of `function` that contains `wrt` has no differential.
    ReadError
        A text cannot be read.
    RefutedError
        A check found the result to be wrong; it is withheld.

    References
    ----------
    magnus2019, Matrix Differential Calculus, chapters 5, 8 and 9; srinivasan2023 and
    edelman1998 for structures.

    Examples
    --------
    >>> g = gradient("norm2(X*w - y)^2/2", "w", shapes="X: n x d, w: d, y: n")
    >>> print(g.text(detail="result", unicode=False))
    grad f = X'(Xw - y)
    >>> g.certificate.verdict
    'verified'
    >>> gradient("a'*S*b", "S", shapes="S: n x n, a: n, b: n", structure="symmetric")
    1/2*(a*b' + b*a')    # shape (n, n)
    """
    node = elaborate(function, shapes, (wrt,))
    variables = symbols_of(wrt, node, shapes)
    asked = structures_of(structure, variables)
    if FACTORS in asked.values():
        return _in_factors(node, variables)
    node, variables, asked = with_facts_of_structures(node, variables, asked)
    trace = structured_trace(node, variables, asked) if asked else gradient_trace(node, variables)
    claims = (
        GradientOf(node, x, result, (), asked.get(x, FREE), trace.conditions)
        for x, (_, result) in zip(variables, trace.results, strict=True)
    )
    return Derivation(trace, (*line_claims(trace, variables), *claims))


def _in_factors(function: Node, variables: tuple[Node, ...]) -> Derivation:
    """The gradients in U and V where the variable is U V'."""
    found = factored_trace(function, require_factors(variables))
    results = zip(found.factors, found.trace.results, strict=True)
    claims = (
        GradientOf(found.function, x, result, conditions=found.trace.conditions)
        for x, (_, result) in results
    )
    lines = (*line_claims(found.free, variables), *line_claims(found.chained, found.factors))
    return Derivation(found.trace, (*lines, *claims))
