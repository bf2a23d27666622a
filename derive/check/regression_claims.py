"""The information of a logistic regression, by all outcomes of a few responses.

The mean of the product of two scores is a sum over every vector of zeros and ones, each with
its probability; the scores are differences of the log of that probability.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import flint
from flint import arb, arb_mat

from derive.check.claim import Finding, Kind, Plan
from derive.check.compare import compare
from derive.check.evaluate import BallEvaluation, Point
from derive.check.law_bench import TEST
from derive.check.precision import bits_for, working_precision
from derive.check.stream import Stream, fingerprint
from derive.language.expression import Node, number

ROWS, COLUMNS, POINTS = 4, 2, 4
GRAIN = 256


@dataclass(frozen=True)
class LogisticInformation:
    """A node is the mean of the product of the scores of a logistic regression."""

    information: Node
    design: Node
    weights: Node
    words: str = "the information, summed over all outcomes"
    kind: Kind = "result"

    def describe(self) -> str:
        """The claim in one line of words."""
        return self.words

    def examine(self, plan: Plan) -> Finding:
        """Compare the node with the sum, at random designs and weights."""
        stream = Stream(fingerprint([self.information], plan.seed))
        sizes = {str(self.design.shape[0]): ROWS, str(self.design.shape[1]): COLUMNS}
        worst = 0.0
        with working_precision(2 * bits_for(plan.digits)):
            for k in range(POINTS):
                draws = stream.integers(-GRAIN, GRAIN, (ROWS * COLUMNS + COLUMNS,))
                numbers = [arb(int(v)) / GRAIN for v in draws]
                X = arb_mat(ROWS, COLUMNS, numbers[: ROWS * COLUMNS])
                w = arb_mat(COLUMNS, 1, numbers[ROWS * COLUMNS :])
                place = Point(sizes, {self.design: X, self.weights: w})
                stated = BallEvaluation(place).value(self.information)
                outcome = compare(stated, _summed(X, w), Plan(digits=20), arb(1))
                if outcome.state != "agree":
                    reason = "the two sides differ"
                    return Finding(
                        self.words, "refuted", TEST, k + 1, reason=reason, kind=self.kind
                    )
                worst = max(worst, outcome.error)
        return Finding(self.words, "verified", TEST, POINTS, worst, kind=self.kind)

    def mutants(self) -> tuple[LogisticInformation, ...]:
        """The node with the other sign, and a little larger."""
        return tuple(
            LogisticInformation(wrong, self.design, self.weights)
            for wrong in (-self.information, (1 + number(1) / 1000) * self.information)
        )


def _summed(X: Any, w: Any) -> Any:
    """The sum over all outcomes of probability times score times score."""
    h = arb(2) ** (-(flint.ctx.prec // 3))
    total = arb_mat(COLUMNS, COLUMNS)
    for outcome in product((0, 1), repeat=ROWS):
        slopes = []
        for j in range(COLUMNS):
            step = arb_mat(COLUMNS, 1, [h if k == j else 0 for k in range(COLUMNS)])
            gap = _log_probability(X, w + step, outcome) - _log_probability(X, w - step, outcome)
            slopes.append((gap / (2 * h)).mid())
        s = arb_mat(COLUMNS, 1, slopes)
        total += _log_probability(X, w, outcome).exp() * (s * s.transpose())
    wide = arb(0, 1e-25)  # what the differences leave out
    return arb_mat(COLUMNS, COLUMNS, [entry + wide for entry in total.entries()])


def _log_probability(X: Any, w: Any, outcome: tuple[int, ...]) -> Any:
    margins = (X * w).entries()
    return -sum(
        ((1 + (-m if one else m).exp()).log() for m, one in zip(margins, outcome, strict=True)),
        arb(0),
    )
