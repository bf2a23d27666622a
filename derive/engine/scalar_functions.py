"""What SymPy calls the functions, the constants and the facts of scalars."""

from __future__ import annotations

from collections.abc import Callable

import sympy
from sympy import Expr

from derive.errors import NoClosedFormError
from derive.language.sympy_scalars import normcdf, normpdf, relu, sigmoid

MOST_FACTORIAL = 1000  # of which the digits are written out
MOST_BITS = 2000  # of a whole number in an answer


def require_small(function: str, z: Expr) -> None:
    """Refuse the factorial of a large number: SymPy writes it out.

    Raises
    ------
    NoClosedFormError
        The logarithm of gamma is asked for at a whole number beyond a thousand.
    """
    if function == "loggamma" and z.is_Integer and z > MOST_FACTORIAL + 1:
        raise NoClosedFormError(f"the factorial of {z - 1} is not written out{NAME_IT}")


def require_short(expr: Expr) -> Expr:
    """The expression, unless a number in it is too long to be read.

    Raises
    ------
    NoClosedFormError
        A fraction has more than some six hundred digits, as roots of powers of decimals do.
    """
    for number in expr.atoms(sympy.Rational):
        if max(abs(number.p).bit_length(), number.q.bit_length()) > MOST_BITS:
            raise NoClosedFormError(f"the answer holds numbers of hundreds of digits{NAME_IT}")
    return expr


NAME_IT = (
    "\n  to fix   : give the parameter a name, and its number to the compiled function, .function()"
)
TO_SYMPY: dict[str, Callable[[Expr], Expr]] = {
    "exp": sympy.exp,
    "log": sympy.log,
    "abs": sympy.Abs,
    "loggamma": sympy.loggamma,
    "digamma": sympy.digamma,
    "trigamma": sympy.trigamma,
    "cos": sympy.cos,
    "sin": sympy.sin,
    "arctan": sympy.atan,
    "relu": relu,
    "erf": sympy.erf,
    "arcsin": sympy.asin,
    "tan": sympy.tan,
    "sinh": sympy.sinh,
    "tanh": sympy.tanh,
    "normpdf": normpdf,
    "normcdf": normcdf,
    "sigmoid": sigmoid,
    "sign": sympy.sign,
    "step": lambda z: sympy.Heaviside(z, 0),
    "closed_step": lambda z: sympy.Heaviside(z, 1),
}
OF_RATIO = (sympy.atan, normcdf, normpdf)
"""Functions whose argument is written over one denominator."""
CONSTANTS: dict[str, Expr] = {
    "pi": sympy.pi,
    "e": sympy.E,
    "euler_gamma": sympy.EulerGamma,
}
ASSUMPTIONS = {
    "positive": {"positive": True},
    "nonnegative": {"nonnegative": True},
    "negative": {"negative": True},
    "nonzero": {"nonzero": True},
    "probability": {"positive": True},
}
"""What SymPy is told of a fact.  Of whole numbers it is not told: it would turn
loggamma(n) into log(gamma(n)), and nothing here needs it."""
