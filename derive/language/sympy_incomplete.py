"""SymPy's side of incomplete functions and inverse distribution functions.

SymPy has the regularised beta function between two ends alone, and none of the inverses.
"""

from __future__ import annotations

import importlib
from typing import Any

import sympy
from sympy import Expr, Integer, Rational
from sympy.core.function import ArgumentIndexError

from derive.language.sympy_scalars import RealFunction, latex_call, normpdf

GUARD = 10  # digits beyond those asked for
MOST_HALVINGS = 4000


class IncompleteFunction(RealFunction):
    """A function with fixed shapes ahead of the argument that may move."""

    symbol = ""

    def slope(self) -> Expr:
        """The derivative in the last argument."""
        raise NotImplementedError

    def value(self, mpmath: Any, *numbers: Any) -> Any:
        """The value by mpmath."""
        raise NotImplementedError

    def fdiff(self, argindex: int = 1) -> Expr:
        """The derivative in the last argument; the others are shapes."""
        if argindex != len(self.args):
            raise ArgumentIndexError(self, argindex)
        return self.slope()

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[-1].is_positive else None

    def _eval_evalf(self, prec: int) -> Any:
        if not all(arg.is_number for arg in self.args):
            return None
        digits = sympy.core.evalf.prec_to_dps(prec)
        mpmath = importlib.import_module("mpmath")
        with mpmath.workdps(digits + GUARD):
            numbers = [mpmath.mpf(str(arg.evalf(digits + GUARD))) for arg in self.args]
            return sympy.Float(self.value(mpmath, *numbers), digits)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return latex_call(self.symbol, printer, self.args, exp)


class gammainc(IncompleteFunction):
    """The share of the gamma integral with shape a below x."""

    nargs = 2
    symbol = "P"
    is_nonnegative = True

    def slope(self) -> Expr:
        """The gamma density."""
        return _gamma_density(*self.args)

    def value(self, mpmath: Any, a: Any, x: Any) -> Any:
        """By mpmath."""
        return mpmath.gammainc(a, 0, x, regularized=True)


class betainc(IncompleteFunction):
    """The share of the beta integral with shapes a and b below x."""

    nargs = 3
    symbol = "I"
    is_nonnegative = True

    def slope(self) -> Expr:
        """The beta density."""
        return _beta_density(*self.args)

    def value(self, mpmath: Any, a: Any, b: Any, x: Any) -> Any:
        """By mpmath."""
        return mpmath.betainc(a, b, 0, x, regularized=True)


class normquantile(IncompleteFunction):
    """The inverse of the standard normal distribution function."""

    nargs = 1
    symbol = r"\Phi^{-1}"

    @classmethod
    def eval(cls, p: Expr) -> Expr | None:
        """It is 0 in the middle."""
        return Integer(0) if p == Rational(1, 2) else None

    def slope(self) -> Expr:
        """One over the density there."""
        return 1 / normpdf(self)

    def _eval_is_positive(self) -> bool | None:
        above = self.args[0] - Rational(1, 2)
        return True if above.is_positive else False if above.is_nonpositive else None

    def value(self, mpmath: Any, p: Any) -> Any:
        """By the inverse of the error function."""
        return mpmath.sqrt(2) * mpmath.erfinv(2 * p - 1)


class gammaincinv(IncompleteFunction):
    """The x with gammainc(a, x) = p."""

    nargs = 2
    symbol = "P^{-1}"
    is_positive = True

    def slope(self) -> Expr:
        """One over the density there."""
        return 1 / _gamma_density(self.args[0], self)

    def value(self, mpmath: Any, a: Any, p: Any) -> Any:
        """By halving."""
        return _halved(
            mpmath, lambda x: mpmath.gammainc(a, 0, x, regularized=True) < p, mpmath.mpf(0), None
        )


class betaincinv(IncompleteFunction):
    """The x with betainc(a, b, x) = p."""

    nargs = 3
    symbol = "I^{-1}"
    is_positive = True

    def slope(self) -> Expr:
        """One over the density there."""
        a, b, _ = self.args
        return 1 / _beta_density(a, b, self)

    def value(self, mpmath: Any, a: Any, b: Any, p: Any) -> Any:
        """By halving."""
        below, above = mpmath.mpf(0), mpmath.mpf(1)
        return _halved(
            mpmath, lambda x: mpmath.betainc(a, b, 0, x, regularized=True) < p, below, above
        )


def _gamma_density(a: Expr, x: Expr) -> Expr:
    return x ** (a - 1) * sympy.exp(-x) / sympy.gamma(a)


def _beta_density(a: Expr, b: Expr, x: Expr) -> Expr:
    total = sympy.gamma(a) * sympy.gamma(b) / sympy.gamma(a + b)
    return x ** (a - 1) * (1 - x) ** (b - 1) / total


def _halved(mpmath: Any, is_below: Any, below: Any, above: Any) -> Any:
    """Where a rising function crosses, by halving an interval that is doubled first."""
    if above is None:
        above = mpmath.mpf(1)
        while is_below(above):
            below, above = above, 2 * above
    for _ in range(MOST_HALVINGS):
        middle = (below + above) / 2
        if above - below <= above * mpmath.eps:
            break
        below, above = (middle, above) if is_below(middle) else (below, middle)
    return (below + above) / 2


INCOMPLETE_CLASSES: dict[str, type[IncompleteFunction]] = {
    row.__name__: row for row in (gammainc, betainc, normquantile, gammaincinv, betaincinv)
}
