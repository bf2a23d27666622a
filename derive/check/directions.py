"""In which directions a variable may move, and what a gradient says of them.

A row of ``STRUCTURES`` is one value of ``structure=``: a direction, the pairing of a
gradient with it, and the part of the gradient that must vanish.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flint import arb, arb_mat

from derive.check.compare import largest
from derive.check.evaluate import BallEvaluation, ball_matrix
from derive.check.points import Bench
from derive.errors import NoRuleError
from derive.language.expression import Node


@dataclass(frozen=True)
class Structure:
    """How a structured variable moves.

    ``direction(E, X)`` makes an admissible direction at ``X`` from a free one; ``counts(i,
    j)`` says which entries are paired; ``residual(G, X)`` is zero for a gradient in the
    structure (None: nothing is asked).
    """

    direction: Callable[[Any, Any], Any]
    counts: Callable[[int, int], bool] = lambda i, j: True
    residual: Callable[[Any, Any], Any] | None = None


def _keep(condition: Callable[[int, int], bool]) -> Callable[[Any, Any], Any]:
    """The entries (i, j) with a condition, zero elsewhere."""

    def kept(E: Any, X: Any) -> Any:
        rows, columns = E.nrows(), E.ncols()
        flat = [E[i, j] if condition(i, j) else arb(0) for i in range(rows) for j in range(columns)]
        return arb_mat(rows, columns, flat)

    return kept


def _tangent(E: Any, Q: Any) -> Any:
    """Q times a skew matrix: a direction along the orthogonal matrices."""
    return Q * (E - E.transpose())


STRUCTURES: dict[str, Structure] = {
    "free": Structure(lambda E, X: E),
    "symmetric": Structure(lambda E, X: E + E.transpose(), residual=lambda G, X: G - G.transpose()),
    "entries": Structure(
        lambda E, X: E + E.transpose(),
        counts=lambda i, j: i <= j,
        residual=lambda G, X: G - G.transpose(),
    ),
    "diagonal": Structure(_keep(lambda i, j: i == j), residual=_keep(lambda i, j: i != j)),
    "lower": Structure(_keep(lambda i, j: i >= j), residual=_keep(lambda i, j: i < j)),
    "upper": Structure(_keep(lambda i, j: i <= j), residual=_keep(lambda i, j: i > j)),
    "orthogonal": Structure(_tangent, residual=lambda G, Q: Q.transpose() * G + G.transpose() * Q),
}


def structure_named(name: str) -> Structure:
    """A row of ``STRUCTURES``; an unknown name raises."""
    if name not in STRUCTURES:
        known = ", ".join(STRUCTURES)
        raise NoRuleError(f"no directions are known for structure {name!r}\n  known    : {known}")
    return STRUCTURES[name]


def direction_for(
    name: str, variable: Node, bench: Bench, k: int, evaluation: BallEvaluation
) -> Any:
    """The direction of a variable at point `k` in a structure."""
    E = ball_matrix(bench.points[k].directions[variable])
    return structure_named(name).direction(E, evaluation.value(variable))


def contract(name: str, G: Any, E: Any) -> tuple[Any, Any]:
    """The slope that a gradient G claims in direction E, and the sum of its absolute terms."""
    counts = structure_named(name).counts
    terms = [G[i, j] * E[i, j] for i in range(E.nrows()) for j in range(E.ncols()) if counts(i, j)]
    scale = sum((term.abs_upper() for term in terms if term.is_finite()), arb(0))
    return arb_mat(1, 1, [sum(terms, arb(0))]), largest([scale])
