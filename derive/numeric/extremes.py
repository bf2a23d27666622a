"""The largest and smallest entries as terms, and where they stand."""

from __future__ import annotations

from derive.language.expression import Node
from derive.numeric.lowering import Lowering, Rule
from derive.numeric.terms import Term


def lower_extreme(op: str) -> Rule:
    """The rule of the largest or the smallest entry."""

    def lower(to: Lowering, node: Node) -> Term:
        inside = to.term(node.args[0])
        if inside.op == "spread":
            inside = inside.args[0]
        return inside if inside.rank == 0 else to.terms.make(op, (inside,))

    return lower


def lower_norminf(to: Lowering, node: Node) -> Term:
    """The largest absolute entry."""
    inside = to.terms.apply("abs", to.term(node.args[0]))
    return inside.args[0] if inside.op == "spread" else to.terms.make("largest", (inside,))


def lower_peak(to: Lowering, node: Node) -> Term:
    """An indicator; tied entries share it, which gives a subgradient."""
    inside = to.term(node.args[0])
    source = inside if node.data == "max" else to.terms.negative(inside)
    return to.terms.make("at_largest", (source,), inside.shape)
