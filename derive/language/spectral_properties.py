"""Properties of norms, determinants, eigenvalues, singular values and their vectors."""

from __future__ import annotations

from collections.abc import Callable

from derive.language.expression import Node
from derive.language.property_base import PSD, Properties, known, sign_of, within
from derive.language.ranges import NONNEGATIVE, POSITIVE, WITHIN_ONE


def _determinant(node: Node) -> Properties:
    inside = known(node.args[0])
    entries = sign_of(inside)
    if node.args[0].op == "matrixmap" and node.args[0].data == "expm":
        entries = POSITIVE
    if node.args[0].op == "cholesky":
        entries = POSITIVE
    if "orthogonal" in inside.names:
        entries = entries.both(WITHIN_ONE)
    return Properties(entries, frozenset({"nonzero"} if "invertible" in inside.names else ()))


def _norm(node: Node) -> Properties:
    is_not_zero = known(node.args[0]).names & {"nonzero", "invertible"}
    return Properties(POSITIVE if is_not_zero else NONNEGATIVE)


def _eigenvalues(node: Node) -> Properties:
    """Eigenvalues have the sign of the matrix, and none is zero if it is invertible."""
    inside = known(node.args[0])
    is_regular = "invertible" in inside.names
    return Properties(sign_of(inside), frozenset({"nonzero"} if is_regular else ()))


def _singular_values(node: Node) -> Properties:
    is_regular = "invertible" in known(node.args[0]).names
    return Properties(POSITIVE if is_regular else NONNEGATIVE)


def _unit_columns(node: Node) -> Properties:
    """Orthonormal columns; square, they are an orthogonal matrix."""
    is_square = node.shape[0] == node.shape[1]
    return Properties(WITHIN_ONE, frozenset({"orthogonal"} if is_square else ()))


SPECTRAL_RULES: dict[str, Callable[[Node], Properties]] = {
    "det": _determinant,
    **dict.fromkeys(("norm1", "norm2", "norminf", "specnorm", "nucnorm"), _norm),
    **dict.fromkeys(("eigvals", "lambda_max", "lambda_min"), _eigenvalues),
    "svdvals": _singular_values,
    **dict.fromkeys(("eigvecs", "leftvecs", "rightvecs", "polar"), _unit_columns),
    **dict.fromkeys(("eigvec_max", "eigvec_min"), within(WITHIN_ONE)),
    **dict.fromkeys(("leftvec_max", "rightvec_max"), within(WITHIN_ONE)),
    "resolvent_max": lambda node: Properties(names=PSD),
    "resolvent_min": lambda node: Properties(names=frozenset({"symmetric"})),
}
