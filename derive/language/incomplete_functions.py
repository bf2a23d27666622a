"""Incomplete gamma and beta functions, regularised, and inverse distribution functions.

``gammainc(a, x)`` and ``betainc(a, b, x)`` are the shares of the gamma and beta integral that
lie below x; ``gammaincinv``, ``betaincinv`` and ``normquantile`` are the places below which a
share p lies.  All arguments are scalars.
"""

from __future__ import annotations

from collections.abc import Callable

from derive.errors import DomainError, ShapeError
from derive.language.expression import Node, make, number
from derive.language.sizes import shape_text
from derive.language.structure import SCALAR

ZERO, ONE, HALF = number(0), number(1), number(1) / 2


def gammainc(a: Node, x: Node) -> Node:
    """The integral of t^(a-1) exp(-t) from 0 to x over that from 0 on, a > 0, x >= 0."""
    _require_scalars("gammainc", a, x)
    _require_positive("gammainc", a)
    if x.is_number and x.data < 0:
        raise DomainError(f"gammainc needs an argument x >= 0, got {x!r}")
    return ZERO if x is ZERO else make("gammainc", (a, x), SCALAR)


def betainc(a: Node, b: Node, x: Node) -> Node:
    """The integral of t^(a-1) (1-t)^(b-1) from 0 to x over that to 1; a, b > 0, 0 <= x <= 1."""
    _require_scalars("betainc", a, b, x)
    _require_positive("betainc", a, b)
    if x.is_number and not 0 <= x.data <= 1:
        raise DomainError(f"betainc needs an argument 0 <= x <= 1, got {x!r}")
    return x if x in (ZERO, ONE) else make("betainc", (a, b, x), SCALAR)


def normquantile(p: Node) -> Node:
    """The place below which a standard normal value lies with probability p, 0 < p < 1."""
    _require_scalars("normquantile", p)
    _require_probability("normquantile", p)
    return ZERO if p is HALF else make("normquantile", (p,), SCALAR)


def gammaincinv(a: Node, p: Node) -> Node:
    """The x with gammainc(a, x) = p, 0 < p < 1."""
    _require_scalars("gammaincinv", a, p)
    _require_positive("gammaincinv", a)
    _require_probability("gammaincinv", p)
    return make("gammaincinv", (a, p), SCALAR)


def betaincinv(a: Node, b: Node, p: Node) -> Node:
    """The x with betainc(a, b, x) = p, 0 < p < 1."""
    _require_scalars("betaincinv", a, b, p)
    _require_positive("betaincinv", a, b)
    _require_probability("betaincinv", p)
    return make("betaincinv", (a, b, p), SCALAR)


#: The builder of each by its operator; the last argument is the one that may move.
INCOMPLETE: dict[str, Callable[..., Node]] = {
    "gammainc": gammainc,
    "betainc": betainc,
    "normquantile": normquantile,
    "gammaincinv": gammaincinv,
    "betaincinv": betaincinv,
}


def _require_scalars(name: str, *nodes: Node) -> None:
    for node in nodes:
        if not node.is_scalar:
            raise ShapeError(
                f"{name} needs scalars, got {node!r:.80} of shape {shape_text(node.shape)}\n"
                f"  to fix   : take it of an entry"
            )


def _require_positive(name: str, *shapes: Node) -> None:
    for node in shapes:
        if node.is_number and node.data <= 0:
            raise DomainError(f"{name} needs shapes > 0, got {node!r}")


def _require_probability(name: str, p: Node) -> None:
    if p.is_number and not 0 < p.data < 1:
        raise DomainError(f"{name} needs a probability 0 < p < 1, got {p!r}")
