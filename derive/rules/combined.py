"""Differentials of functions of several arrays, entry by entry.

Letters as in ``differentials``; ``1[...]`` is an indicator, entry by entry.  At a tie the
first argument is followed, on a bound what lies inside.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.language.combined import combined, is_symmetric_clip, tie_in_clip
from derive.language.expression import Node, add, negative
from derive.language.functions import elementwise, hadamard
from derive.rules.rule import Differential, Rule


def _above(node: Node) -> Node:
    return elementwise("step", node)


def _from(node: Node) -> Node:
    return elementwise("closed_step", node)


def _inside(e: Node) -> Node:
    """Where a clip leaves an entry as it is."""
    x, low, high = e.args
    if is_symmetric_clip(e):
        return _from(high - elementwise("abs", x))
    return hadamard(_from(x - low), _from(high - x))


def _row(
    name: str, function: str, statement: str, differential: Differential, reference: str
) -> Rule:
    def fits(e: Node, variables: frozenset[Node]) -> bool:
        return bool(e.data == function)

    return Rule(name, "combine", statement, differential, fits=fits, reference=reference)


def _first_or_second(over: Node, under: Node, d: Sequence[Node]) -> Node:
    """The first differential where one entry is no less than another, the second where it is."""
    return add(hadamard(_from(over - under), d[0]), hadamard(_above(under - over), d[1]))


def _clip_rule(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    """Of a clip whose entry is a bound, or whose bounds are one, that one moves."""
    (x, low, high), (dx, dlow, dhigh) = args, dargs
    tie = tie_in_clip(e)
    if tie:
        return dx if tie == "entry" else dlow
    beyond = add(hadamard(_above(low - x), dlow), hadamard(_above(x - high), dhigh))
    return add(hadamard(_inside(e), dx), beyond)


COMBINED_RULES: tuple[Rule, ...] = (
    _row(
        "larger of two",
        "maximum",
        "d max(a, b) = 1[a >= b] o da + 1[b > a] o db",
        lambda e, a, d: _first_or_second(a[0], a[1], d),
        "boyd2004",
    ),
    _row(
        "smaller of two",
        "minimum",
        "d min(a, b) = 1[a <= b] o da + 1[b < a] o db",
        lambda e, a, d: _first_or_second(a[1], a[0], d),
        "boyd2004",
    ),
    _row(
        "clip",
        "clip",
        "d clip(x, a, b) = 1[a <= x <= b] o dx + 1[x < a] o da + 1[x > b] o db",
        _clip_rule,
        "boyd2004",
    ),
    _row(
        "Huber's loss",
        "huber",
        "d huber(x, c) = clip(x, -c, c) o dx + relu(|x| - c) o dc",
        lambda e, a, d: add(
            hadamard(combined("clip", a[0], negative(a[1]), a[1]), d[0]),
            hadamard(elementwise("relu", elementwise("abs", a[0]) - a[1]), d[1]),
        ),
        "boyd2004",
    ),
)
