"""Elementwise functions of a scalar: SymPy's own where it has them, ours where it lacks one.

``SCALAR_FUNCTIONS`` holds one row per elementwise function of ``operators.ELEMENTWISE``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy
from sympy import Expr, Function

from derive.language.sympy_base import no_derivative


def latex_call(symbol: str, printer: Any, args: Iterable[Expr], exp: str | None = None) -> str:
    """LaTeX of a function written as a call, with SymPy's exponent if it gives one."""
    inside = ", ".join(map(printer._print, args))
    raised = f"^{{{exp}}}" if exp else ""
    return rf"{symbol}{raised}\left({inside}\right)"


class RealFunction(Function):
    """A real function of one scalar, defined by SymPy's functions."""

    nargs = 1
    is_real = True

    def definition(self, x: Expr) -> Expr:
        """The function in terms of SymPy's."""
        raise NotImplementedError

    def _eval_evalf(self, prec: int) -> Any:
        return self.definition(self.args[0]).evalf(sympy.core.evalf.prec_to_dps(prec))


class sigmoid(RealFunction):
    """1/(1 + exp(-x))."""

    is_positive = True

    def definition(self, x: Expr) -> Expr:
        """The function in terms of SymPy's."""
        return 1 / (1 + sympy.exp(-x))

    def fdiff(self, argindex: int = 1) -> Expr:
        """Its derivative."""
        return self * (1 - self)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return latex_call(r"\sigma", printer, self.args, exp)


class softplus(RealFunction):
    """log(1 + exp(x))."""

    is_positive = True

    def definition(self, x: Expr) -> Expr:
        """The function in terms of SymPy's."""
        return sympy.log(1 + sympy.exp(x))

    def fdiff(self, argindex: int = 1) -> Expr:
        """Its derivative."""
        return sigmoid(self.args[0])


class relu(RealFunction):
    """max(x, 0)."""

    is_nonnegative = True

    @classmethod
    def eval(cls, x: Expr) -> Expr | None:
        """Work out numbers alone."""
        return sympy.Max(x, 0) if x.is_comparable else None

    def definition(self, x: Expr) -> Expr:
        """The function in terms of SymPy's."""
        return sympy.Max(x, 0)

    def fdiff(self, argindex: int = 1) -> Expr:
        """Its derivative, 0 at 0."""
        return step(self.args[0])


class step(RealFunction):
    """1 where x > 0, else 0."""

    is_nonnegative = True

    @classmethod
    def eval(cls, x: Expr) -> Expr | None:
        """Work out numbers alone."""
        return sympy.Heaviside(x, 0) if x.is_number else None

    def definition(self, x: Expr) -> Expr:
        """The function in terms of SymPy's."""
        return sympy.Heaviside(x, 0)

    def fdiff(self, argindex: int = 1) -> Expr:
        """It has a jump, so this refuses."""
        raise no_derivative(self, self.args[0])


class closed_step(RealFunction):
    """1 where x >= 0, else 0."""

    is_nonnegative = True

    @classmethod
    def eval(cls, x: Expr) -> Expr | None:
        """Work out numbers alone."""
        return sympy.Heaviside(x, 1) if x.is_number else None

    def definition(self, x: Expr) -> Expr:
        """The function in terms of SymPy's."""
        return sympy.Heaviside(x, 1)

    def fdiff(self, argindex: int = 1) -> Expr:
        """It has a jump, so this refuses."""
        raise no_derivative(self, self.args[0])


class normpdf(RealFunction):
    """The standard normal density."""

    is_positive = True

    def definition(self, x: Expr) -> Expr:
        """The function in terms of SymPy's."""
        return sympy.exp(-(x**2) / 2) / sympy.sqrt(2 * sympy.pi)

    def fdiff(self, argindex: int = 1) -> Expr:
        """Its derivative."""
        return -self.args[0] * self

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return latex_call(r"\phi", printer, self.args, exp)


class normcdf(RealFunction):
    """The standard normal distribution function."""

    is_positive = True

    def definition(self, x: Expr) -> Expr:
        """The function in terms of SymPy's."""
        return sympy.erfc(-x / sympy.sqrt(2)) / 2

    def fdiff(self, argindex: int = 1) -> Expr:
        """Its derivative."""
        return normpdf(self.args[0])

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return latex_call(r"\Phi", printer, self.args, exp)


class lognormcdf(RealFunction):
    """The logarithm of the standard normal distribution function."""

    def definition(self, x: Expr) -> Expr:
        """The function in terms of SymPy's."""
        return sympy.log(sympy.erfc(-x / sympy.sqrt(2)) / 2)

    def fdiff(self, argindex: int = 1) -> Expr:
        """Its derivative."""
        return normpdf(self.args[0]) / normcdf(self.args[0])


# The scalar form of every elementwise function of ``operators.ELEMENTWISE``.
SCALAR_FUNCTIONS: dict[str, Any] = {
    "exp": sympy.exp,
    "log": sympy.log,
    "abs": sympy.Abs,
    "sign": sympy.sign,
    "step": step,
    "closed_step": closed_step,
    "relu": relu,
    "sin": sympy.sin,
    "cos": sympy.cos,
    "tan": sympy.tan,
    "arcsin": sympy.asin,
    "arccos": sympy.acos,
    "arctan": sympy.atan,
    "sinh": sympy.sinh,
    "cosh": sympy.cosh,
    "tanh": sympy.tanh,
    "sigmoid": sigmoid,
    "softplus": softplus,
    "erf": sympy.erf,
    "normpdf": normpdf,
    "normcdf": normcdf,
    "lognormcdf": lognormcdf,
    "loggamma": sympy.loggamma,
    "digamma": sympy.digamma,
    "trigamma": sympy.trigamma,
}

_GREEK = {"sigmoid": r"\sigma", "normpdf": r"\phi", "normcdf": r"\Phi"}
_STANDARD = {"exp", "log", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh"}
LATEX: dict[str, str] = {
    name: _GREEK.get(name) or (f"\\{name}" if name in _STANDARD else rf"\operatorname{{{name}}}")
    for name in SCALAR_FUNCTIONS
}
