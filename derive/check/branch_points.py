"""Where what selects a branch vanishes: values of one symbol, or of one size.

If the node is affine in the symbol, a linear system says so exactly.  Else it is followed
along a line, and a change of sign is bisected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from typing import Any

from flint import arb, arb_mat, fmpq, fmpq_mat

from derive.check.edge_values import exact
from derive.check.evaluate import BallEvaluation, Definitions, Point
from derive.check.precision import working_precision
from derive.check.special_values import EXACT_BITS, constant, filled
from derive.language.expression import Node
from derive.language.functions import postorder

MOST_UNKNOWNS = 9  # entries of a symbol that is solved for
POWERS = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15)
LADDER = tuple(
    sorted({Fraction(sign * 10**k) for k in POWERS for sign in (1, -1)} | {Fraction(0)})
)  # where a sign is looked at
HALVINGS, FEW_HALVINGS = 300, 40  # of a scalar, of a line through an array
NARROW = fmpq(1, 2**200)
MOST_CHANGES = 4  # followed along one line
SIZES = (1, 2, 3, 7, 8, 21, 50, 1000)
FURTHER_SIZES = (5, 13, 100, 300, 3000, 10**4, 10**5, 10**6, 10**9)
DENOMINATORS = (1, 8, 1024)  # of the numbers to which a root is rounded

CONTINUOUS_OPERATORS = frozenset(
    {
        *("symbol", "number", "constant", "size", "eye", "ones", "zero", "array"),
        *("add", "mul", "had", "pow", "mpow", "map", "transpose", "inverse", "trace", "det"),
        *("total", "norm1", "norm2", "logsumexp", "softmax", "diag", "diagonal"),
    }
)
JUMPS = frozenset({"sign", "step", "closed_step"})

# --- values of a symbol -------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A node as a function of one symbol, the others having the values of a point."""

    node: Node
    symbol: Node
    point: Point
    definitions: Definitions = ()

    def at(self, value: Any) -> Any:
        """The value of the node where the symbol has a value."""
        moved = replace(self.point, values={**self.point.values, self.symbol: value})
        return BallEvaluation(moved, self.definitions).value(self.node)

    @property
    def start(self) -> Any:
        """What the symbol is at the point, in balls."""
        return BallEvaluation(self.point).value(self.symbol)


def linear_roots(line: Line) -> Iterator[fmpq_mat] | None:
    """Where an affine node, or an entry of it, is zero, and beside; None if it is not affine."""
    with working_precision(EXACT_BITS):
        start = exact(line.start)
        if start is None or len(start.entries()) > MOST_UNKNOWNS:
            return None
        system = _system(line.at, (start.nrows(), start.ncols()))
    return None if system is None else _beside(*system, start)


def _beside(matrix: fmpq_mat, right: fmpq_mat, start: fmpq_mat) -> Iterator[fmpq_mat]:
    one = constant((start.nrows(), start.ncols()), 1)
    rows = matrix.nrows()
    for chosen in dict.fromkeys((tuple(range(rows)), (0,), (rows - 1,))):
        found = _solution(matrix, right, chosen, start)
        if found is not None:
            yield from (found, found + one, found - one)


def _system(
    value: Callable[[fmpq_mat], Any], shape: tuple[int, int]
) -> tuple[fmpq_mat, fmpq_mat] | None:
    """G and g with value(A) = G vec(A) + g; None if it is not so at two further matrices."""
    rows, columns = shape
    zero = exact(value(filled(shape, lambda i, j: 0)))
    if zero is None:
        return None
    moves = []
    for place in range(rows * columns):
        moved = exact(value(_unit(shape, place)))
        if moved is None:
            return None
        moves.append((moved - zero).entries())
    matrix = fmpq_mat(len(moves), len(zero.entries()), [x for m in moves for x in m]).transpose()
    right = fmpq_mat(len(zero.entries()), 1, zero.entries())
    for scale in (3, -5):
        A = filled(shape, lambda i, j: 1 + i * columns + j) * scale
        seen = exact(value(A))
        column = fmpq_mat(rows * columns, 1, A.entries())
        if seen is None or (matrix * column + right).entries() != seen.entries():
            return None
    return matrix, right


def _unit(shape: tuple[int, int], place: int) -> fmpq_mat:
    """1 at one place, counted row by row, else 0."""
    return filled(shape, lambda i, j: int(i * shape[1] + j == place))


def _solution(
    matrix: fmpq_mat, right: fmpq_mat, chosen: tuple[int, ...], start: fmpq_mat
) -> fmpq_mat | None:
    """A solution of the chosen equations that keeps the entries of `start` where it may."""
    unknowns = matrix.ncols()
    entries = [x for k in chosen for x in (*matrix.tolist()[k], -right[k, 0])]
    reduced, rank = fmpq_mat(len(chosen), unknowns + 1, entries).rref()
    found = start.entries()
    lines = reduced.tolist()[:rank]
    pivots = [next(k for k, x in enumerate(line) if x != 0) for line in lines]
    if not pivots or unknowns in pivots:
        return None
    for line, pivot in zip(lines, pivots, strict=True):
        rest = (line[k] * found[k] for k in range(unknowns) if k not in pivots)
        found[pivot] = line[unknowns] - sum(rest, fmpq(0))
    return fmpq_mat(start.nrows(), start.ncols(), found)


def sign_changes(line: Line) -> Iterator[tuple[fmpq_mat, fmpq_mat]]:
    """Multiples of ones, close together, between which the first entry changes its sign.

    Before them comes where the change was seen, and between them are round numbers.
    """
    shape = line.start.nrows(), line.start.ncols()

    def multiple(t: Fraction) -> fmpq_mat:
        return constant(shape, t)

    def sign(t: Fraction) -> int:
        with working_precision(EXACT_BITS):
            return _sign(line.at(multiple(t)).entries()[0])

    for low, high in islice(_changes(sign, LADDER), MOST_CHANGES):
        yield multiple(low), multiple(high)
        first = sign(low)
        for _ in range(HALVINGS if shape == (1, 1) else FEW_HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if sign(middle) == first else (low, middle)
        for denominator in DENOMINATORS:
            near = Fraction(round(low * denominator), denominator)
            yield multiple(near), multiple(near)
        yield multiple(low), multiple(high)


def enclosed_root(line: Line, low: fmpq_mat, high: fmpq_mat) -> arb_mat | None:
    """A ball that holds a zero of a continuous scalar of a scalar symbol, by its two signs."""
    is_narrow = high[0, 0] - low[0, 0] < NARROW
    is_scalar = line.node.is_scalar and line.symbol.is_scalar
    if not (is_narrow and is_scalar and _is_continuous(line.node)):
        return None
    with working_precision(EXACT_BITS):
        ends = [_sign(line.at(end)[0, 0]) for end in (low, high)]
        between = arb_mat(1, 1, [arb(low[0, 0]).union(arb(high[0, 0]))])
        is_crossed = ends[0] * ends[1] < 0 and line.at(between)[0, 0].is_finite()
    return between if is_crossed else None


def _is_continuous(node: Node) -> bool:
    """Whether a node has no jump where its value over a ball is finite."""
    return all(
        part.op in CONTINUOUS_OPERATORS and (part.op != "map" or part.data not in JUMPS)
        for part in postorder(node)
    )


def _sign(x: Any) -> int:
    return int(bool(x > 0)) - int(bool(x < 0))


def _changes(sign: Callable[[Any], int], places: tuple[Any, ...]) -> Iterator[tuple[Any, Any]]:
    """Neighbours between which a sign changes."""
    signs = [sign(place) for place in places]
    for k in range(len(places) - 1):
        if signs[k] != signs[k + 1]:
            yield places[k], places[k + 1]


# --- sizes --------------------------------------------------------------------------------


def size_breaks(gap: Node, name: str, others: Mapping[str, int]) -> Iterator[int]:
    """Numbers of a size about those at which a scalar of sizes alone changes its sign."""

    def sign(number: int) -> int:
        with working_precision(EXACT_BITS):
            return _sign(BallEvaluation(Point({**others, name: number})).value(gap)[0, 0])

    for low, high in _changes(sign, tuple(sorted((*SIZES, *FURTHER_SIZES)))):
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if sign(middle) == sign(low) else (low, middle)
        yield from (k for k in (low - 1, low, high, high + 1) if k > 0)
