"""Claims examined in double precision at their full sizes: see ``doubles.py``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from derive.check.claim import Finding, Plan
from derive.check.claims import PointClaim
from derive.check.doubles import LEAST_DOUBLE_POINTS, DoubleBench
from derive.check.groups import Control, group_of, settings_by_group
from derive.errors import NoRuleError

DIGITS = 15
CLEAR = 50.0  # a gap this many tolerances wide refutes
WIDEST = 1e-4  # a tolerance past this, relative to the values, tells nothing
SLOPE_FLOOR = 1e-6  # a slope below this part of its function is compared on that scale


@dataclass(frozen=True)
class Comparison:
    """Both sides at the usable points: at how many they agree, where they differ, how far."""

    agreed: int
    unclear: int
    differing: tuple[int, ...]
    error: float
    example: str = ""


def compare_doubles(claim: PointClaim, bench: DoubleBench) -> Comparison:
    """Compare the sides of a claim at every usable point of a bench."""
    with np.errstate(all="ignore"):
        (left, right, floor), (near_left, near_right, _) = (
            claim.double_sides(evaluation) for evaluation in bench.evaluations
        )
        gap = _largest(left - right)
        noise = np.maximum(_largest(left - near_left), _largest(right - near_right))
        scale = np.maximum(_largest(left), _largest(right))
        scale = np.maximum(np.maximum(scale, SLOPE_FLOOR * _largest(floor)), 1e-30)
        tolerance = 1e-8 * scale + 20 * noise
        shape = (len(bench.is_usable),)
        gap, scale, tolerance = (np.broadcast_to(x, shape) for x in (gap, scale, tolerance))
        is_telling = bench.is_usable & np.isfinite(gap) & (tolerance <= WIDEST * scale)
        agrees = is_telling & (gap <= tolerance)
        differs = is_telling & (gap > CLEAR * tolerance)
    usable = int(bench.is_usable.sum())
    differing = tuple(int(k) for k in np.flatnonzero(differs))
    agreed = int(agrees.sum())
    error = float(np.max((gap / scale)[agrees], initial=0.0))
    example = ""
    if differing:
        k = differing[0]
        one, other = (np.broadcast_to(x, (shape[0], *x.shape[1:]))[k] for x in (left, right))
        place = int(np.argmax(np.abs(one - other)))
        entry = f"(entry {place + 1}) at point {k + 1} of the seed"
        example = f"{one.ravel()[place]:.6g} against {other.ravel()[place]:.6g} {entry}"
    return Comparison(agreed, usable - agreed - len(differing), differing, error, example)


def examine_in_doubles(
    claims: Sequence[PointClaim], plan: Plan
) -> tuple[tuple[Finding, ...], Control]:
    """Examine claims at full size, and alter the results for the negative control."""
    benches = {}
    for key, setting in settings_by_group(claims).items():
        try:
            with np.errstate(all="ignore"):
                benches[key] = DoubleBench(setting, plan)
        except NoRuleError as error:
            reason = str(error).split("\n")[0]
            return tuple(_unchecked(claim, reason) for claim in claims), Control(is_idle=True)
    findings = tuple(_examine(claim, benches[group_of(claim)]) for claim in claims)
    if not all(finding.verdict == "verified" for finding in findings):
        return findings, Control(is_idle=True)
    chosen = [claim for claim in claims if claim.kind == "result"] or list(claims)
    control = Control()
    for claim in chosen:
        bench = benches[group_of(claim)]
        for mutant in claim.mutants():
            found = compare_doubles(mutant, bench)
            is_equal = not found.unclear and not found.differing
            control = control.with_mutant(mutant, bool(found.differing), is_equal)
    return findings, control


def _examine(claim: PointClaim, bench: DoubleBench) -> Finding:
    try:
        found = compare_doubles(claim, bench)
    except NoRuleError as error:
        return _unchecked(claim, str(error).split("\n")[0])
    sizes = (tuple(bench.sizes.items()),) if bench.sizes else ()
    if len(found.differing) >= LEAST_DOUBLE_POINTS or (found.differing and not found.unclear):
        return Finding(
            claim.describe(),
            "refuted",
            "tested at points",
            found.differing[0] + 1,
            1.0,
            sizes,
            (),
            "the two sides differ in double precision",
            claim.kind,
            found.example,
            DIGITS,
        )
    if found.unclear or found.differing:
        return _unchecked(
            claim,
            "double precision cannot tell both sides apart; name the sizes (n x d) instead",
        )
    if found.agreed < LEAST_DOUBLE_POINTS:
        return _unchecked(
            claim,
            "too few points lie in the domain at this size; name the sizes (n x d) instead",
        )
    if bench.has_hidden_branch(claim.setting().sides):
        return _unchecked(
            claim,
            "not every branch of the formula was seen at this size; "
            "name the sizes (n x d), which allows more points",
        )
    return Finding(
        claim.describe(),
        "verified",
        "tested at points",
        found.agreed,
        found.error,
        sizes,
        (),
        kind=claim.kind,
        digits=DIGITS,
    )


def _unchecked(claim: PointClaim, reason: str) -> Finding:
    return Finding(
        claim.describe(), "unchecked", "not checked", reason=reason, kind=claim.kind, digits=DIGITS
    )


def _largest(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """The largest absolute value at each point; nothing is zero."""
    if not values[0].size:
        return np.zeros(len(values))
    largest: NDArray[np.float64] = np.abs(values).max(axis=(1, 2))
    return largest
