"""The page in LaTeX: ``aligned``, one line a step, the reason at the right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from derive.language.expression import Node
from derive.language.relations import Side, Words
from derive.language.sizes import Shape
from derive.steps import Trace
from derive.writing.abbreviations import abbreviated, used_definitions
from derive.writing.latex import LatexNotation, latex_size
from derive.writing.lines import (
    Line,
    notes_of,
    page_lines,
    trace_leaves,
)
from derive.writing.sentences import (
    Run,
    declared_facts,
    joined,
    side_runs,
    words_runs,
)
from derive.writing.text import TextNotation

LONGEST_ROW = 72  # columns of the same formula as text; longer sums are split


def latex_page(
    trace: Trace, style: str = "default", detail: str = "full", with_notes: bool = True
) -> str:
    r"""The derivation as one block of display mathematics, without dollar signs.

    Parameters
    ----------
    trace : Trace
        What was derived.
    style : str
        A style of ``latex_style.STYLES``.
    detail : {"result", "short", "full"}
        ``result`` is the answer alone; the others are ``aligned`` blocks of steps, with
        the definitions first and the conditions last.
    with_notes : bool
        Whether the conditions and closing words are rows of the block.

    Returns
    -------
    str
        ASCII LaTeX for amsmath and amssymb.
    """
    trace = abbreviated(trace, detail)
    notation = LatexNotation(trace_leaves(trace), style)
    lines = page_lines(trace, detail)
    definitions = used_definitions(trace) if detail == "result" else trace.definitions
    if detail == "result" and len(lines) == 1 and not definitions:
        return _one_line(lines[0], notation)
    rows = _definition_rows(definitions, notation)
    for line in lines:
        rows.extend(_line_rows(line, notation))
    if detail != "result" and with_notes:
        rows.extend(_note_rows(trace, notation))
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
    """A side whole, or a long sum as groups of its terms."""
    if not isinstance(side, Node) or side.op != "add" or _columns([side]) <= LONGEST_ROW:
        return [latex_side(side, notation)]
    groups: list[list[Node]] = [[side.args[0]]]
    for term in side.args[1:]:
        if _columns([*groups[-1], term]) > LONGEST_ROW:
            groups.append([term])
        else:
            groups[-1].append(term)
    chunks = [notation.signed(notation.sum([notation.write(t) for t in g])) for g in groups]
    later = [c if c.startswith("-") else f"+ {c}" for c in chunks[1:]]
    return [chunks[0], *later]


def _columns(terms: Sequence[Node]) -> int:
    """How wide the terms are, measured as text."""
    notation = TextNotation()
    return sum(len(notation.write(term).body) + 3 for term in terms) - 3


def _note_rows(trace: Trace, notation: LatexNotation) -> list[str]:
    rows = []
    conditions = notes_of(trace)
    if conditions:
        runs = joined([side_runs(condition, notation) for condition in conditions])
        rows.append(rf"& \text{{where }} {latex_runs(runs)}")
    rows.extend(f"& {latex_side(words, notation)}" for words in trace.closing)
    return rows


# --- declarations -----------------------------------------------------------------------


def latex_declarations(trace: Trace, notation: LatexNotation) -> list[tuple[str, str, str]]:
    """Symbol, set and facts of every argument: two formulas and words."""
    return [
        (latex_side(s, notation), latex_set(s.shape), ", ".join(declared_facts(s)))
        for s in trace.arguments
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
