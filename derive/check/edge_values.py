"""Values in balls also at ties, at kinks and at matrices of lower rank.

At random points none of these occurs, so the rows of ``rows.ROWS`` leave them out, and with
them derivatives that are not there.  A value alone is there: the largest of equal numbers,
the modulus of a ball about zero, singular values that are zero, a pseudo-inverse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flint import arb, arb_mat, fmpq_mat

from derive.check.evaluate import BallEvaluation, Definitions, Point
from derive.check.points import is_finite
from derive.check.spectra import eigenpairs
from derive.language.expression import Node


class EdgeEvaluation(BallEvaluation):
    """Enclosures of values at one point, at the working precision of the caller.

    The `zeros` are scalars known to be exactly zero there.
    """

    def __init__(self, point: Point, definitions: Definitions = (), zeros: Iterable[Node] = ()):
        super().__init__(point, definitions)
        self.memo.update((node, arb_mat(1, 1)) for node in zeros)

    def combine(self, node: Node, args: list[Any]) -> Any:
        if node.op in EDGES:
            return EDGES[node.op](args[0])
        if node.op == "map" and node.data in CONTINUOUS:
            entries = [CONTINUOUS[node.data](x) for x in args[0].entries()]
            return arb_mat(args[0].nrows(), args[0].ncols(), entries)
        value = super().combine(node, args)
        if node.op == "pinv" and not is_finite(value):
            A = exact(args[0])
            return value if A is None else arb_mat(pinv_of_rationals(A))
        return value


def exact(A: Any) -> fmpq_mat | None:
    """A ball matrix whose entries are exact, as rational numbers."""
    if not all(x.is_finite() and x.is_exact() for x in A.entries()):
        return None
    return fmpq_mat(A.nrows(), A.ncols(), [x.fmpq() for x in A.entries()])


def pinv_of_rationals(A: fmpq_mat) -> fmpq_mat:
    """The pseudo-inverse, of any rank, from A = C F with C of full column and F of full row rank.

    Examples
    --------
    >>> pinv_of_rationals(fmpq_mat(2, 2, [1, 1, 0, 0])).entries()
    [1/2, 0, 1/2, 0]
    """
    rows, columns = A.nrows(), A.ncols()
    reduced, rank = A.rref()
    lines = reduced.tolist()[:rank]
    if not lines:
        return fmpq_mat(columns, rows)
    pivots = [next(k for k, x in enumerate(line) if x != 0) for line in lines]
    F = fmpq_mat(rank, columns, [x for line in lines for x in line])
    C = fmpq_mat(rows, rank, [line[k] for line in A.tolist() for k in pivots])
    back, across = F.transpose(), C.transpose()
    return back * (F * back).inv() * (across * C).inv() * across


def _largest(A: Any) -> Any:
    return _one(_folded(arb.max, A.entries()))


def _folded(function: Callable[[Any, Any], Any], entries: list[Any]) -> Any:
    best = entries[0]
    for x in entries[1:]:
        best = function(best, x)
    return best


def _one(x: Any) -> Any:
    return arb_mat(1, 1, [x])


def _singular_values(A: Any) -> Any:
    """Roots of the eigenvalues of the smaller square, none of which is negative."""
    turned = A.transpose()
    small = turned * A if A.nrows() >= A.ncols() else A * turned
    squares = eigenpairs(small)[0].entries()
    return arb_mat(len(squares), 1, [x.nonnegative_part().sqrt() for x in squares])


EDGES: dict[str, Callable[[Any], Any]] = {
    "max": _largest,
    "min": lambda A: _one(_folded(arb.min, A.entries())),
    "norminf": lambda A: _one(_folded(arb.max, [abs(x) for x in A.entries()])),
    "svdvals": _singular_values,
    "nucnorm": lambda A: _one(sum(_singular_values(A).entries(), arb(0))),
    "specnorm": lambda A: _one(_singular_values(A)[0, 0]),
}
CONTINUOUS: dict[str, Callable[[Any], Any]] = {"abs": abs, "relu": lambda x: x.max(arb(0))}
