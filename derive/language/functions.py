"""Functions of nodes: norms, traces, determinants, elementwise maps, softmax.

A 1 x 1 matrix is a scalar everywhere, so each function says what it means of a scalar.
To add an operator: a row in ``operators.py``, a builder here, then a row in each room's
table.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from fractions import Fraction

from derive.errors import ShapeError
from derive.language.expression import (
    ONE,
    Node,
    elementwise_power,
    eye,
    inverse,
    make,
    multiply,
    number,
    ones,
    product,
    scaled,
    size_node,
    split_product,
    transpose,
    zero,
)
from derive.language.operators import ELEMENTWISE
from derive.language.shape_errors import require_square, require_vector
from derive.language.sizes import Dim, Shape, shape_text
from derive.language.structure import SCALAR

FREE = "free"  # every entry of a variable may vary


# --- elementwise ----------------------------------------------------------------------


def elementwise(name: str, node: Node) -> Node:
    """An elementwise function by its name in ``ELEMENTWISE``."""
    if name not in ELEMENTWISE:
        raise KeyError(name)
    return make("map", (node,), node.shape, name)


def sqrt(node: Node) -> Node:
    """Elementwise square root."""
    return elementwise_power(node, number(Fraction(1, 2)))


def hadamard(*factors: Node) -> Node:
    """Elementwise product of equal shapes; numbers and scalars stand before it."""
    coefficient = ONE
    scalars: list[Node] = []
    arrays: list[Node] = []
    for factor in factors:
        c, outside, chain = split_product(factor)
        coefficient = scaled(coefficient, c)
        scalars.extend(outside)
        if chain:
            body = product(ONE, [], chain)
            arrays.extend(body.args if body.op == "had" else (body,))
    for array_factor in arrays[1:]:
        if array_factor.shape != arrays[0].shape:
            raise ShapeError(
                f"the elementwise product needs equal shapes: {arrays[0]!r} is "
                f"{shape_text(arrays[0].shape)}, {array_factor!r} is "
                f"{shape_text(array_factor.shape)}"
            )
    if not arrays:
        return product(coefficient, scalars, [])
    shape = arrays[0].shape
    if any(a.op == "zero" for a in arrays):
        return zero(shape)
    kept = [a for a in arrays if a.op != "ones"]
    if not kept:
        body = ones(*shape)
    else:
        body = kept[0] if len(kept) == 1 else make("had", tuple(kept), shape)
    return multiply(product(coefficient, scalars, []), body)


def hadamard_quotient(numerator: Node, denominator: Node) -> Node:
    """Elementwise quotient; a scalar numerator stands for an array of it."""
    return hadamard(numerator, elementwise_power(denominator, number(-1)))


# --- to a scalar ----------------------------------------------------------------------


def trace(node: Node) -> Node:
    """Sum of the diagonal."""
    require_square("tr", node)
    if node.is_scalar:
        return node
    if node.op == "eye":
        return size_node(node.shape[0])
    return _homogeneous("trace", node)


def total(node: Node) -> Node:
    """Sum of all entries."""
    if node.is_scalar:
        return node
    if node.op == "ones":
        return multiply(size_node(node.shape[0]), size_node(node.shape[1]))
    return _homogeneous("total", node)


def mean(node: Node) -> Node:
    """Sum of all entries over their number."""
    count = multiply(size_node(node.shape[0]), size_node(node.shape[1]))
    return multiply(elementwise_power(count, number(-1)), total(node))


def determinant(node: Node) -> Node:
    """Determinant."""
    require_square("det", node)
    if node.is_scalar:
        return node
    return number(1) if node.op == "eye" else make("det", (node,), SCALAR)


def logdet(node: Node) -> Node:
    """Logarithm of the determinant, which must be positive."""
    require_square("logdet", node)
    if node.is_scalar:
        return elementwise("log", node)
    return number(0) if node.op == "eye" else make("logdet", (node,), SCALAR)


def norm2(node: Node) -> Node:
    """Euclidean norm of a vector, Frobenius norm of a matrix, absolute value of a scalar."""
    if node.op == "zero":
        return number(0)
    return elementwise("abs", node) if node.is_scalar else make("norm2", (node,), SCALAR)


def norm1(node: Node) -> Node:
    """Sum of the absolute values of all entries."""
    if node.op == "zero":
        return number(0)
    return elementwise("abs", node) if node.is_scalar else make("norm1", (node,), SCALAR)


def dot(left: Node, right: Node) -> Node:
    """Inner product: a'b of vectors, tr(A'B) of matrices."""
    if left.shape != right.shape:
        raise ShapeError(
            f"dot needs equal shapes: {left!r} is {shape_text(left.shape)}, "
            f"{right!r} is {shape_text(right.shape)}"
        )
    return trace(multiply(transpose(left), right))


def rowsums(node: Node) -> Node:
    """The sum of each row, a vector: ``A 1``."""
    return multiply(node, ones(node.shape[1]))


def colsums(node: Node) -> Node:
    """The sum of each column, as a vector: ``A' 1``."""
    return multiply(transpose(node), ones(node.shape[0]))


def mahalanobis(left: Node, right: Node, covariance: Node) -> Node:
    """The distance ``sqrt((x - y)' S^-1 (x - y))`` of two vectors."""
    require_vector("mahalanobis", left)
    require_square("mahalanobis", covariance)
    gap = left - right
    return sqrt(multiply(transpose(gap), inverse(covariance), gap))


def logsumexp(node: Node) -> Node:
    """log of the sum of the exponentials of the entries of a vector."""
    require_vector("logsumexp", node)
    return node if node.is_scalar else make("logsumexp", (node,), SCALAR)


# --- shape changing -------------------------------------------------------------------


def diag(node: Node) -> Node:
    """Diagonal matrix of a vector, or the vector of the diagonal of a square matrix."""
    if node.is_scalar:
        return node
    if node.shape[1] == 1:
        return diagonal_matrix(node)
    require_square("diag", node)
    return diagonal_vector(node)


def diagonal_matrix(node: Node) -> Node:
    """The diagonal matrix of a vector."""
    require_vector("diag", node)
    if node.is_scalar:
        return node
    size = node.shape[0]
    if node.op == "ones":
        return eye(size)
    return _homogeneous("diag", node, (size, size))


def diagonal_vector(node: Node) -> Node:
    """The vector of the diagonal of a square matrix."""
    require_square("diag", node)
    if node.is_scalar:
        return node
    size = node.shape[0]
    if node.op == "eye":
        return ones(size)
    if node.op == "diag":
        return node.args[0]
    return _homogeneous("diagonal", node, (size, 1))


def softmax(node: Node) -> Node:
    """exp(x) over its sum."""
    require_vector("softmax", node)
    return number(1) if node.is_scalar else make("softmax", (node,), node.shape)


def rowsoftmax(node: Node) -> Node:
    """Softmax of each row of a matrix."""
    return ones(*node.shape) if node.shape[1] == 1 else make("rowsoftmax", (node,), node.shape)


def rowlogsumexp(node: Node) -> Node:
    """logsumexp of each row of a matrix: a vector."""
    if node.shape[1] == 1:
        return node
    if node.shape[0] == 1:
        return logsumexp(transpose(node))
    return make("rowlogsumexp", (node,), (node.shape[0], 1))


def array(rows: list[list[Node]]) -> Node:
    """An explicit matrix of scalar nodes."""
    width = len(rows[0]) if rows else 0
    if not width or any(len(row) != width for row in rows):
        raise ShapeError("an explicit matrix needs rows of one length, at least one of them")
    entries = tuple(entry for row in rows for entry in row)
    for entry in entries:
        if not entry.is_scalar:
            raise ShapeError(f"an explicit matrix holds scalars, got {entry!r}")
    return entries[0] if len(entries) == 1 else make("array", entries, (len(rows), width))


def differential(node: Node) -> Node:
    """The differential d(node): same shape, linear in what is added to the variable."""
    return make("differential", (node,), node.shape)


def nabla(
    function: Node, variable: Node, is_one_of_several: bool = False, structure: str = FREE
) -> Node:
    """The gradient of a named scalar, as the left side of the line that states it.

    Beside gradients in other variables (`is_one_of_several`) its variable is always written.
    `structure` says what may vary, as in ``rules.structures``.
    """
    return make("nabla", (function, variable), variable.shape, (is_one_of_several, structure))


def structure_of(gradient: Node) -> str:
    """What may vary in a gradient by name."""
    return str(gradient.data[1])


def jacobian_by_name(function: Node, variable: Node) -> Node:
    """The Jacobian of a named vector in a vector: rows are outputs.

    Of a matrix in a scalar it has the shape of the matrix.
    """
    shape = (_entries(function), _entries(variable))
    if variable.is_scalar:
        shape = function.shape
    return make("derivative", (function, variable), shape, "jacobian")


def entry_by_name(function: Node, variable: Node, indices: Sequence[Node]) -> Node:
    """One entry of the derivative of a named function: output indices first."""
    return make("derivative", (function, variable, *indices), SCALAR, "entry")


def directional_by_name(function: Node, *directions: Node) -> Node:
    """The derivative of a named function, or of its gradient, along one direction a variable."""
    return make("derivative", (function, *directions), function.shape, "directional")


def hessian_by_name(function: Node, variable: Node) -> Node:
    """The second derivatives of a named scalar in a vector."""
    shape = (_entries(variable), _entries(variable))
    return make("derivative", (function, variable), shape, "hessian")


def hessian_block_by_name(function: Node, row: Node, column: Node) -> Node:
    """One block of the second derivatives: rows belong to `row`, columns to `column`."""
    shape = (_entries(row), _entries(column))
    return make("derivative", (function, row, column), shape, "hessian")


def _entries(node: Node) -> Dim:
    """The number of entries of a scalar or a vector, standing or lying."""
    return node.shape[0] if node.shape[1] == 1 else node.shape[1]


def expectation(node: Node, law: str, variable: str) -> Node:
    """The mean under a law, entry by entry; `law` is the text printed, e.g. ``p``."""
    return make("expectation", (node,), node.shape, (law, variable))


def _homogeneous(op: str, node: Node, shape: Shape = SCALAR) -> Node:
    """A linear operator of a product: numbers and scalar factors stand outside."""
    if node.op == "zero":
        return zero(shape)
    coefficient, scalars, chain = split_product(node)
    if coefficient == 1 and not scalars:
        return make(op, (node,), shape)
    inner = product(ONE, [], chain)
    builder = {
        "trace": trace,
        "total": total,
        "diag": diagonal_matrix,
        "diagonal": diagonal_vector,
    }[op]
    return multiply(product(coefficient, scalars, []), builder(inner))


def contains(node: Node, op: str) -> bool:
    """Whether an operator occurs anywhere in a node."""
    return any(part.op == op for part in postorder(node))


class Settled:
    """The nodes on which something was noted before, as ``postorder`` takes them."""

    def __init__(self, note: str) -> None:
        self._note = note

    def __contains__(self, node: object) -> bool:
        return getattr(node, self._note) is not None


def postorder(*roots: Node, known: Container[Node] = ()) -> list[Node]:
    """Every distinct node below the roots, arguments before their users, without recursion.

    Nodes in `known` are neither entered nor listed.
    """
    order: list[Node] = []
    seen: set[Node] = set()
    entered: list[Node] = []
    stack: list[Node | None] = list(reversed(roots))
    while stack:
        node = stack.pop()
        if node is None:  # what lies below the node entered last is listed
            order.append(entered.pop())
        elif node not in seen and node not in known:
            seen.add(node)
            args = node.args
            if not args:
                order.append(node)
                continue
            entered.append(node)
            stack.append(None)
            stack += args[::-1]
            if node.op == "sum_over" and isinstance(node.data.data.last, Node):
                stack.append(node.data.data.last)
    return order
