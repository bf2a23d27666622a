"""SymPy expressions as plain data, to cross from one process to another.

Only numbers, symbols and the functions of one closed table are said; whatever else comes is
refused, and nothing that is read is run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy
from sympy import Expr

from derive.errors import NoRuleError

FUNCTIONS: Mapping[str, Callable[..., Expr]] = {
    "add": sympy.Add,
    "mul": sympy.Mul,
    "pow": sympy.Pow,
    **{
        f.__name__: f
        for f in (
            sympy.exp,
            sympy.log,
            sympy.Abs,
            sympy.sign,
            sympy.Heaviside,
            sympy.erf,
            sympy.erfc,
            sympy.gamma,
            sympy.loggamma,
            sympy.digamma,
            sympy.besseli,
            sympy.sin,
            sympy.cos,
            sympy.tan,
            sympy.sinh,
            sympy.cosh,
            sympy.tanh,
            sympy.asin,
            sympy.acos,
            sympy.atan,
        )
    },
}
NAMES = {function: name for name, function in FUNCTIONS.items()}
CONSTANTS: Mapping[str, Expr] = {
    "pi": sympy.pi,
    "e": sympy.E,
    "euler_gamma": sympy.EulerGamma,
    "oo": sympy.oo,
    "-oo": sympy.S.NegativeInfinity,
}
FACTS = ("positive", "negative", "nonnegative", "nonzero", "real")


def to_data(expr: Expr) -> list[Any]:
    """An expression as nested lists of text and whole numbers.

    Raises
    ------
    NoRuleError
        It holds a function or a constant that the table does not.
    """
    if expr.is_Rational:
        return ["number", int(expr.p), int(expr.q)]
    if expr.is_Symbol:
        return ["symbol", expr.name, [f for f in FACTS if getattr(expr, f"is_{f}")]]
    for name, value in CONSTANTS.items():
        if expr == value:
            return ["constant", name]
    if expr.func in NAMES:
        return [NAMES[expr.func], *map(to_data, expr.args)]
    raise NoRuleError(f"no data stand for {expr}")


def from_data(data: list[Any]) -> Expr:
    """The expression that data stand for.

    Raises
    ------
    NoRuleError
        They are no data of an expression.
    """
    kind, *parts = data
    if kind == "number":
        return sympy.Rational(int(parts[0]), int(parts[1]))
    if kind == "symbol":
        return sympy.Symbol(str(parts[0]), **{f: True for f in parts[1] if f in FACTS})
    if kind == "constant" and parts[0] in CONSTANTS:
        return CONSTANTS[parts[0]]
    if kind in FUNCTIONS:
        return FUNCTIONS[kind](*map(from_data, parts))
    raise NoRuleError(f"no expression is called {kind!r}")
