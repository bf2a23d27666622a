"""The claim that a Jensen-Shannon divergence of two laws of numbers is a decimal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from flint import arb, fmpq

from derive.check.claim import Finding, Plan
from derive.check.evaluate import Point
from derive.check.law_bench import law_variable
from derive.check.law_grid import Grid
from derive.check.precision import bits_for, working_precision
from derive.errors import DomainError, NoRuleError
from derive.language.expression import Node, multiply, number
from derive.language.functions import elementwise
from derive.language.law import Law

DIGITS = 15


@dataclass(frozen=True)
class MixtureDivergence:
    """``w E_p[-log(w + (1 - w) q/p)] + (1 - w) E_q[-log(1 - w + w p/q)]`` is near `value`.

    The two laws have one support and no symbols.
    """

    first: Law
    second: Law
    weight: Fraction
    value: Fraction
    gap: Fraction
    base: Fraction | None = None

    def describe(self) -> str:
        """The claim in one line of words."""
        return f"the mean divergence from the mixture is {float(self.value):.10g}"

    def examine(self, plan: Plan) -> Finding:
        """Average both logarithms by sums over places."""
        words = self.describe()
        with working_precision(bits_for(DIGITS)):
            try:
                found = self._found()
            except (DomainError, NoRuleError) as error:
                reason = str(error)
                return Finding(words, "unchecked", "not checked", reason=reason, kind="result")
            apart = abs(found - _ball(self.value))
            agrees = apart < 2 * _ball(self.gap)
        if not agrees:
            reason = f"sums over places give {found.str(12)}"
            return Finding(words, "refuted", "tested at points", 1, reason=reason, kind="result")
        worst = float(apart.mid())
        return Finding(
            words, "verified", "tested at points", 1, worst, kind="result", digits=DIGITS
        )

    def mutants(self) -> tuple[MixtureDivergence, ...]:
        """A value that is too large, and one that is too small."""
        return tuple(replace(self, value=self.value + k * self.gap) for k in (4, -4))

    def _found(self) -> Any:
        total = arb(0)
        for law, other, w in (
            (self.first, self.second, self.weight),
            (self.second, self.first, 1 - self.weight),
        ):
            x = law_variable(law, "x")
            ratio = elementwise("exp", other.log_density(x) - law.log_density(x))
            mixed: Node = number(w) + multiply(number(1 - w), ratio)
            total -= _ball(w) * Grid(law, x, Point({}, {})).mean(elementwise("log", mixed))
        return total if self.base is None else total / _ball(self.base).log()


def _ball(value: Fraction) -> Any:
    return arb(fmpq(value.numerator, value.denominator))
