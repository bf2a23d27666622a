"""Linear maps of a matrix as sums of ``A X B`` and ``A X' B``, and as matrices of ``vec``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from derive.engine.affine import LinearTerm, linear_matrix
from derive.engine.products import times
from derive.engine.stationary.equation import Simplifier, simplified
from derive.language.canonical import same
from derive.language.expression import Node, add, eye, number, ones, transpose
from derive.language.functions import diagonal_matrix
from derive.language.kronecker import commutation, kron, vec


@dataclass(frozen=True)
class Sandwich:
    """``left X right``, or ``left X' right`` if `is_turned`; scalars stand in `left`."""

    left: Node
    right: Node
    is_turned: bool = False


def sandwich(term: LinearTerm) -> Sandwich | None:
    """A term of an affine form as one product around the variable, if it is that."""
    rows, columns = term.variable.shape
    scale, left, right, is_turned = number(1), eye(rows), eye(columns), False
    for one in term.maps:
        if one.name == "left":
            left = times(one.matrix, left)
        elif one.name == "right":
            right = times(right, one.matrix)
        elif one.name == "scale":
            scale = times(scale, one.matrix)
        elif one.name == "transpose":
            left, right, is_turned = transpose(right), transpose(left), not is_turned
        else:
            return None
    return Sandwich(times(scale, left), right, is_turned)


def sandwiches(
    terms: Iterable[LinearTerm], simplify: Simplifier = simplified
) -> tuple[Sandwich, ...] | None:
    """All terms, those with an equal right or else an equal left side joined."""
    found = [sandwich(term) for term in terms]
    if any(one is None for one in found):
        return None
    joined = _joined([one for one in found if one is not None], simplify)
    return tuple(joined)


def _joined(terms: Sequence[Sandwich], simplify: Simplifier) -> list[Sandwich]:
    """Equal right sides joined, then equal left sides."""
    by_right: list[Sandwich] = []
    for one in terms:
        for k, other in enumerate(by_right):
            if one.is_turned == other.is_turned and same(one.right, other.right):
                left = simplify(add(other.left, one.left))
                by_right[k] = Sandwich(left, other.right, one.is_turned)
                break
        else:
            by_right.append(one)
    by_left: list[Sandwich] = []
    for one in by_right:
        for k, other in enumerate(by_left):
            if one.is_turned == other.is_turned and same(one.left, other.left):
                right = simplify(add(other.right, one.right))
                by_left[k] = Sandwich(other.left, right, one.is_turned)
                break
        else:
            by_left.append(one)
    return by_left


def column_matrix(terms: Iterable[LinearTerm], simplify: Simplifier = simplified) -> Node | None:
    """The matrix ``M`` with ``sum of terms(x) = M x`` for a column ``x``, if there is one."""
    parts = [_column_part(term) for term in terms]
    if not parts or any(part is None for part in parts):
        return None
    return simplify(add(*(part for part in parts if part is not None)))


def _column_part(term: LinearTerm) -> Node | None:
    if term.variable.is_scalar:
        return term.apply(number(1))
    matrix = linear_matrix(term)
    if matrix is not None:
        return matrix
    one = sandwich(term)
    if one is None:
        return None
    if one.is_turned:
        return times(one.left, transpose(one.right))
    return times(one.right, one.left) if one.right.is_scalar else None


def entrywise_weights(terms: Iterable[LinearTerm], simplify: Simplifier) -> Node | None:
    """The array ``W`` with ``sum of terms(X) = W .* X``, if some term is an elementwise product."""
    weights, names = [], set()
    for term in terms:
        if any(one.name not in {"hadamard", "scale"} for one in term.maps):
            return None
        names |= {one.name for one in term.maps}
        weights.append(term.apply(ones(*term.variable.shape)))
    return simplify(add(*weights)) if "hadamard" in names else None


def stacked_matrix(term: LinearTerm) -> Node | None:
    """The matrix ``M`` with ``vec(term(X)) = M vec(X)``, if the maps have one."""
    rows, columns = term.variable.shape
    matrix = eye(rows * columns)
    for one in term.maps:
        r, c = one.source
        if one.name == "left":
            step = kron(eye(c), one.matrix)
        elif one.name == "right":
            step = kron(transpose(one.matrix), eye(r))
        elif one.name == "scale":
            step = one.matrix
        elif one.name == "transpose":
            step = commutation(r, c)
        elif one.name == "hadamard":
            step = diagonal_matrix(vec(one.matrix))
        elif one.name == "trace":
            step = transpose(vec(eye(r)))
        elif one.name == "total":
            step = transpose(ones(r * c))
        elif one.name == "spread":
            step = vec(one.matrix)
        else:
            return None
        matrix = times(step, matrix)
    return matrix
