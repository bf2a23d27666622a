"""The public elementwise functions: one row of ``ELEMENTWISE`` each, and the square root."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Expr, Rational

from derive.language.arguments import argument
from derive.language.operators import ELEMENTWISE
from derive.language.sympy_functions import elementwise_node
from derive.language.to_matrix import hadamard_power


def sqrt(x: Any) -> Expr:
    """Return the square root of every entry.

    Parameters
    ----------
    x : SymPy object or number, any shape
        A scalar, vector or matrix with entries >= 0.

    Returns
    -------
    Expr
        The same shape.

    Raises
    ------
    ArgumentError
        `x` is a text.

    Examples
    --------
    >>> from derive.language.symbols import dims, vector
    >>> sqrt(vector("v", dims("d"))), sqrt(4)
    (sqrt(v), 2)
    """
    return hadamard_power(x, Rational(1, 2))


_TEMPLATE = """Return the {gloss} of every entry.

Parameters
----------
x : SymPy object or number, any shape
    A scalar, vector or matrix{domain}.

Returns
-------
Expr
    The same shape.

Raises
------
ArgumentError
    `x` is a text.

Examples
--------
>>> from derive.language.symbols import dims, vector
>>> {name}(vector("v", dims("d")))
{name}(v)
"""

_DOMAINS = {
    "all": "",
    "positive": " with entries > 0",
    "nonnegative": " with entries >= 0",
    "inside_one": " with entries between -1 and 1",
    "not_a_pole": " away from the poles",
}


def _elementwise(name: str) -> Callable[[Any], Expr]:
    """The public function of a row of ``ELEMENTWISE``."""

    def function(x: Any) -> Expr:
        return elementwise_node(name, argument(x)[0])

    row = ELEMENTWISE[name]
    function.__name__ = function.__qualname__ = name
    function.__doc__ = _TEMPLATE.format(name=name, gloss=row.gloss, domain=_DOMAINS[row.domain])
    return function


exp = _elementwise("exp")
log = _elementwise("log")
abs = _elementwise("abs")
sign = _elementwise("sign")
relu = _elementwise("relu")
step = _elementwise("step")
closed_step = _elementwise("closed_step")
sin = _elementwise("sin")
cos = _elementwise("cos")
tan = _elementwise("tan")
arcsin = _elementwise("arcsin")
arccos = _elementwise("arccos")
arctan = _elementwise("arctan")
sinh = _elementwise("sinh")
cosh = _elementwise("cosh")
tanh = _elementwise("tanh")
sigmoid = _elementwise("sigmoid")
softplus = _elementwise("softplus")
erf = _elementwise("erf")
normpdf = _elementwise("normpdf")
normcdf = _elementwise("normcdf")
lognormcdf = _elementwise("lognormcdf")
loggamma = _elementwise("loggamma")
digamma = _elementwise("digamma")
trigamma = _elementwise("trigamma")
