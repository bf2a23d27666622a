"""Which claims share points, and the tally of the negative control."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from derive.check.claim import Claim
from derive.check.claims import PointClaim
from derive.check.conditions import nodes_of
from derive.check.points import Setting, merge


def group_of(claim: Claim) -> Any:
    """Claims with the same names and variables share points."""
    if not isinstance(claim, PointClaim):
        return None
    setting = claim.setting()
    return setting.definitions, setting.variables


def settings_by_group(claims: Sequence[Claim]) -> dict[Any, Setting]:
    """One setting per group; where results are claimed, their inputs alone decide the points."""
    groups: dict[Any, list[PointClaim]] = {}
    for claim in claims:
        if isinstance(claim, PointClaim):
            groups.setdefault(group_of(claim), []).append(claim)
    merged = {}
    for key, members in groups.items():
        settings = [member.setting() for member in members]
        results = [s for m, s in zip(members, settings, strict=True) if m.kind == "result"]
        whole, deciding = merge(settings), merge(results or settings)
        sides = (*whole.sides, *whole.inputs, *nodes_of(whole.conditions))
        merged[key] = replace(deciding, sides=sides)
    return merged


@dataclass(frozen=True)
class Control:
    """The negative control: what happened in words, and whether all was well."""

    trouble: str = ""
    is_idle: bool = False
    refuted: int = 0
    equal: int = 0

    def with_mutant(self, mutant: Claim, is_refuted: bool, is_equal: bool) -> Control:
        """The tally with one more altered claim."""
        if is_refuted:
            return replace(self, refuted=self.refuted + 1)
        if is_equal:
            return replace(self, equal=self.equal + 1)
        text = getattr(mutant, "describe", str)()
        return replace(
            self,
            trouble=self.trouble
            or "the negative control failed: an answer altered on purpose was not refuted "
            f"({text}), so an error like it could not have been seen; more points may help",
        )

    @property
    def is_sound(self) -> bool:
        """Whether every altered claim was refuted or equal in value, and one was refuted."""
        return self.is_idle or (not self.trouble and self.refuted > 0)

    def __str__(self) -> str:
        if self.is_idle:
            return ""
        if self.trouble or not self.refuted:
            return self.trouble or (
                "the negative control failed: no altered answer could be refuted, "
                "so the check could not have seen an error"
            )
        text = "1 altered claim" if self.refuted == 1 else f"{self.refuted} altered claims"
        return f"{text} refuted" + (f", {self.equal} equal in value" if self.equal else "")
