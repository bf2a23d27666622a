"""Special functions of a scalar that have an order: modified Bessel functions and zeta.

``besseli`` holds its order as a node, which may be a name; ``zeta`` holds the number of
derivatives taken as its data.
"""

from __future__ import annotations

from derive.errors import ArgumentError, DomainError, ShapeError
from derive.language.expression import Node, make, number
from derive.language.sizes import shape_text
from derive.language.structure import SCALAR


def besseli(order: Node, x: Node) -> Node:
    """The modified Bessel function of the first kind, of a real order from 0 up."""
    for what, node in (("order", order), ("argument", x)):
        _require_scalar("besseli", what, node)
    if order.is_number and order.data < 0:
        raise DomainError(
            f"besseli needs an order >= 0, got {order!r}\n"
            f"  to fix   : I of a whole order -n is that of order n"
        )
    if x is number(0) and order.is_number:
        return number(int(order is number(0)))
    return make("besseli", (order, x), SCALAR)


def zeta(times: int, s: Node) -> Node:
    """Derivative number `times` of the Riemann zeta function; 0 is the function itself."""
    if times < 0:
        raise ArgumentError(f"a derivative of zeta needs a whole number >= 0, got {times}")
    _require_scalar("zeta", "argument", s)
    if s.is_number and s.data <= 1:
        raise DomainError(f"zeta needs an argument > 1, got {s!r}")
    return make("zeta", (s,), SCALAR, times)


def _require_scalar(name: str, what: str, node: Node) -> None:
    if not node.is_scalar:
        raise ShapeError(
            f"{name} needs a scalar {what}, got {node!r:.80} of shape {shape_text(node.shape)}\n"
            f"  to fix   : take it of an entry"
        )
