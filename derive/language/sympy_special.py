"""SymPy's side of special functions that it lacks: derivatives of zeta as functions."""

from __future__ import annotations

import importlib
from typing import Any

import sympy
from sympy import Expr
from sympy.core.function import ArgumentIndexError

from derive.language.sympy_scalars import RealFunction, latex_call


def zeta_expr(times: int, s: Expr) -> Expr:
    """A derivative of zeta; the function itself as SymPy's."""
    return zetaderiv(sympy.Integer(times), s) if times else sympy.zeta(s)


class zetaderiv(RealFunction):
    """Derivative number k of the zeta function at s > 1; number 0 is the function itself.

    SymPy's own zeta has no derivative by name.
    """

    nargs = 2

    def fdiff(self, argindex: int = 1) -> Expr:
        """The next derivative."""
        if argindex == 1:
            raise ArgumentIndexError(self, argindex)
        return zetaderiv(self.args[0] + 1, self.args[1])

    def _eval_evalf(self, prec: int) -> Any:
        times, s = self.args
        if not s.is_number:
            return None
        digits = sympy.core.evalf.prec_to_dps(prec)
        mpmath = importlib.import_module("mpmath")
        with mpmath.workdps(digits):
            value = mpmath.zeta(mpmath.mpf(str(s.evalf(digits))), 1, int(times))
        return sympy.Float(value, digits)

    def _sympystr(self, printer: Any) -> str:
        times, s = self.args
        inside = printer._print(s)
        return f"riemann_zeta({inside})" if times == 0 else f"zetaderiv({times}, {inside})"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        times = int(self.args[0])
        mark = "'" * times if times < 3 else rf"^{{({times})}}"
        return latex_call(rf"\zeta{mark}", printer, self.args[1:], exp)
