"""Relations between nodes (conditions, constraints, claims) and words among the steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from derive.language.expression import Node

SIGNS = ("=", "!=", "<", "<=", ">", ">=", "in", "is")


@dataclass(frozen=True, repr=False)
class Words:
    """A sentence in which ``{0}``, ``{1}``, ... stand for `nodes`; writers render them.

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> Words("{0} is the largest", nodes=(symbol("a"),)).nodes[0].name
    'a'
    """

    text: str
    nodes: tuple[Node, ...] = ()

    def __str__(self) -> str:
        text = self.text
        for k, node in enumerate(self.nodes):
            text = text.replace(f"{{{k}}}", repr(node))
        return text

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True)
class Relation:
    """``left sign right``, entry by entry; with sign ``is`` the right side is a property."""

    left: Node
    sign: str
    right: Node | Words

    def __post_init__(self) -> None:
        if self.sign not in SIGNS:
            raise ValueError(f"unknown sign {self.sign!r}")


Side: TypeAlias = Node | Relation | Words
Condition: TypeAlias = Relation | Words
