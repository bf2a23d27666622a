"""Properties of functions of matrices, factors, generalised inverses and masks."""

from __future__ import annotations

from collections.abc import Callable

from derive.language.expression import Node
from derive.language.property_base import (
    KEPT_BY_INVERSION,
    SPD,
    Properties,
    common,
    known,
    within,
)
from derive.language.ranges import (
    NEGATIVE,
    POSITIVE,
    UNIT,
)


def _matrix_function(node: Node) -> Properties:
    """A power series in a symmetric matrix is symmetric; exp and the root are definite then."""
    names = known(node.args[0]).names & {"symmetric", "diagonal"}
    if node.data in {"expm", "sqrtm"}:
        names |= SPD if "symmetric" in names else frozenset({"invertible"})
    return Properties(names=names)


def _frechet(node: Node) -> Properties:
    return Properties(names=common(node.args) & {"symmetric", "diagonal"})


def _generalised_inverse(node: Node) -> Properties:
    """Of the adjugate and the pseudo-inverse, which are inverses up to a factor."""
    kept = KEPT_BY_INVERSION - {"lower", "upper"}
    return Properties(names=known(node.args[0]).names & (kept | {"invertible"}))


def _cholesky(node: Node) -> Properties:
    return Properties(names=known(node.args[0]).names & {"diagonal"} | {"invertible", "lower"})


def _polygamma(node: Node) -> Properties:
    names = known(node.args[0]).names & {"symmetric"}
    return Properties(POSITIVE if node.data % 2 else NEGATIVE, names)


MATRIX_RULES: dict[str, Callable[[Node], Properties]] = {
    "mask": within(UNIT),
    "polygamma": _polygamma,
    "matrixmap": _matrix_function,
    "frechet": _frechet,
    "cholesky": _cholesky,
    "adjugate": _generalised_inverse,
    "pinv": _generalised_inverse,
}
