"""A tensor as a matrix: rows are outputs, columns are inputs."""

from __future__ import annotations

from derive.engine.index.reduce import is_reduced, reduced
from derive.engine.index.tensor import NoMatrixFormError, Tensor, Term
from derive.language.expression import Node, add, eye, multiply, ones, product, transpose, zero
from derive.language.functions import diagonal_matrix, hadamard
from derive.language.sizes import Dim


def matrix_of(tensor: Tensor) -> Node:
    """The matrix of a tensor with at most one output and one input index.

    Raises
    ------
    NoMatrixFormError
        A summed index joins three matrices or more: matrix notation has no form.
    """
    assert len(tensor.output) <= 1
    assert len(tensor.inputs) <= 1
    shape = tuple(tensor.sizes[i[0]] if i else 1 for i in (tensor.output, tensor.inputs))
    parts = [_matrix(term, tensor) for term in tensor.terms]
    return add(*parts) if parts else zero((shape[0], shape[1]))


def _matrix(term: Term, tensor: Tensor) -> Node:
    term = reduced(term, tensor.free, tensor.sizes)
    if not is_reduced(term, tensor.free):
        raise NoMatrixFormError
    vectors = {f.indices[0]: f.node for f in term.factors if len(f.indices) == 1}
    left, right = (_end(i, vectors) for i in (tensor.output, tensor.inputs))
    middle = [f for f in term.factors if len(f.indices) == 2]
    outside = product(term.coefficient, term.scalars, [])
    if not middle:
        rows = _size(tensor, tensor.output) if left is None else left
        columns = _size(tensor, tensor.inputs) if right is None else right
        return multiply(outside, rows, transpose(columns))
    (factor,) = middle
    body = factor.node if factor.indices[0] == tensor.output[0] else transpose(factor.node)
    if left is not None and right is not None and body.op not in {"eye", "diag"}:
        return multiply(outside, hadamard(multiply(left, transpose(right)), body))
    if body.op == "eye":
        ends = [end for end in (left, right) if end is not None]
        return multiply(outside, diagonal_matrix(hadamard(*ends)) if ends else body)
    scaled = [body]
    if left is not None:
        scaled.insert(0, diagonal_matrix(left))
    if right is not None:
        scaled.append(diagonal_matrix(right))
    return multiply(outside, *scaled)


def _end(indices: tuple[int, ...], vectors: dict[int, Node]) -> Node | None:
    return vectors.get(indices[0]) if indices else None


def _size(tensor: Tensor, indices: tuple[int, ...]) -> Node:
    """Ones along an axis that no factor speaks of; 1 where there is no axis."""
    size: Dim = tensor.sizes[indices[0]] if indices else 1
    return ones(size) if size != 1 else eye(1)
