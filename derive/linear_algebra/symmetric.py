"""Reading an exact symmetric matrix: what is accepted, and what a refusal says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from numbers import Complex, Integral, Real
from typing import Any

from sympy import Basic, Float, ImmutableDenseMatrix, MatrixExpr
from sympy.matrices.matrixbase import MatrixBase

from derive.asking import elaborate
from derive.errors import ArgumentError, DomainError, LimitError, ShapeError
from derive.language.digits import require_short
from derive.language.expression import Node, add, multiply, number
from derive.language.functions import array, postorder
from derive.language.sizes import shape_text
from derive.language.sympy_out import to_sympy
from derive.reading import parse, read_matrix

MAX_SIZE = 8

Rows = list[list[Node]]


def symmetric_rows(matrix: Any, shapes: str = "") -> Rows:
    """The entries of an exact symmetric matrix as scalar nodes; of a text, read with `shapes`.

    Raises
    ------
    ArgumentError
        Not a matrix, or an entry is a float or a text.
    ShapeError
        Empty, ragged or not square.
    DomainError
        Not symmetric, or an entry is not finite or not real.
    LimitError
        More than ``MAX_SIZE`` rows.
    """
    rows = entries_of(_node(matrix, shapes))
    if len(rows) != len(rows[0]):
        raise ShapeError(
            f"an eigendecomposition needs a square matrix, got {len(rows)} x {len(rows[0])}\n"
            f"  to fix   : of a matrix that is not square, decompose A'A or AA'"
        )
    if len(rows) == 1:
        raise ShapeError(
            "an eigendecomposition needs at least 2 rows: a 1 x 1 matrix is a scalar, "
            "and its own eigenvalue"
        )
    if len(rows) > MAX_SIZE:
        raise LimitError(
            f"the matrix has {len(rows)} rows, over the limit of {MAX_SIZE} for exact answers\n"
            f"  to fix   : use numpy.linalg.eigh for decimal values"
        )
    for i, row in enumerate(rows):
        for j, entry in enumerate(row):
            require_short(f"entry ({i + 1}, {j + 1})", entry)
    _require_symmetric(rows)
    return rows


def _require_symmetric(rows: Rows) -> None:
    for i, row in enumerate(rows):
        for j in range(i):
            if row[j] is not rows[j][i] and to_sympy(row[j] - rows[j][i]).expand() != 0:
                raise DomainError(
                    f"an eigendecomposition with orthonormal vectors needs a symmetric matrix\n"
                    f"  got      : entry ({j + 1}, {i + 1}) is {to_sympy(rows[j][i])}, "
                    f"entry ({i + 1}, {j + 1}) is {to_sympy(row[j])}\n"
                    f"  to fix   : make them equal, or take the symmetric part (A + A')/2"
                )


# --- from what a user gives -----------------------------------------------------------


def _node(matrix: Any, shapes: str) -> Node:
    """A node from a text, a SymPy matrix, an array of whole numbers or nested lists."""
    if isinstance(matrix, str):
        found = parse(matrix, shapes, undeclared="scalar")
        # a scalar in other words than [[5]] is a mistake that the reader can show
        return read_matrix(matrix, shapes, "scalar") if found.is_scalar else found
    return elaborate(_made(matrix), shapes)


def _made(matrix: Any) -> Any:
    """A matrix that is no text as an object of SymPy with exact entries."""
    if isinstance(matrix, Node | MatrixExpr) and not isinstance(matrix, MatrixBase):
        return matrix
    if isinstance(matrix, MatrixBase):
        table = [[matrix[i, j] for j in range(matrix.cols)] for i in range(matrix.rows)]
    else:
        table = _table(matrix)
    if not table or not table[0]:
        raise ShapeError("the matrix has no entries")
    converted = [
        [_exact(entry, i, j) for j, entry in enumerate(row)] for i, row in enumerate(table)
    ]
    if len(converted) == 1 and len(converted[0]) == 1:
        return converted[0][0]
    return ImmutableDenseMatrix(converted)


def _table(matrix: Any) -> list[list[Any]]:
    """Rows of a nested sequence or of a NumPy array."""
    listed = matrix.tolist() if hasattr(matrix, "tolist") else matrix
    if not isinstance(listed, list | tuple):
        raise ArgumentError(
            f"a matrix was expected, got {type(matrix).__name__}\n"
            f"  to fix   : give a SymPy Matrix or a list of rows, as in [[2, 1], [1, 2]]"
        )
    for k, row in enumerate(listed):
        if not isinstance(row, list | tuple):
            raise ArgumentError(
                f"row {k + 1} of the matrix is no list of entries: {row!r:.60}\n"
                f"  to fix   : give a list of rows, as in [[2, 1], [1, 2]]"
            )
        if len(row) != len(listed[0]):
            raise ShapeError(
                f"the rows differ in length: row 1 has {len(listed[0])} entries, "
                f"row {k + 1} has {len(row)}"
            )
    return [list(row) for row in listed]


def _exact(entry: Any, i: int, j: int) -> Any:
    """An entry as an exact SymPy expression."""
    place = f"entry ({i + 1}, {j + 1})"
    if isinstance(entry, Node):
        return to_sympy(entry)
    if isinstance(entry, float) or (isinstance(entry, Basic) and entry.has(Float)):
        _require_finite(entry, place)
        raise ArgumentError(
            f"{place} is the decimal number {entry}, and an exact one is needed: "
            f"a decimal cannot tell a repeated eigenvalue from two close ones\n"
            f"  to fix   : write a fraction, as Rational({str(entry)!r}); "
            f"for decimal answers use numpy.linalg.eigh"
        )
    if isinstance(entry, Complex) and not isinstance(entry, Real):
        raise DomainError(f"{place} is {entry}, which is not real")
    if isinstance(entry, bool | str) or not isinstance(entry, Integral | Fraction | Basic):
        kind = "text" if isinstance(entry, str) else type(entry).__name__
        raise ArgumentError(
            f"{place} is a {kind}: {entry!r:.60}\n"
            f"  to fix   : use whole numbers, fractions or SymPy symbols as entries"
        )
    if isinstance(entry, Basic):
        _require_finite(entry, place)
        if entry.is_real is False:
            raise DomainError(f"{place} is {entry}, which is not real")
        return entry
    return Fraction(entry) if isinstance(entry, Fraction) else int(entry)


def _require_finite(entry: Real | Basic, place: str) -> None:
    infinite = entry != entry or entry in (float("inf"), float("-inf"))
    if isinstance(entry, Basic):
        infinite = entry.is_finite is False or str(entry) == "nan"
    if infinite:
        raise DomainError(f"{place} is {entry}, which is no number to calculate with")


# --- from a node ----------------------------------------------------------------------


def entries_of(matrix: Node) -> Rows:
    """The entries of a matrix node of fixed size, by calculating with entries.

    Raises
    ------
    ShapeError
        A size is a name, or the entries of a matrix symbol are not known.
    """
    if not all(isinstance(size, int) for part in postorder(matrix) for size in part.shape):
        raise ShapeError(
            f"an exact decomposition needs fixed sizes, got shape {shape_text(matrix.shape)}\n"
            f"  to fix   : write the entries, as in [[a, b], [b, c]]"
        )
    values: dict[Node, Rows] = {}
    for node in postorder(matrix):
        if node.is_scalar and all(arg.is_scalar for arg in node.args):
            values[node] = [[node]]
            continue
        build = _ENTRIES.get(node.op)
        if build is None:
            raise ShapeError(
                f"the entries of {node!r:.60} are not known\n"
                f"  to fix   : write the matrix out, as in [[a, b], [b, c]]"
            )
        values[node] = build(node, [values[arg] for arg in node.args])
    return values[matrix]


def _filled(node: Node, entry: Callable[[int, int], Node]) -> Rows:
    rows, columns = node.shape
    assert isinstance(rows, int) and isinstance(columns, int)
    return [[entry(i, j) for j in range(columns)] for i in range(rows)]


def _product_entries(node: Node, args: Sequence[Rows]) -> Rows:
    """Scalars times the product of a chain."""
    total: Rows | None = None
    scale = number(1)
    for arg, rows in zip(node.args, args, strict=True):
        if arg.is_scalar:
            scale = multiply(scale, rows[0][0])
        elif total is None:
            total = rows
        else:
            total = [
                [add(*(multiply(x, y) for x, y in zip(r, c, strict=True))) for c in _columns(rows)]
                for r in total
            ]
    assert total is not None
    return [[multiply(scale, entry) for entry in row] for row in total]


def _columns(rows: Rows) -> Rows:
    return [list(column) for column in zip(*rows, strict=True)]


def _whole_number(value: bool) -> Node:
    return number(int(value))


_ENTRIES: dict[str, Callable[[Node, Sequence[Rows]], Rows]] = {
    "array": lambda node, args: _filled(
        node, lambda i, j: node.args[i * int(str(node.shape[1])) + j]
    ),
    "eye": lambda node, args: _filled(node, lambda i, j: _whole_number(i == j)),
    "ones": lambda node, args: _filled(node, lambda i, j: number(1)),
    "zero": lambda node, args: _filled(node, lambda i, j: number(0)),
    "add": lambda node, args: _filled(node, lambda i, j: add(*(rows[i][j] for rows in args))),
    "mul": _product_entries,
    "transpose": lambda node, args: _columns(args[0]),
    "diag": lambda node, args: _filled(node, lambda i, j: args[0][i][0] if i == j else number(0)),
}


def matrix_node(rows: Rows) -> Node:
    """The explicit matrix of the entries."""
    return array(rows)
