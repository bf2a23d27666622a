"""Integrals of a given density times a factor, by SymPy within a time limit."""

from __future__ import annotations

from dataclasses import dataclass

import sympy
from sympy import Expr

from derive.check.claim import Plan
from derive.check.density_shape import Shape
from derive.check.evaluate import Point
from derive.check.law_bench import LawBench
from derive.engine.factoring import in_factors
from derive.engine.integration import SECONDS, integrals
from derive.engine.scalar_algebra import ScalarAlgebra, operation_count
from derive.engine.standard_form import simplest
from derive.errors import (
    DeriveError,
    DivergentMeanError,
    DomainError,
    NoClosedFormError,
    NoRuleError,
)
from derive.language.expression import Node
from derive.language.support import Support
from derive.probability.own_law import law_of_density


@dataclass(frozen=True)
class DensityIntegrals:
    """A function of a value on a support, and the integrals of it.

    Attributes
    ----------
    given : Node
        The density up to its constant.
    variable : symbol
    symbols : tuple of symbol
        Its parameters, and those of the ends.
    support : Support
    algebra : ScalarAlgebra
    """

    given: Node
    variable: Node
    symbols: tuple[Node, ...]
    support: Support
    algebra: ScalarAlgebra

    @property
    def ends(self) -> tuple[Expr, Expr]:
        """The ends of the support, infinite ones too."""
        low, high = self.support.lower, self.support.upper
        return (
            -sympy.oo if low is None else self.algebra.expr(low),
            sympy.oo if high is None else self.algebra.expr(high),
        )

    def require_shape(self) -> None:
        """Raise unless the function can be a density.

        Raises
        ------
        DomainError
            It is negative somewhere, or its total is infinite.
        """
        fault = self._shape(self.given).fault(self._points())
        if fault is not None:
            with_values = f" for {fault.at}" if fault.at else ""
            raise DomainError(
                f"{self.given!r} {fault.what} {fault.where}{with_values}\n"
                f"  to fix   : give a function that is a density on {self.support}, or another "
                f"support"
            )

    def require_mean(self, factor: Node) -> None:
        """Raise if the mean of a function certainly does not exist at some parameters."""
        fault = self._shape(self.given * factor).divergence(self._points())
        if fault is not None:
            with_values = f" for {fault.at}" if fault.at else ""
            raise DivergentMeanError(
                f"E[{factor!r}] does not exist\n"
                f"  because  : {self.given * factor!r} {fault.what} {fault.where}{with_values}",
                factor,
            )

    def of(self, factor: Node, what: str, upto: Node | None = None) -> Node:
        """The integral of the given function times a factor, up to a place.

        Raises
        ------
        NoClosedFormError
            None was found in time, or one that no expression here can say.
        """
        x = sympy.Symbol("x_of_integral", real=True)
        low, high = self.ends
        at = high if upto is None else self.algebra.expr(upto)
        try:
            function = self.algebra.expr(self.given * factor)
            inner = function.xreplace({self.algebra.expr(self.variable): x})
            (found,) = integrals([(inner, x, low, at)])
            if found is None or found.has(sympy.oo, sympy.zoo, sympy.nan, sympy.I, x):
                raise NoRuleError(f"no finite one was found within {SECONDS:.0f} seconds")
            return self.shortest(self.algebra.node(found))
        except DeriveError as error:
            raise NoClosedFormError(
                f"no closed form is known for {what}, the integral of {self.given * factor!r}\n"
                f"  because  : {str(error).splitlines()[0]}"
            ) from error

    def shortest(self, node: Node) -> Node:
        """The shortest way to write a scalar."""
        expr = self.algebra.expr(node)
        forms = [node]
        for form in (simplest(expr), in_factors(expr), sympy.powsimp(expr)):
            try:
                forms.append(self.algebra.node(form))
            except NoRuleError:
                continue
        return min(forms, key=lambda found: (operation_count(found), len(repr(found))))

    def _shape(self, function: Node) -> Shape:
        return Shape(function, self.variable, self.support.lower, self.support.upper)

    def _points(self) -> list[Point]:
        raw = law_of_density(self.given, self.variable, self.symbols, self.support)
        return LawBench({"f": raw}, self.variable).points(Plan(points=4))[:4]
