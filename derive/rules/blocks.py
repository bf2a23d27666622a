"""Differentials of block matrices and of parts: both are linear."""

from __future__ import annotations

from derive.language.blocks import block, part_of
from derive.language.expression import Node
from derive.rules.rule import Rule


def _grid(e: Node, entries: list[Node]) -> Node:
    width = e.data[1]
    return block([entries[k : k + width] for k in range(0, len(entries), width)])


BLOCKS: tuple[Rule, ...] = (
    Rule("linearity", "block", "block by block", lambda e, a, d: _grid(e, list(d)), linear=True),
    Rule(
        "linearity",
        "part",
        "d(part of A) = part of dA",
        lambda e, a, d: part_of(d[0], e.data[0], e.data[1], *e.shape),
        linear=True,
    ),
)
