"""Certificates: several claims examined on shared points, with a negative control."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from derive.check.claim import LEVELS, Claim, Finding, Plan, SizeSets, Verdict
from derive.check.claims import PointClaim, spread
from derive.check.compare import compare, precisions
from derive.check.cost import ball_seconds, double_seconds
from derive.check.doubles import MOODS as DOUBLE_MOODS
from derive.check.full_size import examine_in_doubles
from derive.check.groups import Control, group_of, settings_by_group
from derive.check.points import Bench
from derive.check.precision import working_precision
from derive.check.twins import Twin, large_sizes, twin_of
from derive.errors import NoRuleError, RefutedError
from derive.language.expression import Node
from derive.language.functions import postorder
from derive.progress import doing

CONTROL_POINTS = 3
MOST_SECONDS = 1.0  # of ball arithmetic, as estimated
MOST_NAMED_SECONDS = 20.0  # the same where no size is fixed, and doubles do not tell
MOST_DOUBLE_SECONDS = 2.0

# findings, the negative control, and how large sizes were dealt with
Examined: TypeAlias = tuple[tuple[Finding, ...], Control, str]


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
    note : str
        How large fixed sizes were dealt with; empty where every size is checked as it is.
    seconds : float
        Time used; not part of equality.
    """

    verdict: Verdict
    level: str
    findings: tuple[Finding, ...]
    points: int
    sizes: SizeSets
    digits: int
    worst: float
    seed: int
    avoided: tuple[str, ...]
    reason: str
    control: str
    note: str = ""
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
        parts = [_counted(self.findings), f"{self.points} point{'s' * (self.points != 1)}"]
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
        if self.note:
            parts.append(self.note)
        parts.append(f"seed {self.seed}")
        return "checked: " + ", ".join(parts)

    def doubt(self) -> str:
        """The line that stands under an answer shown alone: empty if it is verified.

        Examples
        --------
        >>> certify([]).doubt()
        'not checked: there was nothing to check'
        """
        return "" if self.verdict == "verified" else self.summary()

    def __str__(self) -> str:
        return self.summary()

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
            "note": self.note,
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
    DomainError
        A condition of a claim holds at no point, so that the claim says nothing.  A refuted
        claim raises nothing; call ``require_not_refuted`` on what comes back.

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
    findings, control, note = _examined(claims, plan)
    return _summarise(findings, plan, control, note, time.perf_counter() - start)


def _examined(claims: Sequence[Claim], plan: Plan) -> Examined:
    """Examine claims in balls, or by what is affordable at their sizes."""
    at_points = [claim for claim in claims if isinstance(claim, PointClaim)]
    if len(at_points) < len(claims) or ball_seconds(at_points, plan) <= MOST_SECONDS:
        return *_in_balls(claims, plan), ""
    return _at_large_sizes(at_points, plan)


def refuted_by(failure: Finding, certificate: Certificate) -> Certificate:
    """The certificate of a claim that was then found to fail."""
    return replace(
        certificate,
        verdict="refuted",
        level="not checked",
        findings=(failure,),
        points=failure.points,
        sizes=failure.sizes,
        reason=f"{failure.claim}: {failure.reason}, {failure.counterexample}",
    )


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


@dataclass(frozen=True)
class _Described:
    """A claim as it describes itself, once somebody asks."""

    claim: Claim

    def __str__(self) -> str:
        return self.claim.describe()


def _in_balls(claims: Sequence[Claim], plan: Plan) -> tuple[tuple[Finding, ...], Control]:
    """Examine claims in ball arithmetic, then the negative control."""
    benches = _benches(claims, plan)
    findings = []
    for k, claim in enumerate(claims, 1):
        bench = benches.get(group_of(claim))
        with doing("checking {} of {}, {}", k, len(claims), _Described(claim)):
            if isinstance(claim, PointClaim) and isinstance(bench, Bench):
                findings.append(claim.examine_on(bench))
            else:
                findings.append(claim.examine(plan))
    control = Control(is_idle=True)
    if findings and all(finding.verdict == "verified" for finding in findings):
        with doing("seeing altered answers refuted"):
            control = _control(claims, benches, plan)
    return tuple(findings), control


def _at_large_sizes(claims: Sequence[PointClaim], plan: Plan) -> Examined:
    """Examine the twins with small sizes; where they do not tell, doubles at full size.

    Sizes that all have names are small already: there balls have the last word.
    """
    twin = twin_of(claims)
    if twin is not None and ball_seconds(twin.claims, plan) <= MOST_SECONDS:
        findings, control = _in_balls(twin.claims, plan)
        is_enclosed = all(
            f.verdict == "verified" and f.level == "enclosed at points" for f in findings
        )
        if is_enclosed and control.is_sound and twin.is_telling(findings):
            named = tuple(
                replace(finding, claim=claim.describe(), sizes=_declared(finding.sizes, twin))
                for claim, finding in zip(claims, findings, strict=True)
            )
            return named, control, twin.words(findings)
    may_wait = not _has_large_sizes(claims) and ball_seconds(claims, plan) <= MOST_NAMED_SECONDS
    if double_seconds(claims, len(DOUBLE_MOODS)) <= MOST_DOUBLE_SECONDS:
        findings, control = examine_in_doubles(claims, plan)
        is_told = all(finding.verdict != "unchecked" for finding in findings)
        if is_told or not may_wait:
            return findings, control, "in double precision at full size"
    return (*_in_balls(claims, plan), "") if may_wait else _too_large(claims)


def _has_large_sizes(claims: Sequence[PointClaim]) -> bool:
    nodes = (root for claim in claims for root in claim.setting().nodes)
    return bool(large_sizes(postorder(*nodes)))


def _declared(sizes: SizeSets, twin: Twin) -> SizeSets:
    """The size sets without the sizes that stand for fixed ones."""
    names = set(map(str, twin.replaced))
    rows = [tuple(pair for pair in row if pair[0] not in names) for row in sizes]
    return tuple(dict.fromkeys(row for row in rows if row))


def _too_large(claims: Sequence[PointClaim]) -> Examined:
    nodes = postorder(*(root for claim in claims for root in claim.setting().nodes))
    sizes = ", ".join(map(str, large_sizes(nodes)))
    reason = f"too large to check with the fixed sizes {sizes}; name the sizes (n x d) instead"
    findings = tuple(
        Finding(c.describe(), "unchecked", "not checked", reason=reason, kind=c.kind)
        for c in claims
    )
    return findings, Control(is_idle=True), ""


def _benches(claims: Sequence[Claim], plan: Plan) -> dict[Any, Bench | None]:
    """One bench per group of claims that share points."""
    benches: dict[Any, Bench | None] = {}
    for key, setting in settings_by_group(claims).items():
        try:
            bench = benches[key] = Bench(setting, plan)
            if found := bench.contradiction():
                raise found.error()
        except NoRuleError:
            benches[key] = None  # each claim then says on its own what is missing
    return benches


def _control(claims: Sequence[Claim], benches: dict[Any, Bench | None], plan: Plan) -> Control:
    """Alter the claims and see them refuted, up to the first that is not."""
    chosen = [claim for claim in claims if getattr(claim, "kind", "") == "result"] or list(claims)
    control = Control()
    for claim in chosen:
        for mutant in claim.mutants():
            bench = benches.get(group_of(claim))
            is_refuted = _is_refuted(mutant, bench, plan)
            is_equal = not is_refuted and _is_equal(claim, mutant, bench)
            control = control.with_mutant(mutant, is_refuted, is_equal)
            if control.trouble:
                return control
    return control


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
    findings: tuple[Finding, ...], plan: Plan, control: Control, note: str, seconds: float
) -> Certificate:
    verdict, reason = _verdict(findings, control)
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
        str(control),
        note,
        seconds,
    )


def _verdict(findings: tuple[Finding, ...], control: Control) -> tuple[Verdict, str]:
    for finding in findings:
        if finding.verdict == "refuted":
            return "refuted", f"{finding.claim}: {finding.reason}, {finding.counterexample}"
    for finding in findings:
        if finding.verdict == "unchecked":
            return "unchecked", f"{finding.claim}: {finding.reason}"
    if not findings:
        return "unchecked", "there was nothing to check"
    if not control.is_sound:
        return "unchecked", str(control)
    return "verified", ""


def _counted(findings: tuple[Finding, ...]) -> str:
    """How many lines, results and statements: ``4 lines and the result``."""
    words = []
    for kind, one in (("line", "1 line"), ("statement", "1 statement"), ("result", "the result")):
        count = sum(finding.kind == kind for finding in findings)
        if count:
            words.append(one if count == 1 else f"{count} {kind}s")
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 2 else words)
