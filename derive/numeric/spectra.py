"""Eigenvalues and singular values: one decomposition serves values, vectors and all users."""

from __future__ import annotations

from derive.language.expression import Node
from derive.language.sizes import least
from derive.numeric.lowering import Lowering, Rule
from derive.numeric.terms import Term, squeeze


def _decomposed(to: Lowering, node: Node, op: str) -> Term:
    """The decomposition of the argument of a node."""
    matrix = to.term(node.args[0])
    return to.terms.make(op, (matrix,), matrix.shape)


def part_of(decomposition: str, part: str) -> Rule:
    """The rule of an operator that is a part of a decomposition."""

    def lowered(to: Lowering, node: Node) -> Term:
        whole = _decomposed(to, node, decomposition)
        return to.terms.make(part, (whole,), squeeze(node.shape))

    return lowered


def lower_nucnorm(to: Lowering, node: Node) -> Term:
    """The sum of the singular values."""
    whole, rank = _decomposed(to, node, "svd"), least(*node.args[0].shape)
    return to.terms.total(to.terms.make("svd_values", (whole,), (rank,)))


def lower_polar(to: Lowering, node: Node) -> Term:
    """The product of the left with the transposed right singular vectors."""
    whole = _decomposed(to, node, "svd")
    (rows, columns), rank = node.shape, least(*node.shape)
    left = to.terms.make("svd_left", (whole,), (rows, rank))
    right = to.terms.make("svd_right", (whole,), (columns, rank))
    return to.terms.matmul(left, to.terms.transpose(right))


def lower_gaps(to: Lowering, node: Node) -> Term:
    """The matrix of reciprocal differences of a vector."""
    vector = to.term(node.args[0])
    return to.terms.make("gaps", (vector,), squeeze(node.shape))


SPECTRAL_LOWERED: dict[str, Rule] = {
    "eigvals": part_of("eigen", "eigen_values"),
    "eigvecs": part_of("eigen", "eigen_vectors"),
    "lambda_max": part_of("eigen", "eigen_first_value"),
    "lambda_min": part_of("eigen", "eigen_last_value"),
    "eigvec_max": part_of("eigen", "eigen_first_vector"),
    "eigvec_min": part_of("eigen", "eigen_last_vector"),
    "resolvent_max": part_of("eigen", "resolvent_max"),
    "resolvent_min": part_of("eigen", "resolvent_min"),
    "gaps": lower_gaps,
    "svdvals": part_of("svd", "svd_values"),
    "leftvecs": part_of("svd", "svd_left"),
    "rightvecs": part_of("svd", "svd_right"),
    "specnorm": part_of("svd", "svd_first_value"),
    "leftvec_max": part_of("svd", "svd_first_left"),
    "rightvec_max": part_of("svd", "svd_first_right"),
    "nucnorm": lower_nucnorm,
    "polar": lower_polar,
}
