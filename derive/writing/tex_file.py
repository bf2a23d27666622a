"""A whole LaTeX document of a derivation for pdflatex: amsmath, amssymb, dsfont for indicators."""

from __future__ import annotations

from derive.steps import Trace
from derive.writing.abbreviations import as_written
from derive.writing.latex import LatexNotation
from derive.writing.latex_page import (
    aligned,
    latex_declarations,
    latex_page,
)
from derive.writing.latex_prose import escape_latex
from derive.writing.lines import is_asked_in_decimals, trace_leaves
from derive.writing.notes import notes_of
from derive.writing.sentences import Run, side_runs, words_runs

INDICATOR = r"\mathbb{1}"
AMS = r"\usepackage{amsmath,amssymb}"
PREAMBLE = rf"""
\documentclass{{article}}
\usepackage[a4paper,margin=2cm]{{geometry}}
{AMS}
\begin{{document}}
""".strip()


def tex_file(
    trace: Trace,
    certificate_line: str = "",
    source: str = "",
    style: str = "default",
    detail: str = "full",
) -> str:
    r"""The derivation as a document that pdflatex compiles.

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
        ASCII, from ``\documentclass`` to ``\end{document}``.
    """
    trace = as_written(trace, detail)
    notation = LatexNotation(trace_leaves(trace), style)
    notation.decimals = is_asked_in_decimals(trace)
    parts = [PREAMBLE, rf"\section*{{{_paragraph(words_runs(trace.question, notation))}}}"]
    declared = [
        rf"{name} &\in {where}" + (rf" && \text{{{facts}}}" if facts else "")
        for name, where, facts in latex_declarations(trace, notation)
    ]
    if declared:
        parts.append(_display(aligned(declared)))
    parts.append(_display(latex_page(trace, style, detail, with_notes=False)))
    conditions = [_paragraph(side_runs(c, notation)) for c in notes_of(trace, detail)]
    if conditions:
        parts.append(f"where {', '.join(conditions)}.")
    parts.extend(_paragraph(side_runs(words, notation)) for words in trace.closing)
    if source:
        parts.append(verbatim(source))
    if certificate_line:
        parts.append(rf"\emph{{{escape_latex(certificate_line)}}}")
    parts.append(r"\end{document}")
    page = "\n\n".join(parts) + "\n"
    if INDICATOR in page:  # the blackboard letters of amssymb have no digit
        page = page.replace(INDICATOR, r"\mathds{1}")
        page = page.replace(AMS, f"{AMS}\n\\usepackage{{dsfont}}", 1)
    return page


def verbatim(source: str) -> str:
    r"""Source as it is; the end of the environment cannot occur in it."""
    lines = source.strip().replace(r"\end{verbatim}", r"\ end{verbatim}")
    ascii_lines = lines.encode("ascii", "backslashreplace").decode("ascii")
    return f"\\begin{{verbatim}}\n{ascii_lines}\n\\end{{verbatim}}"


def _display(formula: str) -> str:
    return f"\\[\n{formula}\n\\]"


def _paragraph(runs: tuple[Run, ...]) -> str:
    """Runs in a line of text: formulas stand between dollar signs."""
    return "".join(f"${run.text}$" if run.is_formula else run.text for run in runs)
