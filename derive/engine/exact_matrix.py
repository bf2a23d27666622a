"""Matrices of rational numbers and fixed size, and what is exactly true of their spectra.

Nothing here is approximate: ranks and determinants are rational, and the multiplicity of an
eigenvalue is read off the square-free factors of the characteristic polynomial.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import Dummy, Matrix, Poly, diag, eye, ones, oo, zeros

from derive.language.expression import Node
from derive.language.functions import postorder

MOST_ROWS = 12

_VALUES: dict[str, Callable[..., Matrix]] = {
    "eye": lambda node: eye(node.shape[0]),
    "ones": lambda node: ones(*node.shape),
    "zero": lambda node: zeros(*node.shape),
    "number": lambda node: Matrix([[node.data]]),
    "array": lambda node, *entries: Matrix(*node.shape, [entry[0] for entry in entries]),
    "add": lambda node, *terms: sum(terms[1:], terms[0]),
    "transpose": lambda node, inside: inside.T,
    "diag": lambda node, inside: diag(*inside),
    "diagonal": lambda node, inside: Matrix([inside[k, k] for k in range(inside.rows)]),
}


def exact_matrix(node: Node) -> Matrix | None:
    """The entries of a matrix of rational numbers; None where it holds anything else."""
    done: dict[Node, Matrix] = {}
    for part in postorder(node):
        if not all(isinstance(size, int) and size <= MOST_ROWS for size in part.shape):
            return None
        values = [done[arg] for arg in part.args]
        if part.op == "mul":
            done[part] = _product(values)
        elif part.op in _VALUES:
            done[part] = _VALUES[part.op](part, *values)
        else:
            return None
    return done[node]


def _product(factors: list[Matrix]) -> Matrix:
    whole = factors[0]
    for factor in factors[1:]:
        is_scaled = factor.shape == (1, 1) or whole.shape == (1, 1)
        if is_scaled and whole.cols != factor.rows:
            whole = whole[0] * factor if whole.shape == (1, 1) else whole * factor[0]
        else:
            whole = whole * factor
    return whole


def symmetric_part(matrix: Matrix) -> Matrix:
    """``(A + A')/2``, whose eigenvalues count."""
    return (matrix + matrix.T) / 2


def gram(matrix: Matrix) -> Matrix:
    """``X'X`` or ``XX'``, the smaller: its eigenvalues are the squared singular values."""
    return matrix.T * matrix if matrix.rows >= matrix.cols else matrix * matrix.T


def has_full_rank(matrix: Matrix) -> bool:
    """Whether the rank is as large as the shape allows."""
    return bool(matrix.rank() == min(matrix.shape))


def are_eigenvalues_distinct(symmetric: Matrix) -> bool:
    """Whether no eigenvalue is double."""
    return all(multiplicity == 1 for _, multiplicity in _factors(symmetric))


def is_largest_simple(symmetric: Matrix) -> bool:
    """Whether the largest eigenvalue is simple."""
    largest = [(max(p.real_roots()), multiplicity) for p, multiplicity in _factors(symmetric)]
    return max(largest)[1] == 1


def is_off_the_cut(matrix: Matrix) -> bool:
    """Whether no eigenvalue lies on the closed negative real axis."""
    return all(p.count_roots(-oo, 0) == 0 for p, _ in _factors(matrix))


def _factors(matrix: Matrix) -> list[tuple[Poly, int]]:
    """Square-free factors of the characteristic polynomial, with their multiplicities."""
    factors: list[tuple[Poly, int]] = matrix.charpoly(Dummy("t")).sqf_list()[1]
    return factors
