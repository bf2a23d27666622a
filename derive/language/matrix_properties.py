"""Properties of functions of matrices, factors, generalised inverses and masks."""

from __future__ import annotations

from collections.abc import Callable

from derive.language.canonical import canonical
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


def _rearranged(node: Node) -> Properties:
    """The same entries in other places."""
    inside = known(node.args[0])
    return Properties(inside.entries, inside.names & {"nonzero"})


def _unstacked(node: Node) -> Properties:
    """The entries of a vector as a matrix; a solution of a Lyapunov equation is as its right side.

    ``A X + X A = C`` with A symmetric positive definite has the one solution
    ``int exp(-tA) C exp(-tA) dt``, symmetric or definite as C is.
    """
    inside = known(node.args[0])
    kept = inside.names & {"nonzero"}
    right = _right_of_lyapunov(node.args[0])
    if right is not None:
        kept |= known(right).names & {"symmetric", "psd", "spd"}
    return Properties(inside.entries, kept)


def _right_of_lyapunov(stacked: Node) -> Node | None:
    """``C`` in ``(I kron A + A kron I)^-1 vec(C)`` for a positive definite A."""
    if stacked.op != "mul" or [arg.op for arg in stacked.args] != ["inverse", "vec"]:
        return None
    system = stacked.args[0].args[0]
    if system.op != "add" or any(term.op != "kron" for term in system.args):
        return None
    pairs = [[f for f in term.args if f.op != "eye"] for term in system.args]
    places = [term.args[0].op == "eye" for term in system.args]
    if sorted(places) != [False, True] or any(len(pair) != 1 for pair in pairs):
        return None
    first, second = (pair[0] for pair in pairs)
    is_one = canonical(first) is canonical(second) and "spd" in known(first).names
    return stacked.args[1].args[0] if is_one else None


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
    "unvec": _unstacked,
    "vec": _rearranged,
    "part": _rearranged,
}
