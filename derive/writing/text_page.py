"""The page for a terminal: aligned equals signs, reasons in a column at the right."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from derive.language.expression import Node
from derive.language.relations import Words
from derive.steps import Trace
from derive.writing.abbreviations import as_written, used_definitions
from derive.writing.glossary import factors_of_formulas
from derive.writing.lines import (
    Line,
    further_definitions,
    headline,
    is_asked_in_decimals,
    page_lines,
    roots_of,
    trace_leaves,
)
from derive.writing.notes import notes_of
from derive.writing.sentences import joined, side_runs, stated, text_of, words_runs
from derive.writing.text import TextNotation
from derive.writing.wrapping import wrapped

INDENT = "  "
LONGEST_ALIGNED = 8  # with a wider left side on the page, each chain is aligned by itself


@dataclass(frozen=True)
class Row:
    """A line as text: what stands before the right side, the right side, the reason."""

    head: str
    body: str
    reason: str


def text_page(
    trace: Trace,
    certificate_line: str = "",
    unicode: bool = True,
    width: int = 100,
    detail: str = "full",
) -> str:
    """The derivation as text.

    Parameters
    ----------
    trace : Trace
        What was derived.
    certificate_line : str
        One line about the check; printed last.  Of the answer alone, what is in doubt.
    unicode : bool
        Unicode or ASCII only.
    width : int
        Columns of the terminal; longer lines are broken at their signs.
    detail : {"result", "short", "full"}
        How many of the steps are shown.

    Returns
    -------
    str
        Lines without a newline at the end.
    """
    trace = as_written(trace, detail)
    notation = TextNotation(trace_leaves(trace), unicode, factors_of_formulas(*roots_of(trace)))
    notation.decimals = is_asked_in_decimals(trace)
    width = max(width, 40)
    sections = [_header(trace, notation, width)]
    rows = _rows(page_lines(trace, detail), notation, width)
    sections.append(_laid_out(rows, width))
    notes = _notes(trace, detail, notation, width)
    if detail == "result":
        names = _definitions(used_definitions(trace), INDENT + "with ", notation, width)
        page = textwrap.dedent("\n".join([*sections[1], *names, *notes]))
        return "\n".join([page, *textwrap.wrap(notation.prose(certificate_line), width)])
    sections[1] = [*sections[1], *notes]
    if certificate_line:
        said = textwrap.wrap(notation.prose(certificate_line), width - 2 * len(INDENT))
        sections.append([INDENT + line for line in said])
    return "\n\n".join("\n".join(section) for section in sections)


def _header(trace: Trace, notation: TextNotation, width: int) -> list[str]:
    question = ""
    for part in headline(trace):
        if isinstance(part, str):
            question += text_of(words_runs(Words(part), notation))
        elif isinstance(part, Node):
            question += _written(part, notation)
        else:
            question += f"{_written(part[0], notation)} = {_written(part[1], notation)} "
    shapes = text_of(stated(trace.declared, notation))
    lines = wrapped("", question, width)
    lines.extend(_definitions(further_definitions(trace), "with ", notation, width))
    if not shapes:
        return lines
    if len(lines) == 1 and len(lines[0]) + 4 + len(shapes) <= width:
        return [f"{lines[0]}    {shapes}"]
    return [*lines, *wrapped(INDENT, shapes, width)]


def _definitions(
    pairs: Sequence[tuple[Node, Node]], head: str, notation: TextNotation, width: int
) -> list[str]:
    lines: list[str] = []
    for name, node in pairs:
        text = f"{_written(name, notation)} = {_written(node, notation)}"
        lines.extend(wrapped(" " * len(head) if lines else head, text, width))
    return lines


def _written(node: Node, notation: TextNotation) -> str:
    return notation.signed(notation.write(node))


def _rows(lines: Sequence[Line], notation: TextNotation, width: int) -> list[Row]:
    lefts = ["" if line.left is None else text_of(side_runs(line.left, notation)) for line in lines]
    aligned = [
        len(left)
        for left, line in zip(lefts, lines, strict=True)
        if isinstance(line.left, Node) and line.sign != ":"
    ]
    widest = max(aligned, default=0)
    common = widest if widest <= LONGEST_ALIGNED else 0
    rows, block = [], common
    for line, left in zip(lines, lefts, strict=True):
        if line.left is not None:
            block = max(len(left), common) if isinstance(line.left, Node) else len(left)
        right = text_of(side_runs(line.right, notation))
        reason = text_of(words_runs(line.reason, notation))
        if not line.sign:
            head = INDENT
        elif line.sign == ":":
            head = f"{INDENT}{left.removesuffix(':')}:  "
        else:
            head = f"{INDENT}{left.rjust(block)} {notation.relation_sign(line.sign)} "
        rows.extend(_array_rows(line, head, reason, notation, width) or [Row(head, right, reason)])
    return rows


def _array_rows(
    line: Line, head: str, reason: str, notation: TextNotation, width: int
) -> list[Row]:
    """An explicit matrix that is a whole side: a table, or one entry a line if that is wide."""
    node = line.right
    if not isinstance(node, Node) or node.op != "array" or node.shape[1] == 1:
        return []
    columns = node.shape[1]
    assert isinstance(columns, int)
    entries = [_written(entry, notation) for entry in node.args]
    bodies = _table(entries, columns)
    if len(head) + len(bodies[0]) > width:
        last = len(entries) - 1
        ends = [" ]" if k == last else ",;"[(k + 1) % columns == 0] for k in range(last + 1)]
        bodies = [("  " if k else "[ ") + e + ends[k] for k, e in enumerate(entries)]
    margin = " " * len(head)
    return [Row(margin if k else head, body, "" if k else reason) for k, body in enumerate(bodies)]


def _table(entries: Sequence[str], columns: int) -> list[str]:
    """Entries in columns, row under row."""
    widths = [max(map(len, entries[k::columns])) for k in range(columns)]
    rows = []
    for start in range(0, len(entries), columns):
        cells = zip(entries[start : start + columns], widths, strict=True)
        rows.append("[ " + "   ".join(cell.rjust(w) for cell, w in cells) + " ]")
    return rows


def _laid_out(rows: Sequence[Row], width: int) -> list[str]:
    """Rows with their reasons in one column, where they fit."""
    column = _reason_column(rows, width)
    out: list[str] = []
    for row in rows:
        lines = wrapped(row.head, row.body, width)
        if row.reason:
            if len(lines[-1]) + 2 <= column and column + len(row.reason) <= width:
                lines[-1] = f"{lines[-1]:<{column}}{row.reason}"
            elif len(lines[-1]) + 4 + len(row.reason) <= width:
                lines[-1] = f"{lines[-1]}    {row.reason}"
            else:
                at = max(len(INDENT) + 4, width - len(row.reason))
                lines.extend(wrapped(" " * at, row.reason, width))
        out.extend(lines)
    return out


def _reason_column(rows: Sequence[Row], width: int) -> int:
    """The column in which most reasons fit; the leftmost of several."""
    ends = [(len(row.head) + len(row.body), len(row.reason)) for row in rows if row.reason]

    def misfits(column: int) -> int:
        return sum(end + 4 > column or column + reason > width for end, reason in ends)

    columns = sorted({end + 4 for end, _ in ends})
    return min(columns, key=misfits, default=0)


def _notes(trace: Trace, detail: str, notation: TextNotation, width: int) -> list[str]:
    lines = []
    conditions = notes_of(trace, detail)
    if conditions:
        runs = joined([side_runs(condition, notation) for condition in conditions])
        lines.extend(wrapped(f"{INDENT}where ", text_of(runs), width))
    for words in trace.closing:
        lines.extend(wrapped(INDENT, text_of(words_runs(words, notation)), width))
    return lines
