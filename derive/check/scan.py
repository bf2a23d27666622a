"""A first look at many candidate points with floats: which to confirm, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from derive.check.evaluate import FloatEvaluation
from derive.check.rows import FORMAL
from derive.language.expression import Node
from derive.language.functions import postorder
from derive.language.operators import ELEMENTWISE, MATRIX_FUNCTIONS

Mask = NDArray[np.bool_]

SINGULAR = "singular matrices under an inverse"


@dataclass(frozen=True)
class Scan:
    """What was seen.

    Attributes
    ----------
    order : tuple of int
        The candidates that look admissible, the telling ones first; last those where a
        number is past the range of floats, which balls may still enclose.
    fresh : int
        How many of them show a new sign pattern.
    lost : frozenset of str
        Where the others are not finite, in words.
    """

    order: tuple[int, ...]
    fresh: int
    lost: frozenset[str]


def scan(
    evaluation: FloatEvaluation,
    is_usable: Mask,
    inputs: Sequence[Node],
    gaps: Sequence[Node],
    claimed: Sequence[Node],
) -> Scan:
    """Look at all candidates of a float evaluation.

    Parameters
    ----------
    evaluation : FloatEvaluation
    is_usable : array of bool, shape (points,)
        Which candidates satisfy the facts.
    inputs : sequence of Node
        Every node of the input, arguments first: all must be finite.
    gaps : sequence of Node
        By the signs of these they pick their branches.
    claimed : sequence of Node
        The same of the claim, where the input does not have them.  They never decide what
        is admissible, only which points come first: those where they and a gap of the input
        have different signs, so that a shifted branch is caught.
    """
    lost = set()
    is_past_floats = np.zeros_like(is_usable)
    with np.errstate(all="ignore"):
        for node in inputs:
            value = evaluation.value(node)
            is_lost = ~np.isfinite(value).all(axis=(1, 2)) & is_usable
            if is_lost.any():
                lost.add(trouble(node))
                is_past_floats |= is_lost & ~np.isnan(value).any(axis=(1, 2))
            is_usable = is_usable & ~is_lost
        own = [_signs(evaluation, node, len(is_usable)) for node in gaps]
        other = [_signs(evaluation, node, len(is_usable)) for node in claimed if _has_value(node)]
    usable = [int(k) for k in np.flatnonzero(is_usable)]
    past_floats = [int(k) for k in np.flatnonzero(is_past_floats)]
    if not (own or other):
        return Scan((*usable, *past_floats), 0, frozenset(lost))
    columns = [(signs * side > 0).any(axis=(1, 2)) for signs in (*own, *other) for side in (1, -1)]
    is_split = _is_split(own, other, len(is_usable))
    order, fresh = _by_novelty(usable, np.stack([*columns, is_split], axis=1), is_split)
    return Scan((*order, *past_floats), fresh, frozenset(lost))


def _has_value(node: Node) -> bool:
    """Whether floats can say what it is: a differential needs a direction."""
    return not any(part.op in FORMAL for part in postorder(node))


def _signs(evaluation: FloatEvaluation, gap: Node, count: int) -> NDArray[np.float64]:
    """The signs of what selects a branch, shape (points, rows, columns)."""
    signs = np.sign(evaluation.value(gap))
    return np.broadcast_to(signs, (count, *signs.shape[1:]))


def _is_split(
    own: Sequence[NDArray[np.float64]], other: Sequence[NDArray[np.float64]], count: int
) -> Mask:
    """Where a gap of the claim and one of the input of its shape have different signs."""
    is_split = np.zeros(count, dtype=bool)
    for theirs in other:
        for ours in own:
            if ours.shape == theirs.shape:
                # the opposite sign throughout is the same branch, written the other way
                is_other = (ours != theirs).any(axis=(1, 2)) & (ours != -theirs).any(axis=(1, 2))
                is_split |= is_other
    return is_split


def _by_novelty(usable: Sequence[int], patterns: Mask, is_first: Mask) -> tuple[list[int], int]:
    """Those that come first, those with a new sign pattern, the rest; how many are no rest."""
    seen: set[bytes] = set()
    fresh: list[int] = []
    known: list[int] = []
    for k in usable:
        key = patterns[k].tobytes()
        (known if key in seen else fresh).append(k)
        seen.add(key)
    fresh.sort(key=lambda k: not is_first[k])
    return fresh + known, len(fresh)


def trouble(node: Node) -> str:
    """Where a node is not finite, in words."""
    if node.op == "map":
        domain = ELEMENTWISE[node.data].domain
        words = {
            "all": "overflow of",
            "positive": "arguments <= 0 of",
            "nonnegative": "arguments < 0 of",
            "inside_one": "arguments outside [-1, 1] of",
            "not_a_pole": "the poles of",
        }
        return f"{words[domain]} {node.data}"
    if node.op == "pow":
        exponent = node.args[1]
        if exponent.is_number and exponent.data.denominator == 1:
            return "zeros of a denominator"
        return "arguments <= 0 of a root or power"
    if node.op in {"matrixmap", "frechet"}:
        is_cut = MATRIX_FUNCTIONS[node.data].domain == "off_cut"
        return f"eigenvalues <= 0 under {node.data}" if is_cut else f"overflow of {node.data}"
    return {
        "polygamma": "arguments <= 0 of polygamma",
        "besseli": "arguments or orders < 0 of besseli",
        "zeta": "arguments <= 1 of zeta",
        "gammainc": "arguments < 0 or shapes <= 0 of gammainc",
        "betainc": "arguments outside [0, 1] or shapes <= 0 of betainc",
        "normquantile": "arguments outside (0, 1) of normquantile",
        "gammaincinv": "arguments outside (0, 1) or shapes <= 0 of gammaincinv",
        "betaincinv": "arguments outside (0, 1) or shapes <= 0 of betaincinv",
        "cholesky": "matrices without a Cholesky factor",
        "pinv": "matrices of lower rank under a pseudo-inverse",
        "inverse": SINGULAR,
        "logdet": "determinants <= 0 of logdet",
    }.get(node.op, "")
