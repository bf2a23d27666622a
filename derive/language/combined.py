"""Functions of several arrays, entry by entry: maximum, minimum, clip and Huber's loss.

A scalar among arrays stands for an array of it.  ``COMBINED`` lists the functions; each is
the operator ``combine`` with its name as data.
"""

from __future__ import annotations

from functools import reduce

from derive.errors import ShapeError
from derive.language.canonical import canonical
from derive.language.expression import (
    Node,
    add,
    make,
    multiply,
    negative,
    ones,
    product,
    split_product,
)
from derive.language.extremes import largest, smallest
from derive.language.functions import elementwise, hadamard
from derive.language.sizes import Shape, shape_text
from derive.language.structure import SCALAR

#: Name -> what it is, and of how many arrays.
COMBINED: dict[str, tuple[str, int]] = {
    "maximum": ("the larger of two entries", 2),
    "minimum": ("the smaller of two entries", 2),
    "clip": ("the entry, or the nearer of two bounds if it lies outside", 3),
    "huber": ("x^2/2 up to a bound of |x|, beyond it the tangent line", 2),
}


def combined(name: str, *parts: Node) -> Node:
    """A function of ``COMBINED`` by its name."""
    shape = common_shape(name, parts)
    if name in {"maximum", "minimum"}:
        if shape == SCALAR:
            return largest(*parts) if name == "maximum" else smallest(*parts)
        if canonical(parts[0]) is canonical(parts[1]):
            return parts[0]
    filled = tuple(p if p.shape == shape else multiply(p, ones(*shape)) for p in parts)
    return make("combine", filled, shape, name)


def common_shape(name: str, parts: tuple[Node, ...]) -> Shape:
    """The one shape of all parts that are not scalars."""
    arrays = [part for part in parts if not part.is_scalar]
    for part in arrays[1:]:
        if part.shape != arrays[0].shape:
            raise ShapeError(
                f"{name} needs equal shapes: {arrays[0]!r} is {shape_text(arrays[0].shape)}, "
                f"{part!r} is {shape_text(part.shape)}"
            )
    return arrays[0].shape if arrays else SCALAR


def maximum(*parts: Node) -> Node:
    """The largest entry of several arrays, place by place."""
    return reduce(lambda left, right: combined("maximum", left, right), parts)


def minimum(*parts: Node) -> Node:
    """The smallest entry of several arrays, place by place."""
    return reduce(lambda left, right: combined("minimum", left, right), parts)


def clip(x: Node, low: Node, high: Node) -> Node:
    """Each entry, or the nearer bound if it lies outside."""
    return combined("clip", x, low, high)


def huber(x: Node, bound: Node) -> Node:
    """x^2/2 where |x| is up to the bound, bound (|x| - bound/2) beyond."""
    return combined("huber", x, bound)


def gelu(x: Node) -> Node:
    """x Phi(x), entry by entry."""
    return hadamard(x, elementwise("normcdf", x))


def held_scalar(node: Node) -> Node | None:
    """The scalar that stands in every entry of a node, if it is written so."""
    if node.is_scalar:
        return node
    if node.op == "add":
        terms = [scalar for term in node.args if (scalar := held_scalar(term)) is not None]
        return add(*terms) if len(terms) == len(node.args) else None
    coefficient, scalars, chain = split_product(node)
    is_filled = len(chain) == 1 and chain[0].op == "ones"
    return product(coefficient, scalars, []) if is_filled else None


def held_scalars(node: Node) -> list[Node | None]:
    """Of the arguments of a function, the scalars that stand in every entry.

    Where all do, the first is left to show the shape.
    """
    found = [held_scalar(arg) for arg in node.args]
    if not node.is_scalar and None not in found:
        found[0] = None
    return found


def is_symmetric_clip(node: Node) -> bool:
    """Whether a clip has bounds of opposite sign."""
    _, low, high = node.args
    return canonical(low) is canonical(negative(high))


def tie_in_clip(node: Node) -> str:
    """``entry`` where a clip is of one of its own bounds, ``bounds`` where these are one."""
    x, low, high = map(canonical, node.args)
    if low is high:
        return "bounds"
    return "entry" if x in {low, high} else ""
