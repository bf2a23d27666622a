"""Problem: an objective, the variables it is optimised over, and constraints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from derive.language.expression import Node
from derive.language.relations import Relation


@dataclass(frozen=True)
class Problem:
    """``minimize objective over variables subject to constraints``, shapes checked.

    Attributes
    ----------
    sense : "minimize" or "maximize"
    objective : Node, shape (1, 1)
    variables : tuple of symbol
    constraints : tuple of Relation with sign "=", "<=" or ">=", in the author's order
    """

    sense: Literal["minimize", "maximize"]
    objective: Node
    variables: tuple[Node, ...]
    constraints: tuple[Relation, ...]
