"""The claim that a node is the differential of a function, tested by two routes.

As ``gradients.GradientOf``: jets of the input expression in a free direction, and a central
difference of plain values of the input at twice the precision.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb

from derive.check.claim import Kind
from derive.check.claims import SameValue, as_tuple
from derive.check.compare import Outcome, largest, precisions
from derive.check.evaluate import BallEvaluation, Point, ball_matrix
from derive.check.points import Bench
from derive.check.precision import MOST_BITS, working_precision


@dataclass(frozen=True)
class DifferentialOf(SameValue):
    """The claim ``d(function) = result`` for a result that holds differentials of variables.

    Parameters
    ----------
    before : Node
        ``differential(function)``.
    after : Node
        Linear in the differentials of the variables.
    definitions, variable, conditions
        As for ``SameValue``.

    Examples
    --------
    >>> from derive.check.claim import Plan
    >>> from derive.language.expression import inverse, symbol
    >>> from derive.language.functions import differential
    >>> from derive.language.sizes import Size
    >>> n = Size.named("n")
    >>> A = symbol("A", (n, n))
    >>> d = differential(A)
    >>> DifferentialOf(
    ...     differential(inverse(A)), -inverse(A) @ d @ inverse(A), variable=A
    ... ).examine(Plan()).verdict
    'verified'
    """

    kind: Kind = "result"

    def second_opinion(self, bench: Bench, k: int, outcome: Outcome) -> str | float | None:
        """Compare with a central difference; None where smaller steps have not settled."""
        limit = arb(10) ** (-(bench.plan.digits * 2 // 5))
        for bits in precisions(bench.plan):
            if 2 * bits > MOST_BITS:
                break
            difference, values = self._reference(bench, k, bits)
            with working_precision(2 * bits):
                claimed = outcome.right
                size = largest(
                    [*claimed.entries(), *(v * arb("1e-10") for v in values), arb("1e-30")]
                )
                gap = largest((difference - claimed).entries())
                if gap <= limit * size:
                    return float(gap / size)
        return None

    def _reference(self, bench: Bench, k: int, bits: int) -> tuple[Any, list[Any]]:
        """The difference at point `k`, computed once for the claim and its variants."""
        key = ("differential", self.before, self.variable, k, bits)
        if key not in bench.references:
            bench.references[key] = self._difference(bench, k, bits)
        reference: tuple[Any, list[Any]] = bench.references[key]
        return reference

    def _difference(self, bench: Bench, k: int, bits: int) -> tuple[Any, list[Any]]:
        """(F(x + hE) - F(x - hE)) / 2h with h^2 = 2^-bits, and the entries of F(x + hE)."""
        point, function = bench.points[k], self.before.args[0]
        with working_precision(2 * bits):
            evaluation = bench.evaluation(k, 2 * bits)
            h = arb(2) ** (-(bits // 2))
            values = []
            for step in (h, -h):
                moved = dict(point.values)
                for variable in as_tuple(self.variable):
                    E = ball_matrix(point.directions[variable])
                    moved[variable] = evaluation.value(variable) + E * step
                at = BallEvaluation(Point(point.sizes, moved), self.definitions)
                values.append(at.value(function))
            return (values[0] - values[1]) * (1 / (2 * h)), values[0].entries()
