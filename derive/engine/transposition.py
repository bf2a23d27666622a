"""Transposition: from a node linear in differentials to the adjoint of each.

For an adjoint ``a`` of e and d(e) = L(dA), the adjoint of A is the A-shaped ``b`` with
<a, L(dA)> = <b, dA> for every dA.  The inner product is the sum of products of entries.

To add an operator that is linear in an argument, add a row to ``ADJOINTS``; one that is
linear in each of two, to ``BILINEAR``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

from derive.errors import NoRuleError
from derive.language.blocks import embedded, offsets_of, part_of
from derive.language.expression import (
    Node,
    add,
    chain_of,
    eye,
    multiply,
    number,
    ones,
    product,
    split_product,
    transpose,
)
from derive.language.functions import (
    array,
    diagonal_matrix,
    diagonal_vector,
    hadamard,
    total,
    trace,
)
from derive.language.kronecker import block_inner, block_sum, kron, unvec, vec
from derive.language.matrix_functions import frechet
from derive.language.sizes import Dim
from derive.language.toeplitz import toeplitz_part

Pair: TypeAlias = tuple[Node, Node]


def transposed(linear: Node, adjoint: Node, moving: Mapping[Node, Node]) -> list[Pair]:
    """The pairs (A, adjoint of A) with <adjoint, linear> = sum of <adjoint of A, dA>.

    `moving` maps each placeholder symbol that stands for a dA in `linear` to its A.
    """
    found: list[Pair] = []
    pending = [(linear, adjoint)]
    while pending:
        node, a = pending.pop()
        if node in moving:
            found.append((moving[node], a))
        elif node.op == "add":
            terms = [term for term in node.args if _moves(term, moving)]
            pending.extend((term, a) for term in reversed(terms))
        elif node.op == "array":
            width = int(str(node.shape[1]))
            moved = [(k, e) for k, e in enumerate(node.args) if _moves(e, moving)]
            pending.extend((e, entry(a, *divmod(k, width))) for k, e in reversed(moved))
        elif node.op == "block":
            pending.extend(reversed(_block_pairs(node, a, moving)))
        elif _moves(node, moving):
            pending.append(_one_step(node, a, moving))
    return found


#: Operators that are linear in one argument: (node, adjoint) to (argument, its adjoint).
ADJOINTS: dict[str, Callable[[Node, Node], Pair]] = {
    "transpose": lambda e, a: (e.args[0], transpose(a)),
    "trace": lambda e, a: (e.args[0], multiply(a, eye(e.args[0].shape[0]))),
    "total": lambda e, a: (e.args[0], multiply(a, ones(*e.args[0].shape))),
    "diag": lambda e, a: (e.args[0], diagonal_vector(a)),
    # the adjoint inside stands under the sum: see ``closed`` in language/indices.py
    "sum_over": lambda e, a: (e.args[0], a),
    "diagonal": lambda e, a: (e.args[0], diagonal_matrix(a)),
    "vec": lambda e, a: (e.args[0], unvec(a, *e.args[0].shape)),
    "unvec": lambda e, a: (e.args[0], vec(a)),
    "part": lambda e, a: (e.args[0], embedded(a, e.data[0], e.data[1], *e.args[0].shape)),
    "toeplitz": lambda e, a: (e.args[0], toeplitz_part(a)),
}

#: Operators of two arguments that are linear in each: the adjoint of the left, of the right.
BILINEAR: dict[str, tuple[Callable[[Node, Node], Node], Callable[[Node, Node], Node]]] = {
    "kron": (
        lambda e, a: block_inner(a, e.args[1], *e.args[0].shape),
        lambda e, a: block_sum(a, e.args[0], *e.args[1].shape),
    ),
    "block_inner": (
        lambda e, a: kron(a, e.args[1]),
        lambda e, a: block_sum(e.args[0], a, *e.args[1].shape),
    ),
    "block_sum": (
        lambda e, a: kron(e.args[1], a),
        lambda e, a: block_inner(e.args[0], a, *e.args[1].shape),
    ),
}


def _block_pairs(node: Node, a: Node, moving: Mapping[Node, Node]) -> list[Pair]:
    """Each block with its part of the adjoint."""
    tops, lefts = offsets_of(node)
    pairs = []
    for k, entry in enumerate(node.args):
        if _moves(entry, moving):
            i, j = divmod(k, node.data[1])
            pairs.append((entry, part_of(a, tops[i], lefts[j], *entry.shape)))
    return pairs


def _one_step(node: Node, a: Node, moving: Mapping[Node, Node]) -> Pair:
    """One operator nearer to the differential."""
    if node.op == "mul":
        return _through_product(node, a, moving)
    if node.op == "had":
        position = _moving(node.args, moving)
        others = [f for k, f in enumerate(node.args) if k != position]
        return node.args[position], hadamard(*others, a)
    if node.op in BILINEAR:
        position = _moving(node.args, moving)
        return node.args[position], BILINEAR[node.op][position](node, a)
    if node.op in ADJOINTS:
        return ADJOINTS[node.op](node, a)
    if node.op == "frechet":
        return _through_frechet(node, a, moving)
    raise NoRuleError(f"no transposition is known for {node.op!r} in {node!r}")


def _through_product(node: Node, a: Node, moving: Mapping[Node, Node]) -> Pair:
    coefficient, scalars, chain = split_product(node)
    if not chain and len(scalars) == 1 and scalars[0] is node:
        scalars, chain = (), chain_of(node)
    factors = [*scalars, *chain]
    position = _moving(factors, moving)
    if position < len(scalars):
        rest = [s for k, s in enumerate(scalars) if k != position]
        outside = product(coefficient, rest, [])
        if not chain:
            return factors[position], multiply(outside, a)
        scale = inner_product(a, product(Fraction(1), [], chain))
        return factors[position], multiply(outside, scale)
    k = position - len(scalars)
    left = [transpose(f) for f in reversed(chain[:k])]
    right = [transpose(f) for f in reversed(chain[k + 1 :])]
    return chain[k], multiply(product(coefficient, scalars, []), *left, a, *right)


def _through_frechet(node: Node, a: Node, moving: Mapping[Node, Node]) -> Pair:
    """The trace of ``a' L_f(A, E, ...)`` is symmetric in a' and every direction."""
    position = _moving(node.args, moving)
    matrix, *others = (arg for k, arg in enumerate(node.args) if k != position)
    return node.args[position], frechet(node.data, transpose(matrix), *map(transpose, others), a)


def inner_product(left: Node, right: Node) -> Node:
    """Sum of products of entries: a product of scalars, a'b, or tr(A'B); a sum is split."""
    if right.op == "ones" and not left.is_scalar:
        return total(left)
    if left.op == "add" and not left.is_scalar:
        return add(*(inner_product(term, right) for term in left.args))
    return trace(multiply(transpose(left), right))


def entry(node: Node, row: int, column: int) -> Node:
    """One entry of a node of fixed size: read off where it can be, else ``e_i' A e_j``."""
    if node.op == "array":
        return node.args[row * int(str(node.shape[1])) + column]
    if node.op == "eye":
        return number(int(row == column))
    if node.op in {"ones", "zero"}:
        return number(int(node.op == "ones"))
    if node.op == "transpose":
        return entry(node.args[0], column, row)
    if node.op == "add":
        return add(*(entry(term, row, column) for term in node.args))
    if node.op == "had":
        return multiply(*(entry(factor, row, column) for factor in node.args))
    coefficient, scalars, chain = split_product(node)
    if len(chain) == 1 and (scalars or coefficient != 1):
        return multiply(product(coefficient, scalars, []), entry(chain[0], row, column))
    left, right = _unit(node.shape[0], row), _unit(node.shape[1], column)
    return multiply(transpose(left), node, right)


def _unit(size: Dim, place: int) -> Node:
    """The unit vector of a fixed size."""
    return array([[number(int(k == place))] for k in range(int(str(size)))])


def _moves(node: Node, moving: Mapping[Node, Node]) -> bool:
    return any(placeholder in node.symbols for placeholder in moving)


def _moving(factors: Sequence[Node], moving: Mapping[Node, Node]) -> int:
    """The position of the one factor that holds a differential."""
    positions = [k for k, f in enumerate(factors) if _moves(f, moving)]
    if len(positions) != 1:
        raise NoRuleError(f"the differential is not linear: {len(positions)} factors move")
    return positions[0]
