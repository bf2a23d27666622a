"""The exceptional cases of a spectrum: what holds where a printed vector would be zero."""

from __future__ import annotations

from typing import Any

from sympy import Expr, cancel, zoo

from derive.check.claims import SameValue
from derive.errors import NoClosedFormError
from derive.language.expression import Node, multiply
from derive.language.functions import array, diagonal_matrix
from derive.language.relations import Words
from derive.linear_algebra.exact_field import Field
from derive.linear_algebra.spectral_lines import Eigenvalue
from derive.linear_algebra.spectrum import Spectrum, spectrum
from derive.linear_algebra.symmetric import Rows


def exceptional_cases(found: Spectrum) -> tuple[tuple[Words, ...], tuple[SameValue, ...]]:
    """A sentence and its claim for each condition that can be solved for one symbol."""
    sentences, claims = [], []
    for factor in found.nonzero:
        solved = _solved(factor, found.field)
        if solved is None:
            continue
        rows = _with(found, *solved)
        if rows is None:
            continue
        symbol, value = (found.field.domain.from_sympy(part) for part in solved)
        try:
            case = spectrum(rows)
        except NoClosedFormError:
            continue
        sentence, claim = _case(found.field.node(symbol), found.field.node(value), rows, case)
        sentences.append(sentence)
        claims.append(claim)
    return tuple(sentences), tuple(claims)


def _solved(factor: Any, field: Field) -> tuple[Expr, Expr] | None:
    """``symbol = value`` from ``factor = 0`` where a symbol stands alone in it."""
    for generator in factor.ring.gens:
        slope = factor.diff(generator)
        if slope and slope.is_ground:
            value = field.domain.convert(generator * slope - factor) / field.domain.convert(slope)
            return generator.as_expr(), field.expression(value)
    return None


def _with(found: Spectrum, symbol: Expr, value: Expr) -> Rows | None:
    """The matrix with the symbol put to the value; None if an entry has a pole there."""
    field = found.field
    rows = []
    for row in found.rows:
        put = [cancel(field.expression(entry).subs(symbol, value)) for entry in row]
        if any(entry.has(zoo) for entry in put):
            return None
        rows.append([field.node(field.domain.from_sympy(entry)) for entry in put])
    return rows


def _case(symbol: Node, value: Node, rows: Rows, case: Spectrum) -> tuple[Words, SameValue]:
    """``if b = 0: eigenvalues a, c with vectors ...`` and that it is so."""
    values: list[Node] = []
    columns: list[list[Node]] = []
    for space in case.spaces:
        eigenvalue = Eigenvalue(symbol, 1, space)
        for step in space.vectors:
            values.append(space.root.node)
            columns.append(eigenvalue.unit(step.vector))
    count = len(values)
    shown = [array([[x] for x in column]) for column in columns]
    text = "if {0} = {1}: the eigenvalues are " + _places(2, count)
    text += " with vectors " + _places(2 + count, count)
    nodes = [symbol, value, *values, *shown]
    if case.nonzero:
        text += " where " + _places(len(nodes), len(case.nonzero), " != 0")
        nodes += [case.field.polynomial_node(factor) for factor in case.nonzero]
    Q = array([list(row) for row in zip(*columns, strict=True)])
    diagonal = diagonal_matrix(array([[v] for v in values]))
    return Words(text, tuple(nodes)), SameValue(
        multiply(array(rows), Q), multiply(Q, diagonal), kind="statement"
    )


def _places(first: int, count: int, suffix: str = "") -> str:
    return ", ".join(f"{{{first + k}}}{suffix}" for k in range(count))
