"""What facts on the form of a matrix make of single operators.

A row takes a node and the facts used so far, and gives the node that is equal to it where the
facts hold, or the node itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from derive.language.expression import (
    Node,
    elementwise_power,
    eye,
    number,
    product,
    size_node,
    split_product,
    transpose,
    zero,
)
from derive.language.functions import diagonal_matrix, diagonal_vector, hadamard, sqrt
from derive.language.properties import is_diagonal, is_lower, is_upper
from derive.language.relations import Words

Used = dict[Words, None]


def orthonormal_words(base: Node) -> Words:
    """That a matrix has orthonormal columns."""
    if "orthogonal" in base.facts:
        return Words("{0} orthogonal", (base,))
    return Words("{0} = {1}", (transpose(base) @ base, eye(base.shape[1])))


def _note(node: Node, used: Used, facts: tuple[str, ...], text: str) -> None:
    """Note the symbols of a node that have one of some facts."""
    for symbol in sorted(node.symbols, key=lambda s: s.name):
        if symbol.facts.intersection(facts):
            used[Words(text, (symbol,))] = None


def _norm(node: Node, used: Used) -> Node:
    """A matrix with k orthonormal columns has the norm sqrt(k)."""
    base = node.args[0].args[0] if node.args[0].op == "transpose" else node.args[0]
    if "orthonormal" not in base.facts:
        return node
    used[orthonormal_words(base)] = None
    return sqrt(size_node(base.shape[1]))


def _transposed(node: Node, used: Used) -> Node:
    inner = node.args[0]
    if "skew" not in inner.facts:
        return node
    used[Words("{0} skew-symmetric", (inner,))] = None
    return -inner


def _skew_form(node: Node, used: Used) -> Node:
    """``x'K x = 0`` for a skew-symmetric K."""
    chain = [factor for factor in node.args if not factor.is_scalar]
    if not node.is_scalar or len(chain) % 2 == 0:
        return node
    half = len(chain) // 2
    middle, last = chain[half], reversed(chain[half + 1 :])
    is_form = all(one is transpose(other) for one, other in zip(chain[:half], last, strict=True))
    if "skew" not in middle.facts or not is_form:
        return node
    used[Words("{0} skew-symmetric", (middle,))] = None
    return number(0)


def _trace(node: Node, used: Used) -> Node:
    if "skew" not in node.args[0].facts:
        return node
    used[Words("{0} skew-symmetric", (node.args[0],))] = None
    return number(0)


def _diagonal_of(node: Node, used: Used) -> Node:
    """Zero of a skew-symmetric matrix; of the inverse of a triangular one, the reciprocals."""
    inner = node.args[0]
    if "skew" in inner.facts:
        used[Words("{0} skew-symmetric", (inner,))] = None
        return zero(node.shape)
    base = inner.args[0] if inner.op == "transpose" else inner
    if base.op != "inverse":
        return node
    base = base.args[0].args[0] if base.args[0].op == "transpose" else base.args[0]
    if is_diagonal(base) or not (is_lower(base) or is_upper(base)):
        return node
    _note_pattern(base, used)
    return elementwise_power(diagonal_vector(base), number(-1))


def _note_pattern(node: Node, used: Used) -> None:
    """Note what makes a node diagonal or triangular."""
    for fact, text in PATTERNS:
        _note(node, used, (fact,), text)


PATTERNS = (
    ("diagonal", "{0} diagonal"),
    ("lower", "{0} lower triangular"),
    ("upper", "{0} upper triangular"),
)


def _diagonal_matrix_of(node: Node, used: Used) -> Node:
    """The diagonal part of a diagonal matrix is the matrix; diagonal factors leave it."""
    if node.args[0].op != "diagonal":
        return node
    inner = node.args[0].args[0]
    if is_diagonal(inner):
        _note_pattern(inner, used)
        return inner
    coefficient, scalars, chain = split_product(inner)
    inside = list(chain)
    while inside and is_diagonal(inside[0]):
        inside.pop(0)
    left = chain[: len(chain) - len(inside)]
    while inside and is_diagonal(inside[-1]):
        inside.pop()
    right = chain[len(left) + len(inside) :]
    if not inside or len(inside) == len(chain):
        return node
    for factor in (*left, *right):
        _note_pattern(factor, used)
    part = diagonal_matrix(_diagonal_of_chain(inside))
    return product(coefficient, scalars, [*left, part, *right])


def _diagonal_of_chain(chain: Sequence[Node]) -> Node:
    """The diagonal of a product; of u v' it is u o v."""
    one = Fraction(1)
    for k in range(1, len(chain)):
        if chain[k].shape[0] == 1:
            left, right = product(one, [], chain[:k]), product(one, [], chain[k:])
            return hadamard(left, transpose(right))
    return diagonal_vector(product(one, [], chain))


def _masked(node: Node, used: Used) -> Node:
    """The triangle of a triangular matrix is the matrix, or its diagonal part."""
    masks = [arg for arg in node.args if arg.op == "mask" and arg.data in {"lower", "upper"}]
    if len(masks) != 1:
        return node
    rest = hadamard(*(arg for arg in node.args if arg is not masks[0]))
    own, other = (is_lower, is_upper) if masks[0].data == "lower" else (is_upper, is_lower)
    if not (own(rest) or other(rest)):
        return node
    _note_pattern(rest, used)
    if own(rest):
        return rest
    return diagonal_matrix(_diagonal_of(diagonal_vector(rest), used))


def _toeplitz_part(node: Node, used: Used) -> Node:
    """The Toeplitz part of a Toeplitz matrix is the matrix."""
    inner = node.args[0]
    if not is_toeplitz(inner):
        return node
    _note(inner, used, ("toeplitz",), "{0} Toeplitz")
    return inner


def is_toeplitz(node: Node) -> bool:
    """Whether a node is certainly constant along each diagonal."""
    if node.op in {"add", "had"}:
        return all(map(is_toeplitz, node.args))
    if node.op in {"map", "pow", "transpose"}:
        return is_toeplitz(node.args[0])
    if node.op == "mul":
        coefficient, scalars, chain = split_product(node)
        is_scaled = scalars or coefficient != Fraction(1)
        return len(chain) == 1 and bool(is_scaled) and is_toeplitz(chain[0])
    return node.op in {"toeplitz", "eye", "ones", "zero"} or "toeplitz" in node.facts


OF_STRUCTURE: dict[str, Callable[[Node, Used], Node]] = {
    "norm2": _norm,
    "mul": _skew_form,
    "transpose": _transposed,
    "trace": _trace,
    "diagonal": _diagonal_of,
    "diag": _diagonal_matrix_of,
    "had": _masked,
    "toeplitz": _toeplitz_part,
}
