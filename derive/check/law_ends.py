"""The ends of a support in numbers."""

from __future__ import annotations

from typing import Any, TypeAlias

from derive.check.evaluate import BallEvaluation
from derive.language.support import Support

Ends: TypeAlias = tuple[Any, Any]


def ends_of(support: Support, evaluation: BallEvaluation) -> Ends:
    """The ends of a support in numbers."""
    low, high = (
        None if end is None else evaluation.value(end)[0, 0]
        for end in (support.lower, support.upper)
    )
    return low, high
