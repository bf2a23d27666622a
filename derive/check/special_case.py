"""An answer for given numbers and sizes against the answer for letters.

Where a law is too large to be summed over, its letters can be checked at small sizes; what is
left to ask is whether putting in the numbers gave the same as evaluating the letters there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from derive.check.claim import Finding, Kind, Plan
from derive.check.compare import compare
from derive.check.evaluate import BallEvaluation, Point
from derive.check.law_bench import TEST
from derive.check.precision import bits_for, working_precision
from derive.check.sample import Mood, sample_symbol
from derive.check.stream import Stream, fingerprint
from derive.language.expression import Node, multiply, number
from derive.language.sizes import size_names

MOODS = (Mood(0, 1.0), Mood(0, 0.5), Mood(1, 1.0), Mood(0, 2.0))
LEAST = 3
SIZES = (3, 2, 4)  # of size names that are letters in the special case too


@dataclass(frozen=True)
class SpecialCase:
    """``general = special`` where the letters of the first are parameters of the second.

    Attributes
    ----------
    general, special : Node
    parameters : tuple of (symbol, Node)
        What each letter of the general answer is in the special one.
    sizes : mapping of str to int
        What the size letters of the general answer are.
    """

    general: Node
    special: Node
    parameters: tuple[tuple[Node, Node], ...]
    sizes: Mapping[str, int]
    kind: Kind = "result"

    def describe(self) -> str:
        """The claim in one line of words."""
        return "the answer is that for letters, with the numbers put in"

    def examine(self, plan: Plan) -> Finding:
        """Evaluate both at random admissible parameters."""
        words, compared, worst = self.describe(), 0, 0.0
        free = dict.fromkeys(s for _, node in self.parameters for s in _symbols(node))
        free.update(dict.fromkeys(_symbols(self.special)))
        named = sorted({name for s in free for name in size_names(s.shape)})
        own = {name: SIZES[k % len(SIZES)] for k, name in enumerate(named)}
        stream = Stream(fingerprint([self.special], plan.seed))
        batches = {s: sample_symbol(s, own, stream, MOODS) for s in free}
        for k in range(len(MOODS)):
            if not all(batch.is_usable[k] for batch in batches.values()):
                continue
            with working_precision(bits_for(plan.digits)):
                here = Point(own, {s: batch.point(k) for s, batch in batches.items()})
                evaluation = BallEvaluation(here)
                values = {letter: evaluation.value(node) for letter, node in self.parameters}
                left = BallEvaluation(Point(self.sizes, values)).value(self.general)
                outcome = compare(left, evaluation.value(self.special), plan)
            if outcome.state == "differ":
                reason = "the two sides differ"
                return Finding(words, "refuted", TEST, compared + 1, reason=reason, kind=self.kind)
            if outcome.state == "agree":
                compared, worst = compared + 1, max(worst, outcome.error)
        if compared < LEAST:
            reason = "too few admissible points"
            return Finding(
                words, "unchecked", "not checked", compared, reason=reason, kind=self.kind
            )
        return Finding(words, "verified", TEST, compared, worst, kind=self.kind)

    def mutants(self) -> tuple[SpecialCase, ...]:
        """The special answer with another sign, larger by a thousandth, and with a term more."""
        nudge = number(Fraction(1, 1000))
        wrong = (
            multiply(number(-1), self.special) - nudge,
            multiply(1 + nudge, self.special) + nudge / 7,
            self.special + nudge,
        )
        return tuple(
            SpecialCase(self.general, node, self.parameters, self.sizes, self.kind)
            for node in wrong
        )


def _symbols(node: Node) -> list[Node]:
    return sorted((s for s in node.symbols if s.op == "symbol"), key=lambda s: s.name)
