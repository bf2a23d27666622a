"""Whether the mean of a sum of monomials is finite, and what must be positive for it.

Each end of a kernel's domain is a number that must be positive for a shifted total to be
finite.  One monomial that outgrows all others at an end makes the mean infinite; several that
grow alike may cancel, and then nothing is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sympy import Expr

from derive.engine.monomials import Monomial
from derive.engine.standard_form import Branch, simplest
from derive.errors import NoRuleError


@dataclass(frozen=True)
class Needs:
    """What must be positive, and what is not although it must be (None where all may be)."""

    still_open: tuple[Expr, ...]
    broken: Expr | None = None


def needs_of(monomials: Sequence[Monomial], branch: Branch) -> Needs:
    """What the means of all monomials need on one branch.

    Raises
    ------
    NoRuleError
        Several of them are infinite and may cancel, or the end itself decides.
    """
    still_open, may_cancel = list[Expr](), False
    for bound in branch.kernel.domain:
        needs = [simplest(branch.at(bound, m.shifts)) for m in monomials]
        pairs = [(n, m) for n, m in zip(needs, monomials, strict=True) if any(m.shifts)]
        lost = [need for need, m in pairs if _is_lost(need, bound, m, branch)]
        for need in lost:
            if _is_least(need, needs):
                return Needs((), need)
        may_cancel |= bool(lost)
        still_open += [n for n, _ in pairs if not (n.is_positive or n.is_zero or n in lost)]
    if may_cancel:
        raise NoRuleError("several means are infinite at once and may cancel")
    return Needs(tuple(dict.fromkeys(still_open)))


def _is_lost(need: Expr, bound: Expr, monomial: Monomial, branch: Branch) -> bool:
    """Whether a monomial has no finite mean."""
    attained = branch.kernel.attained
    if need.is_negative or not need.is_nonpositive:
        return bool(need.is_negative)
    if not attained:
        return True
    if any(monomial.powers) or not need.is_zero:
        raise NoRuleError(f"whether the mean is finite where {need} = 0 is not decided")
    return bound not in attained


def _is_least(need: Expr, needs: Sequence[Expr]) -> bool:
    """Whether all others are known to be larger: then they are outgrown."""
    others = list(needs)
    others.remove(need)
    return all(simplest(other - need).is_positive for other in others)
