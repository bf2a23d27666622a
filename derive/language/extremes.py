"""The largest and the smallest entry, and where it stands."""

from __future__ import annotations

from derive.errors import ShapeError
from derive.language.canonical import canonical
from derive.language.expression import Node, make, number
from derive.language.functions import array, elementwise
from derive.language.shape_errors import shaped
from derive.language.sizes import shape_text
from derive.language.structure import SCALAR


def largest(*parts: Node) -> Node:
    """The largest entry of an array, or the largest of several scalars."""
    return _extreme("max", parts)


def smallest(*parts: Node) -> Node:
    """The smallest entry of an array, or the smallest of several scalars."""
    return _extreme("min", parts)


def norminf(node: Node) -> Node:
    """The largest absolute entry of a vector."""
    if node.shape[1] != 1:
        raise ShapeError(
            f"norminf needs a vector, got {shaped(node)}\n"
            f"  to fix   : write max(abs(A)) for the largest absolute entry, "
            f"max(rowsums(abs(A))) for the largest absolute row sum"
        )
    return elementwise("abs", node) if node.is_scalar else make("norminf", (node,), SCALAR)


def peak(node: Node, end: str = "max") -> Node:
    """1 where the largest (or ``min``: the smallest) entry stands, 0 elsewhere."""
    return number(1) if node.is_scalar else make("peak", (node,), node.shape, end)


def _extreme(op: str, parts: tuple[Node, ...]) -> Node:
    if len(parts) > 1:
        for part in parts:
            if not part.is_scalar:
                raise ShapeError(
                    f"{op} takes one array or several scalars, got {part!r} of shape "
                    f"{shape_text(part.shape)} among {len(parts)} arguments\n"
                    f"  to fix   : put them together: {op}(vstack(a, b))"
                )
    node = array([[part] for part in parts]) if len(parts) > 1 else parts[0]
    if node.op == "array":  # what stands twice would tie with itself everywhere
        distinct: dict[Node, Node] = {}
        for entry in node.args:
            distinct.setdefault(canonical(entry), entry)
        node = array([[entry] for entry in distinct.values()])
    if node.is_scalar or node.op == "ones":
        return node if node.is_scalar else number(1)
    return number(0) if node.op == "zero" else make(op, (node,), SCALAR)
