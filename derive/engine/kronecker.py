"""Identities of Kronecker products, in the direction that leaves less to read.

Letters: A (x) B has A of m x n and B of p x q; ``vec`` stacks columns; K is a commutation
matrix.  Neighbours in a chain are looked at by ``kronecker_pair``, single operators by
``kronecker_form``; both return what stands instead, which the caller tidies, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from derive.language.canonical import length
from derive.language.expression import (
    Node,
    add,
    elementwise_power,
    eye,
    inverse,
    multiply,
    ones,
    product,
    size_node,
    split_product,
    transpose,
)
from derive.language.functions import (
    contains,
    determinant,
    diagonal_vector,
    dot,
    hadamard,
    norm1,
    norm2,
    total,
    trace,
)
from derive.language.kronecker import block_inner, block_sum, commutation, kron, unvec, vec
from derive.language.sizes import Shape

Times = Callable[..., Node]


# --- neighbours in a chain ----------------------------------------------------------------


def holds_stacking(factors: Sequence[Node]) -> bool:
    """Whether factors, also those of a 1 x 1 chain, may have been put together in new nodes."""
    parts = {part for f in factors for part in (f, *f.args)}
    parts |= {inner for part in parts for inner in part.args}
    return any(part.op in {"block", "kron", "vec", "commutation"} for part in parts)


def kronecker_pair(left: Node, right: Node, times: Times) -> Node | None:
    """What two neighbours become; `times` is the tidy product."""
    found = _pair(left, right, times)
    if found is None and right.op in {"kron", "commutation"} and left.op == "transpose":
        turned = _pair(transpose(right), left.args[0], times)
        return None if turned is None else transpose(turned)
    return found


def _pair(left: Node, right: Node, times: Times) -> Node | None:
    if left.op == "kron" and right.op == "kron":
        (A, B), (C, D) = left.args, right.args
        if A.shape[1] == C.shape[0] and B.shape[1] == D.shape[0]:
            return kron(times(A, C), times(B, D))
    if left.op == "kron" and right.op == "vec":
        (A, B), (X,) = left.args, right.args
        if X.shape == (B.shape[1], A.shape[1]):
            stacked = vec(times(B, X, transpose(A)))
            return stacked if length(stacked) <= 1 + length(left) + length(right) else None
    if left.op == "commutation":
        return _after_commutation(left, right)
    return None


def _after_commutation(left: Node, right: Node) -> Node | None:
    """K vec(X) = vec(X'), K K' = I, and K (A (x) B) = (B (x) A) K."""
    if right.op == "vec" and right.args[0].shape == left.data:
        return vec(transpose(right.args[0]))
    if right.op == "commutation" and right.data == left.data[::-1]:
        return eye(left.shape[0])
    if right.op == "kron":
        A, B = right.args
        if left.data == (B.shape[0], A.shape[0]):
            return multiply(kron(B, A), commutation(B.shape[1], A.shape[1]))
    return None


def stacked_product(first: Node, last: Node) -> Node | None:
    """vec(A)' vec(B) = tr(A'B), and vec(A)' (x (x) y) = y'A x."""
    row, column = transpose(first), last
    if column.op == "vec" and row.op != "vec":
        row, column = column, row
    if row.op != "vec":
        return None
    A = row.args[0]
    if column.op == "vec" and column.args[0].shape == A.shape:
        return dot(A, column.args[0])
    if column.op == "kron" and all(part.shape[1] == 1 for part in column.args):
        x, y = column.args
        if A.shape == (y.shape[0], x.shape[0]):
            return multiply(transpose(y), A, x)
    return None


# --- single operators -----------------------------------------------------------------


def kronecker_form(node: Node) -> Node | None:
    """What an operator whose arguments are tidy becomes."""
    form = FORMS.get(node.op)
    found = form(node) if form else None
    return None if found is node else found


def _factors(node: Node) -> tuple[Node, Node] | None:
    """The factors of the argument, if that is a Kronecker product."""
    inside = node.args[0]
    return (inside.args[0], inside.args[1]) if inside.op == "kron" else None


def _square_factors(node: Node) -> tuple[Node, Node] | None:
    factors = _factors(node)
    are_square = factors and all(part.shape[0] == part.shape[1] for part in factors)
    return factors if are_square else None


def _kron(node: Node) -> Node | None:
    """A column beside a row is an outer product; diagonal matrices stay diagonal."""
    left, right = node.args
    if left.shape[1] == 1 and right.shape[0] == 1:
        return multiply(left, right)
    if left.shape[0] == 1 and right.shape[1] == 1:
        return multiply(right, left)
    return None


def _inverse(node: Node) -> Node | None:
    factors = _square_factors(node)
    return kron(*map(inverse, factors)) if factors else None


def _trace(node: Node) -> Node | None:
    factors = _square_factors(node)
    return multiply(*map(trace, factors)) if factors else None


def _diagonal(node: Node) -> Node | None:
    factors = _square_factors(node)
    return kron(*map(diagonal_vector, factors)) if factors else None


def _determinant(node: Node) -> Node | None:
    """det(A (x) B) = det(A)^p det(B)^m for A of m x m and B of p x p."""
    factors = _square_factors(node)
    if not factors:
        return None
    A, B = factors
    return multiply(
        elementwise_power(determinant(A), size_node(B.shape[0])),
        elementwise_power(determinant(B), size_node(A.shape[0])),
    )


def _of_entries(function: Callable[[Node], Node]) -> Callable[[Node], Node | None]:
    """A function of all entries that is a product for Kronecker products; stacking keeps it."""

    def form(node: Node) -> Node | None:
        factors = _factors(node)
        if factors:
            return multiply(*map(function, factors))
        inside = node.args[0]
        return function(inside.args[0]) if inside.op in {"vec", "unvec"} else None

    return form


def _hadamard(node: Node) -> Node | None:
    """(A (x) B) o (C (x) D) = (A o C) (x) (B o D) for equal shapes."""
    first = node.args[0]
    if first.op != "kron" or len(node.args) < 2:
        return None
    shapes = [part.shape for part in first.args]
    for other in node.args[1:]:
        if other.op != "kron" or [part.shape for part in other.args] != shapes:
            return None
    return kron(*(hadamard(*parts) for parts in zip(*(f.args for f in node.args), strict=True)))


def _vec(node: Node) -> Node | None:
    """vec(x y') = y (x) x; what was unstacked in a sum is stacked again."""
    (inside,) = node.args
    parts = _thin_parts(inside)
    if parts is not None:
        column, row = parts
        return kron(transpose(row), column)
    return _term_by_term(node, "unvec", vec)


def _unvec(node: Node) -> Node | None:
    """The matrix of (A (x) B) x is B X A', that of K x is X', that of y (x) x is x y'."""
    (inside,), (rows, columns) = node.args, node.shape
    if inside.op == "kron":
        y, x = inside.args
        is_outer = (x.shape, y.shape) == ((rows, 1), (columns, 1))
        return multiply(x, transpose(y)) if is_outer else None
    coefficient, scalars, chain = split_product(inside)
    outside, rest = product(coefficient, scalars, []), product(Fraction(1), [], chain[1:])
    if len(chain) > 1 and chain[0].op == "kron":
        A, B = chain[0].args
        if (B.shape[0], A.shape[0]) == (rows, columns):
            body = unvec(rest, B.shape[1], A.shape[1])
            return multiply(outside, B, body, transpose(A))
    if len(chain) > 1 and chain[0].op == "commutation" and chain[0].data == (columns, rows):
        return multiply(outside, transpose(unvec(rest, columns, rows)))
    return _term_by_term(node, "vec", lambda term: unvec(term, rows, columns))


def _term_by_term(node: Node, undone: str, function: Callable[[Node], Node]) -> Node | None:
    """A linear function of a sum, where it is undone in one of the terms at least."""
    (inside,) = node.args
    if inside.op != "add":
        return None
    chains = [split_product(term)[2] for term in inside.args]
    if not any(len(chain) == 1 and chain[0].op == undone for chain in chains):
        return None
    opened = add(*map(function, inside.args))
    return opened if length(opened) <= length(node) else None


def _thin_parts(node: Node) -> tuple[Node, Node] | None:
    """A matrix of rank one as a column and a row."""
    chain = split_product(node)[2]
    for k in range(1, len(chain)):
        if chain[k].shape[0] == 1:
            return product(Fraction(1), [], chain[:k]), product(Fraction(1), [], chain[k:])
    return None


# --- sums over blocks -----------------------------------------------------------------


def _block_inner(node: Node) -> Node | None:
    """Of C (x) D the blocks are c_ij D; of x y' they are the pieces of x times those of y'."""
    (whole, B), grid = node.args, node.shape
    if whole.op == "kron" and whole.args[0].shape == grid and whole.args[1].shape == B.shape:
        return multiply(dot(whole.args[1], B), whole.args[0])
    if whole.op == "eye" and grid[0] == grid[1]:
        return multiply(trace(B), eye(grid[0]))
    if whole.op == "ones":
        return multiply(total(B), ones(*grid))
    parts = _thin_parts(whole)
    if parts is not None:
        X, Y = _pieces(parts, B.shape, grid)
        return multiply(transpose(X), B, Y)
    return None


def _block_sum(node: Node) -> Node | None:
    """As ``_block_inner``, with the sizes of grid and block exchanged."""
    (whole, A), block = node.args, node.shape
    if whole.op == "kron" and whole.args[1].shape == block and whole.args[0].shape == A.shape:
        return multiply(dot(whole.args[0], A), whole.args[1])
    if whole.op == "eye" and block[0] == block[1]:
        return multiply(trace(A), eye(block[0]))
    if whole.op == "ones":
        return multiply(total(A), ones(*block))
    parts = _thin_parts(whole)
    if parts is not None:
        X, Y = _pieces(parts, block, A.shape)
        return multiply(X, A, transpose(Y))
    return None


def _pieces(parts: tuple[Node, Node], block: Shape, grid: Shape) -> tuple[Node, Node]:
    """The pieces of the column and of the row as the columns of two matrices."""
    column, row = parts
    (p, q), (m, n) = block, grid
    return unvec(column, p, m), unvec(transpose(row), q, n)


def _by_terms(form: Callable[[Node], Node | None]) -> Callable[[Node], Node | None]:
    """The same for a sum of matrices, where each term comes out without its blocks."""

    def whole(node: Node) -> Node | None:
        first, factor = node.args
        if first.op != "add":
            return form(node)
        opened = []
        for term in first.args:
            coefficient, scalars, chain = split_product(term)
            body = _same_operator(node, product(Fraction(1), [], chain), factor)
            found = form(body) if body.op == node.op else body
            if found is None or contains(found, node.op):
                return None
            opened.append(multiply(product(coefficient, scalars, []), found))
        return add(*opened)

    return whole


def _same_operator(node: Node, whole: Node, factor: Node) -> Node:
    build = block_inner if node.op == "block_inner" else block_sum
    return build(whole, factor, *node.shape)


FORMS: dict[str, Callable[[Node], Node | None]] = {
    "kron": _kron,
    "vec": _vec,
    "unvec": _unvec,
    "block_inner": _by_terms(_block_inner),
    "block_sum": _by_terms(_block_sum),
    "inverse": _inverse,
    "trace": _trace,
    "diagonal": _diagonal,
    "det": _determinant,
    "total": _of_entries(total),
    "norm2": _of_entries(norm2),
    "norm1": _of_entries(norm1),
    "had": _hadamard,
}
