"""Numbers for size names: which sizes the points of a check have."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, permutations
from typing import Any

from derive.language.sizes import Size, size_value

# Ranks among the allowed numbers.  Each order of two sizes occurs, a size one, and for each
# name an even and an odd number: det(-A) is det(A) at even sizes.
_PATTERNS = (
    (4, 3, 2, 5, 6, 7),
    (2, 5, 3, 4, 7, 6),
    (1, 4, 5, 2, 3, 6),
    (5, 2, 4, 3, 1, 7),
    (5, 1, 3, 2, 4, 6),
    (3, 4, 5, 2, 6, 1),
)
MOST_ORDERS = 5040  # of seven sizes
_ONE_NAME = (4, 3, 1, 2, 5)


def size_sets(
    names: Sequence[str],
    shapes: Sequence[tuple[Any, Any]],
    tall: Sequence[tuple[Any, Any]] = (),
) -> list[dict[str, int]]:
    """Numbers for size names: all distinct within a set and from every fixed size.

    The first three are meant to be used, the rest stand in where one gives no points.  The
    `tall` shapes have at least as many rows as columns.

    Examples
    --------
    >>> size_sets(["n", "d"], [])[:3]
    [{'n': 4, 'd': 3}, {'n': 2, 'd': 5}, {'n': 1, 'd': 4}]
    >>> n, d = Size.named("n"), Size.named("d")
    >>> size_sets(["n", "d"], [], tall=[(n, d)])[:3]
    [{'n': 4, 'd': 3}, {'n': 5, 'd': 2}, {'n': 4, 'd': 1}]
    """
    if not names:
        return [{}]
    fixed = {size for shape in shapes for size in shape if not isinstance(size, Size)} - {1}
    count = len(names)
    allowed = [k for k in range(1, count + 8 + len(fixed)) if k not in fixed]
    if count == 1:
        ranks: list[tuple[int, ...]] = [(k,) for k in _ONE_NAME]
    else:
        ranks = [_lengthened(pattern, count) for pattern in _PATTERNS]
    sets = []
    for row in ranks:
        chosen = _upright(dict(zip(names, (allowed[r - 1] for r in row), strict=True)), tall)
        if chosen is None or chosen in sets or not fixed.isdisjoint(chosen.values()):
            continue
        if all(size_value(size, chosen) >= 1 for shape in shapes for size in shape):
            sets.append(chosen)
    return sets


def _upright(chosen: dict[str, int], tall: Sequence[tuple[Any, Any]]) -> dict[str, int] | None:
    """The numbers in an order in which tall shapes are tall; larger ones if none is."""
    if not tall:
        return chosen
    most = max((c for _, c in tall if not isinstance(c, Size)), default=0)
    for more in (0, most):
        for numbers in islice(permutations(chosen.values()), MOST_ORDERS):
            tried = dict(zip(chosen, (number + more for number in numbers), strict=True))
            if all(size_value(rows, tried) >= size_value(columns, tried) for rows, columns in tall):
                return tried
    return None


def _lengthened(pattern: tuple[int, ...], count: int) -> tuple[int, ...]:
    """The first `count` ranks of a pattern, with unused ones after its end."""
    unused = (rank for rank in range(2, count + 8) if rank not in pattern)
    return (*pattern, *islice(unused, count))[:count]
