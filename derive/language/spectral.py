"""Functions of eigenvalues and singular values, and of the vectors that belong to them.

Eigenvalues are those of a matrix that is provably symmetric; anything else is refused.  Where
a symmetric matrix is moved in a direction that is not, its symmetric part counts: ``f(A)``
means ``f((A + A')/2)``.  Values are in descending order.  The largest entry of an eigenvector,
and of a right singular vector, is positive.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derive.errors import DomainError, ShapeError
from derive.language.expression import (
    ONE,
    Node,
    divide,
    elementwise_power,
    is_zero,
    make,
    matrix_power,
    multiply,
    number,
    ones,
    product,
    split_product,
    transpose,
)
from derive.language.functions import (
    elementwise,
    norm2,
    total,
    trace,
)
from derive.language.properties import is_symmetric_by_facts
from derive.language.shape_errors import require_square, require_vector, shaped
from derive.language.sizes import Dim, Shape, least, shape_text
from derive.language.structure import SCALAR

Builder = Callable[[Node], Node]

#: The shape of each operator from the rows and columns of its argument.
SHAPES: dict[str, Callable[[Dim, Dim], Shape]] = {
    **dict.fromkeys(("eigvals", "eigvec_max", "eigvec_min"), lambda rows, columns: (rows, 1)),
    **dict.fromkeys(("eigvecs", "gaps"), lambda rows, columns: (rows, rows)),
    **dict.fromkeys(("resolvent_max", "resolvent_min"), lambda rows, columns: (rows, rows)),
    **dict.fromkeys(("lambda_max", "lambda_min"), lambda rows, columns: SCALAR),
    **dict.fromkeys(("specnorm", "nucnorm"), lambda rows, columns: SCALAR),
    "svdvals": lambda rows, columns: (least(rows, columns), 1),
    "leftvecs": lambda rows, columns: (rows, least(rows, columns)),
    "rightvecs": lambda rows, columns: (columns, least(rows, columns)),
    "leftvec_max": lambda rows, columns: (rows, 1),
    "rightvec_max": lambda rows, columns: (columns, 1),
    "polar": lambda rows, columns: (rows, columns),
}


def spectral_node(op: str, argument: Node) -> Node:
    """The node of an operator of this family, its argument taken as it is."""
    return make(op, (argument,), SHAPES[op](*argument.shape))


# --- symmetric matrices ---------------------------------------------------------------


def require_symmetric(name: str, node: Node) -> None:
    """Raise unless the node certainly equals its transpose."""
    require_square(name, node)
    if not is_symmetric_by_facts(node):
        is_name = node.op == "symbol"
        declared = (
            f"declare {node.name} symmetric (or spd, psd)" if is_name else "declare its facts"
        )
        raise DomainError(
            f"{name} needs a matrix that is certainly symmetric, got {node!r}\n"
            f"  to fix   : {declared}, or take the symmetric part (A + A')/2"
        )


def eigvals(node: Node) -> Node:
    """Eigenvalues of a symmetric matrix: a vector, the largest first."""
    require_symmetric("eigvals", node)
    if node.is_scalar:
        return node
    return ones(node.shape[0]) if node.op == "eye" else spectral_node("eigvals", node)


def eigvecs(node: Node) -> Node:
    """The orthogonal matrix whose column k is the unit eigenvector of the k-th eigenvalue."""
    require_symmetric("eigvecs", node)
    return number(1) if node.is_scalar else spectral_node("eigvecs", node)


def lambda_max(node: Node) -> Node:
    """The largest eigenvalue of a symmetric matrix."""
    return _extreme("lambda_max", node)


def lambda_min(node: Node) -> Node:
    """The smallest eigenvalue of a symmetric matrix."""
    return _extreme("lambda_min", node)


def _extreme(op: str, node: Node) -> Node:
    require_symmetric(op, node)
    if node.is_scalar:
        return node
    return number(1) if node.op == "eye" else spectral_node(op, node)


def _of_symmetric(op: str, node: Node, of_scalar: int) -> Node:
    require_symmetric(op, node)
    return number(of_scalar) if node.is_scalar else spectral_node(op, node)


def eigvec_max(node: Node) -> Node:
    """The unit eigenvector of the largest eigenvalue."""
    return _of_symmetric("eigvec_max", node, of_scalar=1)


def eigvec_min(node: Node) -> Node:
    """The unit eigenvector of the smallest eigenvalue."""
    return _of_symmetric("eigvec_min", node, of_scalar=1)


def resolvent_max(node: Node) -> Node:
    """The pseudo-inverse of ``lambda_max(A) I - A``."""
    return _of_symmetric("resolvent_max", node, of_scalar=0)


def resolvent_min(node: Node) -> Node:
    """The pseudo-inverse of ``lambda_min(A) I - A``."""
    return _of_symmetric("resolvent_min", node, of_scalar=0)


def gaps(node: Node) -> Node:
    """The matrix of ``1/(v_j - v_i)`` of a vector with distinct entries, 0 on its diagonal."""
    require_vector("gaps", node)
    return number(0) if node.is_scalar else spectral_node("gaps", node)


# --- any matrix -----------------------------------------------------------------------


def svdvals(node: Node) -> Node:
    """Singular values: a vector of as many as the smaller of rows and columns."""
    if 1 in node.shape:
        return norm2(node)
    if node.op == "eye":
        return ones(node.shape[0])
    return spectral_node("svdvals", node)


def leftvecs(node: Node) -> Node:
    """The left singular vectors in columns."""
    _require_matrix("leftvecs", node)
    return spectral_node("leftvecs", node)


def rightvecs(node: Node) -> Node:
    """The right singular vectors in columns."""
    _require_matrix("rightvecs", node)
    return spectral_node("rightvecs", node)


def specnorm(node: Node) -> Node:
    """The largest singular value."""
    if 1 in node.shape:
        return norm2(node)
    if is_zero(node) or node.op == "eye":
        return number(int(node.op == "eye"))
    return _norm_of_rank_one(node) or spectral_node("specnorm", node)


def leftvec_max(node: Node) -> Node:
    """The unit left singular vector of the largest singular value."""
    _require_matrix("leftvec_max", node)
    return spectral_node("leftvec_max", node)


def rightvec_max(node: Node) -> Node:
    """The unit right singular vector of the largest singular value."""
    _require_matrix("rightvec_max", node)
    return spectral_node("rightvec_max", node)


def nucnorm(node: Node) -> Node:
    """The sum of the singular values."""
    if 1 in node.shape:
        return norm2(node)
    if is_zero(node):
        return number(0)
    if node.op == "eye":
        return total(svdvals(node))
    return _norm_of_rank_one(node) or spectral_node("nucnorm", node)


def _norm_of_rank_one(node: Node) -> Node | None:
    """``|u| |v|``, the one singular value of ``u v'``; None where no such form is seen."""
    coefficient, scalars, chain = split_product(node)
    cut = next((k for k in range(1, len(chain)) if chain[k].shape[0] == 1), None)
    if cut is None:
        return None
    outside = [elementwise("abs", scalar) for scalar in scalars]
    column, row = (product(ONE, [], part) for part in (chain[:cut], chain[cut:]))
    return multiply(number(abs(coefficient)), *outside, norm2(column), norm2(transpose(row)))


def polar(node: Node) -> Node:
    """The factor ``U V'`` of the singular value decomposition ``U diag(s) V'``."""
    if 1 in node.shape:
        return divide(node, norm2(node))
    return node if node.op == "eye" else spectral_node("polar", node)


def schatten(node: Node, exponent: Node) -> Node:
    """The Schatten norm: the p-norm of the singular values.

    p = 1, 2 are the nuclear and the Frobenius norm; an even p needs no singular value, since
    ``sum s^p = tr((A'A)^(p/2))``.
    """
    if not exponent.is_scalar:
        raise ShapeError(f"schatten needs a scalar p, got shape {shape_text(exponent.shape)}")
    if 1 in node.shape:
        return norm2(node)
    if not exponent.is_number:
        return _norm_of_rank_one(node) or _by_singular_values(node, exponent)
    p: Fraction = exponent.data
    if p < 1:
        raise DomainError(f"schatten is a norm for p >= 1 only, got p = {p}")
    if p in {1, 2}:
        return nucnorm(node) if p == 1 else norm2(node)
    one = _norm_of_rank_one(node)
    if one is not None:
        return one
    if p % 2:
        return _by_singular_values(node, exponent)
    gram = multiply(transpose(node), node)
    return elementwise_power(trace(matrix_power(gram, int(p) // 2)), number(1 / p))


def _by_singular_values(node: Node, exponent: Node) -> Node:
    powers = elementwise_power(svdvals(node), exponent)
    return elementwise_power(total(powers), elementwise_power(exponent, number(-1)))


def _require_matrix(name: str, node: Node) -> None:
    if node.is_scalar or 1 in node.shape:
        raise ShapeError(
            f"{name} needs a matrix, got {shaped(node)}\n"
            f"  to fix   : the singular vector of a vector a is a/norm2(a)"
        )


#: Every operator of the family and its builder.
BUILDERS: dict[str, Builder] = {
    "eigvals": eigvals,
    "eigvecs": eigvecs,
    "lambda_max": lambda_max,
    "lambda_min": lambda_min,
    "eigvec_max": eigvec_max,
    "eigvec_min": eigvec_min,
    "resolvent_max": resolvent_max,
    "resolvent_min": resolvent_min,
    "gaps": gaps,
    "svdvals": svdvals,
    "leftvecs": leftvecs,
    "rightvecs": rightvecs,
    "specnorm": specnorm,
    "leftvec_max": leftvec_max,
    "rightvec_max": rightvec_max,
    "nucnorm": nucnorm,
    "polar": polar,
}
