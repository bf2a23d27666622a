"""Properties of functions of matrices, factors, generalised inverses and masks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TypeAlias

from derive.language.canonical import canonical
from derive.language.expression import Node, product, split_product
from derive.language.property_base import (
    KEPT_BY_INVERSION,
    SPD,
    Properties,
    common,
    known,
    within,
)
from derive.language.ranges import (
    INSIDE_UNIT,
    NEGATIVE,
    NONNEGATIVE,
    POSITIVE,
    REAL,
    UNIT,
    Range,
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
    """The entries of a vector as a matrix; the solution of a linear equation may be symmetric.

    A sum of ``kron(P, Q)`` is the map ``Q X P'``.  With every ``kron(Q, P)`` it turns X' into
    the transpose of what it makes of X, so of a symmetric right side it has a symmetric
    solution.  That of ``A X + X A = C`` for A symmetric positive definite is
    ``int exp(-tA) C exp(-tA) dt``, definite as C is.
    """
    inside = known(node.args[0])
    kept = inside.names & {"nonzero"}
    stacked = node.args[0]
    if stacked.op == "mul" and [arg.op for arg in stacked.args] == ["inverse", "vec"]:
        right = known(stacked.args[1].args[0]).names & {"symmetric", "psd", "spd"}
        pairs = _kronecker_pairs(stacked.args[0].args[0])
        if _is_lyapunov(pairs):
            kept |= right
        elif _is_even(pairs):
            kept |= right & {"symmetric"}
    return Properties(inside.entries, kept)


Pair: TypeAlias = tuple[Node, Node, Node]


def _kronecker_pairs(system: Node) -> list[Pair]:
    """The factors of a sum of Kronecker products, each with the scalar before it."""
    pairs = []
    for term in system.args if system.op == "add" else (system,):
        coefficient, scalars, chain = split_product(term)
        if len(chain) != 1 or chain[0].op != "kron":
            return []
        left, right = chain[0].args
        pairs.append((product(coefficient, scalars, []), left, right))
    return pairs


def _is_even(pairs: list[Pair]) -> bool:
    """Whether the factors of the products may change places."""
    keys = [tuple(map(canonical, pair)) for pair in pairs]
    turned = [(scale, right, left) for scale, left, right in keys]
    return bool(keys) and Counter(keys) == Counter(turned)


def _is_lyapunov(pairs: list[Pair]) -> bool:
    """``kron(I, A) + kron(A, I)`` with A positive definite."""
    if len(pairs) != 2 or not _is_even(pairs):
        return False
    scale, left, right = pairs[0]
    core = right if left.op == "eye" else left
    is_one = "eye" in {left.op, right.op} and scale.is_number and scale.data == 1
    return is_one and "spd" in known(core).names


def _generalised_inverse(node: Node) -> Properties:
    """Of the adjugate and the pseudo-inverse, which are inverses up to a factor."""
    kept = KEPT_BY_INVERSION - {"lower", "upper"}
    return Properties(names=known(node.args[0]).names & (kept | {"invertible"}))


def _cholesky(node: Node) -> Properties:
    return Properties(names=known(node.args[0]).names & {"diagonal"} | {"invertible", "lower"})


def _polygamma(node: Node) -> Properties:
    names = known(node.args[0]).names & {"symmetric"}
    return Properties(POSITIVE if node.data % 2 else NEGATIVE, names)


def _bessel(node: Node) -> Properties:
    """A Bessel function of a positive number is positive, and so is an even one."""
    order, x = node.args
    if known(x).entries.is_positive or (order.is_number and order.data % 2 == 0):
        return Properties(POSITIVE)
    return Properties(NONNEGATIVE if known(x).entries.is_nonnegative else REAL)


def _share(node: Node) -> Properties:
    """A share of an integral up to x, positive where x is."""
    return Properties(
        Range(0, 1, False, True) if known(node.args[-1]).entries.is_positive else UNIT
    )


MATRIX_RULES: dict[str, Callable[[Node], Properties]] = {
    "mask": within(UNIT),
    "polygamma": _polygamma,
    "besseli": _bessel,
    "zeta": lambda node: Properties(NEGATIVE if node.data % 2 else POSITIVE),
    **dict.fromkeys(("gammainc", "betainc"), _share),
    "normquantile": within(REAL),
    "gammaincinv": within(POSITIVE),
    "betaincinv": within(INSIDE_UNIT),
    "matrixmap": _matrix_function,
    "frechet": _frechet,
    "cholesky": _cholesky,
    "adjugate": _generalised_inverse,
    "pinv": _generalised_inverse,
    "unvec": _unstacked,
    "vec": _rearranged,
    "part": _rearranged,
}
