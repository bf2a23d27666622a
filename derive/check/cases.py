"""The claim that a formula gives what counting, scanning or integrating gives in made-up cases.

The cases come from a function that does the work by brute force (``metric_cases``) and
shares nothing with the formula: it counts a list of examples, tries every threshold or
integrates two densities.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, TypeAlias

from flint import arb, arb_mat, fmpq

from derive.check.claim import Finding, Kind, Plan
from derive.check.compare import Outcome, compare, largest
from derive.check.evaluate import BallEvaluation, Point
from derive.check.precision import bits_for, working_precision
from derive.check.stream import Stream, fingerprint
from derive.check.words import brief, clip
from derive.language.expression import Node, multiply, negative, number

LEAST = 4
MOST_DIGITS = 50  # a search in a case settles to more than half of these
TEST = "tested at points"


@dataclass(frozen=True)
class Case:
    """Values of the symbols by name, sizes by name, and what was found there.

    `found` is a Fraction, or a ball for what is not rational.
    """

    values: Mapping[str, Any]
    found: Any
    sizes: Mapping[str, int] = field(default_factory=dict)


Oracle: TypeAlias = Callable[[Stream], Iterator[Case]]


@dataclass(frozen=True)
class CaseClaim:
    """``formula`` has the value that the oracle finds, in each of its cases.

    Parameters
    ----------
    formula : Node, shape (1, 1)
    symbols : tuple of symbol
        Those of the formula; a case names their values.
    oracle : function of a Stream, gives the cases
    words : str
        What is compared, in one line.

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> x = symbol("x")
    >>> def squares(stream):
    ...     for k in range(5):
    ...         yield Case({"x": k}, Fraction(sum(2 * j + 1 for j in range(k))))
    >>> CaseClaim(x**2, (x,), squares, "sums of odd numbers").examine(Plan()).verdict
    'verified'
    """

    formula: Node
    symbols: tuple[Node, ...]
    oracle: Oracle
    words: str
    kind: Kind = "result"

    def describe(self) -> str:
        """The claim in one line of words."""
        return f"{brief(self.formula)} is {self.words}"

    def examine(self, plan: Plan) -> Finding:
        """Compare the formula with every case."""
        compared, worst = 0, 0.0
        carried = MOST_DIGITS if plan.digits > MOST_DIGITS else None
        plan = replace(plan, digits=min(plan.digits, MOST_DIGITS))
        stream = Stream(fingerprint(self.symbols, plan.seed))
        with working_precision(2 * bits_for(MOST_DIGITS)):  # a search needs them whatever the plan
            for case in self.oracle(stream):
                outcome = self._outcome(case, plan)
                if outcome.state == "agree":
                    compared, worst = compared + 1, max(worst, outcome.error)
                elif outcome.state in {"differ", "undefined"}:
                    return self._refuted(compared + 1, case, outcome)
        if compared < LEAST:
            reason = f"only {compared} cases could be compared, {LEAST} are needed"
            return Finding(
                self.describe(), "unchecked", "not checked", compared, reason=reason, kind=self.kind
            )
        return Finding(
            self.describe(), "verified", TEST, compared, worst, kind=self.kind, digits=carried
        )

    def mutants(self) -> tuple[CaseClaim, ...]:
        """The formula with the other sign, a thousandth larger, and a thousandth more."""
        nudge = number(Fraction(1, 1000))
        wrong = (
            negative(self.formula) - nudge,
            multiply(1 + nudge, self.formula) + nudge / 7,
            self.formula + nudge,
        )
        return tuple(replace(self, formula=formula) for formula in wrong)

    def _outcome(self, case: Case, plan: Plan) -> Outcome:
        point = Point(case.sizes, {s: case.values[s.name] for s in self.symbols})
        left = BallEvaluation(point).value(self.formula)
        right = arb_mat(1, 1, [_ball(case.found)])
        return compare(left, right, plan, largest([*left.entries(), *right.entries(), arb(1)]))

    def _refuted(self, compared: int, case: Case, outcome: Outcome) -> Finding:
        places = ", ".join(f"{name} = {value}" for name, value in case.values.items())
        sides = f"{outcome.left[0, 0].str(15)} against {outcome.right[0, 0].str(15)}"
        return Finding(
            self.describe(),
            "refuted",
            TEST,
            compared,
            outcome.error,
            reason="the two sides differ",
            kind=self.kind,
            counterexample=clip(f"{sides} at {places}"),
        )


def _ball(value: Any) -> Any:
    """A whole number, a fraction or a ball as a ball."""
    if isinstance(value, Fraction):
        return arb(fmpq(value.numerator, value.denominator))
    return arb(value)
