"""A claim of equality looked at where it may fail though it holds nearly everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from derive.check.claim import Finding, Plan
from derive.check.claims import counterexample
from derive.check.compare import Outcome, compare, precisions
from derive.check.conditions import broken_condition
from derive.check.cost import ball_seconds
from derive.check.edge_values import EdgeEvaluation
from derive.check.evaluate import Point
from derive.check.precision import MOST_BITS, working_precision
from derive.check.probes import Probe, Probes
from derive.check.relations import Equation
from derive.errors import NoRuleError

MOST_PROBES = 400
MOST_SECONDS = 1.5  # as estimated
CLOSE_LOOKS = 3  # probes at which all digits are compared
MOST_DOUBLINGS = 3  # of the bits at one probe
CLOSE = 1e-12  # what rounding leaves open at a probe, relatively


@dataclass(frozen=True)
class Probed:
    """At how many probes a claim was compared, and what was found if it failed at one."""

    count: int
    failure: Finding | None = None


def probe(claim: Equation, plan: Plan, most: int = MOST_PROBES) -> Probed:
    """Compare the sides of an equation at most so many probes, until they differ at one.

    A probe at which a condition fails, or a side has no certain value, is left out.

    Examples
    --------
    >>> from derive.language.expression import number, symbol
    >>> from derive.language.functions import elementwise
    >>> from derive.language.relations import Relation
    >>> claim = Equation(Relation(elementwise("sign", symbol("x")) ** 2, "=", number(1)))
    >>> probe(claim, Plan()).failure.counterexample
    '0 against 1 at x = 0'
    """
    probes = Probes(claim.setting(), plan.seed)
    left, count = min(most, _affordable(claim, plan)), 0
    try:
        for found in probes.all():
            outcome, used = _outcome(claim, plan, found, count < CLOSE_LOOKS)
            left -= used
            if left < 0:
                break
            if outcome is None:
                continue
            count += 1
            if outcome.state == "differ":
                return Probed(count, _failure(claim, found.point, outcome, count))
    except NoRuleError:  # a fact or an operator without values: nothing is said
        return Probed(count)
    return Probed(count)


def _affordable(claim: Equation, plan: Plan) -> float:
    """How many probes may be looked at with the digits of the plan, by the estimated time."""
    one = ball_seconds([claim], plan) / max(1, plan.points)
    return MOST_SECONDS / max(one, 1e-9)


def _outcome(
    claim: Equation, plan: Plan, found: Probe, is_close: bool
) -> tuple[Outcome | None, float]:
    """The comparison at a probe, and its cost; more bits while the balls are too wide.

    There is none where a side is undefined, a condition fails or the balls stay wide.  Where
    they agree, a close look takes all the digits there are.
    """
    tried = list(islice(precisions(plan), MOST_DOUBLINGS))
    used = 0.0
    for bits in tried:
        used += bits / tried[0]
        outcome = _comparison(claim, plan, found, bits)
        if outcome is None or outcome.state == "differ":
            return outcome, used
        if outcome.state == "agree" or outcome.error < CLOSE:
            break
    else:
        return None, used
    if is_close:
        used += MOST_BITS / tried[0]
        closer = _comparison(claim, plan, found, MOST_BITS)
        outcome = closer if closer is not None and closer.state == "differ" else outcome
    return outcome, used


def _comparison(claim: Equation, plan: Plan, found: Probe, bits: int) -> Outcome | None:
    """The two sides at a probe in so many bits; None if it says nothing of the claim."""
    with working_precision(bits):
        evaluation = EdgeEvaluation(found.point, claim.definitions, found.zeros)
        left, right = map(evaluation.value, claim.both_sides())
        outcome = compare(left, right, plan)
        is_undefined = outcome.state == "undefined"
        if is_undefined or broken_condition(claim.conditions, evaluation) is not None:
            return None
    return outcome


def _failure(claim: Equation, point: Point, outcome: Outcome, count: int) -> Finding:
    return Finding(
        claim.describe(),
        "refuted",
        claim.level,
        count,
        outcome.error,
        (tuple(point.sizes.items()),),
        (),
        "the two sides differ",
        claim.kind,
        counterexample(point, claim.setting().symbols, outcome),
    )
