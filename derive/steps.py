"""Step and Trace: what a derivation records, and the only thing that writers print.

A step says ``before = after`` and names the rule.  When `before` is the `after` of the
step above, writers print a continuation line ``= after``.  `before` is None for a line
that stands alone (a statement in words, or a relation such as ``w = X'(y o alpha)``).
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.language.expression import Node, number, symbol
from derive.language.relations import Condition, Relation, Side, Words

INSIDE = frozenset({"positive", "nonzero", "probability"})


@dataclass(frozen=True)
class Step:
    """One true line: `before`, `after`, the rule that leads from one to the other.

    Attributes
    ----------
    before, after : Node, Relation, Words (before may be None)
        The two sides; equal in value where both are nodes.
    rule : str or Words
        The name of the rule, as printed at the right of the line.
    note : str
        What else a reader wants to know; may be empty.
    conditions : tuple of Relation or Words
        What the step needs.
    """

    before: Side | None
    after: Side
    rule: str | Words
    note: str = ""
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Trace:
    """The whole record of one derivation.

    Attributes
    ----------
    question : Words
        What was asked, e.g. ``Words("gradient of {0} in {1}", (f, w))``.
    definitions : tuple of (symbol, node)
        Names that the lines use (``f``, ``r``) and what they stand for, in order.
    steps : tuple of Step
        The lines, in order.
    results : tuple of (name, node)
        The answer; most derivations have one.  Results are free of defined names.
    conditions : tuple of Relation or Words
        What must hold for the answer; facts that were declared are among them.
    arguments : tuple of symbol
        The free symbols, in the order of their first appearance in the question.
    closing : tuple of Words
        Lines printed after the result, e.g. how to recover a primal solution.
    lefts : tuple of Node, or empty
        For each result the left side of the line that states it, perhaps by way of names.
    moving : tuple of symbol
        Where the results are linear maps, what they take the differentials of: a map that is
        zero takes them too.
    names : tuple of (symbol, node)
        Names that the results use and the lines state, inner ones first: where the answer
        stands alone they stand with it.
    """

    question: Words
    definitions: tuple[tuple[Node, Node], ...]
    steps: tuple[Step, ...]
    results: tuple[tuple[str, Node], ...]
    conditions: tuple[Condition, ...]
    arguments: tuple[Node, ...]
    closing: tuple[Words, ...] = ()
    lefts: tuple[Node, ...] = ()
    moving: tuple[Node, ...] = ()
    names: tuple[tuple[Node, Node], ...] = ()

    @property
    def declared(self) -> tuple[Node, ...]:
        """The arguments with what is said of them: a condition ``k >= 0`` allows 0 for k > 0."""
        at_zero = {
            c.left
            for c in self.conditions
            if isinstance(c, Relation) and c.sign == ">=" and c.right is number(0)
        }
        return tuple(
            symbol(s.name, s.shape, s.facts - INSIDE) if s in at_zero else s for s in self.arguments
        )
