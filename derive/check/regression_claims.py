"""The information of a regression of coins or counts, by all outcomes of a few responses.

The mean of the product of two scores is a sum over every vector of responses, each with its
probability; the scores are differences of the log of that probability.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import flint
from flint import arb, arb_mat

from derive.check.claim import Finding, Kind, Plan
from derive.check.compare import compare
from derive.check.evaluate import BallEvaluation, Point
from derive.check.law_bench import TEST
from derive.check.precision import bits_for, working_precision
from derive.check.stream import Stream, fingerprint
from derive.language.expression import Node, number

COLUMNS, POINTS = 2, 4
GRAIN = 256


@dataclass(frozen=True)
class Response:
    """What one response may be, and its log probability at ``x'w``; how many rows are tried."""

    outcomes: range
    rows: int
    log_mass: Callable[[Any, int], Any]


RESPONSES = {
    "coin": Response(range(2), 4, lambda m, k: -(1 + (-m if k else m).exp()).log()),
    "count": Response(range(60), 2, lambda m, k: k * m - m.exp() - arb(k + 1).lgamma()),
}
"""At most exp(2) is expected of a count: what lies beyond 60 has mass below 1e-30."""


@dataclass(frozen=True)
class RegressionInformation:
    """A node is the mean of the product of the scores of a regression."""

    information: Node
    design: Node
    weights: Node
    response: Literal["coin", "count"]
    words: str = "the information, summed over all outcomes"
    kind: Kind = "result"

    def describe(self) -> str:
        """The claim in one line of words."""
        return self.words

    def examine(self, plan: Plan) -> Finding:
        """Compare the node with the sum, at random designs and weights."""
        response = RESPONSES[self.response]
        stream = Stream(fingerprint([self.information], plan.seed))
        sizes = {str(self.design.shape[0]): response.rows, str(self.design.shape[1]): COLUMNS}
        worst = 0.0
        with working_precision(2 * bits_for(plan.digits)):
            for k in range(POINTS):
                draws = stream.integers(-GRAIN, GRAIN, (response.rows * COLUMNS + COLUMNS,))
                numbers = [arb(int(v)) / GRAIN for v in draws]
                X = arb_mat(response.rows, COLUMNS, numbers[: response.rows * COLUMNS])
                w = arb_mat(COLUMNS, 1, numbers[response.rows * COLUMNS :])
                place = Point(sizes, {self.design: X, self.weights: w})
                stated = BallEvaluation(place).value(self.information)
                outcome = compare(stated, _summed(X, w, response), Plan(digits=20), arb(1))
                if outcome.state != "agree":
                    reason = "the two sides differ"
                    return Finding(
                        self.words, "refuted", TEST, k + 1, reason=reason, kind=self.kind
                    )
                worst = max(worst, outcome.error)
        return Finding(self.words, "verified", TEST, POINTS, worst, kind=self.kind)

    def mutants(self) -> tuple[RegressionInformation, ...]:
        """The node with the other sign, and a little larger."""
        return tuple(
            RegressionInformation(wrong, self.design, self.weights, self.response)
            for wrong in (-self.information, (1 + number(1) / 1000) * self.information)
        )


def _summed(X: Any, w: Any, response: Response) -> Any:
    """The sum over all outcomes of probability times score times score."""
    tables = [
        [_term(X, w, i, k, response) for k in response.outcomes] for i in range(response.rows)
    ]
    total = arb_mat(COLUMNS, COLUMNS)
    for terms in product(*tables):
        log_mass = sum((term[0] for term in terms), arb(0))
        s = arb_mat(COLUMNS, 1, [sum((t[1][j] for t in terms), arb(0)) for j in range(COLUMNS)])
        total += log_mass.exp() * (s * s.transpose())
    wide = arb(0, 1e-25)  # what the differences leave out
    return arb_mat(COLUMNS, COLUMNS, [entry + wide for entry in total.entries()])


def _term(X: Any, w: Any, i: int, k: int, response: Response) -> tuple[Any, list[Any]]:
    """The log probability of the response of one row, and its slopes in the weights."""
    h = arb(2) ** (-(flint.ctx.prec // 3))

    def at(weights: Any) -> Any:
        return response.log_mass((X * weights)[i, 0], k)

    slopes = []
    for j in range(COLUMNS):
        step = arb_mat(COLUMNS, 1, [h if c == j else 0 for c in range(COLUMNS)])
        slopes.append(((at(w + step) - at(w - step)) / (2 * h)).mid())
    return at(w), slopes
