"""The page in Markdown: formulas in ``$$`` blocks that stand alone on their lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from derive.language.relations import Condition
from derive.language.sizes import shape_text
from derive.steps import Trace
from derive.writing.abbreviations import as_written
from derive.writing.latex import LatexNotation
from derive.writing.latex_page import latex_page, latex_side
from derive.writing.lines import is_asked_in_decimals, trace_leaves
from derive.writing.names import unicode_name, with_layers
from derive.writing.notation import Notation
from derive.writing.notes import notes_of
from derive.writing.sentences import Run, declared_facts, side_runs, words_runs

_SPECIAL = str.maketrans({c: f"\\{c}" for c in "\\`*_{}[]<>#|$~"})


class MarkdownNotation(LatexNotation):
    """Formulas as in LaTeX, words as in Markdown."""

    def prose(self, text: str) -> str:
        return text.translate(_SPECIAL)


def markdown_page(
    trace: Trace,
    certificate_line: str = "",
    source: str = "",
    style: str = "default",
    detail: str = "full",
) -> str:
    """The derivation as notes in Markdown.

    Parameters
    ----------
    trace : Trace
        What was derived.
    certificate_line : str
        One line about the check; printed last.
    source : str
        NumPy source of the result; left out if empty.
    style, detail : str
        As for ``latex_page``.

    Returns
    -------
    str
        Markdown that ends with a newline.
    """
    trace = as_written(trace, detail)
    notation = MarkdownNotation(trace_leaves(trace), style)
    notation.decimals = is_asked_in_decimals(trace)
    sections = [f"# {markdown_title(trace, notation)}"]
    if trace.arguments:
        sections.append(_table(trace, notation))
    sections.append(display(latex_page(trace, style, detail, with_notes=False)))
    conditions = notes_of(trace, detail)
    if conditions:
        sections.append("Conditions:\n\n" + bullets(conditions, notation))
    sections.extend(_runs(side_runs(words, notation)) for words in trace.closing)
    if source:
        sections.append(f"NumPy:\n\n```python\n{source.strip()}\n```")
    if certificate_line:
        sections.append(f"*{with_layers(certificate_line, unicode_name).translate(_SPECIAL)}*")
    return "\n\n".join(sections) + "\n"


def display(formula: str) -> str:
    """A formula as a block, the dollar signs alone on their lines."""
    return f"$$\n{formula}\n$$"


def markdown_title(trace: Trace, notation: Notation) -> str:
    """The question, its first letter a capital."""
    title = _runs(words_runs(trace.question, notation))
    return title[:1].upper() + title[1:] if title[:1] != "$" else title


def bullets(sentences: Sequence[Condition], notation: Notation) -> str:
    """Conditions as a list."""
    return "\n".join(f"- {_runs(side_runs(sentence, notation))}" for sentence in sentences)


def _table(trace: Trace, notation: LatexNotation) -> str:
    rows = ["| symbol | shape | facts |", "|---|---|---|"]
    for symbol in trace.declared:
        formula = latex_side(symbol, notation)
        facts = ", ".join(declared_facts(symbol))
        shape = with_layers(shape_text(symbol.shape), unicode_name)
        rows.append(f"| ${formula}$ | {shape} | {facts} |".replace("  |", " |"))
    return "\n".join(rows)


def _runs(runs: Iterable[Run]) -> str:
    return "".join(_run(run) for run in runs)


def _run(run: Run) -> str:
    """Dollar signs touch the formula, spaces stand outside."""
    if not run.is_formula:
        return run.text
    inner = run.text.strip()
    lead = " " if run.text[0] == " " else ""
    return f"{lead}${inner}${' ' if run.text[-1] == ' ' else ''}"
