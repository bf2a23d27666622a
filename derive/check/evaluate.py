"""The value of a node at a point, by number type; the table is ``rows.ROWS``.

Nothing here uses a declared fact or a rule of the engine: a symbol is whatever matrix the
point gives it.  That is what lets a check perturb a symmetric variable asymmetrically.

``differential(A)`` is the tangent of ``A`` in the point's directions; ``nabla(f, w)`` is
the array of directional derivatives of ``f`` along each entry of ``w``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from flint import arb, arb_mat, fmpq, fmpq_mat

from derive.check.floats import Floats
from derive.check.jets import Jet, Jets
from derive.check.maps import Array
from derive.check.numbers import Balls, Numbers
from derive.check.precision import bits_for, working_precision
from derive.check.rows import FORMAL, ROWS
from derive.check.words import brief
from derive.errors import DeclarationError, NoRuleError, ShapeError
from derive.language.expression import Node
from derive.language.indices import free_indices, last_value
from derive.language.sizes import size_value

Definitions: TypeAlias = Sequence[tuple[Node, Node]]
BALLS, JETS, FLOATS = Balls(), Jets(), Floats()


@dataclass(frozen=True)
class Point:
    """Numbers for sizes and symbols, and the direction in which symbols move.

    Attributes
    ----------
    sizes : mapping of size name to int
    values : mapping of symbol to matrix
        A number (int, Fraction, float), nested lists of numbers, a NumPy array or a flint
        matrix; floats are taken exactly.  A flat list is a column.
    directions : mapping of symbol to matrix
        What ``differential`` of a symbol is; a symbol that is absent does not move.
    """

    sizes: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[Node, Any] = field(default_factory=dict)
    directions: Mapping[Node, Any] = field(default_factory=dict)


def ball_matrix(value: Any) -> Any:
    """A number, nested lists, a NumPy array or a flint matrix as a matrix of balls."""
    if isinstance(value, arb_mat):
        return value
    if isinstance(value, fmpq_mat):
        return arb_mat(value)
    if isinstance(value, np.ndarray):
        flat = value.reshape(value.shape[0], -1) if value.ndim else value.reshape(1, 1)
        return arb_mat(*flat.shape, flat.ravel().tolist())
    rows = value if isinstance(value, Sequence) else [[value]]
    rows = [row if isinstance(row, Sequence) else [row] for row in rows]
    return arb_mat([[_ball(entry) for entry in row] for row in rows])


def _ball(entry: Any) -> Any:
    if isinstance(entry, Fraction):
        return arb(fmpq(entry.numerator, entry.denominator))
    return entry if isinstance(entry, arb) else arb(entry)


class Evaluation(ABC):
    """Values of nodes in one number type at one place, each node computed once."""

    def __init__(self, numbers: Numbers, sizes: Mapping[str, int], definitions: Definitions):
        self.numbers = numbers
        self.sizes = sizes
        self.definitions = _in_order(definitions)
        self.memo: dict[Hashable, Any] = {}
        self.decompositions: dict[Hashable, Any] = {}
        self.indices: dict[Node, int] = {}  # the values that sums give their indices now

    def value(self, root: Node) -> Any:
        """The value of a node; iterative, so deep trees work.

        Of a node that holds an index outside its sum: the values for all of the index, one
        below the other.
        """
        memo, key, bound = self.memo, self.key_of, bool(self.indices)
        if not bound and root in memo:
            return memo[root]
        free = self.open_index(root)
        if free is not None:
            return self.numbers.stacked(list(self.for_each(free, root)))
        stack = [root]
        while stack:
            node = stack[-1]
            if (key(node) if bound else node) in memo:
                stack.pop()
                continue
            args = self.needed(node)
            keys = list(map(key, args)) if bound else args
            try:
                values = [memo[k] for k in keys]
            except KeyError:
                stack.extend(reversed(args))
                continue
            memo[key(node) if bound else node] = self.combine(node, values)
            stack.pop()
        return memo[key(root) if bound else root]

    def open_index(self, node: Node) -> Node | None:
        """An index outside its sum without a value; first of all one that bounds another."""
        found = None
        while still_open := [i for i in free_indices(node) if i not in self.indices]:
            found = still_open[0]
            node = last_value(found)
        return found

    def for_each(self, i: Node, node: Node) -> Iterator[Any]:
        """The value of a node for each value of an index."""
        last = self.value(last_value(i))
        outer = self.indices.pop(i, None)
        try:
            for number in range(i.data.first, self.numbers.most(last) + 1):
                self.indices[i] = number
                yield self.numbers.up_to(number, last, self.value(node))
        finally:
            self.indices.pop(i, None)
            if outer is not None:
                self.indices[i] = outer

    def key_of(self, node: Node) -> Hashable:
        """A node, with the values of the indices in it."""
        if not self.indices:
            return node
        bound = [(i, number) for i, number in self.indices.items() if i in node.symbols]
        return (node, *bound) if bound else node

    def needed(self, node: Node) -> tuple[Node, ...]:
        """What must be known first; a sum looks into its terms by itself."""
        if node.op == "symbol" and node in self.definitions:
            return (self.definitions[node],)
        return () if node.op in FORMAL or node.op == "sum_over" else node.args

    def combine(self, node: Node, args: list[Any]) -> Any:
        """The value of a node from those of its arguments."""
        if args and node.op == "symbol":
            return args[0]
        row = ROWS.get(node.op)
        if row is None:
            raise NoRuleError(
                f"no value is known for the operator `{node.op}`\n"
                f"  in       : {brief(node)}\n"
                f"  to fix   : add a row to ROWS in derive/check/rows.py"
            )
        return row(self, node, args)

    def dims(self, node: Node) -> tuple[int, int]:
        """The shape of a node in numbers."""
        rows, columns = node.shape
        return size_value(rows, self.sizes), size_value(columns, self.sizes)

    @abstractmethod
    def symbol(self, node: Node) -> Any:
        """The value of a symbol."""

    def tangent(self, node: Node) -> Any:
        """The value of ``differential(node)``."""
        raise NoRuleError(f"a differential of a differential has no value here: d({brief(node)})")

    def gradient(self, function: Node, variable: Node) -> Any:
        """The value of ``nabla(function, variable)``."""
        raise NoRuleError(f"the differential of a gradient by name has no value: {brief(function)}")


class BallEvaluation(Evaluation):
    """Enclosures at one point, at the working precision of the caller."""

    def __init__(self, point: Point, definitions: Definitions = ()):
        super().__init__(BALLS, point.sizes, definitions)
        self.point = point
        self._jets: JetEvaluation | None = None

    def symbol(self, node: Node) -> Any:
        return _leaf(self, node, self.point.values)

    @property
    def jets(self) -> JetEvaluation:
        """The evaluation that carries tangents, in the directions of the point."""
        if self._jets is None:
            self._jets = JetEvaluation(self, self.point.directions)
        return self._jets

    def along(self, directions: Mapping[Node, Any]) -> JetEvaluation:
        """A jet evaluation at the same point in other directions."""
        return JetEvaluation(self, directions)

    def tangent(self, node: Node) -> Any:
        return self.jets.value(node).direction

    def gradient(self, function: Node, variable: Node) -> Any:
        rows, columns = self.dims(variable)
        result = arb_mat(rows, columns)
        for i in range(rows):
            for j in range(columns):
                E = arb_mat(rows, columns)
                E[i, j] = 1
                result[i, j] = self.along({variable: E}).value(function).direction[0, 0]
        return result


class JetEvaluation(Evaluation):
    """Values with tangents; what does not move is taken from the ball evaluation."""

    def __init__(self, balls: BallEvaluation, directions: Mapping[Node, Any]):
        super().__init__(JETS, balls.sizes, tuple(balls.definitions.items()))
        self.balls = balls
        self.indices = balls.indices
        self.directions = directions
        moving = set(directions)
        for name, meaning in self.definitions.items():
            if meaning.symbols & moving:
                moving.add(name)
        self.moving = frozenset(moving)

    def needed(self, node: Node) -> tuple[Node, ...]:
        return super().needed(node) if node.symbols & self.moving else ()

    def combine(self, node: Node, args: list[Any]) -> Any:
        if not node.symbols & self.moving:
            return Jet(self.balls.value(node))
        return super().combine(node, args)

    def symbol(self, node: Node) -> Jet:
        return Jet(self.balls.value(node), _leaf(self, node, self.directions))


class FloatEvaluation(Evaluation):
    """Floats at many points at once; ``values`` are arrays (points, rows, columns)."""

    def __init__(
        self, sizes: Mapping[str, int], values: Mapping[Node, Array], definitions: Definitions = ()
    ):
        super().__init__(FLOATS, sizes, definitions)
        self.values = values

    def symbol(self, node: Node) -> Array:
        return self.values[node]


def _in_order(definitions: Definitions) -> dict[Node, Node]:
    """Names and meanings; a meaning may use earlier names only, so that it ends."""
    later = {name for name, _ in definitions}
    for name, meaning in definitions:
        if meaning.symbols & later:
            raise DeclarationError(
                f"the meaning of {name.name} uses a name that is not defined before it\n"
                f"  meaning  : {brief(meaning)}"
            )
        later.discard(name)
    return dict(definitions)


def _leaf(evaluation: Evaluation, node: Node, values: Mapping[Node, Any]) -> Any:
    if node not in values:
        raise ShapeError(f"the point has no value for the symbol {brief(node)}")
    matrix = ball_matrix(values[node])
    dims = evaluation.dims(node)
    if (matrix.nrows(), matrix.ncols()) != dims:
        raise ShapeError(
            f"the point gives {brief(node)} the shape {(matrix.nrows(), matrix.ncols())}\n"
            f"  declared : {dims}"
        )
    return matrix


# --- for other rooms ------------------------------------------------------------------


def ball_value(
    node: Node, point: Point, digits: int = 50, definitions: Definitions = ()
) -> arb_mat:
    """Enclose the value of a node at a point.

    Parameters
    ----------
    node : Node, shape (r, c)
    point : Point
        Sizes and values of every free symbol; directions if the node holds differentials.
    digits : int
        Working precision in decimal digits.
    definitions : sequence of (symbol, Node)
        Names that the node uses, in order.

    Returns
    -------
    flint.arb_mat, shape (r, c)
        Each entry is a ball that contains the true value; nan outside a domain.

    Raises
    ------
    NoRuleError
        An operator has no row here.
    ShapeError
        A symbol has no value or one of another shape.

    References
    ----------
    johansson2017

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> from derive.language.sizes import Size
    >>> n = Size.named("n")
    >>> w = symbol("w", (n, 1))
    >>> value = ball_value(w.T @ w, Point({"n": 2}, {w: [3, 4]}))
    >>> float(value[0, 0])
    25.0
    """
    with working_precision(bits_for(digits)):
        value: arb_mat = BallEvaluation(point, definitions).value(node)
        return value
