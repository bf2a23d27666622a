"""In which directions a variable may move, and what a gradient says of them.

A row of ``STRUCTURES`` is one value of ``structure=``: a direction, the pairing of a
gradient with it, and the part of the gradient that must vanish.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flint import arb, arb_mat

from derive.check.claim import Plan
from derive.check.compare import Outcome, compare, largest
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


def _turning(E: Any, X: Any) -> Any:
    """W X with W = E X' - X E', which is skew: where X goes as it is turned."""
    return (E * X.transpose() - X * E.transpose()) * X


def _circulating(E: Any, x: Any) -> Any:
    """What flows from each entry to the next: the sum stays."""
    flows = E.entries()
    gains = [a - b for a, b in zip(flows, flows[1:] + flows[:1], strict=True)]
    return arb_mat(E.nrows(), E.ncols(), gains)


def _along_diagonals(E: Any, X: Any) -> Any:
    """The entries of the first column and row along their diagonals."""
    rows, columns = E.nrows(), E.ncols()
    flat = [E[i - j, 0] if i >= j else E[0, j - i] for i in range(rows) for j in range(columns)]
    return arb_mat(rows, columns, flat)


def _between_neighbours(G: Any, X: Any) -> Any:
    """Differences of entries that follow each other on a diagonal."""
    rows, columns = G.nrows(), G.ncols()
    gaps = [G[i, j] - G[i - 1, j - 1] for i in range(1, rows) for j in range(1, columns)]
    return arb_mat(len(gaps), 1, gaps)


def _normal_part(G: Any, X: Any) -> Any:
    """X'G + G'X, which vanishes for a tangent along X'X = I and for no other G."""
    return X.transpose() * G + G.transpose() * X


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
    "skew": Structure(lambda E, X: E - E.transpose(), residual=lambda G, X: G + G.transpose()),
    "orthogonal": Structure(_turning, residual=_normal_part),
    "sphere": Structure(_turning, residual=_normal_part),
    "simplex": Structure(
        _circulating, residual=lambda G, x: arb_mat(1, 1, [sum(G.entries(), arb(0))])
    ),
    "toeplitz": Structure(_along_diagonals, residual=_between_neighbours),
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


def compare_slopes(name: str, slope: Any, G: Any, E: Any, X: Any, plan: Plan) -> Outcome:
    """The slope of a function in direction E with what a gradient G in a structure says of it.

    Below it stands what must vanish of G.
    """
    claimed, scale = contract(name, G, E)
    residual = structure_named(name).residual
    if residual is None:
        return compare(slope, claimed, plan, scale)
    rest = residual(G, X).entries()
    left = arb_mat(1 + len(rest), 1, [slope[0, 0], *[arb(0)] * len(rest)])
    right = arb_mat(1 + len(rest), 1, [claimed[0, 0], *rest])
    return compare(left, right, plan, largest([scale, *G.entries()]))


def contract(name: str, G: Any, E: Any) -> tuple[Any, Any]:
    """The slope that a gradient G claims in direction E, and the sum of its absolute terms."""
    counts = structure_named(name).counts
    terms = [G[i, j] * E[i, j] for i in range(E.nrows()) for j in range(E.ncols()) if counts(i, j)]
    scale = sum((term.abs_upper() for term in terms if term.is_finite()), arb(0))
    return arb_mat(1, 1, [sum(terms, arb(0))]), largest([scale])
