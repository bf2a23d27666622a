"""Differentials of eigenvalues, singular values and their vectors.

Letters: ``Q``, ``q``, ``lam`` eigenvectors and eigenvalues of a symmetric ``A``; ``U``, ``s``,
``V`` the singular value decomposition, ``u``, ``v`` its first vectors; ``R`` a reduced
resolvent, ``F`` reciprocal gaps.  ``sym(dA)`` is ``(dA + dA')/2``, and ``dA`` itself where
``A`` is symmetric by its form.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.language.canonical import is_symmetric
from derive.language.expression import (
    Node,
    elementwise_power,
    matrix_power,
    number,
    ones,
    transpose,
)
from derive.language.functions import (
    diagonal_matrix,
    diagonal_vector,
    dot,
    hadamard,
)
from derive.language.spectral import (
    gaps,
    leftvec_max,
    leftvecs,
    polar,
    resolvent_max,
    rightvec_max,
    rightvecs,
    specnorm,
    spectral_node,
    svdvals,
)
from derive.rules.rule import Rule


def _of(op: str, e: Node) -> Node:
    """Another eigenvalue, vector or resolvent of the argument of a node.

    The argument was found symmetric when the node was made, so nothing asks again.
    """
    return spectral_node(op, e.args[0])


def _sym(A: Node, dA: Node) -> Node:
    return dA if is_symmetric(A) else (dA + dA.T) / number(2)


def _eigvals_rule(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    Q = _of("eigvecs", e)
    return diagonal_vector(Q.T @ dargs[0] @ Q)


def _eigvecs_rule(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    F = gaps(_of("eigvals", e))
    return e @ hadamard(F, e.T @ _sym(args[0], dargs[0]) @ e)


def _end(op: str) -> str:
    return op.rpartition("_")[2]


def _extreme_rule(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    q = _of(f"eigvec_{_end(e.op)}", e)
    return q.T @ dargs[0] @ q


def _eigvec_rule(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    R = _of(f"resolvent_{_end(e.op)}", e)
    return R @ _sym(args[0], dargs[0]) @ e


def _resolvent_rule(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    """The differential of a pseudo-inverse of constant rank, of ``lam I - A``."""
    q, dA = _of(f"eigvec_{_end(e.op)}", e), _sym(args[0], dargs[0])
    square = matrix_power(e, 2)
    return (
        e @ dA @ e - (q.T @ dargs[0] @ q) * square - square @ dA @ q @ q.T - q @ q.T @ dA @ square
    )


def _gaps_rule(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    one = ones(e.shape[0])
    spread = dargs[0] @ transpose(one) - one @ transpose(dargs[0])
    return hadamard(elementwise_power(e, number(2)), spread)


# --- singular values --------------------------------------------------------------------


def _svdvals_rule(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    return diagonal_vector(leftvecs(args[0]).T @ dargs[0] @ rightvecs(args[0]))


def _parts(A: Node) -> tuple[Node, Node, Node, Node]:
    """U, diag(s), V and the reciprocal gaps of the squares of s."""
    s = svdvals(A)
    return leftvecs(A), diagonal_matrix(s), rightvecs(A), gaps(elementwise_power(s, number(2)))


def _divided(s: Node, vectors: Node) -> Node:
    """Vectors over the singular values they belong to."""
    return vectors @ diagonal_matrix(elementwise_power(s, number(-1)))


def _outside(vectors: Node, moved: Node) -> Node:
    """The part of `moved` that is orthogonal to the columns; none if these are a basis."""
    if vectors.shape[0] == vectors.shape[1]:
        return 0 * moved
    return moved - vectors @ vectors.T @ moved


def _leftvecs_rule(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    (A,), (dA,) = args, dargs
    U, S, V, F = _parts(A)
    turned = hadamard(F, U.T @ dA @ V @ S + S @ V.T @ dA.T @ U)
    return U @ turned + _outside(U, dA @ _divided(svdvals(A), V))


def _rightvecs_rule(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    (A,), (dA,) = args, dargs
    U, S, V, F = _parts(A)
    turned = hadamard(F, S @ U.T @ dA @ V + V.T @ dA.T @ U @ S)
    return V @ turned + _outside(V, dA.T @ _divided(svdvals(A), U))


def _specnorm_rule(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    return leftvec_max(args[0]).T @ dargs[0] @ rightvec_max(args[0])


def _leftvec_rule(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    """u is the first eigenvector of AA', and A'u = s v."""
    (A,), (dA,) = args, dargs
    R = resolvent_max(A @ A.T)
    return specnorm(A) * (R @ dA @ rightvec_max(A)) + R @ A @ dA.T @ e


def _rightvec_rule(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    """v is the first eigenvector of A'A, and A v = s u."""
    (A,), (dA,) = args, dargs
    R = resolvent_max(A.T @ A)
    return specnorm(A) * (R @ dA.T @ leftvec_max(A)) + R @ A.T @ dA @ e


def _polar_rule(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    """The antisymmetric part turns, over sums of singular values; the rest moves outside."""
    (A,), (dA,) = args, dargs
    s, U, V = svdvals(A), leftvecs(A), rightvecs(A)
    one = ones(s.shape[0])
    sums = elementwise_power(s @ one.T + one @ s.T, number(-1))
    turned = U @ hadamard(sums, U.T @ dA @ V - V.T @ dA.T @ U) @ V.T
    outside = _outside(U, dA @ _divided(s, V) @ V.T)
    return turned + outside + _outside(V, dA.T @ _divided(s, U) @ U.T).T


SPECTRAL: tuple[Rule, ...] = (
    Rule(
        "eigenvalues",
        "eigvals",
        "d lam = diag(Q' dA Q)",
        _eigvals_rule,
    ),
    Rule("eigenvectors", "eigvecs", "dQ = Q (F o (Q' sym(dA) Q))", _eigvecs_rule),
    Rule("largest eigenvalue", "lambda_max", "d lam = q' dA q", _extreme_rule),
    Rule("smallest eigenvalue", "lambda_min", "d lam = q' dA q", _extreme_rule),
    Rule("eigenvector", "eigvec_max", "dq = (lam I - A)^+ sym(dA) q", _eigvec_rule),
    Rule("eigenvector", "eigvec_min", "dq = (lam I - A)^+ sym(dA) q", _eigvec_rule),
    Rule(
        "reduced resolvent",
        "resolvent_max",
        "dR = R dA R - (q' dA q) R^2 - R^2 dA q q' - q q' dA R^2, with sym(dA)",
        _resolvent_rule,
    ),
    Rule(
        "reduced resolvent",
        "resolvent_min",
        "dR = R dA R - (q' dA q) R^2 - R^2 dA q q' - q q' dA R^2, with sym(dA)",
        _resolvent_rule,
    ),
    Rule("reciprocal gaps", "gaps", "dF = F o F o (dv 1' - 1 dv')", _gaps_rule),
    Rule("singular values", "svdvals", "ds = diag(U' dA V)", _svdvals_rule, reference="giles2008"),
    Rule(
        "left singular vectors",
        "leftvecs",
        "dU = U (F o (U' dA V S + S V' dA' U)) + (I - U U') dA V S^-1",
        _leftvecs_rule,
        reference="giles2008",
    ),
    Rule(
        "right singular vectors",
        "rightvecs",
        "dV = V (F o (S U' dA V + V' dA' U S)) + (I - V V') dA' U S^-1",
        _rightvecs_rule,
        reference="giles2008",
    ),
    Rule(
        "spectral norm",
        "specnorm",
        "d|A|_2 = u' dA v",
        _specnorm_rule,
        reference="watson1992",
    ),
    Rule(
        "first left singular vector",
        "leftvec_max",
        "du = (s^2 I - A A')^+ (s dA v + A dA' u)",
        _leftvec_rule,
        reference="giles2008",
    ),
    Rule(
        "first right singular vector",
        "rightvec_max",
        "dv = (s^2 I - A' A)^+ (s dA' u + A' dA v)",
        _rightvec_rule,
        reference="giles2008",
    ),
    Rule(
        "nuclear norm",
        "nucnorm",
        "d|A|_* = tr(V U' dA)",
        lambda e, a, d: dot(polar(a[0]), d[0]),
        reference="watson1992",
    ),
    Rule(
        "polar factor",
        "polar",
        "dW = U (E o (U' dA V - V' dA' U)) V' + (I - U U') dA V S^-1 V' + U S^-1 U' dA (I - V V')",
        _polar_rule,
        reference="giles2008",
    ),
)
