"""Certificates: several claims examined on shared points, with a negative control."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from derive.check.claim import LEVELS, Claim, Finding, Plan, Verdict
from derive.check.claims import PointClaim, spread
from derive.check.compare import compare, precisions
from derive.check.conditions import nodes_of
from derive.check.points import Bench, merge
from derive.check.precision import working_precision
from derive.errors import NoRuleError, RefutedError
from derive.language.expression import Node

CONTROL_POINTS = 3


@dataclass(frozen=True)
class Certificate:
    """What was checked, how, and what was found.

    Attributes
    ----------
    verdict : "verified", "refuted" or "unchecked"
        Verified only if every claim is and the negative control held.
    level : str
        The weakest level among the findings.
    findings : tuple of Finding
        One per claim, in order.
    points : int
        The number of points compared, the least over the claims.
    sizes : tuple of size sets
    digits, seed : int
        As planned; fewer digits where a claim carries fewer.
    worst : float
        The largest relative error bound.
    avoided : tuple of str
        What the points keep away from.
    reason : str
        Why the verdict is not verified.
    control : str
        What the negative control did.
    seconds : float
        Time used; not part of equality.
    """

    verdict: Verdict
    level: str
    findings: tuple[Finding, ...]
    points: int
    sizes: tuple[tuple[tuple[str, int], ...], ...]
    digits: int
    worst: float
    seed: int
    avoided: tuple[str, ...]
    reason: str
    control: str
    seconds: float = field(default=0.0, compare=False)

    def summary(self) -> str:
        """The certificate in one line.

        Examples
        --------
        >>> from derive.check.gradients import GradientOf
        >>> from derive.language.expression import symbol
        >>> x = symbol("x")
        >>> certify([GradientOf(x**2, x, 2 * x)]).summary()
        'checked: the result, 12 points, 50 digits, worst error 0, seed 0'
        """
        if self.verdict == "refuted":
            return f"refuted: {self.reason}"
        if self.verdict == "unchecked":
            return f"not checked: {self.reason}"
        parts = [_counted(self.findings), f"{self.points} points"]
        if self.sizes and self.sizes[0]:
            names = ", ".join(name for name, _ in self.sizes[0])
            numbers = " ".join(f"({', '.join(str(k) for _, k in row)})" for row in self.sizes)
            if len(self.sizes[0]) == 1:
                numbers = ", ".join(str(row[0][1]) for row in self.sizes)
                parts.append(f"sizes {names} = {numbers}")
            else:
                parts.append(f"sizes ({names}) = {numbers}")
        parts.append(f"{self.digits} digits")
        parts.append(f"worst error {self.worst:.0e}" if self.worst else "worst error 0")
        if self.avoided:
            parts.append(f"away from {', '.join(self.avoided)}")
        if self.level == "visited regions only":
            parts.append(self.level)
        parts.append(f"seed {self.seed}")
        return "checked: " + ", ".join(parts)

    def as_dict(self) -> dict[str, Any]:
        """The certificate as plain data for JSON, without the time."""
        return {
            "verdict": self.verdict,
            "level": self.level,
            "points": self.points,
            "sizes": [dict(row) for row in self.sizes],
            "digits": self.digits,
            "worst": self.worst,
            "seed": self.seed,
            "avoided": list(self.avoided),
            "reason": self.reason,
            "control": self.control,
            "findings": [
                {
                    "claim": finding.claim,
                    "kind": finding.kind,
                    "verdict": finding.verdict,
                    "level": finding.level,
                    "points": finding.points,
                    "worst": finding.worst,
                    "avoided": list(finding.avoided),
                    "reason": finding.reason,
                    "counterexample": finding.counterexample,
                }
                for finding in self.findings
            ],
        }


def certify(claims: Sequence[Claim], plan: Plan | None = None) -> Certificate:
    """Examine claims, on shared points where they speak of the same input.

    The negative control alters each result claim (if there is none, each claim): every
    altered claim must be refuted unless it is equal in value.  If one is not, the check
    could not have seen an error there, and nothing is called verified.

    Raises
    ------
    Nothing of its own; call ``require_not_refuted`` on what comes back.

    Examples
    --------
    >>> from derive.check.gradients import GradientOf
    >>> from derive.language.expression import symbol
    >>> x = symbol("x")
    >>> certify([GradientOf(x**2, x, x)]).verdict
    'refuted'
    """
    plan = plan or Plan()
    start = time.perf_counter()
    benches = _benches(claims, plan)
    findings = []
    for claim in claims:
        bench = benches.get(_group(claim))
        if isinstance(claim, PointClaim) and isinstance(bench, Bench):
            findings.append(claim.examine_on(bench))
        else:
            findings.append(claim.examine(plan))
    control, is_sound = "", True
    if findings and all(finding.verdict == "verified" for finding in findings):
        control, is_sound = _control(claims, benches, plan)
    return _summarise(tuple(findings), plan, control, is_sound, time.perf_counter() - start)


def require_not_refuted(certificate: Certificate) -> Certificate:
    """Return the certificate, or raise if a claim was refuted.

    Raises
    ------
    RefutedError
        Names the claim and a point at which it fails.
    """
    for finding in certificate.findings:
        if finding.verdict == "refuted":
            raise RefutedError(
                f"a check found a {finding.kind} to be wrong, so it is withheld\n"
                f"  claim    : {finding.claim}\n"
                f"  found    : {finding.reason}\n"
                f"  where    : {finding.counterexample}"
            )
    return certificate


def _group(claim: Claim) -> Any:
    """Claims with the same names and variables share points."""
    if not isinstance(claim, PointClaim):
        return None
    setting = claim.setting()
    return setting.definitions, setting.variables


def _benches(claims: Sequence[Claim], plan: Plan) -> dict[Any, Bench | None]:
    """One bench per group; where results are claimed, their inputs alone decide the points."""
    groups: dict[Any, list[PointClaim]] = {}
    for claim in claims:
        if isinstance(claim, PointClaim):
            groups.setdefault(_group(claim), []).append(claim)
    benches: dict[Any, Bench | None] = {}
    for key, members in groups.items():
        settings = [member.setting() for member in members]
        results = [s for m, s in zip(members, settings, strict=True) if m.kind == "result"]
        whole, deciding = merge(settings), merge(results or settings)
        try:
            benches[key] = Bench(
                replace(deciding, sides=(*whole.sides, *nodes_of(whole.conditions))), plan
            )
        except NoRuleError:
            benches[key] = None  # each claim then says on its own what is missing
    return benches


def _control(
    claims: Sequence[Claim], benches: dict[Any, Bench | None], plan: Plan
) -> tuple[str, bool]:
    """Alter the claims and see them refuted; what happened, and whether all was well."""
    chosen = [claim for claim in claims if getattr(claim, "kind", "") == "result"] or list(claims)
    refuted, equal = 0, 0
    for claim in chosen:
        for mutant in claim.mutants():
            bench = benches.get(_group(claim))
            if _is_refuted(mutant, bench, plan):
                refuted += 1
            elif _is_equal(claim, mutant, bench):
                equal += 1
            else:
                text = getattr(mutant, "describe", str)()
                return f"an altered claim was not refuted: {text}", False
    if not refuted:
        return "no altered claim could be refuted", False
    text = f"{refuted} altered claims refuted"
    return (f"{text}, {equal} equal in value" if equal else text), True


def _is_refuted(mutant: Claim, bench: Bench | None, plan: Plan) -> bool:
    if isinstance(mutant, PointClaim) and bench is not None:
        return mutant.is_refuted_on(bench)
    return mutant.examine(plan).verdict == "refuted"


def _is_equal(claim: Claim, mutant: Claim, bench: Bench | None) -> bool:
    """Whether an alteration changed no value."""
    if bench is None or not isinstance(claim, PointClaim) or not isinstance(mutant, PointClaim):
        return False
    pairs = zip(claim.setting().sides, mutant.setting().sides, strict=True)
    points = spread(len(bench.points), CONTROL_POINTS)
    return all(_agree(bench, k, one, other) for one, other in pairs for k in points)


def _agree(bench: Bench, k: int, one: Node, other: Node) -> bool:
    """Whether two nodes have one value at point `k`."""
    for bits in precisions(bench.plan):
        with working_precision(bits):
            evaluation = bench.evaluation(k, bits)
            outcome = compare(evaluation.value(one), evaluation.value(other), bench.plan)
        if outcome.state in {"agree", "differ"}:
            break
    return outcome.state == "agree"


def _summarise(
    findings: tuple[Finding, ...], plan: Plan, control: str, is_sound: bool, seconds: float
) -> Certificate:
    verdict, reason = _verdict(findings, control, is_sound)
    level = max((f.level for f in findings), key=LEVELS.index, default="not checked")
    return Certificate(
        verdict,
        level if verdict == "verified" else "not checked",
        findings,
        min((f.points for f in findings), default=0),
        next((f.sizes for f in findings if f.sizes), ()),
        min(f.digits or plan.digits for f in findings) if findings else plan.digits,
        max((f.worst for f in findings), default=0.0),
        plan.seed,
        tuple(dict.fromkeys(text for f in findings for text in f.avoided)),
        reason,
        control,
        seconds,
    )


def _verdict(findings: tuple[Finding, ...], control: str, is_sound: bool) -> tuple[Verdict, str]:
    for finding in findings:
        if finding.verdict == "refuted":
            return "refuted", f"{finding.claim}: {finding.reason}, {finding.counterexample}"
    for finding in findings:
        if finding.verdict == "unchecked":
            return "unchecked", f"{finding.claim}: {finding.reason}"
    if not findings:
        return "unchecked", "there was nothing to check"
    if not is_sound:
        return "unchecked", control
    return "verified", ""


def _counted(findings: tuple[Finding, ...]) -> str:
    """How many lines, results and statements: ``4 lines and the result``."""
    words = []
    for kind, one in (("line", "1 line"), ("statement", "1 statement"), ("result", "the result")):
        count = sum(finding.kind == kind for finding in findings)
        if count:
            words.append(one if count == 1 else f"{count} {kind}s")
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 2 else words)
