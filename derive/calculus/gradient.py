"""The gradient of a scalar, in one variable or in several at once."""

from __future__ import annotations

from typing import Any

from derive.asking import elaborate, symbols_of
from derive.check.gradients import GradientOf
from derive.check.traces import line_claims
from derive.derivation import Derivation
from derive.engine.gradient import gradient_trace


def gradient(function: Any, wrt: Any, shapes: str = "") -> Derivation:
    """Derive the gradient of a scalar expression, every entry of the variable being free.

    Parameters
    ----------
    function : str, SymPy expression or Node, shape (1, 1)
        The scalar; of unit u.  A text is read with `shapes`.
    wrt : str, SymPy symbol or Node, or a list of them
        The variable: a scalar, vector or matrix symbol; of unit v.  All else is constant.
        Of several (``"W, b"`` or ``["W", "b"]``) the gradients share lines and work.
    shapes : str
        Shapes and facts of the names in a text, e.g. ``"X: n x d, w: d, lam: positive"``.

    Returns
    -------
    Derivation
        ``.result`` has the shape of `wrt`, unit u/v; a tuple for several.  A declared fact
        of `wrt` (symmetric, say) simplifies the result and does not change what may vary.

    Raises
    ------
    ShapeError
        `function` is not a scalar, or shapes in it disagree.
    NoRuleError
        A node of `function` that contains `wrt` has no differential.
    ReadError
        A text cannot be read.
    RefutedError
        A check found the result to be wrong; it is withheld.

    References
    ----------
    magnus2019, Matrix Differential Calculus, chapters 5, 8 and 9.

    Examples
    --------
    >>> g = gradient("norm2(X*w - y)^2/2", "w", shapes="X: n x d, w: d, y: n")
    >>> print(g.text(detail="result", unicode=False))
    grad f = X'(Xw - y)
    >>> g.certificate.verdict
    'verified'
    """
    node = elaborate(function, shapes)
    variables = symbols_of(wrt, node, shapes)
    trace = gradient_trace(node, variables)
    results = zip(variables, trace.results, strict=True)
    claims = (
        *line_claims(trace, variables),
        *(GradientOf(node, x, result, conditions=trace.conditions) for x, (_, result) in results),
    )
    return Derivation(trace, claims)
