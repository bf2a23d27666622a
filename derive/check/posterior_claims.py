"""Claims about a sample: its likelihood, the posterior of a parameter, evidence, prediction.

The left sides are built from the declared densities and integrals over the declared prior;
the right sides are the nodes of the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from flint import arb, arb_mat

from derive.check.claim import Finding, Kind, Plan
from derive.check.compare import compare, largest
from derive.check.evaluate import BallEvaluation
from derive.check.law_bench import TEST
from derive.check.points import LEAST_POINTS
from derive.check.precision import bits_for, working_precision
from derive.check.sample_bench import SampleBench
from derive.errors import DomainError, NoRuleError
from derive.language.expression import Node, multiply, negative, number

SMALL = 1e-3  # values below this are compared on this scale
What = Literal["log likelihood", "log prior", "log posterior", "log evidence", "log predictive"]


@dataclass(frozen=True)
class SampleClaim:
    """A quantity of the sample, found from the declared laws, equals a node of the page.

    Attributes
    ----------
    bench : SampleBench
    what : str
        Which quantity; ``"log posterior"`` is log likelihood + log prior - log evidence, and
        ``"log predictive"`` the log of the ratio of two evidences.
    right : Node, shape (1, 1)
    words : str
    """

    bench: SampleBench
    what: What
    right: Node
    words: str
    kind: Kind = "line"

    def describe(self) -> str:
        """The claim in one line of words."""
        return self.words

    def examine(self, plan: Plan) -> Finding:
        """Compare both sides at random admissible samples and parameters."""
        compared, worst, lost = 0, 0.0, "too few admissible points"
        for place, point in enumerate(self.bench.points(plan)):
            if compared == self.bench.enough(plan):
                break
            try:
                with working_precision(bits_for(plan.digits)):
                    evaluation = BallEvaluation(point)
                    left = arb_mat([[self._left(evaluation, plan, place)]])
                    right = evaluation.value(self.right)
                    scale = largest([*left.entries(), *right.entries(), arb(SMALL)])
                    outcome = compare(left, right, plan, scale)
            except (DomainError, NoRuleError) as error:
                lost = str(error)
                continue
            if outcome.state == "differ":
                places = ", ".join(f"{s.name} = {_shown(v)}" for s, v in point.values.items())
                return Finding(
                    self.words,
                    "refuted",
                    TEST,
                    compared + 1,
                    outcome.error,
                    reason="the two sides differ",
                    kind=self.kind,
                    counterexample=f"{places}: {left[0, 0].str(15)} against {right[0, 0].str(15)}",
                )
            if outcome.state == "agree":
                compared, worst = compared + 1, max(worst, outcome.error)
            else:
                lost = "the enclosures are too wide to tell the two sides apart"
        if compared < LEAST_POINTS:
            return Finding(
                self.words, "unchecked", "not checked", compared, reason=lost, kind=self.kind
            )
        return Finding(self.words, "verified", TEST, compared, worst, kind=self.kind)

    def mutants(self) -> tuple[SampleClaim, ...]:
        """The right side with the other sign, a thousandth larger, and a thousandth more."""
        nudge = number(Fraction(1, 1000))
        wrong = (
            ("another sign", negative(self.right) - nudge),
            ("another factor", multiply(1 + nudge, self.right) + nudge / 7),
            ("another term", self.right + nudge),
        )
        return tuple(
            SampleClaim(self.bench, self.what, right, f"{self.words}, with {change}", self.kind)
            for change, right in wrong
        )

    def _left(self, evaluation: BallEvaluation, plan: Plan, place: int) -> Any:
        bench = self.bench
        if self.what == "log evidence":
            return bench.log_evidence(plan, place)
        if self.what == "log predictive":
            return bench.log_evidence(plan, place, True) - bench.log_evidence(plan, place)
        prior = bench.prior.log_density(bench.unknown)
        if self.what == "log prior":
            return evaluation.value(prior)[0, 0]
        likelihood = evaluation.value(bench.log_likelihood(evaluation.point))[0, 0]
        if self.what == "log likelihood":
            return likelihood
        return likelihood + evaluation.value(prior)[0, 0] - bench.log_evidence(plan, place)


def _shown(value: Any) -> str:
    if isinstance(value, arb_mat):
        return str([float(v) for v in value.entries()])
    return str([float(v) for row in value for v in row])
