"""The page in LaTeX: ``aligned``, one line a step, the reason at the right."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from derive.language.expression import Node
from derive.language.relations import Condition, Side, Words
from derive.language.sizes import Shape
from derive.steps import Trace
from derive.writing.abbreviations import as_written, used_definitions
from derive.writing.latex import LatexNotation, latex_size
from derive.writing.latex_prose import escape_latex
from derive.writing.latex_wrapping import wrapped_latex
from derive.writing.lines import (
    Line,
    is_asked_in_decimals,
    page_lines,
    trace_leaves,
)
from derive.writing.notes import meanings_of_signs, notes_of
from derive.writing.sentences import (
    Run,
    declared_facts,
    joined,
    merged,
    side_runs,
    text_of,
    words_runs,
)
from derive.writing.text import TextNotation

LONGEST_ROW = 72  # columns of the same formula as text; longer sums are split


def latex_page(
    trace: Trace,
    style: str = "default",
    detail: str = "full",
    with_notes: bool = True,
    doubt: str = "",
) -> str:
    r"""The derivation as one block of display mathematics, without dollar signs.

    Parameters
    ----------
    trace : Trace
        What was derived.
    style : str
        A style of ``latex_style.STYLES``.
    detail : {"result", "short", "full"}
        ``result`` is the answer alone, with the names and signs in it that need an
        explanation; the others are ``aligned`` blocks of steps, with the definitions
        first and the conditions last.
    with_notes : bool
        Whether the conditions and closing words are rows of the block.
    doubt : str
        Why the answer is not verified; the last row.

    Returns
    -------
    str
        ASCII LaTeX for amsmath and amssymb.
    """
    trace = as_written(trace, detail)
    notation = LatexNotation(trace_leaves(trace), style)
    notation.decimals = is_asked_in_decimals(trace)
    lines = page_lines(trace, detail)
    definitions = used_definitions(trace) if detail == "result" else trace.definitions
    meanings = meanings_of_signs(trace, detail) if detail == "result" else ()
    if detail == "result" and len(lines) == 1 and not (definitions or meanings or doubt):
        return _one_line(lines[0], notation)
    rows = _definition_rows(definitions, notation)
    for line in lines:
        rows.extend(_line_rows(line, notation))
    if with_notes and detail == "result":
        rows.extend(_where_rows(meanings, notation))
    elif with_notes:
        rows.extend(_where_rows(notes_of(trace), notation))
        rows.extend(f"& {latex_side(words, notation)}" for words in trace.closing)
    said = textwrap.wrap(doubt, LONGEST_ROW)
    rows.extend(rf"& \text{{{escape_latex(line)}}}" for line in said)
    return aligned(rows)


def aligned(rows: Sequence[str]) -> str:
    """Rows as an ``aligned`` block."""
    body = " \\\\\n".join(rows)
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"


def latex_runs(runs: Iterable[Run]) -> str:
    r"""Runs in mathematics: words stand in ``\text{}``."""
    return "".join(run.text if run.is_formula else rf"\text{{{run.text}}}" for run in runs)


def latex_side(side: Side | str, notation: LatexNotation) -> str:
    """A node, relation or sentence in mathematics."""
    runs = words_runs(side, notation) if isinstance(side, str) else side_runs(side, notation)
    return latex_runs(runs)


def _one_line(line: Line, notation: LatexNotation) -> str:
    right = latex_side(line.right, notation)
    if line.left is None:
        return right
    return f"{latex_side(line.left, notation)} {notation.relation_sign(line.sign)} {right}"


def _definition_rows(
    definitions: Iterable[tuple[Node, Node]], notation: LatexNotation
) -> list[str]:
    rows = []
    for name, node in definitions:
        rows.extend(_rows(latex_side(name, notation), "=", node, "", notation))
    return rows


def _line_rows(line: Line, notation: LatexNotation) -> list[str]:
    reason = latex_runs(words_runs(line.reason, notation))
    if not line.sign:
        return [_with_reason(f"& {latex_side(line.right, notation)}", reason)]
    if line.sign == ":":
        assert line.left is not None
        left = latex_side(line.left, notation)
        row = rf"& {left}\text{{: }}\; {latex_side(line.right, notation)}"
        return [_with_reason(row, reason)]
    if line.sign == "<=>":
        return [_with_reason(f"& {_one_line(line, notation)}", reason)]
    left = "" if line.left is None else latex_side(line.left, notation)
    return _rows(left, notation.relation_sign(line.sign), line.right, reason, notation)


def _rows(left: str, sign: str, right: Side, reason: str, notation: LatexNotation) -> list[str]:
    """One line, or several where a long sum is split at its terms."""
    chunks = _chunks(right, notation)
    head = f"{left} &{sign} " if left else f"&{sign} "
    rows = [head + chunks[0], *(rf"&\qquad {chunk}" for chunk in chunks[1:])]
    rows[-1] = _with_reason(rows[-1], reason)
    return rows


def _with_reason(row: str, reason: str) -> str:
    return f"{row} && {reason}" if reason else row


def _chunks(side: Side, notation: LatexNotation) -> list[str]:
    """A side whole, a long sum as groups of its terms, a long term cut at its signs."""
    if not isinstance(side, Node) or _columns([side]) <= LONGEST_ROW:
        return [latex_side(side, notation)]
    if side.op != "add":
        return wrapped_latex(latex_side(side, notation), LONGEST_ROW)
    groups: list[list[Node]] = [[side.args[0]]]
    for term in side.args[1:]:
        if _columns([*groups[-1], term]) > LONGEST_ROW:
            groups.append([term])
        else:
            groups[-1].append(term)
    chunks = [notation.signed(notation.sum([notation.write(t) for t in g])) for g in groups]
    later = [c if c.startswith("-") else f"+ {c}" for c in chunks[1:]]
    return [row for chunk in (chunks[0], *later) for row in wrapped_latex(chunk, LONGEST_ROW)]


def _columns(terms: Sequence[Node]) -> int:
    """How wide the terms are, measured as text."""
    notation = TextNotation()
    return sum(len(notation.write(term).body) + 3 for term in terms) - 3


def _where_rows(conditions: Sequence[Condition], notation: LatexNotation) -> list[str]:
    """What must hold and what signs mean, in rows of at most about ``LONGEST_ROW`` columns."""
    groups: list[list[Condition]] = []
    for condition in conditions:
        if groups and _width([*groups[-1], condition]) <= LONGEST_ROW:
            groups[-1].append(condition)
        else:
            groups.append([condition])
    rows = []
    for k, group in enumerate(groups):
        runs = joined([side_runs(condition, notation) for condition in group])
        stop = (Run(",", False),) if k < len(groups) - 1 else ()
        head = r"\quad " if k else r"\text{where } "
        rows.append(f"& {head}{latex_runs(merged((*runs, *stop)))}")
    return rows


def _width(conditions: Sequence[Condition]) -> int:
    """How wide conditions in one row are, measured as text."""
    notation = TextNotation()
    return len(text_of(joined([side_runs(condition, notation) for condition in conditions])))


# --- declarations -----------------------------------------------------------------------


def latex_declarations(trace: Trace, notation: LatexNotation) -> list[tuple[str, str, str]]:
    """Symbol, set and facts of every argument: two formulas and words."""
    return [
        (latex_side(s, notation), latex_set(s.shape), ", ".join(declared_facts(s)))
        for s in trace.declared
    ]


def latex_set(shape: Shape) -> str:
    r"""Where a symbol of a shape lives: ``\mathbb{R}^{n \times d}``."""
    rows, columns = map(latex_size, shape)
    if shape == (1, 1):
        return r"\mathbb{R}"
    return (
        rf"\mathbb{{R}}^{{{rows}}}"
        if columns == "1"
        else (rf"\mathbb{{R}}^{{{rows} \times {columns}}}")
    )


def latex_question(trace: Trace, notation: LatexNotation) -> tuple[Run, ...]:
    """The question as runs of words and formulas."""
    return words_runs(Words(trace.question.text, trace.question.nodes), notation)
