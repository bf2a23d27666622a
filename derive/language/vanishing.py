"""Zero times an expression, kept as it is written.

Where the expression is not defined everywhere, nor is zero times it: a bare zero would
forget that.  Every builder folds such a product away as soon as something is made of it, so
it stays only where an author wrote it.
"""

from __future__ import annotations

from derive.language.expression import Node, make, number, split_product


def vanishing(node: Node) -> Node:
    """Zero times a node, not folded.

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> from derive.language.functions import elementwise
    >>> vanishing(elementwise("log", symbol("x", (1, 1))))
    0*log(x)
    """
    _, scalars, chain = split_product(node)
    return make("mul", (number(0), *scalars, *chain), node.shape)


def is_vanishing(node: Node) -> bool:
    """Whether a node is zero times an expression, kept as written."""
    return node.op == "mul" and node.args[0].op == "number" and node.args[0].data == 0
