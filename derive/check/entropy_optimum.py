"""The claim that a law has the largest entropy among those with the same means.

The law is perturbed to ``q = p (1 + t h)``, with ``h`` bounded and such that no mean that is
held changes.  ``h`` is a combination of bounded bumps that is found by numbers, so nothing is
assumed about the form of the law.  Along such a direction the entropy must be level at
``t = 0``, which says ``E_p[h log p] = 0``, and smaller on either side.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from flint import arb, arb_mat

from derive.check.claim import Finding, Plan
from derive.check.law_bench import TEST, LawBench
from derive.check.points import LEAST_POINTS
from derive.check.precision import bits_for, working_precision
from derive.errors import DomainError, NoRuleError
from derive.language.expression import Node, divide, multiply, number, power
from derive.language.functions import elementwise

DIGITS = 12
LEVEL = 1e-7  # of the slope, on the scale of the largest mean in it
BUMPS = ((1, 1), (2, -1), (3, Fraction(1, 2)), (5, Fraction(-1, 3)), (8, 1), (13, -1))
STEP = Fraction(1, 6)  # a bump is at most 3/2 on either side


@dataclass(frozen=True)
class EntropyOptimum:
    """No perturbation that keeps the means of `functions` raises the entropy.

    `log_density` is that of the law of the bench, as derived.
    """

    bench: LawBench
    log_density: Node
    functions: tuple[Node, ...]

    def describe(self) -> str:
        """The claim in one line of words."""
        return "perturbations that keep the given means lower the entropy"

    def examine(self, plan: Plan) -> Finding:
        """Perturb the law at random admissible parameters."""
        coarse = replace(plan, digits=max(DIGITS, 10), points=max(plan.points // 2, LEAST_POINTS))
        compared, worst, lost = 0, 0.0, ""
        for place in range(len(self.bench.points(coarse))):
            try:
                slope, drop = self._along(coarse, place)
            except (DomainError, NoRuleError, ZeroDivisionError) as error:
                lost = str(error)
                continue
            if not slope < LEVEL or not drop > 0:
                reason = f"slope {float(slope):.2g}, loss {float(drop):.2g} along a perturbation"
                return Finding(self.describe(), "refuted", TEST, compared + 1, reason=reason)
            compared, worst = compared + 1, max(worst, float(slope))
        if compared < LEAST_POINTS:
            reason = lost or "too few admissible points"
            return Finding(self.describe(), "unchecked", "not checked", compared, reason=reason)
        return Finding(
            self.describe(), "verified", TEST, compared, worst, kind="result", digits=DIGITS
        )

    def mutants(self) -> tuple[EntropyOptimum, ...]:
        """A log density with another bump in it."""
        return (replace(self, log_density=self.log_density + 4 * self._bump(4, Fraction(1, 5))),)

    def _bump(self, width: int, shift: Fraction | int) -> Node:
        """``(x + shift)/(width + x^2)``: smooth and bounded on the whole line."""
        x = self.bench.variable
        return divide(x + number(Fraction(shift)), number(width) + power(x, number(2)))

    def _along(self, plan: Plan, place: int) -> tuple[Any, Any]:
        """The slope of the entropy along a perturbation, and what is lost at its end."""
        letter = next(iter(self.bench.laws))
        bumps = [self._bump(*bump) for bump in BUMPS[: len(self.functions) + 2]]
        held = (number(1), *self.functions)
        with working_precision(bits_for(plan.digits)):

            def mean(function: Node) -> Any:
                return self.bench.mean(function, letter, plan, place)

            rows = [[mean(multiply(f, bump)).mid() for bump in bumps] for f in held]
            weights = _null_vector(rows)
            terms = [
                w * mean(multiply(self.log_density, bump)).mid()
                for w, bump in zip(weights, bumps, strict=True)
            ]
            size = sum((abs(t) for t in terms), arb(1) / 1000)
            slope = abs(sum(terms, arb(0))) / size
            pieces = [
                multiply(number(_fraction(w)), bump) for w, bump in zip(weights, bumps, strict=True)
            ]
            shift = sum(pieces[1:], pieces[0])
            largest = sum(abs(w) for w in weights)
            drop = arb(0)
            for sign in (1, -1):
                ratio = 1 + number(STEP * sign / _fraction(largest)) * shift
                drop = mean(multiply(ratio, elementwise("log", ratio))).mid()
                if not drop > 0:
                    break
        return slope, drop


def _null_vector(rows: list[list[Any]]) -> list[Any]:
    """A vector that every row sends to 0, its last entry 1."""
    count = len(rows)
    square = arb_mat([row[:count] for row in rows])
    right = arb_mat([[-row[count]] for row in rows])
    solved = square.solve(right)
    found = [solved[k, 0].mid() for k in range(count)] + [arb(1)]
    largest = max(found, key=lambda w: float(abs(w)))
    return [w / abs(largest) for w in found]


def _fraction(value: Any) -> Fraction:
    return Fraction(float(value.mid()))
