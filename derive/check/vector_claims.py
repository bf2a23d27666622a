"""Claims about means under laws of vectors and matrices."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from derive.check.claim import Finding, Kind, Plan
from derive.check.law_bench import TEST
from derive.check.vector_bench import Place, VectorBench
from derive.errors import DomainError, NoRuleError
from derive.language.expression import Node, multiply, number, ones
from derive.language.functions import expectation

AGREE, DIFFER = 1e-7, 1e-5  # relative; the grid is accurate to about 1e-9
SMALL = 1e-2  # values below this are compared on this scale
DIGITS = 7
LEAST_PLACES = 2
AVOIDED = ("shapes below 1/5", "sizes above 3")


@dataclass(frozen=True)
class VectorMeanClaim:
    """``left = right``, where both may hold means under the laws of the bench."""

    bench: VectorBench
    left: Node
    right: Node
    words: str
    kind: Kind = "line"

    def describe(self) -> str:
        """The claim in one line of words."""
        return self.words

    def examine(self, plan: Plan) -> Finding:
        """Compare both sides at places of several sizes."""
        compared, worst, lost = 0, 0.0, ""
        for place in self.bench.places(plan):
            try:
                with np.errstate(all="ignore"):
                    left, right = place.value(self.left), place.value(self.right)
            except (DomainError, NoRuleError) as error:
                lost = str(error)
                continue
            gap = float(np.abs(left - right).max())
            scale = max(float(np.abs(left).max()), float(np.abs(right).max()), SMALL)
            if not np.isfinite(gap):
                lost = "a side is not finite in floats"
            elif gap > DIFFER * scale:
                return self._refuted(compared + 1, place, left, right)
            elif gap > AGREE * scale:
                lost = "the sums are too rough to tell the two sides apart"
            else:
                compared, worst = compared + 1, max(worst, gap / scale)
        if compared < min(LEAST_PLACES, max(1, len(self.bench.places(plan)))):
            reason = lost or "no sum over the domain reaches these sizes (at most 3)"
            return Finding(
                self.words, "unchecked", "not checked", compared, reason=reason, kind=self.kind
            )
        return Finding(
            self.words,
            "verified",
            TEST,
            compared,
            worst,
            avoided=AVOIDED,
            kind=self.kind,
            digits=DIGITS,
        )

    def mutants(self) -> tuple[VectorMeanClaim, ...]:
        """The right side with another sign, a hundredth larger, and a hundredth more."""
        nudge = number(Fraction(1, 100))
        more = multiply(nudge, ones(*self.right.shape))
        wrong = (
            ("another sign", multiply(number(-1), self.right) - more),
            ("another factor", multiply(1 + nudge, self.right) + more / 7),
            ("another term", self.right + more),
        )
        return tuple(
            VectorMeanClaim(self.bench, self.left, right, f"{self.words}, with {change}", self.kind)
            for change, right in wrong
        )

    def _refuted(self, compared: int, place: Place, left: object, right: object) -> Finding:
        values = f"{np.round(left, 8).tolist()} against {np.round(right, 8).tolist()}"  # type: ignore[call-overload]
        return Finding(
            self.words,
            "refuted",
            TEST,
            compared,
            1.0,
            reason="the two sides differ",
            kind=self.kind,
            counterexample=f"{place.shown()}: {values}",
        )


def mass_claims(bench: VectorBench) -> tuple[VectorMeanClaim, ...]:
    """The law summed over has total mass one: no declared constant is trusted."""
    letter, law = next(iter(bench.laws.items()))
    whole = expectation(number(1), letter, bench.value.name)
    words = f"the density of {law!r} has total mass 1"
    return (VectorMeanClaim(bench, whole, number(1), words, "statement"),)
