"""The page in HTML: one file, no script, nothing fetched, colours of the reader."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from derive.language.expression import Node
from derive.steps import Trace
from derive.writing.abbreviations import as_written
from derive.writing.glossary import factors_of_formulas
from derive.writing.latex_page import latex_page
from derive.writing.lines import (
    Line,
    is_asked_in_decimals,
    page_lines,
    roots_of,
    trace_leaves,
)
from derive.writing.notes import notes_of
from derive.writing.sentences import Run, side_runs, stated, words_runs
from derive.writing.text import TextNotation

STYLE = """
body { font-family: Georgia, serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; }
td { padding: 0.25rem 0.4rem; vertical-align: baseline; }
td.left { text-align: right; white-space: nowrap; }
td.reason { padding-left: 2rem; font-style: italic; opacity: 0.8; }
i { font-style: normal; font-family: "STIX Two Math", "Cambria Math", serif; }
pre { overflow-x: auto; }
.checked { opacity: 0.8; }
""".strip()


def html_page(
    trace: Trace,
    certificate_line: str = "",
    source: str = "",
    style: str = "default",
    detail: str = "full",
) -> str:
    """The derivation as a whole HTML document, LaTeX and NumPy source folded below.

    Parameters
    ----------
    trace : Trace
        What was derived.
    certificate_line : str
        One line about the check.
    source : str
        NumPy source of the result; left out if empty.
    style, detail : str
        As for ``latex_page``.

    Returns
    -------
    str
        HTML with every text escaped.
    """
    trace = as_written(trace, detail)
    notation = TextNotation(trace_leaves(trace), factors=factors_of_formulas(*roots_of(trace)))
    notation.decimals = is_asked_in_decimals(trace)
    title = "".join(run.text for run in words_runs(trace.question, notation))
    body = html_fragment(trace, certificate_line, source, style, detail)
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n<style>\n{STYLE}\n</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def html_fragment(
    trace: Trace,
    certificate_line: str = "",
    source: str = "",
    style: str = "default",
    detail: str = "full",
) -> str:
    """The derivation as the inside of a page or of a notebook cell."""
    trace = as_written(trace, detail)
    notation = TextNotation(trace_leaves(trace), factors=factors_of_formulas(*roots_of(trace)))
    notation.decimals = is_asked_in_decimals(trace)
    parts = [f"<h1>{_html(words_runs(trace.question, notation))}</h1>"]
    shapes = _html(stated(trace.declared, notation))
    if shapes:
        parts.append(f"<p>{shapes}</p>")
    rows = [_row(_definition(name, node), notation) for name, node in trace.definitions]
    rows.extend(_row(line, notation) for line in page_lines(trace, detail))
    parts.append("<table>\n" + "\n".join(rows) + "\n</table>")
    conditions = [_html(side_runs(c, notation)) for c in notes_of(trace, detail)]
    if conditions:
        parts.append(f"<p>where {', '.join(conditions)}</p>")
    parts.extend(f"<p>{_html(words_runs(words, notation))}</p>" for words in trace.closing)
    parts.append(_folded("LaTeX", latex_page(trace, style, detail)))
    if source:
        parts.append(_folded("NumPy", source.strip()))
    if certificate_line:
        parts.append(f'<p class="checked">{escape(certificate_line)}</p>')
    return "\n".join(parts)


def _definition(name: Node, node: Node) -> Line:
    return Line(name, "=", node)


def _row(line: Line, notation: TextNotation) -> str:
    right = _html(side_runs(line.right, notation))
    reason = f'<td class="reason">{_html(words_runs(line.reason, notation))}</td>'
    if line.sign in ("", ":"):
        left = "" if line.left is None else f"{_html(side_runs(line.left, notation))}: "
        return f'<tr><td></td><td colspan="2">{left}{right}</td>{reason}</tr>'
    left = "" if line.left is None else _html(side_runs(line.left, notation))
    sign = escape(notation.relation_sign(line.sign))
    return f'<tr><td class="left">{left}</td><td>{sign}</td><td>{right}</td>{reason}</tr>'


def _html(runs: Iterable[Run]) -> str:
    return "".join(
        f"<i>{escape(run.text)}</i>" if run.is_formula else escape(run.text) for run in runs
    )


def _folded(title: str, text: str) -> str:
    return f"<details><summary>{title}</summary><pre>{escape(text)}</pre></details>"
