"""Differentials of the largest and the smallest entry, and of where it stands.

Letters as in ``differentials``.  Where an extreme is attained once, it moves as the entry
there does, and its place does not move.  At a tie of entries that move apart it has no
gradient; every average of the indicators of the tied entries is then a subgradient of the
largest entry.  Of scalars the first of the tied is taken: where they agree nearby, that is
the derivative.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.language.expression import Node, add, multiply, zero
from derive.language.extremes import peak
from derive.language.functions import dot, elementwise, hadamard
from derive.rules.rule import Rule

MOST_SCALARS = 4  # of more, the place is told by an indicator vector


def _is_of_scalars(e: Node, moving: frozenset[Node]) -> bool:
    return e.args[0].op == "array" and len(e.args[0].args) <= MOST_SCALARS


def _entries(e: Node) -> Sequence[Node]:
    return e.args[0].args


def _of_scalars(e: Node, entries: Sequence[Node], moves: Sequence[Node]) -> Node:
    """Each scalar moves it where it is the first that no other lies beyond."""
    terms = []
    for k, (entry, move) in enumerate(zip(entries, moves, strict=True)):
        is_first = []
        for j, other in enumerate(entries):
            if j != k:
                gap = entry - other if e.op == "max" else other - entry
                is_first.append(elementwise("step" if j < k else "closed_step", gap))
        terms.append(multiply(*is_first, move))
    return add(*terms)


EXTREMES: tuple[Rule, ...] = (
    Rule(
        "largest of scalars",
        "max",
        "d max(a, b) = 1[a >= b] da + 1[b > a] db",
        _of_scalars,
        parts=_entries,
        fits=_is_of_scalars,
        reference="boyd2004",
    ),
    Rule(
        "smallest of scalars",
        "min",
        "d min(a, b) = 1[a <= b] da + 1[b < a] db",
        _of_scalars,
        parts=_entries,
        fits=_is_of_scalars,
        reference="boyd2004",
    ),
    Rule(
        "largest entry",
        "max",
        "d max(u) = 1[u = max(u)]'du",
        lambda e, a, d: dot(peak(a[0]), d[0]),
        reference="boyd2004",
    ),
    Rule(
        "smallest entry",
        "min",
        "d min(u) = 1[u = min(u)]'du",
        lambda e, a, d: dot(peak(a[0], "min"), d[0]),
        reference="boyd2004",
    ),
    Rule(
        "largest absolute entry",
        "norminf",
        "d|u|_inf = (1[|u| = max|u|] o sign(u))'du",
        lambda e, a, d: dot(
            hadamard(peak(elementwise("abs", a[0])), elementwise("sign", a[0])), d[0]
        ),
        reference="boyd2004",
    ),
    # constant between the ties, which the domain table excludes
    Rule(
        "place of an extreme",
        "peak",
        "d 1[u = max(u)] = 0 away from ties",
        lambda e, a, d: zero(e.shape),
        reference="boyd2004",
    ),
)
