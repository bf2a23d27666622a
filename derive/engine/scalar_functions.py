"""What SymPy calls the functions, the constants and the facts of scalars."""

from __future__ import annotations

from collections.abc import Callable

import sympy
from sympy import Expr

from derive.language.sympy_scalars import normcdf, normpdf, relu, sigmoid

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
