"""A notebook of a derivation: the notes in Markdown, the source in a code cell."""

from __future__ import annotations

import json
from typing import Any

from derive.steps import Trace
from derive.writing.markdown_page import markdown_page


def notebook_file(
    trace: Trace,
    certificate_line: str = "",
    source: str = "",
    style: str = "default",
    detail: str = "full",
) -> str:
    """The derivation as the JSON of a notebook (nbformat 4.5).

    Parameters
    ----------
    trace : Trace
        What was derived.
    certificate_line : str
        One line about the check.
    source : str
        NumPy source of the result, as a cell to run; left out if empty.
    style, detail : str
        As for ``latex_page``.

    Returns
    -------
    str
        JSON that ends with a newline.
    """
    notes = markdown_page(trace, certificate_line, "", style, detail)
    cells: list[dict[str, Any]] = [
        {"cell_type": "markdown", "id": "derivation", "metadata": {}, "source": _lines(notes)}
    ]
    if source:
        cells.append(
            {
                "cell_type": "code",
                "execution_count": None,
                "id": "function",
                "metadata": {},
                "outputs": [],
                "source": _lines(source),
            }
        )
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _lines(text: str) -> list[str]:
    return text.strip().splitlines(keepends=True)
