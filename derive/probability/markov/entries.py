"""Rows of exact entries from what a user gives; a decimal is the fraction that it writes."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isfinite
from numbers import Integral, Rational, Real
from typing import Any

from sympy import Basic, Expr
from sympy.matrices.matrixbase import MatrixBase

from derive.asking import elaborate, require_one_meaning
from derive.engine.naming import substituted
from derive.errors import ArgumentError, DomainError, ShapeError
from derive.language.digits import require_short
from derive.language.expression import Node, negative, number, symbol
from derive.language.facts import close_facts
from derive.language.functions import postorder
from derive.language.rounded_shares import without_rounding
from derive.linear_algebra.symmetric import entries_of
from derive.reading import parse

Rows = list[list[Node]]


def exact_rows(table: Any, what: str, sums_to_one: bool = False) -> Rows:
    """The rows of a matrix as scalar nodes; rows of shares that sum to one but for rounding do.

    Raises
    ------
    ArgumentError
        No matrix, or an entry is no number, symbol or text.
    ShapeError
        Empty, or the rows differ in length.
    DomainError
        An entry is infinite or nan.
    LimitError
        An entry has more digits than anybody reads.
    DeclarationError
        One name has two sets of facts.
    """
    rows = _rows(table, what, sums_to_one)
    for i, row in enumerate(rows):
        for j, entry in enumerate(row):
            require_short(f"entry ({i + 1}, {j + 1}) of {what}", entry)
    require_one_meaning([entry for row in rows for entry in row])
    return rows


def exact_entry(value: Any, where: str) -> Node:
    """One entry as a scalar node.

    Raises
    ------
    ArgumentError, DomainError, ShapeError
        It is no number, symbol or text; it is not finite; it is no scalar.
    """
    if isinstance(value, str):
        node = parse(value, undeclared="scalar")
    elif isinstance(value, Node | Expr):
        node = elaborate(value)
    elif isinstance(value, bool) or not isinstance(value, Real):
        raise ArgumentError(
            f"{where} is a {type(value).__name__}: {value!r:.60}\n"
            f"  to fix   : use whole numbers, fractions, decimals or SymPy symbols as entries"
        )
    elif isinstance(value, Integral):
        node = number(int(value))
    elif isinstance(value, Rational):
        node = number(Fraction(int(value.numerator), int(value.denominator)))
    else:
        node = number(_decimal(value, where))
    if not node.is_scalar:
        raise ShapeError(f"{where} must be a scalar, got {node!r:.60}")
    return node


def with_fact(rows: Sequence[Sequence[Node]], fact: str, off_diagonal: bool = False) -> Rows:
    """The rows, where each symbol that is an entry by itself has the fact.

    With `off_diagonal` the entries on the diagonal say nothing.

    Raises
    ------
    DeclarationError
        The symbol was declared with a fact that contradicts it.
    """
    bare = {
        entry
        for i, row in enumerate(rows)
        for j, entry in enumerate(row)
        if entry.op == "symbol" and not (off_diagonal and i == j)
    }
    if fact == "probability":  # where 1 - s is an entry, the others of its row sum to s
        bare |= {s for row in rows for entry in row for s in entry.symbols if _is_rest(entry, s)}
    known = {
        old: symbol(old.name, facts=close_facts((*old.facts, fact), old.name, old.shape))
        for old in bare
    }
    return [[substituted(entry, known) for entry in row] for row in rows]


def _is_rest(entry: Node, part: Node) -> bool:
    """Whether the entry is ``1 - part``."""
    rest = {number(1), negative(part)}
    return part.is_scalar and entry.op == "add" and set(entry.args) == rest


def symbols_of(rows: Sequence[Sequence[Node]]) -> tuple[Node, ...]:
    """The symbols in order of first appearance."""
    found = postorder(*(entry for row in rows for entry in row))
    return tuple(node for node in found if node.op == "symbol")


def _rows(table: Any, what: str, sums_to_one: bool) -> Rows:
    if isinstance(table, str):
        return entries_of(parse(table, undeclared="scalar"))
    if isinstance(table, Node):
        return entries_of(table)
    if isinstance(table, MatrixBase):
        listed: Any = [[table[i, j] for j in range(table.cols)] for i in range(table.rows)]
    else:
        listed = table.tolist() if hasattr(table, "tolist") else table
    if not isinstance(listed, list | tuple) or isinstance(table, Basic):
        raise ArgumentError(
            f"{what} needs a matrix, got {type(table).__name__}\n"
            f"  to fix   : give a list of rows or a SymPy Matrix, as in [[1/2, 1/2], [1/3, 2/3]]"
        )
    if not listed or any(isinstance(row, list | tuple) and not row for row in listed):
        raise ShapeError(f"{what} has no entries\n  to fix   : give a list of rows")
    for k, row in enumerate(listed):
        if not isinstance(row, list | tuple):
            raise ArgumentError(
                f"row {k + 1} of {what} is no list of entries: {row!r:.60}\n"
                f"  to fix   : give a list of rows, as in [[1/2, 1/2], [1/3, 2/3]]"
            )
        if len(row) != len(listed[0]):
            raise ShapeError(
                f"the rows of {what} differ in length: row 1 has {len(listed[0])} entries, "
                f"row {k + 1} has {len(row)}"
            )
    return [
        [exact_entry(entry, f"entry ({i + 1}, {j + 1}) of {what}") for j, entry in enumerate(row)]
        for i, row in enumerate(map(without_rounding, listed) if sums_to_one else listed)
    ]


def _decimal(value: Real, where: str) -> Fraction:
    """The fraction that a decimal number writes: 0.1 is 1/10."""
    if not isfinite(value):
        raise DomainError(f"{where} is {value}, which is no number to calculate with")
    return Fraction(repr(float(value)))
