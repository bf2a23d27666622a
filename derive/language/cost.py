"""The cost by which the normal form chooses: what a formula asks of its reader."""

from __future__ import annotations

from derive.language.expression import Node

INVERTED_SUM = 2  # what the inverse of a sum costs beyond the one part that it is itself


def cost(node: Node) -> int:
    """How much a reader has to take in; of two forms that compete, the cheaper is written.

    * Every letter, number and operator sign that is read is one part; a sum or product of
      many terms has one sign.  A part is counted as often as it is read.
    * A minus sign is free.
    * Ones written out cost one part more, so ``sum(x)`` is cheaper than ``1'x``.
    * The inverse of a sum costs two parts more, so a form without it is preferred.

    Forms of equal cost stay as they were written.  A symmetric matrix keeps a form in which
    every term is seen to be symmetric, even where pulling a factor out would be cheaper;
    among inverses of equal cost that of the smaller fixed size is taken.

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> A, x, y = symbol("A", (3, 3)), symbol("x", (3, 1)), symbol("y", (3, 1))
    >>> cost(A @ x - A @ y), cost(A @ (x - y))
    (7, 5)
    """
    pending = [node]
    while pending:
        part = pending[-1]
        missing = [] if part._cost else [arg for arg in part.args if not arg._cost]
        if missing:
            pending.extend(missing)
        else:
            pending.pop()
            part._cost = part._cost or _own(part) + sum(arg._cost for arg in part.args)
    return node._cost


def _own(node: Node) -> int:
    """The cost of an operator without its arguments."""
    if node.op == "inverse":
        inner = node.args[0].args[0] if node.args[0].op == "transpose" else node.args[0]
        return 1 + INVERTED_SUM * (inner.op == "add")
    if node.op == "mul" and node.args[0].op == "number" and node.args[0].data == -1:
        return 0 if len(node.args) > 2 else -1  # the sign, and a product that is only a sign
    if node.op == "ones":
        return 3 if node.shape[0] == 1 else 2
    return 1
