"""What a factor 0 or an exponent 0 folds away leaves its domain behind.

``0*log(x)`` is 0 where x > 0 and nothing elsewhere, so it is read as it stands.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.language.expression import (
    ONE,
    Node,
    add,
    is_zero,
    multiply,
    ones,
    product,
    split_product,
)
from derive.language.functions import postorder, total
from derive.language.sizes import Shape
from derive.language.vanishing import vanishing
from derive.rules.domains import is_restricted

CONSTANTS = frozenset({"number", "zero", "ones", "eye", "size"})


def with_domain(value: Node, arguments: Sequence[Node]) -> Node:
    """The value; if it is constant, plus 0 times each argument not defined everywhere."""
    if value.op not in CONSTANTS:
        return value
    lost = [arg for arg in arguments if any(map(is_restricted, postorder(arg)))]
    if not lost:
        return value
    return add(value, *(vanishing(_in_shape(arg, value.shape)) for arg in lost))


def product_with_domain(value: Node, factors: Sequence[Node]) -> Node:
    """The same of a product; what stands beside a scalar zero stays one product."""
    rest = [factor for factor in factors if not is_zero(factor)]
    if any(factor.op == "zero" for factor in factors) or not rest:
        return with_domain(value, rest)
    return with_domain(value, [multiply(*rest)])


def _in_shape(node: Node, shape: Shape) -> Node:
    """A node of a shape that is defined where another is."""
    node = product(ONE, *split_product(node)[1:])
    if node.shape == shape:
        return node
    whole = total(node)
    return whole if shape == whole.shape else multiply(whole, ones(*shape))
