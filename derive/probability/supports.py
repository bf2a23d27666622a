"""Supports compared: whether one law can have mass where another has none."""

from __future__ import annotations

from derive.language.law import Support


def mass_outside(inner: Support, outer: Support) -> str | None:
    """Why a law on `inner` has mass where a law on `outer` has none; None if it has not.

    Single points of a line have no mass under a density, so ends do not count there.

    Examples
    --------
    >>> from derive.language.law import COUNTS, POSITIVE_LINE, REAL_LINE
    >>> mass_outside(POSITIVE_LINE, REAL_LINE) is None
    True
    >>> mass_outside(REAL_LINE, POSITIVE_LINE)
    'R reaches below 0'
    >>> mass_outside(COUNTS, REAL_LINE)
    'single points have mass, to which a density gives none'
    """
    if inner.is_whole and not outer.is_whole:
        return "single points have mass, to which a density gives none"
    if outer.is_whole and not inner.is_whole:
        return "a density gives no mass to the whole numbers, where all the other mass is"
    if outer.lower is not None and (inner.lower is None or inner.lower < outer.lower):
        return f"{inner} reaches below {outer.lower}"
    if outer.upper is not None and (inner.upper is None or inner.upper > outer.upper):
        return f"{inner} reaches above {outer.upper}"
    return None
