"""The matrix of a linear map: ``M`` with ``L(e) = M e`` for every vector ``e``.

What a reader sees at once is read off the node as it stands, so that its order and its
common factors stay; a part for which that fails goes through index notation.
"""

from __future__ import annotations

from derive.engine.forward import turned_chain
from derive.engine.index.expand import expanded
from derive.engine.index.matrices import matrix_of
from derive.language.blocks import block, part_of
from derive.language.expression import (
    Node,
    add,
    chain_of,
    eye,
    multiply,
    product,
    split_product,
    zero,
)
from derive.language.functions import diagonal_matrix, hadamard
from derive.language.indices import sum_over
from derive.language.kronecker import kron


def coefficient_matrix(linear: Node, direction: Node) -> Node:
    """The matrix of a column that is linear in the symbol `direction`, itself a column.

    Raises
    ------
    NoMatrixFormError
        The map is no product of matrices, or holds an operator that has no row in index
        notation.
    """
    if linear is direction:
        return eye(direction.shape[0])
    if direction not in linear.symbols:
        raise ValueError("the direction does not occur")
    if linear.op == "add":
        return add(*(coefficient_matrix(term, direction) for term in linear.args))
    if linear.op == "mul":
        return _of_product(linear, direction)
    if linear.op == "sum_over":
        return sum_over(coefficient_matrix(linear.args[0], direction), linear.data)
    if linear.op == "had":
        (k,) = _moving(linear.args, direction)
        others = hadamard(*linear.args[:k], *linear.args[k + 1 :])
        return multiply(diagonal_matrix(others), coefficient_matrix(linear.args[k], direction))
    if linear.op == "block":
        return block([[_or_zero(entry, direction)] for entry in linear.args])
    if linear.op == "part":
        inside = coefficient_matrix(linear.args[0], direction)
        return part_of(inside, linear.data[0], 0, linear.shape[0], direction.shape[0])
    if linear.op == "kron":
        return _of_kronecker(linear, direction)
    return matrix_of(expanded(linear, (direction,)))


def _or_zero(node: Node, direction: Node) -> Node:
    if direction in node.symbols:
        return coefficient_matrix(node, direction)
    return zero((node.shape[0], direction.shape[0]))


def _of_kronecker(linear: Node, direction: Node) -> Node:
    """Of columns: dx (x) b = (I (x) b) dx, and a (x) dx = (a (x) I) dx."""
    left, right = linear.args
    (k,) = _moving(linear.args, direction)
    factors = (left, eye(right.shape[0])) if k == 1 else (eye(left.shape[0]), right)
    return multiply(kron(*factors), coefficient_matrix(linear.args[k], direction))


def _of_product(linear: Node, direction: Node) -> Node:
    coefficient, scalars, chain = split_product(linear)
    if scalars == (linear,):
        return _of_scalar_chain(linear, direction)
    moving = _moving(scalars, direction)
    if moving:
        (k,) = moving
        outside = product(coefficient, [*scalars[:k], *scalars[k + 1 :]], chain)
        return multiply(outside, coefficient_matrix(scalars[k], direction))
    (k,) = _moving(chain, direction)
    if k != len(chain) - 1:
        return matrix_of(expanded(linear, (direction,)))
    outside = product(coefficient, scalars, chain[:k])
    return multiply(outside, coefficient_matrix(chain[k], direction))


def _of_scalar_chain(linear: Node, direction: Node) -> Node:
    """A 1 x 1 chain, read from the end where the direction stands."""
    chain = chain_of(linear)
    (k,) = _moving(chain, direction)
    if k == 0 and len(chain) > 1:
        linear = turned_chain(linear)
        chain, k = chain_of(linear), len(chain) - 1
    if k != len(chain) - 1:
        return matrix_of(expanded(linear, (direction,)))
    return multiply(*chain[:k], coefficient_matrix(chain[k], direction))


def _moving(factors: tuple[Node, ...], direction: Node) -> list[int]:
    return [k for k, factor in enumerate(factors) if direction in factor.symbols]
